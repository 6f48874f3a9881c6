"""A late part climbs the ladder of its unit (docs/rules.md 7.3)."""

from bihuan.domain import commands as do
from bihuan.domain import refusals as no
from bihuan.domain.access.authorization import may_read
from bihuan.domain.joint.values import PartState
from bihuan.domain.ladder.escalation import light
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import Light
from bihuan.domain.parties import Desk, Party
from tests.support.small_city.acts import RESULT, RETURN, SEND_BACK, transfer
from tests.support.small_city.calendar import at
from tests.support.small_city.orders import lift, order_no, reply
from tests.support.small_city.parts import (
    ASK,
    DUE,
    HANDED_OVER,
    PART,
    REGARDLESS,
    RELEASE,
    RETURN_PART,
    assisted,
    states,
)
from tests.support.small_city.people import COORDINATOR, LIAISON, handler, head, supervisor
from tests.support.small_city.policy import D1, D2, D3, G1, POLICY
from tests.support.small_city.stages import accepted, in_hand
from tests.support.small_city.story import ALL_RUNGS, refused


def test_a_late_part_climbs_the_ladder_of_a_unit() -> None:
    story = assisted().until("08-06 18:00")
    warned, urged, pressed = (story.alarm("assist#1", rung) for rung in ALL_RUNGS)
    assert warned is not None
    assert urged is not None
    assert pressed is not None
    assert (warned.moment, urged.moment, pressed.moment) == (at("08-05 10:15"), at(DUE), at("08-06 18:00"))
    assert {warned.debtor, urged.debtor, pressed.debtor} == {Party(Desk.UNIT, D2)}
    assert warned.told == (Party(Desk.UNIT, D2), Party(Desk.LIAISON, LIAISON.person))
    assert urged.told == (Party(Desk.UNIT_HEAD, D2), Party(Desk.GROUP, G1))
    assert pressed.told == (), "the order tells them"


def test_where_no_order_stands_it_is_issued_to_the_assisting_unit_in_the_groups_name() -> None:
    story = assisted().until("08-06 18:00")
    (order,) = story.issue.orders
    assert (order.unit, order.group, order.presses) == (D2, G1, ("assist#1",))
    (issued,) = story.entries("order_issued")
    assert Party(Desk.UNIT_HEAD, D2) in issued.tell
    refused(story, head(D1), reply(story), no.NotYourIssue)
    assert story.issue.clocks[-1].unit == D2, "it owes the reply"


def test_the_order_names_the_assisting_unit_so_it_does_not_bind_the_lead() -> None:
    story = assisted().until("08-06 18:00")
    refused(story, head(D1), transfer(D3), no.TransferWindowOver)
    assert story.does(COORDINATOR, transfer(D3)).issue.holder == D3
    assert [order.unit for order in story.issue.open_orders] == [D2]


def test_an_order_for_a_part_stands_with_its_unit_that_becomes_the_lead_and_does_not_bind_it_as_such() -> None:
    """A part taken away is not done; what the unit owed as an assistant bars none of its acts as the lead (3.0a, 1)."""
    story = assisted().until("08-06 18:00").does(COORDINATOR, transfer(D2), "08-09 09:00")
    assert states(story) == [(D2, PartState.RELEASED)]
    assert [order.unit for order in story.issue.open_orders] == [D2]
    story.copy().does(head(D2), RETURN)
    story.copy().does(head(D2), transfer(D3))
    story.until("08-11 18:00")  # its own signature is late by a working day: that joins the order it has
    refused(story, head(D2), transfer(D3), no.OrderHoldsUnit)


def test_each_assisting_unit_has_its_own_order_beside_the_leads() -> None:
    story = accepted().does(COORDINATOR, HANDED_OVER).until("08-06 18:00")
    presses = {order.unit: order.presses for order in story.issue.orders}
    assert presses == {D1: ("sign#1", "report#1"), D2: ("assist#1",), D3: ("assist#2",)}
    refused(story, head(D2), do.ReplyOrder(order=story.issue.orders[0].no, text="x"), no.NotYourIssue)


def test_each_order_ends_when_its_own_units_act_is_done() -> None:
    story = assisted().until("08-11 10:00").does(head(D1), REGARDLESS).does(COORDINATOR, SEND_BACK)
    story.until("08-12 18:00")
    assert [(order.unit, order.presses) for order in story.issue.open_orders] == [
        (D2, ("assist#1",)),
        (D1, ("issue#1",)),
    ]
    story.does(head(D2), PART)
    assert [order.unit for order in story.issue.open_orders] == [D1]
    story.does(head(D1), RESULT)
    assert story.issue.open_orders == ()


def test_a_part_that_is_released_does_not_hold_the_leads_order() -> None:
    """An order stays with the unit it names; another unit's part taken away is not what that unit left undone."""
    story = accepted().does(COORDINATOR, do.HandOver(unit=D1, co_units=(D2,))).until("08-06 18:00")
    story.does(COORDINATOR, RELEASE, "08-06 19:00")
    story.does(handler(D1), do.Sign()).does(handler(D1), do.Report(text="进展"))
    assert [order.unit for order in story.issue.open_orders] == [D2]


def test_an_order_to_a_released_unit_stands_until_its_group_lifts_it() -> None:
    story = assisted().until("08-06 18:00").does(head(D1), RELEASE)
    assert [order.unit for order in story.issue.open_orders] == [D2]
    assert may_read(story.issue, handler(D2), POLICY)
    story.does(handler(D2), reply(story)).does(supervisor(G1), lift(story))
    assert story.issue.open_orders == ()


def test_an_order_ends_with_the_part_and_stands_again_with_its_return() -> None:
    story = assisted().until("08-06 18:00")
    number = order_no(story)
    story.does(head(D2), PART)
    assert story.issue.open_orders == ()
    story.does(head(D1), RETURN_PART)
    assert [(order.no, order.open) for order in story.issue.orders] == [(number, True)]


def test_the_light_and_what_is_due_next_count_the_part() -> None:
    story = in_hand().does(handler(D1), do.Report(text="进展")).does(head(D1), ASK)
    due = next_due(story.issue, POLICY)
    assert due is not None
    assert (due.clock, due.at, due.owes) == ("assist#1", at(DUE), "unit:D2")
    assert light(story.issue, POLICY, at("08-05 10:14")) is Light.GREEN
    assert light(story.issue, POLICY, at("08-05 10:15")) is Light.BLUE
    assert light(story.issue, POLICY, at(DUE)) is Light.RED


def test_a_part_never_moves_the_issues_deadline() -> None:
    story = in_hand()
    due = story.due("issue#1")
    for who, act in ((head(D1), ASK), (head(D2), PART), (head(D1), RETURN_PART), (head(D1), RELEASE)):
        assert story.does(who, act).due("issue#1") == due
