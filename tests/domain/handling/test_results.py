"""Results and their checks (docs/rules.md 1)."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.refusals import HandlerMayNotJudge, PlannedStaysOpen
from bihuan.domain.stage import Outcome, Status
from tests.support.small_city.acts import DELIVER, PASS, RESULT, REWORK, SEND_BACK, rate
from tests.support.small_city.calendar import DUE, at
from tests.support.small_city.desks import COORDINATION, COORDINATION_HEAD
from tests.support.small_city.people import COORDINATOR, ENTERPRISE, head, hub
from tests.support.small_city.policy import D1, HUBBED, HUBBED_HUB, PLAIN_HUB
from tests.support.small_city.stages import checking, in_hand, rated, told
from tests.support.small_city.story import ALL_RUNGS, Story, refused


def test_a_result_stops_the_issue_clock_and_meets_the_report() -> None:
    story = in_hand().does(head(D1), RESULT, "08-05 17:00").does(COORDINATOR, PASS).does(head(D1), DELIVER)
    story.until("08-30 10:00")
    assert Rung.R1 not in story.raised("issue#1")
    assert Rung.R1 not in story.raised("report#1")


def test_a_planned_issue_stays_open() -> None:
    planned = do.SubmitResult(outcome=Outcome.PLANNED, text="列入明年计划")
    refused(in_hand(), head(D1), planned, PlannedStaysOpen)
    refused(told(), COORDINATOR, do.Answer(text="x", how="电话", outcome=Outcome.PLANNED), PlannedStaysOpen)


def sent_back() -> Story:
    """Checked in time, on the last day of the check."""
    story = in_hand().does(head(D1), RESULT, "08-11 08:00")
    return story.does(COORDINATOR, SEND_BACK, "08-12 18:00").until("08-12 18:00")


def test_a_send_back_lets_the_issue_clock_run_on_as_if_it_had_never_stopped() -> None:
    story = sent_back()
    assert (story.issue.status, story.issue.round) == (Status.IN_PROGRESS, 1)
    assert story.due("issue#1") == at(DUE)


def test_rungs_passed_while_a_result_was_checked_are_raised_at_the_send_back() -> None:
    story = sent_back()
    raised = [entry for entry in story.entries("alarm_raised") if getattr(entry.event, "clock", "") == "issue#1"]
    assert [entry.event.rung for entry in raised if isinstance(entry.event, ev.AlarmRaised)] == ALL_RUNGS
    assert [entry.event.moment for entry in raised if isinstance(entry.event, ev.AlarmRaised)] == [
        at("08-11 08:30"),
        at(DUE),
        at("08-12 18:00"),
    ]
    assert {entry.at for entry in raised} == {at("08-12 18:00")}
    assert [entry.event.late for entry in raised if isinstance(entry.event, ev.AlarmRaised)] == [True, True, False]
    assert [order.unit for order in story.issue.open_orders] == [D1]


def test_a_result_sent_back_in_time_raises_nothing_at_once() -> None:
    story = in_hand().does(head(D1), RESULT, "08-05 10:00").does(COORDINATOR, SEND_BACK, "08-06 10:00")
    assert story.raised("issue#1") == []
    story.until(DUE)
    assert story.raised("issue#1") == [Rung.R0, Rung.R1]


def test_a_send_back_in_a_round_of_rework_lets_that_rounds_clock_run_on() -> None:
    story = rated(2).does(COORDINATOR, REWORK, "08-03 10:00").does(head(D1), RESULT, "08-04 10:00")
    story.does(COORDINATOR, SEND_BACK, "08-05 10:00")
    assert story.issue.round == 2
    assert story.due("solve#1") == at("08-10 18:00")
    assert not story.clock("issue#1").running


def test_the_check_is_the_triagers_in_one_working_day() -> None:
    story = checking().until("08-03 18:00")
    alarm = story.alarm("check#1", Rung.R1)
    assert alarm is not None
    assert (alarm.debtor, alarm.told) == (COORDINATION, (COORDINATION_HEAD,))
    in_county = in_hand(county=HUBBED).does(head(D1), RESULT).until("08-03 18:00").alarm("check#1", Rung.R1)
    assert in_county is not None
    assert in_county.debtor == Party(Desk.UNIT, HUBBED_HUB)


@pytest.mark.parametrize("unit", [PLAIN_HUB, HUBBED_HUB])
def test_a_hub_that_handles_neither_checks_nor_closes_its_own(unit: str) -> None:
    county = unit.removeprefix("H-")
    story = in_hand(unit, county=county).does(hub(county), RESULT)
    refused(story, hub(county), PASS, HandlerMayNotJudge)
    story.does(COORDINATOR, PASS).does(hub(county), DELIVER).does(ENTERPRISE, rate(5, solved=True))
    assert story.issue.status is Status.EVALUATED
    refused(story, hub(county), do.CloseOut(), HandlerMayNotJudge)
    story.does(COORDINATOR, do.CloseOut())


@pytest.mark.parametrize("obligation", [Obligation.CHECK, Obligation.CLOSE_OUT])
def test_a_hub_that_handles_is_not_pressed_to_judge_itself(obligation: Obligation) -> None:
    story = in_hand(HUBBED_HUB, county=HUBBED).does(hub(HUBBED), RESULT)
    if obligation is Obligation.CLOSE_OUT:
        story.does(COORDINATOR, PASS).does(hub(HUBBED), DELIVER).does(ENTERPRISE, rate(5, solved=True))
    story.until("08-03 18:00")
    alarm = story.alarm(f"{obligation}#1", Rung.R1)
    assert alarm is not None
    assert alarm.debtor == COORDINATION, "whoever is pressed must be allowed to do it"
