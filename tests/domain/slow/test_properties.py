"""What must hold whatever people do: random histories of acts, and of time going by."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.domain import commands as do
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.events import AlarmRaised
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.escalation import agenda, light
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import Light
from bihuan.domain.loop.step import RecordedEvent, Step, execute, first_due, fold, settle
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import Refusal
from bihuan.domain.stage import Outcome
from tests.support.puyang import CALLER, COORDINATOR, ENTERPRISE, MONDAY, UNIT, Told, handed_over, policy

UNITS = (UNIT, "D05", "D06", "D07")
HEADS = tuple(Actor(Role.HED, "head", unit) for unit in UNITS)
PEOPLE = (COORDINATOR, ENTERPRISE, CALLER, Actor(Role.SUP, "s", "G1"), Actor(Role.LIA, "O0001"), *HEADS)
ACTS: tuple[do.Act, ...] = (
    do.Accept(),
    do.AskInfo(question="请补充"),
    do.Supply(text="补充"),
    do.Reject(ground=do.RejectGround.UNLAWFUL, reason="违法"),
    do.Answer(text="答复", how="电话"),
    do.Sign(),
    do.Report(text="进展"),
    do.SubmitResult(outcome=Outcome.SOLVED, text="办结"),
    do.Check(verdict=do.Verdict.PASS),
    do.Check(verdict=do.Verdict.SEND_BACK, reason="缺材料"),
    do.Deliver(to="经办人", how="电话"),
    do.Rate(score=5, solved=True),
    do.Rate(score=1, solved=False),
    do.CallBack(result=do.CallResult.CONFIRMED),
    do.CallBack(result=do.CallResult.NOT_SOLVED, record="未解决"),
    do.CallBack(result=do.CallResult.NO_ANSWER),
    do.Rework(reason="未办到位"),
    do.Withdraw(),
    do.CloseOut(),
    do.Reopen(reason="复发"),
    do.Note(text="备注"),
    do.Amend(title="更正"),
    do.AskReturn(reason="非我", basis="三定"),
    do.RuleReturn(ruling=do.Ruling.REFUSE, reason="属你"),
    do.RuleReturn(ruling=do.Ruling.APPROVE, reason="成立", unit="D06"),
    do.Designate(unit="D07", reason="指定"),
    do.ReplyOrder(order="BH-TEST-D1", text="说明"),
    do.LiftOrder(order="BH-TEST-D1", conclusion="属实"),
    *(do.Transfer(unit=unit, basis="权限") for unit in UNITS),
    *(do.HandOver(unit=unit) for unit in UNITS[:2]),
    *(do.Classify(urgency=urgency) for urgency in Urgency),
    *(do.HandOver(unit="D06", co_units=("D07",)), do.AddAssist(unit="D06", task="核定")),
    *(do.SubmitPart(text="已核定"), do.AcceptPart(unit="D07"), do.ReturnPart(unit="D07", reason="缺图纸")),
    *(do.ReleaseAssist(unit="D07", reason="不需要"), do.Unfollow(reason="另办")),
    do.SubmitResult(outcome=Outcome.SOLVED, text="办结", open_parts_reason="不影响"),
    do.Follow(parent="BH-PARENT", parent_open=True, parent_category="ENERGY"),
)
GAPS = st.sampled_from([timedelta(minutes=m) for m in (1, 30, 120, 300, 1440, 3000, 6000, 20000)])
MOVES = st.lists(st.tuples(GAPS, st.sampled_from(ACTS)), max_size=25)
UNHURRIED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Lived:
    """An issue to which anybody may try anything; whoever the rules admit does it."""

    def __init__(self) -> None:
        told = Told()
        self.issue: Issue = told.issue
        self.recorded: list[RecordedEvent] = list(told.recorded)
        self.now: datetime = MONDAY

    def wait(self, gap: timedelta) -> None:
        self.now += gap
        self.take(settle(self.issue, self.now, policy()))

    def attempt(self, act: do.Act) -> bool:
        for person in PEOPLE:
            before = self.issue
            try:
                step = execute(self.issue, do.Command(f"c{len(self.recorded)}", person, act), self.now, policy())
            except Refusal:
                assert self.issue is before
                continue
            self.take(step)
            return True
        return False

    def take(self, step: Step) -> None:
        self.issue = step.issue
        self.recorded += step.recorded

    @property
    def alarms(self) -> list[AlarmRaised]:
        return [one.event for one in self.recorded if isinstance(one.event, AlarmRaised)]


@UNHURRIED
@given(MOVES)
def test_whatever_happens_the_record_holds_together(moves: list[tuple[timedelta, do.Act]]) -> None:
    lived = Lived()
    for gap, act in moves:
        lived.wait(gap)
        lived.attempt(act)
        ahead = agenda(lived.issue, policy())
        assert list(ahead) == sorted(ahead)
        assert not {due.key for due in ahead} & lived.issue.supervision.raised
        assert len({due.key for due in ahead}) == len(ahead)
        if not lived.issue.closed:
            owed = next_due(lived.issue, policy())
            assert owed is not None, lived.issue.status
            assert owed.owes
        assert light(lived.issue, policy(), lived.now) in Light
    keys = [alarm.key for alarm in lived.alarms]
    assert len(keys) == len(set(keys)), "no rung twice"
    assert all(one.event.moment <= one.at for one in lived.recorded if isinstance(one.event, AlarmRaised))
    assert [one.seq for one in lived.recorded] == list(range(1, len(lived.recorded) + 1))
    assert fold("BH-TEST", lived.recorded) == lived.issue


@UNHURRIED
@given(MOVES)
def test_every_moment_that_passed_unmet_has_its_rung(moves: list[tuple[timedelta, do.Act]]) -> None:
    lived = Lived()
    for gap, act in moves:
        lived.wait(gap)
        lived.attempt(act)
    lived.wait(timedelta())
    due = first_due(lived.issue, policy())
    assert due is None or due.at > lived.now


AFTER_DISPATCH: tuple[do.Act, ...] = (
    do.Note(text="备注"),
    do.Amend(description="更正说明"),
    do.Sign(),
    do.Report(text="进展"),
    do.AskReturn(reason="非我", basis="三定"),
    do.RuleReturn(ruling=do.Ruling.REFUSE, reason="属你"),
    do.RuleReturn(ruling=do.Ruling.APPROVE, reason="成立", unit="D06"),
    do.Designate(unit="D07", reason="指定"),
    *(do.Transfer(unit=unit, basis="权限") for unit in UNITS),
    *(do.Classify(urgency=urgency) for urgency in Urgency),
    *(do.Classify(complex=value) for value in (True, False)),
)


@UNHURRIED
@given(st.lists(st.tuples(GAPS, st.sampled_from(AFTER_DISPATCH)), max_size=15))
def test_nothing_after_dispatch_moves_the_issues_deadline_later_but_a_late_ruling(
    moves: list[tuple[timedelta, do.Act]],
) -> None:
    lived = Lived()
    told = handed_over()
    lived.issue, lived.recorded, lived.now = told.issue, told.recorded, MONDAY + timedelta(hours=2)
    deadline = lived.issue.deadline.due(policy().calendar)
    for gap, act in moves:
        lived.wait(gap)
        known = len(lived.recorded)
        lived.attempt(act)
        now_due = lived.issue.deadline.due(policy().calendar)
        assert deadline is not None
        assert now_due is not None
        said = [getattr(one.event, "waited", None) for one in lived.recorded[known:]]
        given_back = [waited.moved.due for waited in said if waited and waited.moved.due]
        assert now_due <= max(deadline, *given_back, deadline)
        deadline = now_due


@UNHURRIED
@given(st.integers(1, 4000), st.integers(1, 6000))
def test_a_wait_for_information_is_credited_exactly(asked_after: int, waited: int) -> None:
    lived = Lived()
    calendar = policy().calendar
    before = lived.issue.deadline.due(calendar)
    lived.wait(timedelta(minutes=asked_after))
    since = lived.now
    if not lived.attempt(do.AskInfo(question="请补充")):
        return
    assert lived.issue.deadline.due(calendar) is None, "nobody can know yet"
    lived.now += timedelta(minutes=waited)
    lived.take(settle(lived.issue, lived.now, policy()))
    lived.attempt(do.Supply(text="补充"))
    until = lived.issue.deadline.pauses[-1].until
    after = lived.issue.deadline.due(calendar)
    assert until is not None
    assert before is not None
    assert after is not None
    opening = calendar.first_counted(MONDAY, Limit.parse("7wd"))
    assert calendar.office_time(before, after) == calendar.office_time(max(since, opening), until)


@UNHURRIED
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=20))
def test_however_often_we_look_the_same_rungs_are_raised(gaps: list[int]) -> None:
    often, once = Lived(), Lived()
    for gap in gaps:
        often.wait(timedelta(minutes=gap))
    once.wait(sum((timedelta(minutes=gap) for gap in gaps), timedelta()))
    assert {alarm.key for alarm in once.alarms} <= {alarm.key for alarm in often.alarms}
    begun = ("reply", "sign_draft")  # these begin when the rung that calls for them is raised, not when it fell due
    lasting = {alarm.key for alarm in often.alarms if not alarm.clock.startswith(begun)}
    assert lasting == {alarm.key for alarm in once.alarms if not alarm.clock.startswith(begun)}
