"""Reconciling two records of one issue: Temporal's histories, as far as they are kept, and the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping

from bihuan.domain.loop.step import Receipt
from bihuan.ledger.canonical import receipt_of
from bihuan.ledger.chain import GENESIS, HASHED, UNLINKED, broken_links, entry_of, event_row
from bihuan.ledger.errors import IntegrityFinding, LedgerCorrupt, LedgerGap
from bihuan.wire import Entry


@dataclass(frozen=True, slots=True)
class ReconciledIssue:
    """All events and receipts of an issue. ``from_ledger``: how many events no history has.

    ``contradicted``: events of the ledger that differ from the history, which replaces them.
    """

    entries: tuple[Entry, ...]
    receipts: tuple[Receipt, ...]
    from_ledger: int = 0
    contradicted: tuple[IntegrityFinding, ...] = ()


def reconcile(
    issue_no: str,
    history_entries: Sequence[Entry],
    history_receipts: Sequence[Receipt],
    events: Sequence[RowMapping],
    receipts: Sequence[RowMapping],
) -> ReconciledIssue:
    """Each event from the history if it is there, else from the ledger if its hash chain is intact.

    Raises LedgerGap, LedgerCorrupt.
    """
    entries = {entry.seq: entry for entry in history_entries}
    known = {row["seq"]: row for row in events}
    contradicted = tuple(
        IntegrityFinding(issue_no, "differs from the history, which replaces it", seq)
        for seq in known.keys() & entries.keys()
        if not _same(entries[seq], known[seq])
    )
    broken = set(broken_links(events))
    missing = sorted(known.keys() - entries.keys())
    for seq in missing:
        entries[seq] = _proved(known[seq], broken)
    for expected, seq in enumerate(sorted(entries), 1):
        if seq != expected:
            raise LedgerGap(issue_no, expected)
    answers = _merged_receipts(issue_no, receipts, history_receipts) if missing else tuple(history_receipts)
    ordered = tuple(entries[seq] for seq in sorted(entries))
    return ReconciledIssue(ordered, answers, len(missing), tuple(sorted(contradicted, key=lambda finding: finding.seq)))


def _same(entry: Entry, row: RowMapping) -> bool:
    """Whether both record the same event; fields that an older version left out are no difference."""
    expected = event_row(row["issue_no"], entry, GENESIS)
    try:
        recorded = event_row(row["issue_no"], entry_of(row), GENESIS)
    except (ValueError, TypeError):
        return False
    same = all(expected[name] == (recorded if name in {"body", "tell"} else row)[name] for name in HASHED)
    return same and (expected["act"] == recorded["act"] or not row["act"] or not expected["act"])


def _proved(row: RowMapping, broken: set[tuple[int, str]]) -> Entry:
    """An event that only the ledger has, if its hash and its links on both sides hold. Raises LedgerCorrupt."""
    issue_no, seq = row["issue_no"], row["seq"]
    wrong = [what for at, what in sorted(broken) if at == seq]
    if (seq + 1, UNLINKED) in broken:
        wrong.append("does not match the hash that the next event refers to")
    if wrong:
        raise LedgerCorrupt(IntegrityFinding(issue_no, f"{wrong[0]}, and no history has it", seq))
    try:
        return entry_of(row)
    except (ValueError, TypeError) as error:
        raise LedgerCorrupt(IntegrityFinding(issue_no, f"cannot be read: {error}", seq)) from error


def _merged_receipts(
    issue_no: str, rows: Sequence[RowMapping], history_receipts: Sequence[Receipt]
) -> tuple[Receipt, ...]:
    """The receipts of the history, and those that only the ledger has. Raises LedgerCorrupt."""
    receipts = {receipt.command_id: receipt for receipt in history_receipts}
    for row in rows:
        if row["command_id"] in receipts:
            continue
        try:
            receipts[row["command_id"]] = receipt_of(row["body"])
        except ValueError as error:
            what = f"its receipt {row['command_id']} cannot be read, and no history has it"
            raise LedgerCorrupt(IntegrityFinding(issue_no, what)) from error
    return tuple(receipts.values())
