"""Rebuilding the ledger from Temporal's histories and, for what these no longer hold, an exported event log."""

from collections.abc import AsyncIterator
from pathlib import Path

from temporalio.client import Client, WorkflowExecutionStatus

from bihuan.client.connection import connect
from bihuan.ledger.engine import ledger_engine
from bihuan.ledger.importing import read_log
from bihuan.ledger.rebuilding import History, Rebuilt, rebuild
from bihuan.operations.histories import entries_of, policies_of
from bihuan.runtime.settings import Settings


async def rebuild_ledger(settings: Settings, log: Path | None) -> Rebuilt:
    """Rebuild the ledger in one transaction. ``log``: an exported event log to merge.

    Raises LedgerError, HistoriesContradict, FilesInvalid, TemporalUnreachable.
    """
    client = await connect(settings)
    engine = ledger_engine(settings.ledger)
    try:
        return await rebuild(engine, kept_histories(client), read_log(log) if log else ())
    finally:
        await engine.dispose()


async def kept_histories(client: Client) -> AsyncIterator[History]:
    """The histories of all issues that Temporal still keeps, each read when the iterator reaches it."""
    numbers: set[str] = set()
    async for execution in client.list_workflows("WorkflowType='IssueLoop'"):
        if execution.id in numbers or execution.status is WorkflowExecutionStatus.FAILED:
            continue
        numbers.add(execution.id)
        entries, receipts = await entries_of(client, execution.id)
        if entries:
            policies = await policies_of(client, execution.id)
            yield History(execution.id, None, tuple(entries), tuple(receipts.values()), policies)
