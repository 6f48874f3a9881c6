"""``bihuan calendar import`` and ``list``: bring a new calendar to every issue, or show what it would move."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console

from bihuan.application.batches import batch_service, has_ledger
from bihuan.application.calendar_adoption import CalendarMove, calendar_moves, import_order, new_version
from bihuan.city.calendar_store import CalendarStore
from bihuan.city.configuration import load_city
from bihuan.cli.batches import run_reporting, run_watched
from bihuan.cli.moments import due_or_paused, iso, to_the_minute
from bihuan.cli.tables import print_table
from bihuan.domain.clocks.special_days import CalendarVersion
from bihuan.runtime.settings import Settings


def run_import(settings: Settings, file: Path, *, version: str, source: str, dry_run: bool, as_json: bool) -> int:
    """Exit code 1: some issues could not be reached, each with its reason on record; run it again."""
    calendar = new_version(settings, file, version, source)
    if dry_run:
        return _preview(settings, calendar, as_json=as_json)
    settings.data.mkdir(parents=True, exist_ok=True)

    async def work() -> int:
        async with batch_service(settings) as service:
            return await run_watched(service, await import_order(service, calendar), as_json=as_json)

    return run_reporting(work)


def _preview(settings: Settings, calendar: CalendarVersion, *, as_json: bool) -> int:
    if not has_ledger(settings):
        typer.echo(f"{settings.data} 处没有台账 · there is no ledger", err=True)
        return 1

    async def work() -> int:
        async with batch_service(settings) as service:
            moves = await calendar_moves(service.reader, calendar, datetime.now(UTC))
        _print_moves(calendar, moves, as_json=as_json)
        return 0

    return run_reporting(work)


def _print_moves(calendar: CalendarVersion, moves: list[CalendarMove], *, as_json: bool) -> None:
    if as_json:
        documents = [asdict(move) | {"was": iso(move.was), "due": iso(move.due)} for move in moves]
        answer = {"version": calendar.version, "source": calendar.source, "moves": documents}
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    print_table(
        Console(),
        f"日历 {calendar.version}：{len(moves)} 个时限将变动 · deadlines would move",
        ("问题 issue", "事项 title", "单位 unit", "时钟 clock", "原到期 was", "新到期 due", "原因 days"),
        [_row(move) for move in moves],
    )


def _row(move: CalendarMove) -> tuple[str, ...]:
    was, due = due_or_paused(move.was), due_or_paused(move.due)
    return (move.issue_no, move.title, move.unit, move.clock, was, due, "；".join(move.days))


def run_list(settings: Settings, *, as_json: bool) -> int:
    known = CalendarStore(settings.data).all()
    if as_json:
        rows = [asdict(replace(one.calendar, days=())) | {"imported_at": iso(one.imported_at)} for one in known]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return 0
    for one in known:
        typer.echo(f"{to_the_minute(one.imported_at)} {one.calendar.version} {one.calendar.source}")
    if not known:
        seed = load_city(settings.city, settings.profile).calendar
        typer.echo(f"{seed.version} {seed.source}（城市目录自带，尚未导入 · the city's own, nothing imported）")
    return 0
