"""Who had the issue, and for how long."""

from datetime import timedelta

import pytest

from bihuan.domain import commands as do
from bihuan.domain.clocks.responsibility_time import Charge, charged, waits_for
from bihuan.domain.stage import Status
from tests.support.small_city.acts import ASK, RESULT
from tests.support.small_city.calendar import at
from tests.support.small_city.people import COORDINATOR, ENTERPRISE, LIAISON, head
from tests.support.small_city.policy import D1, POLICY, USCC
from tests.support.small_city.stages import in_hand, in_status
from tests.support.small_city.stages import told as submitted
from tests.support.small_city.story import Story

OWED_BY = {
    Status.SUBMITTED: "liaison:liaison",
    Status.UNTRIAGED: "coordination",
    Status.NEED_INFO: f"enterprise:{USCC}",
    Status.ACCEPTED: "coordination",
    Status.DISPATCHED: f"unit:{D1}",
    Status.RETURN_REVIEW: "coordination",
    Status.TRANSFERRED: f"unit:{D1}",
    Status.FOLLOWING: "coordination",
    Status.IN_PROGRESS: f"unit:{D1}",
    Status.CHECKING: "coordination",
    Status.TO_DELIVER: f"unit:{D1}",
    Status.EVALUATING: None,
    Status.CALLBACK: "callback",
    Status.EVALUATED: "coordination",
    Status.SUSPENDED: "unit:D1",
    Status.CLOSED: None,
    Status.ARCHIVED: None,
}
"""The second column of docs/rules.md 1.1, for an issue of coordination's that D1 holds."""


@pytest.mark.parametrize("status", Status)
def test_each_status_waits_for_whom_the_rules_name(status: Status) -> None:
    story = in_status(status)
    owes = waits_for(story.issue, POLICY, story.now)
    assert (str(owes) if owes else None) == OWED_BY[status]


def charges_of(story: Story, until: str) -> tuple[Charge, ...]:
    return charged(story.issue.issue_no, story.recorded, POLICY, at(until))


def test_each_moment_is_charged_to_who_owed_the_next_act() -> None:
    story = submitted().does(COORDINATOR, do.Accept(), "08-02 10:00")
    story.does(COORDINATOR, do.HandOver(unit=D1), "08-02 11:00").does(head(D1), do.Sign(), "08-03 09:00")
    story.does(head(D1), RESULT, "08-04 08:30")
    assert [(str(one.owes), one.elapsed, one.office) for one in charges_of(story, "08-04 09:30")] == [
        (f"unit:{D1}", timedelta(hours=45.5), timedelta(hours=11.5)),
        ("coordination", timedelta(hours=3), timedelta(hours=3)),
    ]


def test_who_had_it_equally_long_is_named_in_the_order_of_names_and_who_had_it_no_time_is_not() -> None:
    story = submitted().does(COORDINATOR, ASK, "08-02 10:00")
    story.does(ENTERPRISE, do.Supply(text="400千伏安"), "08-02 10:00")
    assert [str(one.owes) for one in charges_of(story, "08-02 11:00")] == ["coordination"]
    story = submitted(contact="").does(LIAISON, do.Complete(contact="经办人"), "08-02 10:00")
    assert [(str(one.owes), one.elapsed) for one in charges_of(story, "08-02 11:00")] == [
        ("coordination", timedelta(hours=1)),
        ("liaison:liaison", timedelta(hours=1)),
    ]


def test_an_account_with_a_gap_names_the_issue_and_the_event() -> None:
    story = in_hand()
    with pytest.raises(ValueError, match=f"^{story.issue.issue_no}: event 2 is missing, 3 came instead$"):
        charged(story.issue.issue_no, story.recorded[:1] + story.recorded[2:], POLICY, story.now)
