"""What operators do when something was taken from us: revive an issue, rebuild the ledger, verify it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import typer
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from bihuan.connection import connect
from bihuan.domain.stage import Status
from bihuan.histories import entries_of, policy_of
from bihuan.ledger.engine import ledger_engine
from bihuan.ledger.faults import LedgerGap
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.rebuilding import History, rebuild, verify
from bihuan.settings import Settings
from workflows import showing
from workflows.issue_loop import IssueLoop
from workflows.messages import Life, Opening
from workflows.names import ISSUE_QUEUE


class NotRevivable(Exception):
    """The issue cannot be started again, and why."""


async def revive(settings: Settings, issue_no: str) -> int:
    """Start a terminated issue again where the ledger left off; returns its revision. Raises NotRevivable."""
    client = await connect(settings)
    engine = ledger_engine(settings.ledger)
    try:
        reader = LedgerReader(engine)
        life = await reader.life(issue_no)
        if life is None:
            raise NotRevivable(f"台账中没有问题 {issue_no} · the ledger has no issue {issue_no}")
        issue, policy = life
        if issue.status is Status.ARCHIVED:
            raise NotRevivable(f"问题 {issue_no} 已归档 · issue {issue_no} is archived")
        receipts = await reader.receipts(issue_no)
    finally:
        await engine.dispose()
    now = datetime.now(UTC)
    opening = Opening(
        policy, None, None, now, life=Life(issue, receipts=receipts), continue_after=settings.continue_after
    )
    try:
        await client.start_workflow(
            IssueLoop.run,
            opening,
            id=issue_no,
            task_queue=ISSUE_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            search_attributes=showing.at_start(showing.shown(issue, policy, now)),
            static_summary=showing.summary(issue)[:190],
        )
    except WorkflowAlreadyStartedError as running:
        raise NotRevivable(f"问题 {issue_no} 正在运行 · issue {issue_no} is running") from running
    return issue.revision


def run_revive(settings: Settings, issue_no: str) -> int:
    try:
        revision = asyncio.run(revive(settings, issue_no))
    except NotRevivable as reason:
        typer.echo(str(reason), err=True)
        return 1
    typer.echo(f"{issue_no} 已自第 {revision} 版恢复 · goes on from revision {revision}")
    return 0


async def histories(client: Client) -> AsyncIterator[History]:
    """The whole life of every issue Temporal still keeps, each read when it is asked for."""
    numbers: set[str] = set()
    async for execution in client.list_workflows("WorkflowType='IssueLoop'"):
        if execution.id in numbers or execution.status is WorkflowExecutionStatus.FAILED:
            continue
        numbers.add(execution.id)
        entries, receipts = await entries_of(client, execution.id)
        if entries:
            yield History(execution.id, await policy_of(client, execution.id), tuple(entries), tuple(receipts.values()))


def run_rebuild(settings: Settings) -> int:
    async def work() -> None:
        client = await connect(settings)
        engine = ledger_engine(settings.ledger)
        try:
            done = await rebuild(engine, histories(client))
        finally:
            await engine.dispose()
        typer.echo(f"{done.issues} 件问题、{done.events} 条事件已重建 · issues and events written anew")

    try:
        asyncio.run(work())
    except LedgerGap as gap:
        typer.echo(f"台账保持原样:流程历史不全 · the ledger stays as it was, a history is not whole: {gap}", err=True)
        return 1
    return 0


def run_verify(settings: Settings) -> int:
    async def work() -> int:
        engine = ledger_engine(settings.ledger)
        faults = await verify(engine)
        await engine.dispose()
        for fault in faults:
            typer.echo(str(fault), err=True)
        typer.echo("台账属实 · the ledger is true" if not faults else f"{len(faults)} 处不符 · faults")
        return 1 if faults else 0

    return asyncio.run(work())
