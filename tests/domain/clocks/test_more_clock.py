"""One clock by itself: what a stretch that does not count adds to it, and what it is when it goes on again."""

from dataclasses import replace
from datetime import datetime

import pytest

from bihuan.domain import commands as do
from bihuan.domain.clocks.clock import Clock, Obligation, Pause
from bihuan.domain.clocks.operations import change_paper_clocks, grant
from bihuan.domain.ladder.escalation import rungs
from bihuan.domain.policy import Urgency
from tests.support.small_city.calendar import MONDAY, at
from tests.support.small_city.people import COORDINATOR
from tests.support.small_city.policy import POLICY, limit
from tests.support.small_city.stages import told

CLOCK = Clock(Obligation.ISSUE, 1, limit("7wd"), MONDAY)
A, B, C, D = (at(f"08-0{day} 09:00") for day in (3, 4, 5, 6))
HELD = Pause(B, "统一停钟", C)


@pytest.mark.parametrize(
    ("since", "until", "more"),
    [
        (A, D, [(A, B), (C, D)]),
        (B, D, [(C, D)]),
        (A, C, [(A, B)]),
        (B, C, []),
        (A, B, [(A, B)]),
        (C, D, [(C, D)]),
    ],
)
def test_of_a_stretch_that_does_not_count_a_pause_is_added_for_what_lies_outside_the_pauses(
    since: datetime, until: datetime, more: list[tuple[datetime, datetime]]
) -> None:
    pauses = replace(CLOCK, pauses=(HELD,)).excluding(since, until, "裁定超时").pauses
    assert [(one.since, one.until) for one in pauses if one != HELD] == more


@pytest.mark.parametrize(
    "over",
    [
        {"stopped_at": B},
        {"ended_at": B},
        {"stopped_at": B, "ended_at": C},
        {"ended_at": B, "taken": True},
        {"ended_at": B, "pauses": (Pause(B, "撤单"),)},
    ],
)
def test_a_clock_that_goes_on_again_is_as_if_it_had_been_paused_since_it_was_met(over: dict[str, object]) -> None:
    again = replace(CLOCK, **over).continued(D, "撤单")  # type: ignore[arg-type]
    assert replace(again, pauses=()) == CLOCK
    assert again.pauses[-1] == Pause(B, "撤单", D)
    assert again.taken is False


OF_ONE = Clock(Obligation.REPLY, 1, limit("3wd"), MONDAY, order="D1")
OTHERS = (
    replace(OF_ONE, occurrence=2, order="D2"),
    replace(OF_ONE, obligation=Obligation.LIFT),
    replace(OF_ONE, occurrence=3, ended_at=B),
    CLOCK,
)


def test_what_changes_the_clocks_of_one_order_leaves_all_others() -> None:
    issue = replace(told().issue, clocks=(OF_ONE, *OTHERS))
    changed = change_paper_clocks(issue, "D1", (Obligation.REPLY,), lambda clock: clock.pause(D, "统一停钟"))
    assert changed.clocks == (OF_ONE.pause(D, "统一停钟"), *OTHERS)


def test_a_class_says_whether_a_consultation_is_complex() -> None:
    story = told(urgency=Urgency.CONSULT)
    for hard in (True, False):
        story.does(COORDINATOR, do.Classify(urgency=Urgency.CONSULT, complex=hard))
        assert story.issue.matter.complex is hard


def test_another_grant_is_that_of_the_clocks_named() -> None:
    issue = grant(replace(told().issue, clocks=(OF_ONE, *OTHERS)), {OF_ONE.key}, ("kept",))
    assert issue.clocks == (replace(OF_ONE, grant=1), *OTHERS)
    assert "kept" in issue.supervision.raised


def test_a_class_is_taken_whole() -> None:
    story = told().does(COORDINATOR, do.Classify(category="FIN", urgency=Urgency.COMPLEX))
    issue = story.issue
    assert (issue.matter.category, issue.matter.service_group, issue.matter.urgency) == (
        "FIN",
        "FINANCE",
        Urgency.COMPLEX,
    )


@pytest.mark.parametrize("waits", [Obligation.SUPPLY, Obligation.EVALUATE, Obligation.REVIEW, Obligation.ARCHIVE])
def test_nobody_is_pressed_by_a_wait_that_lapses(waits: Obligation) -> None:
    assert rungs(replace(CLOCK, obligation=waits), told().issue, POLICY) == ()


@pytest.mark.parametrize(
    ("obligation", "warned"), [(Obligation.ISSUE, "08-11 08:30"), (Obligation.TRIAGE, "08-10 10:15")]
)
def test_a_result_is_warned_of_a_day_before_and_all_else_in_its_last_quarter(
    obligation: Obligation, warned: str
) -> None:
    """Seven days of seven hours: the last quarter, twelve hours and a quarter, begins at 10:15 on 08-10."""
    first = rungs(replace(CLOCK, obligation=obligation), told().issue, POLICY)[0]
    assert first.at == at(warned)
