"""The bodies of answers about issues and the ledger. Moments are in China's time."""

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
    """The result of a command. ``revision``: the number of the issue's events up to and including this act."""

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
        due = receipt.next_due
        return cls(
            receipt.issue_no,
            receipt.stage,
            receipt.status,
            receipt.outcome,
            receipt.revision,
            _in_china(receipt.due_at),
            receipt.light,
            replace(due, at=due.at.astimezone(CHINA_TIME)) if due else None,
        )


def _in_china(moment: datetime | None) -> datetime | None:
    """So that a repeated answer is the same text, whether it comes from the workflow or from the ledger."""
    return moment.astimezone(CHINA_TIME) if moment else None


@dataclass(frozen=True, slots=True)
class ActAnswer:
    """Whether the caller may perform an act now; if not, ``reason`` names the refusal."""

    act: str
    zh: str
    allowed: bool
    reason: str = ""
    reason_zh: str = ""
    reason_en: str = ""


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """Which limits govern the issue, and why: ``name`` of the city's profile or of a law, ``row`` in it.

    ``provisional`` until a unit is given the issue. ``longest``: the most its limit may become by extensions, where a
    law sets that. ``accepted_by_silence_at``: when it was deemed accepted because nobody triaged it in time.
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
    """A side request. ``to_rule``, ``to_withdraw``: whether the caller may rule on it, or withdraw it, now."""

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
class FollowingAnswer:
    """``follows``: whose result it awaits; ``inherited_from``: whose result it has; ``waiting``: its followers."""

    follows: str
    inherited_from: str
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IssueAnswer:
    """One issue. ``as_of``: the moment asked about; ``acts`` is then empty, since acts are possible only now."""

    issue: IssueRow
    policy: PolicyAnswer
    description: str
    contact: str
    provisional: bool
    """Whether the deadline depends on a year whose calendar is not published yet."""
    orders: tuple[dict[str, Any], ...]
    clocks: tuple[dict[str, Any], ...]
    requests: tuple[RequestAnswer, ...]
    acts: tuple[ActAnswer, ...]
    parts: tuple[dict[str, Any], ...]
    """The parts of assisting units: which unit, its task, its state, when it is due, its result."""
    batch: FollowingAnswer
    drafts: tuple[dict[str, Any], ...] = ()
    consultations: tuple[dict[str, Any], ...] = ()
    level_up: dict[str, Any] | None = None
    unacknowledged: tuple[str, ...] = ()
    """The alarms whose notices repeat until a recipient acknowledges one."""
    withdrawal: Withdrawal | None = None
    """A withdrawal that waits for its audit."""
    as_of: datetime | None = None
    merging: str = ""
    """The issue it asked to be merged into, until that issue answers."""
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class EventsAnswer:
    items: tuple[Entry, ...]
    next_after: int | None
    """``after`` of the next page; null after the last one."""


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
class ReconciliationAnswer:
    """The ledger compared with Temporal. ``lost``: not archived, but no workflow runs; ``unrecorded``: a workflow has
    run for ten minutes without a row; ``failing``: every task of its workflow fails.
    """

    ok: bool
    total: int
    open: int
    closed: dict[str, int]
    running: int
    lost: tuple[str, ...]
    unrecorded: tuple[str, ...]
    failing: tuple[str, ...] = ()
