"""Orders in a group's name: when they come, join and end (docs/rules.md 1)."""

from bihuan.domain import commands as do
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.refusals import (
    NotPermitted,
    OrderAlreadyReplied,
    OrderHoldsUnit,
    OrderNotOpen,
    OrderNotReplied,
    Refusal,
)
from bihuan.domain.stage import Status
from tests.support.small_city.acts import RESULT, RETURN, REWORK, SEND_BACK, transfer
from tests.support.small_city.calendar import at
from tests.support.small_city.desks import COORDINATION, GROUP, UNIT_HEAD
from tests.support.small_city.orders import lift, order_no, reply, under_order
from tests.support.small_city.people import COORDINATOR, ENTERPRISE, handler, head, supervisor
from tests.support.small_city.policy import COORD, D1, D2, D3, G1, G2, PLAIN, UNLISTED
from tests.support.small_city.stages import dispatched, in_hand, rated, transferred, unit_late, withdrawn
from tests.support.small_city.story import ALL_RUNGS, refused


def test_an_order_is_in_the_name_of_the_countys_group_and_tells_who_must_know() -> None:
    story = unit_late()
    (order,) = story.issue.orders
    assert (order.group, order.unit, order.authorisation_ref, order.presses) == (G1, D1, "授权1号", ("sign#1",))
    (issued,) = story.entries("order_issued")
    assert {UNIT_HEAD, GROUP, Party(Desk.COUNTY_LEADER, PLAIN), COORDINATION} <= set(issued.tell)
    assert story.due("reply#1") == at("08-09 18:00")


def test_the_group_of_a_unit_that_the_roster_names_goes_before_the_countys() -> None:
    assert dispatched(D3).issue.group == G2
    assert dispatched(D1).issue.group == G1
    assert transferred(D3).issue.group == G2


def test_where_no_roster_names_a_group_coordination_signs_and_lifts_the_order() -> None:
    story = under_order(Status.DISPATCHED, county=UNLISTED)
    assert story.issue.orders[0].group == COORD
    assert story.issue.orders[0].authorisation_ref == "授权0号"
    story.does(head(D1), reply(story))
    refused(story, supervisor(G1), lift(story), NotPermitted)
    story.does(COORDINATOR, lift(story))
    assert story.issue.open_orders == ()


def test_a_second_clock_joins_the_open_order_of_its_unit_whose_head_hears_again() -> None:
    story = dispatched().until("08-06 18:00")
    assert len(story.entries("order_issued")) == 1
    (joined,) = story.entries("order_joined")
    assert joined.tell == (Party(Desk.UNIT_HEAD, D1),)
    assert story.issue.orders[0].presses == ("sign#1", "report#1")
    story.until("08-30 18:00")
    assert len(story.issue.orders) == 1


def test_an_order_ends_when_the_act_it_presses_is_done() -> None:
    story = unit_late().does(handler(D1), do.Sign(), "08-05 09:00")
    assert story.issue.open_orders == ()
    assert story.names[-1] == "order_done"
    story.until("08-30 18:00")
    assert story.raised("reply#1") == [], "no reply is owed any more"


def test_a_late_reply_does_not_keep_an_order_alive_whose_act_is_done() -> None:
    story = rated(2, solved=False).does(COORDINATOR, REWORK).until("08-09 09:00")
    assert story.raised("reply#1") == [Rung.R0, Rung.R1, Rung.R3, Rung.R2], "late is R3 at once"
    story.does(head(D1), RESULT)
    assert story.issue.open_orders == ()


def test_an_order_pressing_two_clocks_ends_with_the_last_of_them() -> None:
    story = dispatched().until("08-06 18:00").does(handler(D1), do.Sign(), "08-06 19:00")
    assert story.issue.open_orders
    assert story.does(handler(D1), do.Report(text="进展"), "08-06 20:00").issue.open_orders == ()


def test_after_one_order_ended_another_late_act_brings_a_new_one() -> None:
    story = unit_late().does(handler(D1), do.Sign(), "08-05 09:00").until("08-06 18:00")
    assert [order.open for order in story.issue.orders] == [False, True]
    assert len({order.no for order in story.issue.orders}) == 2


def test_a_group_lifts_an_order_only_on_a_reply_and_owes_it_in_three_working_days() -> None:
    story = unit_late()
    refused(story, supervisor(G1), lift(story), OrderNotReplied)
    story.does(handler(D1), reply(story), "08-05 09:00")
    refused(story, handler(D1), reply(story), OrderAlreadyReplied)
    assert story.due("lift#1") == at("08-10 18:00")
    refused(story, supervisor(G2), lift(story), NotPermitted)
    story.does(supervisor(G1), lift(story), "08-05 10:00")
    assert story.issue.open_orders == ()
    refused(story, handler(D1), reply(story), OrderNotOpen)
    refused(story, supervisor(G1), lift(story), OrderNotOpen)
    story.until("08-06 09:00")
    assert story.raised("sign#1") == ALL_RUNGS, "what was raised is not raised again"


def test_the_unit_under_an_order_neither_transfers_nor_returns() -> None:
    rework = rated(2, solved=False).does(COORDINATOR, REWORK)
    for story in (rework, under_order(Status.DISPATCHED)):
        refused(story, head(D1), transfer(D2), OrderHoldsUnit)
        refused(story, head(D1), RETURN, OrderHoldsUnit)


def test_an_order_stays_with_the_unit_it_names_when_coordination_moves_the_issue() -> None:
    """The late unit has not done what the order presses; that another holds the issue now does not do it."""
    story = unit_late().does(COORDINATOR, transfer(D2), "08-05 09:00")
    (order,) = story.issue.orders
    assert (order.unit, order.open) == (D1, True)
    refused(story, head(D2), reply(story), NotPermitted)
    story.does(head(D1), reply(story)).does(supervisor(G1), lift(story))
    assert story.issue.open_orders == ()


def test_a_new_holder_is_not_held_by_the_former_holders_order() -> None:
    story = unit_late().does(COORDINATOR, transfer(D2), "08-05 09:00")
    story.does(head(D2), transfer(D3))
    assert story.issue.holder == D3


def test_an_order_done_by_a_result_that_is_sent_back_stands_again() -> None:
    story = in_hand().does(handler(D1), do.Report(text="进展")).until("08-12 18:00")
    (order,) = story.issue.open_orders
    assert story.copy().does(head(D1), RESULT, "08-13 09:00").issue.open_orders == ()
    story.does(head(D1), RESULT, "08-13 09:00").does(COORDINATOR, SEND_BACK, "08-13 10:00")
    assert [again.no for again in story.issue.open_orders] == [order.no]
    assert len(story.issue.orders) == 1


def test_an_order_that_closing_ended_does_not_stand_again_when_the_issue_is_reopened() -> None:
    story = withdrawn(unit_late().does(COORDINATOR, transfer(D2), "08-05 09:00"))
    assert story.issue.open_orders == ()
    story.does(ENTERPRISE, do.Reopen(reason="复发"), "08-06 09:00")
    assert story.issue.open_orders == ()


def test_closing_ends_every_order() -> None:
    story = withdrawn(unit_late(), "08-05 09:00")
    assert story.issue.open_orders == ()
    refused(story, supervisor(G1), lift(story), Refusal)
    assert order_no(story)
