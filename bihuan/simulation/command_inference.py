"""Playing what a ledger recorded again, under any policy: the acts beside its events.

Events recorded by older versions have no act beside them, and only for these is it inferred, by the rules themselves:
decided where the issue stood, for who did it, at that moment, it says exactly these events. So no act is described
here, whatever acts there are.
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
"""By their versions, as far as an issue's events name them."""
SAID = "—"
"""Stands for words that no event keeps; no rule reads them."""
READINGS_MAX = 64
_said_before: dict[str, str] = {}
"""The act that last said such an event: tried first, because it is nearly always the one."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one person did: the command and its events. None: they put another policy in force, which is taken from
    them, or no act is beside them and none is found that says them.
    """

    at: datetime
    command: Command | None
    events: tuple[RecordedEvent, ...]


def retold(
    issue_no: str, recorded: Sequence[RecordedEvent], policies: Policies, until: datetime, other: Policy | None = None
) -> Played:
    """The issue with the same receipt and the same acts, under the policies it was recorded under or under another.

    What the clock did is left to the policy. What no command is found for is taken as it was recorded; what put another
    policy in force is left out where ``other`` governs. Raises a Refusal where the submission is not taken in.
    """
    first = _submitted(issue_no, recorded)
    policy = other or policies[first.policy_version]
    opening = open_issue(issue_no, first.submission, first.keyed_by, recorded[0].at, policy, recorded[0].command_id)
    player = Player(opening, policy)
    for told in deeds(issue_no, recorded, policies):
        if told.at > until:
            break
        player.wait_until(told.at)
        if told.command is not None:
            player.act(told.at, told.command)
            continue
        for one in told.events:
            anew = enacted(one.event, policies)
            if not (anew and other):
                player.fact(told.at, one.event, one.actor, anew)
    player.wait_until(until)
    return player.played


def _submitted(issue_no: str, recorded: Sequence[RecordedEvent]) -> ev.Submitted:
    event = recorded[0].event
    assert isinstance(event, ev.Submitted), f"{issue_no} does not begin with its submission"
    return event


def enacted(event: ev.Event, policies: Policies) -> Policy | None:
    """The policy an event puts in force, if it does."""
    return policies.get(getattr(event, "policy_version", ""))


def deeds(issue_no: str, recorded: Sequence[RecordedEvent], policies: Policies) -> Iterator[Told]:
    """What people did after the submission, in order."""
    first = _submitted(issue_no, recorded)
    issue, own = opened(issue_no, first, recorded[0].at), policies[first.policy_version]
    for (actor, command_id), group in groupby(recorded[1:], lambda one: (one.actor, one.command_id)):
        events = tuple(group)
        anew = next(filter(None, (enacted(one.event, policies) for one in events)), None)
        if actor is not None:
            act = None if anew else events[0].act or behind(issue, actor, events, own)
            yield Told(events[0].at, Command(command_id, actor, act) if act else None, events)
        own = anew or own
        for one in events:
            issue = evolve(issue, one.event, one.at, one.actor)


def behind(issue: Issue, actor: Actor, events: Sequence[RecordedEvent], policy: Policy) -> Act | None:
    """The act that, decided where the issue stood, says these events of an older version; only words may differ."""
    at, wanted = events[0].at, [one.event for one in events]
    likely = _said_before.get(wanted[0].event)
    for name in sorted(ACTS, key=lambda name: name != likely):
        try:
            admit(issue, name, actor, at, policy)
        except Refusal:
            continue
        for act in islice(_readings(ACTS[name], wanted[0], issue), READINGS_MAX):
            if _says(act, issue, actor, at, policy, wanted):
                _said_before[wanted[0].event] = name
                return act
    return None


def _says(act: Act, issue: Issue, actor: Actor, at: datetime, policy: Policy, wanted: Sequence[ev.Event]) -> bool:
    try:
        said = decide(issue, Command("", actor, act), at, policy)
    except Refusal:
        return False
    return len(said) == len(wanted) and all(map(_alike, said, wanted))


def _readings(kind: type[Act], event: ev.Event, issue: Issue) -> Iterator[Act]:
    """The act with every value its fields could have had, as far as the event and the issue tell."""
    known = _known(event)
    asked = _asked(kind)  # type: ignore[arg-type]  # a class is hashable
    choices = [list(_values(name, hint, default, known, issue)) for name, hint, default in asked]
    for values in product(*choices):
        yield kind(**{name: value for (name, _, _), value in zip(asked, values, strict=True)})


@cache
def _asked(kind: type[Act]) -> tuple[tuple[str, Any, object], ...]:
    """The fields of an act: name, type, default."""
    hints = get_type_hints(kind)
    return tuple((each.name, hints[each.name], each.default) for each in fields(kind) if each.name != "act")


def _known(event: ev.Event) -> Mapping[str, Any]:
    """The event's values by name, with those of the values in it."""
    known = {each.name: getattr(event, each.name) for each in fields(event)}
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
            yield SAID
        elif isinstance(kind, type) and is_dataclass(kind):
            yield from (value for each in fields(issue) if isinstance(value := getattr(issue, each.name), kind))


def _alike(said: object, wanted: object) -> bool:
    """The same but for words the command's event does not keep, and for what an older version did not record."""
    if isinstance(said, str) and not isinstance(said, Enum) and said in {"", SAID}:
        return isinstance(wanted, str)
    if is_dataclass(said) and type(said) is type(wanted):
        return all(
            (each.default is None and getattr(wanted, each.name) is None)
            or _alike(getattr(said, each.name), getattr(wanted, each.name))
            for each in fields(said)
        )
    return said == wanted
