"""Writing the ledger. Every step is idempotent, and a late repetition never overwrites newer state."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import Receipt
from bihuan.domain.policy import Policy
from bihuan.ledger.canonical import issue_of, policy_of, policy_text
from bihuan.ledger.chain import GENESIS, event_row
from bihuan.ledger.engine import ALL_ISSUES, lock, writing
from bihuan.ledger.errors import LedgerFork, LedgerGap, PolicyUnknown
from bihuan.ledger.rows import Row, issue_row, order_row, part_row, receipt_row, status_since
from bihuan.ledger.tables import DELIVERIES, EVENTS, ISSUES, ORDERS, PARTS, POLICIES, RECEIPTS, TRACES, without_nul
from bihuan.ledger.views import Delivery, Trace
from bihuan.wire import Entry

DELIVERED = "DELIVERED"


class LedgerWriter:
    """Writes issues and notices to the ledger. Caches the policies it has read."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writer = IssueWriter()

    async def record(
        self,
        issue: Issue,
        entries: Sequence[Entry],
        receipts: Sequence[Receipt],
        policy: Policy | None = None,
        former: Sequence[Policy] = (),
    ) -> None:
        """Write one publication of one issue in one transaction. ``issue``: its state after the last of the entries.

        ``policy``: in force after them; None if the ledger has it. ``former``: those before it.
        Raises LedgerGap, LedgerFork, PolicyUnknown.
        """
        async with writing(self._engine).begin() as tx:
            await lock(tx, f"issue:{issue.issue_no}", shared=ALL_ISSUES)
            for one in former:
                await record_policy(tx, one)
            await self._writer.write(tx, issue, entries, receipts, policy)

    async def record_delivery(self, delivery: Delivery, trace: Trace | None = None) -> None:
        """Record the state of a notice and a step of its delivery.

        A delivered notice stays delivered, ``first_at`` never changes, and ``acknowledged_*`` is left to
        ``acknowledge``.
        """
        values = {name: value for name, value in delivery.columns().items() if not name.startswith("acknowledged")}
        async with writing(self._engine).begin() as tx:
            await lock(tx, f"notice:{delivery.notice_id}")
            its = DELIVERIES.c.notice_id == delivery.notice_id
            known = (await tx.execute(select(DELIVERIES.c.state).where(its))).scalar()
            if known is None:
                await tx.execute(insert(DELIVERIES).values(delivery.columns()))
            elif known != DELIVERED:
                del values["first_at"]
                await tx.execute(update(DELIVERIES).where(its).values(values))
            if trace is not None:
                await _add_trace(tx, trace)

    async def acknowledge(self, notice_id: str, by: str, at: datetime) -> bool:
        """Record who has seen a notice. False if that was recorded before, or there is no such notice."""
        async with writing(self._engine).begin() as tx:
            await lock(tx, f"notice:{notice_id}")
            its = (DELIVERIES.c.notice_id == notice_id) & DELIVERIES.c.acknowledged_at.is_(None)
            done = await tx.execute(update(DELIVERIES).where(its).values(acknowledged_at=at, acknowledged_by=by))
            return bool(done.rowcount)

    async def trace(self, trace: Trace) -> None:
        """Record a step in the delivery of a notice without changing its state."""
        async with writing(self._engine).begin() as tx:
            await lock(tx, f"notice:{trace.notice_id}")
            await _add_trace(tx, trace)

    async def delivery_state(self, notice_id: str) -> str:
        """The state of a notice; empty if the ledger does not know it."""
        asked = select(DELIVERIES.c.state).where(DELIVERIES.c.notice_id == notice_id)
        async with self._engine.connect() as connection:
            return (await connection.execute(asked)).scalar() or ""

    async def closed(self, issue_no: str) -> bool:
        """Whether the issue is closed according to the ledger, which may lag behind the workflow."""
        asked = select(ISSUES.c.closed_at).where(ISSUES.c.issue_no == issue_no)
        async with self._engine.connect() as connection:
            return (await connection.execute(asked)).scalar() is not None


async def _add_trace(tx: AsyncConnection, trace: Trace) -> None:
    its = (TRACES.c.notice_id == trace.notice_id) & (TRACES.c.key == trace.key)
    if (await tx.execute(select(TRACES.c.key).where(its))).first() is None:
        await tx.execute(insert(TRACES).values(trace.columns()))


class IssueWriter:
    """Writes publications of an issue inside a transaction that holds the lock of that issue."""

    def __init__(self) -> None:
        self._policies: dict[str, Policy] = {}

    async def write(
        self,
        tx: AsyncConnection,
        issue: Issue,
        entries: Sequence[Entry],
        receipts: Sequence[Receipt],
        policy: Policy | None,
        ledger_no: int | None = None,
    ) -> None:
        """Write in an open transaction. ``policy``: None: recorded. ``ledger_no``: of a new issue; None: the next
        free number.
        """
        governing = await self._governing(tx, issue, policy)
        known = await _stored(tx, issue.issue_no)
        await _add_events(tx, issue.issue_no, entries)
        await _add_receipts(tx, issue.issue_no, receipts)
        if known is None or known[0] < issue.revision:
            await _upsert_issue(tx, issue, entries, governing, known, ledger_no)
            await _upsert(
                tx, ORDERS.c.no, issue, [order_row(order, issue, governing) for order in issue.supervision.orders]
            )
            await _upsert(tx, PARTS.c.clock, issue, [part_row(part, issue, governing) for part in issue.parts])
        await _set_fingerprint(tx, issue.issue_no, receipts)

    async def _governing(self, tx: AsyncConnection, issue: Issue, policy: Policy | None) -> Policy:
        """The policy the issue is stamped with; recorded first if it is new. Raises PolicyUnknown."""
        version = issue.governance.policy_version
        if version in self._policies:
            return self._policies[version]
        known = await _policy(tx, version)
        if known is None:
            if policy is None or policy.version != version:
                raise PolicyUnknown(issue.issue_no, version)
            await record_policy(tx, policy)
            return policy
        self._policies[version] = known
        return known


async def record_policy(tx: AsyncConnection, policy: Policy) -> None:
    """Record a policy unless its version is known."""
    await lock(tx, f"policy:{policy.version}")
    if await _policy(tx, policy.version) is None:
        await tx.execute(insert(POLICIES).values(version=policy.version, body=policy_text(policy)))


StoredIssue = tuple[int, datetime, str]


async def _stored(tx: AsyncConnection, issue_no: str) -> StoredIssue | None:
    """Revision, ``entered_at`` and state of the issue's row; None if there is none."""
    asked = select(ISSUES.c.revision, ISSUES.c.entered_at, ISSUES.c.state).where(ISSUES.c.issue_no == issue_no)
    row = (await tx.execute(asked)).first()
    return (row.revision, row.entered_at, row.state) if row else None


async def _policy(tx: AsyncConnection, version: str) -> Policy | None:
    body = (await tx.execute(select(POLICIES.c.body).where(POLICIES.c.version == version))).scalar()
    return policy_of(body) if body is not None else None


async def _add_events(tx: AsyncConnection, issue_no: str, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    asked = select(EVENTS.c.seq, EVENTS.c.hash, EVENTS.c.prev_hash).where(
        EVENTS.c.issue_no == issue_no, EVENTS.c.seq >= entries[0].seq - 1
    )
    links = {row.seq: (row.hash, row.prev_hash) for row in await tx.execute(asked)}
    fresh = []
    for entry in entries:
        recorded = links.get(entry.seq)
        if recorded is not None:
            hashes = (event_row(issue_no, one, recorded[1])["hash"] for one in (entry, entry.without_act))
            if recorded[0] not in hashes:
                raise LedgerFork(issue_no, entry.seq)
            continue
        if entry.seq > 1 and entry.seq - 1 not in links:
            raise LedgerGap(issue_no, entry.seq - 1)
        row = event_row(issue_no, entry, links[entry.seq - 1][0] if entry.seq > 1 else GENESIS)
        links[entry.seq] = (row["hash"], row["prev_hash"])
        fresh.append(row)
    if fresh:
        await tx.execute(insert(EVENTS), fresh)


async def _add_receipts(tx: AsyncConnection, issue_no: str, receipts: Sequence[Receipt]) -> None:
    if not receipts:
        return
    asked = select(RECEIPTS.c.command_id).where(
        RECEIPTS.c.issue_no == issue_no, RECEIPTS.c.command_id.in_([receipt.command_id for receipt in receipts])
    )
    known = set((await tx.execute(asked)).scalars())
    fresh = {without_nul(receipt.command_id): receipt_row(receipt) for receipt in reversed(receipts)}
    unknown = [row for command_id, row in fresh.items() if command_id not in known]
    if unknown:
        await tx.execute(insert(RECEIPTS), unknown)


async def _upsert_issue(
    tx: AsyncConnection,
    issue: Issue,
    entries: Sequence[Entry],
    policy: Policy,
    known: StoredIssue | None,
    ledger_no: int | None,
) -> None:
    revision, since, state = known or (0, None, "")
    fresh = [entry for entry in entries if entry.seq > revision]
    if not fresh or fresh[-1].seq != issue.revision:
        raise LedgerGap(issue.issue_no, (fresh[-1].seq if fresh else revision) + 1)
    since = status_since(issue_of(state) if known else None, since, fresh, issue.issue_no)
    row = issue_row(issue, policy, since, fresh[-1].at)
    if known:
        its = (ISSUES.c.issue_no == issue.issue_no) & (ISSUES.c.revision < issue.revision)
        await tx.execute(update(ISSUES).where(its).values(row))
    else:
        number = ledger_no if ledger_no is not None else await _next_number(tx)
        await tx.execute(insert(ISSUES).values({**row, "ledger_no": number, "fingerprint": ""}))


async def _next_number(tx: AsyncConnection) -> int:
    """The next ``ledger_no``. The lock, held until the row is written, keeps the numbers without gaps."""
    await lock(tx, "ledger_no")
    last: int | None = (await tx.execute(select(func.max(ISSUES.c.ledger_no)))).scalar()
    return (last or 0) + 1


async def _upsert(tx: AsyncConnection, key: Column[Any], issue: Issue, rows: Sequence[Row]) -> None:
    """Insert or update the rows of one table that belong to an issue, identified by ``key``."""
    if not rows:
        return
    table, its = key.table, key.table.c.issue_no == issue.issue_no
    known = set((await tx.execute(select(key).where(its))).scalars())
    for row in rows:
        if row[key.name] in known:
            await tx.execute(update(table).where(its, key == row[key.name]).values(row))
        else:
            await tx.execute(insert(table).values(row))


async def _set_fingerprint(tx: AsyncConnection, issue_no: str, receipts: Sequence[Receipt]) -> None:
    """Copy the fingerprint of the submission from its receipt to the issue's row."""
    intake = next((receipt for receipt in receipts if receipt.revision == 1), None)
    if intake is not None:
        its = (ISSUES.c.issue_no == issue_no) & (ISSUES.c.fingerprint == "")
        await tx.execute(update(ISSUES).where(its).values(fingerprint=intake.fingerprint))
