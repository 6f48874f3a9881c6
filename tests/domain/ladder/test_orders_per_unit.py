"""一件、一级、一单位一单 · one order per issue, rung and unit (docs/rules.md 5, docs/decisions/0013)."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain import refusals as no
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder import events as lev
from tests.support.small_city.acts import RETURN, transfer
from tests.support.small_city.calendar import at
from tests.support.small_city.orders import ORDER_BY_HAND, REPORT, head_of, heard, ordered
from tests.support.small_city.people import COORDINATOR, head, hub, supervisor
from tests.support.small_city.policy import D1, D2, D3, G1, HUBBED, HUBBED_HUB
from tests.support.small_city.stages import dispatched, told
from tests.support.small_city.story import Story, walk


def passed_on_under_an_order() -> Story:
    """D1 never signs; coordination moves the issue to D2, which does not sign either."""
    return walk(walk(dispatched(), "08-04 18:00").does(COORDINATOR, transfer(D2), "08-05 09:00"), "08-09 18:00")


def test_an_order_of_a_former_unit_does_not_swallow_the_present_leads() -> None:
    story = passed_on_under_an_order()
    assert ordered(story) == [D1, D2]
    assert head_of(D2) in heard(story, "order_issued")[-1][1]
    with pytest.raises(no.OrderHoldsUnit):
        story.does(head(D2), transfer(D3))


def test_a_former_units_reply_and_its_lift_leave_the_present_leads_order_standing() -> None:
    story = passed_on_under_an_order()
    first = story.issue.orders[0].no
    story.does(head(D1), do.ReplyOrder(order=first, text="已移交"))
    story.does(supervisor(G1), do.LiftOrder(order=first, conclusion="属实"))
    assert ordered(story) == [D2]


def test_a_hub_late_in_triage_does_not_swallow_the_units_r2() -> None:
    story = walk(told(county=HUBBED), "08-05 09:00").does(hub(HUBBED), do.Accept())
    story.does(hub(HUBBED), do.HandOver(unit=D1)).does(head(D1), do.Sign()).does(head(D1), REPORT)
    walk(story, "08-17 18:00")
    assert ordered(story) == [HUBBED_HUB, D1]


def test_an_assistants_order_does_not_swallow_the_leads_nor_keep_the_group_from_ordering_by_hand() -> None:
    story = dispatched().does(head(D1), do.Sign()).does(head(D1), do.AddAssist(unit=D2, task="核定"))
    walk(story.does(head(D1), REPORT), "08-06 18:00")
    assert ordered(story) == [D2]
    assert ordered(story.copy().does(supervisor(G1), ORDER_BY_HAND)) == [D2, D1]
    assert ordered(walk(story, "08-12 18:00")) == [D2, D1]


def test_an_assistant_that_becomes_the_lead_is_not_held_by_the_order_on_its_part() -> None:
    story = dispatched().does(head(D1), do.Sign()).does(head(D1), do.AddAssist(unit=D2, task="核定"))
    walk(story, "08-06 18:00").does(COORDINATOR, transfer(D2), "08-09 09:00")
    assert D2 in ordered(story)
    story.does(head(D2), RETURN)


def test_another_clock_of_the_same_unit_joins_its_order_and_its_head_hears_again() -> None:
    story = walk(dispatched(), "08-06 18:00")
    assert story.issue.orders[0].presses == ("sign#1", "report#1")
    assert heard(story, "order_joined") == [(at("08-06 18:00"), {head_of(D1)})]
    walk(story, "08-09 09:00")
    again = [e for e in story.events if isinstance(e, lev.AlarmRepeated) and e.alarm == "report#1/0/R2"]
    assert [one.told for one in again] == [(head_of(D1),)]
    story.does(head(D1), press.Acknowledge(alarm="report#1/0/R2"))
