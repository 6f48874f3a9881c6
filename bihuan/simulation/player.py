"""The player: takes an issue through the rules without Temporal, clock by clock, everything at its own moment."""

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
"""What is numbered within its issue, and how."""

Traced = tuple[Literal["act"], PlayedAct] | tuple[Literal["rung", "lapse"], str]


@dataclass(frozen=True, slots=True)
class Alert:
    """A rung reached: at whose group, who owed what, who was told by the alarm and by what came with it."""

    issue_no: str
    group: str
    at: datetime
    clock: str
    grant: int
    rung: Rung
    owes: Party
    told: tuple[Party, ...]

    @property
    def key(self) -> tuple[str, int, str]:
        """Which alarm of its issue it is, whenever it comes and whoever owes it."""
        return self.clock, self.grant, self.rung


def alerts(step: Step) -> Iterator[Alert]:
    """The rungs of one step. An order or a paper that a rung opens tells on its behalf."""
    for one in step.recorded:
        if isinstance(one.event, AlarmRaised):
            told = (to for other in step.recorded if _of(other.event, one.event) for to in other.recipients)
            yield Alert(
                step.issue.issue_no,
                step.issue.group,
                one.event.moment,
                one.event.clock,
                one.event.grant,
                one.event.rung,
                one.event.debtor,
                tuple(dict.fromkeys(told)),
            )


def _of(event: Event, alarm: AlarmRaised) -> bool:
    clock = event.reason.clock if isinstance(event, DraftOpened) else getattr(event, "clock", None)
    return clock == alarm.clock and getattr(event, "rung", alarm.rung) == alarm.rung


@dataclass(frozen=True, slots=True)
class Turned:
    """An act that the rules refuse, and why."""

    at: datetime
    act: str
    reason: str


@dataclass(frozen=True, slots=True)
class Played:
    """An issue after playing.

    ``trace``: acts (also skipped ones), rungs (``sign#1:R1``) and lapses in time order; ``done``: the commands obeyed;
    ``turned``: those the rules refused.
    """

    issue: Issue
    recorded: tuple[RecordedEvent, ...]
    alerts: tuple[Alert, ...]
    trace: tuple[Traced, ...] = ()
    done: tuple[tuple[datetime, Command], ...] = ()
    turned: tuple[Turned, ...] = ()

    @property
    def rungs(self) -> tuple[str, ...]:
        return tuple(f"{alert.clock}:{alert.rung}" for alert in self.alerts)


class NotPlayable(Exception):
    """The rules refused what the sample says was done."""


def play(row: Row, policy: Policy, until: datetime, resolve: Callable[[str], str], *, strict: bool = True) -> Played:
    """Take one row through the rules up to a moment. ``resolve`` gives the issue number of a row's reference.

    Raises NotPlayable naming the row and the act the rules refuse; not ``strict``: only where the submission is
    refused, and any other act refused is left out and told.
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
        if isinstance(act, Merge):  # what is asked of another issue is taken to be answered with yes
            yes = ConfirmMerge(into=act.into, asked=act.into, seq=1)
            refused = refused or player.act(played.at, Command(f"{place}:back", SYSTEM, yes))
        if refused is not None and strict:
            raise NotPlayable(f"{row.ref}: {played.act} at {played.at}: {refused}") from refused
    player.wait_until(until)
    return player.played


def _act_of(played: PlayedAct, resolve: Callable[[str], str]) -> Any:
    """The command; other issues, orders and requests are meant by number."""
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
        self.trace: list[Traced] = []
        self._policy = policy
        self._recorded = list(opening.recorded)
        self._alerts: list[Alert] = []
        self._done: list[tuple[datetime, Command]] = []
        self._turned: list[Turned] = []

    @property
    def played(self) -> Played:
        return Played(
            self.issue,
            tuple(self._recorded),
            tuple(self._alerts),
            tuple(self.trace),
            tuple(self._done),
            tuple(self._turned),
        )

    def wait_until(self, moment: datetime) -> None:
        """Let everything happen that falls due up to the moment, each at its own."""
        while (due := first_due(self.issue, self._policy)) is not None and due.at <= moment:
            raised = self._take(settle(self.issue, due.at, self._policy))
            self.trace.extend(("rung", f"{alert.clock}:{alert.rung}") for alert in raised)
            if not due.rung:
                self.trace.append(("lapse", due.clock))

    def act(self, at: datetime, command: Command) -> Refusal | None:
        """One act; or why it cannot be, and then nothing has happened."""
        try:
            step = execute(self.issue, command, at, self._policy)
        except Refusal as refusal:
            self._turned.append(Turned(at, command.act.act, refusal.name))
            return refusal
        self._done.append((at, command))
        self._take(step)
        return None

    def fact(self, at: datetime, event: Event, actor: Actor | None, policy: Policy | None = None) -> None:
        """Something that happened, whatever the rules would have said. ``policy``: the one it put in force."""
        issue = evolve(self.issue, event, at, actor)
        self._take(Step(issue, (RecordedEvent(issue.revision, at, event, (), actor),), policy))

    def _take(self, step: Step) -> list[Alert]:
        raised = list(alerts(step))
        self.issue = step.issue
        self._policy = step.policy or self._policy
        self._recorded += step.recorded
        self._alerts += raised
        return raised
