"""What an issue is after a part was added, handed in, judged or taken away."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import events as ev
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.clocks.operations import continue_clocks
from bihuan.domain.handlers import Fold
from bihuan.domain.issue import Issue
from bihuan.domain.joint.values import Part, PartState


def _assist_added(event: ev.AssistAdded, issue: Issue, at: datetime) -> Issue:
    """Asked again for what it had not done when it was released, the unit goes on with what time was left."""
    taken = {clock.key for clock in issue.clocks if clock.taken}
    undone = (one for one in reversed(issue.parts) if one.state is PartState.RELEASED and one.clock in taken)
    known = next((one for one in undone if one.unit == event.unit), None)
    if known is not None:
        owed = replace(known, task=event.task, state=PartState.OWED, ended_at=None, reason="")
        parts = tuple(owed if one is known else one for one in issue.parts)
        return continue_clocks(replace(issue, parts=parts), {known.clock}, at, PartState.RELEASED)
    occurrence = 1 + sum(clock.obligation is Obligation.ASSIST for clock in issue.clocks)
    clock = Clock(Obligation.ASSIST, occurrence, issue.limits.assist, at, unit=event.unit)
    part = Part(clock.key, event.unit, event.task, at)
    return replace(issue, clocks=(*issue.clocks, clock), parts=(*issue.parts, part))


def _part_submitted(event: ev.PartSubmitted, issue: Issue, at: datetime) -> Issue:
    said = {"text": event.text, "evidence": event.evidence, "handed_in_at": at, "state": PartState.HANDED_IN}
    return _changed(issue, event.unit, said, {"stopped_at": at})


def _part_accepted(event: ev.PartAccepted, issue: Issue, at: datetime) -> Issue:
    return _changed(issue, event.unit, {"state": PartState.ACCEPTED, "ended_at": at}, {"ended_at": at})


def _part_returned(event: ev.PartReturned, issue: Issue, _at: datetime) -> Issue:
    """Its time runs on as if it had never stopped; where the issue's stood still, it would have."""
    of = issue.part(event.unit)
    clock = next(clock for clock in issue.clocks if of is not None and clock.key == of.clock)
    met = clock.stopped_at
    assert met is not None, "what is returned had been handed in"
    later = (p for p in issue.deadline.pauses if p.until is None or p.until > met)
    goes_on = {"stopped_at": None, "pauses": (*clock.pauses, *(replace(p, since=max(p.since, met)) for p in later))}
    return _changed(issue, event.unit, {"state": PartState.OWED, "reason": event.reason}, goes_on)


def _assist_released(event: ev.AssistReleased, issue: Issue, at: datetime) -> Issue:
    """A part that was handed in was done; one that was not is taken away."""
    part = issue.part(event.unit)
    done = part is not None and part.state is PartState.HANDED_IN
    gone = {"state": PartState.RELEASED, "ended_at": at, "reason": event.reason}
    return _changed(issue, event.unit, gone, {"ended_at": at, "taken": not done})


def lapse_parts(issue: Issue, at: datetime) -> Issue:
    """What is still open ends with the issue's result; its clock is ended with the others."""
    over = (replace(part, state=PartState.LAPSED, ended_at=at) if part.open else part for part in issue.parts)
    return replace(issue, parts=tuple(over))


def _changed(issue: Issue, unit: str, part: dict[str, Any], clock: dict[str, Any]) -> Issue:
    """The open part of a unit, and its clock, changed."""
    of = issue.part(unit)
    assert of is not None, f"{unit} has no open part"
    return replace(
        issue,
        parts=tuple(replace(one, **part) if one is of else one for one in issue.parts),
        clocks=tuple(replace(one, **clock) if one.key == of.clock else one for one in issue.clocks),
    )


FOLDS: Mapping[type[Any], Fold] = {
    ev.AssistAdded: _assist_added,
    ev.PartSubmitted: _part_submitted,
    ev.PartAccepted: _part_accepted,
    ev.PartReturned: _part_returned,
    ev.AssistReleased: _assist_released,
}
