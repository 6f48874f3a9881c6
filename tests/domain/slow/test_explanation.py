"""The account of a deadline sums to the deadline, on any calendar, with any pauses."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bihuan.domain.clocks.clock import Clock, Obligation, Pause
from bihuan.domain.clocks.explanation import Account, account
from bihuan.domain.clocks.limits import IN_OFFICE, Limit, TimeUnit
from bihuan.domain.clocks.special_days import SpecialDay
from bihuan.domain.clocks.workdays import CHINA_TIME, WorkCalendar, last_day
from tests.support.calendars import CALENDAR, DAY, ZERO, again, always_open, of

CASES_EACH = 40
MANY = settings(max_examples=260, deadline=None)
"""Times ``CASES_EACH``: more than ten thousand."""
FEWER = settings(max_examples=40, deadline=None)


def any_calendar(dice: random.Random) -> WorkCalendar:
    """Puyang's, one that never closes, or one made up: any rest days, frames, holidays and make-up days."""
    if dice.random() < 0.5:
        return CALENDAR
    if dice.random() < 0.1:
        return always_open()
    edges = sorted(dice.sample(range(0, 1441, 15), 2 * dice.randrange(1, 4)))
    start, named = date(2021, 1, 1), {}
    for _ in range(dice.randrange(40)):
        day = start + timedelta(days=dice.randrange(500))
        named[day] = SpecialDay(day, dice.random() < 0.4, "节日")
    return WorkCalendar(
        version=f"any-{dice.random()}",
        days=tuple(named.values()),
        published_years=frozenset({2021}),
        office_minutes=tuple(zip(edges[::2], edges[1::2], strict=True)),
        rest_weekdays=frozenset(dice.sample(range(7), dice.randrange(4))),
    )


def any_clock(dice: random.Random) -> Clock:
    """Any unit and length, any anchor, up to three pauses in order, the last of which may last."""
    unit = dice.choice(list(TimeUnit))
    amount = dice.randrange(1, {TimeUnit.WD: 25, TimeUnit.D: 45, TimeUnit.WH: 120}.get(unit, 900))
    moment = datetime(2021, 1, 1, tzinfo=CHINA_TIME) + timedelta(seconds=dice.randrange(300 * 86400))
    moment += timedelta(microseconds=dice.choice([0, 0, dice.randrange(1_000_000)]))
    clock = Clock(Obligation.SOLVE, 1, Limit(amount, unit), moment)
    edges = [moment]
    for _ in range(2 * dice.randrange(4)):
        edges.append(edges[-1] + timedelta(seconds=dice.choice([0, 1, 60, 3600, 86400]) * dice.randrange(1, 9)))
    pauses = [Pause(since, "NEED_INFO", until) for since, until in list(pairwise(edges[1:]))[::2]]
    if pauses and dice.random() < 0.2:
        pauses[-1] = Pause(pauses[-1].since, "NEED_INFO", None)
    return Clock(Obligation.SOLVE, 1, Limit(amount, unit), moment, pauses=tuple(pauses)) if pauses else clock


def cases(seed: int) -> Iterator[tuple[WorkCalendar, Clock, Account]]:
    dice = random.Random(seed)
    for _ in range(CASES_EACH // 8):
        calendar = any_calendar(dice)
        for _ in range(8):
            clock = any_clock(dice)
            yield calendar, clock, account(calendar, clock)


def by_hand(calendar: WorkCalendar, clock: Clock) -> datetime:
    """When the time is up, by another road: walk the counted time, and let none of it pass in a pause."""
    started, limit = clock.started_at.astimezone(CHINA_TIME), clock.limit
    worked = (day for n in range(1, 2000) if calendar.is_workday(day := started.date() + n * DAY))
    midnight = datetime.combine(started.date() + DAY, datetime.min.time(), CHINA_TIME)
    if limit.unit is TimeUnit.WD:
        days = [next(worked) for _ in range(limit.amount)]
        return _walk(_frames(calendar, midnight), clock, sum((_hours(calendar, day) for day in days), ZERO))
    if limit.unit is TimeUnit.WH:
        return _walk(_frames(calendar, started), clock, timedelta(hours=limit.amount))
    if limit.unit is TimeUnit.D:
        last = started.date() + limit.amount * DAY
        while not calendar.is_workday(last):
            last += DAY
        return _moved_by_hand(calendar, clock, calendar.frames(last)[-1][1], midnight)
    return _walk(iter([(started, started + 9999 * DAY)]), clock, limit.elapsed)


def _moved_by_hand(calendar: WorkCalendar, clock: Clock, end: datetime, first: datetime) -> datetime:
    """Pause by pause: what began before the end pushes it on, and no end stays on a rest day."""
    for pause in clock.pauses:
        if pause.until is None or pause.since >= end:
            break
        end += max(pause.until - max(pause.since, first), ZERO)
        day = last = (end - timedelta(microseconds=1)).date()
        while not calendar.is_workday(day):
            day += DAY
        end = end if day == last else calendar.frames(day)[-1][1]
    return end


def _hours(calendar: WorkCalendar, day: date) -> timedelta:
    return sum((closes - opens for opens, closes in calendar.frames(day)), ZERO)


def _frames(calendar: WorkCalendar, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    for n in range(2000):
        for opens, closes in calendar.frames(since.date() + n * DAY):
            if closes > since:
                yield max(opens, since), closes


def _walk(frames: Iterator[tuple[datetime, datetime]], clock: Clock, to_go: timedelta) -> datetime:
    for opens, closes in frames:
        since = opens
        for pause in clock.pauses:
            until = pause.until or closes
            run = max(min(pause.since, closes) - since, ZERO)
            if run >= to_go:
                return since + to_go
            to_go -= run
            since = max(since, min(until, closes))
        if closes - since >= to_go > ZERO:
            return since + to_go
        to_go -= closes - since
    raise AssertionError("time never runs out")


@MANY
@given(st.integers(0, 2**64))
def test_the_sum_equals_the_deadline(seed: int) -> None:
    for calendar, clock, its in cases(seed):
        assert its.due == clock.due(calendar)
        used = sum((one.counted for one in its.stretches if not one.basis), ZERO)
        assert used == its.ran
        assert its.granted == ZERO, "nobody granted anything"
        if its.due is None:
            assert clock.paused
            assert its.late == ZERO
            assert its.left == max(its.budget + its.rolled - its.ran, ZERO)
            continue
        assert its.ran == its.budget + its.rolled + its.late
        assert its.left == ZERO, "nothing is left at a due moment"
        assert again(its) == its.due
        up = by_hand(calendar, clock)
        if all(pause.since < up for pause in clock.pauses):
            assert its.due == up
            assert its.late == ZERO
        else:
            assert its.due >= up, "a pause that began when the time was up moves it all the same"
        if clock.limit.unit in IN_OFFICE:
            assert sum((day.counted for day in its.days), ZERO) == its.ran
            assert its.budget == used - its.late


@MANY
@given(st.integers(0, 2**64))
def test_a_limit_in_days_ends_on_a_working_day_and_no_pause_takes_from_what_was_left(seed: int) -> None:
    for calendar, clock, its in cases(seed):
        if clock.limit.unit is not TimeUnit.D or its.due is None:
            continue
        assert calendar.is_workday(last_day(its.due))
        for number, pause in enumerate(clock.pauses):
            before = replace(clock, pauses=clock.pauses[:number]).due(calendar)
            after = replace(clock, pauses=clock.pauses[: number + 1]).due(calendar)
            assert before
            assert after
            assert pause.until
            gives_back = max(pause.until - max(pause.since, its.first), ZERO)
            assert after - before >= gives_back
            assert gives_back or after == before


@FEWER
@given(st.integers(0, 2**64), st.integers(-900_000, 9_000_000))
def test_the_sum_holds_where_another_date_was_named(seed: int, seconds: int) -> None:
    for calendar, clock, _ in cases(seed):
        start = clock.pauses[-1].since if clock.pauses else clock.started_at
        named = calendar.after(start, clock.limit) + timedelta(seconds=seconds)
        its = account(calendar, replace(clock, until=named, until_from=start))
        if its.due is None:
            continue
        assert its.ran == its.budget + its.granted + its.rolled + its.late
        assert its.due == replace(clock, until=named, until_from=start).due(calendar)
        if clock.limit.unit in IN_OFFICE:
            assert sum((day.counted for day in its.days), ZERO) == its.ran


@FEWER
@example(1262, 0, 0)
@given(st.integers(0, 2**64), st.integers(0, 900_000), st.integers(0, 900_000))
def test_the_sum_holds_where_a_deadline_was_shortened_in_a_pause(seed: int, passed: int, left: int) -> None:
    """The date named in a pause takes no account of what the pause had covered by then."""
    for calendar, clock, _ in cases(seed):
        if not clock.pauses:
            continue
        edited = clock.pauses[-1].since + timedelta(seconds=passed)
        shortened = clock.spare(edited + timedelta(seconds=left), edited)
        its = account(calendar, shortened)
        if shortened.until and shortened.until < its.first:  # at least the sign limit is left, so it never is
            continue
        assert its.due == shortened.due(calendar)
        if its.due is None:
            assert its.ran + its.left == its.budget + its.granted + its.rolled
            named = calendar.credit(edited, edited + timedelta(seconds=left), clock.started_at, clock.limit)
            rolls = (calendar.credit(roll.since, roll.until, clock.started_at, clock.limit) for roll in its.rolls)
            assert its.left == named + sum(rolls, ZERO)
        else:
            assert its.ran == its.budget + its.granted + its.rolled + its.late


@FEWER
@given(st.integers(0, 2**64))
def test_stretches_follow_each_other_and_cover_all_from_the_first_counted_moment(seed: int) -> None:
    for _, clock, its in cases(seed):
        assert [(pause.since, pause.until) for pause in its.pauses] == [(p.since, p.until) for p in clock.pauses]
        for one, following in pairwise(its.stretches):
            assert one.since <= following.since
            assert one.until is not None
            assert one.until <= following.since
        assert all(its.first <= run.since < run.until for run in its.running if run.until)
        assert its.due is None or all(run.until <= its.due for run in its.running if run.until)
        days = [day.day for day in its.days]
        assert days == [days[0] + n * DAY for n in range(len(days))] if days else its.due is None or not its.in_office


def test_an_account_is_provisional_where_a_day_may_still_be_set_and_only_where_days_matter() -> None:
    assert of("2026-12-20T10:00", "7wd").provisional
    assert of("2026-12-20T10:00", "7d").provisional
    assert not of("2026-12-20T10:00", "24h").provisional
    assert not of("2026-10-20T10:00", "7wd").provisional
