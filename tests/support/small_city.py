"""A small city made for the rules alone, the people in it, and issues brought into every status by legal acts.

Two counties with supervision groups, one of which triages for itself, and a third that no roster names. The numbers are
those of docs/rules.md 4.2 and 4.4, written out here and nowhere read from the project's own files.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.batches.commands import AdoptPolicy, Handling, HoldClocks, ReleaseClocks
from bihuan.domain.batches.policy_adoption import without_days
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.clocks.special_days import CalendarVersion, SpecialDay
from bihuan.domain.clocks.workdays import WorkCalendar
from bihuan.domain.evolve import evolve
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import RecordedEvent, Step, execute, fold, open_issue, settle
from bihuan.domain.people import SYSTEM, Actor, Role
from bihuan.domain.policy import Group, Law, Limits, Policy, RequestRules, Unit, UnitKind, Urgency
from bihuan.domain.stage import Outcome, Status

PLAIN, HUBBED, UNLISTED = "410923", "410922", "410999"
"""Coordination triages for the first, its hub for the second; the third has neither hub nor group."""
D1, D2, D3, FORMER = "D1", "D2", "D3", "D4"
PLAIN_HUB, HUBBED_HUB = "H-410923", "H-410922"
C1 = "C1"
"""A unit of the plain county itself."""
UNIT_OF_G2 = D3
"""The roster names a group for this unit itself."""
G1, G2, COORD = "G1", "G2", "COORD"
USCC = "91410923MA0000001H"

LIMITS = {
    Urgency.CONSULT: "4wh 4wh - - 1wd 4wh",
    f"{Urgency.CONSULT}+complex": "4wh 4wh - - 3wd 4wh",
    Urgency.URGENT: "1wh 1wh 24h - 3wd 1wd",
    Urgency.GENERAL: "1wd 1wd 3wd - 7wd 1wd",
    Urgency.COMPLEX: "1wd 1wd 3wd 7wd 30d 5wd",
    Urgency.HISTORIC: "1wd 1wd 3wd 30d 30d 5wd",
}
"""triage, sign, first report, reports after it, solve, blue light"""
DAYS_OFF = ("09-20", "09-21", "10-01", "10-04", "10-05", "10-06", "10-07")
DAYS_MADE_UP = ("09-18", "09-26", "10-09")


def limit(text: str) -> Limit:
    return Limit.parse(text)


def _limits(row: str) -> Limits:
    triage, sign, report, every, solve, blue = (None if text == "-" else limit(text) for text in row.split())
    assert triage
    assert sign
    assert solve
    assert blue
    return Limits(
        triage=triage,
        sign=sign,
        report=report,
        report_every=every,
        solve=solve,
        blue=blue,
        complete=limit("1wd"),
        supply=limit("5wd"),
        return_window=limit("2wd"),
        ruling=limit("1wd"),
        rework=limit("5wd"),
        check=limit("1wd"),
        deliver=limit("1wd"),
        evaluate=limit("5wd"),
        callback=limit("1wd"),
        callback_apart=limit("1wd"),
        close_out=limit("1wd"),
        reply=limit("3wd"),
        lift=limit("3wd"),
        archive=limit("30d"),
        sup_after=limit("1wd"),
        assist=limit("3wd"),
        crit_after=limit("5wd"),
        level_up=limit("10d"),
        letter_after=limit("10wd"),
        sign_draft=limit("1wd"),
        consult=limit("5wd"),
        objection=limit("30d"),
        objection_ruling=limit("30d"),
        repeat_every=limit("1wd"),
        urge_every=limit("1wd"),
        audit=limit("1wd"),
        audit_window=limit("3d"),
    )


def _special(day: str, *, works: bool) -> SpecialDay:
    return SpecialDay(date.fromisoformat(f"2021-{day}"), works, "调休" if works else "放假")


CALENDAR = WorkCalendar(
    version="2021",
    days=(*(_special(day, works=False) for day in DAYS_OFF), *(_special(day, works=True) for day in DAYS_MADE_UP)),
    published_years=frozenset({2021}),
    office_minutes=((510, 720), (870, 1080)),
)
AS_IT_IS = CalendarVersion("2021", "国办发明电〔2020〕27号", CALENDAR.days, (2021,))
REVISED = replace(AS_IT_IS, version="2021.2", days=(*CALENDAR.days, _special("08-11", works=False)))
"""A Wednesday of the four weeks without a holiday is given free."""
OFFICE_DAY, CLOSE = timedelta(hours=7), time(18)

_UNITS = (
    Unit(D1, "供电公司", UnitKind.DEPARTMENT),
    Unit(D2, "金融局", UnitKind.DEPARTMENT),
    Unit(D3, "住建局", UnitKind.DEPARTMENT),
    Unit(FORMER, "交通局", UnitKind.DEPARTMENT),
    Unit(C1, "南乐县住建局", UnitKind.COUNTY, PLAIN),
    Unit(PLAIN_HUB, "南乐县专班", UnitKind.HUB, PLAIN),
    Unit(HUBBED_HUB, "清丰县专班", UnitKind.HUB, HUBBED),
)
REQUEST_RULES = RequestRules(
    ruling=limit("1wd"),
    extension_before=limit("1wd"),
    extension_percent=100,
    extensions_by_coordination=1,
    extensions_max=2,
    suspension_review=limit("30d"),
    suspension_by_coordination=limit("90d"),
    suspended_report=limit("30d"),
    appeal_window=limit("3wd"),
    appeal_ruling=limit("3wd"),
)
_GROUPS = (Group(G1, "第一督导组", "授权1号"), Group(G2, "第二督导组", "授权2号"))
ARREARS, HENAN_BE = (
    Law(
        id=law,
        name=f"《{law}》",
        name_en=law,
        citation=f"《{law}》某条",
        citation_en=f"{law}, an article",
        categories=(category,),
        limits=_limits(row),
        solve_max=limit(longest),
        silence_accepts=silence,
    )
    for law, category, row, longest, silence in (
        ("LAW-ARREARS", "ARREARS", "10wd 1wd 3wd 7wd 30d 5wd", "90d", False),
        ("LAW-HENAN-BE", "COMPLAINT_BE", "3wd 1wd 3wd 7wd 30d 5wd", "60d", True),
    )
)
POLICY = Policy(
    version="v1",
    profile="PY-13710",
    limits={key: _limits(row) for key, row in LIMITS.items()},
    calendar=CALENDAR,
    units={unit.code: unit for unit in _UNITS},
    groups={group.id: group for group in _GROUPS},
    county_groups={PLAIN: G1, HUBBED: G2},
    unit_groups={UNIT_OF_G2: G2},
    catalogue={"FIN": "FINANCE", "ENERGY": "FACTOR", "ARREARS": "LAW", "COMPLAINT_BE": "BIZENV"},
    hub_triages=frozenset({HUBBED}),
    coordination=Group(COORD, "综合协调组", "授权0号"),
    alarms_late_s=60,
    callback_sample_percent=10,
    laws=(ARREARS, HENAN_BE),
    requests=REQUEST_RULES,
    repeats_max=5,
    level_up_units=2,
    level_up_reworks=3,
    level_up_transfers=3,
    counties={PLAIN: "南乐县", HUBBED: "清丰县(含开发区)", UNLISTED: "名册外县"},
)

SHORTER_SOLVE: Mapping[str, Limit] = {Urgency.GENERAL: limit("5wd"), Urgency.COMPLEX: limit("20d")}

ENTERPRISE = Actor(Role.ENT, "enterprise", USCC)
LIAISON = Actor(Role.LIA, "liaison")
COORDINATOR = Actor(Role.COO, "coordinator")
DEPUTY = Actor(Role.COO, "deputy")
"""Another person of coordination: who asks does not rule."""
CITY_LEADER = Actor(Role.LDR, "city leader")
SERVICE = Actor(Role.SVG, "service", "FACTOR")
CALLER = Actor(Role.CBK, "caller")
LEADER = Actor(Role.LDR, "leader")


def handler(unit: str) -> Actor:
    return Actor(Role.DEP, f"handler of {unit}", unit)


def hub(county: str) -> Actor:
    return Actor(Role.HUB, f"hub of {county}", county)


def head(unit: str) -> Actor:
    """Whoever signs for the unit: its head, or the hub itself."""
    held_by = POLICY.units[unit]
    return hub(held_by.county) if held_by.kind is UnitKind.HUB else Actor(Role.HED, f"head of {unit}", unit)


def supervisor(group: str) -> Actor:
    return Actor(Role.SUP, f"member of {group}", group)


OWN = {
    Role.ENT: ENTERPRISE,
    Role.LIA: LIAISON,
    Role.LDR: LEADER,
    Role.COO: COORDINATOR,
    Role.SVG: SERVICE,
    Role.HUB: hub(PLAIN),
    Role.DEP: handler(D1),
    Role.HED: head(D1),
    Role.SUP: supervisor(G1),
    Role.CBK: CALLER,
    Role.INS: Actor(Role.INS, "inspector"),
    Role.ADM: Actor(Role.ADM, "administrator"),
    Role.SYS: SYSTEM,
}
"""The people of an issue of the plain county that D1 holds."""
FOREIGN = {
    Role.ENT: Actor(Role.ENT, "other enterprise", "91410923MA0000009A"),
    Role.LIA: Actor(Role.LIA, "other liaison"),
    Role.LDR: Actor(Role.LDR, "other leader"),
    Role.COO: Actor(Role.COO, "other coordinator"),
    Role.SVG: Actor(Role.SVG, "other service", "FINANCE"),
    Role.HUB: hub(HUBBED),
    Role.DEP: handler(D2),
    Role.HED: head(D2),
    Role.SUP: supervisor(G2),
    Role.CBK: Actor(Role.CBK, "other caller"),
    Role.INS: Actor(Role.INS, "other inspector"),
    Role.ADM: Actor(Role.ADM, "other administrator"),
    Role.SYS: Actor(Role.SYS, "other system"),
}
assert set(OWN) == set(FOREIGN) == set(Role)


def at(text: str) -> datetime:
    """A moment of 2021 in China: ``08-02 09:00``."""
    return datetime.fromisoformat(f"2021-{text.replace(' ', 'T')}+08:00")


MONDAY = at("08-02 09:00")
"""The first of four weeks without a holiday."""


def submission(**changes: object) -> do.Submit:
    asked = do.Submit(
        enterprise=do.Enterprise("恒捷化工有限公司", USCC),
        title="用电增容",
        description="扩产需要增容",
        county=PLAIN,
        contact="经办人",
        channel="走访",
        category="ENERGY",
        liaison=LIAISON.person,
    )
    return replace(asked, **changes)  # type: ignore[arg-type]


def off_a_rest_day(moment: datetime, calendar: WorkCalendar = CALENDAR) -> datetime:
    """Where a limit in days that ends then ends by the Civil Code, art. 203: never on a rest day, but at the close of
    the next working day. Midnight is the end of the day before."""
    day = (moment - timedelta(microseconds=1)).date()
    if calendar.is_workday(day):
        return moment
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return datetime.combine(day, CLOSE, moment.tzinfo)


@dataclass(slots=True)
class Story:
    """One issue, told act by act and moment by moment."""

    issue: Issue
    recorded: list[RecordedEvent]
    now: datetime
    policy: Policy = POLICY
    folded: Issue | None = None
    """The issue its record added up to when that was last asked."""

    def copy(self) -> "Story":
        return Story(self.issue, list(self.recorded), self.now, self.policy)

    def does(self, who: Actor, act: do.Act, when: str | datetime | None = None) -> "Story":
        """Raises the Refusal, and then nothing has happened. Without a moment: a minute later."""
        moment = at(when) if isinstance(when, str) else when or self.now + timedelta(minutes=1)
        assert moment >= self.now, f"{moment} is before {self.now}"
        self._take(execute(self.issue, do.Command(f"c{len(self.recorded)}", who, act), moment, self.policy))
        self.now = moment
        return self

    def until(self, when: str | datetime) -> "Story":
        """Nobody does anything until then."""
        self.now = at(when) if isinstance(when, str) else when
        self._take(settle(self.issue, self.now, self.policy))
        return self

    def _take(self, step: Step) -> None:
        self.issue = step.issue
        self.policy = step.policy or self.policy
        self.recorded += step.recorded

    def fold_on(self) -> Issue:
        """The issue its record adds up to: an event at a time, so that asking after every step folds each once."""
        issue = self.folded or fold(self.issue.issue_no, self.recorded[:1])
        for one in self.recorded[issue.revision :]:
            issue = evolve(issue, one.event, one.at, one.actor)
        self.folded = issue
        return issue

    @property
    def events(self) -> list[ev.Event]:
        return [one.event for one in self.recorded]

    @property
    def names(self) -> list[str]:
        return [event.event for event in self.events]

    def entries(self, name: str) -> list[RecordedEvent]:
        return [one for one in self.recorded if one.event.event == name]

    @property
    def alarms(self) -> list[ev.AlarmRaised]:
        return [event for event in self.events if isinstance(event, ev.AlarmRaised)]

    def alarm(self, clock: str, rung: Rung) -> ev.AlarmRaised | None:
        return next((alarm for alarm in self.alarms if alarm.clock == clock and alarm.rung is rung), None)

    def raised(self, clock: str) -> list[Rung]:
        return [alarm.rung for alarm in self.alarms if alarm.clock == clock]

    def clock(self, key: str) -> Clock:
        return next(clock for clock in self.issue.clocks if clock.key == key)

    def due(self, key: str) -> datetime | None:
        return self.clock(key).due(self.policy.calendar)

    def open_clocks(self, obligation: Obligation) -> list[str]:
        return [clock.key for clock in self.issue.clocks if clock.obligation is obligation and clock.open]


def told(when: datetime = MONDAY, number: str = "", who: Actor = LIAISON, **changes: object) -> Story:
    """An issue just submitted."""
    step = open_issue(number or numbered(sampled=False), submission(**changes), who, when, POLICY)
    return Story(step.issue, list(step.recorded), when)


TRIAGERS = {PLAIN: COORDINATOR, HUBBED: hub(HUBBED), UNLISTED: COORDINATOR}
RESULT = do.SubmitResult(outcome=Outcome.SOLVED, text="已增容")
PASS = do.Check(verdict=do.Verdict.PASS)
SEND_BACK = do.Check(verdict=do.Verdict.SEND_BACK, reason="缺少材料")
DELIVER = do.Deliver(to="经办人", how="电话")
RETURN = do.AskReturn(reason="不属我单位职责", basis="三定方案")
NO_ANSWER = do.CallBack(result=do.CallResult.NO_ANSWER)
CONFIRMED = do.CallBack(result=do.CallResult.CONFIRMED, record="企业称已解决")
NOT_SOLVED = do.CallBack(result=do.CallResult.NOT_SOLVED, record="尚未解决")
NOTE = do.Note(text="备注")
PARENT = "BH-PARENT"
FOLLOW = do.Follow(parent=PARENT, parent_open=True, parent_category="ENERGY")
UNFOLLOW = do.Unfollow(reason="另有情况")
TWIN = "BH-TWIN"
MERGE = do.Merge(into=TWIN)
TAKEN_IN = do.ConfirmMerge(into=TWIN, asked=TWIN, seq=3)
NOT_TAKEN_IN = do.RefuseMerge(into=TWIN, why="MergeTargetNotOpen")
ABSORB = do.Absorb(child="BH-CHILD", asked=TWIN, enterprise=do.Enterprise("恒捷化工", USCC))
"""Word to the twin itself, from an issue whose name for the enterprise is shorter."""
INHERIT = do.Inherit(parent=PARENT, outcome=Outcome.SOLVED, text="统一增容", unit=D1)


def refuse_return() -> do.RuleReturn:
    return do.RuleReturn(ruling=do.Ruling.REFUSE, reason="属其职责")


def approve_return(unit: str) -> do.RuleReturn:
    return do.RuleReturn(ruling=do.Ruling.APPROVE, reason="确有不当", unit=unit)


def designate(unit: str) -> do.Designate:
    return do.Designate(unit=unit, reason="指定承办")


def transfer(unit: str) -> do.Transfer:
    return do.Transfer(unit=unit, basis="审批权限在该单位")


def rate(score: int, *, solved: bool) -> do.Rate:
    return do.Rate(score=score, solved=solved)


REJECT = do.Reject(ground=do.RejectGround.OTHER_LEGAL_CHANNEL, reason="已诉讼", other_channel="法院")
TERMINATE = do.AskTermination(ground=do.TerminationGround.NOT_COOPERATING, reason="企业不配合")
APPEAL = do.AppealRating(ground=do.AppealGround.MISTAKEN, reason="企业评错了件")
RESUME = do.Resume(reason="条件已具备")


def extend(until: str | datetime) -> do.AskExtension:
    return do.AskExtension(until=at(until) if isinstance(until, str) else until, reason="设备到货推迟")


def suspend(until: str | datetime, basis: do.SuspensionBasis = do.SuspensionBasis.COURT) -> do.AskSuspension:
    return do.AskSuspension(until=at(until) if isinstance(until, str) else until, basis=basis, reason="待法院裁定")


SHORTER = replace(
    POLICY,
    version="v2",
    limits={key: replace(row, solve=SHORTER_SOLVE.get(key, row.solve)) for key, row in POLICY.limits.items()},
    county_groups={PLAIN: G2, HUBBED: G2},
)
"""Another policy: general matters in five working days, complex ones in twenty days; one county moved to G2."""
APPROVED_BY = Actor(Role.COO, "approver")


_VERSIONS: dict[int, tuple[Policy, str]] = {}


def _version(policy: Policy) -> str:
    """Worked out once for each policy: properties adopt the same few thousands of times."""
    if id(policy) not in _VERSIONS:
        _VERSIONS[id(policy)] = policy, without_days(policy)
    return _VERSIONS[id(policy)][1]


def adopt_policy(
    policy: Policy = SHORTER, handling: Handling = Handling.ADOPT, batch: str = "B-1", **more: object
) -> AdoptPolicy:
    act = AdoptPolicy(
        batch=batch,
        version=_version(policy),
        handling=handling,
        basis="濮营办〔2021〕9号",
        approved_by=APPROVED_BY,
        policy=policy,
    )
    return replace(act, **more)  # type: ignore[arg-type]


def hold(until: str | datetime, batch: str = "H-1", basis: str = "范县、台前县防汛") -> HoldClocks:
    moment = at(until) if isinstance(until, str) else until
    return HoldClocks(batch=batch, basis=basis, until=moment, approved_by=APPROVED_BY)


def release(hold: str = "H-1", batch: str = "R-1") -> ReleaseClocks:
    return ReleaseClocks(batch=batch, hold=hold, reason="汛情解除", approved_by=APPROVED_BY)


def request_no(story: Story) -> str:
    return story.issue.requests[-1].no


def approve(story: Story) -> do.RuleRequest:
    return do.RuleRequest(request=request_no(story), ruling=do.Ruling.APPROVE, reason="情况属实")


def refuse(story: Story) -> do.RuleRequest:
    return do.RuleRequest(request=request_no(story), ruling=do.Ruling.REFUSE, reason="理由不足")


def take_back(story: Story) -> do.WithdrawRequest:
    return do.WithdrawRequest(request=request_no(story))


def accepted(**changes: object) -> Story:
    story = told(**changes)  # type: ignore[arg-type]
    return story.does(TRIAGERS[story.issue.matter.county], do.Accept())


def dispatched(unit: str = D1, **changes: object) -> Story:
    story = accepted(**changes)
    return story.does(TRIAGERS[story.issue.matter.county], do.HandOver(unit=unit))


def in_hand(unit: str = D1, **changes: object) -> Story:
    return dispatched(unit, **changes).does(head(unit), do.Sign())


def rejected(**changes: object) -> Story:
    story = told(**changes).does(COORDINATOR, REJECT)  # type: ignore[arg-type]
    return story.does(DEPUTY, approve(story))


def suspended(unit: str = D1, **changes: object) -> Story:
    story = in_hand(unit, **changes)
    story.does(head(unit), suspend(story.now + timedelta(days=20)))
    return story.does(COORDINATOR, approve(story))


def returned(unit: str = D1, **changes: object) -> Story:
    return dispatched(unit, **changes).does(head(unit), RETURN)


def transferred(unit: str = D1, **changes: object) -> Story:
    return dispatched(FORMER, **changes).does(head(FORMER), transfer(unit))


def checking(unit: str = D1, **changes: object) -> Story:
    return in_hand(unit, **changes).does(head(unit), RESULT)


def to_deliver(unit: str = D1, **changes: object) -> Story:
    return checking(unit, **changes).does(COORDINATOR, PASS)


def evaluating(unit: str = D1, **changes: object) -> Story:
    return to_deliver(unit, **changes).does(head(unit), DELIVER)


def rated(score: int = 5, unit: str = D1, *, solved: bool = True, county: str = PLAIN) -> Story:
    return evaluating(unit, county=county).does(ENTERPRISE, rate(score, solved=solved))


def closed(unit: str = D1, **changes: object) -> Story:
    return evaluating(unit, **changes).does(ENTERPRISE, rate(5, solved=True)).does(COORDINATOR, do.CloseOut())


GENUINE = do.AuditWithdrawal(verdict=do.AuditVerdict.GENUINE, record="电话核实，企业自愿")


def withdrawn(story: Story, when: str | None = None) -> Story:
    """The enterprise withdraws; where a unit has just acted, the call-back agent finds it genuine."""
    story.does(ENTERPRISE, do.Withdraw(), when)
    return story if story.issue.closed else story.does(CALLER, GENUINE, story.now)


def _callback(unit: str = D1, **changes: object) -> Story:
    return evaluating(unit, **changes).does(ENTERPRISE, rate(2, solved=False))


def _archived(unit: str = D1, **changes: object) -> Story:
    return closed(unit, **changes).until("09-30 18:00")


def following(**changes: object) -> Story:
    """It follows a parent of its own category."""
    story = told(**changes)  # type: ignore[arg-type]
    return story.does(COORDINATOR, replace(FOLLOW, parent_category=story.issue.matter.category))


def merging(**changes: object) -> Story:
    """It has asked its twin to take it in."""
    return told(**changes).does(COORDINATOR, MERGE)  # type: ignore[arg-type]


def merged(**changes: object) -> Story:
    return merging(**changes).does(SYSTEM, TAKEN_IN)


BEFORE_A_UNIT: Mapping[Status, Callable[..., Story]] = {
    Status.SUBMITTED: lambda **changes: told(**{"contact": "", **changes}),
    Status.UNTRIAGED: told,
    Status.NEED_INFO: lambda **changes: told(**changes).does(COORDINATOR, do.AskInfo(question="容量多少")),
    Status.ACCEPTED: accepted,
    Status.FOLLOWING: following,
}
WITH_A_UNIT: Mapping[Status, Callable[..., Story]] = {
    Status.DISPATCHED: dispatched,
    Status.RETURN_REVIEW: returned,
    Status.TRANSFERRED: transferred,
    Status.IN_PROGRESS: in_hand,
    Status.SUSPENDED: suspended,
    Status.CHECKING: checking,
    Status.TO_DELIVER: to_deliver,
    Status.EVALUATING: evaluating,
    Status.CALLBACK: _callback,
    Status.EVALUATED: lambda unit, **changes: evaluating(unit, **changes).does(ENTERPRISE, rate(5, solved=True)),
    Status.CLOSED: closed,
    Status.ARCHIVED: _archived,
}
assert {*BEFORE_A_UNIT, *WITH_A_UNIT} == set(Status)


def in_status(status: Status, unit: str = D1, **changes: object) -> Story:
    """An issue brought into the status by legal acts, held by ``unit`` as soon as a unit holds it."""
    if status in BEFORE_A_UNIT:
        return BEFORE_A_UNIT[status](**changes)
    return WITH_A_UNIT[status](unit, **changes)


def under_order(status: Status, unit: str = D1, **changes: object) -> Story:
    """As ``in_status``, left to rot until the supervision group orders; only where a unit owes something."""
    story = in_status(status, unit, **changes)
    while not story.issue.supervision.open_orders:
        assert story.now < at("09-15 00:00"), f"nothing in {status} leads to an order"
        story.until(story.now + timedelta(hours=6))
    assert story.issue.status is status
    return story


def order_no(story: Story) -> str:
    return story.issue.supervision.orders[-1].no


def reply(story: Story) -> do.ReplyOrder:
    return do.ReplyOrder(order=order_no(story), text="正在施工")


def lift(story: Story) -> do.LiftOrder:
    return do.LiftOrder(order=order_no(story), conclusion="说明属实")


URGE = do.Urge(text="请抓紧办理")
ORDER_BY_HAND = do.IssueOrder(ground=do.OrderGround.POOR_WORK, text="限期办结并报告")
ASK_LEVEL_UP = do.AskLevelUp(reason="本级无权决定")
APPROVE_LEVEL_UP = do.RuleLevelUp(decision=do.Ruling.APPROVE, reason="确需提级")
CONVENE = do.Convene(topic="增容方案", participants=(D2, D3))
CRITICISE = do.OpenDraft(paper=Paper.CRITICISM, ground="敷衍应付")


def asked_up() -> Story:
    return in_hand().does(head(D1), ASK_LEVEL_UP)


def levelled_up() -> Story:
    """Asked by the head, agreed by coordination, signed by a leader on Monday."""
    story = asked_up().does(COORDINATOR, APPROVE_LEVEL_UP)
    return story.does(LEADER, do.SignDraft(draft=story.issue.supervision.drafts[-1].no))


def in_consultation() -> Story:
    return in_hand().does(COORDINATOR, CONVENE)


def drafted() -> Story:
    """Unsigned, unreported: a criticism of D1 lies before coordination."""
    return dispatched().until("08-10 18:00")


def objected() -> Story:
    story = under_order(Status.DISPATCHED)
    return story.does(head(D1), do.ObjectOrder(order=order_no(story), reason="已电话签收"))


def numbers(start: int = 0) -> Iterable[str]:
    return (f"BH-{n:06}" for n in range(start, start + 1000))


@cache
def numbered(*, sampled: bool) -> str:
    """An issue number that the call-back sample takes, or leaves: found out by rating well."""
    story = evaluating(number="BH-PROBE")
    good = do.Command("c", ENTERPRISE, rate(5, solved=True))
    moment = story.now + timedelta(minutes=1)
    wanted = Status.CALLBACK if sampled else Status.EVALUATED
    return next(
        number
        for number in numbers()
        if execute(replace(story.issue, issue_no=number), good, moment, POLICY).issue.status is wanted
    )
