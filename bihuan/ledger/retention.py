"""Retention: deletes old notices and their traces; nothing else of the ledger is ever deleted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bihuan.ledger.engine import writing
from bihuan.ledger.tables import DELIVERIES, ISSUES, TRACES

PORTION = 1000
"""Notices deleted in one transaction; small, so that no writer waits long."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """Rows deleted. ``kept``: issues closed before the same moment, which stay with all their events."""

    deliveries: int
    traces: int
    kept: int


async def prune(engine: AsyncEngine, before: datetime) -> Pruned:
    """Delete the notices that ended before the moment, and their traces. Can be interrupted and repeated."""
    old = DELIVERIES.c.ended_at < before
    deliveries = traces = 0
    while True:
        notices = select(DELIVERIES.c.notice_id).where(old).order_by(DELIVERIES.c.notice_id).limit(PORTION)
        async with writing(engine).begin() as tx:
            ids = list((await tx.execute(notices)).scalars())
            if not ids:
                break
            traces += (await tx.execute(delete(TRACES).where(TRACES.c.notice_id.in_(ids)))).rowcount
            deliveries += (await tx.execute(delete(DELIVERIES).where(DELIVERIES.c.notice_id.in_(ids)))).rowcount
    return Pruned(deliveries, traces, await _count(engine, ISSUES.c.closed_at < before))


async def _count(engine: AsyncEngine, condition: ColumnElement[bool]) -> int:
    async with engine.connect() as connection:
        return (await connection.execute(select(func.count()).select_from(ISSUES).where(condition))).scalar_one()
