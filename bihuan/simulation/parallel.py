"""Many issues played in portions, in as many processes as there are cores."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from multiprocessing import get_context
from typing import Any, Protocol

from bihuan.domain.policy import Policy
from bihuan.simulation.player import Alert, NotPlayable, Played, play
from bihuan.simulation.summary import Change, Tally, compare_played
from bihuan.simulation.workbook import CUT_OFF, Row

ISSUES_PER_PROCESS = 1500
"""Fewer issues than this are played in less time than another process takes to start."""


class Source(Protocol):
    """Where issues come from, in portions that another process can play."""

    @property
    def total(self) -> int:
        """The number of issues."""

    @property
    def compares(self) -> bool:
        """Whether the issues are also played under another policy."""

    def portions(self) -> Sequence[Any]:
        """The portions, each of which can be pickled."""

    def lives(self, portion: Any) -> Iterator[tuple[Played, Played | None]]:
        """Each issue of the portion, played under its own policy and under the other.

        None for the other where there is none, or where it does not accept the submission.
        """


@dataclass
class PortionResult:
    """The sums of one portion. ``alerts``: only where they were asked for, in the order of their moments."""

    issues: int = 0
    before: Tally = field(default_factory=Tally)
    after: Tally = field(default_factory=Tally)
    changes: list[Change] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)


def play_all(source: Source, *, list_alerts: bool = False, processes: int = 0) -> Iterator[PortionResult]:
    """Play every portion, in order. ``processes`` 0: as many as pay off. Only one portion is in memory at a time."""
    workers = processes or min(os.cpu_count() or 1, 1 + source.total // ISSUES_PER_PROCESS)
    if workers == 1:
        yield from (_play(source, portion, list_alerts=list_alerts) for portion in source.portions())
        return
    with ProcessPoolExecutor(
        workers, get_context("spawn"), initializer=_Process.initialize, initargs=(source, list_alerts)
    ) as pool:
        yield from pool.map(_Process.play, source.portions())


class _Process:
    """What a process is given once, so that only portions are sent to it later."""

    source: Source
    list_alerts: bool

    @classmethod
    def initialize(cls, source: Source, list_alerts: bool) -> None:
        cls.source, cls.list_alerts = source, list_alerts

    @classmethod
    def play(cls, portion: Any) -> PortionResult:
        return _play(cls.source, portion, list_alerts=cls.list_alerts)


def _play(source: Source, portion: Any, *, list_alerts: bool) -> PortionResult:
    result = PortionResult()
    for before, after in source.lives(portion):
        result.issues += 1
        result.before.count(before)
        if list_alerts:
            result.alerts += before.alerts
        if source.compares:
            result.after.count(after)
            change = compare_played(before, after)
            result.changes += [change] if change else []
    result.alerts.sort(key=lambda alert: (alert.at, alert.issue_no))
    return result


@dataclass(frozen=True)
class Sample:
    """The rows of the sample, repeated until there are so many ``issues`` (0: once).

    Each repetition is a second later and has numbers of its own, so that no cached result serves two of them.
    """

    rows: Sequence[Row]
    policy: Policy
    other: Policy | None = None
    issues: int = 0

    @property
    def total(self) -> int:
        return self.issues or len(self.rows)

    @property
    def compares(self) -> bool:
        return self.other is not None

    def portions(self) -> Sequence[tuple[int, int]]:
        """The number of the repetition, and how many of its rows."""
        whole, rest = divmod(self.total, len(self.rows))
        return [(repetition, len(self.rows)) for repetition in range(whole)] + ([(whole, rest)] if rest else [])

    def lives(self, portion: tuple[int, int]) -> Iterator[tuple[Played, Played | None]]:
        repetition, count = portion
        mark = f"~{repetition}" if repetition else ""

        def resolve(ref: str) -> str:
            return ref + mark

        for row in self.rows[:count]:
            now = _later(row, timedelta(seconds=repetition))
            before = play(now, self.policy, CUT_OFF, resolve)
            after = None
            if self.other is not None:
                try:
                    after = play(now, self.other, CUT_OFF, resolve, strict=False)
                except NotPlayable:
                    after = None
            yield before, after


def _later(row: Row, by: timedelta) -> Row:
    return replace(row, acts=tuple(replace(act, at=act.at + by) for act in row.acts)) if by else row
