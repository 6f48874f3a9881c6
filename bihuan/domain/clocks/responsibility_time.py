"""Responsibility time: each moment of an issue assigned to the one party responsible for the next act, or none."""

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
"""Nobody is answerable for these waits: rating is voluntary, and a closed issue only waits to be archived."""


@dataclass(frozen=True, slots=True)
class ResponsibilityTime:
    """How long one party was responsible, elapsed and in office time; ``responsible`` None: nobody was."""

    responsible: Party | None
    elapsed: timedelta
    office: timedelta


def responsibility_times(
    issue_no: str, recorded: Iterable[RecordedEvent], policy: Policy, until: datetime
) -> tuple[ResponsibilityTime, ...]:
    """How long each party was responsible from receipt to ``until``, longest first; the times sum to the whole.

    A period lasts from one recorded event to the next. An event that was recorded late because of an outage ends the
    period when it was recorded (docs/rules.md 3.8).
    """
    sums: dict[Party | None, tuple[timedelta, timedelta]] = {}
    for owes, since, upto in _stretches(issue_no, recorded, policy, until):
        elapsed, office = sums.get(owes, (timedelta(), timedelta()))
        sums[owes] = elapsed + (upto - since), office + policy.calendar.office_time(since, upto)
    charges = (ResponsibilityTime(owes, elapsed, office) for owes, (elapsed, office) in sums.items())
    return tuple(sorted(charges, key=lambda one: (-one.elapsed, str(one.responsible))))


def _stretches(
    issue_no: str, recorded: Iterable[RecordedEvent], policy: Policy, until: datetime
) -> Iterator[tuple[Party | None, datetime, datetime]]:
    states = list(replay(issue_no, recorded))
    ends = [*(one.at for one, _ in states[1:]), until]
    for (one, issue), upto in zip(states, ends, strict=True):
        if one.at < upto:
            yield responsible_party(issue, policy, one.at), one.at, upto


def responsible_party(issue: Issue, policy: Policy, at: datetime) -> Party | None:
    """Who is responsible for the next act in the present status (docs/rules.md 1.1); None: nobody.

    Nobody is while a mass suspension lasts. The triager is during a question that pauses no clock.
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
