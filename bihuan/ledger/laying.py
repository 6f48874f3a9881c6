"""Laying an exported log beside what the ledger has. What the ledger has stays."""

from collections.abc import Iterable

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bihuan.faults import FilesInvalid
from bihuan.ledger.logform import Logged, LoggedIssue, LoggedPolicy
from bihuan.ledger.rows import Row
from bihuan.ledger.tables import DELIVERIES, EVENTS, ISSUES, POLICIES, RECEIPTS


async def lay(tx: AsyncConnection, log: Iterable[Logged]) -> dict[str, int]:
    """Add policies, events, receipts and deliveries that are not there; returns the numbers of the log's issues.

    The issues' own rows follow from these. Raises FilesInvalid where the ledger has another event in the same place.
    """
    numbers: dict[str, int] = {}
    deliveries: list[Row] = []
    for one in log:
        match one:
            case LoggedPolicy():
                await _add(tx, POLICIES, "version", [{"version": one.version, "body": one.body}])
            case LoggedIssue():
                await _lay_issue(tx, one)
                numbers[one.issue_no] = one.ledger_no
            case _:
                deliveries.append(one.columns())
    await _add(tx, DELIVERIES, "notice_id", deliveries)
    return numbers


async def _lay_issue(tx: AsyncConnection, one: LoggedIssue) -> None:
    asked = select(EVENTS.c.seq, EVENTS.c.hash).where(EVENTS.c.issue_no == one.issue_no)
    known = {row.seq: row.hash for row in await tx.execute(asked)}
    for row in one.events:
        if known.get(row["seq"], row["hash"]) != row["hash"]:
            place, expected = f"{one.file}:{one.line + row['seq']}", f"{known[row['seq']]}, as the ledger has it"
            raise FilesInvalid([f"{place}: hash: found {row['hash']!r}, expected {expected}"])
    fresh = [row for row in one.events if row["seq"] not in known]
    if fresh:
        await tx.execute(insert(EVENTS), fresh)
    await _add(tx, RECEIPTS, "command_id", one.receipts, issue_no=one.issue_no)
    await _free(tx, one)


async def _free(tx: AsyncConnection, one: LoggedIssue) -> None:
    """Whoever was given this number while the log was away is numbered anew."""
    other = (ISSUES.c.ledger_no == one.ledger_no) & (ISSUES.c.issue_no != one.issue_no)
    await tx.execute(update(ISSUES).where(other).values(ledger_no=-one.ledger_no))


async def _add(tx: AsyncConnection, table: Table, key: str, rows: list[Row], **of: str) -> None:
    asked = select(table.c[key]).where(*(table.c[name] == value for name, value in of.items()))
    known = set((await tx.execute(asked)).scalars())
    fresh = [row for row in rows if row[key] not in known]
    if fresh:
        await tx.execute(insert(table), fresh)
