"""All rows of one issue at one moment, the numbers of all issues, and the recorded policies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, RowMapping, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from bihuan.domain.policy import Policy
from bihuan.ledger.canonical import policy_of, reads
from bihuan.ledger.tables import EVENTS, ISSUES, ORDERS, PARTS, POLICIES, RECEIPTS


async def all_issue_numbers(tx: AsyncConnection) -> Sequence[str]:
    """The numbers of all issues of which any table has a row, sorted."""
    tables = (ISSUES, EVENTS, RECEIPTS, ORDERS, PARTS)
    asked = union(*(select(table.c.issue_no) for table in tables)).order_by("issue_no")
    return (await tx.execute(asked)).scalars().all()


async def readable_policies(tx: AsyncConnection) -> dict[str, Policy]:
    """The recorded policies by version, without those that cannot be read."""
    rows = await tx.execute(select(POLICIES))
    return {row.version: policy_of(row.body) for row in rows if reads(policy_of, row.body)}


@dataclass(frozen=True, slots=True)
class IssueSnapshot:
    """All rows of one issue; ``issue`` is None if its own row is missing."""

    issue_no: str
    issue: RowMapping | None
    events: Sequence[RowMapping]
    receipts: Sequence[RowMapping]
    orders: Sequence[RowMapping]
    parts: Sequence[RowMapping]


async def issue_snapshot(tx: AsyncConnection, issue_no: str) -> IssueSnapshot:
    """Read all rows of one issue; ``tx`` must read from one snapshot."""

    async def rows(issue_column: Column[Any], order: Column[Any]) -> Sequence[RowMapping]:
        asked = select(issue_column.table).where(issue_column == issue_no).order_by(order)
        return (await tx.execute(asked)).mappings().all()

    issue = await rows(ISSUES.c.issue_no, ISSUES.c.issue_no)
    return IssueSnapshot(
        issue_no,
        issue[0] if issue else None,
        await rows(EVENTS.c.issue_no, EVENTS.c.seq),
        await rows(RECEIPTS.c.issue_no, RECEIPTS.c.command_id),
        await rows(ORDERS.c.issue_no, ORDERS.c.no),
        await rows(PARTS.c.issue_no, PARTS.c.clock),
    )
