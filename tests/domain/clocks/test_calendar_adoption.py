"""Another calendar for an issue under way: what moves, what is raised again, what stays as it was judged."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.clocks.calendar_adoption import first_year, governed_by
from bihuan.domain.clocks.changes import NamedDay
from bihuan.domain.clocks.clock import LAPSING
from bihuan.domain.clocks.special_days import CalendarVersion, SpecialDay
from bihuan.domain.ladder.escalation import agenda, rungs
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import Recorded, fold
from bihuan.domain.notifications.registry import recipients
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy, Urgency
from bihuan.domain.refusals import NothingToChange
from bihuan.domain.stage import Status
from tests.support.small_city.acts import DELIVER, PASS, RESULT, RESUME, SEND_BACK, approve, extend, suspend
from tests.support.small_city.calendar import AS_IT_IS, MONDAY, REVISED, at
from tests.support.small_city.orders import order_no
from tests.support.small_city.people import COORDINATOR, ENTERPRISE, head
from tests.support.small_city.policy import D1, POLICY, USCC
from tests.support.small_city.stages import dispatched, in_hand, in_status, told
from tests.support.small_city.story import Story

ADMIN = Actor(Role.ADM, "administrator")


def adopt(calendar: CalendarVersion) -> do.AdoptCalendar:
    return do.AdoptCalendar(version=calendar.version, calendar=calendar)


def free(*days: str, version: str = "2021.2", works: bool = False) -> CalendarVersion:
    """The calendar as it is, and further days given free, or worked."""
    more = (SpecialDay(date.fromisoformat(f"2021-{day}"), works, "加班" if works else "防汛放假") for day in days)
    return replace(AS_IT_IS, version=version, days=(*AS_IT_IS.days, *more))


def adoption(story: Story) -> ev.CalendarAdopted:
    event = story.entries("calendar_adopted")[-1].event
    assert isinstance(event, ev.CalendarAdopted)
    return event


def test_a_day_given_free_moves_the_deadline_and_is_named() -> None:
    story = in_hand().does(ADMIN, adopt(REVISED), "08-04 10:00")
    event = adoption(story)
    moved = {one.clock: one for one in event.moved}
    assert (event.version, event.source) == ("2021.2", AS_IT_IS.source)
    assert event.policy_version == story.issue.policy_version == story.policy.version != POLICY.version
    assert set(moved) == {"issue#1", "report#1"}  # sign is over
    assert moved["report#1"].was == moved["report#1"].due == at("08-05 18:00"), "five days after it lie behind the 11th"
    assert (moved["issue#1"].was, moved["issue#1"].due) == (at("08-11 18:00"), at("08-12 18:00"))
    assert moved["issue#1"].days == (NamedDay(date(2021, 8, 11), "放假（不再计）"),)
    assert story.due("issue#1") == at("08-12 18:00")
    assert story.entries("calendar_adopted")[0].actor == ADMIN


def test_a_day_made_to_work_brings_the_deadline_forward() -> None:
    story = in_hand().does(COORDINATOR, adopt(free("08-07", works=True)), "08-04 10:00")
    assert story.due("issue#1") == at("08-10 18:00")
    assert adoption(story).moved[-1].days == (NamedDay(date(2021, 8, 7), "加班（改为计）"),)


def test_office_hours_limits_and_all_else_stay_as_they_were_promised() -> None:
    anew = governed_by(POLICY, REVISED)
    assert replace(anew, calendar=POLICY.calendar, version=POLICY.version) == POLICY
    assert anew.calendar.office_minutes == POLICY.calendar.office_minutes
    assert governed_by(POLICY, REVISED).version == anew.version
    assert governed_by(anew, AS_IT_IS).version == governed_by(POLICY, AS_IT_IS).version


def test_what_did_not_move_has_no_new_grant() -> None:
    story = in_hand().does(ADMIN, adopt(free("08-11", "08-12")), "08-10 20:00")
    granted = {clock.key for clock in story.issue.clocks if clock.grant}
    assert granted == {one.clock for one in adoption(story).moved}
    assert "issue#1" in granted
    assert granted < {clock.key for clock in story.issue.clocks}


def test_a_rung_whose_moment_is_ahead_again_is_raised_again_and_one_gone_by_is_not() -> None:
    """R0 fell on the 11th at half past eight, R1 at six; that evening the 11th and the 12th are given free."""
    story = in_hand().until("08-11 19:00")
    assert story.raised("issue#1") == [Rung.R0, Rung.R1]
    story.does(ADMIN, adopt(free("08-11", "08-12")), "08-11 20:00")
    assert story.due("issue#1") == at("08-13 18:00")
    story.until("08-20 18:00")
    assert story.raised("issue#1") == [Rung.R0, Rung.R1, Rung.R0, Rung.R1, Rung.R2, Rung.R3]
    grants = [(alarm.grant, alarm.rung) for alarm in story.alarms if alarm.clock == "issue#1"]
    assert grants == [(0, "R0"), (0, "R1"), (1, "R0"), (1, "R1"), (1, "R2"), (1, "R3")]
    assert [a.moment for a in story.alarms if a.clock == "issue#1"][2:] == [
        at("08-13 08:30"),
        at("08-13 18:00"),
        at("08-16 18:00"),
        at("08-20 18:00"),
    ]


def test_a_deadline_that_moved_and_is_still_gone_by_raises_nothing_again() -> None:
    """Due on the 11th; on the 20th it turns out that the 10th had been free. The order stands."""
    story = in_hand().until("08-20 09:00")
    assert story.raised("issue#1") == [Rung.R0, Rung.R1, Rung.R2, Rung.R3]
    before = len(story.alarms)
    story.does(ADMIN, adopt(free("08-10")), "08-20 10:00")
    assert set(adoption(story).kept) >= {f"issue#1/1/{rung}" for rung in ("R0", "R1", "R2", "R3")}
    story.until("08-23 09:00")
    assert [a for a in story.alarms[before:] if a.clock == "issue#1"] == []
    assert story.issue.open_orders


def test_an_alarm_never_raised_whose_moment_is_suddenly_gone_by_is_raised_at_once() -> None:
    story = in_hand().until("08-11 08:30").does(ADMIN, adopt(free("08-07", "08-08", works=True)), "08-11 09:00")
    assert Rung.R1 not in story.raised("issue#1")
    story.until("08-11 09:01")
    assert story.raised("issue#1") == [Rung.R0, Rung.R1, Rung.R2]
    late = [alarm.late for alarm in story.alarms if alarm.clock == "issue#1"]
    assert late == [False, True, True]


def test_an_order_is_not_issued_twice_for_the_same_clock() -> None:
    story = in_hand().until("08-12 19:00")
    assert story.raised("issue#1")[-1] is Rung.R2
    first = order_no(story)
    story.does(ADMIN, adopt(free("08-11", "08-12")), "08-12 20:00").until("08-20 18:00")
    assert story.raised("issue#1").count(Rung.R2) == 2
    assert [order.no for order in story.issue.orders] == [first]
    presses = story.issue.orders[0].presses
    assert len(presses) == len(set(presses))


def test_what_had_been_done_stays_judged_by_the_moment_it_was_owed_by_then() -> None:
    """Signed on the 2nd, owed by the 3rd. That the 3rd turns out free changes nothing of it, nor does a day worked."""
    story = in_hand().does(ADMIN, adopt(free("08-03")), "08-04 10:00")
    assert story.due("sign#1") == at("08-03 18:00")
    judged = {one.clock: one.due for one in adoption(story).judged}
    assert judged["sign#1"] == at("08-03 18:00")
    story.does(ADMIN, adopt(free("08-02", "08-03", version="2021.3")), "08-04 11:00")
    assert story.due("sign#1") == at("08-03 18:00")


def test_a_result_in_time_stays_in_time_and_sent_back_the_clock_runs_on_by_the_new_calendar() -> None:
    story = in_hand().does(head(D1), RESULT, "08-11 17:00")
    story.does(ADMIN, adopt(free("08-07", works=True)), "08-11 17:30")
    assert story.due("issue#1") == at("08-11 18:00")
    story.does(COORDINATOR, SEND_BACK, "08-11 17:45")
    assert story.due("issue#1") == at("08-10 18:00")
    story.does(head(D1), RESULT, "08-11 17:50").does(COORDINATOR, PASS)
    assert story.due("issue#1") == at("08-10 18:00")
    assert story.does(head(D1), DELIVER).issue.status is Status.EVALUATING


def test_a_pause_keeps_its_credit_exactly() -> None:
    """Asked on the 3rd at nine, supplied on the 5th at nine; meanwhile the 4th turns out free."""
    story = told().does(COORDINATOR, do.AskInfo(question="容量多少"), "08-03 09:00")
    story.does(ADMIN, adopt(free("08-04")), "08-03 10:00")
    paused = next(one for one in adoption(story).moved if one.clock == "issue#1")
    assert (paused.was, paused.due) == (None, None)
    story.does(ENTERPRISE, do.Supply(text="两千"), "08-05 09:00")
    fresh = told().does(COORDINATOR, do.AskInfo(question="容量多少"), "08-03 09:00")
    fresh.does(ENTERPRISE, do.Supply(text="两千"), "08-05 09:00")
    from_the_start = fresh.clock("issue#1").due(governed_by(POLICY, free("08-04")).calendar)
    assert story.due("issue#1") == from_the_start == at("08-13 18:00")


def named(story: Story) -> dict[str, datetime | None]:
    return {one.clock: one.due for one in adoption(story).moved}


def kept(story: Story, clock: str) -> list[str]:
    return [key.rpartition("/")[2] for key in adoption(story).kept if key.startswith(f"{clock}/")]


def test_every_clock_that_moves_is_named_and_no_other() -> None:
    both = in_hand().does(ADMIN, adopt(free("08-05")), "08-04 10:00")
    assert named(both) == {"issue#1": at("08-12 18:00"), "report#1": at("08-06 18:00")}  # what lies between is over
    story = extended().does(ADMIN, adopt(free("08-05")), "08-04 10:00")
    assert named(story) == {"report#1": at("08-06 18:00")}  # the issue's own date was named


def extended() -> Story:
    story = in_hand().does(head(D1), extend("08-20 18:00"))
    return story.does(COORDINATOR, approve(story))


def test_only_what_was_raised_on_a_clock_that_moves_counts_as_raised_again() -> None:
    story = extended().until("08-10 10:00")
    assert story.raised("report#1") == [Rung.R0, Rung.R1, Rung.R2]
    story.does(ADMIN, adopt(free("08-04")))
    assert adoption(story).kept == ("report#1/1/R0", "report#1/1/R1", "report#1/1/R2")
    story.until("08-20 18:00").does(ADMIN, adopt(free("08-04", "12-06", version="2021.3")))
    assert adoption(story).kept == (), "the issue was warned, and its date does not move"


def test_a_rung_raised_at_the_very_moment_it_now_falls_on_is_not_raised_again() -> None:
    story = in_hand().until("08-12 18:00").does(ADMIN, adopt(REVISED), "08-12 18:00")
    assert story.due("issue#1") == at("08-12 18:00")
    assert kept(story, "issue#1") == ["R0", "R1"]
    assert story.until("08-13 10:00").raised("issue#1").count(Rung.R1) == 1


def stands_still(story: Story, since: str, until: str) -> Story:
    """Suspended from the one moment to the other, or until further notice."""
    story.does(head(D1), suspend(at(since) + timedelta(days=20)), since).does(COORDINATOR, approve(story), since)
    return story.does(head(D1), RESUME, until) if until else story


def test_a_warning_given_before_a_pause_is_not_repeated_after_a_calendar_adopted_in_it() -> None:
    """Warned on the 26th of what is due on 1 September, which turns out free while the issue is suspended."""
    story = in_hand(urgency=Urgency.COMPLEX).until("08-26 08:30")
    assert story.raised("issue#1") == [Rung.R0]
    stands_still(story, "08-30 09:00", "").does(ADMIN, adopt(free("09-01")), "08-31 10:00")
    story.does(head(D1), RESUME, "09-02 10:00").until("09-02 11:00")
    assert story.raised("issue#1") == [Rung.R0]


def test_in_a_pause_a_calendar_is_judged_with_all_the_pauses_before_it() -> None:
    """Late on the 13th at nine, and suspended; then the 11th turns out free, and it was not late at all."""
    story = stands_still(in_hand(), "08-03 08:30", "08-03 09:00")
    story = stands_still(story, "08-05 08:30", "08-06 08:30").until("08-13 09:10")
    assert story.due("issue#1") == at("08-13 09:00")
    assert story.raised("issue#1") == [Rung.R0, Rung.R1]
    stands_still(story, "08-13 09:30", "").does(ADMIN, adopt(REVISED), "08-13 10:00")
    assert kept(story, "issue#1") == ["R0"]


def test_what_is_met_for_now_moves_on_with_every_further_calendar() -> None:
    story = in_hand().does(head(D1), RESULT, "08-11 17:00")
    story.does(ADMIN, adopt(free("08-07", works=True)), "08-11 17:30")
    story.does(ADMIN, adopt(free("08-10", version="2021.3")), "08-11 17:40")
    moved = {one.clock: one for one in adoption(story).moved}
    assert (moved["issue#1"].was, moved["issue#1"].due) == (at("08-10 18:00"), at("08-12 18:00"))
    assert story.due("issue#1") == at("08-11 18:00"), "as it was judged when the result was in"


def test_a_policy_whose_name_says_all_is_worked_out_once_and_one_whose_name_does_not_each_time() -> None:
    known = governed_by(POLICY, AS_IT_IS)
    assert governed_by(known, REVISED) is governed_by(known, REVISED)
    other = replace(POLICY, alarms_late_s=POLICY.alarms_late_s + 1)
    assert governed_by(POLICY, REVISED).alarms_late_s == POLICY.alarms_late_s
    assert governed_by(other, REVISED).alarms_late_s == other.alarms_late_s


def test_whoever_works_by_a_deadline_hears_that_it_moved() -> None:
    story = in_hand().does(ADMIN, adopt(REVISED))
    assert story.entries("calendar_adopted")[0].tell == (Party(Desk.UNIT, D1), Party(Desk.ENTERPRISE, USCC))
    untouched = in_hand().does(ADMIN, adopt(free("12-06")))
    assert untouched.entries("calendar_adopted")[0].tell == ()
    assert recipients(adoption(told().does(ADMIN, adopt(REVISED))), told().issue, POLICY)[0] == Party(Desk.COORDINATION)


def test_the_same_calendar_again_and_one_that_no_clock_goes_by_change_nothing() -> None:
    story = in_hand().does(ADMIN, adopt(REVISED))
    with pytest.raises(NothingToChange):
        story.does(ADMIN, adopt(REVISED))
    always = replace(POLICY, calendar=replace(POLICY.calendar, rest_weekdays=frozenset()))
    open_all_day = Story(story.issue, story.recorded, story.now, always)
    with pytest.raises(NothingToChange):
        open_all_day.does(ADMIN, adopt(REVISED))


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.ARCHIVED}))
def test_in_every_status_the_fold_of_the_events_is_the_issue(status: Status) -> None:
    story = in_status(status).copy()
    story.does(ADMIN, adopt(REVISED)).until(story.now + timedelta(days=20))
    assert fold(story.issue.issue_no, story.recorded) == story.issue


# Properties

DAYS = st.sets(st.dates(date(2021, 8, 2), date(2021, 9, 10)), max_size=6)
HALVES: Mapping[bool, tuple[tuple[int, int], ...]] = {True: ((510, 720),), False: ()}


@st.composite
def calendars(draw: st.DrawFn, version: str = "2021.2") -> CalendarVersion:
    """The calendar as it is, with days given free, days made to work, and half-days."""
    special = {}
    for day in draw(DAYS):
        works = draw(st.booleans())
        special[day] = SpecialDay(day, works, "某日", HALVES[works and draw(st.booleans())])
    kept = (day for day in AS_IT_IS.days if day.day not in special)
    return replace(AS_IT_IS, version=version, days=(*kept, *special.values()))


STATUSES = st.sampled_from(sorted(set(Status) - {Status.CLOSED, Status.ARCHIVED}))
LATER = st.integers(1, 30 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(STATUSES, LATER, calendars())
def test_clocks_that_run_on_are_what_they_would_be_under_the_new_calendar_from_the_start(
    status: Status, later: timedelta, calendar: CalendarVersion
) -> None:
    story = in_status(status).copy()
    story.until(story.now + later)
    before, clocks = story.policy, story.issue.clocks
    try:
        story.does(ADMIN, adopt(calendar))
    except NothingToChange:
        return
    after = governed_by(before, calendar).calendar
    for was, now in zip(clocks, story.issue.clocks, strict=True):
        if was.met_at is None:
            assert now.due(story.policy.calendar) == was.due(after)
        else:
            assert now.due(story.policy.calendar) == was.due(before.calendar)


def _keys(recorded: list[Recorded]) -> list[str]:
    return [one.event.key for one in recorded if isinstance(one.event, ev.AlarmRaised)]


@given(STATUSES, LATER, calendars(), LATER, calendars("2021.3"), LATER)
def test_no_rung_twice_none_early_none_lost(
    status: Status, first: timedelta, one: CalendarVersion, second: timedelta, two: CalendarVersion, rest: timedelta
) -> None:
    story = in_status(status).copy()
    for wait, calendar in ((first, one), (second, two)):
        story.until(story.now + wait)
        known = len(story.recorded)
        raised, moment = _raised_and_gone_by(story, calendar)
        try:
            story.does(ADMIN, adopt(calendar), moment)
        except NothingToChange:
            continue
        again = {key.replace(f"/{grant}/", f"/{grant + 1}/") for key, grant in raised}
        fresh = set(_keys(story.copy().until(story.now + timedelta(days=40)).recorded[known:]))
        assert not again & fresh, "an alarm whose moment had gone by is raised once only"
    story.until(story.now + rest)
    keys = _keys(story.recorded)
    assert len(keys) == len(set(keys))
    assert all(alarm.moment <= entry.at for entry in story.recorded for alarm in _alarms(entry))
    ahead = [due for due in agenda(story.issue, story.policy) if due.at <= story.now]
    assert ahead == [], "whatever fell due was raised"
    assert fold(story.issue.issue_no, story.recorded) == story.issue


def _alarms(entry: Recorded) -> list[ev.AlarmRaised]:
    return [entry.event] if isinstance(entry.event, ev.AlarmRaised) else []


def _raised_and_gone_by(story: Story, calendar: CalendarVersion) -> tuple[list[tuple[str, int]], datetime]:
    """Alarms raised on running clocks that the new calendar moves, whose moment is not ahead under it either."""
    moment = story.now + timedelta(minutes=1)
    settled = story.copy().until(moment)
    after: Policy = governed_by(story.policy, calendar)
    found = []
    for clock in settled.issue.clocks:
        if not clock.running or clock.obligation in LAPSING:
            continue
        old = {due.rung: due.at for due in rungs(clock, settled.issue, settled.policy)}
        new = {due.rung: due for due in rungs(clock, settled.issue, after)}
        if old == {rung: due.at for rung, due in new.items()}:
            continue
        found += [(due.key, due.grant) for due in new.values() if due.key in settled.issue.raised and due.at <= moment]
    return found, moment


def test_an_issue_of_new_years_day_carries_the_days_of_december() -> None:
    whole = replace(AS_IT_IS, days=(SpecialDay(date(2021, 12, 31), False, "年末"),), published_years=(2021, 2022))
    carried = whole.since(first_year(datetime.fromisoformat("2022-01-01T00:00:00+08:00")))
    assert carried == whole


def test_received_before_the_years_known_it_still_has_all_its_days() -> None:
    whole = replace(AS_IT_IS, days=(*AS_IT_IS.days, SpecialDay(date(2022, 1, 3), False, "元旦")))
    assert whole.since(2021) == whole
    assert whole.since(2022).days == whole.days[-1:]
    assert whole.since(2022).published_years == ()
    assert dispatched().issue.received_at == MONDAY
