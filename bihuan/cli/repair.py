"""Repairs by operators: revive an issue, rebuild, export and verify the ledger."""

import asyncio
from pathlib import Path

import typer

from bihuan.ledger.engine import ledger_engine
from bihuan.ledger.errors import LedgerError
from bihuan.ledger.exporting import export
from bihuan.ledger.rebuilding import verify
from bihuan.operations.histories import HistoriesContradict
from bihuan.operations.rebuilding import rebuild_ledger
from bihuan.operations.revival import NotRevivable, revive
from bihuan.runtime.settings import Settings


def run_revive(settings: Settings, issue_no: str, *, from_ledger: bool) -> int:
    try:
        revision = asyncio.run(revive(settings, issue_no, from_ledger=from_ledger))
    except NotRevivable as reason:
        typer.echo(str(reason), err=True)
        return 1
    typer.echo(f"{issue_no} 已自第 {revision} 版恢复 · revived at revision {revision}")
    return 0


def run_rebuild(settings: Settings, events: Path | None) -> int:
    async def work() -> None:
        done = await rebuild_ledger(settings, events)
        for fault in done.contradicted:
            typer.echo(str(fault), err=True)
        typer.echo(
            f"{done.issues} 件问题、{done.events} 条事件已重建，其中 {done.from_ledger} 条流程历史已无、取自事件日志 · "
            f"issues and events rebuilt, {done.from_ledger} issues from the event log"
        )

    try:
        asyncio.run(work())
    except (LedgerError, HistoriesContradict) as error:
        typer.echo(f"未能重建，台账保持原样 · not rebuilt; the ledger is unchanged: {error}", err=True)
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
    except LedgerError as error:
        typer.echo(f"台账不全，未导出；先重建 · not exported, rebuild first: {error}", err=True)
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
        typer.echo("台账属实 · the ledger is correct" if not faults else f"{len(faults)} 处不符 · faults")
        return 1 if faults else 0

    return asyncio.run(work())
