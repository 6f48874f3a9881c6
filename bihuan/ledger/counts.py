"""Counts of issues collected, closed and solved, by group and category, and lists of a group's issues."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bihuan.domain.stage import Outcome
from bihuan.ledger.engine import snapshots
from bihuan.ledger.tables import ISSUES


@dataclass(frozen=True, slots=True)
class Cell:
    """The counts of one group and category."""

    group: str
    category: str
    collected: int
    closed: int
    solved: int


@dataclass(frozen=True, slots=True)
class IssueSummary:
    """One issue in a list. ``outcome``: empty while it is open."""

    issue_no: str
    title: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Span:
    """Issues received from ``since`` (None: from the beginning) until before ``until``, and closed before ``until``."""

    since: datetime | None
    until: datetime


async def count_by_span(engine: AsyncEngine, *spans: Span) -> tuple[tuple[Cell, ...], ...]:
    """The cells of each span, from one snapshot. A reopened issue does not count as closed."""
    async with snapshots(engine).connect() as connection:
        return tuple([tuple(Cell(*row) for row in await connection.execute(_asked(span))) for span in spans])


def _asked(span: Span):  # type: ignore[no-untyped-def]  # SQLAlchemy's type of a select of five columns
    closed = ISSUES.c.closed_at < span.until
    solved = and_(closed, ISSUES.c.outcome == Outcome.SOLVED.value)
    by = (ISSUES.c.supervision_group, ISSUES.c.category)
    received = [ISSUES.c.received_at < span.until]
    if span.since is not None:
        received.append(ISSUES.c.received_at >= span.since)
    return select(*by, func.count(), _sum(closed), _sum(solved)).where(*received).group_by(*by).order_by(*by)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


async def received_issues(
    engine: AsyncEngine, group: str, since: datetime, until: datetime
) -> tuple[IssueSummary, ...]:
    """A group's issues received from ``since`` until before ``until``."""
    return await _summaries(engine, group, ISSUES.c.received_at >= since, ISSUES.c.received_at < until)


async def closed_issues(engine: AsyncEngine, group: str, since: datetime, until: datetime) -> tuple[IssueSummary, ...]:
    """A group's issues closed from ``since`` until before ``until``."""
    return await _summaries(engine, group, ISSUES.c.closed_at >= since, ISSUES.c.closed_at < until)


async def _summaries(engine: AsyncEngine, group: str, *conditions: ColumnElement[bool]) -> tuple[IssueSummary, ...]:
    asked = select(ISSUES.c.issue_no, ISSUES.c.title, func.coalesce(ISSUES.c.outcome, ""))
    asked = asked.where(ISSUES.c.supervision_group == group, *conditions).order_by(ISSUES.c.ledger_no)
    async with engine.connect() as connection:
        return tuple(IssueSummary(*row) for row in await connection.execute(asked))
