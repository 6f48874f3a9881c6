"""The account of a deadline sums to the deadline, names every day, and can be worked out again from itself alone."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bihuan.domain.clocks.clock import Clock, Obligation, Pause
from bihuan.domain.clocks.explanation import Account, DayKind, account
from bihuan.domain.clocks.limits import IN_OFFICE, Limit, TimeUnit
from bihuan.domain.clocks.special_days import SpecialDay
from bihuan.domain.clocks.workdays import CHINA_TIME, WorkCalendar, last_day
from bihuan.language.explanations import account_text
from bihuan.language.phrases import Language
from tests.support.calendars import always_open, china_calendar

CALENDAR = china_calendar()
ZERO, DAY = timedelta(), timedelta(days=1)
CASES_EACH = 40
MANY = settings(max_examples=260, deadline=None)
"""Times ``CASES_EACH``: more than ten thousand."""
FEWER = settings(max_examples=40, deadline=None)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00")


def of(since: str, limit: str, *pauses: tuple[str, str]) -> Account:
    rests = tuple(Pause(at(begin), "NEED_INFO", at(end) if end else None) for begin, end in pauses)
    return account(CALENDAR, Clock(Obligation.SOLVE, 1, Limit.parse(limit), at(since), pauses=rests))


# What an official is told


@pytest.mark.parametrize(
    ("since", "limit", "pauses", "zh", "en"),
    [
        (
            "2021-09-30T10:00",
            "7wd",
            (),
            "自 2021-09-30 10:00 起 7个工作日，当日不计；10-01 至 10-07 国庆节不计；10-10 周末不计；"
            "10-09（周六，国庆节调休上班）计入；到期 2021-10-15 18:00",
            "7 working days from 2021-09-30 10:00, that day not counted; 10-01 to 10-07 National Day not counted; "
            "10-10 weekend not counted; 10-09 (Sat, worked for National Day) counted; due 2021-10-15 18:00",
        ),
        (
            "2021-09-03T10:00",
            "30d",
            (),
            "自 2021-09-03 10:00 起 30天，当日不计；10-03 至 10-07 国庆节顺延；到期 2021-10-08 18:00",
            "30 days from 2021-09-03 10:00, that day not counted; 10-03 to 10-07 National Day rolled over; "
            "due 2021-10-08 18:00",
        ),
        (
            "2021-07-05T17:30",
            "2wh",
            (("2021-07-06T09:00", "2021-07-06T15:00"),),
            "自 2021-07-05 17:30 起 2个工作小时，只计办公时间；"
            "2021-07-06 09:00 至 2021-07-06 15:00 等待企业补正停钟，补回 办公时间 3 小时 30 分；到期 2021-07-06 16:00",
            "2 working hours from 2021-07-05 17:30, office hours only; paused 2021-07-06 09:00 to 2021-07-06 15:00 "
            "(waiting for the enterprise's information), 3 h 30 min of office time given back; due 2021-07-06 16:00",
        ),
        (
            "2021-07-05T10:00",
            "3wd",
            (("2021-07-07T10:30", ""),),
            "自 2021-07-05 10:00 起 3个工作日，当日不计；2021-07-07 10:30 起等待企业补正停钟，"
            "已用 办公时间 9 小时，尚余 办公时间 12 小时，恢复后才知何时到期",
            "3 working days from 2021-07-05 10:00, that day not counted; paused since 2021-07-07 10:30 (waiting for "
            "the enterprise's information), 9 h of office time used, 12 h of office time left; "
            "the due time is known once it resumes",
        ),
        (
            "2026-12-31T10:00",
            "1wd",
            (),
            "自 2026-12-31 10:00 起 1个工作日，当日不计；到期 2027-01-01 18:00（暂定：有关年度放假安排尚未公布）",
            "1 working day from 2026-12-31 10:00, that day not counted; "
            "due 2027-01-01 18:00 (provisional: a year's holidays are not published yet)",
        ),
        (
            "2026-08-31T10:00",
            "30d",
            (("2026-09-10T09:00", "2026-09-11T09:00"),),
            "自 2026-08-31 10:00 起 30天，当日不计；"
            "2026-09-10 09:00 至 2026-09-11 09:00 等待企业补正停钟，补回 24 小时；"
            "至此止于 2026-10-01 18:00，10-01 至 10-07 国庆节，依《民法典》第二百零三条顺延至 2026-10-08 18:00；"
            "到期 2026-10-08 18:00",
            "30 days from 2026-08-31 10:00, that day not counted; paused 2026-09-10 09:00 to 2026-09-11 09:00 (waiting "
            "for the enterprise's information), 24 h given back; it would then end 2026-10-01 18:00, 10-01 to 10-07 "
            "National Day, and by Civil Code art. 203 rolls to 2026-10-08 18:00; due 2026-10-08 18:00",
        ),
        (
            "2020-12-31T10:00:05",
            "24h",
            (),
            "自 2020-12-31 10:00:05 起 24小时，昼夜连计；到期 2021-01-01 10:00:05",
            "24 hours from 2020-12-31 10:00:05, day and night; due 2021-01-01 10:00:05",
        ),
        (
            "2020-12-31T10:00",
            "1wd",
            (),
            "自 2020-12-31 10:00 起 1个工作日，当日不计；2021-01-01 至 2021-01-03 元旦不计；到期 2021-01-04 18:00",
            "1 working day from 2020-12-31 10:00, that day not counted; 2021-01-01 to 2021-01-03 New Year's Day not "
            "counted; due 2021-01-04 18:00",
        ),
    ],
)
def test_an_account_reads_as_an_official_would_say_it(
    since: str, limit: str, pauses: tuple[tuple[str, str], ...], zh: str, en: str
) -> None:
    its = of(since, limit, *pauses)
    assert account_text(its, Language.ZH) == zh
    assert account_text(its, Language.EN) == en


def test_working_days_are_a_sum_of_days_each_with_its_name_and_its_hours() -> None:
    its = of("2021-09-30T10:00", "7wd")
    counted = [(f"{day.day:%m-%d}", day.kind, day.counted) for day in its.days if day.works]
    seven = timedelta(hours=7)
    assert counted == [
        ("10-08", DayKind.WORKDAY, seven),
        ("10-09", DayKind.MADE_UP, seven),
        *((day, DayKind.WORKDAY, seven) for day in ("10-11", "10-12", "10-13", "10-14", "10-15")),
    ]
    assert [day.kind for day in its.days if not day.works] == [DayKind.HOLIDAY] * 7 + [DayKind.WEEKEND]
    assert its.budget == its.ran == 7 * seven


def test_a_pause_is_credited_with_what_it_covers_of_the_counted_time_and_no_more() -> None:
    its = of(
        "2021-07-05T10:00", "3wd", ("2021-07-05T15:00", "2021-07-06T10:30"), ("2021-07-07T12:00", "2021-07-07T14:30")
    )
    assert [pause.counted for pause in its.pauses] == [timedelta(hours=2), ZERO]
    assert its.due == at("2021-07-09T10:30")
    assert its.ran == its.budget


def test_time_that_stood_still_only_after_the_limit_ran_out_is_told_apart() -> None:
    its = of("2021-07-05T10:00", "1wd", ("2021-07-08T09:00", "2021-07-08T11:00"))
    assert its.due == at("2021-07-07T10:30")
    assert (its.ran, its.budget, its.late) == (timedelta(hours=9), timedelta(hours=7), timedelta(hours=2))
    assert "其中 2 小时停在时限届满之后" in account_text(its, Language.ZH)


def test_a_date_named_instead_of_the_limits_end_is_part_of_the_sum() -> None:
    pause = Pause(at("2021-07-07T08:30"), "NEED_INFO", at("2021-07-07T18:00"))
    later = Pause(at("2021-07-12T08:30"), "SUSPENDED:COURT", at("2021-07-12T12:00"))
    clock = Clock(
        Obligation.SOLVE,
        1,
        Limit.parse("3wd"),
        at("2021-07-05T10:00"),
        pauses=(pause, later),
        until=at("2021-07-14T18:00"),
        until_from=at("2021-07-08T09:00"),
    )
    its = account(CALENDAR, clock)
    assert (its.budget, its.granted) == (timedelta(hours=21), timedelta(hours=21))
    assert its.ran == its.budget + its.granted
    assert again(its) == its.due == at("2021-07-15T12:00")
    assert "另定日期 2021-07-14 18:00，多 办公时间 21 小时" in account_text(its, Language.ZH)
    assert "挂起（司法程序）停钟，补回 办公时间 3 小时 30 分" in account_text(its, Language.ZH)
    assert "(suspended: court)" in account_text(its, Language.EN)
    paused = account(CALENDAR, replace(clock, pauses=(pause, replace(later, until=None))))
    assert (paused.due, paused.ran, paused.left) == (None, timedelta(hours=21), timedelta(hours=21))


def test_an_extension_of_a_limit_in_days_rolls_too_and_so_does_each_pause_after_it() -> None:
    court = Pause(at("2021-09-22T09:00"), "SUSPENDED:COURT", at("2021-10-09T09:00"))
    clock = Clock(
        Obligation.SOLVE,
        1,
        Limit.parse("30d"),
        at("2021-08-02T10:00"),
        pauses=(court,),
        until=at("2021-09-19T18:00"),
        until_from=at("2021-08-20T09:00"),
    )
    extended = account(CALENDAR, replace(clock, pauses=()))
    assert extended.due == at("2021-09-22T18:00"), "a holiday of three days"
    assert [(roll.since, roll.until) for roll in extended.rolls] == [(at("2021-09-19T18:00"), extended.due)]
    assert "另定日期 2021-09-19 18:00，多 432 小时；至此止于 2021-09-19 18:00，09-19 至 09-21 中秋节" in account_text(
        extended, Language.ZH
    )
    its = account(CALENDAR, clock)
    assert its.due == at("2021-10-09T18:00"), "seventeen days later, a Saturday that is worked"
    longer = account(CALENDAR, replace(clock, pauses=(replace(court, until=at("2021-10-10T09:00")),)))
    assert longer.due == at("2021-10-11T18:00"), "eighteen days later, a Sunday"
    assert [roll.length for roll in longer.rolls] == [3 * DAY, DAY]
    for one in (extended, its, longer):
        assert one.ran == one.budget + one.granted + one.rolled
        assert again(one) == one.due


def test_the_date_named_for_the_review_of_a_suspension_rolls_over_nothing() -> None:
    for obligation in (Obligation.REVIEW, Obligation.HOLD):
        clock = Clock(obligation, 1, Limit.parse("30d"), at("2021-09-03T11:00"), until=at("2021-09-19T18:00"))
        its = account(CALENDAR, clock)
        assert (its.due, its.rolls) == (at("2021-09-19T18:00"), ())


def test_a_date_named_before_the_limits_end_takes_from_it_and_rolls_over_nothing() -> None:
    clock = Clock(Obligation.REVIEW, 1, Limit.parse("30d"), at("2021-09-03T11:00"), until=at("2021-09-18T18:00"))
    its = account(CALENDAR, clock)
    assert (its.due, its.days) == (at("2021-09-18T18:00"), ())
    assert its.ran == its.budget + its.granted == timedelta(days=14, hours=18)
    assert "another date was named, 2021-09-18 18:00, 480 h less" in account_text(its, Language.EN)


def test_a_working_day_with_a_name_of_its_own_is_told_with_its_hours() -> None:
    days = (SpecialDay(date(2021, 7, 7), works=True, name="抗汛值守"),)
    calendar = WorkCalendar("own", days, frozenset({2021}), ((510, 720), (870, 1080)))
    its = account(calendar, Clock(Obligation.SOLVE, 1, Limit.parse("3wd"), at("2021-07-05T10:00")))
    assert "07-07（周三，抗汛值守）计 7 小时" in account_text(its, Language.ZH)


# The sum, on any calendar


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


def again(its: Account) -> datetime:
    """The due moment from what the account says and nothing else: days, hours, budget, and what pauses gave back."""
    to_go = its.budget + its.granted + its.rolled + sum((pause.counted for pause in its.pauses), ZERO)
    if not its.in_office:
        return its.first + to_go
    for opens, closes in (frame for day in its.days for frame in day.office):
        room = closes - max(opens, its.first)
        if room <= ZERO:
            continue
        if room >= to_go:
            return closes - room + to_go
        to_go -= room
    raise AssertionError("the days of the account do not hold its budget")


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
        shortened = clock.shortened_to(edited + timedelta(seconds=left), edited)
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
