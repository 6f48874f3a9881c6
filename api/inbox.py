"""Notices from the side of those who hear them: the inbox, the timeline, the acknowledgement, sending one again."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response

from api.inbox_answers import RESENT, AcknowledgedAnswer, InboxAnswer, NoticeAnswer, ResentAnswer, TimelineAnswer, named
from api.loop import Loop
from api.principals import Caller, Cursor, IdempotencyKey, NoticeId, PageSize, Reader, acting, policy_of
from api.problems import (
    IssueUnknown,
    NoticeRecalled,
    NoticeUnderWay,
    NoticeUnknown,
    NotRecordedYet,
    NotYourNotice,
    Refused,
    ReportGone,
)
from api.queries import readable
from api.schemas import ForWhom
from bihuan.domain.access.authorization import admit_resend
from bihuan.domain.access.desks import seats, sits_at, speaker
from bihuan.domain.issue import Desk, Issue, Party
from bihuan.domain.ladder.acknowledgement import TELLS_OF_ALARM, alarm_told
from bihuan.domain.ladder.commands import Acknowledge
from bihuan.domain.loop.step import fold
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import Delivery, Trace
from bihuan.ledger.writing import LedgerWriter
from bihuan.wire import ActCommand, Entry
from workflows.messages import NoticeOrder
from workflows.names import DESKS, desk_id
from workflows.timeouts import Patience

router = APIRouter(prefix="/api/v1", tags=["通知 · notices"])
log = structlog.get_logger(__name__)

REPORT_KEEPERS = frozenset({Role.COO, Role.ADM})
RESENDABLE = frozenset({"REFUSED", "GIVEN_UP", "UNADDRESSED", "DELIVERED"})


@dataclass(frozen=True, slots=True)
class Hearing:
    """What hearing a notice takes: the ledger, which knows it, and the loop, which stops repeating it."""

    reader: LedgerReader
    writer: LedgerWriter
    loop: Loop
    policy: Policy
    patience: Patience

    async def notice(self, notice_id: str) -> Delivery:
        told = await self.reader.delivery(notice_id)
        if told is None:
            raise NoticeUnknown
        return told

    async def told_by(self, id_: str) -> tuple[Delivery, ...]:
        """The notice of this id, or all that one message in a group chat told."""
        if not id_.startswith(DESKS):
            return (await self.notice(id_),)
        found = await self.reader.together(id_)
        if not found:
            raise NotRecordedYet
        return found

    def hears(self, who: Actor, told: Delivery) -> Actor:
        """Who acts when this person acknowledges: the person, or the desk the person stood in for when it came."""
        own, reached = desk_of(told), reached_by(told)
        if sits_at(who, own, self.policy):
            return who
        if not sits_at(who, reached, self.policy):
            raise NotYourNotice
        return (told.state == "DELIVERED" and speaker(own, who.person)) or who

    async def acknowledge(self, told: Delivery, who: Actor | None, by: str) -> tuple[Delivery, bool]:
        """The notice as it stands then, and whether this was the first time. ``who`` None: nobody the rules know.

        The issue hears of it first: where that fails all can be repeated.
        """
        if who is not None and told.event in TELLS_OF_ALARM:
            await self._heed(told, who)
        first = await self.writer.acknowledge(told.notice_id, by, datetime.now(UTC))
        return await self.notice(told.notice_id), first

    async def _heed(self, told: Delivery, who: Actor) -> None:
        """The alarm it told of repeats no more."""
        entry, then = await self.told_of(told)
        alarm, life = alarm_told(entry.event, then), await self.reader.life(told.issue_no)
        if life is None or alarm not in {one.alarm for one in life[0].unheeded}:
            return
        act = ActCommand(f"acknowledge:{told.notice_id}", who, Acknowledge(alarm=alarm), str(uuid.uuid4()))
        try:
            await self.loop.act(told.issue_no, act)
        except Refused as refused:  # heeded or over meanwhile, or told to others: the notice was seen all the same
            log.info("alarm_not_heeded", notice=told.notice_id, reason=refused.refusal)

    async def told_of(self, told: Delivery) -> tuple[Entry, Issue]:
        """The event it told of, and the issue right after it."""
        entries = [one for one in await self.reader.all_events(told.issue_no) if one.seq <= told.seq]
        if len(entries) < told.seq:
            raise NotRecordedYet
        return entries[-1], fold(told.issue_no, (one.recorded() for one in entries))


def desk_of(told: Delivery) -> Party:
    return Party(Desk(told.desk), told.ref)


def reached_by(told: Delivery) -> Party:
    """Whose desk it was brought to; where nobody was reached yet, its own."""
    return Party.parse(told.reached) if told.reached else desk_of(told)


def hearing(request: Request) -> Hearing:
    state = request.app.state
    return Hearing(state.reader, state.writer, state.loop, policy_of(request), state.patience)


Hears = Annotated[Hearing, Depends(hearing)]


@router.get("/inbox", summary="我的通知 · the caller's own notices", operation_id="getInbox")
async def inbox(
    who: Reader,
    hears: Hears,
    unseen: Annotated[bool, Query(description="只看未确认的 · only what nobody has acknowledged")] = False,
    cursor: Cursor = "",
    limit: PageSize = 50,
) -> InboxAnswer:
    """What was sent to the desks the caller sits at, or brought to them in another's place, the newest first."""
    mine = seats(who, hears.policy)
    items, further = await hears.reader.inbox(mine, unseen=unseen, cursor=cursor, limit=limit)
    return InboxAnswer(tuple(NoticeAnswer.of(told) for told in items), further)


@router.get("/notices/{notice_id}", summary="一条通知的经过 · the timeline of a notice", operation_id="getNotice")
async def notice(notice_id: NoticeId, who: Reader, hears: Hears) -> TimelineAnswer:
    """When it was raised, queued, tried, answered and acknowledged, each with where and by whom.

    ``notice_id`` is ``issue:seq:desk``, as every message shows it; escape what a path does not take. Open to whoever it
    was sent to and to whoever may read the issue.
    """
    told = await hears.notice(notice_id)
    if not any(sits_at(who, party, hears.policy) for party in (desk_of(told), reached_by(told))):
        await _readable(hears, told, who)
    raised = await hears.reader.events(told.issue_no, after=told.seq - 1, limit=1)
    return TimelineAnswer.of(told, raised[0].entry if raised else None, await hears.reader.traces(notice_id))


@router.post(
    "/notices/{notice_id}/acknowledge", summary="收到 · acknowledge a notice", operation_id="acknowledgeNotice"
)
async def acknowledge(
    response: Response, notice_id: NoticeId, who: Caller, hears: Hears, body: ForWhom | None = None
) -> AcknowledgedAnswer:
    """Whoever it was sent to has seen it; where it told of an alarm, that is repeated no more.

    Every repetition, by whomever, gets the same answer: who was the first.
    """
    told, actor = await hears.notice(notice_id), acting(who, body.as_ if body else None, hears.policy)
    told, first = await hears.acknowledge(told, hears.hears(actor, told), named(actor))
    if not first:
        response.headers["Idempotent-Replayed"] = "true"
    return AcknowledgedAnswer.of(told)


@router.post(
    "/notices/{notice_id}/resend",
    status_code=202,
    summary="重发通知 · send a notice again",
    operation_id="resendNotice",
)
async def resend(
    response: Response,
    notice_id: NoticeId,
    who: Caller,
    key: IdempotencyKey,
    hears: Hears,
    body: ForWhom | None = None,
) -> ResentAnswer:
    """Send a notice that has ended once more, in the same words and under the same id, by the routes of today.

    For coordination, the supervision group whose issue or report it is, and administrators. A repetition under the
    same key sends nothing.
    """
    told, actor = await hears.notice(notice_id), acting(who, body.as_ if body else None, hears.policy)
    await _admit_resend(hears, told, actor)
    mark, by_hand = f"resend:{named(actor)}:{key}", await _by_hand(hears, notice_id)
    if mark in by_hand:
        response.headers["Idempotent-Replayed"] = "true"
        return ResentAnswer(notice_id, told.issue_no, by_hand.index(mark) + 1)
    await _again(hears, told, len(by_hand) + 1)
    await hears.writer.trace(_resent(notice_id, mark, named(actor)))
    return ResentAnswer(notice_id, told.issue_no, len(by_hand) + 1)


async def _readable(hears: Hearing, told: Delivery, who: Actor) -> None:
    """Raise where it is neither of an issue this person may read nor a report this person keeps."""
    if told.issue_no:
        await readable(hears.reader, told.issue_no, who)
    elif who.role not in REPORT_KEEPERS:
        raise NotYourNotice


async def _admit_resend(hears: Hearing, told: Delivery, who: Actor) -> None:
    if told.issue_no:
        life = await hears.reader.life(told.issue_no)
        if life is None:
            raise IssueUnknown
        admit_resend(life[0], who, life[1])
    elif who.role not in REPORT_KEEPERS and not (who.role is Role.SUP and sits_at(who, desk_of(told), hears.policy)):
        raise NotYourNotice


async def _by_hand(hears: Hearing, notice_id: str) -> list[str]:
    """The keys under which it was sent again so far."""
    return [trace.key for trace in await hears.reader.traces(notice_id) if trace.state == RESENT]


async def _again(hears: Hearing, told: Delivery, again: int) -> None:
    if told.state == "RECALLED":
        raise NoticeRecalled
    if told.state not in RESENDABLE and not await _left_lying(hears, told):
        raise NoticeUnderWay
    await hears.loop.resend(await _order(hears, told, again), hears.patience)


async def _left_lying(hears: Hearing, told: Delivery) -> bool:
    """Whether the desk it was handed to is no more: somebody ended it, and what it held with it."""
    return told.state == "HANDED" and not await hears.loop.runs(desk_id(told.channel, told.address))


async def _order(hears: Hearing, told: Delivery, again: int) -> NoticeOrder:
    """As it was: of an issue the ledger knows what was told, of a report only its own history."""
    if told.issue_no:
        entry, then = await hears.told_of(told)
        return NoticeOrder.of(then, entry, desk_of(told), again)
    report = await hears.loop.brought(told.notice_id)
    if report is None:
        raise ReportGone
    return replace(report, again=again, begun=None)


def _resent(notice_id: str, key: str, by: str) -> Trace:
    return Trace(
        notice_id=notice_id,
        key=key,
        at=datetime.now(UTC),
        state=RESENT,
        channel="",
        contact="",
        reached="",
        status=0,
        detail=by,
    )
