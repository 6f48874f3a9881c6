"""What a batch did to each of its issues, from the issues' own events."""

from dataclasses import dataclass, field
from datetime import datetime

from bihuan.application.batches import BatchService
from bihuan.domain.batches.events import ClocksHeld, ClocksReleased, PolicyAdopted
from bihuan.domain.batches.order import DONE, STUCK, BatchOrder
from bihuan.domain.events import CalendarAdopted, Event
from bihuan.ledger.canonical import order_of
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import BatchItem, BatchRow

MovedClock = tuple[str, datetime | None, datetime | None]
"""A clock's key, and when it was due and is due now; None while it is paused."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one issue's act did; empty where the issue did not obey.

    ``facts``: values by name: ``from`` and ``to`` (policy versions), ``until`` and ``released`` (moments).
    """

    facts: dict[str, str | datetime | None] = field(default_factory=dict)
    moved: tuple[MovedClock, ...] | None = None


async def batch_effects(service: BatchService, row: BatchRow) -> list[tuple[BatchItem, Effect]]:
    """Every issue of a batch with what was done to it, in the ledger's order."""
    order = order_of(row.body)
    return [(item, await _effect(service.reader, order, item)) for item in await service.ledger.items(row.id)]


async def _effect(reader: LedgerReader, order: BatchOrder, item: BatchItem) -> Effect:
    if item.result not in {DONE, STUCK}:  # a stuck issue may have obeyed once its workflow was repaired
        return Effect()
    entries = await reader.all_events(item.issue_no)
    effects = (_effect_of(entry.event) for entry in entries if entry.command_id == order.command_id)
    return next((effect for effect in effects if effect is not None), Effect())


def _effect_of(event: Event) -> Effect | None:
    match event:
        case PolicyAdopted():
            moved = tuple((one.clock, one.was, one.due) for one in event.moved)
            return Effect({"from": event.former, "to": event.policy_version}, moved)
        case CalendarAdopted():
            return Effect({"to": event.policy_version}, tuple((one.clock, one.was, one.due) for one in event.moved))
        case ClocksHeld():
            return Effect({"until": event.until})
        case ClocksReleased():
            return Effect({"released": event.moment})
        case _:
            return None
