"""Reopening after a withdrawal goes on with the time that was left (docs/decisions/0014, 15)."""

from bihuan.domain import commands as do
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.stage import Status
from tests.support.small_city.acts import FOLLOW, RESULT, rate, transfer
from tests.support.small_city.calendar import CALENDAR, at
from tests.support.small_city.people import COORDINATOR, ENTERPRISE, head
from tests.support.small_city.policy import D1, D2
from tests.support.small_city.rulings import REOPEN, WITHDRAW
from tests.support.small_city.stages import accepted, dispatched, in_hand, withdrawn


def test_reopening_after_a_withdrawal_goes_on_with_the_time_that_was_left() -> None:
    story = withdrawn(in_hand().does(head(D1), do.Report(text="进展")), "08-11 17:00")
    story.does(ENTERPRISE, REOPEN, "08-16 09:00")
    assert story.due("issue#1") == at("08-16 10:00")
    assert story.issue.status is Status.UNTRIAGED


def test_withdrawing_and_reopening_four_times_gains_nothing_and_loses_no_order() -> None:
    story = in_hand().does(head(D1), do.Report(text="进展")).until("08-12 18:00")
    assert [order.open for order in story.issue.orders] == [True]
    for day in ("08-13", "08-16", "08-17", "08-18"):
        withdrawn(story, f"{day} 09:00").does(ENTERPRISE, REOPEN, f"{day} 09:01")
        story.does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D1)).does(head(D1), do.Sign())
        assert story.open_clocks(Obligation.SOLVE) == [], "the unit that had it goes on with what it had left"
        assert story.issue.missed_by == (D1,)
        assert [order.open for order in story.issue.orders] == [True]
    due = story.due("issue#1")
    assert due is not None
    assert due <= at("08-12 09:00")
    assert len([one for one in story.issue.clocks if one.obligation == "issue"]) == 1


def test_another_unit_given_it_after_a_withdrawal_has_its_limit_in_full() -> None:
    story = withdrawn(in_hand().until("08-12 18:00"), "08-13 09:00").does(ENTERPRISE, REOPEN)
    story.does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D2))
    assert story.due("solve#1") == at("08-24 18:00")


def test_an_order_of_a_former_unit_does_not_come_back_with_the_issue() -> None:
    story = dispatched().until("08-04 18:00").does(COORDINATOR, transfer(D2), "08-05 09:00")
    assert [order.unit for order in story.issue.open_orders] == [D1]
    withdrawn(story).does(ENTERPRISE, REOPEN, "08-06 09:00")
    assert story.issue.open_orders == (), "what it pressed is nobody's any more"


def test_a_unit_given_back_what_was_withdrawn_from_it_goes_on_with_its_own_limit() -> None:
    story = in_hand().does(head(D1), transfer(D2), "08-05 09:00")
    assert story.due("solve#1") == at("08-16 18:00")
    withdrawn(story, "08-10 09:00").does(ENTERPRISE, REOPEN, "08-12 09:00")
    story.does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D2))
    assert story.open_clocks(Obligation.SOLVE) == ["solve#1"]
    again = story.due("solve#1")
    assert again is not None
    assert CALENDAR.office_time(at("08-16 18:00"), again) == CALENDAR.office_time(at("08-10 09:00"), story.now)


def test_withdrawn_while_it_followed_another_its_triage_goes_on_too() -> None:
    story = accepted().does(COORDINATOR, FOLLOW, "08-03 17:00").does(ENTERPRISE, WITHDRAW, "08-05 09:00")
    assert story.does(ENTERPRISE, REOPEN, "08-09 09:00").due("triage#1") == at("08-09 10:00")


def test_a_withdrawal_in_a_round_of_rework_goes_on_with_that_round() -> None:
    story = (
        dispatched()
        .does(head(D1), do.Sign())
        .does(head(D1), RESULT)
        .does(COORDINATOR, do.Check(verdict=do.Verdict.PASS))
    )
    story.does(head(D1), do.Deliver(to="经办人", how="电话")).does(ENTERPRISE, rate(1, solved=False), "08-03 09:00")
    story.does(COORDINATOR, do.Rework(reason="未办到位"), "08-03 10:00")
    assert story.due("solve#1") == at("08-10 18:00")
    withdrawn(story, "08-10 17:00").does(ENTERPRISE, REOPEN, "08-12 09:00")
    assert (story.issue.round, story.issue.deadline.key) == (2, "issue#2")
    assert story.due("issue#2") == at("08-12 10:00")
    story.does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D1))
    assert story.open_clocks(Obligation.SOLVE) == [], "one clock for one debt"
