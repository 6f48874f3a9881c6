"""Reading the ledger. Lights are computed for the moment the caller passes as ``now``."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import Label, RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bihuan.domain.access.desks import Seats
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.supervision import order_light
from bihuan.domain.loop.step import Receipt
from bihuan.domain.policy import Policy
from bihuan.domain.stage import Outcome, Stage, Status
from bihuan.ledger.canonical import issue_of, policy_of, receipt_of
from bihuan.ledger.chain import entry_of
from bihuan.ledger.engine import snapshots
from bihuan.ledger.filters import (
    LISTED,
    addressed_to,
    filter_conditions,
    issue_view,
    light_at,
    numbered_after,
    older_than,
    overdue_at,
    page_cursor,
    visible,
)
from bihuan.ledger.tables import DELIVERIES, EVENTS, ISSUES, ORDERS, POLICIES, RECEIPTS, TRACES
from bihuan.ledger.views import (
    Delivery,
    IssueCounts,
    IssueFilter,
    IssuePage,
    IssueRow,
    OrderRow,
    Pipeline,
    Scope,
    Slice,
    StoredEvent,
    Trace,
    message_marker,
)
from bihuan.wire import Entry

OPEN = ISSUES.c.stage != Stage.CLOSED.value
ANY = IssueFilter()


class LedgerReader:
    """Queries of the ledger, each answered from one snapshot. Caches the policies it has read."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._policies: dict[str, Policy] = {}

    async def issue(self, issue_no: str, now: datetime) -> IssueRow | None:
        asked = select(*LISTED, light_at(now), overdue_at(now).label("overdue")).where(ISSUES.c.issue_no == issue_no)
        async with self._engine.connect() as connection:
            row = (await connection.execute(asked)).mappings().first()
        return issue_view(row) if row else None

    async def issue_state(self, issue_no: str) -> tuple[Issue, Policy] | None:
        """The issue as the rules see it, and the policy that governs it; None if it is unknown."""
        asked = select(ISSUES.c.state, ISSUES.c.policy_version).where(ISSUES.c.issue_no == issue_no)
        async with self._engine.connect() as connection:
            row = (await connection.execute(asked)).first()
            return (issue_of(row.state), await self._policy(connection, row.policy_version)) if row else None

    async def policy(self, version: str) -> Policy:
        """A policy that some issue is or was stamped with. Raises NoResultFound if none was."""
        async with self._engine.connect() as connection:
            return await self._policy(connection, version)

    async def events(self, issue_no: str, *, after: int = 0, limit: int = 200) -> tuple[StoredEvent, ...]:
        """Events in order with their hashes, at most ``limit``, from the one after number ``after``."""
        asked = select(EVENTS).where(EVENTS.c.issue_no == issue_no, EVENTS.c.seq > after).order_by(EVENTS.c.seq)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(asked.limit(limit))).mappings().all()
        return tuple(StoredEvent(entry_of(row), row["hash"], row["prev_hash"]) for row in rows)

    async def all_events(self, issue_no: str) -> tuple[Entry, ...]:
        asked = select(EVENTS).where(EVENTS.c.issue_no == issue_no).order_by(EVENTS.c.seq)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(asked)).mappings().all()
        return tuple(entry_of(row) for row in rows)

    async def receipt(self, issue_no: str, command_id: str) -> Receipt | None:
        asked = select(RECEIPTS.c.body).where(RECEIPTS.c.issue_no == issue_no, RECEIPTS.c.command_id == command_id)
        async with self._engine.connect() as connection:
            body = (await connection.execute(asked)).scalar()
        return receipt_of(body) if body is not None else None

    async def receipts(self, issue_no: str) -> tuple[Receipt, ...]:
        """All receipts of an issue, in the order of their revisions."""
        asked = select(RECEIPTS.c.body).where(RECEIPTS.c.issue_no == issue_no).order_by(RECEIPTS.c.revision)
        async with self._engine.connect() as connection:
            return tuple(receipt_of(body) for body in (await connection.execute(asked)).scalars())

    async def issues(
        self,
        filters: IssueFilter = ANY,
        *,
        now: datetime,
        cursor: str = "",
        limit: int = 50,
        scope: Scope | None = None,
    ) -> IssuePage:
        """One page of issues, newest first; paging is stable while issues are added. ``scope`` None: no restriction."""
        asked = select(*LISTED, light_at(now), overdue_at(now).label("overdue")).where(*filter_conditions(filters, now))
        if scope is not None:
            asked = asked.where(visible(scope))
        if cursor:
            asked = asked.where(older_than(cursor, ISSUES.c.received_at, ISSUES.c.issue_no))
        asked = asked.order_by(ISSUES.c.received_at.desc(), ISSUES.c.issue_no.desc()).limit(limit + 1)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(asked)).mappings().all()
        items = tuple(issue_view(row) for row in rows[:limit])
        return IssuePage(items, page_cursor(items[-1].received_at, items[-1].issue_no) if len(rows) > limit else "")

    async def pipeline(self, now: datetime, scope: Scope | None = None) -> Pipeline:
        """Counts and ages of the open issues, by stage, county, unit, group and light."""
        async with self._snapshot() as tx:
            by_stage = await _slices(tx, ISSUES.c.stage.label("key"), now, scope)
            return Pipeline(
                sum(one.count for one in by_stage),
                by_stage,
                await _slices(tx, ISSUES.c.county.label("key"), now, scope),
                await _slices(tx, ISSUES.c.unit.label("key"), now, scope),
                await _slices(tx, ISSUES.c.supervision_group.label("key"), now, scope),
                await _slices(tx, light_at(now), now, scope),
            )

    async def orders(
        self, group: str = "", *, now: datetime, open_: bool | None = None, cursor: str = "", limit: int = 50
    ) -> tuple[tuple[OrderRow, ...], str]:
        """Supervision orders, newest first, and the cursor of the next page, empty after the last.

        ``group`` empty: all groups; ``open_`` None: open and ended ones.
        """
        unended = ORDERS.c.lifted_at.is_(None) & ORDERS.c.done_at.is_(None)
        asked = select(ORDERS, ISSUES.c.state, ISSUES.c.policy_version).join(
            ISSUES, ISSUES.c.issue_no == ORDERS.c.issue_no
        )
        asked = asked.order_by(ORDERS.c.issued_at.desc(), ORDERS.c.no.desc()).limit(limit + 1)
        if cursor:
            asked = asked.where(older_than(cursor, ORDERS.c.issued_at, ORDERS.c.no))
        if group:
            asked = asked.where(ORDERS.c.supervision_group == group)
        if open_ is not None:
            asked = asked.where(unended if open_ else ~unended)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(asked)).mappings().all()
            items = tuple([await self._order(connection, row, now) for row in rows[:limit]])
        return items, page_cursor(items[-1].issued_at, items[-1].no) if len(rows) > limit else ""

    async def _order(self, connection: AsyncConnection, row: RowMapping, now: datetime) -> OrderRow:
        """The view of an order. Its light is no column: the rules derive it from the issue."""
        issue, policy = issue_of(row["state"]), await self._policy(connection, row["policy_version"])
        one = issue.supervision.order(row["no"])
        assert one is not None, "an order's row is written from its issue"
        columns = {column.name: row[column.name] for column in ORDERS.columns}
        return OrderRow(**columns, light=order_light(one, issue, policy, now))

    async def deliveries(self, issue_no: str, *, cursor: str = "", limit: int) -> tuple[tuple[Delivery, ...], str]:
        """The notices of an issue in the order of its events, and the cursor of the next page, empty after the last."""
        seq, key = DELIVERIES.c.seq, DELIVERIES.c.notice_id
        asked = select(DELIVERIES).where(DELIVERIES.c.issue_no == issue_no).order_by(seq, key).limit(limit + 1)
        if cursor:
            asked = asked.where(numbered_after(cursor, seq, key))
        async with self._engine.connect() as connection:
            rows = [Delivery(**row) for row in (await connection.execute(asked)).mappings()]
        items = tuple(rows[:limit])
        return items, page_cursor(items[-1].seq, items[-1].notice_id) if len(rows) > limit else ""

    async def delivery(self, notice_id: str) -> Delivery | None:
        """One notice; None if it is unknown."""
        asked = select(DELIVERIES).where(DELIVERIES.c.notice_id == notice_id)
        async with self._engine.connect() as connection:
            row = (await connection.execute(asked)).mappings().first()
        return Delivery(**row) if row else None

    async def traces(self, notice_id: str) -> tuple[Trace, ...]:
        """The delivery steps of a notice, in order."""
        asked = select(TRACES).where(TRACES.c.notice_id == notice_id).order_by(TRACES.c.at, TRACES.c.key)
        async with self._engine.connect() as connection:
            return tuple(Trace(**row) for row in (await connection.execute(asked)).mappings())

    async def in_message(self, message_id: str) -> tuple[Delivery, ...]:
        """The notices that were sent together in one message."""
        ids = select(TRACES.c.notice_id).where(TRACES.c.detail == message_marker(message_id))
        its = DELIVERIES.c.notice_id.in_(ids)
        asked = select(DELIVERIES).where(its).order_by(DELIVERIES.c.first_at, DELIVERIES.c.notice_id)
        async with self._engine.connect() as connection:
            return tuple(Delivery(**row) for row in (await connection.execute(asked)).mappings())

    async def inbox(
        self, seats: Seats, *, unseen: bool = False, cursor: str = "", limit: int = 50
    ) -> tuple[tuple[Delivery, ...], str]:
        """The notices to these desks, newest first, and the cursor of the next page, empty after the last."""
        at, key = DELIVERIES.c.first_at, DELIVERIES.c.notice_id
        asked = select(DELIVERIES).where(addressed_to(seats)).order_by(at.desc(), key.desc()).limit(limit + 1)
        if unseen:
            asked = asked.where(DELIVERIES.c.acknowledged_at.is_(None))
        if cursor:
            asked = asked.where(older_than(cursor, at, key))
        async with self._engine.connect() as connection:
            rows = [Delivery(**row) for row in (await connection.execute(asked)).mappings()]
        items = tuple(rows[:limit])
        return items, page_cursor(items[-1].first_at, items[-1].notice_id) if len(rows) > limit else ""

    async def issue_counts(self) -> IssueCounts:
        """Counts of all issues by outcome, and the numbers of those that must have a running workflow."""
        by_outcome = select(ISSUES.c.outcome, func.count()).where(~OPEN).group_by(ISSUES.c.outcome)
        opened = select(func.count()).where(OPEN).select_from(ISSUES)
        every = select(func.count()).select_from(ISSUES)
        active = select(ISSUES.c.issue_no).where(ISSUES.c.status != Status.ARCHIVED.value).order_by(ISSUES.c.issue_no)
        async with self._snapshot() as tx:
            closed = {Outcome(name): count for name, count in await tx.execute(by_outcome)}
            return IssueCounts(
                total=(await tx.execute(every)).scalar_one(),
                open=(await tx.execute(opened)).scalar_one(),
                closed={outcome: closed.get(outcome, 0) for outcome in Outcome},
                active=tuple((await tx.execute(active)).scalars()),
            )

    async def active(self, issue_nos: Sequence[str]) -> tuple[str, ...]:
        """Those of these issues that have a row and must have a running workflow, that is, are not archived."""
        its = ISSUES.c.issue_no.in_(issue_nos) & (ISSUES.c.status != Status.ARCHIVED.value)
        async with self._engine.connect() as connection:
            return tuple((await connection.execute(select(ISSUES.c.issue_no).where(its))).scalars())

    @asynccontextmanager
    async def _snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose queries all see one snapshot."""
        async with snapshots(self._engine).connect() as connection:
            yield connection

    async def _policy(self, connection: AsyncConnection, version: str) -> Policy:
        if version not in self._policies:
            asked = select(POLICIES.c.body).where(POLICIES.c.version == version)
            self._policies[version] = policy_of((await connection.execute(asked)).scalar_one())
        return self._policies[version]


async def _slices(tx: AsyncConnection, key: Label[str], now: datetime, scope: Scope | None) -> tuple[Slice, ...]:
    oldest, still = func.min(ISSUES.c.received_at), func.min(ISSUES.c.entered_at)
    asked = select(key, func.count(), oldest, still).where(OPEN).group_by(key.element).order_by(key.element)
    if scope is not None:
        asked = asked.where(visible(scope))
    return tuple(
        Slice(name, count, (now - received).total_seconds(), (now - entered).total_seconds())
        for name, count, received, entered in await tx.execute(asked)
    )
