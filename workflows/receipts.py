"""What was answered to the commands of an issue: the newest whole, of older ones only that they were obeyed."""

import hashlib
from collections.abc import Iterable

from bihuan.domain.commands import Command, fingerprint
from bihuan.domain.loop.step import Receipt
from bihuan.domain.refusals import CommandIdReused

RECEIPTS_KEPT = 300
"""Whole, and more than can wait for a ledger that is away: it has the answers to all that are older."""
IDS_KEPT = 10_000


class ReceiptDropped(Exception):
    """The command was obeyed so long ago that only the ledger has its answer."""


class Receipts:
    """The first answer to a command is the answer to every repetition. The intake's is never let go."""

    def __init__(self, receipts: Iterable[Receipt] = (), obeyed: Iterable[str] = ()) -> None:
        self._receipts: dict[str, Receipt] = {}
        self._obeyed = dict.fromkeys(obeyed)
        for one in receipts:
            self.add(one)

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        return tuple(self._receipts.values())

    @property
    def obeyed(self) -> tuple[str, ...]:
        """Digests of the ids of older commands."""
        return tuple(self._obeyed)

    def add(self, answer: Receipt) -> None:
        self._receipts[answer.command_id] = answer
        if len(self._receipts) > RECEIPTS_KEPT:
            oldest = next(one for one in self._receipts.values() if one.revision > 1)
            del self._receipts[oldest.command_id]
            self._obeyed[digest(oldest.command_id)] = None
        if len(self._obeyed) > IDS_KEPT:
            del self._obeyed[next(iter(self._obeyed))]

    def first(self, command: Command) -> Receipt | None:
        """What was answered to it; None: it is new. Raises CommandIdReused, AnsweredBefore."""
        if digest(command.id) in self._obeyed:
            raise ReceiptDropped
        known = self._receipts.get(command.id)
        if known is not None and known.fingerprint != fingerprint(command.actor, command.act):
            raise CommandIdReused
        return known


def digest(command_id: str) -> str:
    return hashlib.sha256(command_id.encode()).hexdigest()[:12]
