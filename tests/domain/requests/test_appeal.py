"""差评申诉 · appeals against a rating (docs/rules.md 6)."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain.refusals import NoBadRating
from bihuan.domain.requests.values import RequestState
from bihuan.domain.stage import Outcome, Status
from tests.support.small_city.acts import APPEAL, CONFIRMED, NO_ANSWER, NOT_SOLVED, approve, refuse
from tests.support.small_city.calendar import at
from tests.support.small_city.people import CALLER, COORDINATOR, head
from tests.support.small_city.policy import D1
from tests.support.small_city.requests import ENTERPRISE_DESK, badly_rated


def test_an_appeal_is_filed_within_three_working_days_and_ruled_on_in_three() -> None:
    story = badly_rated().does(head(D1), APPEAL, "08-05 17:59")
    assert story.due("request#1") == at("08-10 18:00")
    assert story.issue.status is Status.CALLBACK


def test_a_rating_set_aside_stays_on_record_and_the_call_back_still_happens() -> None:
    story = badly_rated().does(head(D1), APPEAL)
    story.does(COORDINATOR, approve(story))
    rating = story.issue.rating
    assert rating is not None
    assert (rating.score, rating.counts, rating.bad) == (1, False, False)
    assert story.issue.status is Status.CALLBACK
    assert ENTERPRISE_DESK in story.recorded[-1].tell
    story.does(CALLER, CONFIRMED).does(COORDINATOR, do.CloseOut())
    assert story.issue.outcome is Outcome.SOLVED


def test_without_the_rating_two_unanswered_calls_settle_the_evaluation_made_before_or_after() -> None:
    before = badly_rated().does(head(D1), APPEAL)
    before.does(CALLER, NO_ANSWER, "08-03 10:00").does(CALLER, NO_ANSWER, "08-04 10:00")
    assert before.issue.status is Status.CALLBACK, "a bad rating waits to be turned"
    assert before.does(COORDINATOR, approve(before)).issue.status is Status.EVALUATED
    after = badly_rated().does(head(D1), APPEAL)
    after.does(COORDINATOR, approve(after)).does(CALLER, NO_ANSWER, "08-03 10:00")
    assert after.issue.status is Status.CALLBACK
    assert after.does(CALLER, NO_ANSWER, "08-04 10:00").issue.status is Status.EVALUATED


def test_rework_after_a_rating_was_set_aside_carries_no_order() -> None:
    story = badly_rated().does(head(D1), APPEAL)
    story.does(COORDINATOR, approve(story)).does(CALLER, NOT_SOLVED)
    assert (story.issue.round, story.issue.orders) == (2, ())
    assert len(badly_rated().does(CALLER, NOT_SOLVED).issue.orders) == 1


def test_an_appeal_refused_leaves_the_rating_and_rework_overtakes_an_appeal() -> None:
    story = badly_rated().does(head(D1), APPEAL)
    refused = story.copy().does(COORDINATOR, refuse(story))
    assert refused.issue.rating is not None
    assert refused.issue.rating.bad
    story.does(CALLER, NOT_SOLVED)
    assert story.issue.requests[0].state is RequestState.OVERTAKEN


def test_a_confirmed_bad_rating_may_be_appealed_and_holds_the_close_out_until_ruled_on() -> None:
    story = badly_rated().does(CALLER, CONFIRMED).does(head(D1), APPEAL)
    assert story.issue.status is Status.EVALUATED
    story.does(COORDINATOR, approve(story))
    with pytest.raises(NoBadRating):
        story.copy().does(head(D1), APPEAL)
    assert story.does(COORDINATOR, do.CloseOut()).issue.closed
