"""The delay ledger: every moment of an issue's life charged to exactly one who owed the next act, or to nobody."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.responsibility import responsible
from bihuan.domain.loop.step import RecordedEvent, replay
from bihuan.domain.loop.transitions import CLOCK_OF_STATUS, INFO_PAUSES_MAX
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Policy
from bihuan.domain.stage import IN_TRIAGE, Status

NOBODY_ANSWERABLE = frozenset({Obligation.EVALUATE, Obligation.ARCHIVE})
"""Waits that nobody is answerable for: rating is free, and a closed issue only waits to be archived."""


@dataclass(frozen=True, slots=True)
class ResponsibilityTime:
    """What one party had the issue for; ``owes`` None: nobody owed anything."""

    owes: Party | None
    elapsed: timedelta
    office: timedelta


def responsibility_times(
    issue_no: str, recorded: Iterable[RecordedEvent], policy: Policy, until: datetime
) -> tuple[ResponsibilityTime, ...]:
    """Who had the issue how long, from receipt to ``until``, the longest first. The charges sum to the whole.

    A stretch lasts from one recorded event to the next: what an outage noticed late is charged to who was waited for
    as far as was known.
    """
    sums: dict[Party | None, tuple[timedelta, timedelta]] = {}
    for owes, since, upto in _stretches(issue_no, recorded, policy, until):
        elapsed, office = sums.get(owes, (timedelta(), timedelta()))
        sums[owes] = elapsed + (upto - since), office + policy.calendar.office_time(since, upto)
    charges = (ResponsibilityTime(owes, elapsed, office) for owes, (elapsed, office) in sums.items())
    return tuple(sorted(charges, key=lambda one: (-one.elapsed, str(one.owes))))


def _stretches(
    issue_no: str, recorded: Iterable[RecordedEvent], policy: Policy, until: datetime
) -> Iterator[tuple[Party | None, datetime, datetime]]:
    states = list(replay(issue_no, recorded))
    ends = [*(one.at for one, _ in states[1:]), until]
    for (one, issue), upto in zip(states, ends, strict=True):
        if one.at < upto:
            yield responsible_party(issue, policy, one.at), one.at, upto


def responsible_party(issue: Issue, policy: Policy, at: datetime) -> Party | None:
    """Who owes the next act in the status it is in (docs/rules.md 1.1); nobody while a mass suspension lasts.

    A question that pauses nothing is the triager's own time.
    """
    clock = issue.clock(CLOCK_OF_STATUS[issue.status][0]) if issue.status in CLOCK_OF_STATUS else None
    if issue.closed or issue.hold or (clock is not None and clock.obligation in NOBODY_ANSWERABLE):
        return None
    if issue.status is Status.NEED_INFO and issue.info_asked > INFO_PAUSES_MAX:
        return issue.triager
    if clock is not None:
        return responsible(clock, issue, policy, at)
    if issue.status in IN_TRIAGE or not issue.dispatched:
        return issue.triager
    return Party(Desk.UNIT, issue.holder)
