"""代为反馈 · the triager informs the enterprise (docs/rules.md 5, docs/decisions/0013)."""

import pytest

from bihuan.domain import refusals as no
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.stage import Status
from tests.support.small_city.acts import DELIVER, PASS, RESULT
from tests.support.small_city.desks import COORDINATION
from tests.support.small_city.orders import heard
from tests.support.small_city.people import COORDINATOR, SERVICE, head, hub
from tests.support.small_city.policy import D1, HUBBED, HUBBED_HUB
from tests.support.small_city.stages import in_hand, to_deliver
from tests.support.small_city.story import walk


def test_after_its_r2_the_triager_may_inform_the_enterprise() -> None:
    story = to_deliver()
    with pytest.raises(no.UnitDelivers):
        story.does(COORDINATOR, DELIVER)
    walk(story, "08-04 18:00")
    assert COORDINATION in heard(story, "order_issued")[-1][1]
    story.copy().does(SERVICE, DELIVER)
    story.copy().does(head(D1), DELIVER)
    story.does(COORDINATOR, DELIVER)
    assert story.issue.status is Status.EVALUATING
    assert story.issue.open_orders == ()


def test_a_hub_that_triages_hears_that_it_may_deliver() -> None:
    story = in_hand(county=HUBBED).does(head(D1), RESULT).does(hub(HUBBED), PASS)
    walk(story, "08-04 18:00")
    alarm = story.alarm("deliver#1", Rung.R2)
    assert alarm is not None
    assert alarm.told == (Party(Desk.UNIT, HUBBED_HUB),)
    story.does(hub(HUBBED), DELIVER)
