"""Queries, answered from the ledger. It follows the workflows by milliseconds; ``at_least`` waits for a revision."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.answers import (
    ActAnswer,
    DeliveriesAnswer,
    EventsAnswer,
    FollowingAnswer,
    IssueAnswer,
    IssuesAnswer,
    OrdersAnswer,
    PolicyAnswer,
    ReconciliationAnswer,
    RequestAnswer,
)
from api.dependencies import LedgerDep, PolicyDep, ReadingDep
from api.principals import PAGE_MAX, AsOf, Code, Count, Cursor, IssueNo, PageSize, Reader
from api.schemas import COMMANDS
from bihuan.application.errors import IssueUnknown
from bihuan.domain import codes
from bihuan.domain.access.authorization import permitted
from bihuan.domain.commands import ACT_ZH
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.papers import PAPER_ZH
from bihuan.domain.ladder.supervision import order_light
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import Refusal
from bihuan.domain.requests.rulers import to_rule, to_withdraw
from bihuan.ledger.views import IssueFilter, IssueRow, Pipeline

router = APIRouter(prefix="/api/v1", tags=["查询 · queries"])


@router.get("/issues/{issue_no}", summary="问题及可办动作 · one issue and its possible acts", operation_id="getIssue")
async def issue(
    issue_no: IssueNo, who: Reader, reading: ReadingDep, as_of: AsOf = None, at_least: Count = 0
) -> IssueAnswer:
    """One issue, the acts the caller may perform now, and why the others are refused.

    ``at_least``: a revision the caller has seen; the answer waits up to three seconds for the ledger to reach it.
    ``as_of``: the issue at that moment, from what was on record by then. An event that was recorded late, after an
    outage, counts from its recording. No acts are listed.
    """
    row = await reading.row_at(issue_no, at_least)
    state, policy = await reading.readable(issue_no, who)
    if row is None:
        raise IssueUnknown
    if as_of is not None:
        return _answer(*await reading.as_of(row, as_of), None, as_of)
    return _answer(row, state, policy, who)


@router.get(
    "/issues/{issue_no}/events",
    summary="办理经过 · events of an issue, in order",
    operation_id="listEvents",
    response_model_exclude={"items": {"__all__": {"act"}}},  # the recorded act serves back-tests, not callers
)
async def events(
    issue_no: IssueNo, who: Reader, reading: ReadingDep, after: Count = 0, limit: PageSize = 100
) -> EventsAnswer:
    """The events of an issue, the oldest first."""
    await reading.readable(issue_no, who)
    found = await reading.reader.events(issue_no, after=after, limit=limit)
    items = tuple(stored.entry for stored in found)
    return EventsAnswer(items, items[-1].seq if len(items) == limit else None)


@router.get("/issues/{issue_no}/deliveries", summary="通知送达 · notices of an issue", operation_id="listDeliveries")
async def deliveries(
    issue_no: IssueNo, who: Reader, reading: ReadingDep, cursor: Cursor = "", limit: PageSize = PAGE_MAX
) -> DeliveriesAnswer:
    """The notices of an issue with their recipients and delivery states, in the order of the events."""
    await reading.readable(issue_no, who)
    return DeliveriesAnswer(*await reading.reader.deliveries(issue_no, cursor=cursor, limit=limit))


@router.get("/issues", summary="问题清单 · a page of issues", operation_id="listIssues")
async def issues(
    _who: Reader,
    policy: PolicyDep,
    reader: LedgerDep,
    filters: Annotated[IssueFilter, Depends()],
    cursor: Cursor = "",
    limit: PageSize = 50,
) -> IssuesAnswer:
    """A page of issues that match every filter, the newest first."""
    page = await reader.issues(codes.with_codes(filters, policy), now=datetime.now(UTC), cursor=cursor, limit=limit)
    return IssuesAnswer(page.items, page.cursor)


@router.get(
    "/pipeline", summary="在办情况 · open issues by stage, county, unit, group, light", operation_id="getPipeline"
)
async def pipeline(_who: Reader, reader: LedgerDep) -> Pipeline:
    """How many issues are open, and the age of the oldest, by stage, county, unit, group and light."""
    return await reader.pipeline(datetime.now(UTC))


@router.get("/orders", summary="督办单 · supervision orders", operation_id="listOrders")
async def orders(
    _who: Reader,
    reader: LedgerDep,
    group: Code = "",
    open_: Annotated[bool | None, Query(alias="open")] = None,
    cursor: Cursor = "",
    limit: PageSize = 50,
) -> OrdersAnswer:
    """A page of supervision orders, the newest first."""
    now = datetime.now(UTC)
    return OrdersAnswer(*await reader.orders(codes.normalize(group), now=now, open_=open_, cursor=cursor, limit=limit))


@router.get("/census", summary="台账与流程核对 · ledger and workflows reconciled", operation_id="getCensus")
async def reconciliation(_who: Reader, reading: ReadingDep) -> ReconciliationAnswer:
    """Compares the issues in the ledger with the workflows that run in Temporal."""
    found = await reading.reconciled()
    counted = found.counts
    return ReconciliationAnswer(
        ok=found.ok,
        total=counted.total,
        open=counted.open,
        closed={outcome.value: count for outcome, count in counted.closed.items()},
        running=found.running,
        lost=found.lost,
        unrecorded=found.unrecorded,
        failing=found.failing,
    )


def _answer(
    row: IssueRow, state: Issue, policy: Policy, who: Actor | None, as_of: datetime | None = None
) -> IssueAnswer:
    """``who`` None: for a past moment, at which nobody can act."""
    asked_up = state.supervision.level_up_asked
    return IssueAnswer(
        row,
        PolicyAnswer.of(state, policy),
        state.matter.description,
        state.matter.contact,
        state.deadline.provisional(policy.calendar),
        _orders(state, policy, as_of or datetime.now(UTC)),
        _clocks(state, policy),
        _requests(state, who, policy),
        _acts(state, who, policy) if who else (),
        _parts(state, policy),
        FollowingAnswer(state.links.following, state.links.inherited_from, state.waiting),
        tuple({**asdict(draft), "zh": PAPER_ZH[draft.paper], "open": draft.open} for draft in state.supervision.drafts),
        tuple({**asdict(one), "open": one.open} for one in state.supervision.consultations),
        asdict(asked_up) if asked_up else None,
        tuple(notice.alarm for notice in state.supervision.unheeded),
        state.evaluation.withdrawal,
        as_of,
        state.links.merging,
        state.links.merged_into,
    )


def _orders(state: Issue, policy: Policy, at: datetime) -> tuple[dict[str, Any], ...]:
    return tuple(
        {**asdict(order), "open": order.open, "light": order_light(order, state, policy, at)}
        for order in state.supervision.orders
    )


def _parts(state: Issue, policy: Policy) -> tuple[dict[str, Any], ...]:
    due = {clock.key: clock.due(policy.calendar) for clock in state.clocks}
    return tuple({**asdict(part), "open": part.open, "due_at": due[part.clock]} for part in state.parts)


def _clocks(state: Issue, policy: Policy) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "clock": clock.key,
            "limit": str(clock.limit),
            "started_at": clock.started_at,
            "due_at": clock.due(policy.calendar),
            "provisional": clock.provisional(policy.calendar),
            "unit": clock.unit,
            "order": clock.order,
            "running": clock.running,
            "paused": clock.paused,
            "met_at": clock.met_at,
        }
        for clock in state.clocks
    )


def _requests(state: Issue, who: Actor | None, policy: Policy) -> tuple[RequestAnswer, ...]:
    mine, own = (to_rule(state, who, policy), to_withdraw(state, who)) if who else ((), ())
    return tuple(RequestAnswer.of(one, to_rule=one in mine, to_withdraw=one in own) for one in state.requests)


def _acts(state: Issue, who: Actor, policy: Policy) -> tuple[ActAnswer, ...]:
    refusals = permitted(state, who, datetime.now(UTC), policy)
    return tuple(_act(name, refusal) for name, refusal in refusals.items() if name in COMMANDS)


def _act(name: str, refusal: Refusal | None) -> ActAnswer:
    if refusal is None:
        return ActAnswer(name, ACT_ZH[name], allowed=True)
    return ActAnswer(name, ACT_ZH[name], False, refusal.name, refusal.sentence_zh, refusal.sentence_en)
