"""挂起 · suspension (docs/rules.md 6)."""

from datetime import timedelta

import pytest

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.ladder.escalation import light
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import WrongStatus
from bihuan.domain.stage import Outcome, Status
from tests.support.small_city.acts import NOT_SOLVED, RESULT, RESUME, TERMINATE, approve, suspend, transfer
from tests.support.small_city.calendar import CALENDAR, OFFICE_DAY, at
from tests.support.small_city.desks import COORDINATION, LEADERS
from tests.support.small_city.people import CALLER, CITY_LEADER, COORDINATOR, LIAISON, handler, head
from tests.support.small_city.policy import D1, D2, POLICY
from tests.support.small_city.requests import ENTERPRISE_DESK, REPORT, at_work, badly_rated, raised
from tests.support.small_city.stages import in_hand, suspended, withdrawn


def test_a_suspension_stops_issue_and_report_and_moves_them_by_exactly_the_time_covered() -> None:
    story = in_hand().does(head(D1), suspend("08-20 18:00"), "08-04 09:30")
    assert story.clock("issue#1").running, "waiting for the ruling pauses nothing"
    story.does(COORDINATOR, approve(story), "08-04 10:00")
    assert story.issue.status is Status.SUSPENDED
    paused = {clock.key for clock in story.issue.clocks if clock.paused}
    assert paused == {"issue#1", "report#1"}
    assert story.clock("issue#1").pauses[-1].basis == "SUSPENDED:COURT"
    assert story.does(head(D1), RESUME, "08-06 10:00").issue.status is Status.IN_PROGRESS
    assert story.clock("issue#1").credited(CALENDAR) == 2 * OFFICE_DAY
    assert story.due("issue#1") == at("08-13 18:00")
    assert story.due("report#1") == at("08-09 18:00")


def test_a_units_own_limit_is_suspended_too() -> None:
    story = in_hand().does(head(D1), transfer(D2)).does(head(D2), do.Sign())
    story.does(head(D2), suspend("08-20 18:00"))
    story.does(COORDINATOR, approve(story))
    assert {clock.key for clock in story.issue.clocks if clock.paused} == {"issue#1", "solve#1", "report#2"}


def test_the_enterprise_is_told_why_and_until_when() -> None:
    story = suspended()
    happened = story.events[-1]
    assert isinstance(happened, ev.Suspended)
    assert (happened.basis, happened.reason) == (do.SuspensionBasis.COURT, "待法院裁定")
    assert {ENTERPRISE_DESK, Party(Desk.LIAISON, LIAISON.person)} <= set(story.recorded[-1].tell)
    story.does(COORDINATOR, RESUME)
    assert {ENTERPRISE_DESK, Party(Desk.UNIT, D1)} <= set(story.recorded[-1].tell)


def test_nobody_is_pressed_while_suspended_and_the_review_date_is_what_is_next() -> None:
    story = suspended()
    due = next_due(story.issue, POLICY)
    assert due is not None
    assert (due.clock, due.owes) == ("review#1", f"unit:{D1}")
    story.until(due.at - timedelta(seconds=1))
    assert story.alarms == []
    assert light(story.issue, POLICY, story.now) is Light.GREEN


@pytest.mark.parametrize("noticed", ["08-09 10:00", "08-30 10:00"])
def test_at_the_review_date_the_issue_goes_on_by_itself_however_late_that_is_noticed(noticed: str) -> None:
    story = in_hand().does(head(D1), suspend("08-09 10:00"), "08-04 09:30")
    story.does(COORDINATOR, approve(story), "08-04 10:00").until("08-09 09:59")
    assert story.issue.status is Status.SUSPENDED
    assert story.until(noticed).issue.status is Status.IN_PROGRESS
    assert story.entries("resumed")[0].event == ev.Resumed(moment=at("08-09 10:00"), lapsed=True)
    assert story.clock("issue#1").credited(CALENDAR) == 3 * OFFICE_DAY
    assert story.due("issue#1") == at("08-16 18:00")


def test_what_was_raised_before_a_suspension_is_not_raised_again_after_it() -> None:
    story = at_work().until("08-12 09:00").does(head(D1), suspend("08-20 18:00"))
    story.does(COORDINATOR, approve(story), "08-12 10:00").does(COORDINATOR, RESUME, "08-16 10:00")
    story.until("08-30 18:00")
    assert [(grant, rung) for grant, rung, _ in raised(story, "issue#1")] == [
        (0, Rung.R0),
        (0, Rung.R1),
        (1, Rung.R2),
        (1, Rung.R3),
    ]
    r2, r3 = (moment for _, _, moment in raised(story, "issue#1")[2:])
    assert (r2, r3) == ("08-16 18:00", "08-20 18:00"), "one and five working days after due, and two suspended"


def test_no_warning_falls_into_a_suspension() -> None:
    """The pause moves thirty days by the wall clock and the blue light by office days, so it would lie inside."""
    story = in_hand(urgency=Urgency.COMPLEX).does(head(D1), suspend("08-27 18:00"), "08-26 08:20")
    story.does(COORDINATOR, approve(story), "08-26 08:29").until("08-27 18:00")
    assert story.due("issue#1") == at("09-03 03:31")
    assert raised(story, "issue#1") == [(1, Rung.R0, "08-27 18:00")]
    assert not any(alarm.late for alarm in story.alarms if alarm.clock == "issue#1")


def test_an_order_given_for_a_bad_rating_is_not_given_again_after_a_suspension_and_time_brings_its_own() -> None:
    story = badly_rated().does(CALLER, NOT_SOLVED, "08-03 10:00")
    assert story.raised("solve#1") == [Rung.R2]
    story.does(head(D1), suspend("08-20 18:00"))
    story.does(COORDINATOR, approve(story)).does(COORDINATOR, RESUME, "08-05 10:00").until("08-30 18:00")
    assert story.raised("solve#1") == [Rung.R2, Rung.R0, Rung.R1, Rung.R2, Rung.R3]
    assert len(story.issue.orders) == 1


def test_a_report_is_owed_every_thirty_days_of_suspension_and_late_it_shows_yellow() -> None:
    story = in_hand().does(head(D1), suspend("09-01 18:00"))
    story.does(COORDINATOR, approve(story))
    assert story.due("update#1") == at("09-01 18:00")
    story.until("08-31 10:00").does(head(D1), suspend("09-29 18:00"))
    story.does(COORDINATOR, approve(story)).until("09-01 18:00")
    assert story.issue.status is Status.SUSPENDED, "its review was put off"
    assert raised(story, "update#1")[-1] == (0, Rung.R1, "09-01 18:00")
    assert light(story.issue, POLICY, story.now) is Light.YELLOW
    story.does(handler(D1), REPORT, "09-02 10:00")
    assert light(story.issue, POLICY, story.now) is Light.GREEN
    assert story.due("update#2") == at("10-08 18:00"), "2 October is in the holiday week"
    assert story.due("report#1") is None, "the suspended report waits on"
    story.does(head(D1), RESUME)
    assert story.open_clocks(Obligation.UPDATE) == []


def test_beyond_ninety_days_in_all_a_suspension_is_a_leaders() -> None:
    story = in_hand()
    for asked, until in (
        ("08-02 10:00", "09-01 18:00"),
        ("08-30 10:00", "09-29 18:00"),
        ("09-28 10:00", "10-28 18:00"),
    ):
        story.does(head(D1), suspend(until), asked)
        assert story.issue.requests[-1].approver == COORDINATION
        story.does(COORDINATOR, approve(story))
    story.does(head(D1), suspend("11-02 18:00"), "10-27 10:00")
    assert story.issue.requests[-1].approver == LEADERS
    story.does(CITY_LEADER, approve(story))
    assert story.due("review#4") == at("11-02 18:00")
    story.until("11-02 18:00")
    assert story.issue.status is Status.IN_PROGRESS
    assert [one.over_at is not None for one in story.issue.requests] == [True] * 4


def test_suspended_issues_go_on_with_their_orders_and_can_be_withdrawn_or_terminated() -> None:
    assert withdrawn(suspended()).issue.outcome is Outcome.WITHDRAWN
    story = suspended().does(head(D1), TERMINATE)
    story.does(COORDINATOR, approve(story))
    assert (story.issue.status, story.issue.outcome) == (Status.CLOSED, Outcome.TERMINATED)
    assert [clock.key for clock in story.issue.clocks if clock.open] == ["archive#1"]
    with pytest.raises(WrongStatus):
        suspended().does(head(D1), RESULT)


def test_a_planned_issue_stays_open_as_a_suspension_on_the_basis_of_a_plan() -> None:
    story = in_hand().does(head(D1), suspend("08-27 18:00", do.SuspensionBasis.PLAN))
    story.does(COORDINATOR, approve(story))
    assert (story.issue.status, story.issue.outcome, story.issue.closed) == (Status.SUSPENDED, Outcome.PLANNED, False)
    story.until("08-27 18:00")
    assert (story.issue.status, story.issue.outcome) == (Status.IN_PROGRESS, None)
    assert suspended().issue.outcome is None, "on another basis it is not planned"
