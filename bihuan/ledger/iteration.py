"""Going through the ledger issue by issue, for whoever looks at all of it and changes nothing."""

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
class Life:
    """All that is recorded of one issue, and the policies it was under, by version."""

    issue_no: str
    recorded: tuple[RecordedEvent, ...]
    policies: Mapping[str, Policy]


async def numbers(engine: AsyncEngine, *, open_only: bool = False, group: str = "") -> tuple[str, ...]:
    """Every issue, in the order in which the ledger got to know them. ``group`` empty: of all groups."""
    asked = select(ISSUES.c.issue_no).order_by(ISSUES.c.ledger_no)
    if open_only:
        asked = asked.where(ISSUES.c.stage != Stage.CLOSED.value)
    if group:
        asked = asked.where(ISSUES.c.supervision_group == group)
    async with engine.connect() as connection:
        return tuple((await connection.execute(asked)).scalars())


async def standing(engine: AsyncEngine, issue_nos: Sequence[str]) -> AsyncIterator[tuple[Issue, Policy]]:
    """Each issue as it stands."""
    reader = LedgerReader(engine)
    for issue_no in issue_nos:
        known = await reader.life(issue_no)
        if known is not None:
            yield known


async def lives(engine: AsyncEngine, issue_nos: Sequence[str]) -> AsyncIterator[Life]:
    """Each issue with all its events, one at a time."""
    reader, known = LedgerReader(engine), dict[str, Policy]()
    for issue_no in issue_nos:
        recorded = tuple(entry.recorded() for entry in await reader.all_events(issue_no))
        named = {getattr(one.event, "policy_version", "") for one in recorded} - {""}
        known |= await _policies(engine, named - known.keys())
        if recorded:
            yield Life(issue_no, recorded, {version: known[version] for version in named if version in known})


async def _policies(engine: AsyncEngine, versions: Collection[str]) -> dict[str, Policy]:
    if not versions:
        return {}
    asked = select(POLICIES.c.version, POLICIES.c.body).where(POLICIES.c.version.in_(versions))
    async with engine.connect() as connection:
        return {version: policy_of(body) for version, body in await connection.execute(asked)}
