"""The account of a deadline sums to the deadline, names every day, and can be worked out again from itself alone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bihuan.domain.clocks.clock import Clock, Obligation, Pause
from bihuan.domain.clocks.explanation import DayKind, account
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.clocks.special_days import SpecialDay
from bihuan.domain.clocks.workdays import WorkCalendar
from bihuan.language.explanations import account_told
from bihuan.language.phrases import Tongue
from tests.support.calendars import CALENDAR, DAY, ZERO, again, at, of


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
            "when it is due is open until it goes on",
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
    assert account_told(its, Tongue.ZH) == zh
    assert account_told(its, Tongue.EN) == en


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
    assert "其中 2 小时停在时限届满之后" in account_told(its, Tongue.ZH)


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
    assert "另定日期 2021-07-14 18:00，多 办公时间 21 小时" in account_told(its, Tongue.ZH)
    assert "挂起（司法程序）停钟，补回 办公时间 3 小时 30 分" in account_told(its, Tongue.ZH)
    assert "(suspended: court)" in account_told(its, Tongue.EN)
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
    assert "另定日期 2021-09-19 18:00，多 432 小时；至此止于 2021-09-19 18:00，09-19 至 09-21 中秋节" in account_told(
        extended, Tongue.ZH
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
    assert "another date was named, 2021-09-18 18:00, 480 h less" in account_told(its, Tongue.EN)


def test_a_working_day_with_a_name_of_its_own_is_told_with_its_hours() -> None:
    days = (SpecialDay(date(2021, 7, 7), works=True, name="抗汛值守"),)
    calendar = WorkCalendar("own", days, frozenset({2021}), ((510, 720), (870, 1080)))
    its = account(calendar, Clock(Obligation.SOLVE, 1, Limit.parse("3wd"), at("2021-07-05T10:00")))
    assert "07-07（周三，抗汛值守）计 7 小时" in account_told(its, Tongue.ZH)
