"""Joint handling (协办): units that each owe the lead a part, and what their acts make of the issue."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.access.authorization import unit_of
from bihuan.domain.bounds import blank
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.clocks.operations import again
from bihuan.domain.issue import Issue, Part, PartState
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import (
    AlreadyAssisting,
    LeadMayNotAssist,
    NotAssisting,
    OpenPartsNeedReason,
    PartNotHandedIn,
    UnknownUnit,
)

# Deciding


def assistants(
    units: Sequence[str], lead: str, task: str, issue: Issue, policy: Policy, *, field: str
) -> Iterator[ev.AssistAdded]:
    """The units named to assist the lead, each with a part of its own."""
    for place, unit in enumerate(units):
        if unit not in policy.units:
            raise UnknownUnit(field=field, unit=unit)
        if unit == lead:
            raise LeadMayNotAssist(field=field, unit=unit)
        if unit in units[:place] or issue.part(unit) is not None:
            raise AlreadyAssisting(field=field, unit=unit)
        yield ev.AssistAdded(unit=unit, task=task)


def given(
    sent: ev.Dispatched, co_units: Sequence[str], issue: Issue, policy: Policy
) -> Iterator[ev.Dispatched | ev.PartAccepted | ev.AssistReleased | ev.AssistAdded]:
    """A dispatch with its assisting units. Open parts go on for the new lead; nobody owes a part to itself."""
    yield replace(sent, co_units=tuple(co_units))
    own = issue.part(sent.unit)
    if own is not None:
        yield _taken_up(own) if own.state is PartState.HANDED_IN else ev.AssistReleased(unit=own.unit, leads=True)
    yield from assistants(co_units, sent.unit, sent.reason, issue, policy, field="co_units")


def with_parts(result: ev.ResultSubmitted, issue: Issue) -> Iterator[ev.ResultSubmitted | ev.PartAccepted]:
    """A result takes up the parts handed in; where one is still owed it must say why it does not wait for it."""
    owed = [part.unit for part in issue.open_parts if part.state is PartState.OWED]
    if owed and blank(result.open_parts_reason):
        raise OpenPartsNeedReason(field="open_parts_reason", units="、".join(owed))
    yield result if owed else replace(result, open_parts_reason="")
    yield from (_taken_up(part) for part in issue.open_parts if part.state is PartState.HANDED_IN)


def _taken_up(part: Part) -> ev.PartAccepted:
    return ev.PartAccepted(unit=part.unit, implied=True)


def add_assist(act: do.AddAssist, issue: Issue, _actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    yield from assistants((act.unit,), issue.holder, act.task, issue, policy, field="unit")


def submit_part(act: do.SubmitPart, _issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    yield ev.PartSubmitted(unit=unit_of(actor, policy), text=act.text, evidence=act.evidence)


def accept_part(act: do.AcceptPart, issue: Issue, _actor: Actor, _now: datetime, _p: Policy) -> Iterator[ev.Event]:
    _handed_in(issue, act.unit)
    yield ev.PartAccepted(unit=act.unit, note=act.note)


def return_part(act: do.ReturnPart, issue: Issue, _actor: Actor, _now: datetime, _p: Policy) -> Iterator[ev.Event]:
    _handed_in(issue, act.unit)
    yield ev.PartReturned(unit=act.unit, reason=act.reason)


def release_assist(
    act: do.ReleaseAssist, issue: Issue, _actor: Actor, _now: datetime, _p: Policy
) -> Iterator[ev.Event]:
    if issue.part(act.unit) is None:
        raise NotAssisting(field="unit")
    yield ev.AssistReleased(unit=act.unit, reason=act.reason)


def _handed_in(issue: Issue, unit: str) -> None:
    part = issue.part(unit)
    if part is None or part.state is not PartState.HANDED_IN:
        raise PartNotHandedIn(field="unit")


# Evolving


def added(event: ev.AssistAdded, issue: Issue, at: datetime) -> Issue:
    """Asked again for what it had not done when it was released, the unit goes on with what time was left."""
    taken = {clock.key for clock in issue.clocks if clock.taken}
    undone = (one for one in reversed(issue.parts) if one.state is PartState.RELEASED and one.clock in taken)
    known = next((one for one in undone if one.unit == event.unit), None)
    if known is not None:
        owed = replace(known, task=event.task, state=PartState.OWED, ended_at=None, reason="")
        parts = tuple(owed if one is known else one for one in issue.parts)
        return again(replace(issue, parts=parts), {known.clock}, at, PartState.RELEASED)
    occurrence = 1 + sum(clock.obligation is Obligation.ASSIST for clock in issue.clocks)
    clock = Clock(Obligation.ASSIST, occurrence, issue.limits.assist, at, unit=event.unit)
    part = Part(clock.key, event.unit, event.task, at)
    return replace(issue, clocks=(*issue.clocks, clock), parts=(*issue.parts, part))


def submitted(event: ev.PartSubmitted, issue: Issue, at: datetime) -> Issue:
    said = {"text": event.text, "evidence": event.evidence, "handed_in_at": at, "state": PartState.HANDED_IN}
    return _changed(issue, event.unit, said, {"stopped_at": at})


def accepted(event: ev.PartAccepted, issue: Issue, at: datetime) -> Issue:
    return _changed(issue, event.unit, {"state": PartState.ACCEPTED, "ended_at": at}, {"ended_at": at})


def returned(event: ev.PartReturned, issue: Issue, _at: datetime) -> Issue:
    """Its time runs on as if it had never stopped; where the issue's stood still, it would have."""
    of = issue.part(event.unit)
    clock = next(clock for clock in issue.clocks if of is not None and clock.key == of.clock)
    met = clock.stopped_at
    assert met is not None, "what is returned had been handed in"
    later = (p for p in issue.deadline.pauses if p.until is None or p.until > met)
    goes_on = {"stopped_at": None, "pauses": (*clock.pauses, *(replace(p, since=max(p.since, met)) for p in later))}
    return _changed(issue, event.unit, {"state": PartState.OWED, "reason": event.reason}, goes_on)


def released(event: ev.AssistReleased, issue: Issue, at: datetime) -> Issue:
    """A part that was handed in was done; one that was not is taken away."""
    part = issue.part(event.unit)
    done = part is not None and part.state is PartState.HANDED_IN
    gone = {"state": PartState.RELEASED, "ended_at": at, "reason": event.reason}
    return _changed(issue, event.unit, gone, {"ended_at": at, "taken": not done})


def lapsed(issue: Issue, at: datetime) -> Issue:
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
