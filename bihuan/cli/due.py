"""``bihuan calendar due``: an official asks when something is due, and why not sooner."""

import json

import typer

from bihuan.city.calendar_store import CalendarStore
from bihuan.city.configuration import load_city
from bihuan.cli.moments import A_MOMENT, A_MOMENT_EN, moment_of
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.clocks.explanation import DayKind, account
from bihuan.domain.clocks.limits import Limit
from bihuan.language.explanations import account_told
from bihuan.language.phrases import Tongue
from bihuan.runtime.settings import Settings


def answer_due(settings: Settings, since: str, limit: str, *, as_json: bool) -> int:
    """Exit code 2 where the question cannot be read, naming the option."""
    try:
        moment = moment_of(since)
    except ValueError:
        typer.echo(f"--from: '{since}' 不是 {A_MOMENT} · is not {A_MOMENT_EN}", err=True)
        return 2
    try:
        length = Limit.parse(limit)
    except ValueError as wrong:
        typer.echo(f"--limit: '{limit}' 不是时限，如 3wd、4wh、30d，至多约二十年 · {wrong}", err=True)
        return 2
    calendar = load_city(
        settings.city, settings.profile, imported=CalendarStore(settings.data).newest()
    ).policy.calendar
    its = account(calendar, Clock(Obligation.ISSUE, 1, length, moment))
    assert its.due is not None, "nothing pauses a bare limit"
    off = [day for day in its.days if not day.works and day.day > its.started_at.date()]
    made_up = [day for day in its.days if day.kind is DayKind.MADE_UP]
    answer = {
        "due": its.due.isoformat(),
        "provisional": its.provisional,
        "skipped": [{"day": day.day.isoformat(), "reason": day.name} for day in off],
        "made_up": [{"day": day.day.isoformat(), "reason": day.name} for day in made_up],
    }
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return 0
    typer.echo(f"到期 due {its.due:%Y-%m-%d %H:%M}" + ("（暂定 provisional）" if its.provisional else ""))
    for day in off:
        typer.echo(f"  不计 not counted {day.day} {day.name}")
    for day in made_up:
        typer.echo(f"  计入 counted {day.day} {day.name}")
    typer.echo(account_told(its, Tongue.ZH))
    typer.echo(account_told(its, Tongue.EN))
    return 0
