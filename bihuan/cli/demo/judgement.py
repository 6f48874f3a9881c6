"""Judges each issue of the demo by its own events and their moments, so that a slow machine fails nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bihuan.cli.demo.driver import LAPSES, DrivenRow, expected_without_acts
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
class PlayedIssue:
    """One row with its events and its issue. ``overdue``: rungs that are due but were not raised."""

    driven: DrivenRow
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


def ladder_faults(one: PlayedIssue, policy: Policy) -> Iterable[str]:
    """What is wrong with the alarms of one issue; empty if nothing.

    Every alarm was due when it was raised, was raised once, and before an act no due alarm was missing; by the
    moments of the events themselves.
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
            of_itself = entry.actor is None  # an act can raise one too: a rating that is upheld, a refusal to sign
            if of_itself and event.key not in {due.key for due in agenda(issue, policy) if due.at <= entry.at}:
                yield f"{ref}: {event.key} was raised though it was not due"
            if event.key in seen:
                yield f"{ref}: {event.key} was raised twice"
            seen.add(event.key)
        elif entry.actor is not None:
            missed = [due.key for due in agenda(issue, policy) if due.at <= entry.at]
            yield from (f"{ref}: {key} was due before act {entry.seq} and not raised" for key in missed)
        issue = evolve(issue, event, entry.at, entry.actor)
    yield from (f"{ref}: {key} is due and not raised" for key in one.overdue)


def late_rows(issues: Iterable[PlayedIssue]) -> frozenset[str]:
    """The rows whose acts the demo sent too late; how those end is not checked.

    In such a row, or in one it depends on, a clock ran out that did not run out in the sample.
    """
    found = {one.driven.row.ref: one for one in issues}
    slow = {ref for ref, one in found.items() if _ran_out(one) - expected_without_acts(one.driven)}
    return frozenset(slow | {ref for ref, one in found.items() if one.driven.depends_on & slow})


def _ran_out(one: PlayedIssue) -> set[str]:
    lapsed = {entry.event.event for entry in one.entries if entry.actor is None} & set(LAPSES.values())
    return set(one.rungs) | lapsed


def failed_steps(rows: Iterable[DrivenRow], issues: Sequence[PlayedIssue]) -> Iterable[str]:
    """Steps that could not be played, except in late rows."""
    slow = late_rows(issues)
    for driven in rows:
        if driven.fault and driven.row.ref not in slow:
            yield f"{driven.row.ref}: step {driven.steps + 1}: {driven.fault}"


def wrong_endings(issues: Sequence[PlayedIssue]) -> Iterable[str]:
    """Issues that ended in another stage or outcome than expected, except late rows."""
    slow = late_rows(issues)
    for one in issues:
        if not _as_expected(one) and one.driven.row.ref not in slow:
            yield (
                f"{one.driven.row.ref}: ended in {one.issue.stage} {_outcome(one)}, "
                f"expected {one.driven.row.expected.stage} {one.driven.row.expected.outcome or ''}"
            )


def unfinished_late_rows(issues: Sequence[PlayedIssue]) -> list[str]:
    """The late rows that were not played to their expected end."""
    slow = late_rows(issues)
    unfinished = (one for one in issues if one.driven.fault or not _as_expected(one))
    return sorted(one.driven.row.ref for one in unfinished if one.driven.row.ref in slow)


def _as_expected(one: PlayedIssue) -> bool:
    expected = one.driven.row.expected
    return (one.issue.stage, _outcome(one)) == (expected.stage, expected.outcome or "")


def _outcome(one: PlayedIssue) -> str:
    return (one.issue.evaluation.outcome or "") if one.issue.closed else ""


def is_neglected(driven: DrivenRow) -> bool:
    """Neglected on purpose: the row of the sample ends with alarms, not with an act."""
    return bool(driven.script.trace) and driven.script.trace[-1][0] == "rung"


def missing_rungs(issues: Iterable[PlayedIssue]) -> Iterable[str]:
    """Expected rungs that neglected issues lack; ``ladder_faults`` judges the others."""
    for one in (one for one in issues if is_neglected(one.driven)):
        missing = sorted(set(one.driven.row.expected.rungs) - set(one.rungs))
        if missing:
            yield f"{one.driven.row.ref}: did not climb {', '.join(missing)}"
