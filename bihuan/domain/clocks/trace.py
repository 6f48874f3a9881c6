"""What happened to each clock of an issue and by which event, found by playing its events again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bihuan.domain.clocks.clock import Clock
from bihuan.domain.clocks.explanation import Account, account
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.responsibility import debtor
from bihuan.domain.loop.step import Recorded, unfolded
from bihuan.domain.parties import Party
from bihuan.domain.policy import Policy


class Turn(StrEnum):
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
class Turned:
    """One turn of a clock: by which event, when; ``limit`` is its budget from then on."""

    what: Turn
    seq: int
    at: datetime
    event: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class Explained:
    """A clock with all that explains it. ``owes``: who owes what it waits for, or did until it was met.

    ``policy`` is the version it is counted by: what is met stays counted as it was then.
    """

    clock: Clock
    turns: tuple[Turned, ...]
    account: Account
    owes: Party
    policy: str

    @property
    def anchor(self) -> Turned:
        return self.turns[0]


@dataclass(slots=True)
class _Traced:
    """``last``: the issue when what is owed was last not done."""

    clock: Clock
    turns: tuple[Turned, ...]
    last: Issue


def explained(issue_no: str, recorded: Iterable[Recorded], policies: Mapping[str, Policy]) -> tuple[Explained, ...]:
    """Every clock of an issue with its account, in the order in which they started.

    ``policies``: every policy the issue was ever under, by version.
    """
    return tuple(
        _explained(one, policies[one.last.governance.policy_version]) for one in _traced(issue_no, recorded).values()
    )


def _explained(traced: _Traced, policy: Policy) -> Explained:
    clock = traced.clock
    its = account(policy.calendar, clock)
    owes = debtor(clock, traced.last, policy, its.due or traced.turns[-1].at)
    return Explained(clock, traced.turns, its, owes, policy.version)


def _traced(issue_no: str, recorded: Iterable[Recorded]) -> dict[str, _Traced]:
    found: dict[str, _Traced] = {}
    for one, issue in unfolded(issue_no, recorded):
        for clock in issue.clocks:
            known = found.get(clock.key)
            turns = known.turns if known else ()
            turned = (Turned(what, one.seq, one.at, one.event.event, clock.limit) for what in _turns(known, clock))
            last = issue if clock.met_at is None or known is None else known.last
            found[clock.key] = _Traced(clock, (*turns, *turned), last)
    return found


def _turns(known: _Traced | None, after: Clock) -> Iterator[Turn]:
    """What changed, in the order in which one would tell it."""
    before = known.clock if known else replace(after, pauses=(), stopped_at=None, ended_at=None)
    happened = {
        Turn.STARTED: known is None,
        Turn.RELIMITED: before.limit != after.limit,
        Turn.SPARED: after.spared and before.until_from != after.until_from,
        Turn.GRANTED: before.grant < after.grant,
        Turn.RESUMED: before.paused and before.pauses[-1] not in after.pauses,
        Turn.PAUSED: after.paused and after.pauses[-1] not in before.pauses,
        Turn.MET: before.stopped_at is None and after.stopped_at is not None,
        Turn.RUNS_ON: before.stopped_at is not None and after.stopped_at is None,
        Turn.GOES_ON: after.open and not before.open,
        Turn.TAKEN: before.open and not after.open and after.taken,
        Turn.ENDED: before.open and not after.open and not after.taken,
    }
    return (turn for turn, did in happened.items() if did)
