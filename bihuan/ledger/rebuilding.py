"""Throwing the ledger away and writing it anew, and proving that what stands in it is true."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import Receipt, fold
from bihuan.domain.policy import Policy
from bihuan.ledger.canonical import policy_text, receipt_of
from bihuan.ledger.chain import broken_links, entry_of
from bihuan.ledger.engine import EVERYBODY, alone, snapshots, writing
from bihuan.ledger.errors import Fault, LedgerGap, LedgerUnsound, PolicyUnknown
from bihuan.ledger.import_merge import lay
from bihuan.ledger.log_format import Logged
from bihuan.ledger.reconciliation import Joined, joined
from bihuan.ledger.rows import Row, entered, issue_row, order_row, part_row, policy_versions, receipt_row
from bihuan.ledger.snapshot import Held, everyone, held_of, readable_policies
from bihuan.ledger.tables import EVENTS, ISSUES, ORDERS, PARTS, POLICIES, RECEIPTS, shown
from bihuan.ledger.writing import Pen
from bihuan.wire import Entry


@dataclass(frozen=True, slots=True)
class History:
    """What is told of one issue, over all its runs; what is missing the ledger must have.

    ``policy`` governed it last, or is None; ``policies`` are all that ever came with it.
    """

    issue_no: str
    policy: Policy | None
    entries: tuple[Entry, ...]
    receipts: tuple[Receipt, ...] = ()
    policies: tuple[Policy, ...] = ()


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """``from_ledger``: events that no history told. ``contradicted``: events that a history told otherwise."""

    issues: int
    events: int
    from_ledger: int = 0
    contradicted: tuple[Fault, ...] = ()

    def plus(self, life: Joined) -> "Rebuilt":
        return Rebuilt(
            self.issues + 1,
            self.events + len(life.entries),
            self.from_ledger + life.from_ledger,
            self.contradicted + life.contradicted,
        )


async def rebuild(
    engine: AsyncEngine, histories: AsyncIterable[History] | Iterable[History], log: Iterable[Logged] = ()
) -> Rebuilt:
    """Write issues, events, receipts, orders and parts anew, whole or not at all; numbers once given out stay.

    Each issue from its history; where that is gone or no longer whole, from the ledger's own events, to which ``log``,
    an exported one, is added first. The histories are asked for only once nobody else can write any more, so read them
    as they are asked for. What neither of the two can tell raises LedgerError, and the ledger stays as it was.
    """
    async with writing(engine).begin() as tx:
        await alone(tx, EVERYBODY)
        rewriting = _Rewriting(tx, await lay(tx, log))
        await rewriting.begin()
        async for one in _each(histories):
            await rewriting.issue(one)
        for issue_no in await everyone(tx):
            if issue_no not in rewriting.seen:
                await rewriting.issue(History(issue_no, None, ()))
        await _number_newcomers(tx)
    return rewriting.done


class _Rewriting:
    """One issue after the other inside a transaction that holds them all."""

    def __init__(self, tx: AsyncConnection, numbers: Mapping[str, int]) -> None:
        self.seen: set[str] = set()
        self.done = Rebuilt(0, 0)
        self._tx = tx
        self._pen = Pen()
        self._numbers = dict(numbers)
        self._policies: dict[str, Policy] = {}
        self._newcomers: Iterator[int] = count(-1, -1)

    async def begin(self) -> None:
        standing = {row.issue_no: row.ledger_no for row in await self._tx.execute(_STANDING)}
        self._newcomers = count(min([0, *standing.values()]) - 1, -1)
        self._numbers = standing | self._numbers
        self._policies = await readable_policies(self._tx)

    async def issue(self, one: History) -> None:
        held = await held_of(self._tx, one.issue_no)
        life = joined(one.issue_no, one.entries, one.receipts, held.events, held.receipts)
        _nothing_lost(held, life)
        for table in (PARTS, ORDERS, RECEIPTS, EVENTS, ISSUES):
            await self._tx.execute(delete(table).where(table.c.issue_no == one.issue_no))
        self.seen.add(one.issue_no)
        if not life.entries:
            return
        issue = _folded(one.issue_no, life)
        for told in (*one.policies, *([one.policy] if one.policy else [])):
            await self._keep(told)
        for version in policy_versions(life.entries):
            if version not in self._policies:
                raise PolicyUnknown(one.issue_no, version)
        policy = self._policies[issue.governance.policy_version]
        number = self._numbers.get(one.issue_no) or next(self._newcomers)
        await self._pen.write(self._tx, issue, life.entries, life.receipts, policy, number)
        self.done = self.done.plus(life)

    async def _keep(self, told: Policy) -> None:
        """A policy that a history tells takes the place of one that cannot be read."""
        if told.version in self._policies:
            return
        its, body = POLICIES.c.version == told.version, policy_text(told)
        unread = await self._tx.execute(update(POLICIES).where(its).values(body=body))
        if not unread.rowcount:
            await self._tx.execute(insert(POLICIES).values(version=told.version, body=body))
        self._policies[told.version] = told


def _nothing_lost(held: Held, life: Joined) -> None:
    """Every event that the row or a receipt speaks of is there."""
    spoken = [receipt.revision for receipt in life.receipts] + ([held.issue["revision"]] if held.issue else [])
    if max(spoken, default=0) > len(life.entries):
        raise LedgerGap(held.issue_no, len(life.entries) + 1)


def _folded(issue_no: str, life: Joined) -> Issue:
    try:
        return fold(issue_no, (entry.recorded() for entry in life.entries))
    except (ValueError, TypeError, AssertionError) as error:
        raise LedgerUnsound(Fault(issue_no, f"its events add up to nothing: {error}")) from error


_STANDING = select(ISSUES.c.issue_no, ISSUES.c.ledger_no)


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
    found: list[Fault] = []
    async with snapshots(engine).connect() as tx:
        issue_nos, policies = await everyone(tx), await readable_policies(tx)
    for issue_no in issue_nos:
        async with snapshots(engine).connect() as tx:
            held = await held_of(tx, issue_no)
        found.extend(Fault(issue_no, what, seq) for seq, what in broken_links(held.events))
        found.extend(Fault(issue_no, what) for what in _untrue(held, policies))
    return found


def _untrue(held: Held, policies: Mapping[str, Policy]) -> Iterable[str]:
    """What the rows of an issue say that its events do not."""
    try:
        entries = tuple(entry_of(row) for row in held.events)
        issue = fold(held.issue_no, (entry.recorded() for entry in entries))
    except (ValueError, TypeError, AssertionError) as error:
        yield f"its events add up to nothing: {error}"
        return
    unknown = [version for version in policy_versions(entries) if version not in policies]
    yield from (f"its policy {version} is not recorded, or cannot be read" for version in unknown)
    if unknown:
        return
    policy = policies[issue.governance.policy_version]
    since = entered(None, None, entries, held.issue_no)
    yield from _differing("row", held.issue, issue_row(issue, policy, since, entries[-1].at))
    yield from _orders_untrue(held, issue, policy)
    yield from _parts_untrue(held, issue, policy)
    yield from _receipts_untrue(held, issue)


def _orders_untrue(held: Held, issue: Issue, policy: Policy) -> Iterable[str]:
    standing = {row["no"]: row for row in held.orders}
    for order in issue.supervision.orders:
        yield from _differing(f"order {order.no}", standing.pop(order.no, None), order_row(order, issue, policy))
    yield from (f"order {no} was never issued" for no in standing)


def _parts_untrue(held: Held, issue: Issue, policy: Policy) -> Iterable[str]:
    standing = {row["clock"]: row for row in held.parts}
    for part in issue.parts:
        yield from _differing(f"part {part.clock}", standing.pop(part.clock, None), part_row(part, issue, policy))
    yield from (f"part {clock} was never asked for" for clock in standing)


def _receipts_untrue(held: Held, issue: Issue) -> Iterable[str]:
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
