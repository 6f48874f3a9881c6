"""The rulings of docs/rules.md 5 on the ladder, each as a history: who is pressed, by which order, until when."""

from collections.abc import Callable
from datetime import datetime

import pytest

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain import refusals as no
from bihuan.domain.access.authorization import may_read
from bihuan.domain.ladder.escalation import agenda
from bihuan.domain.ladder.papers import Ground, Paper
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import RecordedEvent, first_due, settle
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.domain.stage import Status
from tests.support.small_city import (
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
    LEADER,
    ORDER_BY_HAND,
    PASS,
    PLAIN,
    POLICY,
    RESULT,
    RETURN,
    SERVICE,
    Story,
    approve,
    approve_return,
    at,
    closed,
    designate,
    dispatched,
    drafted,
    evaluating,
    extend,
    following,
    handler,
    head,
    hub,
    in_hand,
    lift,
    rate,
    reply,
    returned,
    supervisor,
    to_deliver,
    told,
    transfer,
    withdrawn,
)

REPORT = do.Report(text="进展")
COORDINATION, LEADERS = Party(Desk.COORDINATION), Party(Desk.LEADER)


def walk(story: Story, until: str) -> Story:
    """As the timer does: look at every moment that falls due."""
    end = at(until)
    while (due := first_due(story.issue, POLICY)) is not None and due.at <= end:
        story.until(max(due.at, story.now))
    return story.until(end)


def ordered(story: Story) -> list[str]:
    return [order.unit for order in story.issue.supervision.open_orders]


def heard(story: Story, event: str) -> list[tuple[datetime, set[Party]]]:
    return [(one.at, set(one.recipients)) for one in story.entries(event)]


def head_of(unit: str) -> Party:
    return Party(Desk.UNIT_HEAD, unit)


# 1 · 一件、一级、一单位一单 · orders per issue, rung and unit


def passed_on_under_an_order() -> Story:
    """D1 never signs; coordination moves the issue to D2, which does not sign either."""
    return walk(walk(dispatched(), "08-04 18:00").does(COORDINATOR, transfer(D2), "08-05 09:00"), "08-09 18:00")


def test_an_order_of_a_former_unit_does_not_swallow_the_present_leads() -> None:
    story = passed_on_under_an_order()
    assert ordered(story) == [D1, D2]
    assert head_of(D2) in heard(story, "order_issued")[-1][1]
    with pytest.raises(no.OrderHoldsUnit):
        story.does(head(D2), transfer(D3))


def test_a_former_units_reply_and_its_lift_leave_the_present_leads_order_standing() -> None:
    story = passed_on_under_an_order()
    first = story.issue.supervision.orders[0].no
    story.does(head(D1), do.ReplyOrder(order=first, text="已移交"))
    story.does(supervisor(G1), do.LiftOrder(order=first, conclusion="属实"))
    assert ordered(story) == [D2]


def test_a_hub_late_in_triage_does_not_swallow_the_units_r2() -> None:
    story = walk(told(county=HUBBED), "08-05 09:00").does(hub(HUBBED), do.Accept())
    story.does(hub(HUBBED), do.HandOver(unit=D1)).does(head(D1), do.Sign()).does(head(D1), REPORT)
    walk(story, "08-17 18:00")
    assert ordered(story) == [HUBBED_HUB, D1]


def test_an_assistants_order_does_not_swallow_the_leads_nor_keep_the_group_from_ordering_by_hand() -> None:
    story = dispatched().does(head(D1), do.Sign()).does(head(D1), do.AddAssist(unit=D2, task="核定"))
    walk(story.does(head(D1), REPORT), "08-06 18:00")
    assert ordered(story) == [D2]
    assert ordered(story.copy().does(supervisor(G1), ORDER_BY_HAND)) == [D2, D1]
    assert ordered(walk(story, "08-12 18:00")) == [D2, D1]


def test_an_assistant_that_becomes_the_lead_is_not_held_by_the_order_on_its_part() -> None:
    story = dispatched().does(head(D1), do.Sign()).does(head(D1), do.AddAssist(unit=D2, task="核定"))
    walk(story, "08-06 18:00").does(COORDINATOR, transfer(D2), "08-09 09:00")
    assert D2 in ordered(story)
    story.does(head(D2), RETURN)


def test_another_clock_of_the_same_unit_joins_its_order_and_its_head_hears_again() -> None:
    story = walk(dispatched(), "08-06 18:00")
    assert story.issue.supervision.orders[0].presses == ("sign#1", "report#1")
    assert heard(story, "order_joined") == [(at("08-06 18:00"), {head_of(D1)})]
    walk(story, "08-09 09:00")
    again = [e for e in story.events if isinstance(e, ev.AlarmRepeated) and e.alarm == "report#1/0/R2"]
    assert [one.told for one in again] == [(head_of(D1),)]
    story.does(head(D1), do.Acknowledge(alarm="report#1/0/R2"))


# 2 · 沉默无尽头 · silence has no end


def brought_up(story: Story, clock: str) -> list[RecordedEvent]:
    return [one for one in story.recorded if isinstance(one.event, ev.StillUnmet) and clock in named(one.event)]


def named(event: ev.StillUnmet) -> list[str]:
    return [event.clock, *(one.clock for one in event.beside)]


def unmet(story: Story, clock: str) -> list[datetime]:
    return [e.moment for e in story.events if isinstance(e, ev.StillUnmet) and clock in named(e)]


def test_a_unit_that_never_signs_is_brought_up_again_every_five_working_days_without_end() -> None:
    story = walk(dispatched(), "09-15 18:00")
    assert story.raised("sign#1") == [Rung.R0, Rung.R1, Rung.R2, Rung.R3]
    # R3 on Tuesday 08-10; again at the opening of every fifth working day
    assert unmet(story, "sign#1") == [at(f"{day} 08:30") for day in ("08-17", "08-24", "08-31", "09-07", "09-14")]
    last = brought_up(story, "sign#1")[-1]
    assert set(last.recipients) == {COORDINATION, Party(Desk.GROUP, G1), LEADERS}, (
        "whoever signs what, and for whom that is late"
    )
    size = len(story.issue.supervision.raised), len(story.issue.supervision.unheeded), len(story.issue.clocks)
    walk(story, "12-15 18:00")
    assert (len(story.issue.supervision.raised), len(story.issue.supervision.unheeded), len(story.issue.clocks)) == size
    assert agenda(story.issue, POLICY)


def test_however_much_stands_unmet_an_issue_reminds_once_in_five_working_days_of_all_of_it() -> None:
    story = walk(dispatched(), "09-15 18:00")
    reminders = [event for event in story.events if isinstance(event, ev.StillUnmet)]
    assert [one.moment for one in reminders] == [
        at(f"{day} 08:30") for day in ("08-17", "08-24", "08-31", "09-07", "09-14")
    ]
    assert [one.count for one in reminders] == [1, 2, 3, 4, 5]
    assert {*named(reminders[-1])} == {"issue#1", "sign#1", "report#1", "reply#1", "sign_draft#1", "sign_draft#2"}
    assert {one.clock: one.debtor for one in reminders[-1].beside}["sign_draft#2"] == LEADERS


def signed(story: Story) -> Story:
    return story.does(COORDINATOR, do.SignDraft(draft=story.issue.supervision.drafts[-1].no))


def discarded(story: Story) -> Story:
    return story.does(COORDINATOR, do.DiscardDraft(draft=story.issue.supervision.drafts[-1].no, reason="已约谈"))


def lifted(story: Story) -> Story:
    return story.does(head(D1), reply(story)).does(supervisor(G1), lift(story))


@pytest.mark.parametrize("then", [signed, discarded, lifted, lambda story: story])
def test_it_is_brought_up_whatever_became_of_its_paper_or_its_order(then: Callable[[Story], Story]) -> None:
    story = walk(dispatched(), "08-10 18:00")
    then(story)
    assert unmet(walk(story, "08-25 18:00"), "sign#1")[:2] == [at("08-17 08:30"), at("08-24 08:30")]


def test_what_a_leader_signs_is_brought_up_before_the_leader() -> None:
    story = walk(told(), "08-20 18:00")
    (again,) = brought_up(story, "triage#1")
    assert set(again.recipients) == {LEADERS, Party(Desk.GROUP, G1)}


def test_a_follower_left_alone_is_brought_up_too() -> None:
    story = walk(following(), "09-15 18:00")
    assert unmet(story, "issue#1")
    assert agenda(story.issue, POLICY)


def test_what_is_done_or_put_off_is_not_brought_up() -> None:
    story = walk(dispatched(), "08-12 18:00").does(handler(D1), do.Sign())
    assert unmet(walk(story, "09-15 18:00"), "sign#1") == []


def test_after_an_outage_it_is_brought_up_once_and_then_as_ever() -> None:
    story = walk(dispatched(), "08-10 18:00").until("09-02 10:00")
    assert unmet(story, "sign#1") == [at("08-17 08:30")]
    assert settle(story.issue, story.now, POLICY).recorded == ()
    assert unmet(walk(story, "09-10 18:00"), "sign#1")[1:] == [at("09-09 08:30")]


def test_one_unit_alone_raises_r4_ten_working_days_after_r3() -> None:
    story = walk(in_hand().does(head(D1), REPORT), "09-02 18:00")
    moments = {alarm.rung: alarm.moment for alarm in story.alarms if alarm.clock == "issue#1"}
    assert (moments[Rung.R3], moments[Rung.R4]) == (at("08-18 18:00"), at("09-01 18:00"))
    draft = story.issue.supervision.drafts[-1]
    assert (draft.paper, draft.signer, draft.reasons[0].ground) == (Paper.LEVEL_UP, Role.LDR, Ground.OVERDUE)


def test_the_triager_alone_raises_no_r4() -> None:
    assert Rung.R4 not in walk(told(), "10-29 18:00").raised("issue#1")


# 3 · 同意退回 · an approved return


def test_an_approved_return_ends_the_orders_on_the_unit_it_never_belonged_to() -> None:
    story = in_hand().does(supervisor(G1), ORDER_BY_HAND).does(head(D1), RETURN)
    story.does(COORDINATOR, approve_return(D2))
    assert story.issue.supervision.open_orders == ()
    assert {head_of(D1), Party(Desk.GROUP, G1)} <= heard(story, "order_withdrawn")[-1][1]
    assert walk(story, "08-20 18:00").raised("reply#1") == []


def test_an_approved_return_takes_the_unit_out_of_those_that_missed() -> None:
    story = dispatched(urgency=Urgency.CONSULT).does(head(D1), RETURN, "08-03 17:00")
    walk(story, "08-04 09:00")
    assert story.issue.assignment.missed_by == (D1,)
    refused, approved = story.copy(), story
    refused.does(COORDINATOR, do.RuleReturn(ruling=do.Ruling.REFUSE, reason="属其职责"))
    assert refused.issue.assignment.missed_by == (D1,)
    assert approved.does(COORDINATOR, approve_return(D2)).issue.assignment.missed_by == ()


def test_a_unit_designated_again_keeps_its_order_and_its_miss() -> None:
    story = in_hand(urgency=Urgency.CONSULT).does(supervisor(G1), ORDER_BY_HAND)
    story.does(head(D1), RETURN, "08-03 17:00")
    walk(story, "08-04 09:00").does(COORDINATOR, designate(D1))
    assert (ordered(story), story.issue.assignment.missed_by) == ([D1], (D1,))


def test_a_unit_designated_again_has_no_more_time_than_if_its_return_had_been_refused() -> None:
    story = in_hand().does(head(D1), RETURN, "08-04 17:00")
    refused = story.copy().does(COORDINATOR, do.RuleReturn(ruling=do.Ruling.REFUSE, reason="属其职责"))
    story.does(COORDINATOR, designate(D1))
    assert [(clock.key, clock.open) for clock in story.issue.clocks] == [
        (clock.key, clock.open) for clock in refused.issue.clocks
    ]
    assert (story.issue.status, story.issue.assignment.designated, story.issue.assignment.earlier_holders) == (
        Status.IN_PROGRESS,
        True,
        (),
    )


def test_an_unsigned_criticism_goes_with_the_approved_return() -> None:
    story = dispatched().does(supervisor(G1), do.OpenDraft(paper=Paper.CRITICISM, ground="敷衍"))
    story.does(head(D1), RETURN).does(COORDINATOR, approve_return(D2))
    assert story.issue.supervision.open_drafts == ()


def test_while_its_ruling_is_late_the_unit_that_asked_is_not_pressed_for_the_result() -> None:
    """In the ruling's time it stays pressed, since asking gives no time; later it is not what keeps all waiting."""
    story = walk(returned(urgency=Urgency.CONSULT), "08-10 18:00")
    debtors = {alarm.rung: alarm.debtor for alarm in story.alarms if alarm.clock == "issue#1"}
    assert debtors[Rung.R2] == debtors[Rung.R3] == COORDINATION


# 7 · 差评督办自成一项 · the R2 of a bad rating has a key of its own


def again(story: Story, score: int = 1) -> Story:
    """Rated badly, and sent into another round."""
    return story.does(ENTERPRISE, rate(score, solved=False)).does(DEPUTY, do.Rework(reason="未办到位"))


def test_an_answer_rated_badly_presses_the_triager_and_the_third_time_calls_for_r4() -> None:
    story = told()
    for nth in (1, 2, 3):
        again(story.does(COORDINATOR, do.Answer(text="答复", how="电话")))
        second = story.alarms[-1] if nth < 3 else story.alarms[-2]
        assert (second.rung, second.ground, second.debtor) == (Rung.R2, "BAD_RATING", COORDINATION)
        assert set(second.told) == {LEADERS, Party(Desk.GROUP, G1)}
        assert story.issue.supervision.orders == (), "coordination is not ordered"
    assert story.alarms[-1].rung is Rung.R4
    assert story.issue.supervision.open_drafts[-1].reasons[0].ground is Ground.REWORKS


def test_a_hub_that_answered_badly_is_ordered() -> None:
    story = again(told(county=HUBBED).does(hub(HUBBED), do.Answer(text="答复", how="电话")))
    (order,) = story.issue.supervision.open_orders
    assert (order.unit, order.ground) == (HUBBED_HUB, "BAD_RATING")


def test_the_r2_of_a_bad_rating_uses_up_no_other() -> None:
    story = again(evaluating())
    assert [alarm.key for alarm in story.alarms if alarm.rung is Rung.R2] == ["solve#1/0/R2:BAD_RATING"]
    assert story.issue.supervision.orders[0].ground == "BAD_RATING"
    lifted(story)
    walk(story, "08-11 18:00")  # due 08-09, another working day, and one more
    assert "solve#1/0/R2" in [alarm.key for alarm in story.alarms]
    assert ordered(story) == [D1]
    assert head_of(D1) in heard(story, "order_issued")[-1][1]


def test_the_order_of_a_bad_rating_repeats_until_it_is_heeded_also_after_a_suspension() -> None:
    story = again(evaluating())
    walk(story, "08-04 09:00")
    told_again = [e.alarm for e in story.events if isinstance(e, ev.AlarmRepeated)]
    assert told_again.count("solve#1/0/R2:BAD_RATING") == 2
    story.does(head(D1), do.Acknowledge(alarm="solve#1/0/R2:BAD_RATING"))
    walk(story, "08-06 09:00")
    told_again = [e.alarm for e in story.events if isinstance(e, ev.AlarmRepeated)]
    assert told_again.count("solve#1/0/R2:BAD_RATING") == 2


# 9 · 人工督办单 · the order by hand


def test_an_order_by_hand_bars_return_and_transfer_only_after_the_return_window() -> None:
    story = in_hand().does(supervisor(G1), ORDER_BY_HAND)
    story.copy().does(head(D1), RETURN)
    story.copy().does(head(D1), transfer(D2))
    with pytest.raises(no.OrderHoldsUnit):
        story.copy().does(head(D1), transfer(D2), "08-04 18:00")
    with pytest.raises(no.OrderHoldsUnit):
        story.copy().does(head(D1), RETURN, "08-04 18:00")
    story.does(head(D1), RETURN, "08-04 17:59")


def test_an_order_by_hand_that_an_alarm_joined_is_one_of_the_clock() -> None:
    story = dispatched(urgency=Urgency.URGENT).does(supervisor(G1), ORDER_BY_HAND)
    walk(story, "08-03 18:00")  # the hour to sign, and a working day
    assert story.issue.supervision.orders[0].by_clock
    with pytest.raises(no.OrderHoldsUnit):
        story.does(head(D1), RETURN)


# 12 · 代为反馈 · the triager delivers


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
    assert story.issue.supervision.open_orders == ()


def test_a_hub_that_triages_hears_that_it_may_deliver() -> None:
    story = in_hand(county=HUBBED).does(head(D1), RESULT).does(hub(HUBBED), PASS)
    walk(story, "08-04 18:00")
    alarm = story.alarm("deliver#1", Rung.R2)
    assert alarm is not None
    assert alarm.told == (Party(Desk.UNIT, HUBBED_HUB),)
    story.does(hub(HUBBED), DELIVER)


# 13 · 收到 · acknowledging


def test_a_copied_groups_acknowledgement_stops_its_own_notice_and_not_the_debtors() -> None:
    story = walk(dispatched(), "08-03 18:00").does(supervisor(G1), do.Acknowledge(alarm="sign#1/0/R1"))
    walk(story, "08-05 09:00")
    again = [e.told for e in story.events if isinstance(e, ev.AlarmRepeated) and e.alarm == "sign#1/0/R1"]
    assert again == [(head_of(D1),), (head_of(D1),)]
    story.does(head(D1), do.Acknowledge(alarm="sign#1/0/R1"))
    walk(story, "08-10 09:00")
    again = [e.told for e in story.events if isinstance(e, ev.AlarmRepeated) and e.alarm == "sign#1/0/R1"]
    assert len(again) == 2


def test_the_debtors_acknowledgement_stops_it_for_all() -> None:
    story = walk(dispatched(), "08-03 18:00").does(head(D1), do.Acknowledge(alarm="sign#1/0/R1"))
    assert story.issue.supervision.unheeded == ()


def test_of_a_late_reply_the_orders_group_hears_not_the_issues() -> None:
    story = walk(dispatched(), "08-04 18:00").does(COORDINATOR, transfer(D3), "08-05 09:00")
    assert (story.issue.assignment.group, story.issue.supervision.orders[0].group) == (G2, G1)
    walk(story, "08-09 18:00")
    late = story.alarm("reply#1", Rung.R1)
    assert late is not None
    assert set(late.told) == {head_of(D1), Party(Desk.GROUP, G1)}


def test_a_lift_that_is_late_presses_the_orders_group() -> None:
    story = walk(dispatched(), "08-04 18:00").does(COORDINATOR, transfer(D3), "08-05 09:00")
    story.does(head(D1), do.ReplyOrder(order=story.issue.supervision.orders[0].no, text="已移交"))
    walk(story, "08-10 18:00")
    late = story.alarm("lift#1", Rung.R1)
    assert late is not None
    assert (late.debtor, late.told) == (Party(Desk.GROUP, G1), (Party(Desk.GROUP_LEADER, G1),))


def test_an_order_to_a_countys_leader_is_read_and_acknowledged_by_that_leader_alone() -> None:
    mine, other = Actor(Role.LDR, "leader of the county", PLAIN), Actor(Role.LDR, "leader of another", HUBBED)
    story = walk(dispatched(), "08-03 18:00")
    assert not may_read(story.issue, mine, POLICY), "no order yet"
    walk(story, "08-04 18:00")
    assert [may_read(story.issue, who, POLICY) for who in (mine, other, LEADER)] == [True, False, False]
    notice = do.Acknowledge(alarm="sign#1/0/R2")
    for stranger in (other, LEADER):
        with pytest.raises(no.NotYourIssue):
            story.does(stranger, notice)
    story.does(mine, notice)
    assert any(head_of(D1) in one.told for one in story.issue.supervision.unheeded), "its own only"
    story.does(head(D1), notice)
    assert may_read(story.issue, mine, POLICY), "also when nothing repeats any more"


@pytest.mark.parametrize("act", [do.Convene(topic="增容"), do.OpenDraft(paper=Paper.REPORT_UP, ground="超出权限")])
def test_a_countys_leader_does_not_act_for_the_city(act: do.Act) -> None:
    story = walk(dispatched(), "08-04 18:00")
    with pytest.raises(no.NotYourIssue):
        story.does(Actor(Role.LDR, "leader of the county", PLAIN), act)


# 16 · 延期与文稿 · extensions and papers


def extended_after_its_order() -> Story:
    story = in_hand().does(head(D1), REPORT).does(head(D1), extend("08-16 18:00"), "08-10 17:00")
    return walk(story, "08-12 18:00")


def test_an_approved_extension_ends_an_order_that_presses_only_the_extended_clock() -> None:
    story = extended_after_its_order()
    assert ordered(story) == [D1]
    story.does(COORDINATOR, approve(story))
    assert ordered(story) == []
    assert {head_of(D1), Party(Desk.GROUP, G1)} <= heard(story, "order_withdrawn")[-1][1]
    walk(story, "08-17 18:00")
    assert ordered(story) == [D1], "late again, and ordered again"


def test_an_extension_leaves_an_order_that_presses_something_else_too() -> None:
    story = in_hand().does(head(D1), extend("08-16 18:00"), "08-10 17:00")
    walk(story, "08-12 18:00").does(COORDINATOR, approve(story))  # no report: the order presses that as well
    assert ordered(story) == [D1]


def test_an_unsigned_criticism_outlives_the_close_and_may_be_signed_until_the_archive() -> None:
    story = withdrawn(drafted())
    paper = story.issue.supervision.drafts[0].no
    assert [one.no for one in story.issue.supervision.open_drafts] == [paper]
    archived = walk(story.copy(), "10-15 18:00")
    assert archived.issue.status is Status.ARCHIVED
    assert [e.draft for e in archived.events if isinstance(e, ev.DraftLapsed)] == [paper]
    assert [c.key for c in archived.issue.clocks if c.open] == []
    walk(story, "08-20 18:00").does(COORDINATOR, do.SignDraft(draft=paper))
    assert Party(Desk.BULLETIN) in story.recorded[-1].recipients
    assert not [e for e in story.events if isinstance(e, ev.Archived)]


def test_the_signer_of_a_paper_left_unsigned_after_the_close_is_pressed_until_the_archive() -> None:
    story = walk(withdrawn(drafted()), "09-01 18:00")
    assert {Rung.R1, Rung.R2} <= set(story.raised("sign_draft#1"))


def test_a_level_up_nobody_signed_lapses_with_the_close() -> None:
    story = in_hand().does(LEADER, do.OpenDraft(paper=Paper.LEVEL_UP, ground="跨部门"))
    assert withdrawn(story).issue.supervision.open_drafts == ()
    assert closed().issue.supervision.drafts == ()
