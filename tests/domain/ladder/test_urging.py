"""催办 · urging by hand (docs/rules.md 5)."""

from bihuan.domain import refusals as no
from bihuan.domain.parties import Desk, Party
from tests.support.small_city.desks import COORDINATION, GROUP, UNIT_HEAD
from tests.support.small_city.orders import URGE
from tests.support.small_city.people import COORDINATOR, hub
from tests.support.small_city.policy import PLAIN, UNLISTED
from tests.support.small_city.stages import evaluating, in_hand, told
from tests.support.small_city.story import refused


def test_urging_tells_the_units_head_and_the_group_once_a_working_day() -> None:
    story = in_hand().does(COORDINATOR, URGE, "08-03 10:00")
    assert set(story.recorded[-1].tell) == {UNIT_HEAD, GROUP}
    refused(story, hub(PLAIN), URGE, no.UrgedToday, "08-04 08:29")
    story.does(hub(PLAIN), URGE, "08-04 08:30")


def test_an_urge_on_friday_allows_the_next_on_monday() -> None:
    story = in_hand().does(COORDINATOR, URGE, "08-06 10:00")
    refused(story, COORDINATOR, URGE, no.UrgedToday, "08-08 10:00")
    story.does(COORDINATOR, URGE, "08-09 08:30")


def test_where_no_unit_owes_anything_whoever_does_is_urged() -> None:
    story = told(county=UNLISTED, liaison="").does(COORDINATOR, URGE)
    assert set(story.recorded[-1].tell) == {Party(Desk.COORDINATION_HEAD), COORDINATION}
    refused(evaluating(), COORDINATOR, URGE, no.NobodyOwes)
