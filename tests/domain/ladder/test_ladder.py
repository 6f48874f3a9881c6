"""The ladder above R2, orders and objections, level-up, consultation, repeats: the sentences of docs/rules.md 5."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain import refusals as no
from bihuan.domain.access.authorization import may_read
from bihuan.domain.ladder.escalation import agenda
from bihuan.domain.ladder.papers import Ground, Paper
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.ladder.supervision import order_light
from bihuan.domain.loop.step import execute, fold, settle
from bihuan.domain.notifications.registry import urgent
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import NotPermitted, Refusal
from bihuan.domain.stage import Status
from bihuan.ledger.rows import highest_rung
from tests.support.small_city import (
    APPROVE_LEVEL_UP,
    ASK_LEVEL_UP,
    CONVENE,
    COORDINATOR,
    CRITICISE,
    D1,
    D2,
    D3,
    DELIVER,
    ENTERPRISE,
    FOREIGN,
    FORMER,
    G1,
    LEADER,
    ORDER_BY_HAND,
    OWN,
    PASS,
    PLAIN,
    PLAIN_HUB,
    POLICY,
    RESULT,
    RESUME,
    SEND_BACK,
    UNLISTED,
    URGE,
    USCC,
    Story,
    approve,
    asked_up,
    at,
    checking,
    closed,
    dispatched,
    drafted,
    evaluating,
    extend,
    handler,
    head,
    hub,
    in_consultation,
    in_hand,
    in_status,
    levelled_up,
    lift,
    objected,
    order_no,
    rate,
    rated,
    reply,
    supervisor,
    suspend,
    told,
    transfer,
    under_order,
    withdrawn,
)
from tests.support.table_of_acts import ACTS, Stands

UNIT, UNIT_HEAD, GROUP = Party(Desk.UNIT, D1), Party(Desk.UNIT_HEAD, D1), Party(Desk.GROUP, G1)
COORDINATION, LEADERS = Party(Desk.COORDINATION), Party(Desk.LEADER)
SECOND_COORDINATOR = Actor(Role.COO, "second coordinator")
APPROVE, REFUSE = do.Ruling.APPROVE, do.Ruling.REFUSE
OUTSIDE = {
    *(Desk.BULLETIN, Desk.COUNTY_LEADER, Desk.CITY_LEADER, Desk.GOVERNMENT_OFFICE, Desk.MAYOR, Desk.INSPECTION),
    *(Desk.DISCIPLINE, Desk.PROVINCE),
}


def refused(story: Story, who: Actor, act: do.Act, reason: type[Refusal], when: str | None = None) -> None:
    before = story.issue
    with pytest.raises(reason):
        story.does(who, act, when)
    assert story.issue is before


def walk(story: Story, until: str) -> Story:
    """As the timer does: look at every moment that falls due."""
    end = at(until)
    while (ahead := agenda(story.issue, POLICY)) and ahead[0].at <= end:
        story.until(max(ahead[0].at, story.now))
    return story.until(end)


def draft_no(story: Story) -> str:
    return story.issue.supervision.drafts[-1].no


def sign(story: Story, who: Actor = LEADER, when: str | None = None) -> Story:
    return story.does(who, do.SignDraft(draft=draft_no(story), text="同意"), when)


def outside(story: Story) -> set[Desk]:
    return {party.desk for one in story.recorded for party in one.recipients} & OUTSIDE


# 书面通报 · R3


def test_what_is_still_owed_five_working_days_after_the_due_moment_is_drafted_not_told() -> None:
    story = walk(dispatched(), "08-10 17:59")
    story.does(handler(D1), reply(story))  # the order is answered in time after all
    assert story.issue.supervision.open_drafts, "its late reply was R3 already"
    signed = walk(dispatched().does(handler(D1), do.Sign()), "08-12 17:59")
    assert [draft.rung for draft in signed.issue.supervision.drafts] == [Rung.R3]


def test_a_late_reply_is_r3_at_once_and_the_acts_own_r3_joins_its_paper() -> None:
    story = walk(dispatched(), "08-09 18:00")
    late = story.alarm("reply#1", Rung.R3)
    assert late is not None
    assert (late.moment, late.told) == (at("08-09 18:00"), ())
    (draft,) = story.issue.supervision.drafts
    assert (draft.paper, draft.rung, draft.to, draft.signer) == (Paper.CRITICISM, Rung.R3, UNIT, Role.COO)
    assert [reason.ground for reason in draft.reasons] == [Ground.REPLY_LATE]
    assert outside(story) == {Desk.COUNTY_LEADER}, "the order's audience; of the paper nobody outside has heard"
    (joined,) = walk(story, "08-10 18:00").issue.supervision.drafts
    assert [(reason.ground, reason.clock) for reason in joined.reasons] == [
        (Ground.REPLY_LATE, "reply#1"),
        (Ground.OVERDUE, "sign#1"),
    ]


def test_only_the_signature_tells_the_bulletin_and_the_vice_leader_of_the_area() -> None:
    story = drafted()
    opened = story.entries("draft_opened")[-1]
    assert set(opened.recipients) == {COORDINATION, GROUP}
    story.does(COORDINATOR, do.SignDraft(draft=draft_no(story)))
    told_now = set(story.recorded[-1].recipients)
    assert {Party(Desk.BULLETIN), Party(Desk.COUNTY_LEADER, PLAIN), UNIT_HEAD} <= told_now
    assert story.issue.supervision.drafts[-1].signed_by == COORDINATOR


def test_a_discarded_draft_tells_nobody_outside_and_keeps_its_reason() -> None:
    story = drafted()
    story.does(COORDINATOR, do.DiscardDraft(draft=draft_no(story), reason="已当面约谈"))
    assert not {party.desk for party in story.recorded[-1].recipients} & OUTSIDE
    assert story.issue.supervision.open_drafts == ()
    refused(story, COORDINATOR, do.SignDraft(draft=draft_no(story)), no.DraftNotOpen)


def test_coordination_does_not_sign_a_criticism_of_itself() -> None:
    story = walk(told(), "08-10 18:00")
    assert [(draft.to, draft.signer) for draft in story.issue.supervision.drafts] == [(COORDINATION, Role.LDR)]
    refused(story, COORDINATOR, do.SignDraft(draft=draft_no(story)), NotPermitted)
    sign(story)


def test_an_unsigned_paper_is_owed_in_a_working_day_and_raises_no_paper_of_its_own() -> None:
    story = walk(told(), "09-10 18:00")
    assert story.raised("sign_draft#1") == [Rung.R0, Rung.R1, Rung.R2]
    late = story.alarm("sign_draft#1", Rung.R1)
    assert late is not None
    assert late.debtor == LEADERS
    assert len(story.issue.supervision.drafts) == 1


def test_a_criticism_survives_the_late_act_and_the_close() -> None:
    story = drafted().does(handler(D1), do.Sign())
    assert len(story.issue.supervision.open_drafts) == 1
    withdrawn(story)
    assert len(story.issue.supervision.open_drafts) == 1


# 提级会商 · R4


def test_a_head_asks_coordination_rules_a_leader_signs() -> None:
    story = asked_up()
    assert (story.due("level_ruling#1"), story.issue.supervision.levelled_up) == (at("08-03 18:00"), False)
    story.does(COORDINATOR, APPROVE_LEVEL_UP)
    (draft,) = story.issue.supervision.drafts
    assert (draft.paper, draft.signer, draft.proposed_by) == (Paper.LEVEL_UP, Role.LDR, head(D1))
    assert Desk.CITY_LEADER not in outside(story)
    sign(story)
    assert Party(Desk.CITY_LEADER, USCC) in story.recorded[-1].recipients
    assert story.issue.status is Status.IN_PROGRESS, "an open item, not a status"
    assert (story.issue.supervision.levelled_up, story.due("level_up#1")) == (True, at("08-12 18:00"))


def test_a_refused_request_is_told_and_may_be_made_again() -> None:
    story = asked_up().does(COORDINATOR, do.RuleLevelUp(decision=REFUSE, reason="本级可办"))
    assert UNIT_HEAD in story.recorded[-1].recipients
    assert (story.issue.supervision.drafts, story.open_clocks(story.clock("level_ruling#1").obligation)) == ((), [])
    story.does(head(D1), ASK_LEVEL_UP)


def test_requester_and_approver_are_two_people() -> None:
    keyer = Actor(Role.COO, head(D1).person)
    refused(asked_up(), keyer, APPROVE_LEVEL_UP, no.HandlerMayNotJudge)
    story = in_hand().does(LEADER, do.OpenDraft(paper=Paper.REPORT_UP, ground="超出市级权限"))
    refused(story, LEADER, do.SignDraft(draft=draft_no(story)), no.OwnProposal)
    sign(story, Actor(Role.LDR, "another leader"))
    assert Party(Desk.PROVINCE) in story.recorded[-1].recipients


def second_unit_late() -> Story:
    """D1 lets the issue's time run out; coordination moves it to D2, whose own seven days run out as well."""
    story = walk(in_hand().does(handler(D1), do.Report(text="进展")), "08-12 18:00")
    story.does(head(D1), reply(story)).does(supervisor(G1), lift(story))
    story.does(COORDINATOR, transfer(D2), "08-13 09:00").does(handler(D2), do.Sign())
    return walk(story.does(handler(D2), do.Report(text="进展"), "08-16 09:00"), "08-24 18:00")


def test_two_units_that_missed_the_result_raise_r4_with_the_seconds_r1() -> None:
    story = second_unit_late()
    assert story.issue.assignment.missed_by == (D1, D2)
    levels = [alarm for alarm in story.alarms if alarm.rung is Rung.R4]
    assert [(alarm.clock, alarm.moment) for alarm in levels] == [("solve#1", at("08-24 18:00"))]
    assert story.issue.supervision.open_drafts[-1].reasons[0].ground is Ground.UNITS_MISSED


def test_one_unit_late_again_and_again_is_no_second_unit() -> None:
    assert not any(alarm.rung is Rung.R4 for alarm in walk(in_hand(), "09-01 17:59").alarms), "until R3 is ten days old"


def reworked(times: int) -> Story:
    story = evaluating()
    for _ in range(times):
        story.does(ENTERPRISE, rate(1, solved=False)).does(COORDINATOR, do.Rework(reason="未办到位"))
        story.does(head(D1), RESULT).does(COORDINATOR, PASS).does(head(D1), DELIVER)
    return story


@pytest.mark.parametrize(("times", "raised"), [(2, []), (3, ["solve#3"])])
def test_the_third_rework_raises_r4(times: int, raised: list[str]) -> None:
    assert [alarm.clock for alarm in reworked(times).alarms if alarm.rung is Rung.R4] == raised


def test_the_third_transfer_raises_r4() -> None:
    story = in_hand(FORMER).does(head(FORMER), transfer(D1)).does(head(D1), transfer(D2))
    assert not story.issue.supervision.drafts
    story.does(COORDINATOR, transfer(D3))
    assert [(one.rung, one.clock) for one in story.alarms if one.rung is Rung.R4] == [(Rung.R4, "solve#3")]
    assert story.issue.supervision.open_drafts[-1].reasons[0].ground is Ground.TRANSFERS


def test_a_second_ground_joins_a_level_up_that_stands() -> None:
    story = levelled_up().does(COORDINATOR, transfer(D2)).does(COORDINATOR, transfer(D3))
    story.does(COORDINATOR, transfer(PLAIN_HUB))
    (draft,) = story.issue.supervision.drafts
    assert [reason.ground for reason in draft.reasons] == [Ground.HEAD_ASKED, Ground.TRANSFERS]


def test_a_levelled_up_issue_is_always_called_back() -> None:
    story = levelled_up().does(head(D1), RESULT).does(COORDINATOR, PASS).does(head(D1), DELIVER)
    assert story.issue.supervision.orders == ()
    assert story.does(ENTERPRISE, rate(5, solved=True)).issue.status is Status.CALLBACK


def test_the_task_forces_time_stops_with_the_result_and_runs_on_at_a_send_back() -> None:
    story = levelled_up().does(head(D1), RESULT)
    assert not story.clock("level_up#1").running
    assert story.does(COORDINATOR, SEND_BACK).clock("level_up#1").running
    story.does(head(D1), RESULT).does(COORDINATOR, PASS)
    assert not story.clock("level_up#1").open


def test_an_unsigned_level_up_lapses_when_its_result_has_passed() -> None:
    story = asked_up().does(COORDINATOR, APPROVE_LEVEL_UP).does(head(D1), RESULT)
    assert story.issue.supervision.open_drafts, "a result not yet checked is no result"
    story.does(COORDINATOR, PASS)
    assert story.issue.supervision.open_drafts == ()
    assert story.names[-1] == "draft_lapsed"


def test_signed_while_a_result_is_checked_the_task_forces_time_stands_still() -> None:
    story = asked_up().does(COORDINATOR, APPROVE_LEVEL_UP).does(head(D1), RESULT)
    sign(story)
    assert not story.clock("level_up#1").running


def test_signed_while_the_issue_is_suspended_it_stands_still_until_the_issue_goes_on() -> None:
    story = asked_up().does(COORDINATOR, APPROVE_LEVEL_UP).does(head(D1), suspend("08-25 12:00"))
    story.does(COORDINATOR, approve(story))
    sign(story)
    assert not story.clock("level_up#1").running
    assert story.until("08-25 12:00").raised("level_up#1") == []
    assert story.clock("level_up#1").running


# 政府办 · 督办函 · 移交函 · 上报


def test_ten_days_of_a_level_up_raise_r5_and_ten_working_days_later_r6() -> None:
    story = walk(levelled_up(), "09-01 18:00")
    fifth, sixth = story.alarm("level_up#1", Rung.R5), story.alarm("level_up#1", Rung.R6)
    assert fifth is not None
    assert sixth is not None
    assert (fifth.moment, sixth.moment) == (at("08-12 18:00"), at("08-26 18:00"))
    papers = [draft.paper for draft in story.issue.supervision.drafts if draft.paper is not Paper.CRITICISM]
    assert papers == [Paper.LEVEL_UP, Paper.GOVERNMENT_STUDY, Paper.SUPERVISION_LETTER]
    assert not {Desk.MAYOR, Desk.INSPECTION, Desk.DISCIPLINE} & outside(story)


def test_where_the_limits_name_no_time_for_a_letter_a_level_up_ends_at_r5() -> None:
    issue = levelled_up().issue
    without = replace(
        issue, governance=replace(issue.governance, limits=replace(issue.governance.limits, letter_after=None))
    )
    assert [due.rung for due in agenda(without, POLICY) if due.clock == "level_up#1"] == [Rung.R0, Rung.R5]


def test_the_referral_follows_a_signed_letter_and_then_an_inspector_may_read() -> None:
    refer = do.OpenDraft(paper=Paper.REFERRAL_LETTER, ground="督办函后仍未办")
    story = walk(levelled_up(), "09-01 18:00")
    inspector = OWN[Role.INS]
    refused(story, COORDINATOR, refer, no.NoLetterYet)
    assert not may_read(story.issue, inspector, POLICY)
    letter = next(draft.no for draft in story.issue.supervision.drafts if draft.paper is Paper.SUPERVISION_LETTER)
    story.does(LEADER, do.SignDraft(draft=letter))
    assert {Party(Desk.INSPECTION)} <= set(story.recorded[-1].recipients)
    assert may_read(story.issue, inspector, POLICY)
    sign(story.does(COORDINATOR, refer))
    assert Party(Desk.DISCIPLINE) in story.recorded[-1].recipients


def test_a_group_proposes_a_criticism_and_nothing_higher() -> None:
    story = in_hand().does(supervisor(G1), CRITICISE)
    assert story.issue.supervision.drafts[-1].to == UNIT
    assert story.issue.supervision.drafts[-1].reasons[0].text == "敷衍应付"
    refused(story, supervisor(G1), do.OpenDraft(paper=Paper.LEVEL_UP, ground="x"), NotPermitted)


def test_the_ledger_shows_the_highest_rung_of_what_is_not_done() -> None:
    story = levelled_up()
    assert highest_rung(story.issue) == "R4"
    assert highest_rung(walk(story, "08-12 18:00").issue) == "R5"
    story.does(COORDINATOR, do.OpenDraft(paper=Paper.REPORT_UP, ground="超出市级权限"))
    sign(story, Actor(Role.LDR, "another leader"))
    assert highest_rung(story.issue) == "P"
    assert highest_rung(drafted().issue) == "R3"


# 会商


def test_a_consultation_tells_its_participants_and_keeps_what_it_decided() -> None:
    story = in_consultation()
    told_now = set(story.recorded[-1].recipients)
    assert {Party(Desk.UNIT, D2), Party(Desk.UNIT, D3), UNIT, GROUP} <= told_now
    assert story.due("consult#1") == at("08-09 18:00")
    minutes = do.RecordConsultation(
        consultation=story.issue.supervision.consultations[0].no,
        minutes="各方已到",
        decision="由金融局牵头",
        lead=D2,
        by=date(2021, 8, 20),
    )
    refused(story, OWN[Role.SVG], minutes, NotPermitted)
    holder = story.issue.assignment.holder
    story.does(SECOND_COORDINATOR, minutes)
    assert Party(Desk.UNIT, D3) in story.recorded[-1].recipients
    (held,) = story.issue.supervision.consultations
    assert (held.lead, str(held.by), held.open) == (D2, "2021-08-20", False)
    assert (story.issue.assignment.holder, story.issue.status) == (holder, Status.IN_PROGRESS), "on record only"
    story.does(LEADER, CONVENE)


def test_a_consultation_of_unknown_units_is_refused() -> None:
    refused(in_hand(), COORDINATOR, do.Convene(topic="x", participants=("D99",)), no.UnknownUnit)


# 督办单


def test_an_order_says_by_whom_on_what_paper_for_what_and_until_when() -> None:
    by_clock = walk(dispatched(), "08-04 18:00").issue.supervision.orders[0]
    by_hand = in_hand().does(supervisor(G1), ORDER_BY_HAND).issue.supervision.orders[0]
    for order in (by_clock, by_hand):
        assert order.authorisation_ref == "授权1号"
        assert order.team_leader == f"group-leader:{G1}"
        assert order.scope
        assert order.reply_due is not None
    assert (by_clock.issued_by, by_hand.issued_by) == (None, supervisor(G1))
    assert (by_hand.ground, by_hand.scope, by_hand.presses) == ("POOR_WORK", "限期办结并报告", ("issue#1",))
    assert by_clock.reply_due == at("08-09 18:00")


def test_an_order_by_hand_is_the_one_that_alarms_join() -> None:
    story = dispatched().does(supervisor(G1), ORDER_BY_HAND)
    assert story.issue.supervision.orders[0].presses == ("sign#1",)
    walk(story, "08-06 18:00")
    assert len(story.issue.supervision.orders) == 1
    assert {"sign#1", "report#1"} <= set(story.issue.supervision.orders[0].presses)


def test_where_no_group_is_named_coordination_orders_by_hand_and_leads() -> None:
    story = in_hand(county=UNLISTED).does(COORDINATOR, ORDER_BY_HAND)
    assert story.issue.supervision.orders[0].team_leader == "coordination-head"
    refused(in_hand(), COORDINATOR, ORDER_BY_HAND, NotPermitted)


def test_the_light_of_an_order_is_blue_near_its_reply_yellow_late_red_until_done() -> None:
    story = walk(dispatched(), "08-04 18:00")
    order = story.issue.supervision.orders[0]
    moments = {"08-04 18:00": Light.GREEN, "08-09 10:15": Light.BLUE, "08-09 18:00": Light.YELLOW}
    for moment, light in {**moments, "08-10 18:00": Light.RED, "08-20 09:00": Light.RED}.items():
        assert order_light(order, story.issue, POLICY, at(moment)) is light, moment
    story.does(head(D1), reply(story), "08-05 09:00")
    for moment in ("08-05 10:00", "08-20 09:00"):
        assert order_light(story.issue.supervision.orders[0], story.issue, POLICY, at(moment)) is Light.GREEN, (
            "the unit has replied"
        )
    story.does(supervisor(G1), do.ReturnReply(order=order.no, reason="答非所问"), "08-05 11:00")
    assert order_light(story.issue.supervision.orders[0], story.issue, POLICY, story.now) is Light.YELLOW, "poor"
    assert story.due("reply#2") == at("08-10 18:00")
    story.does(head(D1), reply(story)).does(handler(D1), do.Sign())
    assert order_light(story.issue.supervision.orders[0], story.issue, POLICY, at("08-20 09:00")) is Light.GREEN


def test_the_conclusion_of_a_lifted_order_goes_to_the_unit_it_names() -> None:
    story = under_order(Status.DISPATCHED)
    story.does(head(D1), reply(story)).does(supervisor(G1), lift(story))
    assert {UNIT, UNIT_HEAD, GROUP} <= set(story.recorded[-1].recipients)
    assert story.issue.supervision.orders[0].lifted_by == supervisor(G1)


# 督办申诉


def ruled(story: Story, who: Actor, decision: do.Ruling) -> Story:
    return story.does(who, do.RuleObjection(order=order_no(story), decision=decision, reason="经查"))


def test_an_upheld_objection_withdraws_the_order_and_tells_the_unit() -> None:
    story = objected()
    assert set(story.recorded[-1].recipients) == {COORDINATION, GROUP}
    assert story.issue.supervision.open_orders, "it stands meanwhile"
    ruled(story, COORDINATOR, APPROVE)
    assert story.issue.supervision.open_orders == ()
    assert {UNIT, UNIT_HEAD} <= set(story.recorded[-1].recipients)
    walk(story, "08-30 18:00")
    assert story.raised("reply#1") == []


def test_a_dismissed_objection_leaves_the_order_as_it_is_and_is_final() -> None:
    story = ruled(objected(), COORDINATOR, REFUSE)
    assert story.issue.supervision.open_orders
    refused(story, head(D1), do.ObjectOrder(order=order_no(story), reason="仍不服"), no.ObjectionMade)


def test_whoever_lifted_or_issued_an_order_is_recused() -> None:
    story = in_hand(county=UNLISTED).does(COORDINATOR, ORDER_BY_HAND)
    story.does(head(D1), do.ObjectOrder(order=order_no(story), reason="无据"))
    rule = do.RuleObjection(order=order_no(story), decision=APPROVE, reason="x")
    refused(story, COORDINATOR, rule, no.RecusedFromOrder)
    story.does(SECOND_COORDINATOR, rule)


def test_an_objection_is_made_within_thirty_days_even_after_the_close_and_holds_the_archive_back() -> None:
    story = under_order(Status.DISPATCHED)
    number = order_no(story)
    withdrawn(story, "08-06 09:00")
    refused(story.copy(), head(D1), do.ObjectOrder(order=number, reason="x"), no.ObjectionWindowOver, "09-03 18:00")
    story.does(head(D1), do.ObjectOrder(order=number, reason="系统故障"), "09-03 17:00")
    assert walk(story, "09-22 18:00").issue.status == Status.CLOSED, "who objected is owed an answer first"
    ruled(story, COORDINATOR, APPROVE)
    assert walk(story, "09-23 18:00").issue.status == Status.ARCHIVED


def test_an_objection_not_ruled_on_in_thirty_days_presses_coordination() -> None:
    story = walk(objected(), "09-06 18:00")
    assert Rung.R1 in story.raised("objection#1")
    late = story.alarm("objection#1", Rung.R1)
    assert late is not None
    assert late.debtor == COORDINATION


# 催办 · by hand


def test_urging_tells_the_units_head_and_the_group_once_a_working_day() -> None:
    story = in_hand().does(COORDINATOR, URGE, "08-03 10:00")
    assert set(story.recorded[-1].recipients) == {UNIT_HEAD, GROUP}
    refused(story, hub(PLAIN), URGE, no.UrgedToday, "08-04 08:29")
    story.does(hub(PLAIN), URGE, "08-04 08:30")


def test_an_urge_on_friday_allows_the_next_on_monday() -> None:
    story = in_hand().does(COORDINATOR, URGE, "08-06 10:00")
    refused(story, COORDINATOR, URGE, no.UrgedToday, "08-08 10:00")
    story.does(COORDINATOR, URGE, "08-09 08:30")


def test_where_no_unit_owes_anything_whoever_does_is_urged() -> None:
    story = told(county=UNLISTED, liaison="").does(COORDINATOR, URGE)
    assert set(story.recorded[-1].recipients) == {Party(Desk.COORDINATION_HEAD), COORDINATION}
    refused(evaluating(), COORDINATOR, URGE, no.NobodyOwes)


# 重发 · repeats


def repeats(story: Story, alarm: str) -> list[tuple[int, datetime]]:
    events = [e for e in story.events if isinstance(e, ev.AlarmRepeated) and e.alarm == alarm]
    return [(event.count, event.moment) for event in events]


def test_an_unheeded_notice_repeats_at_the_opening_of_each_working_day_five_times() -> None:
    story = walk(dispatched(), "08-20 18:00")
    openings = ["08-04 08:30", "08-05 08:30", "08-06 08:30", "08-09 08:30", "08-10 08:30"]
    assert repeats(story, "sign#1/0/R1") == [(n, at(when)) for n, when in enumerate(openings, 1)]
    again = next(one for one in story.entries("alarm_repeated"))
    first = story.alarm("sign#1", Rung.R1)
    assert first is not None
    assert set(again.recipients) == set(first.told)
    assert story.raised("sign#1").count(Rung.R1) == 1, "the same alarm, a new notice"


def test_an_order_repeats_to_whom_it_was_sent_until_the_unit_replies() -> None:
    story = walk(dispatched(), "08-06 09:00")
    assert [count for count, _ in repeats(story, "sign#1/0/R2")] == [1, 2]
    (issued,) = story.entries("order_issued")
    told_again = [one for one in story.entries("alarm_repeated") if getattr(one.event, "rung", "") == Rung.R2]
    assert set(told_again[0].recipients) == set(issued.recipients)
    walk(story.does(head(D1), reply(story)), "08-20 18:00")
    assert len(repeats(story, "sign#1/0/R2")) == 2


def test_acknowledging_stops_the_repeat_and_not_the_clock() -> None:
    story = walk(dispatched(), "08-03 18:00")
    notice = do.Acknowledge(alarm="sign#1/0/R1")
    for stranger in (head(D2), supervisor("G2"), OWN[Role.COO], LEADER):
        refused(story, stranger, notice, NotPermitted)
    story.does(head(D1), notice)
    refused(story, head(D1), notice, NotPermitted)
    walk(story, "08-10 18:00")
    assert repeats(story, "sign#1/0/R1") == []
    assert story.raised("sign#1") == [Rung.R0, Rung.R1, Rung.R2, Rung.R3]


def test_a_group_copied_may_acknowledge_its_own_copy() -> None:
    story = walk(dispatched(), "08-03 18:00").does(supervisor(G1), do.Acknowledge(alarm="sign#1/0/R1"))
    assert [one.told for one in story.issue.supervision.unheeded] == [(UNIT_HEAD,)]


def test_what_is_done_repeats_no_more() -> None:
    story = walk(dispatched().until("08-03 18:00").does(handler(D1), do.Sign()), "08-20 18:00")
    assert repeats(story, "sign#1/0/R1") == []


def test_after_an_outage_a_notice_repeats_once_marked_late_and_goes_on_with_the_next_opening() -> None:
    story = walk(dispatched(), "08-03 18:00").until("08-06 10:00")
    (first,) = [e for e in story.events if isinstance(e, ev.AlarmRepeated) and e.alarm == "sign#1/0/R1"]
    assert (first.moment, first.late) == (at("08-04 08:30"), True)
    walk(story, "08-09 08:30")
    assert repeats(story, "sign#1/0/R1")[1:] == [(2, at("08-09 08:30"))]


def test_an_issue_under_a_policy_that_knows_no_such_ladder_keeps_the_one_it_was_promised() -> None:
    issue = dispatched().issue
    former = replace(issue.governance.limits, crit_after=None, level_up=None, sign_draft=None, repeat_every=None)
    after = settle(replace(issue, governance=replace(issue.governance, limits=former)), at("09-15 18:00"), POLICY)
    rungs = {one.event.rung for one in after.recorded if isinstance(one.event, ev.AlarmRaised)}
    assert rungs == {Rung.R0, Rung.R1, Rung.R2}
    assert not any(isinstance(one.event, ev.AlarmRepeated | ev.DraftOpened) for one in after.recorded)


def test_how_often_a_notice_repeats_is_policy() -> None:
    quiet = replace(POLICY, repeats_max=0)
    issue = walk(dispatched(), "08-03 18:00").issue
    assert all(due.repeat == 0 for due in agenda(issue, quiet))


def at_work() -> Story:
    return in_hand().does(head(D1), do.Report(text="进展"), "08-04 10:00")


def test_a_deadline_that_was_put_off_silences_the_notice_until_it_is_missed_again() -> None:
    story = walk(at_work().does(head(D1), extend("08-16 18:00"), "08-10 17:00"), "08-12 10:00")
    assert repeats(story, "issue#1/0/R1") == [(1, at("08-12 08:30"))]
    walk(story.does(COORDINATOR, approve(story)), "08-18 09:00")
    assert len(repeats(story, "issue#1/0/R1")) == 1
    assert repeats(story, "issue#1/1/R1") == [(1, at("08-17 08:30")), (2, at("08-18 08:30"))]


def test_a_notice_of_what_is_late_rests_while_the_issue_is_suspended_and_goes_on_after_it() -> None:
    story = walk(at_work(), "08-12 09:00").does(head(D1), suspend("08-20 18:00"))
    walk(story.does(COORDINATOR, approve(story), "08-12 10:00"), "08-16 10:00")
    before = repeats(story, "issue#1/0/R1")
    assert before == [(1, at("08-12 08:30"))]
    walk(story.does(COORDINATOR, RESUME), "08-18 09:00")
    assert repeats(story, "issue#1/0/R1") == [*before, (2, at("08-17 08:30")), (3, at("08-18 08:30"))]


def test_the_task_forces_time_stands_still_while_the_issue_is_suspended() -> None:
    story = levelled_up()
    due = story.due("level_up#1")
    assert due is not None
    story.does(head(D1), suspend("08-09 10:00"), "08-04 09:30")
    story.does(COORDINATOR, approve(story), "08-04 10:00").until("08-09 10:01")
    assert story.due("level_up#1") == due + timedelta(days=5)
    assert story.raised("level_up#1") == []


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
        assert all(party.ref for party in one.recipients if party.desk in NEEDS_A_NAME), one.event.event
        quiet = isinstance(one.event, ev.AlarmRaised) and one.event.rung is Rung.R3
        assert one.recipients or quiet or isinstance(one.event, ev.DraftJoined), one.event.event


# Urgency of what is told


def test_urgent_issues_and_r2_and_above_do_not_wait_for_office_hours() -> None:
    story = walk(dispatched(), "08-10 18:00")
    by_rung = {alarm.rung: urgent(alarm, story.issue) for alarm in story.alarms}
    assert by_rung == {Rung.R0: False, Rung.R1: False, Rung.R2: True, Rung.R3: True}
    stoppage = told(urgency=Urgency.URGENT)
    assert all(urgent(event, stoppage.issue) for event in stoppage.events)


# Who may do what to something that lies there


def waiting(act: str) -> tuple[Story, do.Act]:
    """An issue on which the act can be done, and the act."""
    match act:
        case "acknowledge":
            return walk(dispatched(), "08-03 18:00"), do.Acknowledge(alarm="sign#1/0/R1")
        case "return_reply":
            story = under_order(Status.DISPATCHED)
            story.does(head(D1), reply(story))
            return story, do.ReturnReply(order=order_no(story), reason="答非所问")
        case "object_order":
            story = under_order(Status.DISPATCHED)
            return story, do.ObjectOrder(order=order_no(story), reason="不属实")
        case "rule_objection":
            story = objected()
            return story, do.RuleObjection(order=order_no(story), decision=REFUSE, reason="有据")
        case "rule_level_up":
            return asked_up(), APPROVE_LEVEL_UP
        case "record_consultation":
            story = in_hand().does(OWN[Role.SVG], CONVENE)
            number = story.issue.supervision.consultations[0].no
            return story, do.RecordConsultation(consultation=number, minutes="x", decision="x")
        case "open_draft":
            return in_hand(), CRITICISE
        case "sign_draft":
            return drafted(), do.SignDraft(draft=draft_no(drafted()))
        case _:
            return drafted(), do.DiscardDraft(draft=draft_no(drafted()), reason="已办")


MAY = {
    "acknowledge": {Role.HED, Role.SUP},
    "return_reply": {Role.SUP},
    "object_order": {Role.HED, Role.DEP},
    "rule_objection": {Role.COO},
    "rule_level_up": {Role.COO},
    "record_consultation": {Role.SVG, Role.COO},
    "open_draft": {Role.COO, Role.LDR, Role.SUP},
    "sign_draft": {Role.COO},
    "discard_draft": {Role.COO},
}
"""Of an issue of the plain county that D1 holds; whoever shares a role without sharing the issue may not."""
WHATEVER_THE_ISSUE = {Stands.ANYHOW, Stands.SIGNER}


@pytest.mark.parametrize("act", sorted(MAY))
def test_what_lies_there_is_for_whom_the_table_names(act: str) -> None:
    story, command = waiting(act)
    for role in Role:
        for own, who in ((True, OWN[role]), (False, FOREIGN[role])):
            anyhow = bool(ACTS[act].who.get(role, frozenset()) & WHATEVER_THE_ISSUE)
            may = role in MAY[act] and (own or anyhow)
            try:
                execute(story.issue, do.Command("c", who, command), story.now, POLICY)
            except NotPermitted:
                assert not may, f"{act} by {own} {role}"
            else:
                assert may, f"{act} by {own} {role}"
                assert role in ACTS[act].who


@pytest.mark.parametrize("start", [levelled_up, drafted, objected, in_consultation, second_unit_late, checking, closed])
def test_what_the_ladder_did_folds_to_the_same_issue(start: Callable[[], Story]) -> None:
    story = start()
    assert fold(story.issue.issue_no, story.recorded) == story.issue
    assert may_read(levelled_up().issue, LEADER, POLICY)
    assert not may_read(in_status(Status.IN_PROGRESS).issue, LEADER, POLICY)
    assert rated(5).issue.supervision.drafts == ()


# 了结 · the end


def ended_to(story: Story) -> set[Party]:
    return set(story.entries("withdrawn")[-1].recipients)


def test_whoever_was_alerted_hears_when_it_is_over() -> None:
    reminded = withdrawn(walk(dispatched(), "08-03 17:00"))
    assert [alarm.rung for alarm in reminded.alarms] == [Rung.R0]
    assert not ended_to(reminded) & {UNIT_HEAD, GROUP}, "a reminder is no alert"
    urged = withdrawn(walk(dispatched(), "08-03 18:00"))
    assert ended_to(urged) == ended_to(reminded) | {UNIT_HEAD, GROUP}
    ordered = walk(dispatched(), "08-06 09:00")
    told_of_order = set(ordered.entries("order_issued")[0].recipients)
    assert Party(Desk.COUNTY_LEADER, ordered.issue.matter.county) in told_of_order
    assert told_of_order <= ended_to(withdrawn(ordered))


def test_who_acknowledged_an_alert_hears_of_the_end_all_the_same() -> None:
    story = walk(dispatched(), "08-03 18:00").does(head(D1), do.Acknowledge(alarm="sign#1/0/R1"))
    assert {UNIT_HEAD, GROUP} <= ended_to(withdrawn(story))


def test_an_alert_from_before_it_was_reopened_is_over() -> None:
    story = withdrawn(walk(dispatched(), "08-03 18:00"))
    withdrawn(story.does(ENTERPRISE, do.Reopen(reason="复发")))
    assert not ended_to(story) & {UNIT_HEAD, GROUP}
