"""The enterprise is asked for information, and what waiting for it costs (docs/rules.md 1)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.policy import Urgency
from bihuan.domain.stage import Status
from tests.support.small_city.acts import ASK, SUPPLY
from tests.support.small_city.calendar import CALENDAR, OFFICE_DAY, at
from tests.support.small_city.people import COORDINATOR, ENTERPRISE
from tests.support.small_city.policy import POLICY, USCC
from tests.support.small_city.stages import accepted, told
from tests.support.small_city.story import Story


def test_waiting_for_information_is_credited_to_the_minute() -> None:
    story = told().does(COORDINATOR, ASK, "08-02 10:00").does(ENTERPRISE, SUPPLY, "08-04 10:00")
    # from the first counted moment, Tuesday 08:30, to Wednesday 10:00: one office day and a half hour and one
    assert story.clock("issue#1").credited(CALENDAR) == OFFICE_DAY + timedelta(hours=1, minutes=30)
    assert story.due("issue#1") == at("08-13 10:00")
    assert story.due("triage#1") == at("08-05 10:00")


def test_nobody_is_pressed_while_the_enterprise_is_asked() -> None:
    story = told().does(COORDINATOR, ASK, "08-02 10:00").until("08-09 17:59")
    assert story.issue.status is Status.NEED_INFO
    assert story.alarms == []
    due = next_due(story.issue, POLICY)
    assert due is not None
    assert due.clock == "supply#1"
    assert due.owes == f"enterprise:{USCC}"


@pytest.mark.parametrize(("so_far", "came_from"), [(told, Status.UNTRIAGED), (accepted, Status.ACCEPTED)])
def test_supplied_or_lapsed_an_issue_returns_to_where_it_came_from(
    so_far: Callable[[], Story], came_from: Status
) -> None:
    supplied = so_far().does(COORDINATOR, ASK).does(ENTERPRISE, SUPPLY, "08-03 10:00")
    assert supplied.issue.status is came_from
    lapsed = so_far().does(COORDINATOR, ASK, "08-02 10:00").until("08-09 17:59")
    assert lapsed.issue.status is Status.NEED_INFO
    lapsed.until("08-09 18:00")
    assert lapsed.issue.status is came_from
    assert lapsed.names[-1] == "info_lapsed"
    assert lapsed.due("issue#1") == at("08-18 18:00"), "five working days, and not one more"


def test_a_wait_pauses_no_longer_than_five_working_days_however_late_its_end_is_noticed() -> None:
    story = told().does(COORDINATOR, ASK, "08-02 10:00").until("08-20 10:00")
    assert story.clock("issue#1").credited(CALENDAR) == 5 * OFFICE_DAY
    assert story.due("issue#1") == at("08-18 18:00")


def test_waiting_pauses_at_most_twice() -> None:
    story = told()
    for asked, supplied in (("08-02 10:00", "08-03 18:00"), ("08-04 08:30", "08-04 18:00")):
        story.does(COORDINATOR, ASK, asked).does(ENTERPRISE, SUPPLY, supplied)
    assert story.due("issue#1") == at("08-13 18:00")
    story.does(COORDINATOR, ASK, "08-05 08:30")
    assert story.due("issue#1") == at("08-13 18:00"), "the third wait does not stop it"
    story.does(ENTERPRISE, SUPPLY, "08-06 18:00")
    assert story.due("issue#1") == at("08-13 18:00")


def test_a_limit_in_calendar_days_is_credited_by_the_wall_clock_unrounded() -> None:
    story = told(urgency=Urgency.COMPLEX).does(COORDINATOR, ASK, "08-02 10:00").does(ENTERPRISE, SUPPLY, "08-04 10:00")
    assert story.clock("issue#1").credited(CALENDAR) == timedelta(hours=34), "from Tuesday's midnight"
    assert story.due("issue#1") == at("09-03 04:00")


def test_a_pause_over_a_rest_day_credits_office_time_only() -> None:
    story = told().does(COORDINATOR, ASK, "08-06 17:00").does(ENTERPRISE, SUPPLY, "08-09 09:30")
    assert story.clock("issue#1").credited(CALENDAR) == timedelta(hours=2)
    assert story.due("issue#1") == at("08-12 10:30")
