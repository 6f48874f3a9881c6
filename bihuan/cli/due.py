"""``bihuan calendar due``: when a limit ends, and which days did not count."""

import json

import typer

from bihuan.city.calendar_store import CalendarStore
from bihuan.city.configuration import load_city
from bihuan.cli.moments import MOMENT_EN, MOMENT_ZH, parse_moment
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.clocks.explanation import DayKind, account
from bihuan.domain.clocks.limits import Limit
from bihuan.language.explanations import account_text
from bihuan.language.phrases import Language
from bihuan.runtime.settings import Settings


def answer_due(settings: Settings, since: str, limit: str, *, as_json: bool) -> int:
    """Exit code 2 for an unreadable option, which the message names."""
    try:
        moment = parse_moment(since)
    except ValueError:
        typer.echo(f"--from: '{since}' 不是 {MOMENT_ZH} · is not {MOMENT_EN}", err=True)
        return 2
    try:
        length = Limit.parse(limit)
    except ValueError as error:
        typer.echo(f"--limit: '{limit}' 不是时限，如 3wd、4wh、30d，至多约二十年 · {error}", err=True)
        return 2
    calendar = load_city(
        settings.city, settings.profile, imported=CalendarStore(settings.data).newest()
    ).policy.calendar
    its = account(calendar, Clock(Obligation.ISSUE, 1, length, moment))
    assert its.due is not None, "a clock without pauses has a due moment"
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
    typer.echo(account_text(its, Language.ZH))
    typer.echo(account_text(its, Language.EN))
    return 0
