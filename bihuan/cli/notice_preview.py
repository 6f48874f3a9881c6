"""``bihuan notices preview``: each event's notice as its desks would get it, and nothing sent."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import typer
from rich.console import Console

from bihuan.city.calendar_store import CalendarStore
from bihuan.city.configuration import City, load_city
from bihuan.city.contact_files import has_desk
from bihuan.city.notification_files import NotificationSettings, load_notification_settings
from bihuan.cli.moments import A_MOMENT, A_MOMENT_EN, moment_of
from bihuan.cli.tables import line, show
from bihuan.domain.clocks.limits import Limit, TimeUnit
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.parties import DESK_ZH, Desk, Party
from bihuan.language.explanations import event_told
from bihuan.language.phrases import Tongue
from bihuan.notify.kinds import KIND_ZH, Kind
from bihuan.notify.message import Message
from bihuan.notify.routing import About, Step
from bihuan.notify.samples import NOTIFIED, sample
from bihuan.runtime.settings import Settings

LANGS = ("zh", "en", "both")
WAYS = ("次序 order", "渠道 channel", "送达 reached", "何时 when", "改走下一路 next after")
LINK = "https://…/n/…"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be shown; empty: everything, and now."""

    event: str = ""
    desk: str = ""
    channel: str = ""
    lang: str = "both"
    at: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One notice, and every way to its desk with the moment from which it may be used."""

    event: str
    to: Party
    name: str
    urgent: bool
    message: Message
    ways: tuple[tuple[Step, datetime], ...]


def run_preview(settings: Settings, asked: Asked, *, as_json: bool) -> int:
    """Exit code 2 where the question cannot be read, naming the option."""
    city = load_city(settings.city, settings.profile, imported=CalendarStore(settings.data).newest())
    telling = load_notification_settings(
        settings.city, city, webhook_url=settings.webhook_url, give_up_s=settings.notice_give_up_s
    )
    wrong = _wrong(asked, city, telling)
    if wrong:
        typer.echo(wrong, err=True)
        return 2
    at = moment_of(asked.at) if asked.at else datetime.now(UTC)
    shown = list(_shown(telling, asked, at))
    if as_json:
        typer.echo(json.dumps([_document(one) for one in shown], ensure_ascii=False))
    else:
        _print(shown, asked, at, telling.templates.version)
    return 0


def _wrong(asked: Asked, city: City, telling: NotificationSettings) -> str:
    known = {
        "--event": (asked.event, tuple(NOTIFIED)),
        "--channel": (asked.channel, tuple(telling.routing.channels)),
        "--lang": (asked.lang, LANGS),
        "--desk": (asked.desk.partition(":")[0], tuple(Desk)),
    }
    for option, (value, values) in known.items():
        if value and value not in values:
            return f"{option}: '{value}' 不在其中 · is none of {', '.join(values)}"
    desk, _, ref = asked.desk.partition(":")
    if ref and not has_desk(city, Party(Desk(desk), ref)):
        return f"--desk: '{asked.desk}' 本市没有 · is no desk of this city"
    try:
        moment_of(asked.at or "2026-01-01")
    except ValueError:
        return f"--at: '{asked.at}' 不是 {A_MOMENT} · is not {A_MOMENT_EN}"
    return ""


def _shown(telling: NotificationSettings, asked: Asked, at: datetime) -> Iterator[Shown]:
    for event, usual in NOTIFIED.items():
        if asked.event in ("", event):
            for to in _desks(usual, asked):
                one = _one(telling, event, to, at)
                if not asked.channel or any(step.channel == asked.channel for step, _ in one.ways):
                    yield one


def _desks(usual: tuple[Party, ...], asked: Asked) -> tuple[Party, ...]:
    """Those usually told. A single desk is shown wherever one of its kind is told."""
    desk, _, ref = asked.desk.partition(":")
    if not desk:
        return usual
    alike = tuple(dict.fromkeys(party for party in usual if party.desk == desk))
    return (Party(Desk(desk), ref),) if ref and (alike or asked.event) else alike


def _one(telling: NotificationSettings, event: str, to: Party, at: datetime) -> Shown:
    order = sample(event, to, at=at)
    about = About(event, to, order.facts.get("rung", ""), order.urgent)
    ways = tuple((step, telling.routing.opens(step, about, at)) for step in _gone(telling.routing.steps(about, at)))
    name = telling.routing.name_of(to)
    return Shown(event, to, name, order.urgent, telling.templates.render(order, name, LINK), ways)


def _gone(steps: Sequence[Step]) -> Iterator[Step]:
    """Those that may ever be gone: an inbox never fails, so nothing behind it is."""
    for step in steps:
        yield step
        if step.kind is Kind.INBOX:
            return


def _document(one: Shown) -> dict[str, Any]:
    return {
        "event": one.event,
        "to": str(one.to),
        "name": one.name,
        "urgent": one.urgent,
        "title": one.message.title,
        "text": one.message.text,
        "ways": [
            {
                "channel": step.channel,
                "kind": step.kind,
                "contact": step.contact,
                "name": step.name,
                "from": at.isoformat(),
            }
            for step, at in one.ways
        ],
    }


def _print(shown: list[Shown], asked: Asked, at: datetime, version: str) -> None:
    console = Console()
    here = at.astimezone(CHINA_TIME)
    line(console, "通知预览，样例数据，未发送 · preview with sample data, nothing is sent")
    line(console, f"设想时刻 as if at {here:%Y-%m-%d %H:%M} · 文字版本 version of the words {version}\n")
    for one in shown:
        title = f"{event_told(one.event, Tongue.ZH)} {one.event} → {DESK_ZH[one.to.desk]} {one.name}"
        line(console, title, style="bold")
        line(console, _text(one.message, asked.lang))
        show(console, "", WAYS, list(_ways(one, at)))
    line(console, f"共 {len(shown)} 条 · {len(shown)} notices")


def _text(message: Message, lang: str) -> str:
    zh, _, en = message.text.partition("\n\n")
    parts = {"zh": (message.title, zh), "en": (en,), "both": (message.title, message.text)}
    return "\n".join(parts[lang])


def _ways(one: Shown, at: datetime) -> Iterator[tuple[str, ...]]:
    for number, (step, opens) in enumerate(one.ways, 1):
        when = (
            "立即 at once"
            if opens <= at
            else f"{opens.astimezone(CHINA_TIME):%m-%d %H:%M} 上班后 when the office opens"
        )
        length = "—" if step.kind is Kind.INBOX else _length(step.give_up_s)
        yield str(number), f"{step.channel}（{KIND_ZH[step.kind]}）", step.name, when, length


def _length(seconds: float) -> str:
    hours, rest = divmod(int(seconds), 3600)
    limit = Limit(int(seconds), TimeUnit.S) if rest else Limit(hours, TimeUnit.H)
    return f"{limit.zh} {limit.en}"
