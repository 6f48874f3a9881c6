"""What happened to side requests, and what an approval brought about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bihuan.domain.clocks.limits import Limit
from bihuan.domain.people import Actor
from bihuan.domain.requests.commands import RejectGround, SuspensionBasis, TerminationGround
from bihuan.domain.requests.values import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAsked:
    """``limit``: how long the ruling may take."""

    event: Literal["request_asked"] = "request_asked"
    asked: Request
    limit: Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestApproved:
    """The request was granted; what follows from that is the next event."""

    event: Literal["request_approved"] = "request_approved"
    request: str
    by: Actor
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefused:
    event: Literal["request_refused"] = "request_refused"
    request: str
    by: Actor
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWithdrawn:
    event: Literal["request_withdrawn"] = "request_withdrawn"
    request: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOvertaken:
    """The issue went where what was asked no longer means anything; nobody need rule."""

    event: Literal["request_overtaken"] = "request_overtaken"
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    event: Literal["rejected"] = "rejected"
    ground: RejectGround
    reason: str
    other_channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """A clock is due at ``until`` instead. ``kept``: alarms that count as raised under its new grant."""

    event: Literal["extended"] = "extended"
    request: str
    clock: str
    until: datetime
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended:
    """Issue, result and report wait until ``until`` at the latest. ``report_every`` None: no report is owed meanwhile.

    ``clocks``: those that stop now; none where they are stopped already and only the date of review is another.
    ``kept``: alarms that count as raised under their new grant.
    """

    event: Literal["suspended"] = "suspended"
    request: str
    basis: SuspensionBasis
    reason: str
    until: datetime
    review: Limit
    report_every: Limit | None
    clocks: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """``moment`` is when the wait ended, however late that is noticed; ``lapsed``: its date of review had come."""

    event: Literal["resumed"] = "resumed"
    moment: datetime
    lapsed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminated:
    event: Literal["terminated"] = "terminated"
    request: str
    ground: TerminationGround
    reason: str
    other_channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSetAside:
    """The rating stays on record and does not count. ``settled``: calls already made complete the evaluation."""

    event: Literal["rating_set_aside"] = "rating_set_aside"
    request: str
    reason: str
    settled: bool


RequestEvent = (
    RequestAsked
    | RequestApproved
    | RequestRefused
    | RequestWithdrawn
    | RequestOvertaken
    | Rejected
    | Extended
    | Suspended
    | Resumed
    | Terminated
    | RatingSetAside
)
