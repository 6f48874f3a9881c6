"""Merging an exported event log into the ledger. Intact records of the ledger stay as they are."""

from collections.abc import Iterable

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bihuan.files.validation import invalid_file
from bihuan.ledger.canonical import reads, receipt_of
from bihuan.ledger.chain import broken_links
from bihuan.ledger.log_format import LoggedIssue, LoggedPolicy, LogRecord
from bihuan.ledger.rows import Row
from bihuan.ledger.snapshot import issue_snapshot, readable_policies
from bihuan.ledger.tables import BATCH_ITEMS, BATCHES, DELIVERIES, EVENTS, ISSUES, POLICIES, RECEIPTS
from bihuan.ledger.views import BatchItem, BatchRow


async def merge_log(tx: AsyncConnection, log: Iterable[LogRecord]) -> dict[str, int]:
    """Add what the ledger lacks; returns the ``ledger_no`` of each issue of the log.

    The rows of the issues themselves are rebuilt later, from these events. Raises FilesInvalid if the ledger has a
    different event under the same number.
    """
    numbers: dict[str, int] = {}
    deliveries: list[Row] = []
    batches: list[Row] = []
    items: dict[str, list[Row]] = {}
    for one in log:
        match one:
            case LoggedPolicy():
                await _merge_policy(tx, one)
            case LoggedIssue():
                await _merge_issue(tx, one)
                numbers[one.issue_no] = one.ledger_no
            case BatchRow():
                batches.append(one.columns())
            case BatchItem():
                items.setdefault(one.batch, []).append(one.columns())
            case _:
                deliveries.append(one.columns())
    await _add(tx, DELIVERIES, "notice_id", deliveries)
    await _add(tx, BATCHES, "id", batches)
    for batch, rows in items.items():
        await _add(tx, BATCH_ITEMS, "issue_no", rows, batch=batch)
    return numbers


async def _merge_policy(tx: AsyncConnection, one: LoggedPolicy) -> None:
    if one.version in await readable_policies(tx):
        return
    await _add(tx, POLICIES, "version", [{"version": one.version, "body": one.body}])
    await tx.execute(update(POLICIES).where(POLICIES.c.version == one.version).values(body=one.body))


async def _merge_issue(tx: AsyncConnection, one: LoggedIssue) -> None:
    await _delete_corrupt(tx, one)
    asked = select(EVENTS.c.seq, EVENTS.c.hash).where(EVENTS.c.issue_no == one.issue_no)
    known = {row.seq: row.hash for row in await tx.execute(asked)}
    for row in one.events:
        if known.get(row["seq"], row["hash"]) != row["hash"]:
            kept = known[row["seq"]]
            expected = f"台账所记的 {kept} · {kept}, as the ledger has it"
            raise invalid_file(f"{one.file}:{one.line + row['seq']}", "hash", row["hash"], expected)
    await _add(tx, EVENTS, "seq", one.events, issue_no=one.issue_no)
    await _add(tx, RECEIPTS, "command_id", one.receipts, issue_no=one.issue_no)
    await _free_number(tx, one)


async def _delete_corrupt(tx: AsyncConnection, one: LoggedIssue) -> None:
    """Delete damaged events and receipts, which the verified log replaces."""
    stored = await issue_snapshot(tx, one.issue_no)
    if any(broken_links(stored.events)):
        its = (EVENTS.c.issue_no == one.issue_no) & (EVENTS.c.seq <= one.revision)
        await tx.execute(delete(EVENTS).where(its))
    unread = [row["command_id"] for row in stored.receipts if not reads(receipt_of, row["body"])]
    if unread:
        its = (RECEIPTS.c.issue_no == one.issue_no) & RECEIPTS.c.command_id.in_(unread)
        await tx.execute(delete(RECEIPTS).where(its))


async def _free_number(tx: AsyncConnection, one: LoggedIssue) -> None:
    """Free the number if another issue has taken it; a negative one marks that issue for renumbering."""
    other = (ISSUES.c.ledger_no == one.ledger_no) & (ISSUES.c.issue_no != one.issue_no)
    await tx.execute(update(ISSUES).where(other).values(ledger_no=-one.ledger_no))


async def _add(tx: AsyncConnection, table: Table, key: str, rows: list[Row], **of: str) -> None:
    asked = select(table.c[key]).where(*(table.c[name] == value for name, value in of.items()))
    known = set((await tx.execute(asked)).scalars())
    fresh = [row for row in rows if row[key] not in known]
    if fresh:
        await tx.execute(insert(table), fresh)
