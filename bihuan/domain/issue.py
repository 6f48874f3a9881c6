"""The issue as a value: its state, folded from its events."""

from dataclasses import dataclass, field
from datetime import datetime

from bihuan.domain.batches.values import Hold
from bihuan.domain.clocks.clock import Clock, Obligation, Pause
from bihuan.domain.clocks.governing import Governance
from bihuan.domain.dispatch.values import Assignment
from bihuan.domain.evaluation.values import Evaluation
from bihuan.domain.following.values import Links
from bihuan.domain.intake.values import Matter
from bihuan.domain.joint.values import Part, PartState
from bihuan.domain.ladder.values import Supervision
from bihuan.domain.requests.values import Request
from bihuan.domain.stage import STAGE_OF, Stage, Status


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue at one revision; ``revision`` counts its events. Each concept has a value of its own in it.

    ``silence_accepted_at``: when silence accepted it, until it is triaged anew.
    """

    issue_no: str
    revision: int
    status: Status
    matter: Matter
    governance: Governance
    assignment: Assignment
    evaluation: Evaluation = field(default_factory=Evaluation)
    links: Links = field(default_factory=Links)
    supervision: Supervision = field(default_factory=Supervision)
    clocks: tuple[Clock, ...] = ()
    requests: tuple[Request, ...] = ()
    parts: tuple[Part, ...] = ()
    holds: tuple[Hold, ...] = ()
    round: int = 1
    round_since: datetime | None = None
    """When this round began; None: at receipt."""
    info_asked: int = 0
    came_from: Status | None = None
    silence_accepted_at: datetime | None = None
    late_checks: tuple[Pause, ...] = ()
    """What checks that sent a result back had taken beyond their own limit."""
    closed_at: datetime | None = None

    @property
    def stage(self) -> Stage:
        return STAGE_OF[self.status]

    @property
    def closed(self) -> bool:
        return self.stage is Stage.CLOSED

    @property
    def dispatched(self) -> bool:
        """A unit holds it."""
        return bool(self.assignment.holder)

    @property
    def open_requests(self) -> tuple[Request, ...]:
        return tuple(request for request in self.requests if request.open)

    def request(self, no: str) -> Request | None:
        return next((request for request in self.requests if request.no == no), None)

    @property
    def waiting(self) -> tuple[str, ...]:
        """The issues that wait for the result of this one."""
        return tuple(one.issue_no for one in self.links.followers if one.follows)

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
        return frozenset({*self.assignment.holders, *assistants})

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
        """The clock whose deadline the enterprise is given: the issue's own; after its end, that of a rework."""
        own, solve = self.latest(Obligation.ISSUE), self.latest(Obligation.SOLVE)
        assert own is not None, "every issue starts with its own clock"
        rework = solve is not None and own.ended_at is not None and own.ended_at <= solve.started_at
        return solve if rework and solve is not None else own
