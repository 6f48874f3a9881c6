"""Writing the ledger: every step can be repeated without effect, and nothing late takes back what is newer."""

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
from bihuan.ledger.engine import EVERYBODY, alone, writing
from bihuan.ledger.errors import LedgerFork, LedgerGap, PolicyUnknown
from bihuan.ledger.rows import Row, entered, issue_row, order_row, part_row, receipt_row
from bihuan.ledger.tables import DELIVERIES, EVENTS, ISSUES, ORDERS, PARTS, POLICIES, RECEIPTS, TRACES, shown
from bihuan.ledger.views import Delivery, Trace
from bihuan.wire import Entry

DELIVERED = "DELIVERED"


class LedgerWriter:
    """The only hand that writes. Keeps the policies it has met."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._pen = Pen()

    async def record(
        self,
        issue: Issue,
        entries: Sequence[Entry],
        receipts: Sequence[Receipt],
        policy: Policy | None = None,
        former: Sequence[Policy] = (),
    ) -> None:
        """Write one batch of one issue, whole or not at all. ``issue`` is the issue after the last of the entries.

        ``policy`` governs it then, where the ledger does not know it yet; ``former`` governed it in between.
        """
        async with writing(self._engine).begin() as tx:
            await alone(tx, f"issue:{issue.issue_no}", beside=EVERYBODY)
            for one in former:
                await keep_policy(tx, one)
            await self._pen.write(tx, issue, entries, receipts, policy)

    async def record_delivery(self, delivery: Delivery, trace: Trace | None = None) -> None:
        """How a notice stands, and what happened to it. Once delivered it stays delivered, and its first moment stays
        its first; who has seen it is not told here.
        """
        values = {name: value for name, value in delivery.columns().items() if not name.startswith("acknowledged")}
        async with writing(self._engine).begin() as tx:
            await alone(tx, f"notice:{delivery.notice_id}")
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
        """Somebody has seen it. The first to say so stays; False: it was said before, or there is no such notice."""
        async with writing(self._engine).begin() as tx:
            await alone(tx, f"notice:{notice_id}")
            its = (DELIVERIES.c.notice_id == notice_id) & DELIVERIES.c.acknowledged_at.is_(None)
            done = await tx.execute(update(DELIVERIES).where(its).values(acknowledged_at=at, acknowledged_by=by))
            return bool(done.rowcount)

    async def trace(self, trace: Trace) -> None:
        """Something that happened to a notice beside its delivery."""
        async with writing(self._engine).begin() as tx:
            await alone(tx, f"notice:{trace.notice_id}")
            await _add_trace(tx, trace)

    async def delivery_state(self, notice_id: str) -> str:
        """How this notice stands; empty: nothing is known of it."""
        asked = select(DELIVERIES.c.state).where(DELIVERIES.c.notice_id == notice_id)
        async with self._engine.connect() as connection:
            return (await connection.execute(asked)).scalar() or ""

    async def closed(self, issue_no: str) -> bool:
        """Whether the issue is closed, as far as the ledger knows."""
        asked = select(ISSUES.c.closed_at).where(ISSUES.c.issue_no == issue_no)
        async with self._engine.connect() as connection:
            return (await connection.execute(asked)).scalar() is not None


async def _add_trace(tx: AsyncConnection, trace: Trace) -> None:
    its = (TRACES.c.notice_id == trace.notice_id) & (TRACES.c.key == trace.key)
    if (await tx.execute(select(TRACES.c.key).where(its))).first() is None:
        await tx.execute(insert(TRACES).values(trace.columns()))


class Pen:
    """The steps of one batch inside a transaction that holds the issue."""

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
        governing = await self._governing(tx, issue, policy)
        known = await _stored(tx, issue.issue_no)
        await _add_events(tx, issue.issue_no, entries)
        await _add_receipts(tx, issue.issue_no, receipts)
        if known is None or known[0] < issue.revision:
            await _put_issue(tx, issue, entries, governing, known, ledger_no)
            orders = issue.supervision.orders
            await _put(tx, ORDERS.c.no, issue, [order_row(order, issue, governing) for order in orders])
            await _put(tx, PARTS.c.clock, issue, [part_row(part, issue, governing) for part in issue.parts])
        await _put_fingerprint(tx, issue.issue_no, receipts)

    async def _governing(self, tx: AsyncConnection, issue: Issue, policy: Policy | None) -> Policy:
        """The policy the issue is stamped with, recorded."""
        version = issue.governance.policy_version
        if version in self._policies:
            return self._policies[version]
        known = await _policy(tx, version)
        if known is None:
            if policy is None or policy.version != version:
                raise PolicyUnknown(issue.issue_no, version)
            await keep_policy(tx, policy)
            return policy
        self._policies[version] = known
        return known


async def keep_policy(tx: AsyncConnection, policy: Policy) -> None:
    """Record a policy, once."""
    await alone(tx, f"policy:{policy.version}")
    if await _policy(tx, policy.version) is None:
        await tx.execute(insert(POLICIES).values(version=policy.version, body=policy_text(policy)))


Known = tuple[int, datetime, str]


async def _stored(tx: AsyncConnection, issue_no: str) -> Known | None:
    """Revision, beginning of the status and state of the row, where there is one."""
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
        standing = links.get(entry.seq)
        if standing is not None:
            told = (event_row(issue_no, one, standing[1])["hash"] for one in (entry, entry.without_act))
            if standing[0] not in told:
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
    fresh = {shown(receipt.command_id): receipt_row(receipt) for receipt in reversed(receipts)}
    unknown = [row for command_id, row in fresh.items() if command_id not in known]
    if unknown:
        await tx.execute(insert(RECEIPTS), unknown)


async def _put_issue(
    tx: AsyncConnection,
    issue: Issue,
    entries: Sequence[Entry],
    policy: Policy,
    known: Known | None,
    ledger_no: int | None,
) -> None:
    revision, since, state = known or (0, None, "")
    fresh = [entry for entry in entries if entry.seq > revision]
    if not fresh or fresh[-1].seq != issue.revision:
        raise LedgerGap(issue.issue_no, (fresh[-1].seq if fresh else revision) + 1)
    since = entered(issue_of(state) if known else None, since, fresh, issue.issue_no)
    row = issue_row(issue, policy, since, fresh[-1].at)
    if known:
        its = (ISSUES.c.issue_no == issue.issue_no) & (ISSUES.c.revision < issue.revision)
        await tx.execute(update(ISSUES).where(its).values(row))
    else:
        number = ledger_no if ledger_no is not None else await _next_number(tx)
        await tx.execute(insert(ISSUES).values({**row, "ledger_no": number, "fingerprint": ""}))


async def _next_number(tx: AsyncConnection) -> int:
    """A running number without gaps: whoever takes one holds the counter until it is written."""
    await alone(tx, "ledger_no")
    last: int | None = (await tx.execute(select(func.max(ISSUES.c.ledger_no)))).scalar()
    return (last or 0) + 1


async def _put(tx: AsyncConnection, key: Column[Any], issue: Issue, rows: Sequence[Row]) -> None:
    """The rows of one table that belong to an issue, told apart by the key."""
    if not rows:
        return
    table, its = key.table, key.table.c.issue_no == issue.issue_no
    known = set((await tx.execute(select(key).where(its))).scalars())
    for row in rows:
        if row[key.name] in known:
            await tx.execute(update(table).where(its, key == row[key.name]).values(row))
        else:
            await tx.execute(insert(table).values(row))


async def _put_fingerprint(tx: AsyncConnection, issue_no: str, receipts: Sequence[Receipt]) -> None:
    """The intake's fingerprint comes with the receipt for the first event."""
    intake = next((receipt for receipt in receipts if receipt.revision == 1), None)
    if intake is not None:
        its = (ISSUES.c.issue_no == issue_no) & (ISSUES.c.fingerprint == "")
        await tx.execute(update(ISSUES).where(its).values(fingerprint=intake.fingerprint))
