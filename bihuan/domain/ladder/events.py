"""What happened on the ladder: alarms, notices repeated, orders, papers drafted and signed, meetings held."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bihuan.domain.ladder.orders import WithdrawalGround
from bihuan.domain.ladder.papers import Paper, Reason
from bihuan.domain.ladder.rungs import Rung, alarm_key
from bihuan.domain.parties import Party
from bihuan.domain.people import Actor, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised:
    """A rung was reached: ``moment`` is when it fell due, ``late`` whether it was raised well after that.

    ``ground``: where it is not that time ran out.
    """

    event: Literal["alarm_raised"] = "alarm_raised"
    clock: str
    grant: int
    rung: Rung
    moment: datetime
    debtor: Party
    told: tuple[Party, ...]
    late: bool
    ground: str = ""

    @property
    def key(self) -> str:
        return alarm_key(self.clock, self.grant, self.rung, self.ground)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRepeated:
    """The notice of an alarm, repeated. ``alarm``: its key; ``count``: repetitions so far; ``moment``: when due."""

    event: Literal["alarm_repeated"] = "alarm_repeated"
    alarm: str
    rung: Rung
    count: int
    moment: datetime
    told: tuple[Party, ...]
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmAcknowledged:
    """The notice was seen. ``copied``: the desks for which repeats stop; empty: all repeats stop."""

    event: Literal["alarm_acknowledged"] = "alarm_acknowledged"
    alarm: str
    copied: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmet:
    """An unmet obligation: its clock and the responsible party."""

    clock: str
    debtor: Party


@dataclass(frozen=True, slots=True, kw_only=True)
class StillUnmet:
    """An obligation above R2 is still unmet; this is its ``count``-th reminder (docs/rules.md 5.6).

    ``beside``: the other unmet obligations of the issue at that moment.
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
    """Urged by hand. ``clock``: the obligation; ``owes``: the responsible party; ``told``: the recipients."""

    event: Literal["urged"] = "urged"
    clock: str
    owes: Party
    text: str
    told: tuple[Party, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderIssued:
    """An order in a group's name. ``scope``: what it demands; ``by``: by hand, on ``ground``; None: by the clock."""

    event: Literal["order_issued"] = "order_issued"
    order: str
    rung: Rung
    group: str
    unit: str
    authorisation_ref: str
    clock: str
    team_leader: str = ""
    scope: str = ""
    reply_due: datetime | None = None
    ground: str = ""
    by: Actor | None = None
    told: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderJoined:
    """Another alarm of the ordered unit: no second order, but ``told`` are notified. ``alarm``: its key."""

    event: Literal["order_joined"] = "order_joined"
    order: str
    clock: str
    alarm: str = ""
    told: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReplied:
    event: Literal["order_replied"] = "order_replied"
    order: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLifted:
    event: Literal["order_lifted"] = "order_lifted"
    order: str
    conclusion: str
    by: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDone:
    """What the order demanded has been done."""

    event: Literal["order_done"] = "order_done"
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRevived:
    """What the order demanded was sent back as not done, so the order is open again."""

    event: Literal["order_revived"] = "order_revived"
    order: str


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
    """``upheld``: the objection was approved, and the order is withdrawn."""

    event: Literal["objection_ruled"] = "objection_ruled"
    order: str
    upheld: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWithdrawn:
    event: Literal["order_withdrawn"] = "order_withdrawn"
    order: str
    ground: WithdrawalGround


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
    """A paper to ``to`` awaits its ``signer``. Nobody outside is notified yet."""

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
    """Another reason for an unsigned paper, or for a level-up in progress."""

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
    """What the unsigned paper demanded has been done, or the issue is closed."""

    event: Literal["draft_lapsed"] = "draft_lapsed"
    draft: str


LadderEvent = (
    AlarmRaised
    | AlarmRepeated
    | AlarmAcknowledged
    | StillUnmet
    | Urged
    | OrderIssued
    | OrderJoined
    | OrderReplied
    | OrderLifted
    | OrderDone
    | OrderRevived
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
