"""Merging: what each word carries, and which issue and which field each refusal names."""

from dataclasses import replace

import pytest

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.notifications.registry import facts
from bihuan.domain.people import SYSTEM
from bihuan.domain.refusals import MergeIntoItself, NotMerging
from tests.rules.worlds import ABSORB, COORDINATOR, NOT_TAKEN_IN, TWIN, Story, merging, told

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
                do.SettleMerge(child=ABSORB.child, seq=2, merged=merged),
                ev.MergeSettled(child=ABSORB.child, seq=2, merged=merged),
            )
            for merged in (True, False)
        ),
    ],
)
def test_what_another_issue_says_is_recorded_as_it_was_said(story: object, act: do.Act, event: ev.Event) -> None:
    assert callable(story)
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
