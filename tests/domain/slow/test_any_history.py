"""What holds in any history: people who do whatever the rules let them, others who try what they may not, and time.

Beside ``test_any_act.py``, which throws any act at an issue, these histories walk through the loop by acts that are
open, so that late statuses, orders and later rounds are reached as often as early ones.
"""

from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bihuan.domain import commands as do
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import first_due, obey, settle
from bihuan.domain.people import Role
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import Refusal
from bihuan.domain.stage import Status
from tests.support.any_history import UNHURRIED, AnyHistory, office_minutes
from tests.support.any_open_act import ASK, now_open
from tests.support.small_city.calendar import CALENDAR, off_a_rest_day
from tests.support.small_city.people import COORDINATOR, ENTERPRISE
from tests.support.small_city.policy import HUBBED, PLAIN, POLICY
from tests.support.small_city.stages import in_status, told
from tests.support.small_city.story import Story

TestAnyHistory = AnyHistory.TestCase


@UNHURRIED
@given(
    start=st.integers(0, 60 * 24 * 60),
    waits=st.lists(st.tuples(st.integers(1, 3000), st.integers(1, 14_000)), min_size=1, max_size=3),
    urgency=st.sampled_from([Urgency.GENERAL, Urgency.URGENT, Urgency.CONSULT, Urgency.COMPLEX]),
)
def test_pauses_are_credited_to_the_minute_for_at_most_five_working_days_and_at_most_twice(
    start: int, waits: list[tuple[int, int]], urgency: Urgency
) -> None:
    story = told(when=datetime.fromisoformat("2021-08-02T09:00+08:00") + timedelta(minutes=start), urgency=urgency)
    clock = story.clock("issue#1")
    began, due = story.now, clock.due(CALENDAR)
    assert due is not None
    first_counted = CALENDAR.first_counted(began, clock.limit)
    by_the_clock = urgency is Urgency.COMPLEX
    credit, later = 0, due
    for nth, (work, wait) in enumerate(waits):
        story.does(COORDINATOR, ASK, story.now + timedelta(minutes=work))
        asked = story.now
        lapses = story.due("supply#" + str(nth + 1))
        assert lapses is not None
        until = asked + timedelta(minutes=wait)
        if until < lapses:
            story.does(ENTERPRISE, do.Supply(text="补充"), until)
        else:
            story.until(until)
        if nth < 2:
            since, until = max(asked, first_counted), min(until, lapses)
            spent = max(int((until - since).total_seconds()) // 60, 0)
            later = off_a_rest_day(later + timedelta(minutes=spent)) if spent else later
            credit += office_minutes(since, until)
    moved = story.due("issue#1")
    assert moved is not None
    if by_the_clock:
        assert moved == later
    else:
        assert office_minutes(due, moved) == credit


@UNHURRIED
@given(
    status=st.sampled_from(sorted(set(Status) - {Status.ARCHIVED})),
    urgency=st.sampled_from(Urgency),
    county=st.sampled_from([PLAIN, HUBBED]),
    category=st.sampled_from(["ENERGY", "COMPLAINT_BE"]),
    looks=st.lists(st.integers(1, 6000), max_size=12),
)
def test_however_seldom_or_often_we_look_the_same_rungs_are_raised(
    status: Status, urgency: Urgency, county: str, category: str, looks: list[int]
) -> None:
    """An order is issued when its rung is raised, so what runs from that (reply, lift) is left out of the comparison;
    so is a status entered by a lapse, which begins when the lapse is noticed."""
    about = {"county": county, "urgency": urgency, "category": category}
    by_the_timer, seldom, often = (in_status(status, **about) for _ in range(3))
    end = by_the_timer.now + timedelta(days=40)
    standing = {clock.key for clock in by_the_timer.issue.clocks}

    while (due := first_due(by_the_timer.issue, POLICY)) is not None and due.at <= end:
        by_the_timer.until(max(due.at, by_the_timer.now))
    seldom.until(end)
    for minutes in looks:
        often.until(min(often.now + timedelta(minutes=minutes), end))
    often.until(end)

    def raised(story: Story) -> list[tuple[str, Rung, datetime, str]]:
        rungs = [one for one in story.alarms if one.clock in standing]
        return sorted((one.clock, one.rung, one.moment, str(one.debtor)) for one in rungs)

    assert raised(seldom) == raised(by_the_timer)
    assert raised(often) == raised(by_the_timer)
    assert not any(alarm.late for alarm in by_the_timer.alarms)


@UNHURRIED
@given(status=st.sampled_from(sorted(Status)), minutes=st.integers(0, 90_000))
def test_looking_twice_at_one_moment_raises_nothing_more(status: Status, minutes: int) -> None:
    story = in_status(status)
    once = settle(story.issue, story.now + timedelta(minutes=minutes), POLICY)
    again = settle(once.issue, story.now + timedelta(minutes=minutes), POLICY)
    assert again.recorded == ()
    assert again.issue == once.issue


@UNHURRIED
@given(status=st.sampled_from(sorted(Status)), minutes=st.integers(0, 30_000), pick=st.integers(0, 10_000))
def test_an_act_after_silence_finds_the_same_issue_as_if_the_timer_had_rung(
    status: Status, minutes: int, pick: int
) -> None:
    """What fell due is raised before the act is decided, so nobody outruns their own lateness."""
    silent = in_status(status)
    moment = silent.now + timedelta(minutes=minutes)
    looked = silent.copy().until(moment)
    choices = now_open(looked, rare=False)
    assume(choices)
    person, act = choices[pick % len(choices)]
    command = do.Command("c", person, act)
    try:
        after = obey(silent.issue, command, moment, POLICY)
    except Refusal as refusal:
        with pytest.raises(type(refusal)):
            obey(looked.issue, command, moment, POLICY)
        return
    assert after.issue == obey(looked.issue, command, moment, POLICY).issue


def test_the_walk_reaches_every_status_and_every_role_has_something_to_do() -> None:
    roles = {person.role for status in Status for person, _ in now_open(in_status(status), rare=False)}
    units = {Role.HUB, Role.DEP, Role.HED}
    assert {Role.SYS, Role.ENT, Role.LIA, Role.COO, *units, Role.SUP, Role.CBK, Role.LDR, Role.SVG} == roles
