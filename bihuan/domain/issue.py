"""The issue as a value: its state, folded from its events."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.batches.values import Hold
from bihuan.domain.bounds import blank
from bihuan.domain.clocks.clock import Clock, Obligation, Pause
from bihuan.domain.clocks.governing import Governing
from bihuan.domain.evaluation.values import Rating, Withdrawal
from bihuan.domain.following.values import Follower
from bihuan.domain.intake.commands import Enterprise
from bihuan.domain.joint.values import Part, PartState
from bihuan.domain.ladder.orders import Order
from bihuan.domain.ladder.papers import Consultation, Draft, LevelUpAsk
from bihuan.domain.ladder.rungs import UnacknowledgedAlarm
from bihuan.domain.merging.values import Absorbed
from bihuan.domain.parties import Party
from bihuan.domain.people import Actor
from bihuan.domain.policy import Limits, Urgency
from bihuan.domain.requests.values import Request
from bihuan.domain.stage import STAGE_OF, Outcome, Stage, Status


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue at one revision. ``revision`` counts its events; ``raised`` holds the keys of alarms raised.

    ``governed_by`` says where ``limits`` come from; None only in issues older than legal clocks, which the profile
    governs. ``silence_accepted_at``: when silence accepted it, until it is triaged anew. ``adopted_by``: the batch that
    gave it the policy it is under; ``kept``: the policies a batch kept it from.
    """

    issue_no: str
    revision: int
    status: Status
    enterprise: Enterprise
    title: str
    description: str
    county: str
    contact: str
    channel: str
    category: str
    service_group: str
    urgency: Urgency
    complex: bool
    keyed_by: Actor
    liaison: str
    received_at: datetime
    policy_version: str
    limits: Limits
    triager: Party
    group: str
    holder: str = ""
    earlier_holders: tuple[str, ...] = ()
    given_at: datetime | None = None
    designated: bool = False
    transfers_by_units: int = 0
    transfers: int = 0
    returns_asked: int = 0
    round: int = 1
    round_since: datetime | None = None
    """When this round began; None: at receipt."""
    info_asked: int = 0
    came_from: Status | None = None
    outcome: Outcome | None = None
    rating: Rating | None = None
    rated_at: datetime | None = None
    no_answers: tuple[datetime, ...] = ()
    merging: str = ""
    """The issue it asked to be merged into; nothing else of it changes until the answer is here."""
    merged_into: str = ""
    closed_at: datetime | None = None
    clocks: tuple[Clock, ...] = ()
    orders: tuple[Order, ...] = ()
    raised: frozenset[str] = frozenset()
    governed_by: Governing | None = None
    silence_accepted_at: datetime | None = None
    requests: tuple[Request, ...] = ()
    parts: tuple[Part, ...] = ()
    result: str = ""
    following: str = ""
    inherited_from: str = ""
    left_parent: bool = False
    followers: tuple[Follower, ...] = ()
    absorbing: tuple[Absorbed, ...] = ()
    holds: tuple[Hold, ...] = ()
    late_checks: tuple[Pause, ...] = ()
    """What checks that sent a result back had taken beyond their own limit."""
    adopted_by: str = ""
    kept: tuple[str, ...] = ()
    drafts: tuple[Draft, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    level_up_asked: LevelUpAsk | None = None
    levelled_up: bool = False
    missed_by: tuple[str, ...] = ()
    """The units that held it when the time for its result ran out."""
    urged_at: datetime | None = None
    unheeded: tuple[UnacknowledgedAlarm, ...] = ()
    alerted: tuple[Party, ...] = ()
    """Whoever was told of R1 or R2 since it was opened or reopened, and so is to hear when it is over."""
    handled_by: tuple[str, ...] = ()
    """The persons who handled it, answered it, asked for a ruling or handed in a part: none of them judges it."""
    unit_acted_at: datetime | None = None
    """When a unit last did something about it."""
    withdrawal: Withdrawal | None = None

    @property
    def stage(self) -> Stage:
        return STAGE_OF[self.status]

    @property
    def closed(self) -> bool:
        return self.stage is Stage.CLOSED

    @property
    def incomplete(self) -> bool:
        """Whether facts are missing that triage needs."""
        return any(blank(one) for one in (self.county, self.contact, self.channel))

    @property
    def dispatched(self) -> bool:
        """A unit holds it."""
        return bool(self.holder)

    @property
    def open_orders(self) -> tuple[Order, ...]:
        return tuple(order for order in self.orders if order.open)

    @property
    def open_drafts(self) -> tuple[Draft, ...]:
        return tuple(draft for draft in self.drafts if draft.open)

    def draft(self, no: str) -> Draft | None:
        return next((draft for draft in self.drafts if draft.no == no), None)

    def order(self, no: str) -> Order | None:
        return next((order for order in self.orders if order.no == no), None)

    @property
    def open_requests(self) -> tuple[Request, ...]:
        return tuple(request for request in self.requests if request.open)

    def request(self, no: str) -> Request | None:
        return next((request for request in self.requests if request.no == no), None)

    @property
    def waiting(self) -> tuple[str, ...]:
        """The issues that wait for the result of this one."""
        return tuple(one.issue_no for one in self.followers if one.follows)

    @property
    def open_parts(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.open)

    def part(self, unit: str) -> Part | None:
        """The open part of this unit; a unit has one at most."""
        return next((part for part in self.open_parts if part.unit == unit), None)

    @property
    def handlers(self) -> frozenset[str]:
        """Units whose work it is or was: holders, assistants, and who handed a part in and was released."""
        assistants = (p.unit for p in self.parts if p.handed_in_at is not None or p.state is not PartState.RELEASED)
        return frozenset({self.holder, *self.earlier_holders, *assistants} - {""})

    @property
    def hold(self) -> Hold | None:
        """Of the mass suspensions in force, the one that lasts longest."""
        return max((hold for hold in self.holds if hold.open), key=lambda hold: hold.until, default=None)

    def clock(self, obligation: Obligation) -> Clock | None:
        """The latest clock of this obligation that is not over."""
        return next((c for c in reversed(self.clocks) if c.obligation is obligation and c.open), None)

    def latest(self, obligation: Obligation) -> Clock | None:
        """The latest clock of this obligation, over or not."""
        return next((c for c in reversed(self.clocks) if c.obligation is obligation), None)

    @property
    def deadline(self) -> Clock:
        """The clock whose deadline the enterprise knows: the issue's own; after that, the round of rework's."""
        own, solve = self.latest(Obligation.ISSUE), self.latest(Obligation.SOLVE)
        assert own is not None, "every issue starts with its own clock"
        rework = solve is not None and own.ended_at is not None and own.ended_at <= solve.started_at
        return solve if rework and solve is not None else own
