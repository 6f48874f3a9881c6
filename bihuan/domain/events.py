"""What happened to an issue: one frozen dataclass for each fact, in the past tense.

Events carry all that deciding found out, so that folding them (``evolve``) needs neither policy nor calendar.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bihuan.domain.batches.events import BatchEvent
from bihuan.domain.clocks.changes import ClockJudged, ClockMoved, Relimit, Waited
from bihuan.domain.clocks.governing import Governing
from bihuan.domain.clocks.workdays import Limit
from bihuan.domain.commands import (
    AuditVerdict,
    CallResult,
    Enterprise,
    RejectGround,
    Submit,
    SuspensionBasis,
    TerminationGround,
)
from bihuan.domain.issue import Party, Request, Rung, alarm_key
from bihuan.domain.ladder.events import LadderEvent
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
class AcceptedBySilence:
    """Nobody triaged it in the time the law gives. ``moment`` is when that time ended, however late it is noticed; from
    then on the hand-over is owed within ``limit``.
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
    """Nothing came in time. ``moment`` is when the wait ended, however late that is noticed."""

    event: Literal["info_lapsed"] = "info_lapsed"
    moment: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    event: Literal["rejected"] = "rejected"
    ground: RejectGround
    reason: str
    other_channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeAsked:
    event: Literal["merge_asked"] = "merge_asked"
    into: str
    enterprise: Enterprise


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """``asked``: the issue that was asked; it may have gone to ``into`` itself. ``seq``: the event of ``into`` that
    took this one in."""

    event: Literal["merged"] = "merged"
    into: str
    asked: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRefused:
    """It goes on where it was. ``why``: the name of the refusal."""

    event: Literal["merge_refused"] = "merge_refused"
    into: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLapsed:
    """Before the answer came, the issue had gone where it cannot be merged any more."""

    event: Literal["merge_lapsed"] = "merge_lapsed"
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTaken:
    """Another issue was told that it may merge into this one."""

    event: Literal["merge_taken"] = "merge_taken"
    child: str
    asked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSettled:
    """It said whether it did, as our event ``seq`` had allowed."""

    event: Literal["merge_settled"] = "merge_settled"
    child: str
    seq: int
    merged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    event: Literal["followed"] = "followed"
    parent: str
    parent_category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollowed:
    """It waits for the parent no longer: it is to be handed over, or over itself."""

    event: Literal["unfollowed"] = "unfollowed"
    parent: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerTold:
    """Another issue said, as of its event ``seq``, that it follows this one or no longer does."""

    event: Literal["follower_told"] = "follower_told"
    child: str
    seq: int
    follows: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowersServed:
    """The result passed, and goes to all that wait for it."""

    event: Literal["followers_served"] = "followers_served"
    children: tuple[str, ...]
    outcome: Outcome
    text: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowersReleased:
    """There will be no result for those that wait; each goes on alone."""

    event: Literal["followers_released"] = "followers_released"
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """The parent's result is this issue's too; its unit holds the issue and informs the enterprise."""

    event: Literal["inherited"] = "inherited"
    parent: str
    outcome: Outcome
    text: str
    unit: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    event: Literal["classified"] = "classified"
    category: str
    service_group: str
    urgency: Urgency
    complex: bool
    limits: Limits
    relimited: tuple[Relimit, ...]
    governed_by: Governing | None = None
    moved: tuple[ClockMoved, ...] = ()
    granted: tuple[str, ...] = ()
    """Of these the clocks whose deadline comes later, so that rungs may be raised again, but for those ``kept``."""
    kept: tuple[str, ...] = ()


Route = Literal["hand_over", "transfer", "reassign", "designate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    """A unit was given the issue. ``own_limit``: it gets its full time, whatever is left on the issue's clock.

    ``solve``: which time that is, None in older histories: the class's; ``until``: when it ends at the latest.
    """

    event: Literal["dispatched"] = "dispatched"
    route: Route
    unit: str
    group: str
    own_limit: bool
    by_unit: bool = False
    basis: str = ""
    reason: str = ""
    governed_by: Governing | None = None
    """From the first hand-over on, final."""
    co_units: tuple[str, ...] = ()
    solve: Limit | None = None
    until: datetime | None = None
    waited: Waited | None = None
    """For a late ruling on its return, where the unit keeps the issue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    event: Literal["signed"] = "signed"
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAsked:
    event: Literal["return_asked"] = "return_asked"
    reason: str
    basis: str
    suggested_unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRefused:
    event: Literal["return_refused"] = "return_refused"
    reason: str
    waited: Waited | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    event: Literal["reported"] = "reported"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSubmitted:
    event: Literal["result_submitted"] = "result_submitted"
    outcome: Outcome
    text: str
    evidence: tuple[str, ...]
    open_parts_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistAdded:
    """A unit is to do a part of it for the lead."""

    event: Literal["assist_added"] = "assist_added"
    unit: str
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSubmitted:
    event: Literal["part_submitted"] = "part_submitted"
    unit: str
    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAccepted:
    """``implied``: by the result that went out with it, or because the unit now leads; nobody said so of the part."""

    event: Literal["part_accepted"] = "part_accepted"
    unit: str
    note: str = ""
    implied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReturned:
    event: Literal["part_returned"] = "part_returned"
    unit: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistReleased:
    """The part was taken off the unit, not done. ``leads``: because the whole issue is now its own."""

    event: Literal["assist_released"] = "assist_released"
    unit: str
    reason: str = ""
    leads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPassed:
    event: Literal["check_passed"] = "check_passed"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """``late_since``: when the check's own limit was over; what it took beyond is given back, and moves deadlines."""

    event: Literal["sent_back"] = "sent_back"
    reason: str
    late_since: datetime | None = None
    moved: tuple[ClockMoved, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    event: Literal["delivered"] = "delivered"
    to: str
    how: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    event: Literal["rated"] = "rated"
    score: int
    solved: bool
    comment: str
    callback_due: bool
    proof: str = ""
    by: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingLapsed:
    event: Literal["rating_lapsed"] = "rating_lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledBack:
    """``settled``: the evaluation is complete with this call."""

    event: Literal["called_back"] = "called_back"
    result: CallResult
    record: str
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReworkOrdered:
    event: Literal["rework_ordered"] = "rework_ordered"
    reason: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    event: Literal["withdrawn"] = "withdrawn"
    reason: str
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalAsked:
    """The enterprise withdraws, and is asked first whether somebody pressed it to; until then the issue goes on."""

    event: Literal["withdrawal_asked"] = "withdrawal_asked"
    reason: str
    proof: str = ""
    by: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalAudited:
    """What the enterprise answered. Genuine: the issue is withdrawn. Else it goes on."""

    event: Literal["withdrawal_audited"] = "withdrawal_audited"
    verdict: AuditVerdict
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedOut:
    event: Literal["closed_out"] = "closed_out"
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    event: Literal["reopened"] = "reopened"
    reason: str
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    event: Literal["archived"] = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    event: Literal["amended"] = "amended"
    title: str
    description: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    event: Literal["noted"] = "noted"
    text: str


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
    """Another alarm of the unit it names: no second order, but ``told`` hear of it again. ``alarm``: its key."""

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
    """What the order pressed for has been done."""

    event: Literal["order_done"] = "order_done"
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRevived:
    """What the order pressed for was sent back as not done, so the order stands again."""

    event: Literal["order_revived"] = "order_revived"
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRequested:
    """An operator asked Temporal to cancel the workflow. Nothing changes; that it was asked is on record."""

    event: Literal["cancel_requested"] = "cancel_requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarAdopted:
    """The issue goes by another calendar, and so by another policy. ``kept``: alarms that are not raised once more."""

    event: Literal["calendar_adopted"] = "calendar_adopted"
    version: str
    source: str
    policy_version: str
    moved: tuple[ClockMoved, ...]
    judged: tuple[ClockJudged, ...]
    kept: tuple[str, ...]


Event = (
    Submitted
    | Completed
    | Accepted
    | AcceptedBySilence
    | Answered
    | InfoAsked
    | InfoSupplied
    | InfoLapsed
    | Rejected
    | MergeAsked
    | Merged
    | MergeRefused
    | MergeLapsed
    | MergeTaken
    | MergeSettled
    | Followed
    | Unfollowed
    | FollowerTold
    | FollowersServed
    | FollowersReleased
    | Inherited
    | Classified
    | Dispatched
    | Signed
    | ReturnAsked
    | ReturnRefused
    | Reported
    | ResultSubmitted
    | AssistAdded
    | PartSubmitted
    | PartAccepted
    | PartReturned
    | AssistReleased
    | CheckPassed
    | SentBack
    | Delivered
    | Rated
    | RatingLapsed
    | CalledBack
    | ReworkOrdered
    | RequestAsked
    | RequestApproved
    | RequestRefused
    | RequestWithdrawn
    | RequestOvertaken
    | Extended
    | Suspended
    | Resumed
    | Terminated
    | RatingSetAside
    | Withdrawn
    | WithdrawalAsked
    | WithdrawalAudited
    | ClosedOut
    | Reopened
    | Archived
    | Amended
    | Noted
    | AlarmRaised
    | OrderIssued
    | OrderJoined
    | OrderReplied
    | OrderLifted
    | OrderDone
    | OrderRevived
    | CancelRequested
    | CalendarAdopted
    | BatchEvent
    | LadderEvent
)
