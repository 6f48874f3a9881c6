"""The bodies of answers about notices. Moments are in China's time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.language.explanations import event_text
from bihuan.language.phrases import Language
from bihuan.ledger.views import Delivery, Trace
from bihuan.wire import Entry


class NoticeStep(StrEnum):
    """What can happen to a notice; one step of its timeline."""

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
"""Trace states whose step has another name."""


@dataclass(frozen=True, slots=True)
class NoticeAnswer:
    """A notice as its recipients see it. ``desk``, ``ref``: to whom; ``reached``: whose desk it was brought to."""

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
    def of(cls, delivery: Delivery) -> "NoticeAnswer":
        return cls(
            delivery.notice_id,
            delivery.issue_no,
            delivery.event,
            event_text(delivery.event, Language.ZH),
            delivery.title,
            delivery.text,
            delivery.urgent,
            delivery.state,
            delivery.first_at.astimezone(CHINA_TIME),
            delivery.desk,
            delivery.ref,
            delivery.reached,
            delivery.acknowledged_at.astimezone(CHINA_TIME) if delivery.acknowledged_at else None,
            delivery.acknowledged_by,
        )


@dataclass(frozen=True, slots=True)
class InboxAnswer:
    items: tuple[NoticeAnswer, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class StepAnswer:
    """One step of a notice. ``contact``: key of an address, never the address; ``by``: the person, for manual steps.

    ``status``: of HTTP or of the channel's protocol; 0 where there is none.
    """

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
    def without_channel(cls, what: NoticeStep, at: datetime, by: str = "") -> "StepAnswer":
        return cls(what, NOTICE_STEP_ZH[what], at.astimezone(CHINA_TIME), by=by)

    @classmethod
    def of(cls, trace: Trace) -> "StepAnswer":
        what = STEP_OF_TRACE.get(trace.state) or NoticeStep(trace.state)
        if what is NoticeStep.RESENT:
            return cls.without_channel(what, trace.at, trace.detail)
        at, where = trace.at.astimezone(CHINA_TIME), (trace.channel, trace.contact, trace.reached)
        return cls(what, NOTICE_STEP_ZH[what], at, *where, trace.status, trace.detail)


@dataclass(frozen=True, slots=True)
class TimelineAnswer:
    """A notice and its steps, the earliest first."""

    notice: NoticeAnswer
    steps: tuple[StepAnswer, ...]

    @classmethod
    def of(cls, delivery: Delivery, raised: Entry | None, traces: tuple[Trace, ...]) -> "TimelineAnswer":
        began = raised.at if raised else delivery.first_at
        steps = [StepAnswer.without_channel(NoticeStep.RAISED, began), *(StepAnswer.of(trace) for trace in traces)]
        if delivery.acknowledged_at:
            steps.append(
                StepAnswer.without_channel(NoticeStep.ACKNOWLEDGED, delivery.acknowledged_at, delivery.acknowledged_by)
            )
        return cls(NoticeAnswer.of(delivery), tuple(sorted(steps, key=lambda step: step.at)))


@dataclass(frozen=True, slots=True)
class AcknowledgedAnswer:
    """Who acknowledged the notice first, and when; every further acknowledgement gets the same answer."""

    notice: str
    issue_no: str
    acknowledged_at: datetime
    acknowledged_by: str

    @classmethod
    def of(cls, delivery: Delivery) -> "AcknowledgedAnswer":
        assert delivery.acknowledged_at is not None, "it has just been acknowledged, or was before"
        at = delivery.acknowledged_at.astimezone(CHINA_TIME)
        return cls(delivery.notice_id, delivery.issue_no, at, delivery.acknowledged_by)


@dataclass(frozen=True, slots=True)
class ResentAnswer:
    """``again``: how often the notice has been sent again by hand, counting this time."""

    notice: str
    issue_no: str
    again: int
