"""Merging, rejecting, answering and classifying at triage (docs/rules.md 1)."""

from collections.abc import Callable

import pytest

from bihuan.domain import commands as do
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import SYSTEM, Actor
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import MergeIntoItself
from bihuan.domain.stage import Outcome, Status
from tests.support.small_city.acts import TAKEN_IN
from tests.support.small_city.calendar import DUE, at
from tests.support.small_city.people import COORDINATOR, ENTERPRISE
from tests.support.small_city.policy import USCC
from tests.support.small_city.stages import accepted, dispatched, in_hand, merging, returned, told, transferred
from tests.support.small_city.story import Story, refused


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
    assert (story.issue.status, story.issue.outcome) == (Status.CLOSED, outcome)
    assert Party(Desk.ENTERPRISE, USCC) in story.recorded[-1].tell
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
    assert story.issue.service_group == "FINANCE"
