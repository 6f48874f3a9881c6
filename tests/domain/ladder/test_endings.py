"""了结 · whoever was alerted is notified of the end (docs/rules.md 5)."""

from bihuan.domain import commands as do
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from tests.support.small_city.desks import GROUP, UNIT_HEAD
from tests.support.small_city.people import ENTERPRISE, head
from tests.support.small_city.policy import D1
from tests.support.small_city.stages import dispatched, withdrawn
from tests.support.small_city.story import Story, walk


def ended_to(story: Story) -> set[Party]:
    return set(story.entries("withdrawn")[-1].tell)


def test_whoever_was_alerted_hears_when_it_is_over() -> None:
    reminded = withdrawn(walk(dispatched(), "08-03 17:00"))
    assert [alarm.rung for alarm in reminded.alarms] == [Rung.R0]
    assert not ended_to(reminded) & {UNIT_HEAD, GROUP}, "a reminder is no alert"
    urged = withdrawn(walk(dispatched(), "08-03 18:00"))
    assert ended_to(urged) == ended_to(reminded) | {UNIT_HEAD, GROUP}
    ordered = walk(dispatched(), "08-06 09:00")
    told_of_order = set(ordered.entries("order_issued")[0].tell)
    assert Party(Desk.COUNTY_LEADER, ordered.issue.county) in told_of_order
    assert told_of_order <= ended_to(withdrawn(ordered))


def test_who_acknowledged_an_alert_hears_of_the_end_all_the_same() -> None:
    story = walk(dispatched(), "08-03 18:00").does(head(D1), press.Acknowledge(alarm="sign#1/0/R1"))
    assert {UNIT_HEAD, GROUP} <= ended_to(withdrawn(story))


def test_an_alert_from_before_it_was_reopened_is_over() -> None:
    story = withdrawn(walk(dispatched(), "08-03 18:00"))
    withdrawn(story.does(ENTERPRISE, do.Reopen(reason="复发")))
    assert not ended_to(story) & {UNIT_HEAD, GROUP}
