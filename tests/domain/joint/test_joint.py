"""Joint handling: units that each owe the lead a part in three working days (docs/rules.md 7.3; issue 4, item 2)."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain import refusals as no
from bihuan.domain.access.authorization import may_read, permitted
from bihuan.domain.clocks.trace import ClockChangeKind, explain_clocks
from bihuan.domain.joint.values import PartState
from bihuan.domain.ladder.escalation import light
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor
from bihuan.domain.refusals import Refusal
from bihuan.domain.stage import Status
from tests.support.small_city import (
    CALENDAR,
    COORDINATOR,
    D1,
    D2,
    D3,
    DELIVER,
    DEPUTY,
    ENTERPRISE,
    G1,
    HUBBED,
    HUBBED_HUB,
    LIAISON,
    NOT_SOLVED,
    NOTE,
    PASS,
    POLICY,
    RESULT,
    RESUME,
    RETURN,
    REVISED,
    SEND_BACK,
    TERMINATE,
    Story,
    accepted,
    approve,
    approve_return,
    at,
    designate,
    extend,
    handler,
    head,
    hold,
    hub,
    in_hand,
    lift,
    order_no,
    rate,
    refuse_return,
    reply,
    returned,
    supervisor,
    suspend,
    transfer,
    withdrawn,
)

HANDED_OVER = do.HandOver(unit=D1, requirement="本周答复", co_units=(D2, D3))
PART = do.SubmitPart(text="容量已核定", evidence=("核定书",))
TASK = "核定容量"
ASK = do.AddAssist(unit=D2, task=TASK)
TAKE = do.AcceptPart(unit=D2)
RETURN_PART = do.ReturnPart(unit=D2, reason="缺图纸")
RELEASE = do.ReleaseAssist(unit=D2, reason="已不需要")
REGARDLESS = do.SubmitResult(outcome=RESULT.outcome, text="已增容", open_parts_reason="核定不影响送电")
DUE = "08-05 18:00"
"""Three working days after Monday the second of August."""
ALL_RUNGS = [Rung.R0, Rung.R1, Rung.R2]


def assisted() -> Story:
    """D1 holds, has signed and reported; D2 owes it a part."""
    return in_hand().does(handler(D1), do.Report(text="进展")).does(head(D1), ASK)


def handed_in() -> Story:
    return assisted().does(head(D2), PART)


def refused(story: Story, who: Actor, act: do.Act, reason: type[Refusal]) -> None:
    with pytest.raises(reason):
        story.copy().does(who, act)


def states(story: Story) -> list[tuple[str, PartState]]:
    return [(part.unit, part.state) for part in story.issue.parts]


# Naming


def test_the_hand_over_names_the_lead_and_the_units_that_assist_it() -> None:
    story = accepted().does(COORDINATOR, HANDED_OVER)
    assert story.names[-3:] == ["dispatched", "assist_added", "assist_added"]
    assert story.issue.assignment.holder == D1
    assert [(part.unit, part.task) for part in story.issue.parts] == [(D2, "本周答复"), (D3, "本周答复")]
    assert [story.due(part.clock) for part in story.issue.parts] == [at(DUE), at(DUE)]
    tell = [set(entry.recipients) for entry in story.entries("assist_added")]
    assert tell == [{Party(Desk.UNIT, D2), Party(Desk.UNIT, D1)}, {Party(Desk.UNIT, D3), Party(Desk.UNIT, D1)}]


def test_the_lead_or_coordination_names_one_afterwards() -> None:
    for who in (head(D1), COORDINATOR):
        story = in_hand().does(who, ASK, "08-04 10:00")
        assert story.due("assist#1") == at("08-09 18:00")
    refused(in_hand(), handler(D1), ASK, no.RoleNotAllowed)
    refused(in_hand(), supervisor(G1), ASK, no.RoleNotAllowed)


def test_a_designation_and_a_transfer_may_name_them_too_the_former_holder_among_them() -> None:
    story = returned().does(COORDINATOR, do.Designate(unit=D2, reason="指定", co_units=(D1,)))
    assert states(story) == [(D1, PartState.OWED)]
    moved = in_hand().does(head(D1), do.Transfer(unit=D2, basis="权限", co_units=(D1, D3)))
    assert states(moved) == [(D1, PartState.OWED), (D3, PartState.OWED)]
    assert moved.issue.assignment.holder == D2


def test_a_unit_that_assisted_before_may_be_named_again_with_a_clock_of_its_own() -> None:
    story = handed_in().does(head(D1), TAKE).does(head(D1), ASK)
    assert [part.clock for part in story.issue.parts] == ["assist#1", "assist#2"]
    assert states(story) == [(D2, PartState.ACCEPTED), (D2, PartState.OWED)]


def test_a_command_without_the_new_fields_keeps_the_fingerprint_it_had_before_them() -> None:
    """Computed by the release that knew no assisting units; a repetition across the upgrade is still a repetition."""
    assert do.fingerprint(COORDINATOR, do.HandOver(unit=D1)) == "d33fff61d25fcfd45bdbc87f79d982fc"
    assert do.fingerprint(COORDINATOR, HANDED_OVER) != do.fingerprint(COORDINATOR, do.HandOver(unit=D1))


# The part, to and fro


def test_a_part_handed_in_goes_to_the_lead_and_is_accepted_by_it() -> None:
    story = assisted().does(head(D2), PART, "08-03 10:00")
    (submitted,) = story.entries("part_submitted")
    assert submitted.recipients == (Party(Desk.UNIT, D1),)
    (part,) = story.issue.parts
    assert (part.state, part.text, part.evidence) == (PartState.HANDED_IN, "容量已核定", ("核定书",))
    story.does(head(D1), TAKE, "08-04 10:00")
    assert states(story) == [(D2, PartState.ACCEPTED)]
    assert story.clock("assist#1").met_at == at("08-03 10:00")
    assert story.until("08-20 10:00").raised("assist#1") == []


def test_a_part_returned_runs_on_as_if_it_had_not_been_handed_in() -> None:
    """Returning gives no free time: what passed meanwhile is raised then."""
    story = assisted().does(head(D2), PART, "08-05 17:00").does(head(D1), RETURN_PART, "08-09 10:00")
    assert story.due("assist#1") == at(DUE)
    assert story.issue.parts[0].reason == "缺图纸"
    story.until("08-09 10:01")
    assert story.raised("assist#1") == ALL_RUNGS
    assert [entry.at for entry in story.entries("alarm_raised")][-2:] == [at("08-09 10:01")] * 2
    (returned_,) = story.entries("part_returned")
    assert returned_.recipients == (Party(Desk.UNIT, D2),)


def test_a_released_unit_owes_nothing_more() -> None:
    for who in (head(D1), COORDINATOR):
        story = assisted().does(who, RELEASE).until("08-10 10:00")
        assert states(story) == [(D2, PartState.RELEASED)]
        assert story.raised("assist#1") == []
        assert story.clock("assist#1").taken
        assert not permitted(story.issue, head(D1), story.now, POLICY)["submit_result"]
    (released,) = story.entries("assist_released")
    assert set(released.recipients) == {Party(Desk.UNIT, D1), Party(Desk.UNIT, D2)}


def test_releasing_what_was_handed_in_does_not_undo_that_it_was_done() -> None:
    story = handed_in().does(head(D1), RELEASE)
    assert not story.clock("assist#1").taken


def test_an_assisting_unit_does_nothing_that_is_the_leads() -> None:
    story = assisted()
    may = permitted(story.issue, head(D2), story.now, POLICY)
    assert {act for act, refusal in may.items() if refusal is None} == {"submit_part", "note"}
    story.does(head(D1), REGARDLESS).does(COORDINATOR, PASS)
    refused(story, head(D2), DELIVER, no.NotYourIssue)


# The ladder


def test_a_late_part_climbs_the_ladder_of_a_unit() -> None:
    story = assisted().until("08-06 18:00")
    warned, urged, pressed = (story.alarm("assist#1", rung) for rung in ALL_RUNGS)
    assert warned is not None
    assert urged is not None
    assert pressed is not None
    assert (warned.moment, urged.moment, pressed.moment) == (at("08-05 10:15"), at(DUE), at("08-06 18:00"))
    assert {warned.debtor, urged.debtor, pressed.debtor} == {Party(Desk.UNIT, D2)}
    assert warned.told == (Party(Desk.UNIT, D2), Party(Desk.LIAISON, LIAISON.person))
    assert urged.told == (Party(Desk.UNIT_HEAD, D2), Party(Desk.GROUP, G1))
    assert pressed.told == (), "the order tells them"


def test_where_no_order_stands_it_is_issued_to_the_assisting_unit_in_the_groups_name() -> None:
    story = assisted().until("08-06 18:00")
    (order,) = story.issue.supervision.orders
    assert (order.unit, order.group, order.presses) == (D2, G1, ("assist#1",))
    (issued,) = story.entries("order_issued")
    assert Party(Desk.UNIT_HEAD, D2) in issued.recipients
    refused(story, head(D1), reply(story), no.NotYourIssue)
    assert story.issue.clocks[-1].unit == D2, "it owes the reply"


def test_the_order_names_the_assisting_unit_so_it_does_not_bind_the_lead() -> None:
    story = assisted().until("08-06 18:00")
    refused(story, head(D1), transfer(D3), no.TransferWindowOver)
    assert story.does(COORDINATOR, transfer(D3)).issue.assignment.holder == D3
    assert [order.unit for order in story.issue.supervision.open_orders] == [D2]


def test_an_order_for_a_part_stands_with_its_unit_that_becomes_the_lead_and_does_not_bind_it_as_such() -> None:
    """A part taken away is not done; what the unit owed as an assistant bars none of its acts as the lead (3.0a, 1)."""
    story = assisted().until("08-06 18:00").does(COORDINATOR, transfer(D2), "08-09 09:00")
    assert states(story) == [(D2, PartState.RELEASED)]
    assert [order.unit for order in story.issue.supervision.open_orders] == [D2]
    story.copy().does(head(D2), RETURN)
    story.copy().does(head(D2), transfer(D3))
    story.until("08-11 18:00")  # its own signature is late by a working day: that joins the order it has
    refused(story, head(D2), transfer(D3), no.OrderHoldsUnit)


def test_each_assisting_unit_has_its_own_order_beside_the_leads() -> None:
    story = accepted().does(COORDINATOR, HANDED_OVER).until("08-06 18:00")
    presses = {order.unit: order.presses for order in story.issue.supervision.orders}
    assert presses == {D1: ("sign#1", "report#1"), D2: ("assist#1",), D3: ("assist#2",)}
    refused(story, head(D2), do.ReplyOrder(order=story.issue.supervision.orders[0].no, text="x"), no.NotYourIssue)


def test_each_order_ends_when_its_own_units_act_is_done() -> None:
    story = assisted().until("08-11 10:00").does(head(D1), REGARDLESS).does(COORDINATOR, SEND_BACK)
    story.until("08-12 18:00")
    assert [(order.unit, order.presses) for order in story.issue.supervision.open_orders] == [
        (D2, ("assist#1",)),
        (D1, ("issue#1",)),
    ]
    story.does(head(D2), PART)
    assert [order.unit for order in story.issue.supervision.open_orders] == [D1]
    story.does(head(D1), RESULT)
    assert story.issue.supervision.open_orders == ()


def test_a_part_that_is_released_does_not_hold_the_leads_order() -> None:
    """An order stays with the unit it names; another unit's part taken away is not what that unit left undone."""
    story = accepted().does(COORDINATOR, do.HandOver(unit=D1, co_units=(D2,))).until("08-06 18:00")
    story.does(COORDINATOR, RELEASE, "08-06 19:00")
    story.does(handler(D1), do.Sign()).does(handler(D1), do.Report(text="进展"))
    assert [order.unit for order in story.issue.supervision.open_orders] == [D2]


def test_an_order_to_a_released_unit_stands_until_its_group_lifts_it() -> None:
    story = assisted().until("08-06 18:00").does(head(D1), RELEASE)
    assert [order.unit for order in story.issue.supervision.open_orders] == [D2]
    assert may_read(story.issue, handler(D2), POLICY)
    story.does(handler(D2), reply(story)).does(supervisor(G1), lift(story))
    assert story.issue.supervision.open_orders == ()


def test_an_order_ends_with_the_part_and_stands_again_with_its_return() -> None:
    story = assisted().until("08-06 18:00")
    number = order_no(story)
    story.does(head(D2), PART)
    assert story.issue.supervision.open_orders == ()
    story.does(head(D1), RETURN_PART)
    assert [(order.no, order.open) for order in story.issue.supervision.orders] == [(number, True)]


def test_the_light_and_what_is_due_next_count_the_part() -> None:
    story = in_hand().does(handler(D1), do.Report(text="进展")).does(head(D1), ASK)
    due = next_due(story.issue, POLICY)
    assert due is not None
    assert (due.clock, due.at, due.owes) == ("assist#1", at(DUE), "unit:D2")
    assert light(story.issue, POLICY, at("08-05 10:14")) is Light.GREEN
    assert light(story.issue, POLICY, at("08-05 10:15")) is Light.BLUE
    assert light(story.issue, POLICY, at(DUE)) is Light.RED


def test_a_part_never_moves_the_issues_deadline() -> None:
    story = in_hand()
    due = story.due("issue#1")
    for who, act in ((head(D1), ASK), (head(D2), PART), (head(D1), RETURN_PART), (head(D1), RELEASE)):
        assert story.does(who, act).due("issue#1") == due


# The result


def test_a_result_with_a_part_still_owed_says_why_it_does_not_wait() -> None:
    story = assisted()
    with pytest.raises(no.OpenPartsNeedReason) as said:
        story.copy().does(head(D1), RESULT)
    assert said.value.field == "open_parts_reason"
    assert D2 in said.value.sentence_zh
    story.does(head(D1), REGARDLESS)
    (result,) = story.entries("result_submitted")
    assert set(result.recipients) == {Party(Desk.COORDINATION), Party(Desk.UNIT, D2)}
    assert story.until("08-20 10:00").raised("assist#1") == [], "the part waits with the result"


def test_what_was_handed_in_is_taken_up_by_the_result_without_a_reason() -> None:
    story = handed_in()
    met_at = story.clock("assist#1").met_at
    story.does(head(D1), RESULT)
    assert story.clock("assist#1").met_at == met_at != story.now
    assert story.names[-2:] == ["result_submitted", "part_accepted"]
    assert states(story) == [(D2, PartState.ACCEPTED)]
    story.does(COORDINATOR, SEND_BACK).until("08-10 10:00")
    assert story.raised("assist#1") == [], "sending the result back takes nothing back from the unit that did its part"


def test_a_result_sent_back_lets_the_part_run_on_and_a_check_passed_ends_it() -> None:
    story = assisted().does(head(D1), REGARDLESS, "08-03 10:00").does(COORDINATOR, SEND_BACK, "08-04 10:00")
    (sent_back,) = story.entries("sent_back")
    assert set(sent_back.recipients) == {Party(Desk.UNIT, D1), Party(Desk.UNIT, D2)}
    assert story.due("assist#1") == at(DUE)
    assert story.copy().until("08-06 18:00").raised("assist#1") == ALL_RUNGS
    story.does(head(D1), REGARDLESS).does(COORDINATOR, PASS)
    assert states(story) == [(D2, PartState.LAPSED)]
    refused(story, head(D2), PART, no.NotYourIssue)


def test_another_round_begins_without_the_parts_of_the_last() -> None:
    story = assisted().does(head(D1), REGARDLESS).does(COORDINATOR, PASS).does(head(D1), DELIVER)
    story.does(ENTERPRISE, rate(1, solved=False)).does(COORDINATOR, NOT_SOLVED)
    assert story.issue.status is Status.IN_PROGRESS
    assert story.issue.open_parts == ()
    assert story.does(head(D1), ASK).issue.part(D2) is not None


def test_closing_ends_every_part_and_its_unit_hears_of_it() -> None:
    story = withdrawn(assisted())
    assert states(story) == [(D2, PartState.LAPSED)]
    assert not any(clock.open for clock in story.issue.clocks if clock.key == "assist#1")
    (entry,) = story.entries("withdrawn")
    assert Party(Desk.UNIT, D2) in entry.recipients


# The lead passes on


@pytest.mark.parametrize("route", ["transfer", "reassign", "designate"])
def test_a_part_goes_on_for_the_new_lead_on_the_same_clock(route: str) -> None:
    story = assisted()
    due = story.due("assist#1")
    if route == "transfer":
        story.does(head(D1), transfer(D3))
    else:
        story.does(head(D1), RETURN).does(COORDINATOR, approve_return(D3) if route == "reassign" else designate(D3))
    assert states(story) == [(D2, PartState.OWED)]
    assert story.due("assist#1") == due
    assert Party(Desk.UNIT, D2) in story.entries("dispatched")[-1].recipients
    story.does(head(D2), PART)
    refused(story, head(D1), TAKE, no.NotYourIssue)
    story.does(head(D3), do.Sign()).does(head(D3), TAKE)
    assert states(story) == [(D2, PartState.ACCEPTED)]


def test_a_unit_that_becomes_the_lead_owes_no_part_to_itself() -> None:
    story = assisted().does(head(D1), transfer(D2))
    assert states(story) == [(D2, PartState.RELEASED)]
    done = handed_in().does(head(D1), transfer(D2))
    assert states(done) == [(D2, PartState.ACCEPTED)]


def test_while_a_return_is_reviewed_the_part_runs_and_may_be_handed_in() -> None:
    story = assisted().does(head(D1), RETURN).does(head(D2), PART)
    assert states(story) == [(D2, PartState.HANDED_IN)]
    assert story.does(COORDINATOR, refuse_return()).does(head(D1), TAKE).issue.open_parts == ()


# Who reads, who judges


def test_an_assisting_unit_reads_and_notes_and_goes_on_reading() -> None:
    story = assisted()
    for who in (head(D2), handler(D2)):
        assert may_read(story.issue, who, POLICY)
        story.does(who, NOTE)
    story.does(head(D1), RELEASE)
    assert may_read(story.issue, head(D2), POLICY)
    assert not may_read(story.issue, head(D3), POLICY)


def test_the_hub_of_another_county_assists_and_reads() -> None:
    story = in_hand().does(head(D1), do.AddAssist(unit=HUBBED_HUB, task=TASK)).does(hub(HUBBED), PART)
    assert states(story) == [(HUBBED_HUB, PartState.HANDED_IN)]
    assert may_read(story.issue, hub(HUBBED), POLICY)


def test_a_hub_that_assisted_does_not_judge_the_result_and_is_not_pressed_to() -> None:
    story = in_hand(county=HUBBED).does(head(D1), do.AddAssist(unit=HUBBED_HUB, task=TASK)).does(hub(HUBBED), PART)
    story.does(head(D1), RESULT)
    refused(story, hub(HUBBED), PASS, no.HandlerMayNotJudge)
    due = next_due(story.issue, POLICY)
    assert due is not None
    assert (due.clock, due.owes) == ("check#1", "coordination")
    released = in_hand(county=HUBBED).does(head(D1), do.AddAssist(unit=HUBBED_HUB, task=TASK))
    released.does(head(D1), do.ReleaseAssist(unit=HUBBED_HUB, reason="不需要")).does(head(D1), RESULT)
    assert released.does(hub(HUBBED), PASS).issue.status is Status.TO_DELIVER


# Side requests, another calendar


def resting(story: Story, since: str = "08-04 10:00") -> Story:
    """Suspended on its lead's request."""
    story.does(head(D1), suspend("08-20 18:00"), since)
    return story.does(COORDINATOR, approve(story))


def test_a_suspension_stops_the_part_and_its_unit_hears_of_both_ends() -> None:
    story = resting(assisted())
    part = story.issue.parts[0]
    assert story.clock(part.clock).paused
    for act in (PART, RELEASE):
        refused(story, head(D2) if act is PART else head(D1), act, no.WrongStatus)
    story.until("08-18 09:00")
    assert not [one for one in story.alarms if one.clock == part.clock and one.rung != Rung.R0]
    story.does(head(D1), RESUME, "08-18 10:01")
    assert story.due(part.clock) == at("08-19 18:00"), "a working day and a half lay ahead of it"
    assert all(Party(Desk.UNIT, D2) in story.entries(name)[0].recipients for name in ("suspended", "resumed"))


def test_a_part_handed_in_before_a_suspension_and_returned_after_it_is_given_the_suspension_back() -> None:
    story, straight = resting(assisted().does(head(D2), PART, "08-04 09:00")), resting(assisted())
    for one in (story, straight):
        one.does(head(D1), RESUME, "08-18 10:00")
    part = story.issue.parts[0]
    story.does(head(D1), RETURN_PART, "08-18 11:00")
    assert story.due(part.clock) == straight.due(part.clock)


def test_a_part_handed_in_during_a_mass_suspension_and_returned_waits_as_if_it_never_was() -> None:
    story, straight = assisted(), assisted()
    for one in (story, straight):
        one.does(COORDINATOR, hold("08-09 12:00"), "08-03 12:00")
    story.does(head(D2), PART, "08-04 10:00").does(head(D1), RETURN_PART, "08-05 10:00")
    part = story.issue.parts[0]
    for one in (story, straight):
        one.until("08-09 13:00")
    assert story.due(part.clock) == straight.due(part.clock)


def test_an_extension_is_the_leads_and_moves_no_part() -> None:
    story = assisted()
    due = story.due(story.issue.parts[0].clock)
    story.does(head(D1), extend("08-13 18:00")).does(COORDINATOR, approve(story))
    assert story.due(story.issue.parts[0].clock) == due


def test_a_termination_ends_every_part_and_its_unit_hears_of_it() -> None:
    story = assisted().does(COORDINATOR, TERMINATE)
    story.does(DEPUTY, approve(story))
    assert states(story) == [(D2, PartState.LAPSED)]
    assert Party(Desk.UNIT, D2) in story.entries("terminated")[0].recipients


def test_a_new_calendar_moves_a_part_and_its_unit_hears_of_it() -> None:
    story = in_hand().does(head(D1), ASK, "08-10 10:00")
    part = story.issue.parts[0]
    assert story.due(part.clock) == at("08-13 18:00")
    story.does(COORDINATOR, do.AdoptCalendar(version=REVISED.version, calendar=REVISED))
    assert story.due(part.clock) == at("08-16 18:00"), "the Wednesday is free now"
    assert Party(Desk.UNIT, D2) in story.recorded[-1].recipients


def test_a_part_handed_in_in_time_stays_in_time_under_a_new_calendar_and_runs_on_by_the_new_one() -> None:
    story = in_hand().does(head(D1), ASK, "08-10 10:00").does(head(D2), PART, "08-13 09:00")
    part = story.issue.parts[0]
    story.does(COORDINATOR, do.AdoptCalendar(version=REVISED.version, calendar=REVISED))
    assert story.due(part.clock) == at("08-13 18:00")
    story.does(head(D1), RETURN_PART)
    assert story.due(part.clock) == at("08-16 18:00")


def test_a_part_is_explained_like_every_other_limit() -> None:
    story = assisted().does(head(D2), PART, "08-04 09:00").does(head(D1), RETURN_PART).does(head(D1), RELEASE)
    (one,) = [
        e for e in explain_clocks(story.issue.issue_no, story.recorded, {POLICY.version: POLICY}) if e.clock.unit == D2
    ]
    assert [turn.kind for turn in one.changes] == [
        ClockChangeKind.STARTED,
        ClockChangeKind.MET,
        ClockChangeKind.RUNS_ON,
        ClockChangeKind.TAKEN,
    ]
    assert [turn.event for turn in one.changes] == [
        "assist_added",
        "part_submitted",
        "part_returned",
        "assist_released",
    ]
    assert one.responsible == Party(Desk.UNIT, D2)
    assert one.account.ran == one.account.budget
    assert one.account.due == one.clock.due(CALENDAR)


def test_five_days_after_it_was_due_whoever_owes_a_part_is_to_be_criticised_and_has_missed_no_result() -> None:
    story = assisted().until("08-12 18:00")
    (drafted,) = [one for one in story.issue.supervision.drafts if "assist#1" in one.presses]
    assert (drafted.paper, drafted.to) == (Paper.CRITICISM, Party(Desk.UNIT, D2))
    assert story.raised("assist#1") == [*ALL_RUNGS, Rung.R3]
    assert D2 not in story.issue.assignment.missed_by
