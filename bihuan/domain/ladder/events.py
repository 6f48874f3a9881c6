"""What happened on the ladder beside alarms and orders: notices repeated, papers drafted and signed, meetings held."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from bihuan.domain.ladder.papers import Paper, Reason
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Party
from bihuan.domain.people import Actor, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRepeated:
    """The same alarm, told again: ``alarm`` is its key, ``count`` how often by now, ``moment`` when it was to be."""

    event: Literal["alarm_repeated"] = "alarm_repeated"
    alarm: str
    rung: Rung
    count: int
    moment: datetime
    told: tuple[Party, ...]
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmAcknowledged:
    """It has been seen. ``copied``: the desks that hear of it no more; empty: it repeats no more at all."""

    event: Literal["alarm_acknowledged"] = "alarm_acknowledged"
    alarm: str
    copied: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmet:
    """What is owed by which clock, and by whom."""

    clock: str
    debtor: Party


@dataclass(frozen=True, slots=True, kw_only=True)
class StillUnmet:
    """What a rung above R2 was raised for still stands unmet, and is brought up for the ``count``-th time.

    ``beside``: whatever else of the issue stands unmet just then.
    """

    event: Literal["still_unmet"] = "still_unmet"
    clock: str
    rung: Rung
    count: int
    moment: datetime
    debtor: Party
    told: tuple[Party, ...]
    late: bool
    beside: tuple[Unmet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Urged:
    """Pressed by hand. ``clock``: what is owed, ``owes``: by whom."""

    event: Literal["urged"] = "urged"
    clock: str
    owes: Party
    text: str
    told: tuple[Party, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReplyReturned:
    event: Literal["order_reply_returned"] = "order_reply_returned"
    order: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderObjected:
    event: Literal["order_objected"] = "order_objected"
    order: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionRuled:
    """``upheld``: the objection was right, and the order is withdrawn."""

    event: Literal["objection_ruled"] = "objection_ruled"
    order: str
    upheld: bool
    reason: str


class Withdrawn(StrEnum):
    """Why an order ends that was neither answered nor done."""

    RETURN_APPROVED = "RETURN_APPROVED"
    """The issue was never the unit's."""
    EXTENDED = "EXTENDED"
    """What it presses is not owed yet."""


WITHDRAWN_ZH = {Withdrawn.RETURN_APPROVED: "退回已同意", Withdrawn.EXTENDED: "延期已批准"}
assert set(WITHDRAWN_ZH) == set(Withdrawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWithdrawn:
    event: Literal["order_withdrawn"] = "order_withdrawn"
    order: str
    ground: Withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelUpAsked:
    event: Literal["level_up_asked"] = "level_up_asked"
    by: Actor
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelUpRuled:
    event: Literal["level_up_ruled"] = "level_up_ruled"
    approved: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationConvened:
    event: Literal["consultation_convened"] = "consultation_convened"
    consultation: str
    convener: Actor
    topic: str
    participants: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationRecorded:
    event: Literal["consultation_recorded"] = "consultation_recorded"
    consultation: str
    minutes: str
    decision: str
    lead: str
    by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOpened:
    """A paper lies before ``signer``; ``to`` is whom it is addressed to. Nobody outside knows of it."""

    event: Literal["draft_opened"] = "draft_opened"
    draft: str
    paper: Paper
    rung: Rung
    to: Party
    signer: Role
    reason: Reason
    proposed_by: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftJoined:
    """One more ground for a paper that lies there already, or for a level-up that stands."""

    event: Literal["draft_joined"] = "draft_joined"
    draft: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSigned:
    event: Literal["draft_signed"] = "draft_signed"
    draft: str
    by: Actor
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDiscarded:
    event: Literal["draft_discarded"] = "draft_discarded"
    draft: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLapsed:
    """What the unsigned paper pressed for has been done, or the issue is closed."""

    event: Literal["draft_lapsed"] = "draft_lapsed"
    draft: str


LadderEvent = (
    AlarmRepeated
    | AlarmAcknowledged
    | StillUnmet
    | Urged
    | OrderReplyReturned
    | OrderObjected
    | ObjectionRuled
    | OrderWithdrawn
    | LevelUpAsked
    | LevelUpRuled
    | ConsultationConvened
    | ConsultationRecorded
    | DraftOpened
    | DraftJoined
    | DraftSigned
    | DraftDiscarded
    | DraftLapsed
)
