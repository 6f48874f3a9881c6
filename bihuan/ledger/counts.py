"""How many issues were collected, closed and solved, by group and category, up to a moment."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bihuan.domain.stage import Outcome
from bihuan.ledger.engine import snapshots
from bihuan.ledger.tables import ISSUES


@dataclass(frozen=True, slots=True)
class Cell:
    """The issues of one group and category."""

    group: str
    category: str
    collected: int
    closed: int
    solved: int


@dataclass(frozen=True, slots=True)
class IssueSummary:
    """One issue in a list. ``outcome`` empty: open."""

    issue_no: str
    title: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Span:
    """Received at ``since`` or later (None: ever) and before ``until``; closed before ``until``."""

    since: datetime | None
    until: datetime


async def count_by_span(engine: AsyncEngine, *spans: Span) -> tuple[tuple[Cell, ...], ...]:
    """The cells of each span, all of one snapshot. An issue that was opened again is not closed."""
    async with snapshots(engine).connect() as connection:
        return tuple([tuple(Cell(*row) for row in await connection.execute(_asked(span))) for span in spans])


def _asked(span: Span):  # type: ignore[no-untyped-def]  # the driver's own words for a select of five columns
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
    """A group's issues that came in between."""
    return await _summaries(engine, group, ISSUES.c.received_at >= since, ISSUES.c.received_at < until)


async def closed_issues(engine: AsyncEngine, group: str, since: datetime, until: datetime) -> tuple[IssueSummary, ...]:
    """A group's issues that were closed in between."""
    return await _summaries(engine, group, ISSUES.c.closed_at >= since, ISSUES.c.closed_at < until)


async def _summaries(engine: AsyncEngine, group: str, *conditions: ColumnElement[bool]) -> tuple[IssueSummary, ...]:
    asked = select(ISSUES.c.issue_no, ISSUES.c.title, func.coalesce(ISSUES.c.outcome, ""))
    asked = asked.where(ISSUES.c.supervision_group == group, *conditions).order_by(ISSUES.c.ledger_no)
    async with engine.connect() as connection:
        return tuple(IssueSummary(*row) for row in await connection.execute(asked))
