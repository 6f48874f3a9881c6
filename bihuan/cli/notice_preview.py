"""``bihuan notices preview``: the notices of each event as their recipients would get them; nothing is sent."""

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
from bihuan.cli.moments import MOMENT_EN, MOMENT_ZH, parse_moment
from bihuan.cli.tables import print_line, print_table
from bihuan.domain.clocks.limits import Limit, TimeUnit
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.parties import DESK_ZH, Desk, Party
from bihuan.language.explanations import event_text
from bihuan.language.phrases import Language
from bihuan.notify.kinds import KIND_ZH, Kind
from bihuan.notify.message import Message
from bihuan.notify.routing import DeliveryStep, RoutingSubject
from bihuan.notify.samples import NOTIFIED, sample
from bihuan.runtime.settings import Settings

LANGS = ("zh", "en", "both")
WAYS = ("次序 order", "渠道 channel", "送达 reached", "何时 when", "改走下一路 next route after")
LINK = "https://…/n/…"


@dataclass(frozen=True, slots=True)
class PreviewOptions:
    """Which notices to show; an empty option selects all. ``at``: the assumed moment, now where empty."""

    event: str = ""
    desk: str = ""
    channel: str = ""
    lang: str = "both"
    at: str = ""


@dataclass(frozen=True, slots=True)
class PreviewedNotice:
    """One notice, and every route to its recipient with the moment from which it is used."""

    event: str
    to: Party
    name: str
    urgent: bool
    message: Message
    ways: tuple[tuple[DeliveryStep, datetime], ...]


def run_preview(settings: Settings, options: PreviewOptions, *, as_json: bool) -> int:
    """Exit code 2 for an unreadable option, which the message names."""
    city = load_city(settings.city, settings.profile, imported=CalendarStore(settings.data).newest())
    notifying = load_notification_settings(
        settings.city, city, webhook_url=settings.webhook_url, give_up_s=settings.notice_give_up_s
    )
    problem = _invalid_option(options, city, notifying)
    if problem:
        typer.echo(problem, err=True)
        return 2
    at = parse_moment(options.at) if options.at else datetime.now(UTC)
    previews = list(_previews(notifying, options, at))
    if as_json:
        typer.echo(json.dumps([_document(one) for one in previews], ensure_ascii=False))
    else:
        _print(previews, options, at, notifying.templates.version)
    return 0


def _invalid_option(options: PreviewOptions, city: City, notifying: NotificationSettings) -> str:
    known = {
        "--event": (options.event, tuple(NOTIFIED)),
        "--channel": (options.channel, tuple(notifying.routing.channels)),
        "--lang": (options.lang, LANGS),
        "--desk": (options.desk.partition(":")[0], tuple(Desk)),
    }
    for option, (value, values) in known.items():
        if value and value not in values:
            return f"{option}: '{value}' 不在其中 · is none of {', '.join(values)}"
    desk, _, ref = options.desk.partition(":")
    if ref and not has_desk(city, Party(Desk(desk), ref)):
        return f"--desk: '{options.desk}' 本市没有 · does not exist in this city"
    try:
        parse_moment(options.at or "2026-01-01")
    except ValueError:
        return f"--at: '{options.at}' 不是 {MOMENT_ZH} · is not {MOMENT_EN}"
    return ""


def _previews(notifying: NotificationSettings, options: PreviewOptions, at: datetime) -> Iterator[PreviewedNotice]:
    for event, usual in NOTIFIED.items():
        if options.event in ("", event):
            for to in _desks(usual, options):
                one = _one(notifying, event, to, at)
                if not options.channel or any(step.channel == options.channel for step, _ in one.ways):
                    yield one


def _desks(usual: tuple[Party, ...], options: PreviewOptions) -> tuple[Party, ...]:
    """The usual recipients; with ``--desk``, that desk where one of its kind is a recipient."""
    desk, _, ref = options.desk.partition(":")
    if not desk:
        return usual
    of_kind = tuple(dict.fromkeys(party for party in usual if party.desk == desk))
    return (Party(Desk(desk), ref),) if ref and (of_kind or options.event) else of_kind


def _one(notifying: NotificationSettings, event: str, to: Party, at: datetime) -> PreviewedNotice:
    order = sample(event, to, at=at)
    about = RoutingSubject(event, to, order.facts.get("rung", ""), order.urgent)
    ways = tuple(
        (step, notifying.routing.opens(step, about, at)) for step in _reachable(notifying.routing.steps(about, at))
    )
    name = notifying.routing.name_of(to)
    return PreviewedNotice(event, to, name, order.urgent, notifying.templates.render(order, name, LINK), ways)


def _reachable(steps: Sequence[DeliveryStep]) -> Iterator[DeliveryStep]:
    """The routes up to the first inbox: it never fails, so later ones are never used."""
    for step in steps:
        yield step
        if step.kind is Kind.INBOX:
            return


def _document(one: PreviewedNotice) -> dict[str, Any]:
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


def _print(previews: list[PreviewedNotice], options: PreviewOptions, at: datetime, version: str) -> None:
    console = Console()
    here = at.astimezone(CHINA_TIME)
    print_line(console, "通知预览，样例数据，未发送 · preview with sample data; nothing is sent")
    print_line(console, f"设想时刻 assumed moment {here:%Y-%m-%d %H:%M} · 文字版本 version of the texts {version}\n")
    for one in previews:
        title = f"{event_text(one.event, Language.ZH)} {one.event} → {DESK_ZH[one.to.desk]} {one.name}"
        print_line(console, title, style="bold")
        print_line(console, _text(one.message, options.lang))
        print_table(console, "", WAYS, list(_ways(one, at)))
    print_line(console, f"共 {len(previews)} 条 · {len(previews)} notices")


def _text(message: Message, lang: str) -> str:
    zh, _, en = message.text.partition("\n\n")
    parts = {"zh": (message.title, zh), "en": (en,), "both": (message.title, message.text)}
    return "\n".join(parts[lang])


def _ways(one: PreviewedNotice, at: datetime) -> Iterator[tuple[str, ...]]:
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
