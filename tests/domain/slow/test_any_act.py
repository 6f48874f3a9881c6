"""What must hold whatever people do: random histories of acts, and of time going by."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain import commands as do
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.events import AlarmRaised
from bihuan.domain.ladder.escalation import agenda, light
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import Light
from bihuan.domain.loop.step import first_due, fold, settle
from bihuan.domain.policy import Urgency
from tests.support.any_act import GAPS, MOVES, UNHURRIED, UNITS, Lived
from tests.support.puyang import MONDAY, handed_over, policy


@UNHURRIED
@given(MOVES)
def test_whatever_happens_the_record_holds_together(moves: list[tuple[timedelta, do.Act]]) -> None:
    lived = Lived()
    for gap, act in moves:
        lived.wait(gap)
        lived.attempt(act)
        ahead = agenda(lived.issue, policy())
        assert list(ahead) == sorted(ahead)
        assert not {due.key for due in ahead} & lived.issue.raised
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
def test_nothing_after_dispatch_moves_the_issues_deadline_later(moves: list[tuple[timedelta, do.Act]]) -> None:
    lived = Lived()
    told = handed_over()
    lived.issue, lived.recorded, lived.now = told.issue, told.recorded, MONDAY + timedelta(hours=2)
    deadline = lived.issue.deadline.due(policy().calendar)
    for gap, act in moves:
        lived.wait(gap)
        lived.attempt(act)
        now_due = lived.issue.deadline.due(policy().calendar)
        assert deadline is not None
        assert now_due is not None
        assert now_due <= deadline
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
