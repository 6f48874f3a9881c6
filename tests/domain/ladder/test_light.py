"""The light of an issue is the worst of its clocks."""

from bihuan.domain import commands as do
from bihuan.domain.ladder.escalation import light
from bihuan.domain.ladder.rungs import Light
from tests.support.small_city.calendar import DUE, at
from tests.support.small_city.people import handler
from tests.support.small_city.policy import D1, POLICY
from tests.support.small_city.stages import dispatched, evaluating, in_hand


def test_the_light_is_the_worst_of_all_running_clocks() -> None:
    story = in_hand()
    assert light(story.issue, POLICY, at("08-02 12:00")) is Light.GREEN
    assert light(story.issue, POLICY, at("08-05 17:00")) is Light.BLUE
    assert light(story.issue, POLICY, at("08-05 18:00")) is Light.YELLOW, "a report overdue"
    assert light(story.issue, POLICY, at("08-11 17:59")) is Light.YELLOW
    assert light(story.issue, POLICY, at(DUE)) is Light.RED
    assert light(dispatched().issue, POLICY, at("08-03 18:00")) is Light.RED
    story.does(handler(D1), do.Report(text="进展"), "08-04 10:00")
    assert light(story.issue, POLICY, at("08-11 08:29")) is Light.GREEN
    assert light(story.issue, POLICY, at("08-11 08:30")) is Light.BLUE
    assert light(evaluating().issue, POLICY, at("08-30 10:00")) is Light.GREEN, "nobody is pressed"
