"""One step of an issue: first the alarms and lapses that are due, then the act of a person; each event gets one number.

The workflow, the player of sample ledgers and the tests take the same steps through these functions.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Protocol, TypeVar

from bihuan.domain import codes
from bihuan.domain import events as ev
from bihuan.domain.batches.commands import AdoptPolicy
from bihuan.domain.batches.holds import released_by_date
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.clocks.deemed_acceptance import deemed_acceptance
from bihuan.domain.commands import Act, AdoptCalendar, Command, Submit
from bihuan.domain.decide import adopted_policy, decide
from bihuan.domain.evolve import evolve
from bihuan.domain.following import decisions as following
from bihuan.domain.intake.decisions import submission
from bihuan.domain.intake.folds import opened
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.escalation import Due, agenda, light
from bihuan.domain.ladder.responsibility import NextDue, next_due
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.ladder.supervision import consequences, raise_alarm, remind_unmet, repeat_alarm
from bihuan.domain.merging import decisions as merging
from bihuan.domain.notifications.registry import recipients
from bihuan.domain.parties import Party
from bihuan.domain.people import SYSTEM, Actor
from bihuan.domain.policy import Policy
from bihuan.domain.requests.admission import overtaken_requests
from bihuan.domain.sizes import fits
from bihuan.domain.stage import Outcome, Stage, Status

_LAST: "list[tuple[Issue, Policy, Due | None]]" = []


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """One recorded event: ``seq`` counts from 1 without gaps; ``actor`` None: an event of the clock.

    ``recipients``: the desks to notify. ``act``: the act that caused it, kept with the first event of the act; None
    for events of the clock, for a submission (its event holds it whole) and in older histories.
    """

    seq: int
    at: datetime
    event: ev.Event
    recipients: tuple[Party, ...] = ()
    actor: Actor | None = None
    command_id: str = ""
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The issue after a step, and its events in order. ``policy``: the one they put in force, if any."""

    issue: Issue
    recorded: tuple[RecordedEvent, ...] = ()
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a command, the same for every repetition. ``revision``: the ``seq`` of its last event."""

    issue_no: str
    command_id: str
    fingerprint: str
    request_id: str
    revision: int
    stage: Stage
    status: Status
    outcome: Outcome | None
    due_at: datetime | None
    light: Light
    next_due: NextDue | None


def open_issue(issue_no: str, asked: Submit, actor: Actor, at: datetime, policy: Policy, command_id: str = "") -> Step:
    """The first step. Raises a Refusal where the submission is not accepted."""
    actor = codes.actor_with_code(actor, policy)
    event = submission(asked, actor, policy)
    issue = opened(issue_no, event, at)
    return Step(issue, (RecordedEvent(1, at, event, recipients(event, issue, policy), actor, command_id),))


def execute(issue: Issue, command: Command, now: datetime, policy: Policy) -> Step:
    """Execute one command. Alarms already due are raised first, so that a late act stays late.

    Raises a Refusal; then nothing has changed.
    """
    before = settle(issue, now, policy)
    command = replace(command, actor=codes.actor_with_code(command.actor, policy))
    events = decide(before.issue, command, now, policy)
    anew = adopted_policy(command.act, policy)
    after = _record(before, events, now, anew or policy, command)
    after = _follow_up(after, now, anew or policy)
    if command.actor != SYSTEM:  # commands between issues are short, or were bounded at their origin
        said = (replace(one, act=None) for one in after.recorded[len(before.recorded) :])
        fits(before.issue, after.issue, tuple(said))
    return replace(after, policy=anew)


def settle(issue: Issue, now: datetime, policy: Policy) -> Step:
    """Everything that fell due by ``now``, in order, each rung once."""
    step = Step(issue)
    while (due := first_due(step.issue, policy)) is not None and due.at <= now:
        step = _record(step, tuple(_fall_due(step.issue, due, now, policy)), now, policy)
        step = _follow_up(step, now, policy)
    return step


def cancel_requested(issue: Issue, now: datetime, policy: Policy) -> Step:
    """An operator's cancel request: on record, and nothing else."""
    return _record(Step(issue), (ev.CancelRequested(),), now, policy)


def first_due(issue: Issue, policy: Policy) -> Due | None:
    """The next moment at which the issue moves by itself; None: never. The last answer is cached: after a step its
    caller asks for the same issue again, and computing it is most of a step's cost.
    """
    for last, governing, due in _LAST:
        if last is issue and governing is policy:
            return due
    due = next(iter(agenda(issue, policy)), None)
    _LAST[:] = [(issue, policy, due)]
    return due


def receipt(issue: Issue, command_id: str, fingerprint: str, request_id: str, now: datetime, policy: Policy) -> Receipt:
    return Receipt(
        issue_no=issue.issue_no,
        command_id=command_id,
        fingerprint=fingerprint,
        request_id=request_id,
        revision=issue.revision,
        stage=issue.stage,
        status=issue.status,
        outcome=issue.evaluation.outcome if issue.closed else None,
        due_at=issue.deadline.due(policy.calendar),
        light=light(issue, policy, now),
        next_due=next_due(issue, policy),
    )


def fold(issue_no: str, recorded: Iterable[RecordedEvent]) -> Issue:
    """The issue that its events fold to. Raises ValueError where one is missing or out of order."""
    issue: Issue | None = None
    for _, after in replay(issue_no, recorded):
        issue = after
    if issue is None:
        raise ValueError(f"{issue_no}: no events")
    return issue


def replay(issue_no: str, recorded: Iterable[RecordedEvent]) -> Iterator[tuple[RecordedEvent, Issue]]:
    """Each event with the issue right after it. Raises ValueError as ``fold`` does."""
    issue: Issue | None = None
    for one in recorded:
        expected = issue.revision + 1 if issue else 1
        if one.seq != expected:
            raise ValueError(f"{issue_no}: event {expected} is missing, {one.seq} came instead")
        if issue is None:
            assert isinstance(one.event, ev.Submitted), f"{issue_no} does not begin with its submission"
            issue = opened(issue_no, one.event, one.at)
        else:
            issue = evolve(issue, one.event, one.at, one.actor)
        yield one, issue


class _Dated(Protocol):
    @property
    def at(self) -> datetime: ...


_DatedItem = TypeVar("_DatedItem", bound=_Dated)


def known_at(recorded: Iterable[_DatedItem], moment: datetime) -> tuple[_DatedItem, ...]:
    """What was recorded by a moment. Alarms raised later because of an outage are not part of it."""
    return tuple(takewhile(lambda one: one.at <= moment, recorded))


def _record(
    step: Step, events: Iterable[ev.Event], now: datetime, policy: Policy, command: Command | None = None
) -> Step:
    issue, entries = step.issue, list(step.recorded)
    actor, command_id = (command.actor, command.id) if command else (None, "")
    act = _without_lookups(command.act) if command else None
    for event in events:
        issue = evolve(issue, event, now, actor)
        notified = recipients(event, issue, policy)
        entries.append(RecordedEvent(issue.revision, now, event, notified, actor, command_id, act))
        act = None
    return Step(issue, tuple(entries))


def _without_lookups(act: Act) -> Act:
    """The act as recorded, without the policy or calendar looked up for it: the event names the version, and the ledger
    stores it once for all issues.
    """
    match act:
        case AdoptPolicy():
            return replace(act, policy=None)
        case AdoptCalendar():
            return replace(act, calendar=None)
        case _:
            return act


def _follow_up(step: Step, now: datetime, policy: Policy) -> Step:
    """What follows from the new state for its requests, orders, papers and linked issues."""
    step = _record(step, overtaken_requests(step.issue), now, policy)
    step = _record(step, consequences(step.issue), now, policy)
    step = _record(step, merging.consequences(step.issue), now, policy)
    return _record(step, following.consequences(step.issue), now, policy)


def _fall_due(issue: Issue, due: Due, now: datetime, policy: Policy) -> Iterable[ev.Event]:
    clock = next(c for c in issue.clocks if c.key == due.clock)
    if due.repeat:
        return (repeat_alarm(issue, due.alarm, due.repeat, due.at, now, policy),)
    if due.reminder:
        return (remind_unmet(issue, clock, due, now, policy),)
    if not due.rung:
        return (_lapse(issue, clock, due.at, policy),)
    return raise_alarm(issue, clock, Rung(due.rung), due.at, now, policy)


def _lapse(issue: Issue, clock: Clock, moment: datetime, policy: Policy) -> ev.Event:
    match clock.obligation:
        case Obligation.TRIAGE:
            return deemed_acceptance(issue, moment, policy)
        case Obligation.SUPPLY:
            return ev.InfoLapsed(moment=moment)
        case Obligation.EVALUATE:
            return ev.RatingLapsed()
        case Obligation.REVIEW:
            return ev.Resumed(moment=moment, lapsed=True)
        case Obligation.HOLD:
            return released_by_date(issue, clock, moment)
        case _:
            return ev.Archived()
