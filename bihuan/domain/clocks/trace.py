"""What happened to each clock of an issue and by which event, found by replaying its events (docs/rules.md 3.8)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bihuan.domain.clocks.clock import Clock
from bihuan.domain.clocks.explanation import Account, account
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.responsibility import responsible
from bihuan.domain.loop.step import RecordedEvent, replay
from bihuan.domain.parties import Party
from bihuan.domain.policy import Policy


class ClockChangeKind(StrEnum):
    """What an event did to a clock."""

    STARTED = "started"
    RELIMITED = "relimited"
    SPARED = "spared"
    """Shortened, with the least time that a shortening must leave."""
    GRANTED = "granted"
    PAUSED = "paused"
    RESUMED = "resumed"
    MET = "met"
    RUNS_ON = "runs_on"
    """What met it was sent back: it runs on as if it had never stopped."""
    GOES_ON = "goes_on"
    """It had ended and runs again with the time that was left."""
    TAKEN = "taken"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One change of a clock: by which event (``seq``, name), when; ``limit`` is its budget from then on."""

    kind: ClockChangeKind
    seq: int
    at: datetime
    event: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class ClockExplanation:
    """A clock with its changes and its account. ``responsible``: who is, or was when it was met.

    ``policy``: the version it is counted by; a met clock stays counted by the version of that time.
    """

    clock: Clock
    changes: tuple[ClockChange, ...]
    account: Account
    responsible: Party
    policy: str

    @property
    def anchor(self) -> ClockChange:
        return self.changes[0]


@dataclass(slots=True)
class _ClockTrace:
    """``last``: the issue at the last event before the obligation was met."""

    clock: Clock
    changes: tuple[ClockChange, ...]
    last: Issue


def explain_clocks(
    issue_no: str, recorded: Iterable[RecordedEvent], policies: Mapping[str, Policy]
) -> tuple[ClockExplanation, ...]:
    """Every clock of an issue with its account, in the order in which they started.

    ``policies``: every policy the issue was ever under, by version. Raises KeyError where one is missing.
    """
    return tuple(_explanation(one, policies[one.last.policy_version]) for one in _trace(issue_no, recorded).values())


def _explanation(traced: _ClockTrace, policy: Policy) -> ClockExplanation:
    clock = traced.clock
    its = account(policy.calendar, clock)
    owes = responsible(clock, traced.last, policy, its.due or traced.changes[-1].at)
    return ClockExplanation(clock, traced.changes, its, owes, policy.version)


def _trace(issue_no: str, recorded: Iterable[RecordedEvent]) -> dict[str, _ClockTrace]:
    found: dict[str, _ClockTrace] = {}
    for one, issue in replay(issue_no, recorded):
        for clock in issue.clocks:
            known = found.get(clock.key)
            earlier = known.changes if known else ()
            kinds = _changes(known, clock)
            added = (ClockChange(kind, one.seq, one.at, one.event.event, clock.limit) for kind in kinds)
            last = issue if clock.met_at is None or known is None else known.last
            found[clock.key] = _ClockTrace(clock, (*earlier, *added), last)
    return found


def _changes(known: _ClockTrace | None, after: Clock) -> Iterator[ClockChangeKind]:
    """What changed, in the order in which it is explained."""
    before = known.clock if known else replace(after, pauses=(), stopped_at=None, ended_at=None)
    happened = {
        ClockChangeKind.STARTED: known is None,
        ClockChangeKind.RELIMITED: before.limit != after.limit,
        ClockChangeKind.SPARED: after.spared and before.until_from != after.until_from,
        ClockChangeKind.GRANTED: before.grant < after.grant,
        ClockChangeKind.RESUMED: before.paused and before.pauses[-1] not in after.pauses,
        ClockChangeKind.PAUSED: after.paused and after.pauses[-1] not in before.pauses,
        ClockChangeKind.MET: before.stopped_at is None and after.stopped_at is not None,
        ClockChangeKind.RUNS_ON: before.stopped_at is not None and after.stopped_at is None,
        ClockChangeKind.GOES_ON: after.open and not before.open,
        ClockChangeKind.TAKEN: before.open and not after.open and after.taken,
        ClockChangeKind.ENDED: before.open and not after.open and not after.taken,
    }
    return (kind for kind, did in happened.items() if did)
