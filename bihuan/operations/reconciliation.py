"""Reconciliation: every issue of the ledger that is not archived has a running workflow, and the reverse."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from temporalio.client import Client

from bihuan.client.runs import describe, is_running
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import IssueCounts

RECORDED_WITHIN = timedelta(minutes=10)
"""How long a workflow may run before the ledger must have its issue."""


PROBLEMS = "TemporalReportedProblems"
FAILING = f"{PROBLEMS} IS NOT NULL"
"""The server sets the attribute when tasks of a workflow fail repeatedly, and removes it once one succeeds."""


@dataclass(frozen=True, slots=True)
class RunningIssues:
    """Issues with a running workflow: the start of each run, and the issues whose workflow tasks fail."""

    since: Mapping[str, datetime]
    failing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The ledger compared with Temporal. ``lost``: not archived, but no workflow runs; ``unrecorded``: has run for
    ``RECORDED_WITHIN``, but has no row; ``failing``: runs, but its tasks fail, so that acts and alarms wait.
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
    """Compare ledger and Temporal; each difference is confirmed issue by issue, since lists lag behind."""
    counts = await reader.issue_counts()
    return await _confirmed(client, reader, compare(counts, await running_issues(client), now))


def compare(counts: IssueCounts, running: RunningIssues, now: datetime) -> Reconciliation:
    """Compare one count of the ledger with one list of running workflows."""
    active = set(counts.active)
    old = {number for number, since in running.since.items() if since < now - RECORDED_WITHIN}
    return Reconciliation(
        counts,
        len(running.since),
        tuple(sorted(active - set(running.since))),
        tuple(sorted(old - active)),
        tuple(sorted(running.failing)),
    )


async def running_issues(client: Client) -> RunningIssues:
    """All issues with a running workflow, from Temporal's visibility store, which lags by moments."""
    query = "WorkflowType='IssueLoop' AND ExecutionStatus='Running'"
    since = {one.id: one.start_time async for one in client.list_workflows(query, page_size=1000)}
    failing = frozenset({one.id async for one in client.list_workflows(f"{query} AND {FAILING}", page_size=1000)})
    return RunningIssues(since, failing)


async def is_failing(client: Client, issue_no: str) -> bool:
    """Whether the workflow of the issue runs, but its tasks fail."""
    run = await describe(client, issue_no)
    return run is not None and PROBLEMS in run.raw_description.workflow_execution_info.search_attributes.indexed_fields


async def _confirmed(client: Client, reader: LedgerReader, found: Reconciliation) -> Reconciliation:
    """Drop differences that only come from lagging lists: each issue is looked up by its number."""
    lost = [no for no in found.lost if await _is_lost(client, reader, no)]
    unrecorded = [no for no in found.unrecorded if await _is_unrecorded(client, reader, no)]
    return replace(found, lost=tuple(lost), unrecorded=tuple(unrecorded))


async def _is_lost(client: Client, reader: LedgerReader, issue_no: str) -> bool:
    return not await is_running(client, issue_no) and issue_no in await reader.active((issue_no,))


async def _is_unrecorded(client: Client, reader: LedgerReader, issue_no: str) -> bool:
    return await is_running(client, issue_no) and not await reader.active((issue_no,))
