"""One life from two sources: what Temporal's histories still tell of an issue, and what the ledger recorded of it."""

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
    """``contradicted``: events of the ledger that the history told differently, and whose place it took."""

    entries: tuple[Entry, ...]
    receipts: tuple[Receipt, ...]
    from_ledger: int = 0
    contradicted: tuple[IntegrityFinding, ...] = ()


def reconcile(
    issue_no: str,
    told: Sequence[Entry],
    answered: Sequence[Receipt],
    events: Sequence[RowMapping],
    receipts: Sequence[RowMapping],
) -> ReconciledIssue:
    """The history where it tells an event; else the ledger, where its chain vouches for it. Raises LedgerError."""
    entries = {entry.seq: entry for entry in told}
    known = {row["seq"]: row for row in events}
    contradicted = tuple(
        IntegrityFinding(issue_no, "differs from the history, which stands", seq)
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
    answers = _merged_receipts(issue_no, receipts, answered) if missing else tuple(answered)
    ordered = tuple(entries[seq] for seq in sorted(entries))
    return ReconciledIssue(ordered, answers, len(missing), tuple(sorted(contradicted, key=lambda fault: fault.seq)))


def _same(entry: Entry, row: RowMapping) -> bool:
    """Whether they say the same, be it that an older version wrote the bodies with fewer words."""
    told = event_row(row["issue_no"], entry, GENESIS)
    try:
        recorded = event_row(row["issue_no"], entry_of(row), GENESIS)
    except (ValueError, TypeError):
        return False
    same = all(told[name] == (recorded if name in {"body", "tell"} else row)[name] for name in HASHED)
    return same and (told["act"] == recorded["act"] or not row["act"] or not told["act"])


def _proved(row: RowMapping, broken: set[tuple[int, str]]) -> Entry:
    """An event that only the ledger has, its own hash and its links on both sides being right."""
    issue_no, seq = row["issue_no"], row["seq"]
    wrong = [what for at, what in sorted(broken) if at == seq]
    if (seq + 1, UNLINKED) in broken:
        wrong.append("is not the one that the event after it follows")
    if wrong:
        raise LedgerCorrupt(IntegrityFinding(issue_no, f"{wrong[0]}, and no history tells it", seq))
    try:
        return entry_of(row)
    except (ValueError, TypeError) as error:
        raise LedgerCorrupt(IntegrityFinding(issue_no, f"cannot be read: {error}", seq)) from error


def _merged_receipts(issue_no: str, rows: Sequence[RowMapping], answered: Sequence[Receipt]) -> tuple[Receipt, ...]:
    """The history's receipts and those that only the ledger has."""
    receipts = {receipt.command_id: receipt for receipt in answered}
    for row in rows:
        if row["command_id"] in receipts:
            continue
        try:
            receipts[row["command_id"]] = receipt_of(row["body"])
        except ValueError as error:
            what = f"its receipt {row['command_id']} cannot be read, and no history tells it"
            raise LedgerCorrupt(IntegrityFinding(issue_no, what)) from error
    return tuple(receipts.values())
