"""Returns, and the ruling on them (docs/rules.md 1)."""

from collections.abc import Callable

import pytest

from bihuan.domain import commands as do
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.refusals import FieldMissing, OnlyDesignationLeft, OrderHoldsUnit, Refusal, ReturnWindowOver
from bihuan.domain.stage import Status
from tests.support.small_city.acts import RESULT, RETURN, approve_return, designate, refuse_return
from tests.support.small_city.calendar import DUE, at
from tests.support.small_city.desks import COORDINATION, COORDINATION_HEAD, GROUP, LEADERS
from tests.support.small_city.people import COORDINATOR, head
from tests.support.small_city.policy import D1, D2, D3
from tests.support.small_city.stages import dispatched, in_hand, returned
from tests.support.small_city.story import ALL_RUNGS, Story, refused


@pytest.mark.parametrize(
    ("so_far", "why"),
    [(dispatched, OrderHoldsUnit), (in_hand, ReturnWindowOver)],  # unsigned, the order comes at the same instant
)
def test_a_return_may_be_asked_signed_or_not_up_to_two_working_days(
    so_far: Callable[[], Story], why: type[Refusal]
) -> None:
    so_far().does(head(D1), RETURN, "08-04 17:59:59")
    refused(so_far(), head(D1), RETURN, why, "08-04 18:00")


def test_a_return_counts_as_met_for_the_sign_clock_and_stops_no_other() -> None:
    story = dispatched().does(head(D1), RETURN, "08-03 10:00")
    assert story.open_clocks(Obligation.SIGN) == []
    assert story.clock("issue#1").running
    assert story.clock("report#1").running
    story.does(COORDINATOR, refuse_return(), "08-09 10:00")
    assert story.raised("sign#1") == []
    assert story.raised("report#1") == ALL_RUNGS
    assert story.due("issue#1") == at("08-16 10:00"), "waiting for a ruling gives what it takes beyond its own limit"


def test_a_refused_return_counts_as_signed() -> None:
    story = dispatched().does(head(D1), RETURN).does(COORDINATOR, refuse_return())
    assert (story.issue.status, story.issue.holder) == (Status.IN_PROGRESS, D1)
    story.until("08-05 10:00")
    assert story.open_clocks(Obligation.SIGN) == []
    story.does(head(D1), RESULT)


def test_an_approved_return_hands_the_issue_to_another_unit_with_its_own_limit() -> None:
    story = dispatched().does(head(D1), RETURN, "08-04 10:00")
    refused(story, COORDINATOR, do.RuleReturn(ruling=do.Ruling.APPROVE, reason="确有不当"), FieldMissing)
    refused(story, COORDINATOR, approve_return(D1), Refusal)
    story.does(COORDINATOR, approve_return(D2), "08-04 11:00")
    assert (story.issue.status, story.issue.holder) == (Status.DISPATCHED, D2)
    assert story.due("solve#1") == at("08-13 18:00")
    assert story.due("sign#2") == at("08-05 18:00")
    assert story.due("issue#1") == at(DUE)
    story.does(head(D2), RETURN, "08-05 10:00")


@pytest.mark.parametrize("first", [refuse_return(), approve_return(D2)], ids=["refused", "approved"])
def test_from_the_second_request_on_the_ruling_can_only_designate(first: do.RuleReturn) -> None:
    story = returned().does(COORDINATOR, first)
    story.does(head(story.issue.holder), RETURN)
    refused(story, COORDINATOR, refuse_return(), OnlyDesignationLeft)
    refused(story, COORDINATOR, approve_return(D3), OnlyDesignationLeft)
    story.does(COORDINATOR, designate(D3))
    assert story.issue.holder == D3


def test_the_ruling_is_owed_by_coordination_in_one_working_day() -> None:
    story = returned().until("08-04 18:00")
    assert story.raised("ruling#1") == ALL_RUNGS
    first, second = story.alarm("ruling#1", Rung.R1), story.alarm("ruling#1", Rung.R2)
    assert first is not None
    assert second is not None
    assert first.moment == at("08-03 18:00")
    assert (first.debtor, set(first.told)) == (COORDINATION, {COORDINATION_HEAD})
    assert set(second.told) == {LEADERS, GROUP}
    assert story.issue.orders == ()
