"""The lead passes on; who reads, and who judges (docs/rules.md 7.3)."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain import refusals as no
from bihuan.domain.access.authorization import may_read
from bihuan.domain.joint.values import PartState
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.parties import Desk, Party
from bihuan.domain.stage import Status
from tests.support.small_city.acts import NOTE, PASS, RESULT, RETURN, approve_return, designate, refuse_return, transfer
from tests.support.small_city.parts import PART, RELEASE, TAKE, TASK, assisted, handed_in, states
from tests.support.small_city.people import COORDINATOR, handler, head, hub
from tests.support.small_city.policy import D1, D2, D3, HUBBED, HUBBED_HUB, POLICY
from tests.support.small_city.stages import in_hand
from tests.support.small_city.story import refused

# The lead passes on


@pytest.mark.parametrize("route", ["transfer", "reassign", "designate"])
def test_a_part_goes_on_for_the_new_lead_on_the_same_clock(route: str) -> None:
    story = assisted()
    due = story.due("assist#1")
    if route == "transfer":
        story.does(head(D1), transfer(D3))
    else:
        story.does(head(D1), RETURN).does(COORDINATOR, approve_return(D3) if route == "reassign" else designate(D3))
    assert states(story) == [(D2, PartState.OWED)]
    assert story.due("assist#1") == due
    assert Party(Desk.UNIT, D2) in story.entries("dispatched")[-1].tell
    story.does(head(D2), PART)
    refused(story, head(D1), TAKE, no.NotYourIssue)
    story.does(head(D3), do.Sign()).does(head(D3), TAKE)
    assert states(story) == [(D2, PartState.ACCEPTED)]


def test_a_unit_that_becomes_the_lead_owes_no_part_to_itself() -> None:
    story = assisted().does(head(D1), transfer(D2))
    assert states(story) == [(D2, PartState.RELEASED)]
    done = handed_in().does(head(D1), transfer(D2))
    assert states(done) == [(D2, PartState.ACCEPTED)]


def test_while_a_return_is_reviewed_the_part_runs_and_may_be_handed_in() -> None:
    story = assisted().does(head(D1), RETURN).does(head(D2), PART)
    assert states(story) == [(D2, PartState.HANDED_IN)]
    assert story.does(COORDINATOR, refuse_return()).does(head(D1), TAKE).issue.open_parts == ()


# Who reads, who judges


def test_an_assisting_unit_reads_and_notes_and_goes_on_reading() -> None:
    story = assisted()
    for who in (head(D2), handler(D2)):
        assert may_read(story.issue, who, POLICY)
        story.does(who, NOTE)
    story.does(head(D1), RELEASE)
    assert may_read(story.issue, head(D2), POLICY)
    assert not may_read(story.issue, head(D3), POLICY)


def test_the_hub_of_another_county_assists_and_reads() -> None:
    story = in_hand().does(head(D1), do.AddAssist(unit=HUBBED_HUB, task=TASK)).does(hub(HUBBED), PART)
    assert states(story) == [(HUBBED_HUB, PartState.HANDED_IN)]
    assert may_read(story.issue, hub(HUBBED), POLICY)


def test_a_hub_that_assisted_does_not_judge_the_result_and_is_not_pressed_to() -> None:
    story = in_hand(county=HUBBED).does(head(D1), do.AddAssist(unit=HUBBED_HUB, task=TASK)).does(hub(HUBBED), PART)
    story.does(head(D1), RESULT)
    refused(story, hub(HUBBED), PASS, no.HandlerMayNotJudge)
    due = next_due(story.issue, POLICY)
    assert due is not None
    assert (due.clock, due.owes) == ("check#1", "coordination")
    released = in_hand(county=HUBBED).does(head(D1), do.AddAssist(unit=HUBBED_HUB, task=TASK))
    released.does(head(D1), do.ReleaseAssist(unit=HUBBED_HUB, reason="不需要")).does(head(D1), RESULT)
    assert released.does(hub(HUBBED), PASS).issue.status is Status.TO_DELIVER
