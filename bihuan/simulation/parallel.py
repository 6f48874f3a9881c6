"""Many issues taken through the rules in portions, side by side in as many processes as there are cores."""

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
"""Fewer issues than this are played sooner than another process is up."""


class Source(Protocol):
    """Where issues come from, in portions that another process can take."""

    @property
    def total(self) -> int: ...

    @property
    def compares(self) -> bool:
        """Whether there is another policy to play under."""

    def portions(self) -> Sequence[Any]: ...

    def lives(self, portion: Any) -> Iterator[tuple[Played, Played | None]]:
        """Each issue under its own policy and under the other; None where there is none or it takes it not in."""


@dataclass
class PortionResult:
    """What came of one portion. ``alerts`` only where they are asked for, in the order of their moments."""

    issues: int = 0
    before: Tally = field(default_factory=Tally)
    after: Tally = field(default_factory=Tally)
    changes: list[Change] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)


def play_all(source: Source, *, list_alerts: bool = False, processes: int = 0) -> Iterator[PortionResult]:
    """Every portion, in order. ``processes`` 0: as many as are worth it. No history outlives its portion."""
    many = processes or min(os.cpu_count() or 1, 1 + source.total // ISSUES_PER_PROCESS)
    if many == 1:
        yield from (_play(source, portion, list_alerts=list_alerts) for portion in source.portions())
        return
    with ProcessPoolExecutor(
        many, get_context("spawn"), initializer=_Process.know, initargs=(source, list_alerts)
    ) as pool:
        yield from pool.map(_Process.play, source.portions())


class _Process:
    """What a process was told once, so that only its portions are sent to it."""

    source: Source
    list_alerts: bool

    @classmethod
    def know(cls, source: Source, list_alerts: bool) -> None:
        cls.source, cls.list_alerts = source, list_alerts

    @classmethod
    def play(cls, portion: Any) -> PortionResult:
        return _play(cls.source, portion, list_alerts=cls.list_alerts)


def _play(source: Source, portion: Any, *, list_alerts: bool) -> PortionResult:
    part = PortionResult()
    for before, after in source.lives(portion):
        part.issues += 1
        part.before.count(before)
        if list_alerts:
            part.alerts += before.alerts
        if source.compares:
            part.after.count(after)
            change = compare_played(before, after)
            part.changes += [change] if change else []
    part.alerts.sort(key=lambda alert: (alert.at, alert.issue_no))
    return part


@dataclass(frozen=True)
class Sample:
    """The sample's rows, again and again until there are so many issues (0: once).

    Each time a second later and under numbers of its own, so that no moment worked out for one serves another.
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
        """Which time, and how many rows of it."""
        whole, rest = divmod(self.total, len(self.rows))
        return [(again, len(self.rows)) for again in range(whole)] + ([(whole, rest)] if rest else [])

    def lives(self, portion: tuple[int, int]) -> Iterator[tuple[Played, Played | None]]:
        again, count = portion
        mark = f"~{again}" if again else ""

        def resolve(ref: str) -> str:
            return ref + mark

        for row in self.rows[:count]:
            now = _later(row, timedelta(seconds=again))
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
