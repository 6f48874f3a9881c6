"""Rebuilding the ledger from histories and its own events, and verifying it."""

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
from bihuan.ledger.engine import ALL_ISSUES, lock, snapshots, writing
from bihuan.ledger.errors import IntegrityFinding, LedgerCorrupt, LedgerGap, PolicyUnknown
from bihuan.ledger.import_merge import merge_log
from bihuan.ledger.log_format import LogRecord
from bihuan.ledger.reconciliation import ReconciledIssue, reconcile
from bihuan.ledger.rows import Row, issue_row, order_row, part_row, policy_versions, receipt_row, status_since
from bihuan.ledger.snapshot import IssueSnapshot, all_issue_numbers, issue_snapshot, readable_policies
from bihuan.ledger.tables import EVENTS, ISSUES, ORDERS, PARTS, POLICIES, RECEIPTS, without_nul
from bihuan.ledger.writing import IssueWriter
from bihuan.wire import Entry


@dataclass(frozen=True, slots=True)
class History:
    """What Temporal's histories have of one issue, over all its runs; the ledger must have the rest.

    ``policy``: governed it last, may be None; ``policies``: all that were ever published with it.
    """

    issue_no: str
    policy: Policy | None
    entries: tuple[Entry, ...]
    receipts: tuple[Receipt, ...] = ()
    policies: tuple[Policy, ...] = ()


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Counts of a rebuild. ``from_ledger``: events that no history has.

    ``contradicted``: events of the ledger that differed from a history and were replaced by it.
    """

    issues: int
    events: int
    from_ledger: int = 0
    contradicted: tuple[IntegrityFinding, ...] = ()

    def plus(self, reconciled: ReconciledIssue) -> "Rebuilt":
        return Rebuilt(
            self.issues + 1,
            self.events + len(reconciled.entries),
            self.from_ledger + reconciled.from_ledger,
            self.contradicted + reconciled.contradicted,
        )


async def rebuild(
    engine: AsyncEngine, histories: AsyncIterable[History] | Iterable[History], log: Iterable[LogRecord] = ()
) -> Rebuilt:
    """Rewrite all issues, events, receipts, orders and parts in one transaction; each ``ledger_no`` stays.

    Each event comes from the histories, else from the ledger's own events, into which ``log``, an exported event log,
    is merged first. Histories are consumed only while the ledger is locked against writers; pass an iterator that
    reads them lazily, so that they are current. Raises LedgerError if events are missing from both, and FilesInvalid
    for a wrong log; the ledger then stays as it was.
    """
    async with writing(engine).begin() as tx:
        await lock(tx, ALL_ISSUES)
        writer = _Rebuild(tx, await merge_log(tx, log))
        await writer.begin()
        async for one in _each(histories):
            await writer.issue(one)
        for issue_no in await all_issue_numbers(tx):
            if issue_no not in writer.seen:
                await writer.issue(History(issue_no, None, ()))
        await _number_new_issues(tx)
    return writer.done


class _Rebuild:
    """Rewrites one issue after the other in a transaction that has locked them all."""

    def __init__(self, tx: AsyncConnection, numbers: Mapping[str, int]) -> None:
        self.seen: set[str] = set()
        self.done = Rebuilt(0, 0)
        self._tx = tx
        self._writer = IssueWriter()
        self._numbers = dict(numbers)
        self._policies: dict[str, Policy] = {}
        self._newcomers: Iterator[int] = count(-1, -1)

    async def begin(self) -> None:
        numbers = {row.issue_no: row.ledger_no for row in await self._tx.execute(_NUMBERS)}
        self._newcomers = count(min([0, *numbers.values()]) - 1, -1)
        self._numbers = numbers | self._numbers
        self._policies = await readable_policies(self._tx)

    async def issue(self, one: History) -> None:
        snapshot = await issue_snapshot(self._tx, one.issue_no)
        reconciled = reconcile(one.issue_no, one.entries, one.receipts, snapshot.events, snapshot.receipts)
        _check_complete(snapshot, reconciled)
        for table in (PARTS, ORDERS, RECEIPTS, EVENTS, ISSUES):
            await self._tx.execute(delete(table).where(table.c.issue_no == one.issue_no))
        self.seen.add(one.issue_no)
        if not reconciled.entries:
            return
        issue = _fold(one.issue_no, reconciled)
        for published in (*one.policies, *([one.policy] if one.policy else [])):
            await self._record(published)
        for version in policy_versions(reconciled.entries):
            if version not in self._policies:
                raise PolicyUnknown(one.issue_no, version)
        policy = self._policies[issue.governance.policy_version]
        number = self._numbers.get(one.issue_no) or next(self._newcomers)
        await self._writer.write(self._tx, issue, reconciled.entries, reconciled.receipts, policy, number)
        self.done = self.done.plus(reconciled)

    async def _record(self, policy: Policy) -> None:
        """Record a policy of a history unless a readable one of its version is there."""
        if policy.version in self._policies:
            return
        its, body = POLICIES.c.version == policy.version, policy_text(policy)
        unreadable = await self._tx.execute(update(POLICIES).where(its).values(body=body))
        if not unreadable.rowcount:
            await self._tx.execute(insert(POLICIES).values(version=policy.version, body=body))
        self._policies[policy.version] = policy


def _check_complete(snapshot: IssueSnapshot, reconciled: ReconciledIssue) -> None:
    """Raise LedgerGap unless every event is there that the row or a receipt refers to."""
    revisions = [receipt.revision for receipt in reconciled.receipts] + (
        [snapshot.issue["revision"]] if snapshot.issue else []
    )
    if max(revisions, default=0) > len(reconciled.entries):
        raise LedgerGap(snapshot.issue_no, len(reconciled.entries) + 1)


def _fold(issue_no: str, reconciled: ReconciledIssue) -> Issue:
    try:
        return fold(issue_no, (entry.recorded() for entry in reconciled.entries))
    except (ValueError, TypeError, AssertionError) as error:
        raise LedgerCorrupt(IntegrityFinding(issue_no, f"its events cannot be folded: {error}")) from error


_NUMBERS = select(ISSUES.c.issue_no, ISSUES.c.ledger_no)


async def _number_new_issues(tx: AsyncConnection) -> None:
    """Number the issues the ledger did not know, in the order in which they were received."""
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


async def verify(engine: AsyncEngine) -> list[IntegrityFinding]:
    """Check every hash chain, and every row against the fold of its events. Empty: the ledger is sound."""
    found: list[IntegrityFinding] = []
    async with snapshots(engine).connect() as tx:
        issue_nos, policies = await all_issue_numbers(tx), await readable_policies(tx)
    for issue_no in issue_nos:
        async with snapshots(engine).connect() as tx:
            snapshot = await issue_snapshot(tx, issue_no)
        found.extend(IntegrityFinding(issue_no, what, seq) for seq, what in broken_links(snapshot.events))
        found.extend(IntegrityFinding(issue_no, what) for what in _discrepancies(snapshot, policies))
    return found


def _discrepancies(snapshot: IssueSnapshot, policies: Mapping[str, Policy]) -> Iterable[str]:
    """How the rows of an issue differ from what follows from its events."""
    try:
        entries = tuple(entry_of(row) for row in snapshot.events)
        issue = fold(snapshot.issue_no, (entry.recorded() for entry in entries))
    except (ValueError, TypeError, AssertionError) as error:
        yield f"its events cannot be folded: {error}"
        return
    unknown = [version for version in policy_versions(entries) if version not in policies]
    yield from (f"its policy {version} is not recorded, or cannot be read" for version in unknown)
    if unknown:
        return
    policy = policies[issue.governance.policy_version]
    since = status_since(None, None, entries, snapshot.issue_no)
    yield from _differences("row", snapshot.issue, issue_row(issue, policy, since, entries[-1].at))
    yield from _order_discrepancies(snapshot, issue, policy)
    yield from _part_discrepancies(snapshot, issue, policy)
    yield from _receipt_discrepancies(snapshot, issue)


def _order_discrepancies(snapshot: IssueSnapshot, issue: Issue, policy: Policy) -> Iterable[str]:
    stored = {row["no"]: row for row in snapshot.orders}
    for order in issue.supervision.orders:
        yield from _differences(f"order {order.no}", stored.pop(order.no, None), order_row(order, issue, policy))
    yield from (f"order {no} was never issued" for no in stored)


def _part_discrepancies(snapshot: IssueSnapshot, issue: Issue, policy: Policy) -> Iterable[str]:
    stored = {row["clock"]: row for row in snapshot.parts}
    for part in issue.parts:
        yield from _differences(f"part {part.clock}", stored.pop(part.clock, None), part_row(part, issue, policy))
    yield from (f"part {clock} was never asked for" for clock in stored)


def _receipt_discrepancies(snapshot: IssueSnapshot, issue: Issue) -> Iterable[str]:
    for row in snapshot.receipts:
        try:
            receipt = receipt_of(row["body"])
        except ValueError:
            yield f"receipt {row['command_id']} cannot be read"
            continue
        yield from _differences(f"receipt {row['command_id']}", row, receipt_row(receipt))
        if receipt.revision > issue.revision:
            yield f"receipt {row['command_id']} acknowledges event {receipt.revision}, which is not there"
        if (
            receipt.revision == 1
            and snapshot.issue
            and snapshot.issue["fingerprint"] != without_nul(receipt.fingerprint)
        ):
            yield "its row differs from its events in fingerprint"


def _differences(what: str, stored: RowMapping | None, expected: Row) -> Iterable[str]:
    if stored is None:
        yield f"its {what} is missing"
        return
    true = {name: without_nul(value) if isinstance(value, str) else value for name, value in expected.items()}
    wrong = [name for name, value in true.items() if stored[name] != value]
    if wrong:
        yield f"its {what} differs from its events in {', '.join(wrong)}"
