"""Parts under side requests and another calendar (docs/rules.md 7.3)."""

from bihuan.domain import commands as do
from bihuan.domain import refusals as no
from bihuan.domain.clocks.trace import Turn, explained
from bihuan.domain.joint.values import PartState
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from tests.support.small_city.acts import RESUME, TERMINATE, approve, extend, hold, suspend
from tests.support.small_city.calendar import CALENDAR, REVISED, at
from tests.support.small_city.parts import ASK, PART, RELEASE, RETURN_PART, assisted, states
from tests.support.small_city.people import COORDINATOR, DEPUTY, head
from tests.support.small_city.policy import D1, D2, POLICY
from tests.support.small_city.stages import in_hand
from tests.support.small_city.story import ALL_RUNGS, Story, refused


def resting(story: Story, since: str = "08-04 10:00") -> Story:
    """Suspended on its lead's request."""
    story.does(head(D1), suspend("08-20 18:00"), since)
    return story.does(COORDINATOR, approve(story))


def test_a_suspension_stops_the_part_and_its_unit_hears_of_both_ends() -> None:
    story = resting(assisted())
    part = story.issue.parts[0]
    assert story.clock(part.clock).paused
    for act in (PART, RELEASE):
        refused(story, head(D2) if act is PART else head(D1), act, no.WrongStatus)
    story.until("08-18 09:00")
    assert not [one for one in story.alarms if one.clock == part.clock and one.rung != Rung.R0]
    story.does(head(D1), RESUME, "08-18 10:01")
    assert story.due(part.clock) == at("08-19 18:00"), "a working day and a half lay ahead of it"
    assert all(Party(Desk.UNIT, D2) in story.entries(name)[0].tell for name in ("suspended", "resumed"))


def test_a_part_handed_in_before_a_suspension_and_returned_after_it_is_given_the_suspension_back() -> None:
    story, straight = resting(assisted().does(head(D2), PART, "08-04 09:00")), resting(assisted())
    for one in (story, straight):
        one.does(head(D1), RESUME, "08-18 10:00")
    part = story.issue.parts[0]
    story.does(head(D1), RETURN_PART, "08-18 11:00")
    assert story.due(part.clock) == straight.due(part.clock)


def test_a_part_handed_in_during_a_mass_suspension_and_returned_waits_as_if_it_never_was() -> None:
    story, straight = assisted(), assisted()
    for one in (story, straight):
        one.does(COORDINATOR, hold("08-09 12:00"), "08-03 12:00")
    story.does(head(D2), PART, "08-04 10:00").does(head(D1), RETURN_PART, "08-05 10:00")
    part = story.issue.parts[0]
    for one in (story, straight):
        one.until("08-09 13:00")
    assert story.due(part.clock) == straight.due(part.clock)


def test_an_extension_is_the_leads_and_moves_no_part() -> None:
    story = assisted()
    due = story.due(story.issue.parts[0].clock)
    story.does(head(D1), extend("08-13 18:00")).does(COORDINATOR, approve(story))
    assert story.due(story.issue.parts[0].clock) == due


def test_a_termination_ends_every_part_and_its_unit_hears_of_it() -> None:
    story = assisted().does(COORDINATOR, TERMINATE)
    story.does(DEPUTY, approve(story))
    assert states(story) == [(D2, PartState.LAPSED)]
    assert Party(Desk.UNIT, D2) in story.entries("terminated")[0].tell


def test_a_new_calendar_moves_a_part_and_its_unit_hears_of_it() -> None:
    story = in_hand().does(head(D1), ASK, "08-10 10:00")
    part = story.issue.parts[0]
    assert story.due(part.clock) == at("08-13 18:00")
    story.does(COORDINATOR, do.AdoptCalendar(version=REVISED.version, calendar=REVISED))
    assert story.due(part.clock) == at("08-16 18:00"), "the Wednesday is free now"
    assert Party(Desk.UNIT, D2) in story.recorded[-1].tell


def test_a_part_handed_in_in_time_stays_in_time_under_a_new_calendar_and_runs_on_by_the_new_one() -> None:
    story = in_hand().does(head(D1), ASK, "08-10 10:00").does(head(D2), PART, "08-13 09:00")
    part = story.issue.parts[0]
    story.does(COORDINATOR, do.AdoptCalendar(version=REVISED.version, calendar=REVISED))
    assert story.due(part.clock) == at("08-13 18:00")
    story.does(head(D1), RETURN_PART)
    assert story.due(part.clock) == at("08-16 18:00")


def test_a_part_is_explained_like_every_other_limit() -> None:
    story = assisted().does(head(D2), PART, "08-04 09:00").does(head(D1), RETURN_PART).does(head(D1), RELEASE)
    (one,) = [
        e for e in explained(story.issue.issue_no, story.recorded, {POLICY.version: POLICY}) if e.clock.unit == D2
    ]
    assert [turn.what for turn in one.turns] == [Turn.STARTED, Turn.MET, Turn.RUNS_ON, Turn.TAKEN]
    assert [turn.event for turn in one.turns] == ["assist_added", "part_submitted", "part_returned", "assist_released"]
    assert one.owes == Party(Desk.UNIT, D2)
    assert one.account.ran == one.account.budget
    assert one.account.due == one.clock.due(CALENDAR)


def test_five_days_after_it_was_due_whoever_owes_a_part_is_to_be_criticised_and_has_missed_no_result() -> None:
    story = assisted().until("08-12 18:00")
    (drafted,) = [one for one in story.issue.drafts if "assist#1" in one.presses]
    assert (drafted.paper, drafted.to) == (Paper.CRITICISM, Party(Desk.UNIT, D2))
    assert story.raised("assist#1") == [*ALL_RUNGS, Rung.R3]
    assert D2 not in story.issue.missed_by
