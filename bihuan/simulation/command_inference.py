"""Recorded issues played again, under any policy, from the acts recorded beside their events.

Events recorded by older versions have no act beside them, and only for these is it inferred, by means of the rules:
an act which, decided where the issue stood, for the same person at the same moment, yields exactly these events. So no
act is described here, and new acts need nothing here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from itertools import groupby, islice, product
from typing import Any, get_args, get_type_hints

from bihuan.domain import events as ev
from bihuan.domain.access.authorization import admit
from bihuan.domain.commands import Act, Command
from bihuan.domain.decide import decide
from bihuan.domain.evolve import evolve
from bihuan.domain.intake.folds import opened
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import RecordedEvent, open_issue
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import Refusal
from bihuan.simulation.player import Played, Player

ACTS: Mapping[str, type[Act]] = {kind.__dataclass_fields__["act"].default: kind for kind in get_args(Act)}
Policies = Mapping[str, Policy]
"""By version: those that the events of an issue name."""
UNKNOWN_TEXT = "—"
"""Stands for texts that no event keeps; no rule reads them."""
CANDIDATES_MAX = 64
_last_matches: dict[str, str] = {}
"""By event name, the act that was last inferred from it: tried first, because it nearly always matches."""


@dataclass(frozen=True, slots=True)
class RecordedCommand:
    """What one person did: the command and its events.

    ``command`` None: the events put another policy in force, or no act is recorded or inferred for them.
    """

    at: datetime
    command: Command | None
    events: tuple[RecordedEvent, ...]


def replay_recorded(
    issue_no: str, recorded: Sequence[RecordedEvent], policies: Policies, until: datetime, other: Policy | None = None
) -> Played:
    """The issue played again from its recorded acts, under the policies it was recorded under or under ``other``.

    What the clock does is left to the policy. Events without a command are applied as they were recorded; those that
    put another policy in force are left out under ``other``. Raises a Refusal where the submission is not accepted.
    """
    first = _submission(issue_no, recorded)
    policy = other or policies[first.policy_version]
    opening = open_issue(issue_no, first.submission, first.keyed_by, recorded[0].at, policy, recorded[0].command_id)
    player = Player(opening, policy)
    for done in recorded_commands(issue_no, recorded, policies):
        if done.at > until:
            break
        player.wait_until(done.at)
        if done.command is not None:
            player.act(done.at, done.command)
            continue
        for one in done.events:
            adopted = policy_adopted_by(one.event, policies)
            if not (adopted and other):
                player.apply(done.at, one.event, one.actor, adopted)
    player.wait_until(until)
    return player.played


def _submission(issue_no: str, recorded: Sequence[RecordedEvent]) -> ev.Submitted:
    event = recorded[0].event
    assert isinstance(event, ev.Submitted), f"{issue_no} does not begin with its submission"
    return event


def policy_adopted_by(event: ev.Event, policies: Policies) -> Policy | None:
    """The policy that the event puts in force; None: it does not."""
    return policies.get(getattr(event, "policy_version", ""))


def recorded_commands(
    issue_no: str, recorded: Sequence[RecordedEvent], policies: Policies
) -> Iterator[RecordedCommand]:
    """What people did after the submission, in order; each with its act, recorded or inferred."""
    first = _submission(issue_no, recorded)
    issue, own = opened(issue_no, first, recorded[0].at), policies[first.policy_version]
    for (actor, command_id), group in groupby(recorded[1:], lambda one: (one.actor, one.command_id)):
        events = tuple(group)
        adopted = next(filter(None, (policy_adopted_by(one.event, policies) for one in events)), None)
        if actor is not None:
            act = None if adopted else events[0].act or inferred_act(issue, actor, events, own)
            yield RecordedCommand(events[0].at, Command(command_id, actor, act) if act else None, events)
        own = adopted or own
        for one in events:
            issue = evolve(issue, one.event, one.at, one.actor)


def inferred_act(issue: Issue, actor: Actor, events: Sequence[RecordedEvent], policy: Policy) -> Act | None:
    """An act that, decided where the issue stood, yields these events, but for texts no event keeps; else None."""
    at, wanted = events[0].at, [one.event for one in events]
    likely = _last_matches.get(wanted[0].event)
    for name in sorted(ACTS, key=lambda name: name != likely):
        try:
            admit(issue, name, actor, at, policy)
        except Refusal:
            continue
        for act in islice(_candidates(ACTS[name], wanted[0], issue), CANDIDATES_MAX):
            if _produces(act, issue, actor, at, policy, wanted):
                _last_matches[wanted[0].event] = name
                return act
    return None


def _produces(act: Act, issue: Issue, actor: Actor, at: datetime, policy: Policy, wanted: Sequence[ev.Event]) -> bool:
    try:
        produced = decide(issue, Command("", actor, act), at, policy)
    except Refusal:
        return False
    return len(produced) == len(wanted) and all(map(_matches, produced, wanted))


def _candidates(kind: type[Act], event: ev.Event, issue: Issue) -> Iterator[Act]:
    """The act with every combination of values its fields may have had, as far as the event and the issue show."""
    known = _values_by_name(event)
    asked = _act_fields(kind)  # type: ignore[arg-type]  # a class is hashable
    choices = [list(_values(name, hint, default, known, issue)) for name, hint, default in asked]
    for values in product(*choices):
        yield kind(**{name: value for (name, _, _), value in zip(asked, values, strict=True)})


@cache
def _act_fields(kind: type[Act]) -> tuple[tuple[str, Any, object], ...]:
    """The fields of an act: name, type, default."""
    hints = get_type_hints(kind)
    return tuple((each.name, hints[each.name], each.default) for each in fields(kind) if each.name != "act")


def _values_by_name(source: ev.Event | Issue) -> Mapping[str, Any]:
    """The values of the event or issue by name, with those of the dataclasses in it."""
    known = {each.name: getattr(source, each.name) for each in fields(source)}
    inner = [value for value in known.values() if is_dataclass(value)]
    return {each.name: getattr(value, each.name) for value in inner for each in fields(value)} | known


def _values(name: str, hint: Any, default: object, known: Mapping[str, Any], issue: Issue) -> Iterator[Any]:
    if name in known:
        yield known[name]
        return
    if default is not MISSING:
        yield default
    kinds = get_args(hint) or (hint,)
    for kind in kinds:
        if kind is bool:
            yield from (value for value in (True, False) if value is not default)
        elif isinstance(kind, type) and issubclass(kind, Enum):
            yield from kind
        elif kind is str and default is MISSING:
            yield UNKNOWN_TEXT
        elif isinstance(kind, type) and is_dataclass(kind):
            yield from (value for value in _values_by_name(issue).values() if isinstance(value, kind))


def _matches(produced: object, wanted: object) -> bool:
    """Equal, but for texts that no event keeps and for fields that an older version did not record."""
    if isinstance(produced, str) and not isinstance(produced, Enum) and produced in {"", UNKNOWN_TEXT}:
        return isinstance(wanted, str)
    if is_dataclass(produced) and type(produced) is type(wanted):
        return all(
            (each.default is None and getattr(wanted, each.name) is None)
            or _matches(getattr(produced, each.name), getattr(wanted, each.name))
            for each in fields(produced)
        )
    return produced == wanted
