"""Exporting the event log; its format is in ``bihuan.ledger.log_format``."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bihuan.ledger.canonical import canonical
from bihuan.ledger.chain import broken_links
from bihuan.ledger.engine import snapshots
from bihuan.ledger.errors import IntegrityFinding, LedgerCorrupt, LedgerGap
from bihuan.ledger.importing import read_log
from bihuan.ledger.log_format import (
    BatchItemLine,
    BatchLine,
    DeliveryLine,
    EndLine,
    EventLine,
    HeadLine,
    IssueLine,
    LogLine,
    PolicyLine,
    ReceiptLine,
)
from bihuan.ledger.tables import BATCH_ITEMS, BATCHES, DELIVERIES, EVENTS, ISSUES, POLICIES, RECEIPTS
from bihuan.ledger.views import BatchItem, BatchRow, Delivery


async def export(engine: AsyncEngine, path: Path) -> int:
    """Write the log, readable by its owner only; returns the number of lines. Verified before it gets its name."""
    unverified = path.with_name(f"{path.name}.part")
    unverified.unlink(missing_ok=True)
    count = 0
    try:
        with os.fdopen(os.open(unverified, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            async for line in log_lines(engine):
                file.write(f"{line}\n")
                count += 1
        for _ in read_log(unverified):
            pass
        unverified.replace(path)
    finally:
        unverified.unlink(missing_ok=True)
    return count


async def log_lines(engine: AsyncEngine) -> AsyncIterator[str]:
    """The lines of the log, from one snapshot. Raises LedgerError if an issue is incomplete or damaged."""
    count = 0
    async with snapshots(engine).connect() as tx:
        async for line in _records(tx):
            yield canonical(line.model_dump())
            count += 1
    yield canonical(EndLine(lines=count).model_dump())


async def _records(tx: AsyncConnection) -> AsyncIterator[LogLine]:
    yield HeadLine()
    for row in (await tx.execute(select(POLICIES).order_by(POLICIES.c.version))).mappings():
        yield PolicyLine(**row)
    numbers = select(ISSUES.c.issue_no, ISSUES.c.ledger_no, ISSUES.c.revision).order_by(ISSUES.c.ledger_no)
    for row in (await tx.execute(numbers)).mappings().all():
        issue = IssueLine(**row)
        yield issue
        async for line in _issue_records(tx, issue):
            yield line
    for row in (await tx.execute(select(DELIVERIES).order_by(DELIVERIES.c.notice_id))).mappings():
        yield DeliveryLine(delivery=Delivery(**row))
    for row in (await tx.execute(select(BATCHES).order_by(BATCHES.c.opened_at, BATCHES.c.id))).mappings():
        yield BatchLine(batch=BatchRow(**row))
    items = select(BATCH_ITEMS).order_by(BATCH_ITEMS.c.batch, BATCH_ITEMS.c.issue_no)
    for row in (await tx.execute(items)).mappings():
        yield BatchItemLine(item=BatchItem(**row))


async def _issue_records(tx: AsyncConnection, issue: IssueLine) -> AsyncIterator[LogLine]:
    asked = select(EVENTS).where(EVENTS.c.issue_no == issue.issue_no).order_by(EVENTS.c.seq)
    events = (await tx.execute(asked)).mappings().all()
    for seq, what in broken_links(events):
        raise LedgerCorrupt(IntegrityFinding(issue.issue_no, what, seq))
    if len(events) != issue.revision:
        raise LedgerGap(issue.issue_no, len(events) + 1)
    for row in events:
        yield EventLine(**row)
    receipts = select(RECEIPTS.c.issue_no, RECEIPTS.c.body).where(RECEIPTS.c.issue_no == issue.issue_no)
    for row in (await tx.execute(receipts.order_by(RECEIPTS.c.revision, RECEIPTS.c.command_id))).mappings():
        yield ReceiptLine(**row)
