"""How the demo judges what each issue lived through: by its own events and their moments, whoever was slow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bihuan.cli.demo.driver import LAPSES, Driven, by_itself
from bihuan.domain.events import AlarmRaised
from bihuan.domain.evolve import evolve
from bihuan.domain.intake.folds import opened
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.escalation import agenda
from bihuan.domain.loop.step import fold
from bihuan.domain.policy import Policy
from bihuan.domain.stage import Stage
from bihuan.wire import Entry


@dataclass(frozen=True, slots=True)
class Lived:
    """One row with all that happened to it. ``overdue``: rungs whose moment has passed unmet and that nobody raised."""

    driven: Driven
    entries: tuple[Entry, ...]
    issue: Issue
    overdue: tuple[str, ...] = ()

    @property
    def rungs(self) -> tuple[str, ...]:
        return tuple(f"{a.clock}:{a.rung}" for a in alarms(self.entries))

    @property
    def stages(self) -> list[Stage]:
        """The stage after each event."""
        recorded = [entry.recorded() for entry in self.entries]
        return [fold(self.driven.number, recorded[: place + 1]).stage for place in range(len(recorded))]


def alarms(entries: Iterable[Entry]) -> list[AlarmRaised]:
    return [entry.event for entry in entries if isinstance(entry.event, AlarmRaised)]


def ladder(one: Lived, policy: Policy) -> Iterable[str]:
    """Walk the issue's own history: nothing raised early, unowed or twice, nothing due left unraised before an act.

    By the events' own moments, whoever was slow.
    """
    ref, issue, seen = one.driven.row.ref, None, set[str]()
    for entry in one.entries:
        event = entry.event
        if issue is None:
            issue = opened(one.driven.number, event, entry.at)  # type: ignore[arg-type]  # the first event
            continue
        if getattr(event, "moment", entry.at) > entry.at:
            yield f"{ref}: {event.event} of event {entry.seq} came before its moment"
        if isinstance(event, AlarmRaised):
            of_itself = entry.actor is None  # a bad rating upheld, or a refusal to sign, raises one with the act
            if of_itself and event.key not in {due.key for due in agenda(issue, policy) if due.at <= entry.at}:
                yield f"{ref}: {event.key} was raised though nothing was owed"
            if event.key in seen:
                yield f"{ref}: {event.key} was raised twice"
            seen.add(event.key)
        elif entry.actor is not None:
            missed = [due.key for due in agenda(issue, policy) if due.at <= entry.at]
            yield from (f"{ref}: {key} was due before act {entry.seq} and not raised" for key in missed)
        issue = evolve(issue, event, entry.at, entry.actor)
    yield from (f"{ref}: {key} is due and not raised" for key in one.overdue)


def late(lived: Iterable[Lived]) -> frozenset[str]:
    """The rows whose people came too late: something ran out that the sample's never let run out, or it did in a row
    that their acts name. Nothing is promised of where such a row ends."""
    found = {one.driven.row.ref: one for one in lived}
    slow = {ref for ref, one in found.items() if _ran_out(one) - by_itself(one.driven)}
    return frozenset(slow | {ref for ref, one in found.items() if one.driven.leans_on & slow})


def _ran_out(one: Lived) -> set[str]:
    lapsed = {entry.event.event for entry in one.entries if entry.actor is None} & set(LAPSES.values())
    return set(one.rungs) | lapsed


def untaken(rows: Iterable[Driven], lived: Sequence[Lived]) -> Iterable[str]:
    slow = late(lived)
    for driven in rows:
        if driven.fault and driven.row.ref not in slow:
            yield f"{driven.row.ref}: step {driven.steps + 1}: {driven.fault}"


def elsewhere(lived: Sequence[Lived]) -> Iterable[str]:
    slow = late(lived)
    for one in lived:
        if not _as_expected(one) and one.driven.row.ref not in slow:
            yield (
                f"{one.driven.row.ref}: ended in {one.issue.stage} {_outcome(one)}, "
                f"expected {one.driven.row.expected.stage} {one.driven.row.expected.outcome or ''}"
            )


def overtaken(lived: Sequence[Lived]) -> list[str]:
    """The rows that could not be played to their end because their people came too late."""
    slow = late(lived)
    unfinished = (one for one in lived if one.driven.fault or not _as_expected(one))
    return sorted(one.driven.row.ref for one in unfinished if one.driven.row.ref in slow)


def _as_expected(one: Lived) -> bool:
    expected = one.driven.row.expected
    return (one.issue.stage, _outcome(one)) == (expected.stage, expected.outcome or "")


def _outcome(one: Lived) -> str:
    return (one.issue.evaluation.outcome or "") if one.issue.closed else ""


def is_rotten(driven: Driven) -> bool:
    """Left to rot on purpose: the sample ends with rungs, not with an act."""
    return bool(driven.script.trace) and driven.script.trace[-1][0] == "rung"


def rotten(lived: Iterable[Lived]) -> Iterable[str]:
    """Which rungs are missing; whether those beside the expected ones are right, ``ladder`` says."""
    for one in (one for one in lived if is_rotten(one.driven)):
        missing = sorted(set(one.driven.row.expected.rungs) - set(one.rungs))
        if missing:
            yield f"{one.driven.row.ref}: did not climb {', '.join(missing)}"
