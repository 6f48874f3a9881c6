"""The sentences of docs/rules.md 6 on side requests. The moments are worked out by hand from their limits."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from pydantic import TypeAdapter

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.escalation import light
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import (
    DateNotAhead,
    ExtensionAskedTooLate,
    ExtensionTooLong,
    NoBadRating,
    NotPermitted,
    RequesterMayNotRule,
    WrongStatus,
)
from bihuan.domain.requests.values import RequestState
from bihuan.domain.stage import Outcome, Status
from tests.support.small_city import (
    APPEAL,
    C1,
    CALENDAR,
    CALLER,
    CITY_LEADER,
    CONFIRMED,
    COORDINATOR,
    D1,
    D2,
    DEPUTY,
    ENTERPRISE,
    G1,
    HUBBED,
    LIAISON,
    NO_ANSWER,
    NOT_SOLVED,
    OFFICE_DAY,
    OWN,
    PLAIN,
    PLAIN_HUB,
    POLICY,
    REJECT,
    RESULT,
    RESUME,
    RETURN,
    REVISED,
    TERMINATE,
    USCC,
    Story,
    approve,
    at,
    evaluating,
    extend,
    handler,
    head,
    hub,
    in_hand,
    in_status,
    rate,
    refuse,
    rejected,
    suspend,
    suspended,
    take_back,
    told,
    transfer,
    withdrawn,
)

ENTERPRISE_DESK = Party(Desk.ENTERPRISE, USCC)
COORDINATION = Party(Desk.COORDINATION)
COORDINATION_HEAD = Party(Desk.COORDINATION_HEAD)
LEADER = Party(Desk.LEADER)
DUE = "08-11 18:00"
"""Seven working days after Monday 2 August."""
REPORT = do.Report(text="进展")


def at_work(unit: str = D1) -> Story:
    """In hand with its first report made, so that only the issue's clock presses."""
    return in_hand(unit).does(head(unit), REPORT, "08-04 10:00")


def raised(story: Story, clock: str) -> list[tuple[int, Rung, str]]:
    return [(a.grant, a.rung, a.moment.strftime("%m-%d %H:%M")) for a in story.alarms if a.clock == clock]


# 延期 · extension


def test_an_approved_extension_is_due_at_the_date_named_and_the_enterprise_is_told() -> None:
    story = at_work().does(head(D1), extend("08-16 12:00"), "08-09 10:00")
    assert story.due("issue#1") == at(DUE), "asking moves nothing"
    assert story.recorded[-1].recipients == (COORDINATION,)
    story.does(COORDINATOR, approve(story), "08-10 10:00")
    assert story.due("issue#1") == at("08-16 12:00")
    assert story.issue.deadline.due(CALENDAR) == at("08-16 12:00")
    assert story.names[-2:] == ["request_approved", "extended"]
    assert story.recorded[-2].recipients == (Party(Desk.UNIT, D1),)
    assert ENTERPRISE_DESK in story.recorded[-1].recipients
    story.until("08-20 18:00")
    assert raised(story, "issue#1") == [
        (1, Rung.R0, "08-13 14:30"),  # one office day before Monday noon: its morning, and Friday's afternoon
        (1, Rung.R1, "08-16 12:00"),
        (1, Rung.R2, "08-17 18:00"),
    ]


def test_waiting_for_a_ruling_pauses_nothing_and_what_was_raised_meanwhile_may_be_raised_again() -> None:
    story = at_work().does(head(D1), extend("08-16 18:00"), "08-10 17:00").until("08-12 10:00")
    before = [(0, Rung.R0, "08-11 08:30"), (0, Rung.R1, "08-11 18:00")]
    assert raised(story, "issue#1") == before
    story.does(COORDINATOR, approve(story))
    assert light(story.issue, POLICY, story.now) is Light.GREEN
    story.until("08-20 18:00")
    again = [(1, Rung.R0, "08-16 08:30"), (1, Rung.R1, "08-16 18:00"), (1, Rung.R2, "08-17 18:00")]
    assert raised(story, "issue#1") == before + again


def test_only_a_rung_whose_moment_is_still_ahead_of_the_approval_is_raised_again() -> None:
    story = at_work().does(head(D1), extend("08-12 18:00"), "08-10 17:00")
    story.does(COORDINATOR, approve(story), "08-12 10:00").until("08-19 18:00")
    assert raised(story, "issue#1") == [
        (0, Rung.R0, "08-11 08:30"),
        (0, Rung.R1, "08-11 18:00"),
        (1, Rung.R1, "08-12 18:00"),  # the new R0, 08-12 08:30, had passed
        (1, Rung.R2, "08-13 18:00"),
        (1, Rung.R3, "08-19 18:00"),
    ]


@pytest.mark.parametrize(("moment", "in_time"), [("08-10 23:59", True), ("08-11 00:00", False)])
def test_an_extension_is_asked_at_least_one_working_day_before_due(moment: str, in_time: bool) -> None:
    story = at_work().until(moment)
    if in_time:
        story.does(head(D1), extend("08-16 18:00"), moment)
    else:
        with pytest.raises(ExtensionAskedTooLate):
            story.does(head(D1), extend("08-16 18:00"), moment)


def test_extensions_add_in_all_at_most_the_limit_itself_and_the_second_is_a_leaders() -> None:
    story = at_work().does(head(D1), extend("08-19 18:00"), "08-09 10:00")
    story.does(COORDINATOR, approve(story)).until("08-12 10:00")
    with pytest.raises(ExtensionTooLong) as refused:
        story.does(head(D1), extend("08-20 18:01"))
    assert "2021-08-20 18:00" in refused.value.sentence_zh
    story.does(head(D1), extend("08-20 18:00"))
    assert story.recorded[-1].recipients == (COORDINATION, LEADER)
    with pytest.raises(NotPermitted):
        story.does(COORDINATOR, approve(story))
    story.does(CITY_LEADER, approve(story))
    assert story.due("issue#1") == at("08-20 18:00")


def test_where_a_law_says_how_long_an_issue_may_take_at_most_extensions_reach_that_far() -> None:
    """Arrears: thirty days, at most ninety. Received 2 August: 1 September, at most 31 October, a Sunday."""
    story = in_hand(category="ARREARS")
    assert story.due("issue#1") == at("09-01 18:00")
    with pytest.raises(ExtensionTooLong):
        story.does(head(D1), extend("11-01 18:01"))
    story.does(head(D1), extend("11-01 18:00"))
    story.does(COORDINATOR, approve(story))
    assert story.due("issue#1") == at("11-01 18:00")


def test_of_a_law_resolved_before_it_was_recorded_the_same_holds() -> None:
    story = in_hand(category="ARREARS")
    story.issue = replace(story.issue, governance=replace(story.issue.governance, governed_by=None))
    story.does(head(D1), extend("11-01 18:00"))
    assert story.names[-1] == "request_asked"


def allowed(percent: int) -> Story:
    """At work where extensions may add so much of the limit, seven working days."""
    story = at_work()
    story.policy = replace(POLICY, requests=replace(POLICY.requests, extension_percent=percent))
    return story


def test_of_half_the_limit_whole_days_are_added() -> None:
    with pytest.raises(ExtensionTooLong) as refused:
        allowed(50).does(head(D1), extend("08-16 18:01"))
    assert "2021-08-16 18:00" in refused.value.sentence_zh
    allowed(50).does(head(D1), extend("08-16 18:00"))


def test_of_less_than_a_day_nothing_is_added_not_even_the_rest_of_the_day() -> None:
    story = allowed(10).does(head(D1), suspend("08-20 18:00"), "08-05 08:30")
    story.does(COORDINATOR, approve(story), "08-05 08:30").does(head(D1), RESUME, "08-05 10:30")
    assert story.due("issue#1") == at("08-12 10:30")
    with pytest.raises(ExtensionTooLong) as refused:
        story.does(head(D1), extend("08-12 12:00"))
    assert "2021-08-12 10:30" in refused.value.sentence_zh


def test_a_rejection_does_not_keep_silence_from_accepting() -> None:
    story = told(category="COMPLAINT_BE").does(COORDINATOR, REJECT).until("08-05 18:00")
    assert story.issue.status is Status.ACCEPTED
    assert story.issue.requests[0].state is RequestState.OVERTAKEN


def test_a_new_calendar_does_not_move_a_date_that_was_named() -> None:
    story = at_work().does(head(D1), extend("08-16 12:00"), "08-09 10:00")
    story.does(COORDINATOR, approve(story))
    story.does(OWN[Role.ADM], do.AdoptCalendar(version="2021.2", calendar=REVISED))
    assert story.due("issue#1") == at("08-16 12:00")
    assert at_work().does(OWN[Role.ADM], do.AdoptCalendar(version="2021.2", calendar=REVISED)).due("issue#1") == at(
        "08-12 18:00"
    )


def test_a_pause_before_the_extension_is_in_the_date_named_and_one_after_it_moves_it() -> None:
    story = at_work().does(head(D1), suspend("08-20 18:00"), "08-05 08:30")
    story.does(COORDINATOR, approve(story), "08-05 08:30").does(head(D1), RESUME, "08-06 08:30")
    assert story.due("issue#1") == at("08-12 18:00")
    story.does(head(D1), extend("08-16 18:00"))
    story.does(COORDINATOR, approve(story))
    assert story.due("issue#1") == at("08-16 18:00")
    story.does(head(D1), suspend("08-20 18:00"))
    story.does(COORDINATOR, approve(story), "08-09 08:30").does(COORDINATOR, RESUME, "08-11 08:30")
    assert story.due("issue#1") == at("08-18 18:00")


def test_a_unit_with_a_limit_of_its_own_extends_that_and_not_the_enterprises() -> None:
    story = in_hand().does(head(D1), transfer(D2), "08-05 10:00").does(head(D2), do.Sign())
    assert story.due("solve#1") == at("08-16 18:00")
    story.does(head(D2), extend("08-20 18:00"))
    story.does(COORDINATOR, approve(story))
    assert story.due("solve#1") == at("08-20 18:00")
    assert story.due("issue#1") == at(DUE)
    late = story.until("08-12 18:00").alarm("issue#1", Rung.R2)
    assert late is not None
    assert late.debtor == COORDINATION, "until the unit's extended limit ends, the triager is named"


def test_an_extension_that_reaches_no_further_is_refused_when_asked_and_when_ruled_on() -> None:
    story = at_work().does(head(D1), extend("08-12 10:00"), "08-09 10:00")
    with pytest.raises(DateNotAhead):
        story.does(COORDINATOR, approve(story), "08-12 10:00")
    story.does(COORDINATOR, refuse(story), "08-12 10:00")
    assert story.due("issue#1") == at(DUE)
    assert story.issue.requests[0].ruling == "理由不足"


def test_the_hub_rules_for_a_unit_of_its_county_and_never_on_its_own() -> None:
    story = at_work(C1).does(head(C1), extend("08-16 18:00"))
    assert story.recorded[-1].recipients == (Party(Desk.UNIT, PLAIN_HUB),)
    with pytest.raises(NotPermitted):
        story.copy().does(hub(HUBBED), approve(story))
    story.does(hub(PLAIN), approve(story))
    assert story.due("issue#1") == at("08-16 18:00")
    held = at_work(PLAIN_HUB).does(hub(PLAIN), extend("08-16 18:00"))
    with pytest.raises(NotPermitted):
        held.does(hub(PLAIN), approve(held))
    held.does(COORDINATOR, approve(held))
    assert held.due("issue#1") == at("08-16 18:00")


# 裁定 · the ruling and its clock


def test_a_ruling_is_owed_in_one_working_day_and_pressed_on_coordination() -> None:
    story = at_work().does(head(D1), extend("08-16 18:00"), "08-05 10:00")
    assert story.due("request#1") == at("08-06 18:00")
    story.until("08-09 18:00")
    told_of = {a.rung: set(a.told) for a in story.alarms if a.clock == "request#1"}
    group = Party(Desk.GROUP, G1)
    assert told_of == {Rung.R0: {COORDINATION}, Rung.R1: {COORDINATION_HEAD}, Rung.R2: {LEADER, group}}
    assert story.issue.supervision.orders == ()
    story.does(COORDINATOR, refuse(story))
    assert story.open_clocks(Obligation.REQUEST) == []


def test_a_hub_that_does_not_rule_is_pressed_like_a_unit() -> None:
    story = at_work(C1).does(head(C1), extend("08-16 18:00"), "08-05 10:00").until("08-09 18:00")
    assert [(order.unit, order.presses) for order in story.issue.supervision.orders] == [(PLAIN_HUB, ("request#1",))]
    story.does(COORDINATOR, approve(story))
    assert story.issue.supervision.open_orders == ()


def test_what_a_leader_rules_on_presses_the_leader_and_the_head_of_coordination_brings_it_there() -> None:
    story = at_work().does(head(D1), extend("08-12 18:00"))
    story.does(COORDINATOR, approve(story)).does(head(D1), extend("08-13 18:00"), "08-05 10:00").until("08-06 18:00")
    late = story.alarm("request#2", Rung.R1)
    assert late is not None
    assert (late.debtor, late.told) == (Party(Desk.LEADER), (COORDINATION_HEAD,))


def test_nobody_rules_on_what_they_asked_in_whatever_role() -> None:
    twice = Actor(COORDINATOR.role, head(D1).person)
    story = at_work().does(head(D1), extend("08-16 18:00"))
    with pytest.raises(RequesterMayNotRule):
        story.does(twice, approve(story))


def test_a_request_taken_back_leaves_nothing_owed() -> None:
    story = at_work().does(head(D1), extend("08-16 18:00"))
    story.does(head(D1), take_back(story))
    assert story.issue.requests[0].state is RequestState.WITHDRAWN
    assert story.open_clocks(Obligation.REQUEST) == []
    assert COORDINATION in story.recorded[-1].recipients


@pytest.mark.parametrize("act", [RESULT, transfer(D2)])
def test_a_request_is_overtaken_by_what_makes_it_meaningless(act: do.Act) -> None:
    story = at_work().does(head(D1), extend("08-16 18:00")).does(head(D1), suspend("08-20 18:00"))
    story.does(head(D1), act)
    assert story.names[-2:] == ["request_overtaken", "request_overtaken"]
    assert {one.state for one in story.issue.requests} == {RequestState.OVERTAKEN}
    assert story.open_clocks(Obligation.REQUEST) == []


def test_asking_to_return_overtakes_a_suspension_and_not_an_extension() -> None:
    story = in_hand().does(head(D1), extend("08-16 18:00")).does(head(D1), suspend("08-20 18:00"))
    story.does(head(D1), RETURN)
    assert [one.state for one in story.issue.requests] == [RequestState.OPEN, RequestState.OVERTAKEN]


def test_the_same_command_written_in_another_offset_is_the_same_command() -> None:
    here, there = extend("08-16 18:00"), extend(at("08-16 18:00").astimezone(UTC))
    assert do.fingerprint(COORDINATOR, here) == do.fingerprint(COORDINATOR, there)
    assert do.fingerprint(COORDINATOR, here) != do.fingerprint(COORDINATOR, extend("08-16 18:01"))


# 挂起 · suspension


def test_a_suspension_stops_issue_and_report_and_moves_them_by_exactly_the_time_covered() -> None:
    story = in_hand().does(head(D1), suspend("08-20 18:00"), "08-04 09:30")
    assert story.clock("issue#1").running, "waiting for the ruling pauses nothing"
    story.does(COORDINATOR, approve(story), "08-04 10:00")
    assert story.issue.status is Status.SUSPENDED
    paused = {clock.key for clock in story.issue.clocks if clock.paused}
    assert paused == {"issue#1", "report#1"}
    assert story.clock("issue#1").pauses[-1].basis == "SUSPENDED:COURT"
    assert story.does(head(D1), RESUME, "08-06 10:00").issue.status is Status.IN_PROGRESS
    assert story.clock("issue#1").credited(CALENDAR) == 2 * OFFICE_DAY
    assert story.due("issue#1") == at("08-13 18:00")
    assert story.due("report#1") == at("08-09 18:00")


def test_a_units_own_limit_is_suspended_too() -> None:
    story = in_hand().does(head(D1), transfer(D2)).does(head(D2), do.Sign())
    story.does(head(D2), suspend("08-20 18:00"))
    story.does(COORDINATOR, approve(story))
    assert {clock.key for clock in story.issue.clocks if clock.paused} == {"issue#1", "solve#1", "report#2"}


def test_the_enterprise_is_told_why_and_until_when() -> None:
    story = suspended()
    happened = story.events[-1]
    assert isinstance(happened, ev.Suspended)
    assert (happened.basis, happened.reason) == (do.SuspensionBasis.COURT, "待法院裁定")
    assert {ENTERPRISE_DESK, Party(Desk.LIAISON, LIAISON.person)} <= set(story.recorded[-1].recipients)
    story.does(COORDINATOR, RESUME)
    assert {ENTERPRISE_DESK, Party(Desk.UNIT, D1)} <= set(story.recorded[-1].recipients)


def test_nobody_is_pressed_while_suspended_and_the_review_date_is_what_is_next() -> None:
    story = suspended()
    due = next_due(story.issue, POLICY)
    assert due is not None
    assert (due.clock, due.owes) == ("review#1", f"unit:{D1}")
    story.until(due.at - timedelta(seconds=1))
    assert story.alarms == []
    assert light(story.issue, POLICY, story.now) is Light.GREEN


@pytest.mark.parametrize("noticed", ["08-09 10:00", "08-30 10:00"])
def test_at_the_review_date_the_issue_goes_on_by_itself_however_late_that_is_noticed(noticed: str) -> None:
    story = in_hand().does(head(D1), suspend("08-09 10:00"), "08-04 09:30")
    story.does(COORDINATOR, approve(story), "08-04 10:00").until("08-09 09:59")
    assert story.issue.status is Status.SUSPENDED
    assert story.until(noticed).issue.status is Status.IN_PROGRESS
    assert story.entries("resumed")[0].event == ev.Resumed(moment=at("08-09 10:00"), lapsed=True)
    assert story.clock("issue#1").credited(CALENDAR) == 3 * OFFICE_DAY
    assert story.due("issue#1") == at("08-16 18:00")


def test_what_was_raised_before_a_suspension_is_not_raised_again_after_it() -> None:
    story = at_work().until("08-12 09:00").does(head(D1), suspend("08-20 18:00"))
    story.does(COORDINATOR, approve(story), "08-12 10:00").does(COORDINATOR, RESUME, "08-16 10:00")
    story.until("08-30 18:00")
    assert [(grant, rung) for grant, rung, _ in raised(story, "issue#1")] == [
        (0, Rung.R0),
        (0, Rung.R1),
        (1, Rung.R2),
        (1, Rung.R3),
    ]
    r2, r3 = (moment for _, _, moment in raised(story, "issue#1")[2:])
    assert (r2, r3) == ("08-16 18:00", "08-20 18:00"), "one and five working days after due, and two suspended"


def test_no_warning_falls_into_a_suspension() -> None:
    """The pause moves thirty days by the wall clock and the blue light by office days, so it would lie inside."""
    story = in_hand(urgency=Urgency.COMPLEX).does(head(D1), suspend("08-27 18:00"), "08-26 08:20")
    story.does(COORDINATOR, approve(story), "08-26 08:29").until("08-27 18:00")
    assert story.due("issue#1") == at("09-03 03:31")
    assert raised(story, "issue#1") == [(1, Rung.R0, "08-27 18:00")]
    assert not any(alarm.late for alarm in story.alarms if alarm.clock == "issue#1")


def test_an_order_given_for_a_bad_rating_is_not_given_again_after_a_suspension_and_time_brings_its_own() -> None:
    story = badly_rated().does(CALLER, NOT_SOLVED, "08-03 10:00")
    assert story.raised("solve#1") == [Rung.R2]
    story.does(head(D1), suspend("08-20 18:00"))
    story.does(COORDINATOR, approve(story)).does(COORDINATOR, RESUME, "08-05 10:00").until("08-30 18:00")
    assert story.raised("solve#1") == [Rung.R2, Rung.R0, Rung.R1, Rung.R2, Rung.R3]
    assert len(story.issue.supervision.orders) == 1


def test_a_report_is_owed_every_thirty_days_of_suspension_and_late_it_shows_yellow() -> None:
    story = in_hand().does(head(D1), suspend("09-01 18:00"))
    story.does(COORDINATOR, approve(story))
    assert story.due("update#1") == at("09-01 18:00")
    story.until("08-31 10:00").does(head(D1), suspend("09-29 18:00"))
    story.does(COORDINATOR, approve(story)).until("09-01 18:00")
    assert story.issue.status is Status.SUSPENDED, "its review was put off"
    assert raised(story, "update#1")[-1] == (0, Rung.R1, "09-01 18:00")
    assert light(story.issue, POLICY, story.now) is Light.YELLOW
    story.does(handler(D1), REPORT, "09-02 10:00")
    assert light(story.issue, POLICY, story.now) is Light.GREEN
    assert story.due("update#2") == at("10-08 18:00"), "2 October is in the holiday week"
    assert story.due("report#1") is None, "the suspended report waits on"
    story.does(head(D1), RESUME)
    assert story.open_clocks(Obligation.UPDATE) == []


def test_beyond_ninety_days_in_all_a_suspension_is_a_leaders() -> None:
    story = in_hand()
    for asked, until in (
        ("08-02 10:00", "09-01 18:00"),
        ("08-30 10:00", "09-29 18:00"),
        ("09-28 10:00", "10-28 18:00"),
    ):
        story.does(head(D1), suspend(until), asked)
        assert story.issue.requests[-1].approver == COORDINATION
        story.does(COORDINATOR, approve(story))
    story.does(head(D1), suspend("11-02 18:00"), "10-27 10:00")
    assert story.issue.requests[-1].approver == LEADER
    story.does(CITY_LEADER, approve(story))
    assert story.due("review#4") == at("11-02 18:00")
    story.until("11-02 18:00")
    assert story.issue.status is Status.IN_PROGRESS
    assert [one.over_at is not None for one in story.issue.requests] == [True] * 4


def test_suspended_issues_go_on_with_their_orders_and_can_be_withdrawn_or_terminated() -> None:
    assert withdrawn(suspended()).issue.evaluation.outcome is Outcome.WITHDRAWN
    story = suspended().does(head(D1), TERMINATE)
    story.does(COORDINATOR, approve(story))
    assert (story.issue.status, story.issue.evaluation.outcome) == (Status.CLOSED, Outcome.TERMINATED)
    assert [clock.key for clock in story.issue.clocks if clock.open] == ["archive#1"]
    with pytest.raises(WrongStatus):
        suspended().does(head(D1), RESULT)


def test_a_planned_issue_stays_open_as_a_suspension_on_the_basis_of_a_plan() -> None:
    story = in_hand().does(head(D1), suspend("08-27 18:00", do.SuspensionBasis.PLAN))
    story.does(COORDINATOR, approve(story))
    assert (story.issue.status, story.issue.evaluation.outcome, story.issue.closed) == (
        Status.SUSPENDED,
        Outcome.PLANNED,
        False,
    )
    story.until("08-27 18:00")
    assert (story.issue.status, story.issue.evaluation.outcome) == (Status.IN_PROGRESS, None)
    assert suspended().issue.evaluation.outcome is None, "on another basis it is not planned"


# 终止、不予受理 · termination, rejection


@pytest.mark.parametrize(
    ("so_far", "asks"),
    [(in_hand, head(D1)), (in_hand, COORDINATOR), (in_hand, hub(PLAIN)), (lambda: in_hand(PLAIN_HUB), hub(PLAIN))],
)
def test_a_termination_closes_only_when_another_person_of_coordination_approves(so_far: object, asks: Actor) -> None:
    story: Story = so_far().does(asks, TERMINATE)  # type: ignore[operator]
    assert story.issue.status is Status.IN_PROGRESS
    with pytest.raises(NotPermitted):
        story.does(asks, approve(story))
    story.does(DEPUTY, approve(story))
    assert (story.issue.status, story.issue.evaluation.outcome) == (Status.CLOSED, Outcome.TERMINATED)
    assert ENTERPRISE_DESK in story.recorded[-1].recipients
    happened = story.events[-1]
    assert isinstance(happened, ev.Terminated)
    assert happened.reason == "企业不配合"


def test_a_rejection_is_a_proposal_and_the_triage_clock_does_not_wait_for_its_ruling() -> None:
    story = told().does(COORDINATOR, REJECT, "08-02 10:00")
    assert story.issue.status is Status.UNTRIAGED
    assert ENTERPRISE_DESK not in story.recorded[-1].recipients
    story.until("08-03 18:00")
    assert story.raised("triage#1") == [Rung.R0, Rung.R1]
    story.does(DEPUTY, approve(story))
    assert (story.issue.status, story.issue.evaluation.outcome) == (Status.CLOSED, Outcome.REJECTED)
    assert ENTERPRISE_DESK in story.recorded[-1].recipients
    assert [clock.key for clock in story.issue.clocks if clock.open] == ["archive#1"]
    happened = rejected().events[-1]
    assert isinstance(happened, ev.Rejected)
    assert (happened.reason, happened.other_channel) == ("已诉讼", "法院")


def test_a_rejection_refused_goes_on_in_triage() -> None:
    story = told().does(COORDINATOR, REJECT)
    story.does(DEPUTY, refuse(story)).does(COORDINATOR, do.Accept())
    assert story.issue.status is Status.ACCEPTED


def test_a_rejection_is_overtaken_when_the_issue_is_accepted_after_all() -> None:
    story = told().does(COORDINATOR, REJECT).does(COORDINATOR, do.Accept())
    assert story.issue.requests[0].state is RequestState.OVERTAKEN


def test_what_a_hub_proposes_to_reject_is_coordinations_to_rule_on() -> None:
    story = told(county=HUBBED).does(hub(HUBBED), REJECT)
    assert story.recorded[-1].recipients == (COORDINATION,)
    with pytest.raises(NotPermitted):
        story.does(Actor(hub(HUBBED).role, "colleague", HUBBED), approve(story))
    assert story.does(COORDINATOR, approve(story)).issue.evaluation.outcome is Outcome.REJECTED


# 差评申诉 · appeal against a rating


def badly_rated() -> Story:
    """Delivered and rated on Monday 2 August."""
    return evaluating().does(ENTERPRISE, rate(1, solved=False))


def test_an_appeal_is_filed_within_three_working_days_and_ruled_on_in_three() -> None:
    story = badly_rated().does(head(D1), APPEAL, "08-05 17:59")
    assert story.due("request#1") == at("08-10 18:00")
    assert story.issue.status is Status.CALLBACK


def test_a_rating_set_aside_stays_on_record_and_the_call_back_still_happens() -> None:
    story = badly_rated().does(head(D1), APPEAL)
    story.does(COORDINATOR, approve(story))
    rating = story.issue.evaluation.rating
    assert rating is not None
    assert (rating.score, rating.counts, rating.bad) == (1, False, False)
    assert story.issue.status is Status.CALLBACK
    assert ENTERPRISE_DESK in story.recorded[-1].recipients
    story.does(CALLER, CONFIRMED).does(COORDINATOR, do.CloseOut())
    assert story.issue.evaluation.outcome is Outcome.SOLVED


def test_without_the_rating_two_unanswered_calls_settle_the_evaluation_made_before_or_after() -> None:
    before = badly_rated().does(head(D1), APPEAL)
    before.does(CALLER, NO_ANSWER, "08-03 10:00").does(CALLER, NO_ANSWER, "08-04 10:00")
    assert before.issue.status is Status.CALLBACK, "a bad rating waits to be turned"
    assert before.does(COORDINATOR, approve(before)).issue.status is Status.EVALUATED
    after = badly_rated().does(head(D1), APPEAL)
    after.does(COORDINATOR, approve(after)).does(CALLER, NO_ANSWER, "08-03 10:00")
    assert after.issue.status is Status.CALLBACK
    assert after.does(CALLER, NO_ANSWER, "08-04 10:00").issue.status is Status.EVALUATED


def test_rework_after_a_rating_was_set_aside_carries_no_order() -> None:
    story = badly_rated().does(head(D1), APPEAL)
    story.does(COORDINATOR, approve(story)).does(CALLER, NOT_SOLVED)
    assert (story.issue.round, story.issue.supervision.orders) == (2, ())
    assert len(badly_rated().does(CALLER, NOT_SOLVED).issue.supervision.orders) == 1


def test_an_appeal_refused_leaves_the_rating_and_rework_overtakes_an_appeal() -> None:
    story = badly_rated().does(head(D1), APPEAL)
    refused = story.copy().does(COORDINATOR, refuse(story))
    assert refused.issue.evaluation.rating is not None
    assert refused.issue.evaluation.rating.bad
    story.does(CALLER, NOT_SOLVED)
    assert story.issue.requests[0].state is RequestState.OVERTAKEN


def test_a_confirmed_bad_rating_may_be_appealed_and_holds_the_close_out_until_ruled_on() -> None:
    story = badly_rated().does(CALLER, CONFIRMED).does(head(D1), APPEAL)
    assert story.issue.status is Status.EVALUATED
    story.does(COORDINATOR, approve(story))
    with pytest.raises(NoBadRating):
        story.copy().does(head(D1), APPEAL)
    assert story.does(COORDINATOR, do.CloseOut()).issue.closed


def test_what_is_asked_survives_the_wire() -> None:
    form = TypeAdapter(Issue)
    for status in (Status.SUSPENDED, Status.CALLBACK):
        issue = in_status(status).does(head(D1), APPEAL if status is Status.CALLBACK else TERMINATE).issue
        assert form.validate_json(form.dump_json(issue)) == issue
    plain = form.dump_python(in_hand().issue, mode="json")
    del plain["requests"], plain["evaluation"]["rated_at"]
    for clock in plain["clocks"]:
        for added in ("until", "until_from", "request"):
            del clock[added]
    assert form.validate_python(plain) == in_hand().issue, "what was kept before there were requests still reads"
