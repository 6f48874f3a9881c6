"""The bodies of answers."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bihuan.domain.escalation import NextDue
from bihuan.domain.issue import Light
from bihuan.domain.life import Receipt
from bihuan.domain.stage import Outcome, Stage, Status
from bihuan.domain.workdays import CHINA_TIME
from bihuan.ledger.views import Delivery, IssueRow, OrderRow
from bihuan.wire import Entry


@dataclass(frozen=True, slots=True)
class ReceiptAnswer:
    """What an act came to. ``revision`` counts the issue's events up to and with this act."""

    issue_no: str
    stage: Stage
    status: Status
    outcome: Outcome | None
    revision: int
    due_at: datetime | None
    light: Light
    next_due: NextDue | None

    @classmethod
    def of(cls, receipt: Receipt) -> "ReceiptAnswer":
        owed = receipt.next_due
        return cls(
            receipt.issue_no,
            receipt.stage,
            receipt.status,
            receipt.outcome,
            receipt.revision,
            _in_china(receipt.due_at),
            receipt.light,
            replace(owed, at=owed.at.astimezone(CHINA_TIME)) if owed else None,
        )


def _in_china(moment: datetime | None) -> datetime | None:
    """The same answer wherever it was kept meanwhile."""
    return moment.astimezone(CHINA_TIME) if moment else None


@dataclass(frozen=True, slots=True)
class ActAnswer:
    """Whether an act is open to the caller now, and if not, why."""

    act: str
    zh: str
    allowed: bool
    reason: str = ""
    reason_zh: str = ""
    reason_en: str = ""


@dataclass(frozen=True, slots=True)
class IssueAnswer:
    issue: IssueRow
    description: str
    contact: str
    orders: tuple[dict[str, Any], ...]
    clocks: tuple[dict[str, Any], ...]
    acts: tuple[ActAnswer, ...]
    parts: tuple[dict[str, Any], ...] = ()
    """What assisting units owe or owed: which unit, its task, how it stands, by when, what it said."""
    batch: dict[str, Any] = field(default_factory=dict)
    """The issue it follows, the one whose result it has, and those that wait for its own."""


@dataclass(frozen=True, slots=True)
class EventsAnswer:
    items: tuple[Entry, ...]
    next_after: int | None
    """Ask again with ``after`` set to this; null after the last page."""


@dataclass(frozen=True, slots=True)
class IssuesAnswer:
    items: tuple[IssueRow, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class OrdersAnswer:
    items: tuple[OrderRow, ...]


@dataclass(frozen=True, slots=True)
class DeliveriesAnswer:
    items: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class CensusAnswer:
    """Every issue accounted for. ``lost``: not archived, yet no workflow runs; ``unrecorded``: runs, but in no row."""

    ok: bool
    total: int
    open: int
    closed: dict[str, int]
    running: int
    lost: tuple[str, ...]
    unrecorded: tuple[str, ...]
