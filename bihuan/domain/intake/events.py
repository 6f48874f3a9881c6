"""What happened to an issue before a unit had it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bihuan.domain.clocks.changes import ClockMoved, LimitChange
from bihuan.domain.clocks.governing import Governing
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.intake.commands import Enterprise, Submit
from bihuan.domain.parties import Party
from bihuan.domain.people import Actor
from bihuan.domain.policy import Limits, Urgency
from bihuan.domain.stage import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    event: Literal["submitted"] = "submitted"
    submission: Submit
    complete: bool
    keyed_by: Actor
    urgency: Urgency
    service_group: str
    policy_version: str
    limits: Limits
    triager: Party
    group: str
    governed_by: Governing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """The receipt is complete. County, and with it group and triager, may only be known now.

    ``liaison``: the official who answers for the enterprise, where that is only known now.
    """

    event: Literal["completed"] = "completed"
    enterprise: Enterprise
    description: str
    county: str
    contact: str
    channel: str
    triager: Party
    group: str
    liaison: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    event: Literal["accepted"] = "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeemedAccepted:
    """It was not triaged within the legal limit, which ended at ``moment``; from then on the hand-over is due within
    ``limit``.
    """

    event: Literal["accepted_by_silence"] = "accepted_by_silence"
    moment: datetime
    limit: Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    event: Literal["answered"] = "answered"
    outcome: Outcome
    text: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InfoAsked:
    """``pauses``: the first two waits stop the clocks, later ones do not."""

    event: Literal["info_asked"] = "info_asked"
    question: str
    pauses: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InfoSupplied:
    event: Literal["info_supplied"] = "info_supplied"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InfoLapsed:
    """Nothing came in time. ``moment``: when the wait ended, which may be before this was recorded."""

    event: Literal["info_lapsed"] = "info_lapsed"
    moment: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    event: Literal["classified"] = "classified"
    category: str
    service_group: str
    urgency: Urgency
    complex: bool
    limits: Limits
    relimited: tuple[LimitChange, ...]
    governed_by: Governing | None = None
    moved: tuple[ClockMoved, ...] = ()
    granted: tuple[str, ...] = ()
    """Of these the clocks whose deadline comes later, so that rungs may be raised again, but for those ``kept``."""
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    event: Literal["amended"] = "amended"
    title: str
    description: str
    contact: str


IntakeEvent = (
    Submitted
    | Completed
    | Accepted
    | DeemedAccepted
    | Answered
    | InfoAsked
    | InfoSupplied
    | InfoLapsed
    | Classified
    | Amended
)
