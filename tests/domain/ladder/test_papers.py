"""Papers above R2: how they are numbered, to whom each is addressed, and when a ground is a paper of its own."""

from dataclasses import replace

import pytest

from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder import events as lev
from bihuan.domain.ladder.papers import Ground, Paper
from bihuan.domain.ladder.responsibility import debtor
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from tests.support.small_city.acts import transfer
from tests.support.small_city.orders import (
    APPROVE_LEVEL_UP,
    ASK_LEVEL_UP,
    CONVENE,
    CRITICISE,
    asked_up,
    drafted,
    levelled_up,
)
from tests.support.small_city.people import COORDINATOR, LEADER, LIAISON, OWN, head, hub, supervisor
from tests.support.small_city.policy import D1, D2, D3, FORMER, G1, HUBBED, HUBBED_HUB, PLAIN, POLICY, UNLISTED, USCC
from tests.support.small_city.stages import accepted, dispatched, in_hand, told
from tests.support.small_city.story import Story

UNIT, COORDINATION, HOLDERS_HEAD = Party(Desk.UNIT, D1), Party(Desk.COORDINATION), Party(Desk.UNIT_HEAD, D1)
GROUP, MAYOR, BULLETIN = Party(Desk.GROUP, G1), Party(Desk.MAYOR), Party(Desk.BULLETIN)


def papers(story: Story) -> list[Paper]:
    return [draft.paper for draft in story.issue.drafts]


def signed(story: Story, paper: Paper) -> Story:
    draft = next(one for one in reversed(story.issue.drafts) if one.paper is paper and one.open)
    return story.does(COORDINATOR if draft.signer is Role.COO else LEADER, press.SignDraft(draft=draft.no))


def proposed(story: Story, paper: Paper) -> Story:
    """By whoever does not sign it."""
    who = supervisor(G1) if paper is Paper.CRITICISM else COORDINATOR
    return story.does(who, press.OpenDraft(paper=paper, ground="久拖不决"))


def test_the_papers_of_an_issue_are_numbered_from_one() -> None:
    story = levelled_up().until("09-01 18:00")
    assert len(story.issue.drafts) > 2
    assert [draft.no for draft in story.issue.drafts] == [
        f"{story.issue.issue_no}-N{number}" for number in range(1, len(story.issue.drafts) + 1)
    ]


ADDRESSED: dict[Paper, tuple[Rung, Party, set[Party]]] = {
    Paper.CRITICISM: (Rung.R3, UNIT, {HOLDERS_HEAD, BULLETIN, Party(Desk.COUNTY_LEADER, PLAIN)}),
    Paper.LEVEL_UP: (Rung.R4, Party(Desk.CITY_LEADER, USCC), {Party(Desk.CITY_LEADER, USCC), HOLDERS_HEAD}),
    Paper.GOVERNMENT_STUDY: (
        Rung.R5,
        Party(Desk.GOVERNMENT_OFFICE),
        {Party(Desk.GOVERNMENT_OFFICE), MAYOR, HOLDERS_HEAD},
    ),
    Paper.SUPERVISION_LETTER: (Rung.R6, Party(Desk.INSPECTION), {Party(Desk.INSPECTION), HOLDERS_HEAD}),
    Paper.REFERRAL_LETTER: (Rung.R6, Party(Desk.DISCIPLINE), {Party(Desk.DISCIPLINE), HOLDERS_HEAD}),
    Paper.REPORT_UP: (Rung.P, Party(Desk.PROVINCE), {Party(Desk.PROVINCE), HOLDERS_HEAD}),
}
"""docs/rules.md 5.4: the rung of each paper, to whom it goes, and who hears of its signature beside the group and
coordination; the holder's head hears of what is written above it."""


@pytest.mark.parametrize("paper", Paper)
def test_each_paper_goes_to_the_audience_of_its_rung_and_only_once_signed(paper: Paper) -> None:
    story = in_hand()
    if paper is Paper.REFERRAL_LETTER:  # only after a letter that was signed
        signed(proposed(story, Paper.SUPERVISION_LETTER), Paper.SUPERVISION_LETTER)
    draft = proposed(story, paper).issue.drafts[-1]
    rung, to, hear = ADDRESSED[paper]
    assert (draft.rung, draft.to) == (rung, to)
    assert draft.signer is (Role.COO if paper is Paper.CRITICISM else Role.LDR)
    assert set(signed(story, paper).recorded[-1].tell) == {*hear, GROUP, COORDINATION}


def test_a_criticism_that_lies_there_takes_further_grounds_and_a_signed_one_does_not() -> None:
    story = levelled_up().does(supervisor(G1), CRITICISE).does(COORDINATOR, CRITICISE)
    assert papers(story) == [Paper.LEVEL_UP, Paper.CRITICISM]
    assert [reason.ground for reason in story.issue.drafts[-1].reasons] == [Ground.BY_ACT, Ground.BY_ACT]
    signed(story, Paper.CRITICISM).does(supervisor(G1), CRITICISE)
    assert papers(story) == [Paper.LEVEL_UP, Paper.CRITICISM, Paper.CRITICISM]


def test_a_criticism_of_another_party_is_another_paper() -> None:
    story = drafted().does(COORDINATOR, transfer(D2)).does(supervisor(G1), CRITICISE)
    assert [draft.to.ref for draft in story.issue.drafts] == [D1, D2]


def test_a_criticism_is_told_to_the_head_it_names_and_not_to_that_of_the_present_holder() -> None:
    story = signed(drafted().does(COORDINATOR, transfer(D2)), Paper.CRITICISM)
    assert {one for one in story.recorded[-1].tell if one.desk is Desk.UNIT_HEAD} == {HOLDERS_HEAD}


def test_a_paper_on_an_issue_that_no_unit_holds_is_told_to_no_head() -> None:
    story = signed(proposed(accepted(), Paper.REPORT_UP), Paper.REPORT_UP)
    assert set(story.recorded[-1].tell) == {Party(Desk.PROVINCE), GROUP, COORDINATION}


def test_the_signature_of_one_paper_leaves_the_others_to_be_signed() -> None:
    story = proposed(proposed(in_hand(), Paper.REPORT_UP), Paper.LEVEL_UP)
    assert story.open_clocks(Obligation.SIGN_DRAFT) == ["sign_draft#1", "sign_draft#2"]
    signed(story, Paper.LEVEL_UP)
    assert story.open_clocks(Obligation.SIGN_DRAFT) == ["sign_draft#1"]


def test_a_level_up_that_was_discarded_may_be_drafted_anew() -> None:
    story = asked_up().does(COORDINATOR, APPROVE_LEVEL_UP)
    story.does(LEADER, press.DiscardDraft(draft=story.issue.drafts[-1].no, reason="本级再试"))
    story.does(head(D1), ASK_LEVEL_UP).does(COORDINATOR, APPROVE_LEVEL_UP)
    assert [draft.open for draft in story.issue.drafts] == [False, True]


# What an alarm and an order say of themselves


def transferred_thrice(*, levels: bool = True) -> Story:
    story = in_hand(FORMER)
    if not levels:
        story.issue = replace(story.issue, limits=replace(story.issue.limits, level_up=None))
    story.does(head(FORMER), transfer(D1)).does(head(D1), transfer(D2))
    return story.does(COORDINATOR, transfer(D3))


def test_a_third_transfer_raises_r4_on_the_holder_only_where_issues_are_levelled_up() -> None:
    (fourth,) = [alarm for alarm in transferred_thrice().alarms if alarm.rung is Rung.R4]
    assert fourth.debtor == Party(Desk.UNIT, D3)
    assert transferred_thrice(levels=False).issue.drafts == ()


def test_an_order_of_the_clock_says_that_it_is_for_being_late_and_whom_it_tells() -> None:
    (issued,) = dispatched().until("08-04 18:00").entries("order_issued")
    assert isinstance(issued.event, ev.OrderIssued)
    assert issued.event.ground == "OVERDUE"
    assert set(issued.event.told) == {HOLDERS_HEAD, GROUP, Party(Desk.COUNTY_LEADER, PLAIN), COORDINATION}


def test_a_repeated_notice_says_which_rung_it_repeats() -> None:
    story = dispatched().until("08-03 18:00").until("08-04 08:30")
    repeats = [one.event for one in story.entries("alarm_repeated")]
    assert [(one.alarm, one.rung) for one in repeats if isinstance(one, lev.AlarmRepeated)] == [
        ("sign#1/0/R1", Rung.R1)
    ]


@pytest.mark.parametrize(("noticed", "late"), [("08-03 18:01:00", False), ("08-03 18:01:01", True)])
def test_an_alarm_is_late_when_noticed_more_than_a_minute_after_its_moment(noticed: str, late: bool) -> None:
    alarm = dispatched().until(noticed).alarm("sign#1", Rung.R1)
    assert alarm is not None
    assert alarm.late is late


@pytest.mark.parametrize(("noticed", "late"), [("08-04 08:31:00", False), ("08-04 08:31:01", True)])
def test_so_is_a_repeated_notice(noticed: str, late: bool) -> None:
    (repeated,) = dispatched().until("08-03 18:00").until(noticed).entries("alarm_repeated")
    assert isinstance(repeated.event, lev.AlarmRepeated)
    assert repeated.event.late is late


# Who owes a signature, minutes, and what is levelled up


def owes(story: Story, clock: str) -> Party:
    return debtor(story.clock(clock), story.issue, POLICY, story.now)


@pytest.mark.parametrize(
    ("convener", "desk"),
    [
        (LEADER, Party(Desk.LEADER)),
        (OWN[Role.SVG], Party(Desk.SERVICE_GROUP, "FACTOR")),
        (COORDINATOR, COORDINATION),
        (hub(HUBBED), Party(Desk.UNIT, HUBBED_HUB)),
    ],
)
def test_whoever_convened_owes_the_minutes(convener: Actor, desk: Party) -> None:
    story = in_hand(county=HUBBED if convener.role is Role.HUB else PLAIN)
    first = story.does(COORDINATOR, CONVENE)
    first.does(
        COORDINATOR,
        press.RecordConsultation(consultation=story.issue.consultations[0].no, minutes="各方已到", decision="再议"),
    )
    assert owes(story.does(convener, CONVENE), "consult#2") == desk


def test_a_criticism_of_a_unit_is_coordinations_to_sign_and_all_else_a_leaders() -> None:
    assert owes(in_hand().does(supervisor(G1), CRITICISE), "sign_draft#1") == COORDINATION
    assert owes(proposed(in_hand(), Paper.REPORT_UP), "sign_draft#1") == Party(Desk.LEADER)
    assert owes(levelled_up(), "level_up#1") == Party(Desk.LEADER)


def test_a_receipt_without_a_liaison_is_completed_by_whoever_keyed_it_in() -> None:
    keyed = told(contact="", who=COORDINATOR, liaison="")
    assert owes(keyed, "complete#1") == Party(Desk.LIAISON, COORDINATOR.person)
    assert owes(told(contact=""), "complete#1") == Party(Desk.LIAISON, LIAISON.person)


def test_a_late_liaison_of_a_county_without_a_hub_is_told_to_coordination() -> None:
    late = told(contact="", county=UNLISTED).until("08-03 18:00").alarm("complete#1", Rung.R1)
    assert late is not None
    assert late.told == (COORDINATION,)
