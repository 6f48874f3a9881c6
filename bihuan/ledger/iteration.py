"""Reading many issues of the ledger, one at a time."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import RecordedEvent
from bihuan.domain.policy import Policy
from bihuan.domain.stage import Stage
from bihuan.ledger.canonical import policy_of
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.tables import ISSUES, POLICIES


@dataclass(frozen=True, slots=True)
class RecordedIssue:
    """All recorded events of one issue, and the policies that have governed it, by version."""

    issue_no: str
    recorded: tuple[RecordedEvent, ...]
    policies: Mapping[str, Policy]


async def select_issue_numbers(engine: AsyncEngine, *, open_only: bool = False, group: str = "") -> tuple[str, ...]:
    """Issue numbers in the order in which the ledger first recorded them. ``group`` empty: all groups."""
    asked = select(ISSUES.c.issue_no).order_by(ISSUES.c.ledger_no)
    if open_only:
        asked = asked.where(ISSUES.c.stage != Stage.CLOSED.value)
    if group:
        asked = asked.where(ISSUES.c.supervision_group == group)
    async with engine.connect() as connection:
        return tuple((await connection.execute(asked)).scalars())


async def current_issues(engine: AsyncEngine, issue_nos: Sequence[str]) -> AsyncIterator[tuple[Issue, Policy]]:
    """The present state of each issue, with the policy that governs it; unknown numbers are skipped."""
    reader = LedgerReader(engine)
    for issue_no in issue_nos:
        known = await reader.issue_state(issue_no)
        if known is not None:
            yield known


async def recorded_issues(engine: AsyncEngine, issue_nos: Sequence[str]) -> AsyncIterator[RecordedIssue]:
    """Each issue with all its events; issues without events are skipped."""
    reader, known = LedgerReader(engine), dict[str, Policy]()
    for issue_no in issue_nos:
        recorded = tuple(entry.recorded() for entry in await reader.all_events(issue_no))
        named = {getattr(one.event, "policy_version", "") for one in recorded} - {""}
        known |= await _policies(engine, named - known.keys())
        if recorded:
            yield RecordedIssue(issue_no, recorded, {version: known[version] for version in named if version in known})


async def _policies(engine: AsyncEngine, versions: Collection[str]) -> dict[str, Policy]:
    if not versions:
        return {}
    asked = select(POLICIES.c.version, POLICIES.c.body).where(POLICIES.c.version.in_(versions))
    async with engine.connect() as connection:
        return {version: policy_of(body) for version, body in await connection.execute(asked)}
