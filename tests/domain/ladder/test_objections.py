"""督办申诉 · objections against an order (docs/rules.md 5)."""

from bihuan.domain import refusals as no
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.people import Actor
from bihuan.domain.stage import Status
from tests.support.small_city.desks import COORDINATION, GROUP, UNIT, UNIT_HEAD
from tests.support.small_city.orders import ORDER_BY_HAND, objected, order_no, under_order
from tests.support.small_city.papers import APPROVE, REFUSE, SECOND_COORDINATOR
from tests.support.small_city.people import COORDINATOR, head
from tests.support.small_city.policy import D1, UNLISTED
from tests.support.small_city.stages import in_hand, withdrawn
from tests.support.small_city.story import Story, refused, walk


def ruled(story: Story, who: Actor, decision: press.Decision) -> Story:
    return story.does(who, press.RuleObjection(order=order_no(story), decision=decision, reason="经查"))


def test_an_upheld_objection_withdraws_the_order_and_tells_the_unit() -> None:
    story = objected()
    assert set(story.recorded[-1].tell) == {COORDINATION, GROUP}
    assert story.issue.open_orders, "it stands meanwhile"
    ruled(story, COORDINATOR, APPROVE)
    assert story.issue.open_orders == ()
    assert {UNIT, UNIT_HEAD} <= set(story.recorded[-1].tell)
    walk(story, "08-30 18:00")
    assert story.raised("reply#1") == []


def test_a_dismissed_objection_leaves_the_order_as_it_is_and_is_final() -> None:
    story = ruled(objected(), COORDINATOR, REFUSE)
    assert story.issue.open_orders
    refused(story, head(D1), press.ObjectOrder(order=order_no(story), reason="仍不服"), no.ObjectionMade)


def test_whoever_lifted_or_issued_an_order_is_recused() -> None:
    story = in_hand(county=UNLISTED).does(COORDINATOR, ORDER_BY_HAND)
    story.does(head(D1), press.ObjectOrder(order=order_no(story), reason="无据"))
    rule = press.RuleObjection(order=order_no(story), decision=APPROVE, reason="x")
    refused(story, COORDINATOR, rule, no.RecusedFromOrder)
    story.does(SECOND_COORDINATOR, rule)


def test_an_objection_is_made_within_thirty_days_even_after_the_close_and_holds_the_archive_back() -> None:
    story = under_order(Status.DISPATCHED)
    number = order_no(story)
    withdrawn(story, "08-06 09:00")
    refused(story.copy(), head(D1), press.ObjectOrder(order=number, reason="x"), no.ObjectionWindowOver, "09-03 18:00")
    story.does(head(D1), press.ObjectOrder(order=number, reason="系统故障"), "09-03 17:00")
    assert walk(story, "09-22 18:00").issue.status == Status.CLOSED, "who objected is owed an answer first"
    ruled(story, COORDINATOR, APPROVE)
    assert walk(story, "09-23 18:00").issue.status == Status.ARCHIVED


def test_an_objection_not_ruled_on_in_thirty_days_presses_coordination() -> None:
    story = walk(objected(), "09-06 18:00")
    assert Rung.R1 in story.raised("objection#1")
    late = story.alarm("objection#1", Rung.R1)
    assert late is not None
    assert late.debtor == COORDINATION
