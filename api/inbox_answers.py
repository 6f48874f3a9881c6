"""The bodies of answers about notices: an inbox, the timeline of one, and what came of hearing it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.language.explanations import event_told
from bihuan.language.phrases import Tongue
from bihuan.ledger.views import Delivery, Trace
from bihuan.wire import Entry


class NoticeStep(StrEnum):
    """What can happen to a notice."""

    RAISED = "RAISED"
    QUEUED = "QUEUED"
    HELD = "HELD"
    TRIED = "TRIED"
    DELIVERED = "DELIVERED"
    REFUSED = "REFUSED"
    GIVEN_UP = "GIVEN_UP"
    UNADDRESSED = "UNADDRESSED"
    RECALLED = "RECALLED"
    RESENT = "RESENT"
    ACKNOWLEDGED = "ACKNOWLEDGED"


NOTICE_STEP_ZH = {
    NoticeStep.RAISED: "发生",
    NoticeStep.QUEUED: "排队归并",
    NoticeStep.HELD: "静默时段暂缓",
    NoticeStep.TRIED: "发送未成，将重试",
    NoticeStep.DELIVERED: "送达",
    NoticeStep.REFUSED: "被拒收",
    NoticeStep.GIVEN_UP: "放弃此途径",
    NoticeStep.UNADDRESSED: "无从送达",
    NoticeStep.RECALLED: "撤回",
    NoticeStep.RESENT: "人工重发",
    NoticeStep.ACKNOWLEDGED: "收到确认",
}
assert set(NOTICE_STEP_ZH) == set(NoticeStep)
STEP_OF_TRACE = {"HANDED": NoticeStep.QUEUED, "TRYING": NoticeStep.TRIED}
"""Where the state of a trace is named otherwise."""


@dataclass(frozen=True, slots=True)
class NoticeAnswer:
    """A notice as it is shown to whoever it was sent to. ``reached``: whose desk it was brought to."""

    notice: str
    issue_no: str
    event: str
    event_zh: str
    title: str
    text: str
    urgent: bool
    state: str
    at: datetime
    desk: str
    ref: str
    reached: str
    acknowledged_at: datetime | None
    acknowledged_by: str

    @classmethod
    def of(cls, told: Delivery) -> "NoticeAnswer":
        return cls(
            told.notice_id,
            told.issue_no,
            told.event,
            event_told(told.event, Tongue.ZH),
            told.title,
            told.text,
            told.urgent,
            told.state,
            told.first_at.astimezone(CHINA_TIME),
            told.desk,
            told.ref,
            told.reached,
            told.acknowledged_at.astimezone(CHINA_TIME) if told.acknowledged_at else None,
            told.acknowledged_by,
        )


@dataclass(frozen=True, slots=True)
class InboxAnswer:
    items: tuple[NoticeAnswer, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class StepAnswer:
    """One step of a notice. ``contact`` is the key of an address, never the address; ``by``: whoever did it by hand."""

    what: NoticeStep
    zh: str
    at: datetime
    channel: str = ""
    contact: str = ""
    reached: str = ""
    status: int = 0
    detail: str = ""
    by: str = ""

    @classmethod
    def at_hand(cls, what: NoticeStep, at: datetime, by: str = "") -> "StepAnswer":
        return cls(what, NOTICE_STEP_ZH[what], at.astimezone(CHINA_TIME), by=by)

    @classmethod
    def of(cls, trace: Trace) -> "StepAnswer":
        what = STEP_OF_TRACE.get(trace.state) or NoticeStep(trace.state)
        if what is NoticeStep.RESENT:
            return cls.at_hand(what, trace.at, trace.detail)
        at, where = trace.at.astimezone(CHINA_TIME), (trace.channel, trace.contact, trace.reached)
        return cls(what, NOTICE_STEP_ZH[what], at, *where, trace.status, trace.detail)


@dataclass(frozen=True, slots=True)
class TimelineAnswer:
    """The life of one notice, in the order in which it happened."""

    notice: NoticeAnswer
    steps: tuple[StepAnswer, ...]

    @classmethod
    def of(cls, told: Delivery, raised: Entry | None, traces: tuple[Trace, ...]) -> "TimelineAnswer":
        begun = raised.at if raised else told.first_at
        steps = [StepAnswer.at_hand(NoticeStep.RAISED, begun), *(StepAnswer.of(trace) for trace in traces)]
        if told.acknowledged_at:
            steps.append(StepAnswer.at_hand(NoticeStep.ACKNOWLEDGED, told.acknowledged_at, told.acknowledged_by))
        return cls(NoticeAnswer.of(told), tuple(sorted(steps, key=lambda step: step.at)))


@dataclass(frozen=True, slots=True)
class AcknowledgedAnswer:
    """Who was the first to acknowledge it, and when: every further acknowledgement gets the same answer."""

    notice: str
    issue_no: str
    acknowledged_at: datetime
    acknowledged_by: str

    @classmethod
    def of(cls, told: Delivery) -> "AcknowledgedAnswer":
        assert told.acknowledged_at is not None, "it was acknowledged just now, or before"
        at = told.acknowledged_at.astimezone(CHINA_TIME)
        return cls(told.notice_id, told.issue_no, at, told.acknowledged_by)


@dataclass(frozen=True, slots=True)
class ResentAnswer:
    """``again``: the how many-th time it is sent again."""

    notice: str
    issue_no: str
    again: int
