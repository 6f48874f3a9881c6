"""Notices for their recipients: the inbox, the timeline of one, acknowledging it, sending it again."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.dependencies import InboxDep, ResendingDep
from api.inbox_answers import AcknowledgedAnswer, InboxAnswer, NoticeAnswer, ResentAnswer, TimelineAnswer
from api.principals import Caller, Cursor, IdempotencyKey, NoticeId, PageSize, Reader, resolve_actor
from api.schemas import StandInOnly
from bihuan.application.inbox import recorded_name

router = APIRouter(prefix="/api/v1", tags=["通知 · notices"])


@router.get("/inbox", summary="我的通知 · the caller's own notices", operation_id="getInbox")
async def inbox(
    who: Reader,
    notices: InboxDep,
    unseen: Annotated[bool, Query(description="只看未确认的 · only notices that nobody has acknowledged")] = False,
    cursor: Cursor = "",
    limit: PageSize = 50,
) -> InboxAnswer:
    """Notices to the caller's desks, or brought to them as a deputy's, the newest first."""
    items, next_cursor = await notices.page(who, unseen=unseen, cursor=cursor, limit=limit)
    return InboxAnswer(tuple(NoticeAnswer.of(delivery) for delivery in items), next_cursor)


@router.get("/notices/{notice_id}", summary="一条通知的经过 · the timeline of a notice", operation_id="getNotice")
async def notice(notice_id: NoticeId, who: Reader, notices: InboxDep) -> TimelineAnswer:
    """When it was raised, queued, tried, delivered and acknowledged, each step with its channel and person.

    ``notice_id`` is ``issue:seq:desk``, as every message shows it; percent-encode it. For the recipients and for those
    who may read the issue.
    """
    return TimelineAnswer.of(*await notices.timeline(notice_id, who))


@router.post(
    "/notices/{notice_id}/acknowledge", summary="收到 · acknowledge a notice", operation_id="acknowledgeNotice"
)
async def acknowledge(
    response: Response, notice_id: NoticeId, who: Caller, notices: InboxDep, body: StandInOnly | None = None
) -> AcknowledgedAnswer:
    """A recipient has seen the notice. If it is of an alarm, the alarm stops repeating.

    Every further acknowledgement, by anybody, gets the same answer: who was the first.
    """
    delivery, actor = await notices.notice(notice_id), resolve_actor(who, body.as_ if body else None, notices.policy)
    receiver = notices.receiver(actor, delivery)
    delivery, first = await notices.acknowledge(delivery, receiver, recorded_name(actor))
    if not first:
        response.headers["Idempotent-Replayed"] = "true"
    return AcknowledgedAnswer.of(delivery)


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
    notices: InboxDep,
    resending: ResendingDep,
    body: StandInOnly | None = None,
) -> ResentAnswer:
    """Send a finished notice again, with the same text and id, by the routes now configured.

    For coordination, the supervision group of the issue or report, and administrators. A repeated request with the
    same key sends nothing.
    """
    delivery, actor = await notices.notice(notice_id), resolve_actor(who, body.as_ if body else None, notices.policy)
    resent = await resending.resend(delivery, actor, key)
    if resent.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return ResentAnswer(notice_id, delivery.issue_no, resent.again)
