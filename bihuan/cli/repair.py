"""What operators do when something was taken from us: revive an issue, rebuild the ledger, verify it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import typer
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from bihuan.client.connection import connect
from bihuan.domain.stage import Status
from bihuan.ledger.engine import ledger_engine
from bihuan.ledger.errors import LedgerError
from bihuan.ledger.exporting import export
from bihuan.ledger.importing import read_log
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.rebuilding import History, rebuild, verify
from bihuan.operations.histories import Contradiction, entries_of, last_run, left_off, policies_of
from bihuan.runtime.settings import Settings
from workflows import operator_view
from workflows.issue_loop import IssueLoop
from workflows.messages import Life, Opening
from workflows.names import ISSUE_QUEUE
from workflows.receipts import Answers


class NotRevivable(Exception):
    """The issue cannot be started again, and why."""


async def revive(settings: Settings, issue_no: str, *, from_ledger: bool = False) -> int:
    """Start an issue again where its last run was ended; returns its revision. Raises NotRevivable.

    The history of that run tells it to the last act acknowledged; the ledger where Temporal keeps no history, where
    the ledger is further on, or where it is asked for.
    """
    client = await connect(settings)
    status, history = await last_run(client, issue_no)
    if status is WorkflowExecutionStatus.RUNNING:
        raise NotRevivable(f"问题 {issue_no} 正在运行 · issue {issue_no} is running")
    recorded = await _recorded(settings, issue_no)
    told = await _told(client, history) if history and not from_ledger else None
    opening = max((one for one in (told, recorded) if one), key=_revision, default=None)
    if opening is None or opening.life is None:
        raise NotRevivable(f"流程历史与台账中均无问题 {issue_no} · neither history nor ledger has issue {issue_no}")
    if opening.life.issue.status is Status.ARCHIVED and not opening.life.unpublished:
        raise NotRevivable(f"问题 {issue_no} 已归档 · issue {issue_no} is archived")
    await _start(client, replace(opening, continue_after=settings.continue_after))
    return _revision(opening)


async def _recorded(settings: Settings, issue_no: str) -> Opening | None:
    """The issue as the ledger has it."""
    engine = ledger_engine(settings.ledger)
    try:
        reader = LedgerReader(engine)
        known = await reader.life(issue_no)
        if known is None:
            return None
        answers = Answers(await reader.receipts(issue_no))
        life = Life(known[0], receipts=answers.receipts, obeyed=answers.obeyed)
        return Opening(known[1], None, None, life=life)
    finally:
        await engine.dispose()


async def _told(client: Client, history: WorkflowHistory) -> Opening | None:
    try:
        return await left_off(client, history)
    except Exception as trouble:
        raise NotRevivable(
            f"流程历史不能重放；加 --from-ledger 可自台账恢复，未登记的动作将丢失 · its history does not replay; with "
            f"--from-ledger it goes on from the ledger, without the acts that are not recorded there: {trouble}"
        ) from trouble


def _revision(opening: Opening) -> int:
    return opening.life.issue.revision if opening.life else 0


async def _start(client: Client, opening: Opening) -> None:
    assert opening.life is not None, "it lived before"
    issue = opening.life.issue
    try:
        await client.start_workflow(
            IssueLoop.run,
            opening,
            id=issue.issue_no,
            task_queue=ISSUE_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            search_attributes=operator_view.at_start(operator_view.shown(issue, opening.policy, datetime.now(UTC))),
            static_summary=operator_view.summary(issue),
        )
    except WorkflowAlreadyStartedError as running:
        raise NotRevivable(f"问题 {issue.issue_no} 正在运行 · issue {issue.issue_no} is running") from running


def run_revive(settings: Settings, issue_no: str, *, from_ledger: bool) -> int:
    try:
        revision = asyncio.run(revive(settings, issue_no, from_ledger=from_ledger))
    except NotRevivable as reason:
        typer.echo(str(reason), err=True)
        return 1
    typer.echo(f"{issue_no} 已自第 {revision} 版恢复 · goes on from revision {revision}")
    return 0


async def histories(client: Client) -> AsyncIterator[History]:
    """What Temporal still keeps of every issue, each read when it is asked for."""
    numbers: set[str] = set()
    async for execution in client.list_workflows("WorkflowType='IssueLoop'"):
        if execution.id in numbers or execution.status is WorkflowExecutionStatus.FAILED:
            continue
        numbers.add(execution.id)
        entries, receipts = await entries_of(client, execution.id)
        if entries:
            told = await policies_of(client, execution.id)
            yield History(execution.id, None, tuple(entries), tuple(receipts.values()), told)


def run_rebuild(settings: Settings, events: Path | None) -> int:
    async def work() -> None:
        client = await connect(settings)
        engine = ledger_engine(settings.ledger)
        try:
            done = await rebuild(engine, histories(client), read_log(events) if events else ())
        finally:
            await engine.dispose()
        for fault in done.contradicted:
            typer.echo(str(fault), err=True)
        typer.echo(
            f"{done.issues} 件问题、{done.events} 条事件已重建，其中 {done.from_ledger} 条流程历史已无、取自事件日志 · "
            f"issues and events written anew, {done.from_ledger} of them from the event log"
        )

    try:
        asyncio.run(work())
    except (LedgerError, Contradiction) as trouble:
        typer.echo(f"未能重建，台账保持原样 · not rebuilt, the ledger stays as it was: {trouble}", err=True)
        return 1
    return 0


def run_export(settings: Settings, file: Path) -> int:
    async def work() -> int:
        engine = ledger_engine(settings.ledger)
        try:
            return await export(engine, file)
        finally:
            await engine.dispose()

    try:
        lines = asyncio.run(work())
    except LedgerError as trouble:
        typer.echo(f"台账不全，未导出；先重建 · not exported, rebuild first: {trouble}", err=True)
        return 1
    typer.echo(f"{file}：{lines} 行 · lines")
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
