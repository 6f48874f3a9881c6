"""A ledger as a source of issues to play again; it is only read."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.policy import Policy
from bihuan.domain.refusals import Refusal
from bihuan.ledger.engine import reading_engine
from bihuan.ledger.iteration import RecordedIssue, recorded_issues, select_issue_numbers
from bihuan.simulation.command_inference import replay_recorded
from bihuan.simulation.player import Played

AT_ONCE = 200


@dataclass(frozen=True)
class RecordedIssues:
    """A source (``parallel.Source``): issues of the ledger at ``url``, with their recorded acts, up to ``until``.

    Each is played under the policies it was recorded under, and under ``other`` if given.
    """

    url: str
    issue_nos: tuple[str, ...]
    until: datetime
    other: Policy | None = None

    @property
    def total(self) -> int:
        return len(self.issue_nos)

    @property
    def compares(self) -> bool:
        return self.other is not None

    def portions(self) -> Sequence[tuple[str, ...]]:
        return [self.issue_nos[first : first + AT_ONCE] for first in range(0, self.total, AT_ONCE)]

    def lives(self, portion: tuple[str, ...]) -> Iterator[tuple[Played, Played | None]]:
        for life in asyncio.run(_read(self.url, portion)):
            before = replay_recorded(life.issue_no, life.recorded, life.policies, self.until)
            after = None
            if self.other is not None:
                try:
                    after = replay_recorded(life.issue_no, life.recorded, life.policies, self.until, self.other)
                except Refusal:
                    after = None
            yield before, after


async def issue_numbers(url: str) -> tuple[str, ...]:
    """The numbers of all issues in the ledger at ``url``."""
    engine = reading_engine(url)
    try:
        return await select_issue_numbers(engine)
    finally:
        await engine.dispose()


async def _read(url: str, issue_nos: Sequence[str]) -> list[RecordedIssue]:
    engine = reading_engine(url)
    try:
        return [life async for life in recorded_issues(engine, issue_nos)]
    finally:
        await engine.dispose()
