"""Reopening and the archive (docs/rules.md 1)."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.refusals import WrongStatus
from bihuan.domain.stage import Status
from tests.support.small_city.acts import rate
from tests.support.small_city.calendar import at
from tests.support.small_city.people import COORDINATOR, DEPUTY, ENTERPRISE
from tests.support.small_city.policy import D1, POLICY
from tests.support.small_city.stages import closed, in_hand, merged, rejected, told, withdrawn
from tests.support.small_city.story import refused


def test_reopening_goes_back_to_the_unit_in_another_round() -> None:
    story = closed().does(ENTERPRISE, do.Reopen(reason="复发"), "08-20 10:00")
    assert (story.issue.status, story.issue.round, story.issue.holder) == (Status.IN_PROGRESS, 2, D1)
    assert story.issue.outcome is None
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
