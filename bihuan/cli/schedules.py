"""``bihuan schedules``: what runs by the calendar, and bringing it to what the city's file says."""

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
from bihuan.cli.tables import show
from bihuan.client.connection import connect
from bihuan.client.errors import ClientError
from bihuan.client.schedules import VERDICT_ZH, Difference, Listed, apply, listed
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.timetable import PlannedSchedule
from bihuan.runtime.settings import Settings

Answer = TypeVar("Answer")


def run_apply(settings: Settings, *, dry: bool, as_json: bool) -> int:
    """Exit code 1 where Temporal is away."""
    planned = configured(settings)

    async def applied() -> tuple[Difference, ...]:
        return await apply(await connect(settings), planned, dry=dry)

    differences = _asked(applied())
    if differences is None:
        return 1
    if as_json:
        typer.echo(json.dumps({"dry_run": dry, "schedules": [asdict(one) for one in differences]}, ensure_ascii=False))
        return 0
    for one in differences:
        typer.echo(f"{VERDICT_ZH[one.verdict]} {one.verdict:<9} {one.id}  {one.when}".rstrip())
        for name, was, now in one.fields:
            typer.echo(f"    {name}: {was or '—'} → {now or '—'}")
    if dry:
        typer.echo("仅预览，未作变更 · nothing was changed")
    return 0


def configured(settings: Settings) -> tuple[PlannedSchedule, ...]:
    groups = load_city(settings.city, settings.profile).policy.groups
    return load_schedules(settings.city, groups)


def run_list(settings: Settings, *, as_json: bool) -> int:
    async def all_of_ours() -> tuple[Listed, ...]:
        return await listed(await connect(settings))

    found = _asked(all_of_ours())
    if found is None:
        return 1
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], default=_told, ensure_ascii=False))
    else:
        _print(found)
    return 0


def _asked(question: Coroutine[Any, Any, Answer]) -> Answer | None:
    try:
        return asyncio.run(question)
    except (ClientError, RPCError, RuntimeError) as trouble:
        typer.echo(f"Temporal 不可达 · Temporal cannot be reached: {trouble}", err=True)
        return None


def _print(found: tuple[Listed, ...]) -> None:
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
        rows.append((one.id, one.when, _told(one.next_at), _told(one.last_at), *numbers, paused))
    show(Console(), "定时 · schedules", columns, rows)


def _told(moment: datetime | None) -> str:
    return moment.astimezone(CHINA_TIME).isoformat(" ", "minutes") if moment else "—"
