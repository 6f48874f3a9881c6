"""Parts and the lead's result (docs/rules.md 7.3)."""

import pytest

from bihuan.domain import refusals as no
from bihuan.domain.joint.values import PartState
from bihuan.domain.parties import Desk, Party
from bihuan.domain.stage import Status
from tests.support.small_city.acts import DELIVER, NOT_SOLVED, PASS, RESULT, SEND_BACK, rate
from tests.support.small_city.calendar import at
from tests.support.small_city.parts import ASK, DUE, PART, REGARDLESS, assisted, handed_in, states
from tests.support.small_city.people import COORDINATOR, ENTERPRISE, head
from tests.support.small_city.policy import D1, D2
from tests.support.small_city.stages import withdrawn
from tests.support.small_city.story import ALL_RUNGS, refused


def test_a_result_with_a_part_still_owed_says_why_it_does_not_wait() -> None:
    story = assisted()
    with pytest.raises(no.OpenPartsNeedReason) as said:
        story.copy().does(head(D1), RESULT)
    assert said.value.field == "open_parts_reason"
    assert D2 in said.value.sentence_zh
    story.does(head(D1), REGARDLESS)
    (result,) = story.entries("result_submitted")
    assert set(result.tell) == {Party(Desk.COORDINATION), Party(Desk.UNIT, D2)}
    assert story.until("08-20 10:00").raised("assist#1") == [], "the part waits with the result"


def test_what_was_handed_in_is_taken_up_by_the_result_without_a_reason() -> None:
    story = handed_in()
    met_at = story.clock("assist#1").met_at
    story.does(head(D1), RESULT)
    assert story.clock("assist#1").met_at == met_at != story.now
    assert story.names[-2:] == ["result_submitted", "part_accepted"]
    assert states(story) == [(D2, PartState.ACCEPTED)]
    story.does(COORDINATOR, SEND_BACK).until("08-10 10:00")
    assert story.raised("assist#1") == [], "sending the result back takes nothing back from the unit that did its part"


def test_a_result_sent_back_lets_the_part_run_on_and_a_check_passed_ends_it() -> None:
    story = assisted().does(head(D1), REGARDLESS, "08-03 10:00").does(COORDINATOR, SEND_BACK, "08-04 10:00")
    (sent_back,) = story.entries("sent_back")
    assert set(sent_back.tell) == {Party(Desk.UNIT, D1), Party(Desk.UNIT, D2)}
    assert story.due("assist#1") == at(DUE)
    assert story.copy().until("08-06 18:00").raised("assist#1") == ALL_RUNGS
    story.does(head(D1), REGARDLESS).does(COORDINATOR, PASS)
    assert states(story) == [(D2, PartState.LAPSED)]
    refused(story, head(D2), PART, no.NotYourIssue)


def test_another_round_begins_without_the_parts_of_the_last() -> None:
    story = assisted().does(head(D1), REGARDLESS).does(COORDINATOR, PASS).does(head(D1), DELIVER)
    story.does(ENTERPRISE, rate(1, solved=False)).does(COORDINATOR, NOT_SOLVED)
    assert story.issue.status is Status.IN_PROGRESS
    assert story.issue.open_parts == ()
    assert story.does(head(D1), ASK).issue.part(D2) is not None


def test_closing_ends_every_part_and_its_unit_hears_of_it() -> None:
    story = withdrawn(assisted())
    assert states(story) == [(D2, PartState.LAPSED)]
    assert not any(clock.open for clock in story.issue.clocks if clock.key == "assist#1")
    (entry,) = story.entries("withdrawn")
    assert Party(Desk.UNIT, D2) in entry.tell
