"""Handing over, and whose time runs then (docs/rules.md 1)."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Urgency
from tests.support.small_city.acts import transfer
from tests.support.small_city.calendar import DUE, at
from tests.support.small_city.desks import COORDINATION, COORDINATION_HEAD, GROUP, LEADERS, UNIT, UNIT_HEAD
from tests.support.small_city.people import COORDINATOR, handler, head, hub
from tests.support.small_city.policy import D1, D2, G2, HUBBED, HUBBED_HUB, PLAIN
from tests.support.small_city.stages import accepted, dispatched, in_hand
from tests.support.small_city.story import ALL_RUNGS, Story


def test_at_the_first_hand_over_in_time_only_the_issue_clock_presses_the_unit() -> None:
    story = in_hand()
    assert story.open_clocks(Obligation.SOLVE) == []
    story.until(DUE)
    alarm = story.alarm("issue#1", Rung.R1)
    assert alarm is not None
    assert alarm.debtor == UNIT
    assert set(alarm.told) == {UNIT_HEAD, GROUP}


def late_hand_over(county: str = PLAIN) -> Story:
    """Triage was due on Tuesday at 18:00; the unit got it on Thursday."""
    triager = hub(county) if county == HUBBED else COORDINATOR
    story = accepted(county=county).does(triager, do.HandOver(unit=D1), "08-05 10:00")
    return story.does(handler(D1), do.Sign(), "08-05 11:00").does(handler(D1), do.Report(text="进展"), "08-06 10:00")


def test_after_a_late_hand_over_the_unit_has_its_own_limit_in_full() -> None:
    story = late_hand_over()
    assert story.due("issue#1") == at(DUE), "the enterprise's clock is not moved"
    assert story.due("solve#1") == at("08-16 18:00")


def test_until_that_limit_ends_the_issue_clock_names_the_triager_and_the_group_hears_it() -> None:
    story = late_hand_over().until("08-13 18:00")
    first, second = story.alarm("issue#1", Rung.R1), story.alarm("issue#1", Rung.R2)
    assert first is not None
    assert second is not None
    assert (first.debtor, set(first.told)) == (COORDINATION, {COORDINATION_HEAD, GROUP})
    assert (second.debtor, set(second.told)) == (COORDINATION, {LEADERS, GROUP})
    assert story.entries("order_issued") == [], "coordination is given no order"
    assert story.raised("solve#1") == []
    story.until("08-17 18:00")
    assert story.raised("solve#1") == ALL_RUNGS
    assert [order.unit for order in story.issue.orders] == [D1]
    own = story.alarm("solve#1", Rung.R1)
    assert own is not None
    assert (own.debtor, set(own.told)) == (UNIT, {UNIT_HEAD, GROUP})


def test_a_hub_that_handed_over_late_is_pressed_like_a_unit() -> None:
    story = late_hand_over(HUBBED).until("08-11 18:00")
    alarm = story.alarm("issue#1", Rung.R1)
    assert alarm is not None
    assert alarm.debtor == Party(Desk.UNIT, HUBBED_HUB)
    assert set(alarm.told) == {Party(Desk.UNIT_HEAD, HUBBED_HUB), Party(Desk.GROUP, G2)}


@pytest.mark.parametrize("moment", ["08-03 17:59:59", "08-03 18:00"])
def test_a_hand_over_is_late_at_the_due_instant(moment: str) -> None:
    story = accepted().does(COORDINATOR, do.HandOver(unit=D1), moment)
    late = moment == "08-03 18:00"
    assert bool(story.open_clocks(Obligation.SOLVE)) is late
    assert (story.alarm("triage#1", Rung.R1) is not None) is late


def test_report_runs_from_dispatch_and_a_new_holder_owes_its_own() -> None:
    story = dispatched()
    assert story.due("report#1") == at("08-05 18:00")
    story.does(head(D1), transfer(D2), "08-03 10:00")
    assert story.clock("report#1").met_at == at("08-03 10:00")
    assert story.due("report#2") == at("08-06 18:00")


def test_complex_issues_are_reported_again_every_seven_working_days() -> None:
    story = in_hand(urgency=Urgency.COMPLEX)
    story.does(handler(D1), do.Report(text="进展"), "08-04 10:00")
    assert story.due("report#2") == at("08-13 18:00")
    assert in_hand().does(handler(D1), do.Report(text="进展")).open_clocks(Obligation.REPORT) == []
