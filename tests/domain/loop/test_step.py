"""One step of an issue's life: what each event says of itself, what is answered to a command, what was known when."""

from dataclasses import replace

import pytest

from bihuan.domain import commands as do
from bihuan.domain.ladder.responsibility import NextDue
from bihuan.domain.ladder.rungs import Light
from bihuan.domain.loop.step import (
    Receipt,
    Recorded,
    cancel_requested,
    fold,
    known_at,
    obey,
    open_issue,
    receipt,
    unfolded,
)
from bihuan.domain.notifications.registry import recipients
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import SYSTEM
from bihuan.domain.stage import Outcome, Stage, Status
from tests.support.small_city.acts import NOTE, PASS, REJECT
from tests.support.small_city.calendar import MONDAY, at
from tests.support.small_city.orders import under_order
from tests.support.small_city.people import COORDINATOR, LIAISON, head
from tests.support.small_city.policy import D1, POLICY
from tests.support.small_city.stages import checking, closed, dispatched, told
from tests.support.small_city.story import Story, submission


def test_the_first_event_is_the_submission_by_whoever_made_it_and_its_command() -> None:
    step = open_issue("BH-1", submission(), LIAISON, MONDAY, POLICY, "c-1")
    (first,) = step.recorded
    assert (first.seq, first.at, first.event.event) == (1, MONDAY, "submitted")
    assert (first.actor, first.command_id) == (LIAISON, "c-1")
    assert first.tell == recipients(first.event, step.issue, POLICY)
    assert told().recorded[0].command_id == ""


def test_what_an_act_did_says_by_whom_and_by_which_command_and_what_happened_by_itself_does_not() -> None:
    story = under_order(Status.DISPATCHED)
    moment = at("08-05 08:30")
    step = obey(story.issue, do.Command("c-1", head(D1), do.Sign()), moment, POLICY)
    assert [(one.event.event, one.actor, one.command_id) for one in step.recorded] == [
        ("alarm_repeated", None, ""),
        ("alarm_repeated", None, ""),
        ("signed", head(D1), "c-1"),
        ("order_done", None, ""),
    ]
    revision = story.issue.revision
    assert [(one.seq, one.at) for one in step.recorded] == [(revision + n, moment) for n in (1, 2, 3, 4)]
    done = step.recorded[-1]
    assert done.tell == recipients(done.event, step.issue, POLICY) != ()


def test_what_follows_from_what_happened_is_recorded_at_the_same_moment() -> None:
    silent = told(category="COMPLAINT_BE").does(COORDINATOR, REJECT).until("08-06 09:00")
    (overtaken,) = silent.entries("request_overtaken")
    assert overtaken.at == at("08-06 09:00")
    leading = checking().does(SYSTEM, do.FollowedBy(child="BH-CHILD", seq=4, follows=True)).does(COORDINATOR, PASS)
    (served,) = leading.entries("followers_served")
    assert served.at == leading.now


def test_a_request_to_cancel_is_on_record_for_coordination_and_changes_nothing() -> None:
    story = dispatched()
    step = cancel_requested(story.issue, story.now, POLICY)
    assert step.issue == replace(story.issue, revision=story.issue.revision + 1)
    (only,) = step.recorded
    assert only == Recorded(step.issue.revision, story.now, only.event, (Party(Desk.COORDINATION),))
    assert only.event.event == "cancel_requested"


def answered(story: Story) -> Receipt:
    return receipt(story.issue, "c-1", "fingerprint", "request", story.now, POLICY)


def test_a_receipt_says_where_the_issue_is_and_what_is_owed_next() -> None:
    story = dispatched(number="BH-1")
    assert answered(story) == Receipt(
        issue_no="BH-1",
        command_id="c-1",
        fingerprint="fingerprint",
        request_id="request",
        revision=len(story.recorded),
        stage=Stage.HANDOVER,
        status=Status.DISPATCHED,
        outcome=None,
        due_at=at("08-11 18:00"),
        light=Light.GREEN,
        next_due=NextDue("sign#1", at("08-03 18:00"), f"unit:{D1}"),
    )
    assert answered(story.until("08-03 18:00")).light is Light.RED


def test_an_outcome_is_answered_once_the_issue_is_closed() -> None:
    proposed = checking()
    assert (proposed.issue.outcome, answered(proposed).outcome) == (Outcome.SOLVED, None)
    assert answered(closed()).outcome is Outcome.SOLVED


def test_known_at_a_moment_is_what_was_recorded_by_then_and_nothing_after_it() -> None:
    story = dispatched().does(LIAISON, NOTE, "08-05 09:00")
    moments = [one.at for one in story.recorded]
    assert moments == sorted(moments)
    for moment in (MONDAY, at("08-05 08:59"), at("08-05 09:00")):
        assert known_at(story.recorded, moment) == tuple(one for one in story.recorded if one.at <= moment)
    assert len(known_at(story.recorded, at("08-05 08:59"))) == len(known_at(story.recorded, MONDAY)) + 2


def test_a_story_is_told_again_event_by_event_and_adds_up_to_the_same_issue() -> None:
    story = under_order(Status.DISPATCHED)
    number = story.issue.issue_no
    stages = list(unfolded(number, story.recorded))
    assert [one for one, _ in stages] == story.recorded
    assert [issue.revision for _, issue in stages] == list(range(1, len(story.recorded) + 1))
    assert {issue.issue_no for _, issue in stages} == {number}
    assert stages[-1][1] == fold(number, story.recorded) == story.issue


@pytest.mark.parametrize(
    ("left", "message"),
    [
        ((), "BH-1: no events"),
        ((1,), "BH-1: event 1 is missing, 2 came instead"),
        ((0, 2), "BH-1: event 2 is missing, 3 came instead"),
        ((0, 1, 1), "BH-1: event 3 is missing, 2 came instead"),
    ],
)
def test_a_story_with_an_event_missing_or_out_of_order_is_refused_naming_it(
    left: tuple[int, ...], message: str
) -> None:
    recorded = dispatched(number="BH-1").recorded
    with pytest.raises(ValueError, match=f"^{message}$"):
        fold("BH-1", [recorded[place] for place in left])
