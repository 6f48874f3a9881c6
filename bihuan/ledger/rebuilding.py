"""Throwing the ledger away and writing it anew from the histories, and proving that what stands in it is true."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, RowMapping, delete, func, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bihuan.domain.issue import Issue
from bihuan.domain.life import Receipt, fold
from bihuan.domain.policy import Policy
from bihuan.ledger.chain import GENESIS, entry_of, link
from bihuan.ledger.engine import EVERYBODY, alone, snapshots, writing
from bihuan.ledger.faults import Fault, LedgerGap
from bihuan.ledger.plain import policy_of, receipt_of
from bihuan.ledger.rows import Row, entered, issue_row, order_row, receipt_row
from bihuan.ledger.tables import EVENTS, ISSUES, ORDERS, POLICIES, RECEIPTS, shown
from bihuan.ledger.writing import Pen
from bihuan.wire import Entry


@dataclass(frozen=True, slots=True)
class History:
    """The whole life of one issue, over all its runs. ``policy`` may be None where the ledger already has it."""

    issue_no: str
    policy: Policy | None
    entries: tuple[Entry, ...]
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True)
class Rebuilt:
    issues: int
    events: int


async def rebuild(engine: AsyncEngine, histories: AsyncIterable[History] | Iterable[History]) -> Rebuilt:
    """Write issues, events, receipts and orders anew, whole or not at all; numbers once given out stay.

    The histories are asked for only once nobody else can write any more, so read them as they are asked for: then
    none can be behind the ledger. One that is, or is missing, raises LedgerGap, and the ledger stays as it was.
    """
    pen, events = Pen(), 0
    async with writing(engine).begin() as tx:
        await alone(tx, EVERYBODY)
        former = {row.issue_no: row for row in await tx.execute(_STANDING)}
        for table in (ORDERS, RECEIPTS, EVENTS, ISSUES):
            await tx.execute(delete(table))
        written: dict[str, int] = {}
        async for one in _each(histories):
            issue = fold(one.issue_no, (entry.recorded() for entry in one.entries))
            number = former[one.issue_no].ledger_no if one.issue_no in former else -1 - len(written)
            await pen.write(tx, issue, one.entries, one.receipts, one.policy, number)
            written[one.issue_no] = issue.revision
            events += len(one.entries)
        for issue_no, row in former.items():
            if written.get(issue_no, 0) < row.revision:
                raise LedgerGap(issue_no, written.get(issue_no, 0) + 1)
        await _number_newcomers(tx)
    return Rebuilt(len(written), events)


_STANDING = select(ISSUES.c.issue_no, ISSUES.c.ledger_no, ISSUES.c.revision)


async def _number_newcomers(tx: AsyncConnection) -> None:
    """What the ledger did not know is numbered in the order in which it was received."""
    last = (await tx.execute(select(func.max(ISSUES.c.ledger_no)))).scalar() or 0
    fresh = select(ISSUES.c.issue_no).where(ISSUES.c.ledger_no < 0).order_by(ISSUES.c.received_at, ISSUES.c.issue_no)
    for number, issue_no in enumerate((await tx.execute(fresh)).scalars().all(), max(last, 0) + 1):
        await tx.execute(update(ISSUES).where(ISSUES.c.issue_no == issue_no).values(ledger_no=number))


async def _each(histories: AsyncIterable[History] | Iterable[History]) -> AsyncIterator[History]:
    if isinstance(histories, AsyncIterable):
        async for one in histories:
            yield one
    else:
        for one in histories:
            yield one


async def verify(engine: AsyncEngine) -> list[Fault]:
    """Check every chain, and every row against the fold of its events. Empty: all is true."""
    tables = (ISSUES, EVENTS, RECEIPTS, ORDERS)
    everyone = union(*(select(table.c.issue_no) for table in tables)).order_by("issue_no")
    found: list[Fault] = []
    async with snapshots(engine).connect() as tx:
        issue_nos = (await tx.execute(everyone)).scalars().all()
        bodies = {row.version: row.body for row in await tx.execute(select(POLICIES))}
    policies = {version: policy for version, body in bodies.items() if (policy := _policy(body))}
    for issue_no in issue_nos:
        async with snapshots(engine).connect() as tx:
            held = await _held(tx, issue_no)
        found.extend(Fault(issue_no, what, seq) for seq, what in _broken_links(held.events))
        found.extend(Fault(issue_no, what) for what in _untrue(held, policies))
    return found


def _policy(body: str) -> Policy | None:
    try:
        return policy_of(body)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Held:
    """All rows of one issue, from one snapshot."""

    issue_no: str
    issue: RowMapping | None
    events: Sequence[RowMapping]
    receipts: Sequence[RowMapping]
    orders: Sequence[RowMapping]


async def _held(tx: AsyncConnection, issue_no: str) -> _Held:
    async def rows(issue_column: Column[Any], order: Column[Any]) -> Sequence[RowMapping]:
        asked = select(issue_column.table).where(issue_column == issue_no).order_by(order)
        return (await tx.execute(asked)).mappings().all()

    issue = await rows(ISSUES.c.issue_no, ISSUES.c.issue_no)
    return _Held(
        issue_no,
        issue[0] if issue else None,
        await rows(EVENTS.c.issue_no, EVENTS.c.seq),
        await rows(RECEIPTS.c.issue_no, RECEIPTS.c.command_id),
        await rows(ORDERS.c.issue_no, ORDERS.c.no),
    )


def _broken_links(events: Sequence[RowMapping]) -> Iterable[tuple[int, str]]:
    before, expected = GENESIS, 1
    for row in events:
        if row["seq"] != expected:
            yield expected, "is missing"
        elif row["prev_hash"] != before:
            yield row["seq"], "does not follow the event before it"
        if link(row, row["prev_hash"]) != row["hash"]:
            yield row["seq"], "was changed after it was recorded"
        before, expected = row["hash"], row["seq"] + 1


def _untrue(held: _Held, policies: Mapping[str, Policy]) -> Iterable[str]:
    """What the rows of an issue say that its events do not."""
    try:
        entries = tuple(entry_of(row) for row in held.events)
        issue = fold(held.issue_no, (entry.recorded() for entry in entries))
    except (ValueError, TypeError, AssertionError) as error:
        yield f"its events add up to nothing: {error}"
        return
    policy = policies.get(issue.policy_version)
    if policy is None:
        yield f"its policy {issue.policy_version} is not recorded, or cannot be read"
        return
    since = entered(None, None, entries, held.issue_no)
    yield from _differing("row", held.issue, issue_row(issue, policy, since, entries[-1].at))
    yield from _orders_untrue(held, issue, policy)
    yield from _receipts_untrue(held, issue)


def _orders_untrue(held: _Held, issue: Issue, policy: Policy) -> Iterable[str]:
    standing = {row["no"]: row for row in held.orders}
    for order in issue.orders:
        yield from _differing(f"order {order.no}", standing.pop(order.no, None), order_row(order, issue, policy))
    yield from (f"order {no} was never issued" for no in standing)


def _receipts_untrue(held: _Held, issue: Issue) -> Iterable[str]:
    for row in held.receipts:
        try:
            receipt = receipt_of(row["body"])
        except ValueError:
            yield f"receipt {row['command_id']} cannot be read"
            continue
        yield from _differing(f"receipt {row['command_id']}", row, receipt_row(receipt))
        if receipt.revision > issue.revision:
            yield f"receipt {row['command_id']} acknowledges event {receipt.revision}, which is not there"
        if receipt.revision == 1 and held.issue and held.issue["fingerprint"] != shown(receipt.fingerprint):
            yield "its row differs from its events in fingerprint"


def _differing(what: str, stored: RowMapping | None, expected: Row) -> Iterable[str]:
    if stored is None:
        yield f"its {what} is missing"
        return
    true = {name: shown(value) if isinstance(value, str) else value for name, value in expected.items()}
    wrong = [name for name, value in true.items() if stored[name] != value]
    if wrong:
        yield f"its {what} differs from its events in {', '.join(wrong)}"
