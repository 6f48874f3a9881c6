"""Batches: issues follow a parent, inherit its result, and each is still rated (docs/rules.md 7.2)."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from bihuan.domain import commands as do
from bihuan.domain.cross_issue import Errand, errands
from bihuan.domain.events import AlarmRaised
from bihuan.domain.ladder.escalation import agenda, light
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import SYSTEM, Actor, Role
from bihuan.domain.refusals import NotPermitted, Refusal
from bihuan.domain.stage import Outcome, Stage, Status
from tests.support.small_city.acts import (
    DELIVER,
    FOLLOW,
    GENUINE,
    INHERIT,
    PARENT,
    PASS,
    REJECT,
    RESULT,
    SEND_BACK,
    TAKEN_IN,
    TERMINATE,
    TWIN,
    UNFOLLOW,
    approve,
    extend,
    rate,
    suspend,
)
from tests.support.small_city.calendar import REVISED, at
from tests.support.small_city.people import CALLER, COORDINATOR, DEPUTY, ENTERPRISE, handler, head
from tests.support.small_city.policy import D1, POLICY
from tests.support.small_city.stages import accepted, checking, following, in_hand, merging, told
from tests.support.small_city.story import Story

CHILD = do.FollowedBy(child="BH-CHILD", seq=4, follows=True)
OTHER = replace(CHILD, child="BH-OTHER")
DUE = "08-11 18:00"


def led() -> Story:
    """The parent, in hand, followed by two."""
    return in_hand().does(SYSTEM, CHILD).does(SYSTEM, OTHER)


def word(story: Story) -> Iterator[Errand]:
    """All the word an issue has sent."""
    for one in story.recorded:
        yield from errands(one.event, story.issue.issue_no, one.seq)


# The child


def test_a_child_stays_open_and_its_enterprise_is_told() -> None:
    story = following()
    assert (story.issue.status, story.issue.stage) == (Status.FOLLOWING, Stage.RESOLUTION)
    (followed,) = story.entries("followed")
    assert Party(Desk.ENTERPRISE, ENTERPRISE.org) in followed.tell
    (told_parent,) = word(story)
    assert told_parent.act == replace(CHILD, child=story.issue.issue_no, seq=followed.seq)
    assert isinstance(told_parent.if_refused, do.Unfollow), "where the parent no longer takes it, it goes on alone"
    assert (told_parent.to, told_parent.if_refused.parent) == (PARENT, PARENT)


def test_its_triage_is_done_and_only_the_issues_own_clock_runs_on_pressing_the_triager() -> None:
    """The unit is pressed through the parent; the promise to this enterprise is watched by who put it in the batch."""
    story = following().until("08-12 18:00")
    assert story.raised("triage#1") == []
    assert story.raised("issue#1") == [Rung.R0, Rung.R1, Rung.R2]
    assert {alarm.debtor for alarm in story.alarms} == {Party(Desk.COORDINATION)}
    assert story.issue.orders == ()
    due = next_due(story.issue, POLICY)
    assert due is not None
    assert (due.clock, due.at) == ("issue#1", at(DUE))
    assert light(story.issue, POLICY, story.now) is Light.RED


def test_the_result_passed_is_its_own_and_the_parents_unit_informs_its_enterprise() -> None:
    story = following().does(SYSTEM, INHERIT, "08-05 10:00")
    issue = story.issue
    assert (issue.status, issue.outcome, issue.holder, issue.inherited_from) == (
        Status.TO_DELIVER,
        Outcome.SOLVED,
        D1,
        PARENT,
    )
    assert issue.result == "统一增容"
    assert story.entries("inherited")[0].tell == (Party(Desk.UNIT, D1),)
    assert story.due("deliver#1") == at("08-06 18:00")
    assert not any(due.clock == "issue#1" for due in agenda(issue, POLICY))
    with pytest.raises(NotPermitted):
        story.copy().does(handler(D1), DELIVER)
    story.does(head(D1), DELIVER).does(ENTERPRISE, rate(5, solved=True)).does(COORDINATOR, do.CloseOut())
    assert (issue.issue_no, story.issue.outcome) == (story.issue.issue_no, Outcome.SOLVED)


def test_a_child_rated_badly_goes_on_alone_with_the_unit_that_gave_the_result() -> None:
    story = following().does(SYSTEM, INHERIT).does(head(D1), DELIVER).does(ENTERPRISE, rate(1, solved=False))
    story.does(COORDINATOR, do.Rework(reason="未办到位"))
    assert (story.issue.status, story.issue.holder, story.issue.round) == (Status.IN_PROGRESS, D1, 2)
    assert [order.unit for order in story.issue.open_orders] == [D1]


def test_a_result_is_inherited_once_and_from_the_parent_only() -> None:
    story = following().does(SYSTEM, INHERIT)
    for act in (INHERIT, replace(INHERIT, parent="BH-OTHER")):
        with pytest.raises(Refusal):
            story.copy().does(SYSTEM, act)
    for who in (COORDINATOR, head(D1), Actor(Role.ADM, "administrator")):
        with pytest.raises(NotPermitted):
            following().does(who, INHERIT)


@pytest.mark.parametrize("came_from", [told, accepted])
def test_a_child_taken_out_is_to_be_handed_over_with_what_its_triage_had_left(came_from: Callable[[], Story]) -> None:
    story = came_from().does(COORDINATOR, FOLLOW)
    story.does(COORDINATOR, UNFOLLOW, "08-09 10:00")
    assert (story.issue.status, story.issue.following) == (Status.ACCEPTED, "")
    assert story.due("triage#1") == at("08-10 10:00"), "all that counts was left: a day, from ten on"
    assert story.due("issue#1") == at(DUE), "following gave no free time"
    assert story.entries("unfollowed")[0].tell == (Party(Desk.COORDINATION),)
    assert list(word(story))[-1] == Errand(
        PARENT, do.FollowedBy(child=story.issue.issue_no, seq=story.issue.revision, follows=False)
    )


def test_the_unit_that_gets_what_left_a_batch_has_its_own_limit_in_full() -> None:
    story = accepted().does(COORDINATOR, FOLLOW).does(COORDINATOR, UNFOLLOW, "08-11 10:00")
    story.does(COORDINATOR, do.HandOver(unit=D1), "08-11 11:00")
    assert story.due("solve#1") == at("08-20 18:00")
    assert story.due("issue#1") == at(DUE)


def test_an_enterprise_may_withdraw_a_child_and_the_parent_hears_of_it() -> None:
    story = following().does(ENTERPRISE, do.Withdraw())
    assert story.issue.outcome is Outcome.WITHDRAWN
    assert [errand.to for errand in word(story)] == [PARENT, PARENT]


def test_a_child_may_be_terminated_and_the_parent_hears_of_it() -> None:
    story = following().does(COORDINATOR, TERMINATE)
    assert story.issue.open_requests, "following does not overtake it"
    story.does(DEPUTY, approve(story))
    assert (story.issue.outcome, story.issue.following) == (Outcome.TERMINATED, "")
    last = story.recorded[-1]
    assert (last.event.event, last.tell) == ("unfollowed", ())
    assert list(word(story))[-1].to == PARENT


def test_putting_an_issue_into_a_batch_accepts_it_so_a_proposal_to_reject_is_overtaken() -> None:
    story = told().does(COORDINATOR, REJECT).does(COORDINATOR, FOLLOW)
    assert story.names[-1] == "request_overtaken"


def test_no_law_of_silence_waits_for_what_was_put_into_a_batch() -> None:
    story = following(category="COMPLAINT_BE").until("08-20 09:00")
    story.does(COORDINATOR, UNFOLLOW)
    assert story.issue.status is Status.ACCEPTED
    story.until("09-20 09:00")
    assert "accepted_by_silence" not in story.names
    assert Rung.R1 in [e.event.rung for e in story.entries("alarm_raised") if e.event.clock == "triage#1"]  # type: ignore[union-attr]


def test_what_silence_had_accepted_comes_back_with_the_citys_own_limit_to_hand_it_over() -> None:
    story = told(category="COMPLAINT_BE").until("08-06 09:00")
    assert story.issue.silence_accepted_at is not None
    limit = story.issue.clocks[-1].limit
    story.does(COORDINATOR, replace(FOLLOW, parent_category="COMPLAINT_BE")).does(COORDINATOR, UNFOLLOW)
    assert story.clock("triage#2").limit == limit != story.issue.limits.triage


def test_a_new_calendar_moves_what_a_child_waits_by_and_its_triager_and_enterprise_hear_of_it() -> None:
    story = following().does(COORDINATOR, do.AdoptCalendar(version=REVISED.version, calendar=REVISED), "08-05 10:00")
    assert story.due("issue#1") == at("08-12 18:00")
    assert set(story.recorded[-1].tell) == {Party(Desk.COORDINATION), Party(Desk.ENTERPRISE, ENTERPRISE.org)}


# The parent


def test_a_parent_knows_who_waits_and_overtaken_word_changes_nothing() -> None:
    story = led()
    assert list(story.issue.waiting) == ["BH-CHILD", "BH-OTHER"]
    story.does(SYSTEM, replace(CHILD, seq=9, follows=False))
    before = story.issue
    story.does(SYSTEM, replace(CHILD, seq=7)).does(SYSTEM, CHILD)
    assert story.issue == before
    assert list(story.issue.waiting) == ["BH-OTHER"]


def test_a_result_that_passes_the_check_goes_to_all_that_wait_once() -> None:
    story = led().does(head(D1), RESULT).does(COORDINATOR, SEND_BACK).does(head(D1), RESULT)
    assert list(word(story)) == []
    story.does(COORDINATOR, PASS)
    said = do.Inherit(parent=story.issue.issue_no, outcome=Outcome.SOLVED, text="已增容", unit=D1)
    assert list(word(story)) == [Errand("BH-CHILD", said), Errand("BH-OTHER", said)]
    assert story.issue.waiting == ()
    story.does(head(D1), DELIVER).does(ENTERPRISE, rate(1, solved=False)).does(COORDINATOR, do.Rework(reason="未办好"))
    story.does(SYSTEM, replace(CHILD, child="BH-LATE")).does(head(D1), RESULT).does(COORDINATOR, PASS)
    assert [errand.to for errand in word(story)] == ["BH-CHILD", "BH-OTHER", "BH-LATE"]


def proposed(story: Story, ending: do.Act) -> Story:
    """It has two followers, and one of coordination's has proposed to end it."""
    return story.does(SYSTEM, CHILD).does(SYSTEM, OTHER).does(COORDINATOR, ending)


APPROVE = do.RuleRequest(request="BH-000000-Q1", ruling=do.Ruling.APPROVE, reason="属实")
ENDS: dict[str, tuple[Story, Actor, do.Act]] = {
    "withdrawn": (led().does(ENTERPRISE, do.Withdraw()), CALLER, GENUINE),
    "rejected": (proposed(told(), REJECT), DEPUTY, APPROVE),
    "terminated": (proposed(in_hand(), TERMINATE), DEPUTY, APPROVE),
    "merged": (merging().does(SYSTEM, CHILD).does(SYSTEM, OTHER), SYSTEM, TAKEN_IN),
    "answered": (told().does(SYSTEM, CHILD).does(SYSTEM, OTHER), COORDINATOR, do.Answer(text="按某条", how="电话")),
}


@pytest.mark.parametrize("end", sorted(ENDS))
def test_a_parent_that_ends_without_a_result_frees_all_that_wait(end: str) -> None:
    story, who, act = ENDS[end]
    story.does(who, act)
    free = do.Unfollow(
        reason="主件未形成办理结果即告了结 · the parent ended without a result", parent=story.issue.issue_no
    )
    assert [errand for errand in word(story) if errand.to != TWIN] == [
        Errand("BH-CHILD", free),
        Errand("BH-OTHER", free),
    ]
    assert story.issue.waiting == ()


def test_nobody_follows_a_result_that_is_there() -> None:
    story = checking().does(SYSTEM, CHILD)
    assert story.issue.waiting == ("BH-CHILD",)
    story.does(COORDINATOR, PASS)
    with pytest.raises(Refusal):
        story.does(SYSTEM, OTHER)


def test_followers_move_none_of_the_parents_clocks() -> None:
    story = in_hand()
    clocks = story.issue.clocks
    assert story.does(SYSTEM, CHILD).issue.clocks == clocks
    assert not any(isinstance(event, AlarmRaised) for event in story.events)


def test_a_parent_that_is_extended_or_suspended_keeps_its_followers_and_sends_no_word() -> None:
    story = led().does(head(D1), extend("08-13 18:00"), "08-05 10:00")
    story.does(COORDINATOR, approve(story)).does(head(D1), suspend("08-20 18:00"))
    story.does(COORDINATOR, approve(story))
    assert story.names[-1] == "suspended"
    assert story.issue.waiting == ("BH-CHILD", "BH-OTHER")
    story.does(SYSTEM, replace(CHILD, child="BH-LATE")).until("08-23 09:00")
    assert story.issue.status is Status.IN_PROGRESS
    assert list(word(story)) == []
    story.does(head(D1), RESULT).does(COORDINATOR, PASS)
    assert [errand.to for errand in word(story)] == ["BH-CHILD", "BH-OTHER", "BH-LATE"]
