"""What is raised after an outage, where nobody is there, and at night (docs/rules.md 5)."""

import pytest

from bihuan.domain import events as ev
from bihuan.domain.ladder import events as lev
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import settle
from bihuan.domain.notifications.registry import urgent
from bihuan.domain.parties import Desk
from bihuan.domain.policy import Urgency
from tests.support.small_city.orders import levelled_up
from tests.support.small_city.policy import POLICY, UNLISTED
from tests.support.small_city.stages import dispatched, told
from tests.support.small_city.story import walk

# An outage, and nobody there


def test_rungs_missed_in_an_outage_fire_once_in_order_marked_late() -> None:
    for start, clock in ((levelled_up, "level_up#1"), (dispatched, "issue#1"), (told, "triage#1")):
        story = start().until("09-15 18:00")
        raised = [alarm for alarm in story.alarms if alarm.clock == clock]
        assert {Rung.R5, Rung.R6} <= {a.rung for a in raised} or Rung.R3 in {a.rung for a in raised}
        assert [alarm.moment for alarm in raised] == sorted(alarm.moment for alarm in raised)
        assert len({alarm.key for alarm in raised}) == len(raised)
        assert all(alarm.late for alarm in raised)
        assert settle(story.issue, story.now, POLICY).recorded == ()


NEEDS_A_NAME = {Desk.UNIT, Desk.UNIT_HEAD, Desk.GROUP, Desk.GROUP_LEADER, Desk.LIAISON, Desk.SERVICE_GROUP}


@pytest.mark.parametrize("start", [dict[str, object](), {"contact": ""}, {"county": "", "contact": ""}])
def test_with_no_liaison_no_holder_and_no_group_every_rung_is_still_told_to_somebody(start: dict[str, object]) -> None:
    story = walk(told(**{"county": UNLISTED, "liaison": "", "category": "", **start}), "09-10 18:00")  # type: ignore[arg-type]
    assert {Rung.R1, Rung.R2, Rung.R3} <= {alarm.rung for alarm in story.alarms}
    for one in story.recorded:
        assert all(party.ref for party in one.tell if party.desk in NEEDS_A_NAME), one.event.event
        quiet = isinstance(one.event, ev.AlarmRaised) and one.event.rung is Rung.R3
        assert one.tell or quiet or isinstance(one.event, lev.DraftJoined), one.event.event


# Urgency of what is told


def test_urgent_issues_and_r2_and_above_do_not_wait_for_office_hours() -> None:
    story = walk(dispatched(), "08-10 18:00")
    by_rung = {alarm.rung: urgent(alarm, story.issue) for alarm in story.alarms}
    assert by_rung == {Rung.R0: False, Rung.R1: False, Rung.R2: True, Rung.R3: True}
    stoppage = told(urgency=Urgency.URGENT)
    assert all(urgent(event, stoppage.issue) for event in stoppage.events)
