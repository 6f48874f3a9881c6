"""``bihuan calendar due``: an official asks when something is due, and why not sooner."""

import json
from datetime import datetime

import typer

from bihuan.calendar_shelf import Shelf
from bihuan.city import load_city
from bihuan.domain.workdays import CHINA_TIME, Limit
from bihuan.settings import Settings


def answer_due(settings: Settings, since: str, limit: str, *, as_json: bool) -> int:
    """Exit code 2 where the question cannot be read, naming the option."""
    calendar = load_city(settings.city, settings.profile, imported=Shelf(settings.data).newest()).policy.calendar
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        typer.echo(f"--from: '{since}' 不是 ISO 8601 时刻 · is not an ISO 8601 time such as 2026-09-30T10:00", err=True)
        return 2
    try:
        length = Limit.parse(limit)
    except ValueError as wrong:
        typer.echo(f"--limit: {wrong}", err=True)
        return 2
    moment = moment.replace(tzinfo=CHINA_TIME) if moment.tzinfo is None else moment
    due = calendar.after(moment, length)
    answer = {
        "due": due.isoformat(),
        "provisional": calendar.provisional(moment, due),
        "skipped": [{"day": day.isoformat(), "reason": reason} for day, reason in calendar.skipped(moment, due)],
    }
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return 0
    typer.echo(f"到期 due {due:%Y-%m-%d %H:%M}" + ("(暂定 provisional)" if answer["provisional"] else ""))
    for day, reason in calendar.skipped(moment, due):
        typer.echo(f"  不计 not counted {day} {reason}")
    return 0
