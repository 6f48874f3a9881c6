"""Joint handling (协办): the parts that units owe the lead, and what follows from the acts on them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.access.relations import unit_of
from bihuan.domain.bounds import blank
from bihuan.domain.codes import known_unit
from bihuan.domain.handlers import Decider
from bihuan.domain.issue import Issue
from bihuan.domain.joint.values import Part, PartState
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import (
    AlreadyAssisting,
    LeadMayNotAssist,
    NotAssisting,
    OpenPartsNeedReason,
    PartNotHandedIn,
)


def assistants(
    units: Sequence[str], lead: str, task: str, issue: Issue, policy: Policy, *, field: str
) -> Iterator[ev.AssistAdded]:
    """The units named to assist the lead, each with a part of its own."""
    for place, unit in enumerate(units):
        known_unit(unit, policy, field=field)
        if unit == lead:
            raise LeadMayNotAssist(field=field, unit=unit)
        if unit in units[:place] or issue.part(unit) is not None:
            raise AlreadyAssisting(field=field, unit=unit)
        yield ev.AssistAdded(unit=unit, task=task)


def with_assistants(
    sent: ev.Dispatched, co_units: Sequence[str], issue: Issue, policy: Policy
) -> Iterator[ev.Dispatched | ev.PartAccepted | ev.AssistReleased | ev.AssistAdded]:
    """A dispatch with its assisting units. Open parts continue for the new lead, except its own."""
    yield replace(sent, co_units=tuple(co_units))
    own = issue.part(sent.unit)
    if own is not None:
        yield _taken_up(own) if own.state is PartState.HANDED_IN else ev.AssistReleased(unit=own.unit, leads=True)
    yield from assistants(co_units, sent.unit, sent.reason, issue, policy, field="co_units")


def with_parts(result: ev.ResultSubmitted, issue: Issue) -> Iterator[ev.ResultSubmitted | ev.PartAccepted]:
    """A result accepts the parts handed in. Raises OpenPartsNeedReason where others are open and no reason is given."""
    owed = [part.unit for part in issue.open_parts if part.state is PartState.OWED]
    if owed and blank(result.open_parts_reason):
        raise OpenPartsNeedReason(field="open_parts_reason", units="、".join(owed))
    yield result if owed else replace(result, open_parts_reason="")
    yield from (_taken_up(part) for part in issue.open_parts if part.state is PartState.HANDED_IN)


def _taken_up(part: Part) -> ev.PartAccepted:
    return ev.PartAccepted(unit=part.unit, implied=True)


def _add_assist(act: do.AddAssist, issue: Issue, _actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    yield from assistants((act.unit,), issue.holder, act.task, issue, policy, field="unit")


def _submit_part(act: do.SubmitPart, _issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    yield ev.PartSubmitted(unit=unit_of(actor, policy), text=act.text, evidence=act.evidence)


def _accept_part(act: do.AcceptPart, issue: Issue, _actor: Actor, _now: datetime, _p: Policy) -> Iterator[ev.Event]:
    _handed_in(issue, act.unit)
    yield ev.PartAccepted(unit=act.unit, note=act.note)


def _return_part(act: do.ReturnPart, issue: Issue, _actor: Actor, _now: datetime, _p: Policy) -> Iterator[ev.Event]:
    _handed_in(issue, act.unit)
    yield ev.PartReturned(unit=act.unit, reason=act.reason)


def _release_assist(
    act: do.ReleaseAssist, issue: Issue, _actor: Actor, _now: datetime, _p: Policy
) -> Iterator[ev.Event]:
    if issue.part(act.unit) is None:
        raise NotAssisting(field="unit")
    yield ev.AssistReleased(unit=act.unit, reason=act.reason)


def _handed_in(issue: Issue, unit: str) -> None:
    part = issue.part(unit)
    if part is None or part.state is not PartState.HANDED_IN:
        raise PartNotHandedIn(field="unit")


DECISIONS: Mapping[type[Any], Decider] = {
    do.AddAssist: _add_assist,
    do.SubmitPart: _submit_part,
    do.AcceptPart: _accept_part,
    do.ReturnPart: _return_part,
    do.ReleaseAssist: _release_assist,
}
