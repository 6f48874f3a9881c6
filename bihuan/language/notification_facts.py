"""What a notice says of an event: plain words and codes, no personal data."""

from collections.abc import Iterable
from datetime import datetime

from bihuan.domain import events as ev
from bihuan.domain.batches import events as bev
from bihuan.domain.clocks.changes import ClockMoved, Waited
from bihuan.domain.issue import Issue
from bihuan.domain.ladder import events as lev
from bihuan.domain.ladder.orders import WITHDRAWAL_GROUND_ZH
from bihuan.domain.ladder.papers import PAPER_ZH
from bihuan.domain.merging import decisions as merging
from bihuan.domain.notices import urgent
from bihuan.domain.parties import Party
from bihuan.domain.stage import STAGE_ZH, STATUS_ZH
from bihuan.wire import Entry
from workflows.messages import NoticeOrder
from workflows.names import notice_id


def notice_order(issue: Issue, entry: Entry, to: Party, again: int = 0) -> NoticeOrder:
    """What one desk is to be told of one event. ``again``: the how many-th time by hand."""
    return NoticeOrder(
        id=notice_id(issue.issue_no, entry.seq, to),
        issue_no=issue.issue_no,
        seq=entry.seq,
        to=to,
        event=entry.event.event,
        at=entry.at,
        title=issue.title or issue.description[:40],
        facts=facts(entry.event, issue),
        urgent=urgent(entry.event, issue),
        again=again,
    )


def facts(event: ev.Event, issue: Issue) -> dict[str, str]:
    """The facts of one event, by name."""
    told = {
        "stage": STAGE_ZH[issue.stage],
        "status": STATUS_ZH[issue.status],
        "unit": issue.holder,
        "group": issue.group,
        "county": issue.county,
        **_of_event(event, issue),
        **_of_ladder(event, issue),
    }
    return {name: value for name, value in told.items() if value}


def _of_event(event: ev.Event, issue: Issue) -> dict[str, str]:
    match event:
        case ev.AlarmRaised():
            return {
                "clock": event.clock,
                "rung": event.rung,
                "due_at": event.moment.isoformat(),
                "owes": str(event.debtor),
                "late": "true" if event.late else "",
            }
        case ev.OrderIssued():
            return {
                "order": event.order,
                "rung": event.rung,
                "authorisation_ref": event.authorisation_ref,
                "team_leader": event.team_leader,
                "unit": event.unit,
                "scope": event.scope,
                "ground": event.ground,
                "reply_due": event.reply_due.isoformat() if event.reply_due else "",
            }
        case ev.OrderJoined():
            return _of_order(event.order, issue) | {"clock": event.clock}
        case ev.OrderLifted():
            return _of_order(event.order, issue) | {"conclusion": event.conclusion}
        case ev.OrderReplied() | ev.OrderDone() | ev.OrderRevived():
            return _of_order(event.order, issue)
        case ev.AcceptedBySilence():
            return {"accepted_at": event.moment.isoformat(), "hand_over_within": str(event.limit)}
        case ev.InfoAsked():
            return {"question": event.question}
        case ev.Delivered() | ev.Answered():
            return {"text": event.text}
        case ev.Rejected():
            return {"ground": event.ground, "reason": event.reason, "other_channel": event.other_channel}
        case ev.CalendarAdopted() | ev.Classified() | ev.SentBack():
            return _of_deadline(event, issue)
        case ev.ReturnRefused(waited=Waited(moved=moved)) | ev.Dispatched(waited=Waited(moved=moved)):
            return {"due_at": _due((moved,), issue)}
        case _:
            return _of_request(event, issue)


def _of_request(event: ev.Event, issue: Issue) -> dict[str, str]:
    match event:
        case ev.RequestAsked():
            asked = event.asked
            return {"request": asked.no, "kind": asked.kind, "reason": asked.reason, "until": _moment(asked.until)}
        case ev.RequestApproved() | ev.RequestRefused() | ev.RequestWithdrawn():
            return {"request": event.request, "reason": event.reason}
        case ev.Extended():
            return {"request": event.request, "until": _moment(event.until), **_reason(issue, event.request)}
        case ev.Suspended():
            return {"basis": event.basis, "reason": event.reason, "until": _moment(event.until)}
        case ev.Resumed():
            return {"reason": event.reason, "lapsed": "true" if event.lapsed else ""}
        case ev.Terminated():
            return {"ground": event.ground, "reason": event.reason, "other_channel": event.other_channel}
        case ev.RatingSetAside():
            return {"request": event.request, "reason": event.reason}
        case _:
            return _of_part(event, issue)


def _of_part(event: ev.Event, issue: Issue) -> dict[str, str]:
    match event:
        case ev.AssistAdded():
            return {"assisting_unit": event.unit, "task": event.task}
        case ev.PartSubmitted() | ev.PartAccepted():
            return {"assisting_unit": event.unit}
        case ev.PartReturned() | ev.AssistReleased():
            return {"assisting_unit": event.unit, "reason": event.reason}
        case ev.Followed() | ev.Unfollowed() | ev.Inherited():
            return {"parent": event.parent}
        case ev.Merged():
            return {"into": event.into}
        case ev.MergeRefused():
            return {"into": event.into, "reason": merging.reason(event)}
        case _:
            return _of_batch(event, issue)


def _of_deadline(event: ev.CalendarAdopted | ev.Classified | ev.SentBack, issue: Issue) -> dict[str, str]:
    told = {"due_at": _deadline(event, issue)}
    match event:
        case ev.CalendarAdopted():
            days = dict.fromkeys(f"{named.day} {named.name}" for one in event.moved for named in one.days)
            return told | {"calendar": event.version, "days": "；".join(days)}
        case ev.Classified():
            return told | {"urgency": event.urgency}
        case _:
            return told


def _of_batch(event: ev.Event, issue: Issue) -> dict[str, str]:
    match event:
        case bev.PolicyAdopted():
            return {"basis": event.basis, "policy": event.policy_version, "due_at": _deadline(event, issue)}
        case bev.ClocksHeld():
            return {"basis": event.basis, "until": _moment(event.until)}
        case bev.ClocksReleased():
            return {"reason": event.reason, "lapsed": "true" if event.lapsed else ""}
        case _:
            return {}


def _deadline(event: ev.CalendarAdopted | bev.PolicyAdopted | ev.Classified | ev.SentBack, issue: Issue) -> str:
    return _due(event.moved, issue)


def _due(moved: Iterable[ClockMoved], issue: Issue) -> str:
    """The deadline the enterprise waits by, where it moved."""
    due = next((one.due for one in moved if one.clock == issue.deadline.key), None)
    return due.isoformat() if due else ""


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _reason(issue: Issue, no: str) -> dict[str, str]:
    request = issue.request(no)
    return {"reason": request.reason} if request else {}


def _of_ladder(event: ev.Event, issue: Issue) -> dict[str, str]:
    match event:
        case lev.AlarmRepeated():
            clock = event.alarm.partition("/")[0]
            return {"alarm": event.alarm, "clock": clock, "rung": event.rung, "count": str(event.count)}
        case lev.StillUnmet():
            clocks = "、".join((event.clock, *(one.clock for one in event.beside)))
            owes = "、".join(dict.fromkeys((str(event.debtor), *(str(one.debtor) for one in event.beside))))
            return {"clock": clocks, "owes": owes, "rung": event.rung, "count": str(event.count)}
        case lev.OrderWithdrawn():
            return _of_order(event.order, issue) | {"conclusion": f"督办单撤回：{WITHDRAWAL_GROUND_ZH[event.ground]}"}
        case lev.Urged():
            return {"clock": event.clock, "owes": str(event.owes), "text": event.text}
        case lev.OrderReplyReturned() | lev.OrderObjected():
            return _of_order(event.order, issue) | {"reason": event.reason}
        case lev.ObjectionRuled():
            ruling = "申诉成立，督办单撤回" if event.upheld else "申诉不成立，督办单有效"
            return _of_order(event.order, issue) | {"conclusion": ruling, "reason": event.reason}
        case lev.LevelUpAsked():
            return {"reason": event.reason}
        case lev.LevelUpRuled():
            return {"ruling": "同意" if event.approved else "不同意", "reason": event.reason}
        case lev.ConsultationConvened():
            return {"consultation": event.consultation, "topic": event.topic}
        case lev.ConsultationRecorded():
            by = event.by.isoformat() if event.by else ""
            return {
                "consultation": event.consultation,
                "decision": event.decision,
                "lead": event.lead,
                "by": by,
            }
        case lev.DraftOpened() | lev.DraftSigned() | lev.DraftDiscarded() | lev.DraftLapsed():
            return _of_draft(event.draft, issue) | _why(event)
        case _:
            return {}


def _of_order(no: str, issue: Issue) -> dict[str, str]:
    """It is about the unit it names, which need not hold the issue any more."""
    order = issue.order(no)
    return {"order": no, "unit": order.unit if order else ""}


def _of_draft(no: str, issue: Issue) -> dict[str, str]:
    draft = issue.draft(no)
    if draft is None:
        return {}
    grounds = "、".join(dict.fromkeys(reason.ground for reason in draft.reasons))
    return {"draft": no, "paper": PAPER_ZH[draft.paper], "rung": draft.rung, "to": str(draft.to), "grounds": grounds}


def _why(event: ev.Event) -> dict[str, str]:
    match event:
        case lev.DraftSigned():
            return {"text": event.text}
        case lev.DraftDiscarded():
            return {"reason": event.reason}
        case _:
            return {}
