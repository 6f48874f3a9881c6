"""Ratings, call-backs and closing out (docs/rules.md 1)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bihuan.domain import commands as do
from bihuan.domain.loop.step import obey
from bihuan.domain.refusals import WrongStatus
from bihuan.domain.stage import Outcome, Stage, Status
from tests.support.small_city.acts import CONFIRMED, DELIVER, NO_ANSWER, PASS, RESULT, REWORK, rate
from tests.support.small_city.orders import under_order
from tests.support.small_city.people import CALLER, COORDINATOR, ENTERPRISE, handler, head
from tests.support.small_city.policy import D1, POLICY
from tests.support.small_city.stages import evaluating, in_status, numbers, rated
from tests.support.small_city.story import ALL_RUNGS, Story, refused


def test_a_good_rating_outside_the_sample_needs_no_call_back() -> None:
    for score in (3, 4, 5):
        assert rated(score).issue.status is Status.EVALUATED


def test_a_good_score_with_not_solved_does_not_reach_evaluated_without_a_call_back() -> None:
    for score in (3, 4, 5):
        assert rated(score, solved=False).issue.status is Status.CALLBACK


def test_ratings_one_and_two_are_called_back() -> None:
    for score in (1, 2):
        assert rated(score, solved=True).issue.status is Status.CALLBACK


def test_a_supervised_issue_is_called_back_however_well_it_is_rated() -> None:
    story = under_order(Status.DISPATCHED).does(handler(D1), do.Sign())
    assert story.issue.open_orders == ()
    story.does(head(D1), RESULT).does(COORDINATOR, PASS).does(head(D1), DELIVER)
    assert story.does(ENTERPRISE, rate(5, solved=True)).issue.status is Status.CALLBACK


def test_an_unrated_issue_is_called_back_after_five_working_days() -> None:
    story = evaluating().until("08-09 17:59")
    assert story.issue.status is Status.EVALUATING
    assert story.alarms == [], "nobody is pressed"
    assert story.until("08-09 18:00").issue.status is Status.CALLBACK


def test_about_a_tenth_of_the_rest_is_called_back_always_the_same() -> None:
    story = evaluating()
    moment, good = story.now + timedelta(minutes=1), do.Command("c", ENTERPRISE, rate(5, solved=True))

    def called_back() -> set[str]:
        return {
            number
            for number in numbers()
            if obey(replace(story.issue, issue_no=number), good, moment, POLICY).issue.status is Status.CALLBACK
        }

    first = called_back()
    assert 70 <= len(first) <= 130
    assert called_back() == first


def test_a_confirmed_call_back_settles_whatever_the_rating() -> None:
    story = rated(1, solved=False).does(CALLER, CONFIRMED)
    assert story.issue.status is Status.EVALUATED
    assert story.does(COORDINATOR, do.CloseOut()).issue.outcome is Outcome.SOLVED


def unrated() -> Story:
    """Waiting for a call from Monday the 9th, 18:00."""
    return evaluating().until("08-09 18:00")


def test_two_no_answers_must_lie_on_two_days() -> None:
    story = unrated().does(CALLER, NO_ANSWER, "08-10 09:00").does(CALLER, NO_ANSWER, "08-10 17:00")
    assert story.issue.status is Status.CALLBACK
    assert story.does(CALLER, NO_ANSWER, "08-11 09:00").issue.status is Status.EVALUATED


@pytest.mark.parametrize(
    ("calls", "settled"),
    [
        (("08-13 10:00", "08-14 10:00"), False),  # Friday, Saturday
        (("08-14 10:00", "08-16 10:00"), False),  # Saturday, Monday: one call on a working day
        (("08-14 10:00", "08-15 10:00"), False),  # Saturday, Sunday
        (("08-13 10:00", "08-16 10:00"), True),  # Friday, Monday
    ],
)
def test_two_no_answers_must_lie_on_two_working_days(calls: tuple[str, str], settled: bool) -> None:
    story = unrated()
    for call in calls:
        story.does(CALLER, NO_ANSWER, call)
    assert (story.issue.status is Status.EVALUATED) is settled


def test_no_answer_does_not_settle_a_bad_rating() -> None:
    story = rated(2, solved=False).does(CALLER, NO_ANSWER, "08-03 09:00")
    assert story.issue.status is Status.CALLBACK
    refused(story, COORDINATOR, do.CloseOut(), WrongStatus)
    assert story.does(COORDINATOR, REWORK).issue.status is Status.IN_PROGRESS


def test_no_answers_of_an_earlier_round_do_not_count_in_the_next() -> None:
    story = unrated().does(CALLER, NO_ANSWER, "08-10 09:00").does(COORDINATOR, REWORK, "08-10 10:00")
    story.does(head(D1), RESULT).does(COORDINATOR, PASS).does(head(D1), DELIVER, "08-10 11:00")
    story.until("08-17 18:00").does(CALLER, NO_ANSWER, "08-18 09:00")
    assert story.issue.status is Status.CALLBACK


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.EVALUATED}))
def test_close_out_needs_evaluated(status: Status) -> None:
    refused(in_status(status), COORDINATOR, do.CloseOut(), WrongStatus)


def test_close_out_is_the_triagers_in_one_working_day() -> None:
    story = rated().until("08-04 18:00")
    assert story.raised("close_out#1") == ALL_RUNGS
    story.does(COORDINATOR, do.CloseOut())
    assert (story.issue.stage, story.issue.outcome) == (Stage.CLOSED, Outcome.SOLVED)
