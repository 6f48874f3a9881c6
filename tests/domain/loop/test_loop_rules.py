"""The sentences of docs/rules.md 1, each as a test. The moments are worked out by hand from its limits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.ladder.escalation import light
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.loop.step import execute
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import SYSTEM, Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import (
    DesignatedUnitMustHandle,
    EarlierHolder,
    FieldMissing,
    HandlerMayNotJudge,
    MergeIntoItself,
    NotPermitted,
    OnlyDesignationLeft,
    OrderAlreadyReplied,
    OrderHoldsUnit,
    OrderNotOpen,
    OrderNotReplied,
    PlannedStaysOpen,
    Refusal,
    ReturnWindowOver,
    TransfersUsedUp,
    WrongStatus,
)
from bihuan.domain.stage import Outcome, Stage, Status
from tests.support.small_city import (
    CALENDAR,
    CALLER,
    CONFIRMED,
    COORD,
    COORDINATOR,
    D1,
    D2,
    D3,
    DELIVER,
    DEPUTY,
    ENTERPRISE,
    G1,
    G2,
    HUBBED,
    HUBBED_HUB,
    LIAISON,
    NO_ANSWER,
    NOT_SOLVED,
    NOTE,
    OFFICE_DAY,
    PASS,
    PLAIN,
    PLAIN_HUB,
    POLICY,
    RESULT,
    RETURN,
    SEND_BACK,
    TAKEN_IN,
    UNLISTED,
    USCC,
    Story,
    accepted,
    approve_return,
    at,
    checking,
    closed,
    designate,
    dispatched,
    evaluating,
    handler,
    head,
    hub,
    in_hand,
    in_status,
    lift,
    merged,
    merging,
    numbered,
    numbers,
    order_no,
    rate,
    rated,
    refuse_return,
    rejected,
    reply,
    returned,
    supervisor,
    to_deliver,
    told,
    transfer,
    transferred,
    under_order,
    withdrawn,
)

ASK = do.AskInfo(question="容量多少")
SUPPLY = do.Supply(text="两千千伏安")
GROUP = Party(Desk.GROUP, G1)
UNIT = Party(Desk.UNIT, D1)
UNIT_HEAD = Party(Desk.UNIT_HEAD, D1)
COORDINATION = Party(Desk.COORDINATION)
COORDINATION_HEAD = Party(Desk.COORDINATION_HEAD)
LEADER = Party(Desk.LEADER)
REWORK = do.Rework(reason="未办到位")
DUE = "08-11 18:00"
"""Seven working days after Monday 2 August."""
ALL_RUNGS = [Rung.R0, Rung.R1, Rung.R2]


def refused(story: Story, who: Actor, act: do.Act, reason: type[Refusal], when: str | None = None) -> None:
    before, recorded = story.issue, list(story.recorded)
    with pytest.raises(reason):
        story.does(who, act, when)
    assert story.issue is before
    assert story.recorded == recorded


# 收集 · receipt and its clock


def test_the_issue_clock_starts_at_receipt_with_the_solve_limit() -> None:
    assert told().due("issue#1") == at(DUE)
    assert told(urgency=Urgency.URGENT).due("issue#1") == at("08-05 18:00")
    assert told(urgency=Urgency.CONSULT).due("issue#1") == at("08-03 18:00")
    assert told(urgency=Urgency.CONSULT, complex=True).due("issue#1") == at("08-05 18:00")
    assert told(urgency=Urgency.COMPLEX).due("issue#1") == at("09-01 18:00")
    # thirty days after 3 September is a Sunday in the holiday week: rolled to the first working day
    assert told(at("09-03 09:00"), urgency=Urgency.HISTORIC).due("issue#1") == at("10-08 18:00")


def test_a_receipt_waiting_to_be_completed_does_not_stop_the_issue_clock() -> None:
    story = told(contact="").does(LIAISON, do.Complete(contact="经办人"), "08-03 10:00")
    assert story.due("issue#1") == at(DUE)
    assert story.due("triage#1") == at("08-04 18:00")


# 梳理 · information


def test_waiting_for_information_is_credited_to_the_minute() -> None:
    story = told().does(COORDINATOR, ASK, "08-02 10:00").does(ENTERPRISE, SUPPLY, "08-04 10:00")
    # from the first counted moment, Tuesday 08:30, to Wednesday 10:00: one office day and a half hour and one
    assert story.clock("issue#1").credited(CALENDAR) == OFFICE_DAY + timedelta(hours=1, minutes=30)
    assert story.due("issue#1") == at("08-13 10:00")
    assert story.due("triage#1") == at("08-05 10:00")


def test_nobody_is_pressed_while_the_enterprise_is_asked() -> None:
    story = told().does(COORDINATOR, ASK, "08-02 10:00").until("08-09 17:59")
    assert story.issue.status is Status.NEED_INFO
    assert story.alarms == []
    due = next_due(story.issue, POLICY)
    assert due is not None
    assert due.clock == "supply#1"
    assert due.owes == f"enterprise:{USCC}"


@pytest.mark.parametrize(("so_far", "came_from"), [(told, Status.UNTRIAGED), (accepted, Status.ACCEPTED)])
def test_supplied_or_lapsed_an_issue_returns_to_where_it_came_from(
    so_far: Callable[[], Story], came_from: Status
) -> None:
    supplied = so_far().does(COORDINATOR, ASK).does(ENTERPRISE, SUPPLY, "08-03 10:00")
    assert supplied.issue.status is came_from
    lapsed = so_far().does(COORDINATOR, ASK, "08-02 10:00").until("08-09 17:59")
    assert lapsed.issue.status is Status.NEED_INFO
    lapsed.until("08-09 18:00")
    assert lapsed.issue.status is came_from
    assert lapsed.names[-1] == "info_lapsed"
    assert lapsed.due("issue#1") == at("08-18 18:00"), "five working days, and not one more"


def test_a_wait_pauses_no_longer_than_five_working_days_however_late_its_end_is_noticed() -> None:
    story = told().does(COORDINATOR, ASK, "08-02 10:00").until("08-20 10:00")
    assert story.clock("issue#1").credited(CALENDAR) == 5 * OFFICE_DAY
    assert story.due("issue#1") == at("08-18 18:00")


def test_waiting_pauses_at_most_twice() -> None:
    story = told()
    for asked, supplied in (("08-02 10:00", "08-03 18:00"), ("08-04 08:30", "08-04 18:00")):
        story.does(COORDINATOR, ASK, asked).does(ENTERPRISE, SUPPLY, supplied)
    assert story.due("issue#1") == at("08-13 18:00")
    story.does(COORDINATOR, ASK, "08-05 08:30")
    assert story.due("issue#1") == at("08-13 18:00"), "the third wait does not stop it"
    story.does(ENTERPRISE, SUPPLY, "08-06 18:00")
    assert story.due("issue#1") == at("08-13 18:00")


def test_a_limit_in_calendar_days_is_credited_by_the_wall_clock_unrounded() -> None:
    story = told(urgency=Urgency.COMPLEX).does(COORDINATOR, ASK, "08-02 10:00").does(ENTERPRISE, SUPPLY, "08-04 10:00")
    assert story.clock("issue#1").credited(CALENDAR) == timedelta(hours=34), "from Tuesday's midnight"
    assert story.due("issue#1") == at("09-03 04:00")


def test_a_pause_over_a_rest_day_credits_office_time_only() -> None:
    story = told().does(COORDINATOR, ASK, "08-06 17:00").does(ENTERPRISE, SUPPLY, "08-09 09:30")
    assert story.clock("issue#1").credited(CALENDAR) == timedelta(hours=2)
    assert story.due("issue#1") == at("08-12 10:30")


# 梳理 · merge, reject, answer, classify


def test_an_issue_is_not_merged_into_itself() -> None:
    story = told()
    refused(story, COORDINATOR, do.Merge(into=story.issue.issue_no), MergeIntoItself)


@pytest.mark.parametrize(
    ("so_far", "who", "act", "outcome"),
    [(merging, SYSTEM, TAKEN_IN, Outcome.MERGED), (told, ENTERPRISE, do.Withdraw(), Outcome.WITHDRAWN)],
)
def test_what_closes_at_once_owes_the_enterprise_a_notice(
    so_far: Callable[[], Story], who: Actor, act: do.Act, outcome: Outcome
) -> None:
    story = so_far().does(who, act)
    assert (story.issue.status, story.issue.evaluation.outcome) == (Status.CLOSED, outcome)
    assert Party(Desk.ENTERPRISE, USCC) in story.recorded[-1].recipients
    assert [clock.key for clock in story.issue.clocks if clock.open] == ["archive#1"]


def test_a_direct_answer_goes_to_the_enterprise_for_its_rating() -> None:
    story = told().does(COORDINATOR, do.Answer(text="按某条办理", how="电话"))
    assert story.issue.status is Status.EVALUATING
    assert story.open_clocks(Obligation.ISSUE) == []
    story.until("09-01 18:00")
    assert story.raised("issue#1") == []


def test_before_dispatch_classification_moves_the_deadline_either_way_from_the_same_anchor() -> None:
    story = accepted()
    story.does(COORDINATOR, do.Classify(urgency=Urgency.COMPLEX), "08-03 10:00")
    assert story.due("issue#1") == at("09-01 18:00")
    story.does(COORDINATOR, do.Classify(urgency=Urgency.URGENT), "08-03 11:00")
    assert story.due("issue#1") == at("08-05 18:00")
    story.does(COORDINATOR, do.Classify(urgency=Urgency.GENERAL), "08-03 12:00")
    assert story.due("issue#1") == at(DUE)


@pytest.mark.parametrize("so_far", [dispatched, in_hand, returned])
def test_after_dispatch_an_edit_only_brings_the_deadline_earlier(so_far: Callable[[], Story]) -> None:
    story = so_far()
    story.does(COORDINATOR, do.Classify(urgency=Urgency.COMPLEX))
    assert story.due("issue#1") == at(DUE)
    story.does(COORDINATOR, do.Classify(urgency=Urgency.URGENT))
    assert story.due("issue#1") == at("08-05 18:00")
    story.does(COORDINATOR, do.Classify(urgency=Urgency.GENERAL))
    assert story.due("issue#1") == at("08-05 18:00")


def test_after_dispatch_an_edit_does_not_lengthen_a_units_own_limit() -> None:
    story = transferred()
    due = story.due("solve#1")
    story.does(COORDINATOR, do.Classify(urgency=Urgency.COMPLEX))
    assert story.due("solve#1") == due


def test_the_class_decides_the_service_group() -> None:
    story = told(category="").does(COORDINATOR, do.Classify(category="FIN"))
    assert story.issue.matter.service_group == "FINANCE"


# 交办 · whose time it is


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
    assert (second.debtor, set(second.told)) == (COORDINATION, {LEADER, GROUP})
    assert story.entries("order_issued") == [], "coordination is given no order"
    assert story.raised("solve#1") == []
    story.until("08-17 18:00")
    assert story.raised("solve#1") == ALL_RUNGS
    assert [order.unit for order in story.issue.supervision.orders] == [D1]
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


# 转办 · transfer


def test_a_transfer_gives_the_new_unit_its_own_limit_and_never_moves_the_issue_clock() -> None:
    story = in_hand().does(head(D1), transfer(D2), "08-05 10:00")
    assert story.issue.stage is Stage.TRANSFER
    assert story.issue.assignment.holder == D2
    assert story.due("issue#1") == at(DUE)
    assert story.due("solve#1") == at("08-16 18:00")
    assert story.due("sign#2") == at("08-06 18:00")
    assert story.clock("solve#1").unit == story.clock("sign#2").unit == D2


def test_the_former_holders_clocks_end_and_its_lateness_stays_on_record() -> None:
    story = dispatched().until("08-03 18:00").does(head(D1), transfer(D2), "08-03 19:00")
    late = story.alarm("sign#1", Rung.R1)
    assert late is not None
    assert late.debtor == UNIT
    story.until("08-30 18:00")
    assert story.raised("sign#1") == [Rung.R0, Rung.R1], "nothing more after it went"
    assert story.raised("report#1") == []


def test_units_transfer_at_most_twice_and_the_next_is_the_coordinators() -> None:
    story = in_hand().does(head(D1), transfer(D2)).does(head(D2), transfer(D3))
    refused(story, head(D3), transfer(PLAIN_HUB), TransfersUsedUp)
    story.does(COORDINATOR, transfer(PLAIN_HUB))
    assert (story.issue.assignment.holder, story.issue.status) == (PLAIN_HUB, Status.TRANSFERRED)


def test_a_transfer_names_its_basis_and_no_earlier_holder() -> None:
    story = in_hand().does(head(D1), transfer(D2))
    refused(story, head(D2), do.Transfer(unit=D3, basis=" "), FieldMissing)
    refused(story, head(D2), transfer(D1), EarlierHolder)
    refused(story, COORDINATOR, transfer(D1), EarlierHolder)


def test_a_designated_unit_neither_transfers_nor_returns() -> None:
    story = returned().does(COORDINATOR, designate(D2))
    assert story.issue.status is Status.DISPATCHED
    refused(story, head(D2), transfer(D3), DesignatedUnitMustHandle)
    refused(story, head(D2), RETURN, DesignatedUnitMustHandle)
    story.does(head(D2), do.Sign())
    refused(story, head(D2), transfer(D3), DesignatedUnitMustHandle)
    refused(story, head(D2), RETURN, DesignatedUnitMustHandle)


def test_the_lead_passes_wholly() -> None:
    story = transferred()
    for act in (do.Sign(), RETURN, transfer(D3)):
        refused(story, head("D4"), act, NotPermitted)
    story.does(handler(D1), do.Sign())
    assert story.issue.status is Status.IN_PROGRESS


# 退回 · return


@pytest.mark.parametrize(
    ("so_far", "why"),
    [(dispatched, OrderHoldsUnit), (in_hand, ReturnWindowOver)],  # unsigned, the order comes at the same instant
)
def test_a_return_may_be_asked_signed_or_not_up_to_two_working_days(
    so_far: Callable[[], Story], why: type[Refusal]
) -> None:
    so_far().does(head(D1), RETURN, "08-04 17:59:59")
    refused(so_far(), head(D1), RETURN, why, "08-04 18:00")


def test_a_return_counts_as_met_for_the_sign_clock_and_stops_no_other() -> None:
    story = dispatched().does(head(D1), RETURN, "08-03 10:00")
    assert story.open_clocks(Obligation.SIGN) == []
    assert story.clock("issue#1").running
    assert story.clock("report#1").running
    story.does(COORDINATOR, refuse_return(), "08-09 10:00")
    assert story.raised("sign#1") == []
    assert story.raised("report#1") == ALL_RUNGS
    assert story.due("issue#1") == at("08-16 10:00"), "waiting for a ruling gives what it takes beyond its own limit"


def test_a_refused_return_counts_as_signed() -> None:
    story = dispatched().does(head(D1), RETURN).does(COORDINATOR, refuse_return())
    assert (story.issue.status, story.issue.assignment.holder) == (Status.IN_PROGRESS, D1)
    story.until("08-05 10:00")
    assert story.open_clocks(Obligation.SIGN) == []
    story.does(head(D1), RESULT)


def test_an_approved_return_hands_the_issue_to_another_unit_with_its_own_limit() -> None:
    story = dispatched().does(head(D1), RETURN, "08-04 10:00")
    refused(story, COORDINATOR, do.RuleReturn(ruling=do.Ruling.APPROVE, reason="确有不当"), FieldMissing)
    refused(story, COORDINATOR, approve_return(D1), Refusal)
    story.does(COORDINATOR, approve_return(D2), "08-04 11:00")
    assert (story.issue.status, story.issue.assignment.holder) == (Status.DISPATCHED, D2)
    assert story.due("solve#1") == at("08-13 18:00")
    assert story.due("sign#2") == at("08-05 18:00")
    assert story.due("issue#1") == at(DUE)
    story.does(head(D2), RETURN, "08-05 10:00")


@pytest.mark.parametrize("first", [refuse_return(), approve_return(D2)], ids=["refused", "approved"])
def test_from_the_second_request_on_the_ruling_can_only_designate(first: do.RuleReturn) -> None:
    story = returned().does(COORDINATOR, first)
    story.does(head(story.issue.assignment.holder), RETURN)
    refused(story, COORDINATOR, refuse_return(), OnlyDesignationLeft)
    refused(story, COORDINATOR, approve_return(D3), OnlyDesignationLeft)
    story.does(COORDINATOR, designate(D3))
    assert story.issue.assignment.holder == D3


def test_the_ruling_is_owed_by_coordination_in_one_working_day() -> None:
    story = returned().until("08-04 18:00")
    assert story.raised("ruling#1") == ALL_RUNGS
    first, second = story.alarm("ruling#1", Rung.R1), story.alarm("ruling#1", Rung.R2)
    assert first is not None
    assert second is not None
    assert first.moment == at("08-03 18:00")
    assert (first.debtor, set(first.told)) == (COORDINATION, {COORDINATION_HEAD})
    assert set(second.told) == {LEADER, GROUP}
    assert story.issue.supervision.orders == ()


# 办理 · 反馈 · results and checks


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
    assert [order.unit for order in story.issue.supervision.open_orders] == [D1]


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


# 评价 · 回访 · 重办


def test_a_good_rating_outside_the_sample_needs_no_call_back() -> None:
    for score in (3, 4, 5):
        assert rated(score).issue.status is Status.EVALUATED


def test_a_good_score_with_not_solved_does_not_reach_evaluated_without_a_call_back() -> None:
    for score in (3, 4, 5):
        assert rated(score, solved=False).issue.status is Status.CALLBACK


def test_ratings_one_and_two_are_called_back() -> None:
    for score in (1, 2):
        assert rated(score, solved=True).issue.status is Status.CALLBACK


def test_a_supervised_issue_is_called_back_however_well_it_is_rated() -> None:
    story = under_order(Status.DISPATCHED).does(handler(D1), do.Sign())
    assert story.issue.supervision.open_orders == ()
    story.does(head(D1), RESULT).does(COORDINATOR, PASS).does(head(D1), DELIVER)
    assert story.does(ENTERPRISE, rate(5, solved=True)).issue.status is Status.CALLBACK


def test_an_unrated_issue_is_called_back_after_five_working_days() -> None:
    story = evaluating().until("08-09 17:59")
    assert story.issue.status is Status.EVALUATING
    assert story.alarms == [], "nobody is pressed"
    assert story.until("08-09 18:00").issue.status is Status.CALLBACK


def test_about_a_tenth_of_the_rest_is_called_back_always_the_same() -> None:
    story = evaluating()
    moment, good = story.now + timedelta(minutes=1), do.Command("c", ENTERPRISE, rate(5, solved=True))

    def called_back() -> set[str]:
        return {
            number
            for number in numbers()
            if execute(replace(story.issue, issue_no=number), good, moment, POLICY).issue.status is Status.CALLBACK
        }

    first = called_back()
    assert 70 <= len(first) <= 130
    assert called_back() == first


def test_a_confirmed_call_back_settles_whatever_the_rating() -> None:
    story = rated(1, solved=False).does(CALLER, CONFIRMED)
    assert story.issue.status is Status.EVALUATED
    assert story.does(COORDINATOR, do.CloseOut()).issue.evaluation.outcome is Outcome.SOLVED


def unrated() -> Story:
    """Waiting for a call from Monday the 9th, 18:00."""
    return evaluating().until("08-09 18:00")


def test_two_no_answers_must_lie_on_two_days() -> None:
    story = unrated().does(CALLER, NO_ANSWER, "08-10 09:00").does(CALLER, NO_ANSWER, "08-10 17:00")
    assert story.issue.status is Status.CALLBACK
    assert story.does(CALLER, NO_ANSWER, "08-11 09:00").issue.status is Status.EVALUATED


@pytest.mark.parametrize(
    ("calls", "settled"),
    [
        (("08-13 10:00", "08-14 10:00"), False),  # Friday, Saturday
        (("08-14 10:00", "08-16 10:00"), False),  # Saturday, Monday: one call on a working day
        (("08-14 10:00", "08-15 10:00"), False),  # Saturday, Sunday
        (("08-13 10:00", "08-16 10:00"), True),  # Friday, Monday
    ],
)
def test_two_no_answers_must_lie_on_two_working_days(calls: tuple[str, str], settled: bool) -> None:
    story = unrated()
    for call in calls:
        story.does(CALLER, NO_ANSWER, call)
    assert (story.issue.status is Status.EVALUATED) is settled


def test_no_answer_does_not_settle_a_bad_rating() -> None:
    story = rated(2, solved=False).does(CALLER, NO_ANSWER, "08-03 09:00")
    assert story.issue.status is Status.CALLBACK
    refused(story, COORDINATOR, do.CloseOut(), WrongStatus)
    assert story.does(COORDINATOR, REWORK).issue.status is Status.IN_PROGRESS


def test_no_answers_of_an_earlier_round_do_not_count_in_the_next() -> None:
    story = unrated().does(CALLER, NO_ANSWER, "08-10 09:00").does(COORDINATOR, REWORK, "08-10 10:00")
    story.does(head(D1), RESULT).does(COORDINATOR, PASS).does(head(D1), DELIVER, "08-10 11:00")
    story.until("08-17 18:00").does(CALLER, NO_ANSWER, "08-18 09:00")
    assert story.issue.status is Status.CALLBACK


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.EVALUATED}))
def test_close_out_needs_evaluated(status: Status) -> None:
    refused(in_status(status), COORDINATOR, do.CloseOut(), WrongStatus)


def test_close_out_is_the_triagers_in_one_working_day() -> None:
    story = rated().until("08-04 18:00")
    assert story.raised("close_out#1") == ALL_RUNGS
    story.does(COORDINATOR, do.CloseOut())
    assert (story.issue.stage, story.issue.evaluation.outcome) == (Stage.CLOSED, Outcome.SOLVED)


def test_a_round_of_rework_has_five_working_days() -> None:
    story = rated(2).does(COORDINATOR, REWORK, "08-03 10:00")
    assert (story.issue.status, story.issue.round, story.issue.assignment.holder) == (Status.IN_PROGRESS, 2, D1)
    assert story.due("solve#1") == at("08-10 18:00")
    story.until("08-10 18:00")
    assert story.raised("solve#1")[-1] is Rung.R1
    assert story.raised("issue#1") == [], "met in the first round"


def test_each_round_is_a_new_occurrence_of_the_clock() -> None:
    story = rated(2).does(COORDINATOR, REWORK, "08-03 10:00").does(head(D1), RESULT).does(COORDINATOR, PASS)
    story.does(head(D1), DELIVER).does(ENTERPRISE, rate(1, solved=False)).does(CALLER, NOT_SOLVED, "08-05 10:00")
    assert story.issue.round == 3
    assert story.due("solve#2") == at("08-12 18:00")
    assert story.clock("solve#1").met_at is not None


@pytest.mark.parametrize("how", ["coordination", "call-back"])
def test_rework_on_a_bad_rating_gives_one_order_in_the_groups_name(how: str) -> None:
    story = rated(2, solved=False)
    story.does(COORDINATOR, REWORK) if how == "coordination" else story.does(CALLER, NOT_SOLVED)
    issued = [event for event in story.events if isinstance(event, ev.OrderIssued)]
    assert [(order.rung, order.group, order.unit) for order in issued] == [(Rung.R2, G1, D1)]
    assert issued[0].authorisation_ref == "授权1号"
    done = story.copy().does(head(D1), RESULT, "08-05 10:00")
    assert done.issue.supervision.open_orders == ()
    story.until("08-12 18:00")
    assert len(story.issue.supervision.orders) == 1
    assert story.raised("solve#1").count(Rung.R2) == 2, "that of the rating, and that of time"


def test_rework_on_a_good_rating_gives_no_order() -> None:
    assert rated(5).does(COORDINATOR, REWORK).issue.supervision.orders == ()


def test_a_new_round_forgets_the_last_rating() -> None:
    story = rated(1, solved=False).does(CALLER, NOT_SOLVED, "08-03 09:00")
    assert story.issue.evaluation.rating is None
    story.does(head(D1), RESULT).does(COORDINATOR, PASS).does(head(D1), DELIVER)
    assert story.until("08-11 18:00").issue.status is Status.CALLBACK


# 销号 · reopening, archive


def test_reopening_goes_back_to_the_unit_in_another_round() -> None:
    story = closed().does(ENTERPRISE, do.Reopen(reason="复发"), "08-20 10:00")
    assert (story.issue.status, story.issue.round, story.issue.assignment.holder) == (Status.IN_PROGRESS, 2, D1)
    assert story.issue.evaluation.outcome is None
    assert story.due("solve#1") == at("08-27 18:00")
    story.until("09-20 18:00")
    assert story.issue.status is Status.IN_PROGRESS, "the archive clock is gone"


@pytest.mark.parametrize("act", ["reject", "merge"])
def test_what_was_never_handled_is_reopened_to_triage(act: str) -> None:
    story = merged() if act == "merge" else rejected()
    story.does(ENTERPRISE, do.Reopen(reason="复发"), "08-20 10:00")
    assert story.issue.status is Status.UNTRIAGED
    assert story.due("issue#2") == at("08-31 18:00")
    assert story.due("triage#2") == at("08-23 18:00")
    assert story.raised("issue#1") == []


def test_a_withdrawn_issue_that_a_unit_held_is_reopened_to_triage_too() -> None:
    story = withdrawn(in_hand()).does(ENTERPRISE, do.Reopen(reason="复发"), "08-20 10:00")
    assert story.issue.status is Status.UNTRIAGED
    story.does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D1), "08-20 11:00")
    story.until("08-31 10:00")
    assert story.raised("issue#1")[-1] is Rung.R1, "seven days were left, and go on"


def test_an_answered_issue_reopened_was_never_with_a_unit_and_goes_to_triage() -> None:
    story = told().does(COORDINATOR, do.Answer(text="按某条", how="电话")).does(ENTERPRISE, rate(5, solved=True))
    story.does(DEPUTY, do.CloseOut()).does(ENTERPRISE, do.Reopen(reason="未解决"), "08-05 10:00")
    assert (story.issue.status, story.issue.round) == (Status.UNTRIAGED, 2)


def test_thirty_days_after_close_out_the_issue_is_archived_for_good() -> None:
    assert closed().until("09-01 17:59").issue.status is Status.CLOSED
    story = closed().until("09-01 18:00")
    assert story.issue.status is Status.ARCHIVED
    refused(story, ENTERPRISE, do.Reopen(reason="复发"), WrongStatus)
    assert next_due(story.issue, POLICY) is None


def test_reopening_in_time_means_before_the_thirtieth_day_ends() -> None:
    assert closed().does(ENTERPRISE, do.Reopen(reason="复发"), "09-01 17:59:59").issue.round == 2
    refused(closed(), ENTERPRISE, do.Reopen(reason="复发"), WrongStatus, "09-01 18:00")


# 阶梯 · the ladder


def test_in_time_means_before_the_due_instant() -> None:
    story = dispatched().does(handler(D1), do.Sign(), "08-03 17:59:59").until("08-30 10:00")
    assert Rung.R1 not in story.raised("sign#1")


def test_at_the_due_instant_it_is_late_and_the_alarm_comes_before_the_act() -> None:
    story = dispatched().does(handler(D1), do.Sign(), "08-03 18:00")
    assert story.raised("sign#1") == [Rung.R0, Rung.R1]
    assert story.names[-3:] == ["alarm_raised", "alarm_raised", "signed"]


def test_each_rung_comes_at_its_moment() -> None:
    story = dispatched().until("08-30 18:00")
    assert [(alarm.rung, alarm.moment) for alarm in story.alarms if alarm.clock == "sign#1"] == [
        (Rung.R0, at("08-03 16:15")),  # the last quarter of seven office hours
        (Rung.R1, at("08-03 18:00")),
        (Rung.R2, at("08-04 18:00")),
        (Rung.R3, at("08-10 18:00")),
    ]
    assert [(alarm.rung, alarm.moment) for alarm in story.alarms if alarm.clock == "issue#1"] == [
        (Rung.R0, at("08-11 08:30")),  # the blue column of 4.2: the last working day
        (Rung.R1, at(DUE)),
        (Rung.R2, at("08-12 18:00")),
        (Rung.R3, at("08-18 18:00")),
    ]


def test_an_alarm_raised_well_after_its_moment_is_marked_late() -> None:
    prompt, slow = dispatched().until("08-03 18:00:30"), dispatched().until("08-03 20:00")
    on_time, delayed = prompt.alarm("sign#1", Rung.R1), slow.alarm("sign#1", Rung.R1)
    assert on_time is not None
    assert delayed is not None
    assert not on_time.late
    assert delayed.late
    assert delayed.moment == at("08-03 18:00")


def unit_late() -> Story:
    return dispatched().until("08-04 18:00")


def hub_late() -> Story:
    return dispatched(PLAIN_HUB).until("08-04 18:00")


def coordination_late() -> Story:
    return told().until("08-04 18:00")


def triaging_hub_late() -> Story:
    return told(county=HUBBED).until("08-04 18:00")


def caller_late() -> Story:
    return rated(2).until("08-04 18:00")


def group_late() -> Story:
    story = under_order(Status.DISPATCHED)
    return story.does(head(D1), reply(story), "08-05 09:00").until("08-11 18:00")


def liaison_late() -> Story:
    return told(contact="").until("08-04 18:00")


LADDER: list[tuple[str, Callable[[], Story], str, Party, set[Party], set[Party] | None]] = [
    # who owes, how it came, the clock, the debtor, who hears R1, who hears R2 (None: an order instead)
    ("a unit", unit_late, "sign#1", UNIT, {UNIT_HEAD, GROUP}, None),
    (
        "a hub that holds",
        hub_late,
        "sign#1",
        Party(Desk.UNIT, PLAIN_HUB),
        {Party(Desk.UNIT_HEAD, PLAIN_HUB), GROUP},
        None,
    ),
    (
        "a hub that triages",
        triaging_hub_late,
        "triage#1",
        Party(Desk.UNIT, HUBBED_HUB),
        {Party(Desk.UNIT_HEAD, HUBBED_HUB), Party(Desk.GROUP, G2)},
        None,
    ),
    ("coordination", coordination_late, "triage#1", COORDINATION, {COORDINATION_HEAD}, {LEADER, GROUP}),
    (
        "the call-back agent",
        caller_late,
        "callback#1",
        Party(Desk.CALLBACK),
        {Party(Desk.CALLBACK_HEAD)},
        {LEADER, GROUP},
    ),
    ("the supervision group", group_late, "lift#1", GROUP, {Party(Desk.GROUP_LEADER, G1)}, {COORDINATION_HEAD}),
    (
        "the liaison",
        liaison_late,
        "complete#1",
        Party(Desk.LIAISON, LIAISON.person),
        {Party(Desk.UNIT, PLAIN_HUB)},
        {COORDINATION_HEAD},
    ),
]


@pytest.mark.parametrize(("_who", "late", "clock", "debtor", "at_r1", "at_r2"), LADDER, ids=[row[0] for row in LADDER])
def test_the_ladder_tells_whom_the_debtor_calls_for(
    _who: str, late: Callable[[], Story], clock: str, debtor: Party, at_r1: set[Party], at_r2: set[Party] | None
) -> None:
    story = late()
    assert story.raised(clock) == ALL_RUNGS
    warned, urged, pressed = (story.alarm(clock, rung) for rung in ALL_RUNGS)
    assert warned is not None
    assert urged is not None
    assert pressed is not None
    assert warned.debtor == urged.debtor == pressed.debtor == debtor
    assert debtor in warned.told
    assert set(urged.told) == at_r1
    if at_r2 is None:
        assert pressed.told == (), "the order tells them"
        assert [order.unit for order in story.issue.supervision.orders] == [debtor.ref]
    else:
        assert set(pressed.told) == at_r2
        assert all(clock not in order.presses for order in story.issue.supervision.orders)


def test_the_unit_and_the_liaison_are_reminded_before_it_is_due() -> None:
    reminded = dispatched().until("08-03 17:00").alarm("sign#1", Rung.R0)
    assert reminded is not None
    assert set(reminded.told) == {UNIT, Party(Desk.LIAISON, LIAISON.person)}


# 灯 · the light


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


# 督办 · orders


def test_an_order_is_in_the_name_of_the_countys_group_and_tells_who_must_know() -> None:
    story = unit_late()
    (order,) = story.issue.supervision.orders
    assert (order.group, order.unit, order.authorisation_ref, order.presses) == (G1, D1, "授权1号", ("sign#1",))
    (issued,) = story.entries("order_issued")
    assert {UNIT_HEAD, GROUP, Party(Desk.COUNTY_LEADER, PLAIN), COORDINATION} <= set(issued.recipients)
    assert story.due("reply#1") == at("08-09 18:00")


def test_the_group_of_a_unit_that_the_roster_names_goes_before_the_countys() -> None:
    assert dispatched(D3).issue.assignment.group == G2
    assert dispatched(D1).issue.assignment.group == G1
    assert transferred(D3).issue.assignment.group == G2


def test_where_no_roster_names_a_group_coordination_signs_and_lifts_the_order() -> None:
    story = under_order(Status.DISPATCHED, county=UNLISTED)
    assert story.issue.supervision.orders[0].group == COORD
    assert story.issue.supervision.orders[0].authorisation_ref == "授权0号"
    story.does(head(D1), reply(story))
    refused(story, supervisor(G1), lift(story), NotPermitted)
    story.does(COORDINATOR, lift(story))
    assert story.issue.supervision.open_orders == ()


def test_a_second_clock_joins_the_open_order_of_its_unit_whose_head_hears_again() -> None:
    story = dispatched().until("08-06 18:00")
    assert len(story.entries("order_issued")) == 1
    (joined,) = story.entries("order_joined")
    assert joined.recipients == (Party(Desk.UNIT_HEAD, D1),)
    assert story.issue.supervision.orders[0].presses == ("sign#1", "report#1")
    story.until("08-30 18:00")
    assert len(story.issue.supervision.orders) == 1


def test_an_order_ends_when_the_act_it_presses_is_done() -> None:
    story = unit_late().does(handler(D1), do.Sign(), "08-05 09:00")
    assert story.issue.supervision.open_orders == ()
    assert story.names[-1] == "order_done"
    story.until("08-30 18:00")
    assert story.raised("reply#1") == [], "no reply is owed any more"


def test_a_late_reply_does_not_keep_an_order_alive_whose_act_is_done() -> None:
    story = rated(2, solved=False).does(COORDINATOR, REWORK).until("08-09 09:00")
    assert story.raised("reply#1") == [Rung.R0, Rung.R1, Rung.R3, Rung.R2], "late is R3 at once"
    story.does(head(D1), RESULT)
    assert story.issue.supervision.open_orders == ()


def test_an_order_pressing_two_clocks_ends_with_the_last_of_them() -> None:
    story = dispatched().until("08-06 18:00").does(handler(D1), do.Sign(), "08-06 19:00")
    assert story.issue.supervision.open_orders
    assert story.does(handler(D1), do.Report(text="进展"), "08-06 20:00").issue.supervision.open_orders == ()


def test_after_one_order_ended_another_late_act_brings_a_new_one() -> None:
    story = unit_late().does(handler(D1), do.Sign(), "08-05 09:00").until("08-06 18:00")
    assert [order.open for order in story.issue.supervision.orders] == [False, True]
    assert len({order.no for order in story.issue.supervision.orders}) == 2


def test_a_group_lifts_an_order_only_on_a_reply_and_owes_it_in_three_working_days() -> None:
    story = unit_late()
    refused(story, supervisor(G1), lift(story), OrderNotReplied)
    story.does(handler(D1), reply(story), "08-05 09:00")
    refused(story, handler(D1), reply(story), OrderAlreadyReplied)
    assert story.due("lift#1") == at("08-10 18:00")
    refused(story, supervisor(G2), lift(story), NotPermitted)
    story.does(supervisor(G1), lift(story), "08-05 10:00")
    assert story.issue.supervision.open_orders == ()
    refused(story, handler(D1), reply(story), OrderNotOpen)
    refused(story, supervisor(G1), lift(story), OrderNotOpen)
    story.until("08-06 09:00")
    assert story.raised("sign#1") == ALL_RUNGS, "what was raised is not raised again"


def test_the_unit_under_an_order_neither_transfers_nor_returns() -> None:
    rework = rated(2, solved=False).does(COORDINATOR, REWORK)
    for story in (rework, under_order(Status.DISPATCHED)):
        refused(story, head(D1), transfer(D2), OrderHoldsUnit)
        refused(story, head(D1), RETURN, OrderHoldsUnit)


def test_an_order_stays_with_the_unit_it_names_when_coordination_moves_the_issue() -> None:
    """The late unit has not done what the order presses; that another holds the issue now does not do it."""
    story = unit_late().does(COORDINATOR, transfer(D2), "08-05 09:00")
    (order,) = story.issue.supervision.orders
    assert (order.unit, order.open) == (D1, True)
    refused(story, head(D2), reply(story), NotPermitted)
    story.does(head(D1), reply(story)).does(supervisor(G1), lift(story))
    assert story.issue.supervision.open_orders == ()


def test_a_new_holder_is_not_held_by_the_former_holders_order() -> None:
    story = unit_late().does(COORDINATOR, transfer(D2), "08-05 09:00")
    story.does(head(D2), transfer(D3))
    assert story.issue.assignment.holder == D3


def test_an_order_done_by_a_result_that_is_sent_back_stands_again() -> None:
    story = in_hand().does(handler(D1), do.Report(text="进展")).until("08-12 18:00")
    (order,) = story.issue.supervision.open_orders
    assert story.copy().does(head(D1), RESULT, "08-13 09:00").issue.supervision.open_orders == ()
    story.does(head(D1), RESULT, "08-13 09:00").does(COORDINATOR, SEND_BACK, "08-13 10:00")
    assert [again.no for again in story.issue.supervision.open_orders] == [order.no]
    assert len(story.issue.supervision.orders) == 1


def test_an_order_that_closing_ended_does_not_stand_again_when_the_issue_is_reopened() -> None:
    story = withdrawn(unit_late().does(COORDINATOR, transfer(D2), "08-05 09:00"))
    assert story.issue.supervision.open_orders == ()
    story.does(ENTERPRISE, do.Reopen(reason="复发"), "08-06 09:00")
    assert story.issue.supervision.open_orders == ()


def test_closing_ends_every_order() -> None:
    story = withdrawn(unit_late(), "08-05 09:00")
    assert story.issue.supervision.open_orders == ()
    refused(story, supervisor(G1), lift(story), Refusal)
    assert order_no(story)


# Words change nothing


def test_notes_and_amendments_move_no_clock() -> None:
    story = in_hand()
    clocks = story.issue.clocks
    story.does(ENTERPRISE, NOTE).does(LIAISON, do.Amend(title="增容", contact="他人", description="更正"))
    assert story.issue.clocks == clocks
    assert (story.issue.matter.title, story.issue.matter.contact, story.issue.matter.description) == (
        "增容",
        "他人",
        "更正",
    )


def test_every_open_issue_has_a_next_due_moment_and_someone_who_owes_it() -> None:
    for status in set(Status) - {Status.CLOSED, Status.ARCHIVED}:
        due = next_due(in_status(status).issue, POLICY)
        assert due is not None, status
        assert due.owes, status


def test_a_call_back_is_not_the_handlers() -> None:
    story = rated(2)
    for who in (head(D1), handler(D1), Actor(Role.HUB, "hub", PLAIN)):
        refused(story, who, CONFIRMED, NotPermitted)
    assert numbered(sampled=True) != story.issue.issue_no
    story.does(supervisor(G1), CONFIRMED)
    assert to_deliver().issue.status is Status.TO_DELIVER
