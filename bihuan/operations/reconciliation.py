"""The census: every issue of the ledger that must live has a running workflow, and the reverse."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from temporalio.client import Client

from bihuan.client.runs import described, is_running
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import IssueCounts

RECORDED_WITHIN = timedelta(minutes=10)
"""A workflow may be ahead of the ledger for moments; not for so long."""


PROBLEMS = "TemporalReportedProblems"
FAILING = f"{PROBLEMS} IS NOT NULL"
"""What the server notes of a workflow whose tasks have failed several times on end, and takes back once one passes."""


@dataclass(frozen=True, slots=True)
class RunningIssues:
    """The issues whose workflow runs: since when the run of each does, and those of them whose tasks fail."""

    since: Mapping[str, datetime]
    failing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What the ledger holds against what runs. ``lost``: must live, does not run; ``unrecorded``: has run for a while
    and is in no row; ``failing``: runs, but its tasks fail, so it obeys nobody and its clocks stand still.
    """

    counts: IssueCounts
    running: int
    lost: tuple[str, ...]
    unrecorded: tuple[str, ...]
    failing: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        adds_up = self.counts.total == self.counts.open + sum(self.counts.closed.values())
        return adds_up and not (self.lost or self.unrecorded or self.failing)


async def reconcile(client: Client, reader: LedgerReader, now: datetime) -> Reconciliation:
    """Every issue accounted for, as anybody is told of it."""
    counted = await reader.issue_counts()
    return await _confirmed(client, reader, compare(counted, await running_issues(client), now))


def compare(counted: IssueCounts, running: RunningIssues, now: datetime) -> Reconciliation:
    living = set(counted.active)
    old = {number for number, since in running.since.items() if since < now - RECORDED_WITHIN}
    return Reconciliation(
        counted,
        len(running.since),
        tuple(sorted(living - set(running.since))),
        tuple(sorted(old - living)),
        tuple(sorted(running.failing)),
    )


async def running_issues(client: Client) -> RunningIssues:
    """All issues whose workflow runs now, as the lists say, which follow by moments."""
    query = "WorkflowType='IssueLoop' AND ExecutionStatus='Running'"
    since = {one.id: one.start_time async for one in client.list_workflows(query, page_size=1000)}
    failing = frozenset({one.id async for one in client.list_workflows(f"{query} AND {FAILING}", page_size=1000)})
    return RunningIssues(since, failing)


async def is_failing(client: Client, issue_no: str) -> bool:
    """Whether it runs, but its tasks fail."""
    run = await described(client, issue_no)
    return run is not None and PROBLEMS in run.raw_description.workflow_execution_info.search_attributes.indexed_fields


async def _confirmed(client: Client, reader: LedgerReader, found: Reconciliation) -> Reconciliation:
    """The same without what only a list that lags says: each issue asked after by its number."""
    lost = [no for no in found.lost if await _is_lost(client, reader, no)]
    unrecorded = [no for no in found.unrecorded if await _is_unrecorded(client, reader, no)]
    return replace(found, lost=tuple(lost), unrecorded=tuple(unrecorded))


async def _is_lost(client: Client, reader: LedgerReader, issue_no: str) -> bool:
    return not await is_running(client, issue_no) and issue_no in await reader.active((issue_no,))


async def _is_unrecorded(client: Client, reader: LedgerReader, issue_no: str) -> bool:
    return await is_running(client, issue_no) and not await reader.active((issue_no,))
