"""Merging: what each word carries, and which issue and which field each refusal names."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.notifications.registry import facts
from bihuan.domain.people import SYSTEM, Actor
from bihuan.domain.refusals import (
    MergeAwaited,
    MergeInRing,
    MergeIntoItself,
    MergeOtherEnterprise,
    MergesElsewhere,
    MergeTargetEnding,
    MergeTargetNotOpen,
    MergeUndecided,
    NotMerging,
    Refusal,
    TakesInAnother,
)
from tests.support.small_city.acts import ABSORB, NOT_TAKEN_IN, REJECT, TWIN
from tests.support.small_city.people import COORDINATOR
from tests.support.small_city.policy import D1
from tests.support.small_city.stages import closed, merged, merging, told
from tests.support.small_city.story import Story

FURTHER = "BH-FURTHER"


def absorbing() -> Story:
    """It takes another in by its second event."""
    return told().does(SYSTEM, ABSORB)


@pytest.mark.parametrize(
    ("story", "act", "event"),
    [
        (
            merging,
            do.ConfirmMerge(into=FURTHER, asked=TWIN, seq=7),
            ev.Merged(into=FURTHER, asked=TWIN, seq=7),
        ),
        (
            merging,
            do.RefuseMerge(into=TWIN, why="MergeInRing"),
            ev.MergeRefused(into=TWIN, why="MergeInRing"),
        ),
        (told, ABSORB, ev.MergeTaken(child=ABSORB.child, asked=TWIN)),
        *(
            (
                absorbing,
                do.SettleMerge(child=ABSORB.child, seq=2, merged=was),
                ev.MergeSettled(child=ABSORB.child, seq=2, merged=was),
            )
            for was in (True, False)
        ),
    ],
)
def test_what_another_issue_says_is_recorded_as_it_was_said(
    story: Callable[[], Story], act: do.Act, event: ev.Event
) -> None:
    assert story().does(SYSTEM, act).events[-1] == event


def test_an_issue_is_not_merged_into_itself_and_the_field_is_named() -> None:
    story = told()
    with pytest.raises(MergeIntoItself) as refused:
        story.does(COORDINATOR, do.Merge(into=story.issue.issue_no))
    assert refused.value.field == "into"


@pytest.mark.parametrize("act", [do.ConfirmMerge(into=FURTHER, asked=TWIN, seq=3), do.RefuseMerge(into=TWIN)])
def test_a_word_that_is_not_waited_for_is_refused_by_the_number_that_was_asked(act: do.Act) -> None:
    with pytest.raises(NotMerging) as refused:
        told().does(SYSTEM, act)
    assert refused.value.facts["into"] == TWIN


@pytest.mark.parametrize("why", ["MergeTargetNotOpen", "MergeTargetEnding", "IssueArchived"])
def test_why_it_is_not_taken_in_names_the_other_issue(why: str) -> None:
    story = merging().does(SYSTEM, replace(NOT_TAKEN_IN, why=why))
    carried = facts(story.events[-1], story.issue)
    assert TWIN in carried["reason"]
    assert TWIN in carried["reason_en"]


def asked_twice() -> Story:
    return merging(number="BH-5")


BH4, BH6 = replace(ABSORB, child="BH-4"), replace(ABSORB, child="BH-6")
NOT_HIS = replace(ABSORB, enterprise=do.Enterprise("别家", "91410923MA0000009A"))


@pytest.mark.parametrize(
    ("story", "who", "act", "expected"),
    [
        (asked_twice, COORDINATOR, do.Merge(into=FURTHER), MergeAwaited(into=TWIN)),
        (absorbing, COORDINATOR, do.Merge(into=TWIN), TakesInAnother(child=ABSORB.child)),
        (lambda: merged(number="BH-5"), SYSTEM, ABSORB, MergesElsewhere(issue="BH-5", into=TWIN)),
        (lambda: closed(number="BH-5"), SYSTEM, ABSORB, MergeTargetNotOpen(field="into", into="BH-5")),
        (
            lambda: told(number="BH-5").does(COORDINATOR, REJECT),
            SYSTEM,
            ABSORB,
            MergeTargetEnding(field="into", into="BH-5"),
        ),
        (lambda: told(number="BH-4"), SYSTEM, BH4, MergeInRing(into=TWIN)),
        (told, SYSTEM, NOT_HIS, MergeOtherEnterprise(field="into")),
        (asked_twice, SYSTEM, BH4, MergesElsewhere(issue="BH-5", into=TWIN)),
        (asked_twice, SYSTEM, BH6, MergeUndecided(issue="BH-5", into=TWIN)),
    ],
)
def test_a_refusal_names_the_issues_and_the_field(
    story: Callable[[], Story], who: Actor, act: do.Act, expected: Refusal
) -> None:
    with pytest.raises(type(expected)) as refused:
        story().does(who, act)
    assert (refused.value.field, refused.value.facts) == (expected.field, expected.facts)


def test_what_it_asked_lapses_by_the_number_it_asked() -> None:
    story = merging().does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D1))
    assert [one for one in story.events if isinstance(one, ev.MergeLapsed)] == [ev.MergeLapsed(into=TWIN)]
