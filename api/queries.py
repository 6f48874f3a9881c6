"""Questions, answered from the ledger; it follows the loop by milliseconds, and who cannot wait says so."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.answers import (
    ActAnswer,
    BatchAnswer,
    CensusAnswer,
    DeliveriesAnswer,
    EventsAnswer,
    IssueAnswer,
    IssuesAnswer,
    OrdersAnswer,
    PolicyAnswer,
    RequestAnswer,
)
from api.dependencies import CityPolicy, Ledger, Reads
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

router = APIRouter(prefix="/api/v1", tags=["查询 · questions"])


@router.get("/issues/{issue_no}", summary="问题及可办动作 · one issue and the open acts", operation_id="getIssue")
async def issue(issue_no: IssueNo, who: Reader, reading: Reads, as_of: AsOf = None, at_least: Count = 0) -> IssueAnswer:
    """One issue, with the acts open to the caller and why the others are not.

    ``at_least``: a revision the caller has seen; the answer waits briefly for the ledger to reach it.
    ``as_of``: the issue as it stood at that moment, from what was known by then; what an outage raised or noticed late
    is not there before it was recorded. No acts are listed.
    """
    row = await reading.reached(issue_no, at_least)
    state, policy = await reading.readable(issue_no, who)
    if row is None:
        raise IssueUnknown
    if as_of is not None:
        return _answer(*await reading.stood(row, as_of), None, as_of)
    return _answer(row, state, policy, who)


@router.get(
    "/issues/{issue_no}/events",
    summary="办理经过 · what happened, in order",
    operation_id="listEvents",
    response_model_exclude={"items": {"__all__": {"act"}}},  # what was asked for is the ledger's own
)
async def events(
    issue_no: IssueNo, who: Reader, reading: Reads, after: Count = 0, limit: PageSize = 100
) -> EventsAnswer:
    """What happened to an issue, in order."""
    await reading.readable(issue_no, who)
    found = await reading.reader.events(issue_no, after=after, limit=limit)
    items = tuple(stored.entry for stored in found)
    return EventsAnswer(items, items[-1].seq if len(items) == limit else None)


@router.get("/issues/{issue_no}/deliveries", summary="通知送达 · who was told of what", operation_id="listDeliveries")
async def deliveries(
    issue_no: IssueNo, who: Reader, reading: Reads, cursor: Cursor = "", limit: PageSize = PAGE_MAX
) -> DeliveriesAnswer:
    """Who was told of what, and how that went, in the order of the events."""
    await reading.readable(issue_no, who)
    return DeliveriesAnswer(*await reading.reader.deliveries(issue_no, cursor=cursor, limit=limit))


@router.get("/issues", summary="问题清单 · a page of issues", operation_id="listIssues")
async def issues(
    _who: Reader,
    policy: CityPolicy,
    reader: Ledger,
    filters: Annotated[IssueFilter, Depends()],
    cursor: Cursor = "",
    limit: PageSize = 50,
) -> IssuesAnswer:
    """A page of issues, the newest first."""
    page = await reader.issues(codes.with_codes(filters, policy), now=datetime.now(UTC), cursor=cursor, limit=limit)
    return IssuesAnswer(page.items, page.cursor)


@router.get(
    "/pipeline", summary="在办情况 · open issues by stage, county, unit, group, light", operation_id="getPipeline"
)
async def pipeline(_who: Reader, reader: Ledger) -> Pipeline:
    """Open issues: how many, and how old the oldest, by stage, county, unit, group and light."""
    return await reader.pipeline(datetime.now(UTC))


@router.get("/orders", summary="督办单 · supervision orders", operation_id="listOrders")
async def orders(
    _who: Reader,
    reader: Ledger,
    group: Code = "",
    open_: Annotated[bool | None, Query(alias="open")] = None,
    cursor: Cursor = "",
    limit: PageSize = 50,
) -> OrdersAnswer:
    """A page of supervision orders, the newest first."""
    now = datetime.now(UTC)
    return OrdersAnswer(*await reader.orders(codes.normalize(group), now=now, open_=open_, cursor=cursor, limit=limit))


@router.get("/census", summary="台账与流程核对 · every issue accounted for", operation_id="getCensus")
async def census(_who: Reader, reading: Reads) -> CensusAnswer:
    """Every issue accounted for: what the ledger holds against what runs in Temporal."""
    standing = await reading.standing()
    counted = standing.counted
    return CensusAnswer(
        ok=standing.ok,
        total=counted.total,
        open=counted.open,
        closed={outcome.value: count for outcome, count in counted.closed.items()},
        running=standing.running,
        lost=standing.lost,
        unrecorded=standing.unrecorded,
        failing=standing.failing,
    )


def _answer(
    row: IssueRow, state: Issue, policy: Policy, who: Actor | None, as_of: datetime | None = None
) -> IssueAnswer:
    """``who`` None: nothing is open to anybody, as of what is over."""
    asked_up = state.level_up_asked
    return IssueAnswer(
        row,
        PolicyAnswer.of(state, policy),
        state.description,
        state.contact,
        state.deadline.provisional(policy.calendar),
        _orders(state, policy, as_of or datetime.now(UTC)),
        _clocks(state, policy),
        _requests(state, who, policy),
        _acts(state, who, policy) if who else (),
        _parts(state, policy),
        BatchAnswer(state.following, state.inherited_from, state.waiting),
        tuple({**asdict(draft), "zh": PAPER_ZH[draft.paper], "open": draft.open} for draft in state.drafts),
        tuple({**asdict(held), "open": held.open} for held in state.consultations),
        asdict(asked_up) if asked_up else None,
        tuple(notice.alarm for notice in state.unheeded),
        state.withdrawal,
        as_of,
        state.merging,
        state.merged_into,
    )


def _orders(state: Issue, policy: Policy, at: datetime) -> tuple[dict[str, Any], ...]:
    return tuple(
        {**asdict(order), "open": order.open, "light": order_light(order, state, policy, at)} for order in state.orders
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
