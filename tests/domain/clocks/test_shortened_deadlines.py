"""No deadline is moved behind now (docs/decisions/0014, 5): short histories of August 2021."""

from dataclasses import replace

import pytest

from bihuan.domain import commands as do
from bihuan.domain.batches.commands import Handling
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.policy import Policy
from tests.support.small_city.acts import SHORTER, adopt_policy, hold, release, suspend
from tests.support.small_city.calendar import at
from tests.support.small_city.people import COORDINATOR, DEPUTY, head
from tests.support.small_city.policy import D1, POLICY, limit
from tests.support.small_city.rulings import URGENT, approved, heard
from tests.support.small_city.stages import accepted, in_hand


def test_a_class_that_shortens_leaves_the_sign_limit_from_now_and_everyone_hears() -> None:
    story = in_hand().does(COORDINATOR, URGENT, "08-10 09:00")
    assert story.due("issue#1") == at("08-10 10:00"), "an hour of office time; three days ended on 08-05"
    assert heard(story, "classified") == {f"unit:{D1}", f"enterprise:{story.issue.enterprise.uscc}"}
    story.until("08-10 09:00").until("08-10 10:00")
    assert story.raised("issue#1") == [Rung.R0, Rung.R1]
    assert not any(alarm.late for alarm in story.alarms if alarm.clock == "issue#1"), "raised when it was so"
    assert Rung.R2 in story.until("08-11 18:00").raised("issue#1")


def test_a_class_that_shortens_to_a_moment_ahead_takes_the_whole_limit() -> None:
    story = in_hand().does(COORDINATOR, URGENT, "08-04 09:00")
    assert story.due("issue#1") == at("08-05 18:00")


def test_a_class_that_shortens_moves_no_deadline_later() -> None:
    story = in_hand().does(COORDINATOR, URGENT, "08-11 17:30")
    assert story.due("issue#1") == at("08-11 18:00"), "an hour from now would be later than it was"
    late = accepted().until("08-13 09:00").does(COORDINATOR, URGENT)
    assert late.due("issue#1") == at("08-11 18:00"), "nor is what is late already made good"
    assert late.due("triage#1") == at("08-03 18:00")


def test_before_dispatch_too_a_class_leaves_the_sign_limit() -> None:
    story = accepted().does(COORDINATOR, URGENT, "08-02 15:00")
    assert story.due("triage#1") == at("08-02 16:00"), "one hour from receipt was over at ten"


def test_a_class_found_during_a_suspension_shortens_what_is_left() -> None:
    story = approved(in_hand().does(head(D1), suspend("08-23 18:00"), "08-03 09:00"), "08-03 10:00")
    story.does(COORDINATOR, URGENT, "08-05 09:00")
    governed = story.issue.governed_by
    assert governed is not None
    assert "不因改类而延后" not in governed.reason_zh, "it was shortened, so nobody says it was kept"
    story.does(COORDINATOR, do.Resume(reason="条件已具备"), "08-05 10:00")
    assert story.due("issue#1") == at("08-09 18:00"), "three days from receipt, and the two of the suspension"


def test_a_class_found_during_a_long_suspension_leaves_the_sign_limit_when_it_goes_on() -> None:
    story = approved(in_hand().does(head(D1), suspend("08-23 18:00"), "08-10 09:00"), "08-10 10:00")
    story.does(COORDINATOR, URGENT, "08-12 09:00").does(COORDINATOR, do.Resume(reason="已具备"), "08-13 09:00")
    assert story.due("issue#1") == at("08-13 10:00")


def test_an_adopted_policy_leaves_the_sign_limit_and_undoing_it_gives_back_what_was() -> None:
    story = in_hand().does(DEPUTY, adopt_policy(SHORTER), "08-10 09:00")
    assert story.due("issue#1") == at("08-11 18:00"), "five days ended on 08-09; a day from now ends when it was due"
    shorter = quarter_hour_sign(SHORTER)
    story = in_hand().does(DEPUTY, adopt_policy(shorter), "08-10 09:00")
    assert story.due("issue#1") == at("08-10 10:00")
    undo = adopt_policy(POLICY, batch="B-2", undoes="B-1")
    assert story.does(DEPUTY, undo, "08-10 09:10").due("issue#1") == at("08-11 18:00")


def quarter_hour_sign(policy: Policy) -> Policy:
    rows = {key: replace(row, sign=limit("1wh")) for key, row in policy.limits.items()}
    return replace(policy, version="v3", limits=rows)


def test_an_adopted_policy_that_shortens_what_is_late_already_changes_no_moment() -> None:
    story = in_hand().until("08-12 12:00").does(DEPUTY, adopt_policy(SHORTER), "08-12 12:00")
    assert story.due("issue#1") == at("08-11 18:00")
    assert not heard(story, "policy_adopted")


@pytest.mark.parametrize("credit", [False, True])
def test_an_adopted_policy_is_compared_as_if_a_paused_clock_ran_on(credit: bool) -> None:
    story = in_hand().does(DEPUTY, hold("08-20 18:00"), "08-10 09:00")
    handling = Handling.CREDIT if credit else Handling.ADOPT
    story.does(DEPUTY, adopt_policy(quarter_hour_sign(SHORTER), handling), "08-12 09:00")
    story.does(DEPUTY, release(), "08-13 09:00")
    credited = at("08-20 09:00")
    assert story.due("issue#1") == (credited if credit else at("08-13 10:00"))


def test_a_hand_over_is_judged_as_of_the_pause() -> None:
    story = accepted().until("08-04 09:00").does(DEPUTY, hold("08-20 18:00")).does(COORDINATOR, do.HandOver(unit=D1))
    assert story.open_clocks(Obligation.SOLVE) == ["solve#1"], "triage was late before everything stopped"
    story.does(DEPUTY, release(), "08-06 09:00")
    assert story.due("solve#1") == at("08-17 09:00"), "seven days, and what was held of the first two"
    in_time = (
        accepted()
        .does(DEPUTY, hold("08-20 18:00"), "08-03 09:00")
        .does(COORDINATOR, do.HandOver(unit=D1), "08-10 09:00")
    )
    assert in_time.open_clocks(Obligation.SOLVE) == [], "the pause makes nobody late"
