"""The bodies of answers."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bihuan.domain.clocks.classification import governing
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.evaluation.values import Withdrawal
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.responsibility import NextDue
from bihuan.domain.ladder.rungs import Light
from bihuan.domain.loop.step import Receipt
from bihuan.domain.policy import Policy
from bihuan.domain.requests.values import REQUEST_ZH, Request, RequestKind, RequestState
from bihuan.domain.stage import Outcome, Stage, Status
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
class PolicyAnswer:
    """Which limits govern the issue, and why: ``name`` of the city's profile or of a law, ``row`` in it.

    ``provisional`` until a unit is given the issue. ``longest``: what its time may at most become by extension, where a
    law says so. ``accepted_by_silence_at``: when silence accepted it.
    """

    name: str
    row: str
    version: str
    provisional: bool
    reason_zh: str
    reason_en: str
    citation: str
    longest: str
    silence_accepts: bool
    accepted_by_silence_at: datetime | None

    @classmethod
    def of(cls, issue: Issue, policy: Policy) -> "PolicyAnswer":
        by = governing(issue, policy)
        return cls(
            name=by.name,
            row=by.row,
            version=issue.governance.policy_version,
            provisional=issue.assignment.given_at is None,
            reason_zh=by.reason_zh,
            reason_en=by.reason_en,
            citation=by.citation,
            longest=str(by.solve_max or ""),
            silence_accepts=by.silence_accepts,
            accepted_by_silence_at=_in_china(issue.silence_accepted_at),
        )


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
class BatchAnswer:
    """The issue it follows, the one whose result it has, and those that wait for its own."""

    follows: str
    inherited_from: str
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IssueAnswer:
    """``as_of``: the moment that was asked about; then no acts are listed, as those are open only now."""

    issue: IssueRow
    policy: PolicyAnswer
    description: str
    contact: str
    provisional: bool
    """Whether the deadline may still move with a calendar paper that is not published yet."""
    orders: tuple[dict[str, Any], ...]
    clocks: tuple[dict[str, Any], ...]
    requests: tuple[RequestAnswer, ...]
    acts: tuple[ActAnswer, ...]
    parts: tuple[dict[str, Any], ...]
    """What assisting units owe or owed: which unit, its task, how it stands, by when, what it said."""
    batch: BatchAnswer
    drafts: tuple[dict[str, Any], ...] = ()
    consultations: tuple[dict[str, Any], ...] = ()
    level_up: dict[str, Any] | None = None
    unacknowledged: tuple[str, ...] = ()
    """The alarms whose notice repeats until somebody it was sent to acknowledges it."""
    withdrawal: Withdrawal | None = None
    """What waits for its audit."""
    as_of: datetime | None = None
    merging: str = ""
    """The issue it asked to be merged into, until that one answers."""
    merged_into: str = ""


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
    cursor: str


@dataclass(frozen=True, slots=True)
class DeliveriesAnswer:
    items: tuple[Delivery, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class CensusAnswer:
    """Every issue accounted for. ``lost``: not archived, yet no workflow runs; ``unrecorded``: has run for ten minutes,
    but is in no row; ``failing``: runs, but every task of its workflow fails.
    """

    ok: bool
    total: int
    open: int
    closed: dict[str, int]
    running: int
    lost: tuple[str, ...]
    unrecorded: tuple[str, ...]
    failing: tuple[str, ...] = ()
