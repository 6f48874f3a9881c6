"""The issue as a value: all that is known of it, folded from its events."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bihuan.domain.bounds import blank
from bihuan.domain.clocks.clock import Clock, Obligation, Pause
from bihuan.domain.clocks.governing import Governing
from bihuan.domain.commands import Enterprise
from bihuan.domain.ladder.papers import Consultation, LevelUpAsk, Paper, Reason
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Limits, Urgency
from bihuan.domain.stage import STAGE_OF, Outcome, Stage, Status

DISSATISFIED_MAX = 2
"""Ratings up to this are 差评."""


class Rung(StrEnum):
    """The rungs of the ladder (docs/rules.md 5.1)."""

    R0 = "R0"
    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R4 = "R4"
    R5 = "R5"
    R6 = "R6"
    P = "P"
    """Beyond the city's power: reported to the province."""


RUNG_ZH = {
    Rung.R0: "提醒",
    Rung.R1: "催办",
    Rung.R2: "督办",
    Rung.R3: "书面通报",
    Rung.R4: "提级会商",
    Rung.R5: "政府办研究",
    Rung.R6: "督办函",
    Rung.P: "上报省级",
}
assert set(RUNG_ZH) == set(Rung)

BAD_RATING = "BAD_RATING"
"""The ground of an R2 that no clock raises: a rating that stood."""


def alarm_key(clock: str, grant: int, rung: Rung | str, ground: str = "") -> str:
    """What names an alarm: ``solve#2/0/R1``; on a ground of its own ``solve#2/0/R2:BAD_RATING``."""
    return f"{clock}/{grant}/{rung}" + (f":{ground}" if ground else "")


def rung_of(alarm: str) -> Rung:
    """The rung that the key of an alarm names."""
    return Rung(alarm.rpartition("/")[2].partition(":")[0])


def highest(rungs: Iterable[Rung]) -> Rung | None:
    return max(rungs, key=tuple(Rung).index, default=None)


class Light(StrEnum):
    """The worst of all running clocks."""

    GREEN = "GREEN"
    BLUE = "BLUE"
    YELLOW = "YELLOW"
    RED = "RED"


LIGHT_ZH = {Light.GREEN: "正常", Light.BLUE: "蓝灯", Light.YELLOW: "黄灯", Light.RED: "红灯"}


class Desk(StrEnum):
    """The kinds of party that can owe an act or be told of one."""

    ENTERPRISE = "enterprise"
    LIAISON = "liaison"
    UNIT = "unit"
    UNIT_HEAD = "unit-head"
    COORDINATION = "coordination"
    COORDINATION_HEAD = "coordination-head"
    CALLBACK = "callback"
    CALLBACK_HEAD = "callback-head"
    SERVICE_GROUP = "service-group"
    GROUP = "group"
    GROUP_LEADER = "group-leader"
    COUNTY_LEADER = "county-leader"
    LEADER = "leader"
    CITY_LEADER = "city-leader"
    """The leader of the city who is linked to the enterprise."""
    BULLETIN = "bulletin"
    GOVERNMENT_OFFICE = "government-office"
    MAYOR = "mayor"
    INSPECTION = "inspection"
    DISCIPLINE = "discipline"
    PROVINCE = "province"


DESK_ZH = {
    Desk.ENTERPRISE: "企业",
    Desk.LIAISON: "包联干部",
    Desk.UNIT: "承办单位",
    Desk.UNIT_HEAD: "承办单位负责人",
    Desk.COORDINATION: "综合协调组",
    Desk.COORDINATION_HEAD: "综合协调组负责人",
    Desk.CALLBACK: "回访员",
    Desk.CALLBACK_HEAD: "回访负责人",
    Desk.SERVICE_GROUP: "服务职能组",
    Desk.GROUP: "专项督导组",
    Desk.GROUP_LEADER: "专项督导组组长",
    Desk.COUNTY_LEADER: "县区分管领导",
    Desk.LEADER: "领导小组分管领导",
    Desk.CITY_LEADER: "包联市领导",
    Desk.BULLETIN: "全体单位通报栏",
    Desk.GOVERNMENT_OFFICE: "市政府办公室",
    Desk.MAYOR: "市长",
    Desk.INSPECTION: "督查局",
    Desk.DISCIPLINE: "纪检监察机关",
    Desk.PROVINCE: "省工作组",
}
assert set(DESK_ZH) == set(Desk)


@dataclass(frozen=True, slots=True)
class Party:
    """A desk, and which one where there are several: a unit code, a group id, a county code, an official's id.

    Who sits there today is looked up when somebody is told, never here.
    """

    desk: Desk
    ref: str = ""

    def __str__(self) -> str:
        return f"{self.desk}:{self.ref}" if self.ref else self.desk

    @classmethod
    def parse(cls, text: str) -> "Party":
        """What ``str`` made."""
        desk, _, ref = text.partition(":")
        return cls(Desk(desk), ref)


@dataclass(frozen=True, slots=True)
class Order:
    """A supervision order (督办单): ``presses`` are the clocks whose acts it demands.

    ``team_leader`` is the desk that leads the supervision; who sits there is looked up when somebody is told.
    ``reply_due`` is the date on the paper. ``poor``: the last reply was returned as not good enough. ``issued_by``: by
    hand; None: by the clock. ``joined``: an alarm of its unit joined it since. ``withdrawn_at``: when it was found to
    press the wrong unit, or what is not owed yet.
    """

    no: str
    rung: Rung
    group: str
    unit: str
    authorisation_ref: str
    issued_at: datetime
    presses: tuple[str, ...]
    replied_at: datetime | None = None
    lifted_at: datetime | None = None
    done_at: datetime | None = None
    team_leader: str = ""
    scope: str = ""
    reply_due: datetime | None = None
    ground: str = ""
    issued_by: Actor | None = None
    lifted_by: Actor | None = None
    poor: bool = False
    objected_at: datetime | None = None
    objection_ruled_at: datetime | None = None
    withdrawn_at: datetime | None = None
    joined: bool = False

    @property
    def open(self) -> bool:
        return self.lifted_at is None and self.done_at is None and self.withdrawn_at is None

    @property
    def explains(self) -> bool:
        """It demands nothing but a reply, so that no act can end it."""
        return all(clock.startswith(f"{Obligation.REPLY}#") for clock in self.presses)

    @property
    def by_clock(self) -> bool:
        """It stands for an alarm, whoever issued it."""
        return self.issued_by is None or self.joined

    @property
    def objection_open(self) -> bool:
        return self.objected_at is not None and self.objection_ruled_at is None


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper before the person who must sign it: ``to`` whom it is addressed, ``signer`` who signs or discards it."""

    no: str
    paper: Paper
    rung: Rung
    to: Party
    signer: Role
    reasons: tuple[Reason, ...]
    opened_at: datetime
    proposed_by: Actor | None = None
    signed_at: datetime | None = None
    signed_by: Actor | None = None
    discarded_at: datetime | None = None
    lapsed_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.signed_at is None and self.discarded_at is None and self.lapsed_at is None

    @property
    def presses(self) -> tuple[str, ...]:
        return tuple(reason.clock for reason in self.reasons)

    @property
    def before(self) -> Party:
        """The desk it lies before."""
        return Party(Desk.LEADER if self.signer is Role.LDR else Desk.COORDINATION)


@dataclass(frozen=True, slots=True)
class Unheeded:
    """A notice of R1 or R2 that repeats. ``told``: who has not acknowledged it. ``since``: when they were last told.

    ``owes``: who was pressed; None: in an issue older than this.
    """

    alarm: str
    clock: str
    told: tuple[Party, ...]
    since: datetime
    repeats: int = 0
    owes: Party | None = None


class RequestKind(StrEnum):
    """What can be asked beside the line (docs/rules.md 6); each needs a second person."""

    EXTENSION = "EXTENSION"
    SUSPENSION = "SUSPENSION"
    TERMINATION = "TERMINATION"
    APPEAL = "APPEAL"
    REJECTION = "REJECTION"


REQUEST_ZH = {
    RequestKind.EXTENSION: "延期",
    RequestKind.SUSPENSION: "挂起",
    RequestKind.TERMINATION: "终止",
    RequestKind.APPEAL: "差评申诉",
    RequestKind.REJECTION: "不予受理",
}
assert set(REQUEST_ZH) == set(RequestKind)


class RequestState(StrEnum):
    OPEN = "OPEN"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    OVERTAKEN = "OVERTAKEN"
    """The issue went where what was asked no longer means anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A side request (申请): what was asked, by whom, and what came of it.

    ``approver``: the desk that rules. ``unit``: who held the issue. ``ground``: the basis or ground named.
    ``until``: the new date of an extension, the review date of a suspension. ``clock``: the clock to extend.
    ``over_at``: when an approved suspension ended.
    """

    no: str
    kind: RequestKind
    asked_by: Actor
    asked_at: datetime
    reason: str
    approver: Party
    unit: str = ""
    ground: str = ""
    other_channel: str = ""
    until: datetime | None = None
    clock: str = ""
    state: RequestState = RequestState.OPEN
    ruled_by: Actor | None = None
    ruled_at: datetime | None = None
    ruling: str = ""
    over_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.state is RequestState.OPEN

    @property
    def suspends(self) -> bool:
        """An approved suspension that is not over."""
        approved = self.kind is RequestKind.SUSPENSION and self.state is RequestState.APPROVED
        return approved and self.over_at is None

    def over(self, at: datetime) -> "Request":
        """The request, its suspension ended where it was still suspending."""
        return replace(self, over_at=at) if self.suspends else self


@dataclass(frozen=True, slots=True)
class Follower:
    """An issue that follows this one, or did, by its own word as of its event ``seq``."""

    issue_no: str
    seq: int
    follows: bool


@dataclass(frozen=True, slots=True)
class Absorbed:
    """An issue that by our event ``seq`` may merge into this one, and has not said yet whether it did."""

    child: str
    seq: int


class PartState(StrEnum):
    """How the part of an assisting unit stands."""

    OWED = "OWED"
    HANDED_IN = "HANDED_IN"
    """The lead has it and has not judged it."""
    ACCEPTED = "ACCEPTED"
    RELEASED = "RELEASED"
    LAPSED = "LAPSED"
    """Over with the issue's result, or with the issue; ``handed_in_at`` says whether it had been handed in."""


PART_ZH = {
    PartState.OWED: "待提交",
    PartState.HANDED_IN: "已提交，待采纳",
    PartState.ACCEPTED: "已采纳",
    PartState.RELEASED: "已免除",
    PartState.LAPSED: "随件终结",
}
assert set(PART_ZH) == set(PartState)


@dataclass(frozen=True, slots=True)
class Part:
    """What an assisting unit (协办单位) owes the lead, whoever leads. ``clock`` names it and says until when."""

    clock: str
    unit: str
    task: str
    asked_at: datetime
    state: PartState = PartState.OWED
    text: str = ""
    evidence: tuple[str, ...] = ()
    handed_in_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    """Why it was last returned, or released."""

    @property
    def open(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Hold:
    """A mass suspension (统一停钟) of one issue: by which batch, on what basis, and the clock that ends it."""

    batch: str
    basis: str
    since: datetime
    until: datetime
    clock: str
    over_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.over_at is None


@dataclass(frozen=True, slots=True)
class Rating:
    """``score`` from 1 to 5. ``counts``: not set aside on appeal as mistaken or malicious. ``by``: who recorded it."""

    score: int
    solved: bool
    counts: bool = True
    by: Actor | None = None

    @property
    def bad(self) -> bool:
        """Dissatisfied, or not solved whatever the score (docs/rules.md 1.8)."""
        return self.counts and (self.score <= DISSATISFIED_MAX or not self.solved)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal that waits for its audit (撤单质检): until then the issue goes on as if it had not been asked."""

    reason: str
    asked_at: datetime
    by: Actor | None = None


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
    unheeded: tuple[Unheeded, ...] = ()
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
        """Not all is known that its triage needs."""
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
        """The open part of this unit; it has one at most."""
        return next((part for part in self.open_parts if part.unit == unit), None)

    @property
    def handlers(self) -> frozenset[str]:
        """The units whose work it is or was: who held it, and who assists or handed a part in, released or not."""
        assistants = (p.unit for p in self.parts if p.handed_in_at is not None or p.state is not PartState.RELEASED)
        return frozenset({self.holder, *self.earlier_holders, *assistants} - {""})

    @property
    def hold(self) -> Hold | None:
        """The mass suspension that lasts longest of those it is under."""
        return max((hold for hold in self.holds if hold.open), key=lambda hold: hold.until, default=None)

    def clock(self, obligation: Obligation) -> Clock | None:
        """The latest clock of this obligation that is not over."""
        return next((c for c in reversed(self.clocks) if c.obligation is obligation and c.open), None)

    def latest(self, obligation: Obligation) -> Clock | None:
        """The latest clock of this obligation, over or not."""
        return next((c for c in reversed(self.clocks) if c.obligation is obligation), None)

    @property
    def deadline(self) -> Clock:
        """The clock the enterprise waits by: the issue's own, and after its end that of a round of rework."""
        own, solve = self.latest(Obligation.ISSUE), self.latest(Obligation.SOLVE)
        assert own is not None, "every issue is born with its own clock"
        rework = solve is not None and own.ended_at is not None and own.ended_at <= solve.started_at
        return solve if rework and solve is not None else own
