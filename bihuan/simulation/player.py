"""The player: takes one issue through the rules without Temporal, each event at its own moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bihuan.domain.commands import Command, ConfirmMerge, Merge
from bihuan.domain.events import AlarmRaised, Event
from bihuan.domain.evolve import evolve
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.events import DraftOpened
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import RecordedEvent, Step, execute, first_due, open_issue, settle
from bihuan.domain.parties import Party
from bihuan.domain.people import SYSTEM, Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import Refusal
from bihuan.simulation.workbook import ACTS, SUBMISSIONS, PlayedAct, Row

NUMBERED = {"order": "-D", "request": "-Q", "draft": "-N"}
"""Fields that hold a number within an issue, with the mark that separates it from the issue's."""

TraceEntry = tuple[Literal["act"], PlayedAct] | tuple[Literal["rung", "lapse"], str]


@dataclass(frozen=True, slots=True)
class Alert:
    """A rung that was reached: in which group, who was responsible, and who was notified, also by orders and papers."""

    issue_no: str
    group: str
    at: datetime
    clock: str
    grant: int
    rung: Rung
    responsible: Party
    recipients: tuple[Party, ...]

    @property
    def key(self) -> tuple[str, int, str]:
        """Which alarm of the issue it is, whatever its moment and whoever is responsible."""
        return self.clock, self.grant, self.rung


def alerts(step: Step) -> Iterator[Alert]:
    """The alerts of one step. Who is notified of an order or a paper that a rung opens counts for the rung."""
    for one in step.recorded:
        if isinstance(one.event, AlarmRaised):
            recipients = (
                to for other in step.recorded if _belongs_to(other.event, one.event) for to in other.recipients
            )
            yield Alert(
                step.issue.issue_no,
                step.issue.assignment.group,
                one.event.moment,
                one.event.clock,
                one.event.grant,
                one.event.rung,
                one.event.debtor,
                tuple(dict.fromkeys(recipients)),
            )


def _belongs_to(event: Event, alarm: AlarmRaised) -> bool:
    clock = event.reason.clock if isinstance(event, DraftOpened) else getattr(event, "clock", None)
    return clock == alarm.clock and getattr(event, "rung", alarm.rung) == alarm.rung


@dataclass(frozen=True, slots=True)
class RefusedAct:
    """An act that the rules refused. ``reason``: the name of the refusal."""

    at: datetime
    act: str
    reason: str


@dataclass(frozen=True, slots=True)
class Played:
    """An issue after playing.

    ``trace``: acts (also skipped ones), rungs (``sign#1:R1``) and limits that ran out, in time order; ``done``: the
    commands obeyed; ``refused``: those the rules refused.
    """

    issue: Issue
    recorded: tuple[RecordedEvent, ...]
    alerts: tuple[Alert, ...]
    trace: tuple[TraceEntry, ...] = ()
    done: tuple[tuple[datetime, Command], ...] = ()
    refused: tuple[RefusedAct, ...] = ()

    @property
    def rungs(self) -> tuple[str, ...]:
        return tuple(f"{alert.clock}:{alert.rung}" for alert in self.alerts)


class NotPlayable(Exception):
    """The rules refused an act of the sample. The message names the row, the act and its moment."""


def play(row: Row, policy: Policy, until: datetime, resolve: Callable[[str], str], *, strict: bool = True) -> Played:
    """Play one row up to a moment. ``resolve``: from the reference of a row to the number of its issue.

    Raises NotPlayable for the first act the rules refuse; not ``strict``: only for the submission, and any other act
    that is refused is left out and listed in ``Played.refused``.
    """
    first, *later = row.acts
    number = resolve(row.ref)
    try:
        opening = open_issue(number, SUBMISSIONS.validate_python(first.fields), first.actor, first.at, policy, "0")
    except Refusal as refusal:
        raise NotPlayable(f"{row.ref}: submit at {first.at}: {refusal}") from refusal
    player = Player(opening, policy)
    player.trace.append(("act", first))
    for place, played in enumerate(later, 1):
        if played.at > until:
            break
        player.wait_until(played.at)
        player.trace.append(("act", played))
        if played.if_status and player.issue.status != played.if_status:
            continue
        act = _act_of(played, resolve)
        refused = player.act(played.at, Command(str(place), played.actor, act))
        if isinstance(act, Merge):  # the other issue is assumed to agree
            yes = ConfirmMerge(into=act.into, asked=act.into, seq=1)
            refused = refused or player.act(played.at, Command(f"{place}:back", SYSTEM, yes))
        if refused is not None and strict:
            raise NotPlayable(f"{row.ref}: {played.act} at {played.at}: {refused}") from refused
    player.wait_until(until)
    return player.played


def _act_of(played: PlayedAct, resolve: Callable[[str], str]) -> Any:
    """The act, with references to other issues, orders and requests replaced by their numbers."""
    fields = dict(played.fields)
    if played.act == "merge":
        fields = {"into": resolve(fields["into"])}
    for name, mark in NUMBERED.items():
        if name in fields:
            ref, _, number = fields[name].rpartition(mark)
            fields[name] = f"{resolve(ref)}{mark}{number}"
    return ACTS.validate_python({"act": played.act, **fields})


class Player:
    """One issue being played."""

    def __init__(self, opening: Step, policy: Policy) -> None:
        self.issue = opening.issue
        self.trace: list[TraceEntry] = []
        self._policy = policy
        self._recorded = list(opening.recorded)
        self._alerts: list[Alert] = []
        self._done: list[tuple[datetime, Command]] = []
        self._refused: list[RefusedAct] = []

    @property
    def played(self) -> Played:
        return Played(
            self.issue,
            tuple(self._recorded),
            tuple(self._alerts),
            tuple(self.trace),
            tuple(self._done),
            tuple(self._refused),
        )

    def wait_until(self, moment: datetime) -> None:
        """Let everything happen that falls due up to the moment, each at its own time."""
        while (due := first_due(self.issue, self._policy)) is not None and due.at <= moment:
            raised = self._take(settle(self.issue, due.at, self._policy))
            self.trace.extend(("rung", f"{alert.clock}:{alert.rung}") for alert in raised)
            if not due.rung:
                self.trace.append(("lapse", due.clock))

    def act(self, at: datetime, command: Command) -> Refusal | None:
        """Obey the command, or return its refusal; then nothing has happened."""
        try:
            step = execute(self.issue, command, at, self._policy)
        except Refusal as refusal:
            self._refused.append(RefusedAct(at, command.act.act, refusal.name))
            return refusal
        self._done.append((at, command))
        self._take(step)
        return None

    def apply(self, at: datetime, event: Event, actor: Actor | None, policy: Policy | None = None) -> None:
        """Apply an event without asking the rules. ``policy``: the one it puts in force."""
        issue = evolve(self.issue, event, at, actor)
        self._take(Step(issue, (RecordedEvent(issue.revision, at, event, (), actor),), policy))

    def _take(self, step: Step) -> list[Alert]:
        raised = list(alerts(step))
        self.issue = step.issue
        self._policy = step.policy or self._policy
        self._recorded += step.recorded
        self._alerts += raised
        return raised
