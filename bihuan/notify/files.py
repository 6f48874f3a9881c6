"""The folder ``notify/`` of a city: read and checked as a whole before anything of it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bihuan.city import City
from bihuan.domain.issue import Desk, Party, Rung
from bihuan.domain.workdays import CALENDAR_UNITS, Limit, TimeUnit
from bihuan.faults import Faults, Line, mapping_line, read_mapping
from bihuan.notify.channel_settings import OF_KIND, setting
from bihuan.notify.contact_files import read_absences, read_contacts, read_duties
from bihuan.notify.gateway import Gateway, GatewayInvalid
from bihuan.notify.kinds import Kind
from bihuan.notify.routing import INBOX, WEBHOOK, ChannelEntry, Route, Routing
from bihuan.notify.samples import REPORTS, TOLD
from bihuan.notify.secrets import is_reference
from bihuan.notify.template_files import read_templates
from bihuan.notify.templates import Templates

FOLDER = "notify"
CHANNELS, ROUTES = "channels.yaml", "routes.yaml"
GIVE_UP_S = 259_200.0
MATCHED = ("to", "event", "rung", "urgent")


@dataclass(frozen=True, slots=True)
class Notifying:
    """How a city tells its desks, and in which words."""

    routing: Routing
    templates: Templates


def load_notifying(folder: Path, city: City, *, webhook_url: str = "", give_up_s: float = GIVE_UP_S) -> Notifying:
    """The ``notify/`` of a city's folder. Raises FilesInvalid with every fault, each naming file, line and field.

    ``webhook_url``: where the webhooks of desks without an address go. ``give_up_s``: how long a channel is tried that
    does not say so itself.
    """
    faults = Faults()
    own = folder / FOLDER
    channels = _channels(own / CHANNELS, give_up_s, faults)
    contacts = read_contacts(own, city, channels, webhook_url, faults)
    routes = _routes(own / ROUTES, city, channels, faults)
    absences, deputies = read_absences(own, city, faults)
    shifts = read_duties(own, city, channels, contacts, faults)
    templates = read_templates(own / "templates", city.policy, faults)
    faults.raise_if_any()
    assert templates is not None, "no faults: they were read"
    routing = Routing(
        calendar=city.policy.calendar,
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
    return Notifying(routing, templates)


def _linked(city: City) -> dict[Party, Party]:
    """The leaders of the city who answer for an enterprise themselves."""
    return {
        Party(Desk.CITY_LEADER, one.uscc): Party(Desk.LIAISON, one.liaison)
        for one in city.enterprises.values()
        if city.officials[one.liaison].city_leader
    }


def _channels(path: Path, give_up_s: float, faults: Faults) -> dict[str, ChannelEntry]:
    """The channels by name. Webhook and inbox are there whether they are named or not."""
    channels = {
        WEBHOOK: ChannelEntry(WEBHOOK, Kind.WEBHOOK, give_up_s),
        INBOX: ChannelEntry(INBOX, Kind.INBOX, give_up_s),
    }
    named = read_mapping(path, ("channels",), faults).values.get("channels")
    if not isinstance(named, Mapping):
        faults.add(f"{path.name}:1", "channels", type(named).__name__, "a mapping of channels by name")
        return channels
    for name, content in named.items():
        place = f"{path.name}:{named.lc.data[name][0] + 1}"  # type: ignore[attr-defined]  # ruamel's mark
        entry = _channel(str(name), content, path.name, place, give_up_s, faults)
        if entry.kind is not channels.get(entry.name, entry).kind:
            faults.add(place, "kind", entry.kind.value, f"{entry.name}: the name says what it is")
        channels[entry.name] = entry
    return channels


def _channel(name: str, content: object, file: str, place: str, give_up_s: float, faults: Faults) -> ChannelEntry:
    """What may be a secret that was put into the wrong place is not repeated in a fault."""
    given = tuple(content) if isinstance(content, Mapping) else ()
    line = mapping_line(content, file, ("kind",), faults, place, optional=given)
    kind = line.parsed("kind", Kind, "one of " + ", ".join(Kind))
    if kind is None:
        return ChannelEntry(name, Kind.WEBHOOK, give_up_s)
    known, before = OF_KIND[kind], len(faults.found)
    for one in given:
        if one not in ("kind", "give_up", *known):
            faults.add(place, str(one), "…", "no such name; known are " + ", ".join(("kind", "give_up", *known)))
    for one in (one for one, needed in known.items() if needed and one not in given):
        faults.add(place, one, None, "to be given")
    settings = {one: setting(line, one) for one in known if one in given and one != "secret"}
    if kind is Kind.SMS and len(faults.found) == before:
        try:
            Gateway(**settings)  # type: ignore[arg-type]  # each was checked by itself above
        except GatewayInvalid as wrong:
            faults.add(place, wrong.name, wrong.found, wrong.expected)
    secret = line.maybe("secret")
    if secret and not is_reference(secret):
        faults.add(place, "secret", "…", "a reference such as secret:mail, never the secret itself")
    return ChannelEntry(name, kind, _give_up(line, give_up_s), settings, secret)


def _give_up(line: Line, otherwise: float) -> float:
    if "give_up" not in line.values:
        return otherwise
    expected = "a length on the wall clock such as 30d, 24h or 5s"
    limit = line.parsed("give_up", Limit.parse, expected)
    if limit is not None and limit.unit in CALENDAR_UNITS - {TimeUnit.D}:
        line.fault("give_up", expected)
        return otherwise
    return limit.elapsed.total_seconds() if limit else otherwise


def _routes(path: Path, city: City, channels: Mapping[str, ChannelEntry], faults: Faults) -> tuple[Route, ...]:
    named = read_mapping(path, ("routes",), faults).values.get("routes")
    if not isinstance(named, list):
        faults.add(f"{path.name}:1", "routes", type(named).__name__, "a list of routes")
        return ()
    routes: list[Route] = []
    for number, content in enumerate(named):
        place = f"{path.name}:{named.lc.data[number][0] + 1}"  # type: ignore[attr-defined]  # ruamel's mark
        line = mapping_line(content, path.name, ("channels",), faults, place, optional=MATCHED)
        route = _route(line, city, channels)
        if any(_covers(earlier, route) for earlier in routes):
            faults.add(place, "route", number + 1, "one that is reached; a route above matches all that it matches")
        routes.append(route)
    return tuple(routes)


def _route(line: Line, city: City, channels: Mapping[str, ChannelEntry]) -> Route:
    urgent = line.values.get("urgent")
    if urgent is not None and not isinstance(urgent, bool):
        line.fault("urgent", "true or false")
    names = tuple(_texts(line, "channels"))
    if not names or any(name not in channels for name in names) or len(set(names)) < len(names):
        line.fault("channels", "a list of channels, each once: " + ", ".join(channels))
    elif any(channels[name].kind is Kind.INBOX for name in names[:-1]):
        line.fault("channels", "the inbox last, for it never fails and nothing after it would be tried")
    desks = {desk.value for desk in Desk} | set(city.desks)
    people = {f"{Desk.LIAISON}:{id_}" for id_ in city.officials} | {
        f"{Desk.ENTERPRISE}:{id_}" for id_ in city.enterprises
    }
    return Route(
        channels=names,
        to=_known(line, "to", desks | people, "desks such as group or group:G3"),
        events=_known(line, "event", {*TOLD, *REPORTS}, "events such as alarm_raised"),
        rungs=_known(line, "rung", {rung.value for rung in Rung}, "rungs of " + ", ".join(Rung)),
        urgent=urgent if isinstance(urgent, bool) else None,
    )


def _texts(line: Line, name: str) -> list[str]:
    value = line.values.get(name, [])
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _known(line: Line, name: str, known: set[str], what: str) -> frozenset[str]:
    texts = _texts(line, name)
    if name in line.values and (not texts or not set(texts) <= known):
        line.fault(name, what)
    return frozenset(texts)


def _covers(earlier: Route, later: Route) -> bool:
    """Whether the later one can never be the first that matches."""
    pairs = ((earlier.to, later.to), (earlier.events, later.events), (earlier.rungs, later.rungs))
    wider = all(not first or (second and second <= first) for first, second in pairs)
    return wider and earlier.urgent in (None, later.urgent)
