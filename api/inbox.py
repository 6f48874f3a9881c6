"""Notices from the side of those who receive them: the inbox, the timeline, the acknowledgement, sending one again."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.dependencies import InboxDep, ResendingDep
from api.inbox_answers import AcknowledgedAnswer, InboxAnswer, NoticeAnswer, ResentAnswer, TimelineAnswer
from api.principals import Caller, Cursor, IdempotencyKey, NoticeId, PageSize, Reader, resolve_actor
from api.schemas import StandInBody
from bihuan.application.inbox import recorded_name

router = APIRouter(prefix="/api/v1", tags=["通知 · notices"])


@router.get("/inbox", summary="我的通知 · the caller's own notices", operation_id="getInbox")
async def inbox(
    who: Reader,
    received: InboxDep,
    unseen: Annotated[bool, Query(description="只看未确认的 · only what nobody has acknowledged")] = False,
    cursor: Cursor = "",
    limit: PageSize = 50,
) -> InboxAnswer:
    """What was sent to the desks the caller sits at, or brought to them in another's place, the newest first."""
    items, further = await received.of(who, unseen=unseen, cursor=cursor, limit=limit)
    return InboxAnswer(tuple(NoticeAnswer.of(told) for told in items), further)


@router.get("/notices/{notice_id}", summary="一条通知的经过 · the timeline of a notice", operation_id="getNotice")
async def notice(notice_id: NoticeId, who: Reader, received: InboxDep) -> TimelineAnswer:
    """When it was raised, queued, tried, answered and acknowledged, each with where and by whom.

    ``notice_id`` is ``issue:seq:desk``, as every message shows it; escape what a path does not take. Open to whoever it
    was sent to and to whoever may read the issue.
    """
    return TimelineAnswer.of(*await received.timeline(notice_id, who))


@router.post(
    "/notices/{notice_id}/acknowledge", summary="收到 · acknowledge a notice", operation_id="acknowledgeNotice"
)
async def acknowledge(
    response: Response, notice_id: NoticeId, who: Caller, received: InboxDep, body: StandInBody | None = None
) -> AcknowledgedAnswer:
    """Whoever it was sent to has seen it; where it told of an alarm, that is repeated no more.

    Every repetition, by whomever, gets the same answer: who was the first.
    """
    told, actor = await received.notice(notice_id), resolve_actor(who, body.as_ if body else None, received.policy)
    told, first = await received.acknowledge(told, received.receiver(actor, told), recorded_name(actor))
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
    received: InboxDep,
    resending: ResendingDep,
    body: StandInBody | None = None,
) -> ResentAnswer:
    """Send a notice that has ended once more, in the same words and under the same id, by the routes of today.

    For coordination, the supervision group whose issue or report it is, and administrators. A repetition under the
    same key sends nothing.
    """
    told, actor = await received.notice(notice_id), resolve_actor(who, body.as_ if body else None, received.policy)
    resent = await resending.resend(told, actor, key)
    if resent.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return ResentAnswer(notice_id, told.issue_no, resent.again)
