"""The receipts of an issue's commands: the newest in full; of older ones only that they were obeyed."""

import hashlib
from collections.abc import Iterable

from bihuan.domain.commands import Command, fingerprint
from bihuan.domain.loop.step import Receipt
from bihuan.domain.refusals import CommandIdReused

RECEIPTS_KEPT = 300
"""In full. More than can ever wait for the ledger, so that the ledger has the receipts of all older ones."""
IDS_KEPT = 10_000


RECEIPT_IN_LEDGER_ONLY = "ReceiptInLedgerOnly"
"""The error type by which clients know it."""


class ReceiptDropped(Exception):
    """The command was obeyed so long ago that only the ledger has its receipt."""


class Receipts:
    """The first receipt of a command answers every repetition. The intake's receipt is always kept."""

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
        """Hashes of the ids of older commands."""
        return tuple(self._obeyed)

    def add(self, receipt: Receipt) -> None:
        self._receipts[receipt.command_id] = receipt
        if len(self._receipts) > RECEIPTS_KEPT:
            oldest = next(one for one in self._receipts.values() if one.revision > 1)
            del self._receipts[oldest.command_id]
            self._obeyed[digest(oldest.command_id)] = None
        if len(self._obeyed) > IDS_KEPT:
            del self._obeyed[next(iter(self._obeyed))]

    def first(self, command: Command) -> Receipt | None:
        """The receipt the command had; None: it is new. Raises CommandIdReused, ReceiptDropped."""
        if digest(command.id) in self._obeyed:
            raise ReceiptDropped
        known = self._receipts.get(command.id)
        if known is not None and known.fingerprint != fingerprint(command.actor, command.act):
            raise CommandIdReused
        return known


def digest(command_id: str) -> str:
    return hashlib.sha256(command_id.encode()).hexdigest()[:12]
