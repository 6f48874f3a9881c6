"""Silence is acceptance: what nobody triages in time is accepted at its moment."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.ladder.escalation import light, light_moments
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import WrongStatus
from bihuan.domain.requests.values import RequestState
from bihuan.domain.stage import Status
from tests.support.small_city.acts import approve
from tests.support.small_city.calendar import at
from tests.support.small_city.legal import ASK, HANDOVER_DUE, SILENCE, SUPPLY, THIRTY_DAYS, complaint
from tests.support.small_city.people import COORDINATOR, ENTERPRISE
from tests.support.small_city.policy import D1, G2, HUBBED, HUBBED_HUB, POLICY, USCC, limit
from tests.support.small_city.stages import told

REJECT = do.Reject(ground=do.RejectGround.UNLAWFUL, reason="不属实")


def test_a_complaint_nobody_triages_is_accepted_by_silence_on_the_third_working_day() -> None:
    before = complaint().until("08-05 17:59")
    assert before.issue.status is Status.UNTRIAGED
    assert before.raised("triage#1") == [Rung.R0]
    story = before.copy().until(SILENCE)
    assert story.issue.status is Status.ACCEPTED
    event = story.events[-1]
    assert isinstance(event, ev.AcceptedBySilence)
    assert (event.moment, event.limit) == (at(SILENCE), limit("1wd"))
    assert story.issue.silence_accepted_at == at(SILENCE)
    assert story.raised("triage#1") == [Rung.R0]


def test_the_warning_comes_in_the_last_quarter_and_red_never() -> None:
    story = complaint().until("08-05 10:14")
    assert light(story.issue, POLICY, story.now) is Light.GREEN
    story.until("08-05 10:15")
    assert story.raised("triage#1") == [Rung.R0]
    assert light(story.issue, POLICY, story.now) is Light.BLUE
    red = light_moments(story.issue, POLICY)[Light.RED]
    assert red == at(THIRTY_DAYS), "only the issue's own clock can still turn red"
    story.until(SILENCE)
    assert light(story.issue, POLICY, story.now) is Light.GREEN


@pytest.mark.parametrize("category", ["ENERGY", "ARREARS"])
def test_every_other_class_only_turns_red(category: str) -> None:
    story = told(category=category).until("08-24 09:00")
    assert story.issue.status is Status.UNTRIAGED
    assert story.raised("triage#1") == [Rung.R0, Rung.R1, Rung.R2, Rung.R3]
    assert light(story.issue, POLICY, story.now) is Light.RED


def test_silence_is_told_to_the_enterprise_the_triager_and_whoever_r1_would_have_told() -> None:
    enterprise = Party(Desk.ENTERPRISE, USCC)
    plain = complaint().until(SILENCE).recorded[-1]
    assert plain.tell == (enterprise, Party(Desk.COORDINATION), Party(Desk.COORDINATION_HEAD))
    hubbed = complaint(county=HUBBED).until(SILENCE).recorded[-1]
    hub_desk, hub_head = Party(Desk.UNIT, HUBBED_HUB), Party(Desk.UNIT_HEAD, HUBBED_HUB)
    assert hubbed.tell == (enterprise, hub_desk, hub_head, Party(Desk.GROUP, G2))


def test_however_late_it_is_noticed_silence_accepts_at_its_moment_and_what_follows_is_late_from_there() -> None:
    story = complaint().until("08-10 09:00")
    assert story.clock("triage#1").ended_at == at(SILENCE)
    assert story.clock("triage#2").started_at == at(SILENCE)
    assert story.due("triage#2") == at(HANDOVER_DUE)
    assert story.raised("triage#2") == [Rung.R0, Rung.R1, Rung.R2]
    assert all(alarm.late for alarm in story.alarms if alarm.clock == "triage#2")


def test_after_silence_the_hand_over_is_owed_within_the_profiles_limit() -> None:
    story = complaint().until(SILENCE)
    assert story.due("triage#2") == at(HANDOVER_DUE)
    urgent = complaint(urgency=Urgency.URGENT).until(SILENCE)
    assert urgent.due("triage#2") == at("08-06 09:30"), "one working hour, from the next opening"
    story.until("08-10 09:00")
    alarm = story.alarm("triage#2", Rung.R1)
    assert alarm is not None
    assert (alarm.moment, alarm.told) == (at(HANDOVER_DUE), (Party(Desk.COORDINATION_HEAD),))


def test_handed_over_in_that_time_the_unit_has_the_issues_own_deadline() -> None:
    story = complaint().until(SILENCE).does(COORDINATOR, do.HandOver(unit=D1), "08-06 10:00")
    assert story.open_clocks(Obligation.SOLVE) == []
    assert story.due("issue#1") == at(THIRTY_DAYS)
    late = complaint().until(SILENCE).does(COORDINATOR, do.HandOver(unit=D1), "08-09 10:00")
    assert late.open_clocks(Obligation.SOLVE) == ["solve#1"]


@pytest.mark.parametrize("act", [do.Accept(), REJECT, do.Answer(text="答复", how="电话")])
def test_after_silence_a_complaint_can_no_longer_be_rejected_or_accepted_again(act: do.Act) -> None:
    with pytest.raises(WrongStatus):
        complaint().does(COORDINATOR, act, SILENCE)


def test_before_the_moment_the_triager_still_decides() -> None:
    accepted = complaint().does(COORDINATOR, do.Accept(), "08-05 17:59").until("08-20 09:00")
    rejected = complaint().does(COORDINATOR, REJECT, "08-05 17:00")
    rejected.does(Actor(Role.COO, "another coordinator"), approve(rejected), "08-05 17:59").until("08-20 09:00")
    assert not {"accepted_by_silence"} & {*accepted.names, *rejected.names}


def test_a_rejection_that_nobody_approved_in_time_is_silence() -> None:
    story = complaint().does(COORDINATOR, REJECT, "08-05 17:59").until("08-06 09:00")
    assert story.issue.status is Status.ACCEPTED
    assert story.issue.requests[-1].state is RequestState.OVERTAKEN


def test_accepted_by_act_a_complaint_is_still_owed_its_hand_over_by_the_triage_limit() -> None:
    story = complaint().does(COORDINATOR, do.Accept()).until("08-10 09:00")
    assert story.raised("triage#1") == [Rung.R0, Rung.R1, Rung.R2]
    assert "accepted_by_silence" not in story.names


def test_a_question_stops_the_time_of_silence_twice_and_a_third_does_not() -> None:
    story = complaint().does(COORDINATOR, ASK, "08-03 09:00").until(SILENCE)
    assert story.issue.status is Status.NEED_INFO
    story.does(ENTERPRISE, SUPPLY, "08-06 09:00")
    assert story.due("triage#1") == at("08-10 18:00"), "three days later, to the minute"
    story.does(COORDINATOR, ASK, "08-06 09:10").does(ENTERPRISE, SUPPLY, "08-06 09:20")
    story.does(COORDINATOR, ASK, "08-06 10:00").until("08-11 09:00")
    assert (story.issue.status, story.issue.came_from) == (Status.NEED_INFO, Status.ACCEPTED)
    assert story.issue.silence_accepted_at is not None
    assert story.copy().does(ENTERPRISE, SUPPLY, "08-11 10:00").issue.status is Status.ACCEPTED


def test_reopened_a_complaint_is_triaged_in_what_was_left_and_silence_counts_again() -> None:
    story = complaint().until(SILENCE).does(ENTERPRISE, do.Withdraw(), "08-06 09:00")
    story.does(ENTERPRISE, do.Reopen(reason="未解决"), "08-09 09:00")
    assert (story.issue.status, story.issue.silence_accepted_at) == (Status.UNTRIAGED, None)
    story.until("08-12 18:00")
    assert story.issue.silence_accepted_at == at("08-09 18:00")


def test_a_hub_that_is_silent_gets_no_order_before_the_hand_over_is_late() -> None:
    assert complaint(county=HUBBED).until("08-09 17:59").issue.orders == ()
    story = complaint(county=HUBBED).until("08-09 18:00")
    assert [order.presses for order in story.issue.orders] == [("triage#2",)]
