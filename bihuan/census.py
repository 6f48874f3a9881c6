"""The census: every issue of the ledger that must live has a running workflow, and the reverse."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.client import Client, WorkflowExecutionStatus

from bihuan.connection import described
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import Census

RECORDED_WITHIN = timedelta(minutes=10)
"""A workflow may be ahead of the ledger for moments; not for so long."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger holds against what runs. ``lost``: must live, does not run; ``unrecorded``: the reverse."""

    counted: Census
    running: int
    lost: tuple[str, ...]
    unrecorded: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.lost and self.counted.total == self.counted.open + sum(self.counted.closed.values())


def compared(counted: Census, running: set[str]) -> Standing:
    living = set(counted.living)
    return Standing(counted, len(running), tuple(sorted(living - running)), tuple(sorted(running - living)))


async def running_issues(client: Client) -> set[str]:
    """The numbers of all issues whose workflow runs now, as the lists say, which follow by moments."""
    query = "WorkflowType='IssueLoop' AND ExecutionStatus='Running'"
    return {execution.id async for execution in client.list_workflows(query, page_size=1000)}


async def confirmed(client: Client, reader: LedgerReader, standing: Standing, now: datetime) -> Standing:
    """The same without what only a list that lags says: each issue asked after by its number."""
    lost = [no for no in standing.lost if await _is_lost(client, reader, no)]
    unrecorded = [no for no in standing.unrecorded if await _is_unrecorded(client, reader, no, now)]
    return Standing(standing.counted, standing.running, tuple(lost), tuple(unrecorded))


async def _is_lost(client: Client, reader: LedgerReader, issue_no: str) -> bool:
    run = await described(client, issue_no)
    if run is not None and run.status is WorkflowExecutionStatus.RUNNING:
        return False
    return issue_no in await reader.living((issue_no,))


async def _is_unrecorded(client: Client, reader: LedgerReader, issue_no: str, now: datetime) -> bool:
    run = await described(client, issue_no)
    if run is None or run.status is not WorkflowExecutionStatus.RUNNING:
        return False
    return run.start_time < now - RECORDED_WITHIN and not await reader.living((issue_no,))
