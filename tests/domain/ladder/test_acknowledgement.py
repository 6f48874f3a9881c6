"""收到 · acknowledging, and what an order to a county's leader means (docs/rules.md 5, docs/decisions/0013)."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain import refusals as no
from bihuan.domain.access.authorization import may_read
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder import events as lev
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from tests.support.small_city.acts import transfer
from tests.support.small_city.orders import head_of
from tests.support.small_city.people import COORDINATOR, LEADER, head, supervisor
from tests.support.small_city.policy import D1, D3, G1, G2, HUBBED, PLAIN, POLICY
from tests.support.small_city.stages import dispatched
from tests.support.small_city.story import walk


def test_a_copied_groups_acknowledgement_stops_its_own_notice_and_not_the_debtors() -> None:
    story = walk(dispatched(), "08-03 18:00").does(supervisor(G1), press.Acknowledge(alarm="sign#1/0/R1"))
    walk(story, "08-05 09:00")
    again = [e.told for e in story.events if isinstance(e, lev.AlarmRepeated) and e.alarm == "sign#1/0/R1"]
    assert again == [(head_of(D1),), (head_of(D1),)]
    story.does(head(D1), press.Acknowledge(alarm="sign#1/0/R1"))
    walk(story, "08-10 09:00")
    again = [e.told for e in story.events if isinstance(e, lev.AlarmRepeated) and e.alarm == "sign#1/0/R1"]
    assert len(again) == 2


def test_the_debtors_acknowledgement_stops_it_for_all() -> None:
    story = walk(dispatched(), "08-03 18:00").does(head(D1), press.Acknowledge(alarm="sign#1/0/R1"))
    assert story.issue.unheeded == ()


def test_of_a_late_reply_the_orders_group_hears_not_the_issues() -> None:
    story = walk(dispatched(), "08-04 18:00").does(COORDINATOR, transfer(D3), "08-05 09:00")
    assert (story.issue.group, story.issue.orders[0].group) == (G2, G1)
    walk(story, "08-09 18:00")
    late = story.alarm("reply#1", Rung.R1)
    assert late is not None
    assert set(late.told) == {head_of(D1), Party(Desk.GROUP, G1)}


def test_a_lift_that_is_late_presses_the_orders_group() -> None:
    story = walk(dispatched(), "08-04 18:00").does(COORDINATOR, transfer(D3), "08-05 09:00")
    story.does(head(D1), do.ReplyOrder(order=story.issue.orders[0].no, text="已移交"))
    walk(story, "08-10 18:00")
    late = story.alarm("lift#1", Rung.R1)
    assert late is not None
    assert (late.debtor, late.told) == (Party(Desk.GROUP, G1), (Party(Desk.GROUP_LEADER, G1),))


def test_an_order_to_a_countys_leader_is_read_and_acknowledged_by_that_leader_alone() -> None:
    mine, other = Actor(Role.LDR, "leader of the county", PLAIN), Actor(Role.LDR, "leader of another", HUBBED)
    story = walk(dispatched(), "08-03 18:00")
    assert not may_read(story.issue, mine, POLICY), "no order yet"
    walk(story, "08-04 18:00")
    assert [may_read(story.issue, who, POLICY) for who in (mine, other, LEADER)] == [True, False, False]
    notice = press.Acknowledge(alarm="sign#1/0/R2")
    for stranger in (other, LEADER):
        with pytest.raises(no.NotYourIssue):
            story.does(stranger, notice)
    story.does(mine, notice)
    assert any(head_of(D1) in one.told for one in story.issue.unheeded), "its own only"
    story.does(head(D1), notice)
    assert may_read(story.issue, mine, POLICY), "also when nothing repeats any more"


@pytest.mark.parametrize(
    "act", [press.Convene(topic="增容"), press.OpenDraft(paper=Paper.REPORT_UP, ground="超出权限")]
)
def test_a_countys_leader_does_not_act_for_the_city(act: do.Act) -> None:
    story = walk(dispatched(), "08-04 18:00")
    with pytest.raises(no.NotYourIssue):
        story.does(Actor(Role.LDR, "leader of the county", PLAIN), act)
