"""提级会商 · levelling up, R4 (docs/rules.md 5)."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain import refusals as no
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder.papers import Ground, Paper
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.stage import Status
from tests.support.small_city.acts import DELIVER, PASS, RESULT, SEND_BACK, approve, rate, suspend, transfer
from tests.support.small_city.calendar import at
from tests.support.small_city.desks import UNIT_HEAD
from tests.support.small_city.orders import APPROVE_LEVEL_UP, ASK_LEVEL_UP, asked_up, levelled_up
from tests.support.small_city.papers import REFUSE, draft_no, outside, second_unit_late, sign
from tests.support.small_city.people import COORDINATOR, ENTERPRISE, LEADER, head
from tests.support.small_city.policy import D1, D2, D3, FORMER, PLAIN_HUB, USCC
from tests.support.small_city.stages import evaluating, in_hand
from tests.support.small_city.story import Story, refused, walk


def test_a_head_asks_coordination_rules_a_leader_signs() -> None:
    story = asked_up()
    assert (story.due("level_ruling#1"), story.issue.levelled_up) == (at("08-03 18:00"), False)
    story.does(COORDINATOR, APPROVE_LEVEL_UP)
    (draft,) = story.issue.drafts
    assert (draft.paper, draft.signer, draft.proposed_by) == (Paper.LEVEL_UP, Role.LDR, head(D1))
    assert Desk.CITY_LEADER not in outside(story)
    sign(story)
    assert Party(Desk.CITY_LEADER, USCC) in story.recorded[-1].tell
    assert story.issue.status is Status.IN_PROGRESS, "an open item, not a status"
    assert (story.issue.levelled_up, story.due("level_up#1")) == (True, at("08-12 18:00"))


def test_a_refused_request_is_told_and_may_be_made_again() -> None:
    story = asked_up().does(COORDINATOR, press.RuleLevelUp(decision=REFUSE, reason="本级可办"))
    assert UNIT_HEAD in story.recorded[-1].tell
    assert (story.issue.drafts, story.open_clocks(story.clock("level_ruling#1").obligation)) == ((), [])
    story.does(head(D1), ASK_LEVEL_UP)


def test_requester_and_approver_are_two_people() -> None:
    keyer = Actor(Role.COO, head(D1).person)
    refused(asked_up(), keyer, APPROVE_LEVEL_UP, no.HandlerMayNotJudge)
    story = in_hand().does(LEADER, press.OpenDraft(paper=Paper.REPORT_UP, ground="超出市级权限"))
    refused(story, LEADER, press.SignDraft(draft=draft_no(story)), no.OwnProposal)
    sign(story, Actor(Role.LDR, "another leader"))
    assert Party(Desk.PROVINCE) in story.recorded[-1].tell


def test_two_units_that_missed_the_result_raise_r4_with_the_seconds_r1() -> None:
    story = second_unit_late()
    assert story.issue.missed_by == (D1, D2)
    levels = [alarm for alarm in story.alarms if alarm.rung is Rung.R4]
    assert [(alarm.clock, alarm.moment) for alarm in levels] == [("solve#1", at("08-24 18:00"))]
    assert story.issue.open_drafts[-1].reasons[0].ground is Ground.UNITS_MISSED


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
    assert not story.issue.drafts
    story.does(COORDINATOR, transfer(D3))
    assert [(one.rung, one.clock) for one in story.alarms if one.rung is Rung.R4] == [(Rung.R4, "solve#3")]
    assert story.issue.open_drafts[-1].reasons[0].ground is Ground.TRANSFERS


def test_a_second_ground_joins_a_level_up_that_stands() -> None:
    story = levelled_up().does(COORDINATOR, transfer(D2)).does(COORDINATOR, transfer(D3))
    story.does(COORDINATOR, transfer(PLAIN_HUB))
    (draft,) = story.issue.drafts
    assert [reason.ground for reason in draft.reasons] == [Ground.HEAD_ASKED, Ground.TRANSFERS]


def test_a_levelled_up_issue_is_always_called_back() -> None:
    story = levelled_up().does(head(D1), RESULT).does(COORDINATOR, PASS).does(head(D1), DELIVER)
    assert story.issue.orders == ()
    assert story.does(ENTERPRISE, rate(5, solved=True)).issue.status is Status.CALLBACK


def test_the_task_forces_time_stops_with_the_result_and_runs_on_at_a_send_back() -> None:
    story = levelled_up().does(head(D1), RESULT)
    assert not story.clock("level_up#1").running
    assert story.does(COORDINATOR, SEND_BACK).clock("level_up#1").running
    story.does(head(D1), RESULT).does(COORDINATOR, PASS)
    assert not story.clock("level_up#1").open


def test_an_unsigned_level_up_lapses_when_its_result_has_passed() -> None:
    story = asked_up().does(COORDINATOR, APPROVE_LEVEL_UP).does(head(D1), RESULT)
    assert story.issue.open_drafts, "a result not yet checked is no result"
    story.does(COORDINATOR, PASS)
    assert story.issue.open_drafts == ()
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
