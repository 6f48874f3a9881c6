"""Rounds of rework (docs/rules.md 1)."""

import pytest

from bihuan.domain import events as ev
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.stage import Status
from tests.support.small_city.acts import DELIVER, NOT_SOLVED, PASS, RESULT, REWORK, rate
from tests.support.small_city.calendar import at
from tests.support.small_city.people import CALLER, COORDINATOR, ENTERPRISE, head
from tests.support.small_city.policy import D1, G1
from tests.support.small_city.stages import rated


def test_a_round_of_rework_has_five_working_days() -> None:
    story = rated(2).does(COORDINATOR, REWORK, "08-03 10:00")
    assert (story.issue.status, story.issue.round, story.issue.holder) == (Status.IN_PROGRESS, 2, D1)
    assert story.due("solve#1") == at("08-10 18:00")
    story.until("08-10 18:00")
    assert story.raised("solve#1")[-1] is Rung.R1
    assert story.raised("issue#1") == [], "met in the first round"


def test_each_round_is_a_new_occurrence_of_the_clock() -> None:
    story = rated(2).does(COORDINATOR, REWORK, "08-03 10:00").does(head(D1), RESULT).does(COORDINATOR, PASS)
    story.does(head(D1), DELIVER).does(ENTERPRISE, rate(1, solved=False)).does(CALLER, NOT_SOLVED, "08-05 10:00")
    assert story.issue.round == 3
    assert story.due("solve#2") == at("08-12 18:00")
    assert story.clock("solve#1").met_at is not None


@pytest.mark.parametrize("how", ["coordination", "call-back"])
def test_rework_on_a_bad_rating_gives_one_order_in_the_groups_name(how: str) -> None:
    story = rated(2, solved=False)
    story.does(COORDINATOR, REWORK) if how == "coordination" else story.does(CALLER, NOT_SOLVED)
    issued = [event for event in story.events if isinstance(event, ev.OrderIssued)]
    assert [(order.rung, order.group, order.unit) for order in issued] == [(Rung.R2, G1, D1)]
    assert issued[0].authorisation_ref == "授权1号"
    done = story.copy().does(head(D1), RESULT, "08-05 10:00")
    assert done.issue.open_orders == ()
    story.until("08-12 18:00")
    assert len(story.issue.orders) == 1
    assert story.raised("solve#1").count(Rung.R2) == 2, "that of the rating, and that of time"


def test_rework_on_a_good_rating_gives_no_order() -> None:
    assert rated(5).does(COORDINATOR, REWORK).issue.orders == ()


def test_a_new_round_forgets_the_last_rating() -> None:
    story = rated(1, solved=False).does(CALLER, NOT_SOLVED, "08-03 09:00")
    assert story.issue.rating is None
    story.does(head(D1), RESULT).does(COORDINATOR, PASS).does(head(D1), DELIVER)
    assert story.until("08-11 18:00").issue.status is Status.CALLBACK
