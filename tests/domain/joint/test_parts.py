"""Joint handling: who assists, and the part to and fro (docs/rules.md 7.3)."""

from bihuan.domain import commands as do
from bihuan.domain import refusals as no
from bihuan.domain.access.authorization import permitted
from bihuan.domain.joint.values import PartState
from bihuan.domain.parties import Desk, Party
from tests.support.small_city.acts import DELIVER, PASS
from tests.support.small_city.calendar import at
from tests.support.small_city.parts import (
    ASK,
    DUE,
    HANDED_OVER,
    PART,
    REGARDLESS,
    RELEASE,
    RETURN_PART,
    TAKE,
    assisted,
    handed_in,
    states,
)
from tests.support.small_city.people import COORDINATOR, handler, head, supervisor
from tests.support.small_city.policy import D1, D2, D3, G1, POLICY
from tests.support.small_city.stages import accepted, in_hand, returned
from tests.support.small_city.story import ALL_RUNGS, refused

# Naming


def test_the_hand_over_names_the_lead_and_the_units_that_assist_it() -> None:
    story = accepted().does(COORDINATOR, HANDED_OVER)
    assert story.names[-3:] == ["dispatched", "assist_added", "assist_added"]
    assert story.issue.holder == D1
    assert [(part.unit, part.task) for part in story.issue.parts] == [(D2, "本周答复"), (D3, "本周答复")]
    assert [story.due(part.clock) for part in story.issue.parts] == [at(DUE), at(DUE)]
    tell = [set(entry.tell) for entry in story.entries("assist_added")]
    assert tell == [{Party(Desk.UNIT, D2), Party(Desk.UNIT, D1)}, {Party(Desk.UNIT, D3), Party(Desk.UNIT, D1)}]


def test_the_lead_or_coordination_names_one_afterwards() -> None:
    for who in (head(D1), COORDINATOR):
        story = in_hand().does(who, ASK, "08-04 10:00")
        assert story.due("assist#1") == at("08-09 18:00")
    refused(in_hand(), handler(D1), ASK, no.RoleNotAllowed)
    refused(in_hand(), supervisor(G1), ASK, no.RoleNotAllowed)


def test_a_designation_and_a_transfer_may_name_them_too_the_former_holder_among_them() -> None:
    story = returned().does(COORDINATOR, do.Designate(unit=D2, reason="指定", co_units=(D1,)))
    assert states(story) == [(D1, PartState.OWED)]
    moved = in_hand().does(head(D1), do.Transfer(unit=D2, basis="权限", co_units=(D1, D3)))
    assert states(moved) == [(D1, PartState.OWED), (D3, PartState.OWED)]
    assert moved.issue.holder == D2


def test_a_unit_that_assisted_before_may_be_named_again_with_a_clock_of_its_own() -> None:
    story = handed_in().does(head(D1), TAKE).does(head(D1), ASK)
    assert [part.clock for part in story.issue.parts] == ["assist#1", "assist#2"]
    assert states(story) == [(D2, PartState.ACCEPTED), (D2, PartState.OWED)]


def test_a_command_without_the_new_fields_keeps_the_fingerprint_it_had_before_them() -> None:
    """Computed by the release that knew no assisting units; a repetition across the upgrade is still a repetition."""
    assert do.fingerprint(COORDINATOR, do.HandOver(unit=D1)) == "d33fff61d25fcfd45bdbc87f79d982fc"
    assert do.fingerprint(COORDINATOR, HANDED_OVER) != do.fingerprint(COORDINATOR, do.HandOver(unit=D1))


# The part, to and fro


def test_a_part_handed_in_goes_to_the_lead_and_is_accepted_by_it() -> None:
    story = assisted().does(head(D2), PART, "08-03 10:00")
    (submitted,) = story.entries("part_submitted")
    assert submitted.tell == (Party(Desk.UNIT, D1),)
    (part,) = story.issue.parts
    assert (part.state, part.text, part.evidence) == (PartState.HANDED_IN, "容量已核定", ("核定书",))
    story.does(head(D1), TAKE, "08-04 10:00")
    assert states(story) == [(D2, PartState.ACCEPTED)]
    assert story.clock("assist#1").met_at == at("08-03 10:00")
    assert story.until("08-20 10:00").raised("assist#1") == []


def test_a_part_returned_runs_on_as_if_it_had_not_been_handed_in() -> None:
    """Returning gives no free time: what passed meanwhile is raised then."""
    story = assisted().does(head(D2), PART, "08-05 17:00").does(head(D1), RETURN_PART, "08-09 10:00")
    assert story.due("assist#1") == at(DUE)
    assert story.issue.parts[0].reason == "缺图纸"
    story.until("08-09 10:01")
    assert story.raised("assist#1") == ALL_RUNGS
    assert [entry.at for entry in story.entries("alarm_raised")][-2:] == [at("08-09 10:01")] * 2
    (returned_,) = story.entries("part_returned")
    assert returned_.tell == (Party(Desk.UNIT, D2),)


def test_a_released_unit_owes_nothing_more() -> None:
    for who in (head(D1), COORDINATOR):
        story = assisted().does(who, RELEASE).until("08-10 10:00")
        assert states(story) == [(D2, PartState.RELEASED)]
        assert story.raised("assist#1") == []
        assert story.clock("assist#1").taken
        assert not permitted(story.issue, head(D1), story.now, POLICY)["submit_result"]
    (released,) = story.entries("assist_released")
    assert set(released.tell) == {Party(Desk.UNIT, D1), Party(Desk.UNIT, D2)}


def test_releasing_what_was_handed_in_does_not_undo_that_it_was_done() -> None:
    story = handed_in().does(head(D1), RELEASE)
    assert not story.clock("assist#1").taken


def test_an_assisting_unit_does_nothing_that_is_the_leads() -> None:
    story = assisted()
    may = permitted(story.issue, head(D2), story.now, POLICY)
    assert {act for act, refusal in may.items() if refusal is None} == {"submit_part", "note"}
    story.does(head(D1), REGARDLESS).does(COORDINATOR, PASS)
    refused(story, head(D2), DELIVER, no.NotYourIssue)
