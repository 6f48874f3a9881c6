"""``bihuan drill``: a day's ladder for each supervision group, worked out from the ledger and never sent."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import typer
from rich.console import Console

from bihuan.city.configuration import City, load_city
from bihuan.cli.simulation import documents
from bihuan.cli.tables import line, show
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.codes import normalize
from bihuan.domain.ladder.rungs import RUNG_ZH
from bihuan.ledger.engine import LEDGER_AWAY, reading_engine
from bihuan.ledger.iteration import numbers, standing
from bihuan.runtime.settings import Settings
from bihuan.simulation.drill import Ahead, ahead

AHEAD_MAX = timedelta(days=366)
"""Farther ahead nothing is left to say, and saying it takes long."""


def run_drill(settings: Settings, day: str, group: str, *, as_json: bool) -> int:
    """Exit code 2 where the question cannot be read; 1 where the ledger cannot."""
    today = datetime.now(UTC).astimezone(CHINA_TIME).date()
    try:
        asked = date.fromisoformat(day) if day else today + timedelta(days=1)
    except ValueError:
        typer.echo(f"--date: '{day}' 不是日期 · is not a date such as 2026-11-26", err=True)
        return 2
    if asked < today:
        typer.echo(f"--date: {asked} 已过 · is past", err=True)
        return 2
    if asked > today + AHEAD_MAX:
        typer.echo(f"--date: {asked} 超过一年 · is more than a year ahead", err=True)
        return 2
    city = load_city(settings.city, settings.profile)
    known, group = [*city.policy.groups, city.policy.coordination.id], normalize(group)
    if group and group not in known:
        typer.echo(f"--group: '{group}' 不是督导组 · is none of {', '.join(known)}", err=True)
        return 2
    try:
        found = asyncio.run(rungs_of(settings.ledger, asked))
    except LEDGER_AWAY as trouble:
        typer.echo(f"台账不可读 · the ledger cannot be read: {trouble}", err=True)
        return 1
    by_group = {each: [one for one in found if one.alert.group == each] for each in ([group] if group else known)}
    if as_json:
        typer.echo(json.dumps(_document(asked, by_group, city), ensure_ascii=False))
    else:
        _print(asked, by_group, city)
    return 0


async def rungs_of(url: str, day: date) -> list[Ahead]:
    """Of every open issue, in the order of their moments."""
    engine = reading_engine(url)
    found: list[Ahead] = []
    try:
        async for issue, policy in standing(engine, await numbers(engine, open_only=True)):
            found += ahead(issue, policy, day)
    finally:
        await engine.dispose()
    return sorted(found, key=lambda one: (one.alert.at, one.alert.issue_no, one.alert.clock))


def _document(day: date, by_group: dict[str, list[Ahead]], city: City) -> dict[str, Any]:
    return {
        "date": day.isoformat(),
        "total": sum(map(len, by_group.values())),
        "groups": {
            group: {
                "name": city.policy.group(group).name,
                "rungs": [
                    {
                        **documents.alert(one.alert, city),
                        "title": one.title,
                        "enterprise": one.enterprise,
                        "order": one.order or None,
                    }
                    for one in rungs
                ],
            }
            for group, rungs in by_group.items()
        },
    }


def _print(day: date, by_group: dict[str, Sequence[Ahead]] | dict[str, list[Ahead]], city: City) -> None:
    console = Console()
    line(console, f"{day} 若无人办理将发生 · if nobody acts（未发送 · nothing is sent）")
    for group, rungs in by_group.items():
        title = f"{group} {city.policy.group(group).name}：{len(rungs)}"
        if not rungs:
            line(console, title)
            continue
        columns = ("时间 time", "问题 issue", "级 rung", "时钟 clock", "谁欠办 who owes", "告知 told")
        show(console, title, columns, [_row(one, city) for one in rungs])


def _row(one: Ahead, city: City) -> tuple[str, ...]:
    alert = one.alert
    return (
        f"{alert.at.astimezone(CHINA_TIME):%H:%M}",
        f"{alert.issue_no} {one.title}",
        f"{alert.rung} {RUNG_ZH.get(alert.rung, '')}" + (f"\n督办单 {one.order}" if one.order else ""),
        alert.clock,
        city.desk(alert.owes).name,
        "、".join(city.desk(to).name for to in alert.told),
    )
