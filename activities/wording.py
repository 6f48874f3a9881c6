"""What a notice may say of an event: plain words and codes, no personal data."""

from bihuan.domain import events as ev
from bihuan.domain.issue import Issue
from bihuan.domain.stage import STAGE_ZH, STATUS_ZH


def facts(event: ev.Event, issue: Issue) -> dict[str, str]:
    """The facts of one event, by name."""
    told = {
        "stage": STAGE_ZH[issue.stage],
        "status": STATUS_ZH[issue.status],
        "unit": issue.holder,
        "group": issue.group,
        "county": issue.county,
        **_of_event(event),
    }
    return {name: value for name, value in told.items() if value}


def _of_event(event: ev.Event) -> dict[str, str]:
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
            return {"order": event.order, "authorisation_ref": event.authorisation_ref, "unit": event.unit}
        case ev.AssistAdded():
            return {"assisting_unit": event.unit, "task": event.task}
        case ev.PartSubmitted() | ev.PartAccepted():
            return {"assisting_unit": event.unit}
        case ev.PartReturned() | ev.AssistReleased():
            return {"assisting_unit": event.unit, "reason": event.reason}
        case ev.OrderReplied() | ev.OrderLifted() | ev.OrderDone() | ev.OrderRevived():
            return {"order": event.order}
        case ev.InfoAsked():
            return {"question": event.question}
        case ev.Delivered() | ev.Answered():
            return {"text": event.text}
        case ev.Rejected():
            return {"ground": event.ground, "reason": event.reason, "other_channel": event.other_channel}
        case ev.Merged():
            return {"into": event.into}
        case _:
            return {}
