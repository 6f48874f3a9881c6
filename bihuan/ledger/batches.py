"""Batches in the ledger: the order, the issues still pending, and the result for each issue done."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bihuan.domain.batches.order import DONE, STUCK, TAKES_BACK, BatchKind, BatchOrder, BatchProgress, Matching
from bihuan.domain.stage import Stage, Status
from bihuan.ledger.canonical import order_of, order_text
from bihuan.ledger.engine import lock, snapshots, writing
from bihuan.ledger.errors import LedgerError
from bihuan.ledger.tables import BATCH_ITEMS, BATCHES, ISSUES
from bihuan.ledger.views import BatchItem, BatchRow
from bihuan.ledger.writing import record_policy


class BatchIdReused(LedgerError):
    """A different order was given under this id."""

    def __init__(self, batch: str) -> None:
        super().__init__(f"批次号 {batch} 已用于另一批次 · batch id {batch} was used for another order")


class BatchLedger:
    """The batches of one ledger. Every step is idempotent."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def open(self, order: BatchOrder, now: datetime) -> int:
        """Record the order and its policy; returns how many issues it matches. Raises BatchIdReused."""
        async with writing(self._engine).begin() as tx:
            await lock(tx, f"batch:{order.id}")
            known = (await tx.execute(select(BATCHES).where(BATCHES.c.id == order.id))).mappings().first()
            if known is not None:
                if known["fingerprint"] != order.fingerprint:
                    raise BatchIdReused(order.id)
                return int(known["total"])
            if order.policy is not None:
                await record_policy(tx, order.policy)
            total = (await tx.execute(select(func.count()).select_from(_matched(order).subquery()))).scalar_one()
            row = {
                "id": order.id,
                "kind": order.kind.value,
                "fingerprint": order.fingerprint,
                "body": order_text(replace(order, policy=None)),
                "total": total,
                "opened_at": now,
            }
            await tx.execute(insert(BATCHES).values(row))
            return int(total)

    async def order(self, batch: str) -> BatchOrder | None:
        row = await self.row(batch)
        return order_of(row.body) if row else None

    async def row(self, batch: str) -> BatchRow | None:
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(BATCHES).where(BATCHES.c.id == batch))).mappings().first()
        return BatchRow(**row) if row else None

    async def rows(self) -> tuple[BatchRow, ...]:
        """All batches, newest first."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(BATCHES).order_by(BATCHES.c.opened_at.desc(), BATCHES.c.id))
            return tuple(BatchRow(**row) for row in rows.mappings())

    async def matched(self, order: BatchOrder) -> tuple[str, ...]:
        """The numbers of the issues the order matches now, with or without a result."""
        async with self._engine.connect() as connection:
            return tuple((await connection.execute(_matched(order).order_by("issue_no"))).scalars())

    async def pending_issues(self, order: BatchOrder, limit: int) -> tuple[str, ...]:
        """The numbers of the next issues that the order matches and that have no result yet, at most ``limit``."""
        matched = _matched(order).subquery()
        done = exists().where(BATCH_ITEMS.c.batch == order.id, BATCH_ITEMS.c.issue_no == matched.c.issue_no)
        asked = select(matched.c.issue_no).where(~done).order_by(matched.c.issue_no).limit(limit)
        async with self._engine.connect() as connection:
            return tuple((await connection.execute(asked)).scalars())

    async def record(self, items: Sequence[BatchItem]) -> None:
        """Record results of issues of one batch; results recorded before stay."""
        if not items:
            return
        batch = items[0].batch
        async with writing(self._engine).begin() as tx:
            await lock(tx, f"batch:{batch}")
            known = set((await tx.execute(_issues_of(batch))).scalars())
            fresh = [item.columns() for item in items if item.issue_no not in known]
            if fresh:
                await tx.execute(insert(BATCH_ITEMS), fresh)

    async def without_result(self, batch: str, issue_nos: Collection[str]) -> tuple[str, ...]:
        """Those of these issues that have no result in this batch, sorted."""
        async with self._engine.connect() as connection:
            known = set((await connection.execute(_issues_of(batch))).scalars())
        return tuple(sorted(set(issue_nos) - known))

    async def items(self, batch: str) -> tuple[BatchItem, ...]:
        asked = select(BATCH_ITEMS).where(BATCH_ITEMS.c.batch == batch).order_by(BATCH_ITEMS.c.issue_no)
        async with self._engine.connect() as connection:
            return tuple(BatchItem(**row) for row in (await connection.execute(asked)).mappings())

    async def progress(self, batch: str) -> BatchProgress:
        async with snapshots(self._engine).connect() as tx:
            return await _progress(tx, batch)

    async def close(self, batch: str, now: datetime) -> BatchProgress:
        async with writing(self._engine).begin() as tx:
            its = (BATCHES.c.id == batch) & BATCHES.c.ended_at.is_(None)
            await tx.execute(update(BATCHES).where(its).values(ended_at=now))
            return await _progress(tx, batch)


async def _progress(tx: AsyncConnection, batch: str) -> BatchProgress:
    row = (await tx.execute(select(BATCHES.c.total, BATCHES.c.ended_at).where(BATCHES.c.id == batch))).first()
    counted = select(BATCH_ITEMS.c.result, func.count()).where(BATCH_ITEMS.c.batch == batch)
    results = {row.result: row[1] for row in await tx.execute(counted.group_by(BATCH_ITEMS.c.result))}
    return BatchProgress(row.total, results, row.ended_at is not None) if row else BatchProgress()


def _matched(order: BatchOrder) -> Select[Any]:
    """Select the issues an order applies to.

    An order that reverses another: the issues that one changed. A calendar: all that match and are not archived. Any
    other: all that match and are open.
    """
    if order.kind in TAKES_BACK:
        of = BATCH_ITEMS.alias("taken_back")
        changed = (DONE, STUCK) if order.kind is BatchKind.RESUME else (DONE,)  # a stuck one may have succeeded since
        return select(of.c.issue_no.label("issue_no")).where(of.c.batch == order.of, of.c.result.in_(changed))
    there = (
        ISSUES.c.status != Status.ARCHIVED.value
        if order.kind is BatchKind.CALENDAR
        else ISSUES.c.stage != Stage.CLOSED.value
    )
    return select(ISSUES.c.issue_no.label("issue_no")).where(there, *_conditions(order.matching))


def _conditions(matching: Matching) -> tuple[ColumnElement[bool], ...]:
    wanted = {
        ISSUES.c.county: matching.counties,
        ISSUES.c.unit: matching.units,
        ISSUES.c.supervision_group: matching.groups,
        ISSUES.c.category: matching.categories,
        ISSUES.c.urgency: matching.urgencies,
        ISSUES.c.issue_no: matching.issues,
    }
    return tuple(column.in_(values) for column, values in wanted.items() if values)


def _issues_of(batch: str) -> Select[Any]:
    return select(BATCH_ITEMS.c.issue_no).where(BATCH_ITEMS.c.batch == batch)
