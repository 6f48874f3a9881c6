"""The bodies of answers."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bihuan.domain.escalation import NextDue
from bihuan.domain.issue import REQUEST_ZH, Light, Request, RequestKind, RequestState
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
class RequestAnswer:
    """A side request. ``to_rule``, ``to_withdraw``: whether it is open to the caller to rule on it, to take it back."""

    request: str
    kind: RequestKind
    zh: str
    state: RequestState
    asked_by: str
    asked_at: datetime
    reason: str
    ground: str
    until: datetime | None
    clock: str
    approver: str
    ruled_by: str
    ruled_at: datetime | None
    ruling: str
    to_rule: bool
    to_withdraw: bool

    @classmethod
    def of(cls, request: Request, *, to_rule: bool, to_withdraw: bool) -> "RequestAnswer":
        return cls(
            request.no,
            request.kind,
            REQUEST_ZH[request.kind],
            request.state,
            request.asked_by.person,
            request.asked_at.astimezone(CHINA_TIME),
            request.reason,
            request.ground,
            _in_china(request.until),
            request.clock,
            str(request.approver),
            request.ruled_by.person if request.ruled_by else "",
            _in_china(request.ruled_at),
            request.ruling,
            to_rule,
            to_withdraw,
        )


@dataclass(frozen=True, slots=True)
class IssueAnswer:
    issue: IssueRow
    description: str
    contact: str
    orders: tuple[dict[str, Any], ...]
    clocks: tuple[dict[str, Any], ...]
    requests: tuple[RequestAnswer, ...]
    acts: tuple[ActAnswer, ...]


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
