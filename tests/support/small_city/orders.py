"""Orders, papers and level-ups, and issues that are under them."""

from datetime import datetime, timedelta

from bihuan.domain import commands as do
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.parties import Desk, Party
from bihuan.domain.stage import Status
from tests.support.small_city.calendar import at
from tests.support.small_city.people import COORDINATOR, LEADER, head, supervisor
from tests.support.small_city.policy import D1, D2, D3, G1
from tests.support.small_city.stages import dispatched, in_hand, in_status
from tests.support.small_city.story import Story


def under_order(status: Status, unit: str = D1, **changes: object) -> Story:
    """As ``in_status``, left to rot until the supervision group orders; only where a unit owes something."""
    story = in_status(status, unit, **changes)
    while not story.issue.open_orders:
        assert story.now < at("09-15 00:00"), f"nothing in {status} leads to an order"
        story.until(story.now + timedelta(hours=6))
    assert story.issue.status is status
    return story


def order_no(story: Story) -> str:
    return story.issue.orders[-1].no


def reply(story: Story) -> do.ReplyOrder:
    return do.ReplyOrder(order=order_no(story), text="正在施工")


def lift(story: Story) -> do.LiftOrder:
    return do.LiftOrder(order=order_no(story), conclusion="说明属实")


URGE = press.Urge(text="请抓紧办理")
ORDER_BY_HAND = press.IssueOrder(ground=press.OrderGround.POOR_WORK, text="限期办结并报告")
ASK_LEVEL_UP = press.AskLevelUp(reason="本级无权决定")
APPROVE_LEVEL_UP = press.RuleLevelUp(decision=press.Decision.APPROVE, reason="确需提级")
CONVENE = press.Convene(topic="增容方案", participants=(D2, D3))
CRITICISE = press.OpenDraft(paper=Paper.CRITICISM, ground="敷衍应付")


def asked_up() -> Story:
    return in_hand().does(head(D1), ASK_LEVEL_UP)


def levelled_up() -> Story:
    """Asked by the head, agreed by coordination, signed by a leader on Monday."""
    story = asked_up().does(COORDINATOR, APPROVE_LEVEL_UP)
    return story.does(LEADER, press.SignDraft(draft=story.issue.drafts[-1].no))


def in_consultation() -> Story:
    return in_hand().does(COORDINATOR, CONVENE)


def drafted() -> Story:
    """Unsigned, unreported: a criticism of D1 lies before coordination."""
    return dispatched().until("08-10 18:00")


def objected() -> Story:
    story = under_order(Status.DISPATCHED)
    return story.does(head(D1), press.ObjectOrder(order=order_no(story), reason="已电话签收"))


REPORT = do.Report(text="进展")


def ordered(story: Story) -> list[str]:
    return [order.unit for order in story.issue.open_orders]


def heard(story: Story, event: str) -> list[tuple[datetime, set[Party]]]:
    return [(one.at, set(one.tell)) for one in story.entries(event)]


def head_of(unit: str) -> Party:
    return Party(Desk.UNIT_HEAD, unit)


def lifted(story: Story) -> Story:
    return story.does(head(D1), reply(story)).does(supervisor(G1), lift(story))
