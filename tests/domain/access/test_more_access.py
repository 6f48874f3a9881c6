"""How relations are joined, and whom an order holds to an issue."""

from collections.abc import Callable
from itertools import product

import pytest

from bihuan.domain import commands as do
from bihuan.domain.access.relations import both, either
from bihuan.domain.access.rules import Relation
from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import OrderHoldsUnit, Refusal, ReturnWindowOver, TransfersUsedUp, TransferWindowOver
from bihuan.domain.stage import Status
from tests.support.small_city.acts import RETURN, approve_return, transfer
from tests.support.small_city.people import COORDINATOR, head
from tests.support.small_city.policy import D1, D2, D3, FORMER, POLICY
from tests.support.small_city.stages import dispatched, in_hand, told
from tests.support.small_city.story import Story

ISSUE = told().issue


def stands(answer: bool) -> Relation:
    """Answers so of this issue, this policy and this person, and fails of any other."""

    def relation(issue: Issue, policy: Policy, actor: Actor) -> bool:
        assert (issue, policy, actor) == (ISSUE, POLICY, COORDINATOR)
        return answer

    return relation


@pytest.mark.parametrize("answers", [(), *product((False, True), repeat=1), *product((False, True), repeat=2)])
def test_one_relation_is_enough_or_all_are_needed(answers: tuple[bool, ...]) -> None:
    relations = [stands(answer) for answer in answers]
    assert either(*relations)(ISSUE, POLICY, COORDINATOR) is any(answers)
    assert both(*relations)(ISSUE, POLICY, COORDINATOR) is all(answers)


def test_an_order_for_what_the_unit_does_not_owe_any_more_does_not_hold_it() -> None:
    story = dispatched().until("08-04 18:00")
    assert [order.presses for order in story.issue.supervision.open_orders] == [("sign#1",)]
    story.does(COORDINATOR, transfer(D2), "08-05 09:00").does(head(D2), RETURN).does(COORDINATOR, approve_return(D1))
    assert [(order.unit, order.presses) for order in story.issue.supervision.open_orders] == [(D1, ("sign#1",))]
    assert story.does(head(D1), RETURN).issue.status is Status.RETURN_REVIEW, "its signature of 08-02 is not owed"


def twice_transferred() -> Story:
    return dispatched(D1).does(head(D1), transfer(D2)).does(head(D2), transfer(D3))


@pytest.mark.parametrize(
    ("story", "unit", "act", "when", "expected"),
    [
        (in_hand, D1, RETURN, "08-05 09:00", ReturnWindowOver(limit="2个工作日", limit_en="2 working days")),
        (in_hand, D1, transfer(D2), "08-06 09:00", TransferWindowOver(limit="3个工作日", limit_en="3 working days")),
        (twice_transferred, D3, transfer(FORMER), "08-03 09:00", TransfersUsedUp(count="2")),
        (
            lambda: dispatched(number="BH-5").until("08-04 18:00"),
            D1,
            RETURN,
            "08-04 18:00",
            OrderHoldsUnit(order="BH-5-D1"),
        ),
    ],
)
def test_a_unit_that_may_not_give_an_issue_away_learns_why(
    story: Callable[[], Story], unit: str, act: do.Act, when: str, expected: Refusal
) -> None:
    with pytest.raises(type(expected)) as refused:
        story().does(head(unit), act, when)
    assert refused.value.facts == expected.facts
