"""``bihuan schedules``: list Temporal's schedules, or make them match the city's file."""

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

import typer
from rich.console import Console
from temporalio.service import RPCError

from bihuan.city.configuration import load_city
from bihuan.city.schedule_files import load_schedules
from bihuan.cli.tables import print_table
from bihuan.client.connection import connect
from bihuan.client.errors import ClientError
from bihuan.client.schedules import (
    SCHEDULE_CHANGE_ZH,
    ScheduleDifference,
    ScheduleStatus,
    apply_schedules,
    list_schedules,
)
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.timetable import PlannedSchedule
from bihuan.runtime.settings import Settings

Answer = TypeVar("Answer")


def run_apply(settings: Settings, *, dry: bool, as_json: bool) -> int:
    """Exit code 1 where Temporal cannot be reached. ``dry``: show the changes only."""
    planned = planned_schedules(settings)

    async def applied() -> tuple[ScheduleDifference, ...]:
        return await apply_schedules(await connect(settings), planned, dry=dry)

    differences = _run(applied())
    if differences is None:
        return 1
    if as_json:
        typer.echo(json.dumps({"dry_run": dry, "schedules": [asdict(one) for one in differences]}, ensure_ascii=False))
        return 0
    for one in differences:
        typer.echo(f"{SCHEDULE_CHANGE_ZH[one.verdict]} {one.verdict:<9} {one.id}  {one.when}".rstrip())
        for name, was, now in one.fields:
            typer.echo(f"    {name}: {was or '—'} → {now or '—'}")
    if dry:
        typer.echo("仅预览，未作变更 · nothing was changed")
    return 0


def planned_schedules(settings: Settings) -> tuple[PlannedSchedule, ...]:
    groups = load_city(settings.city, settings.profile).policy.groups
    return load_schedules(settings.city, groups)


def run_list(settings: Settings, *, as_json: bool) -> int:
    async def all_of_ours() -> tuple[ScheduleStatus, ...]:
        return await list_schedules(await connect(settings))

    found = _run(all_of_ours())
    if found is None:
        return 1
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], default=_minute, ensure_ascii=False))
    else:
        _print(found)
    return 0


def _run(work: Coroutine[Any, Any, Answer]) -> Answer | None:
    try:
        return asyncio.run(work)
    except (ClientError, RPCError, RuntimeError) as error:
        typer.echo(f"Temporal 不可达 · Temporal cannot be reached: {error}", err=True)
        return None


def _print(found: tuple[ScheduleStatus, ...]) -> None:
    columns = (
        "定时 schedule",
        "何时 when",
        "下次 next",
        "上次 last",
        "已运行 ran",
        "略过 skipped",
        "错过 missed",
        "暂停 paused",
    )
    rows = []
    for one in found:
        paused = "是 yes" if one.paused else ""
        numbers = map(str, (one.ran, one.skipped, one.missed))
        rows.append((one.id, one.when, _minute(one.next_at), _minute(one.last_at), *numbers, paused))
    print_table(Console(), "定时 · schedules", columns, rows)


def _minute(moment: datetime | None) -> str:
    return moment.astimezone(CHINA_TIME).isoformat(" ", "minutes") if moment else "—"
