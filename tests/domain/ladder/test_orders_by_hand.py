"""督办单 · what an order says, and orders by hand (docs/rules.md 5)."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain import refusals as no
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder.rungs import Light
from bihuan.domain.ladder.supervision import order_light
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import NotPermitted
from bihuan.domain.stage import Status
from tests.support.small_city.acts import RETURN, transfer
from tests.support.small_city.calendar import at
from tests.support.small_city.desks import GROUP, UNIT, UNIT_HEAD
from tests.support.small_city.orders import ORDER_BY_HAND, lift, reply, under_order
from tests.support.small_city.people import COORDINATOR, handler, head, supervisor
from tests.support.small_city.policy import D1, D2, G1, POLICY, UNLISTED
from tests.support.small_city.stages import dispatched, in_hand
from tests.support.small_city.story import refused, walk


def test_an_order_says_by_whom_on_what_paper_for_what_and_until_when() -> None:
    by_clock = walk(dispatched(), "08-04 18:00").issue.orders[0]
    by_hand = in_hand().does(supervisor(G1), ORDER_BY_HAND).issue.orders[0]
    for order in (by_clock, by_hand):
        assert order.authorisation_ref == "授权1号"
        assert order.team_leader == f"group-leader:{G1}"
        assert order.scope
        assert order.reply_due is not None
    assert (by_clock.issued_by, by_hand.issued_by) == (None, supervisor(G1))
    assert (by_hand.ground, by_hand.scope, by_hand.presses) == ("POOR_WORK", "限期办结并报告", ("issue#1",))
    assert by_clock.reply_due == at("08-09 18:00")


def test_an_order_by_hand_is_the_one_that_alarms_join() -> None:
    story = dispatched().does(supervisor(G1), ORDER_BY_HAND)
    assert story.issue.orders[0].presses == ("sign#1",)
    walk(story, "08-06 18:00")
    assert len(story.issue.orders) == 1
    assert {"sign#1", "report#1"} <= set(story.issue.orders[0].presses)


def test_where_no_group_is_named_coordination_orders_by_hand_and_leads() -> None:
    story = in_hand(county=UNLISTED).does(COORDINATOR, ORDER_BY_HAND)
    assert story.issue.orders[0].team_leader == "coordination-head"
    refused(in_hand(), COORDINATOR, ORDER_BY_HAND, NotPermitted)


def test_the_light_of_an_order_is_blue_near_its_reply_yellow_late_red_until_done() -> None:
    story = walk(dispatched(), "08-04 18:00")
    order = story.issue.orders[0]
    moments = {"08-04 18:00": Light.GREEN, "08-09 10:15": Light.BLUE, "08-09 18:00": Light.YELLOW}
    for moment, light in {**moments, "08-10 18:00": Light.RED, "08-20 09:00": Light.RED}.items():
        assert order_light(order, story.issue, POLICY, at(moment)) is light, moment
    story.does(head(D1), reply(story), "08-05 09:00")
    for moment in ("08-05 10:00", "08-20 09:00"):
        assert order_light(story.issue.orders[0], story.issue, POLICY, at(moment)) is Light.GREEN, (
            "the unit has replied"
        )
    story.does(supervisor(G1), press.ReturnReply(order=order.no, reason="答非所问"), "08-05 11:00")
    assert order_light(story.issue.orders[0], story.issue, POLICY, story.now) is Light.YELLOW, "poor"
    assert story.due("reply#2") == at("08-10 18:00")
    story.does(head(D1), reply(story)).does(handler(D1), do.Sign())
    assert order_light(story.issue.orders[0], story.issue, POLICY, at("08-20 09:00")) is Light.GREEN


def test_the_conclusion_of_a_lifted_order_goes_to_the_unit_it_names() -> None:
    story = under_order(Status.DISPATCHED)
    story.does(head(D1), reply(story)).does(supervisor(G1), lift(story))
    assert {UNIT, UNIT_HEAD, GROUP} <= set(story.recorded[-1].tell)
    assert story.issue.orders[0].lifted_by == supervisor(G1)


def test_an_order_by_hand_bars_return_and_transfer_only_after_the_return_window() -> None:
    story = in_hand().does(supervisor(G1), ORDER_BY_HAND)
    story.copy().does(head(D1), RETURN)
    story.copy().does(head(D1), transfer(D2))
    with pytest.raises(no.OrderHoldsUnit):
        story.copy().does(head(D1), transfer(D2), "08-04 18:00")
    with pytest.raises(no.OrderHoldsUnit):
        story.copy().does(head(D1), RETURN, "08-04 18:00")
    story.does(head(D1), RETURN, "08-04 17:59")


def test_an_order_by_hand_that_an_alarm_joined_is_one_of_the_clock() -> None:
    story = dispatched(urgency=Urgency.URGENT).does(supervisor(G1), ORDER_BY_HAND)
    walk(story, "08-03 18:00")  # the hour to sign, and a working day
    assert story.issue.orders[0].by_clock
    with pytest.raises(no.OrderHoldsUnit):
        story.does(head(D1), RETURN)
