"""督办函、移交函、上报 · letters and referrals, R5 and R6 (docs/rules.md 5)."""

from dataclasses import replace

from bihuan.domain import refusals as no
from bihuan.domain.access.authorization import may_read
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder.escalation import agenda
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.refusals import NotPermitted
from bihuan.ledger.rows import rung
from tests.support.small_city.calendar import at
from tests.support.small_city.desks import UNIT
from tests.support.small_city.orders import CRITICISE, drafted, levelled_up
from tests.support.small_city.papers import outside, sign
from tests.support.small_city.people import COORDINATOR, LEADER, OWN, supervisor
from tests.support.small_city.policy import G1, POLICY
from tests.support.small_city.stages import in_hand
from tests.support.small_city.story import refused, walk


def test_ten_days_of_a_level_up_raise_r5_and_ten_working_days_later_r6() -> None:
    story = walk(levelled_up(), "09-01 18:00")
    fifth, sixth = story.alarm("level_up#1", Rung.R5), story.alarm("level_up#1", Rung.R6)
    assert fifth is not None
    assert sixth is not None
    assert (fifth.moment, sixth.moment) == (at("08-12 18:00"), at("08-26 18:00"))
    papers = [draft.paper for draft in story.issue.drafts if draft.paper is not Paper.CRITICISM]
    assert papers == [Paper.LEVEL_UP, Paper.GOVERNMENT_STUDY, Paper.SUPERVISION_LETTER]
    assert not {Desk.MAYOR, Desk.INSPECTION, Desk.DISCIPLINE} & outside(story)


def test_where_the_limits_name_no_time_for_a_letter_a_level_up_ends_at_r5() -> None:
    issue = levelled_up().issue
    without = replace(issue, limits=replace(issue.limits, letter_after=None))
    assert [due.rung for due in agenda(without, POLICY) if due.clock == "level_up#1"] == [Rung.R0, Rung.R5]


def test_the_referral_follows_a_signed_letter_and_then_an_inspector_may_read() -> None:
    refer = press.OpenDraft(paper=Paper.REFERRAL_LETTER, ground="督办函后仍未办")
    story = walk(levelled_up(), "09-01 18:00")
    inspector = OWN[Role.INS]
    refused(story, COORDINATOR, refer, no.NoLetterYet)
    assert not may_read(story.issue, inspector, POLICY)
    letter = next(draft.no for draft in story.issue.drafts if draft.paper is Paper.SUPERVISION_LETTER)
    story.does(LEADER, press.SignDraft(draft=letter))
    assert {Party(Desk.INSPECTION)} <= set(story.recorded[-1].tell)
    assert may_read(story.issue, inspector, POLICY)
    sign(story.does(COORDINATOR, refer))
    assert Party(Desk.DISCIPLINE) in story.recorded[-1].tell


def test_a_group_proposes_a_criticism_and_nothing_higher() -> None:
    story = in_hand().does(supervisor(G1), CRITICISE)
    assert story.issue.drafts[-1].to == UNIT
    assert story.issue.drafts[-1].reasons[0].text == "敷衍应付"
    refused(story, supervisor(G1), press.OpenDraft(paper=Paper.LEVEL_UP, ground="x"), NotPermitted)


def test_the_ledger_shows_the_highest_rung_of_what_is_not_done() -> None:
    story = levelled_up()
    assert rung(story.issue) == "R4"
    assert rung(walk(story, "08-12 18:00").issue) == "R5"
    story.does(COORDINATOR, press.OpenDraft(paper=Paper.REPORT_UP, ground="超出市级权限"))
    sign(story, Actor(Role.LDR, "another leader"))
    assert rung(story.issue) == "P"
    assert rung(drafted().issue) == "R3"
