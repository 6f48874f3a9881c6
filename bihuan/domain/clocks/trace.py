"""What happened to each clock of an issue and by which event, found by playing its events again."""

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
    """Shortened, but not behind the moment at which it was."""
    GRANTED = "granted"
    PAUSED = "paused"
    RESUMED = "resumed"
    MET = "met"
    RUNS_ON = "runs_on"
    """What met it was sent back: it runs on as if it had never stopped."""
    GOES_ON = "goes_on"
    """It was over and begins again with what was left."""
    TAKEN = "taken"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One turn of a clock: by which event, when; ``limit`` is its budget from then on."""

    what: ClockChangeKind
    seq: int
    at: datetime
    event: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class ClockExplanation:
    """A clock with all that explains it. ``owes``: who owes what it waits for, or did until it was met.

    ``policy`` is the version it is counted by: what is met stays counted as it was then.
    """

    clock: Clock
    turns: tuple[ClockChange, ...]
    account: Account
    owes: Party
    policy: str

    @property
    def anchor(self) -> ClockChange:
        return self.turns[0]


@dataclass(slots=True)
class _ClockTrace:
    """``last``: the issue when what is owed was last not done."""

    clock: Clock
    turns: tuple[ClockChange, ...]
    last: Issue


def explain_clocks(
    issue_no: str, recorded: Iterable[RecordedEvent], policies: Mapping[str, Policy]
) -> tuple[ClockExplanation, ...]:
    """Every clock of an issue with its account, in the order in which they started.

    ``policies``: every policy the issue was ever under, by version.
    """
    return tuple(_explanation(one, policies[one.last.policy_version]) for one in _trace(issue_no, recorded).values())


def _explanation(traced: _ClockTrace, policy: Policy) -> ClockExplanation:
    clock = traced.clock
    its = account(policy.calendar, clock)
    owes = responsible(clock, traced.last, policy, its.due or traced.turns[-1].at)
    return ClockExplanation(clock, traced.turns, its, owes, policy.version)


def _trace(issue_no: str, recorded: Iterable[RecordedEvent]) -> dict[str, _ClockTrace]:
    found: dict[str, _ClockTrace] = {}
    for one, issue in replay(issue_no, recorded):
        for clock in issue.clocks:
            known = found.get(clock.key)
            turns = known.turns if known else ()
            turned = (
                ClockChange(what, one.seq, one.at, one.event.event, clock.limit) for what in _changes(known, clock)
            )
            last = issue if clock.met_at is None or known is None else known.last
            found[clock.key] = _ClockTrace(clock, (*turns, *turned), last)
    return found


def _changes(known: _ClockTrace | None, after: Clock) -> Iterator[ClockChangeKind]:
    """What changed, in the order in which one would tell it."""
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
    return (turn for turn, did in happened.items() if did)
