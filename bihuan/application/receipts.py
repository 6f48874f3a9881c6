"""The result of a command: its first receipt, however often it is repeated."""

from dataclasses import dataclass

from bihuan.domain.loop.step import Receipt
from bihuan.domain.refusals import CommandIdReused


@dataclass(frozen=True, slots=True)
class CommandResult:
    """``replayed``: the command was executed before, by an earlier request, with this receipt."""

    receipt: Receipt
    replayed: bool


def result_of(receipt: Receipt, fingerprint: str, request_id: str) -> CommandResult:
    """``fingerprint`` and ``request_id``: of the present request. Raises CommandIdReused."""
    if receipt.fingerprint != fingerprint:
        raise CommandIdReused
    return CommandResult(receipt, receipt.request_id != request_id)
