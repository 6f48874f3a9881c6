"""The folder ``notify/`` of a city: channels, routes, contacts and templates, checked as a whole before use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bihuan.city.configuration import City
from bihuan.city.contact_files import CHANNELS, read_absences, read_contacts, read_duties
from bihuan.domain.clocks.limits import CALENDAR_UNITS, Limit, TimeUnit
from bihuan.domain.clocks.workdays import WorkCalendar
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.files.mappings import read_mapping, rows_of
from bihuan.files.validation import REQUIRED, TRUE_OR_FALSE, Findings, Line, any_of, no_such_name
from bihuan.notify.channel_settings import OF_KIND, check, setting
from bihuan.notify.gateway import SettingInvalid
from bihuan.notify.kinds import Kind
from bihuan.notify.routing import INBOX, WEBHOOK, ChannelEntry, Route, Routing
from bihuan.notify.samples import NOTIFIED
from bihuan.notify.secrets import is_reference
from bihuan.notify.template_files import read_templates
from bihuan.notify.templates import Templates

FOLDER = "notify"
ROUTES = "routes.yaml"
RUNGS = ", ".join(Rung)
GIVE_UP_S = 259_200.0
MATCHED = ("to", "event", "rung", "urgent")
ON_THE_WALL_CLOCK = "自然时长，如 30d、24h、5s · a length on the wall clock such as 30d, 24h or 5s"
A_REFERENCE = "引用，如 secret:mail，从不写密钥本身 · a reference such as secret:mail, never the secret itself"
REACHABLE = "走得到的路由；上文一条已含其全部 · a route that can be reached; one above matches all that it matches"
INBOX_LAST = (
    "站内信放在最后：它从不失败，其后不会再试 · the inbox last, for it never fails and nothing after it would be tried"
)


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """How a city notifies its desks: routing, and the templates of the messages."""

    routing: Routing
    templates: Templates


def load_notification_settings(
    folder: Path,
    city: City,
    *,
    webhook_url: str = "",
    give_up_s: float = GIVE_UP_S,
    calendar: Callable[[], WorkCalendar] | None = None,
) -> NotificationSettings:
    """Read ``notify/`` in a city's folder. Raises FilesInvalid with every finding, each naming file, line and field.

    ``webhook_url``: for desks without an address. ``give_up_s``: seconds a channel is tried, unless it sets
    ``give_up``. ``calendar``: returns the calendar in force, called each time; None: the calendar of ``city``.
    """
    findings = Findings()
    own = folder / FOLDER
    channels = _channels(own / CHANNELS, give_up_s, findings)
    contacts = read_contacts(own, city, channels, webhook_url, findings)
    routes = _routes(own / ROUTES, city, channels, findings)
    absences, deputies = read_absences(own, city, findings)
    shifts = read_duties(own, city, channels, contacts, findings)
    templates = read_templates(own / "templates", city.policy, findings)
    findings.raise_if_any()
    assert templates is not None, "without findings they were read"
    routing = Routing(
        calendar=calendar or (lambda: city.policy.calendar),
        addresses=contacts.addresses,
        name_of=lambda party: city.desk(party).name,
        channels=channels,
        contacts=contacts.by_desk,
        routes=routes,
        absences=absences,
        deputies=deputies,
        shifts=shifts,
        linked=_linked(city),
    )
    return NotificationSettings(routing, templates)


def _linked(city: City) -> dict[Party, Party]:
    """City leaders who are themselves the liaison official of an enterprise: one person at two desks."""
    return {
        Party(Desk.CITY_LEADER, one.uscc): Party(Desk.LIAISON, one.liaison)
        for one in city.enterprises.values()
        if city.officials[one.liaison].city_leader
    }


def _channels(path: Path, give_up_s: float, findings: Findings) -> dict[str, ChannelEntry]:
    """The channels by name. Webhook and inbox always exist."""
    channels = {
        WEBHOOK: ChannelEntry(WEBHOOK, Kind.WEBHOOK, give_up_s),
        INBOX: ChannelEntry(INBOX, Kind.INBOX, give_up_s),
    }
    named = read_mapping(path, ("channels",), findings).entries("channels")
    if named.unread:
        findings.unread.add(path.name)
    for name in named.values:
        entry = _channel(name, named, give_up_s, findings)
        if entry.kind is not channels.get(name, entry).kind:
            findings.add(
                named.at(name), "kind", entry.kind.value, f"{name}：其名已定其类 · {name}: the name says what it is"
            )
        channels[name] = entry
    return channels


def _channel(name: str, named: Line, give_up_s: float, findings: Findings) -> ChannelEntry:
    """One channel. Findings do not quote its values: one may be a secret in the wrong place."""
    line = named.entries(name)
    kind = line.parsed("kind", Kind, any_of(Kind))
    if kind is None:
        return ChannelEntry(name, Kind.WEBHOOK, give_up_s)
    known, before = OF_KIND[kind], len(findings.found)
    for one in line.values:
        if one not in ("kind", "give_up", *known):
            findings.add(named.at(name), one, "…", no_such_name(("kind", "give_up", *known)))
    for one in (one for one, needed in known.items() if needed and one not in line.values):
        findings.add(named.at(name), one, None, REQUIRED)
    settings = {one: setting(line, one) for one in known if one in line.values and one != "secret"}
    if len(findings.found) == before:
        try:
            check(kind, settings)
        except SettingInvalid as wrong:
            findings.add(line.at(wrong.name), wrong.name, wrong.found, wrong.expected)
    secret = line.maybe("secret")
    if secret and not is_reference(secret):
        findings.add(named.at(name), "secret", "…", A_REFERENCE)
    return ChannelEntry(name, kind, _give_up(line, give_up_s), settings, secret)


def _give_up(line: Line, otherwise: float) -> float:
    if "give_up" not in line.values:
        return otherwise
    limit = line.parsed("give_up", Limit.parse, ON_THE_WALL_CLOCK)
    if limit is not None and limit.unit in CALENDAR_UNITS - {TimeUnit.D}:
        line.reject("give_up", ON_THE_WALL_CLOCK)
        return otherwise
    return limit.elapsed.total_seconds() if limit else otherwise


def _routes(path: Path, city: City, channels: Mapping[str, ChannelEntry], findings: Findings) -> tuple[Route, ...]:
    routes: list[Route] = []
    for line in rows_of(read_mapping(path, ("routes",), findings), "routes", ("channels",), optional=MATCHED):
        route = _route(line, city, channels)
        if any(_covers(earlier, route) for earlier in routes):
            findings.add(line.place, "route", len(routes) + 1, REACHABLE)
        routes.append(route)
    return tuple(routes)


def _route(line: Line, city: City, channels: Mapping[str, ChannelEntry]) -> Route:
    urgent = line.values.get("urgent")
    if urgent is not None and not isinstance(urgent, bool):
        line.reject("urgent", TRUE_OR_FALSE)
    names = tuple(_texts(line, "channels"))
    strange = any(name not in channels for name in names) and CHANNELS not in line.findings.unread
    if not names or strange or len(set(names)) < len(names):
        known = ", ".join(channels)
        line.reject("channels", f"渠道的列表，各一次：{known} · a list of channels, each once: {known}")
    elif any(channels[name].kind is Kind.INBOX for name in names[:-1] if name in channels):
        line.reject("channels", INBOX_LAST)
    desks = {desk.value for desk in Desk} | set(city.desks)
    people = {f"{Desk.LIAISON}:{id_}" for id_ in city.officials} | {
        f"{Desk.ENTERPRISE}:{id_}" for id_ in city.enterprises
    }
    return Route(
        channels=names,
        to=_known(line, "to", desks | people, "席位，如 group 或 group:G3 · desks such as group or group:G3"),
        events=_known(line, "event", set(NOTIFIED), "事件，如 alarm_raised · events such as alarm_raised"),
        rungs=_known(line, "rung", {rung.value for rung in Rung}, f"档次：{RUNGS} · rungs of {RUNGS}"),
        urgent=urgent if isinstance(urgent, bool) else None,
    )


def _texts(line: Line, name: str) -> list[str]:
    value = line.values.get(name, [])
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _known(line: Line, name: str, known: set[str], what: str) -> frozenset[str]:
    texts = _texts(line, name)
    if name in line.values and (not texts or not set(texts) <= known):
        line.reject(name, what)
    return frozenset(texts)


def _covers(earlier: Route, later: Route) -> bool:
    """Whether the earlier route matches everything the later one matches, so that the later is never used."""
    pairs = ((earlier.to, later.to), (earlier.events, later.events), (earlier.rungs, later.rungs))
    wider = all(not first or (second and second <= first) for first, second in pairs)
    return wider and earlier.urgent in (None, later.urgent)
