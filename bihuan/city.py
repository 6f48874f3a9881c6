"""One city's configuration, read from its folder and checked as a whole before anything of it counts."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from bihuan.calendar_files import DAY_MINUTES, frames_of, read_days
from bihuan.domain.issue import Desk, Party
from bihuan.domain.policy import Group, Limits, Policy, RequestRules, Unit, UnitKind, Urgency, stamped
from bihuan.domain.weighing import POLICY_BYTES, weight
from bihuan.domain.workdays import IN_OFFICE, CalendarVersion, Frames, Limit, WorkCalendar
from bihuan.faults import Faults, FilesInvalid, Line, mapping_line, read_mapping, read_table
from bihuan.laws import read_laws

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
USCC_LENGTH = 18
URGENCIES = (*(urgency.value for urgency in Urgency), "CONSULT+complex")
OPTIONAL_LIMITS = frozenset({"report", "report_every", "suspended_report", "crit_after", "repeat_every"})
BY_URGENCY = ("triage", "sign", "report", "report_every", "solve", "blue")
COMMON = tuple(field.name for field in fields(Limits) if field.name not in BY_URGENCY)
REQUEST_COUNTS = {"extension_percent": 1000, "extensions_by_coordination": 100, "extensions_max": 100}
"""The numbers among what governs side requests, each with the highest that makes sense."""
REQUESTS = tuple(field.name for field in fields(RequestRules))
LADDER_COUNTS = {
    "repeats_max": (0, 50),
    "level_up_units": (2, 20),
    "level_up_reworks": (1, 20),
    "level_up_transfers": (1, 20),
}
"""The counts of the ladder, each with its bounds."""
CITY_NAMES = (
    "name",
    "code",
    "calendar",
    "coordination",
    "hub_triages",
    "callback_sample_percent",
    "desks",
)
PROFILE_NAMES = ("alarms_late_s", "calendar", "common", "counts", "urgency", "requests")
ALWAYS_OPEN = WorkCalendar("open", (), frozenset(), ((0, DAY_MINUTES),), frozenset())

CityInvalid = FilesInvalid


@dataclass(frozen=True, slots=True)
class Official:
    id: str
    name: str
    rank: str
    city_leader: bool


@dataclass(frozen=True, slots=True)
class EnterpriseEntry:
    """One key enterprise; ``liaison`` is the official who answers for it, ``tier`` KEY or LEADING."""

    uscc: str
    name: str
    county: str
    industry: str
    scale: str
    tier: str
    liaison: str


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """Who sits at a desk today; ``address`` empty: notices go to the common address."""

    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class City:
    name: str
    code: str
    policy: Policy
    enterprises: Mapping[str, EnterpriseEntry]
    officials: Mapping[str, Official]
    desks: Mapping[str, DeskEntry]
    calendar: CalendarVersion
    """All days known, whatever calendar the profile goes by."""
    categories: Mapping[str, str]
    """What each category is called."""

    def desk(self, party: Party) -> DeskEntry:
        """Who sits there today. A desk nobody named is told under its own name."""
        known = self.desks.get(str(party)) or self._linked_leader(party) or self.desks.get(party.desk)
        if known is not None:
            return known
        if party.desk is Desk.LIAISON and party.ref in self.officials:
            return DeskEntry(self.officials[party.ref].name)
        if party.desk is Desk.ENTERPRISE and party.ref in self.enterprises:
            return DeskEntry(self.enterprises[party.ref].name)
        return DeskEntry(str(party))

    def _linked_leader(self, party: Party) -> DeskEntry | None:
        """The leader of the city who answers for the enterprise, where one does."""
        enterprise = self.enterprises.get(party.ref) if party.desk is Desk.CITY_LEADER else None
        official = self.officials.get(enterprise.liaison) if enterprise else None
        return DeskEntry(official.name) if official and official.city_leader else None


def load_city(folder: Path, profile: str, *, since_year: int = 0, imported: CalendarVersion | None = None) -> City:
    """Read and check everything. Raises CityInvalid with every fault, each naming file, line and field.

    ``since_year``: leave out the calendar before it, since a policy travels with every issue. ``imported``: the
    calendar that was imported last; its days take the place of the folder's, the office hours stay the folder's.
    """
    faults = Faults()
    city = read_mapping(folder / "city.yaml", CITY_NAMES, faults)
    officials = _officials(folder, faults)
    groups = read_table(
        folder / "groups.csv",
        ("id", "name", "county", "county_name", "authorisation_ref", "leader", "address"),
        faults,
        key="id",
    )
    counties = {line.text("county"): line.text("id") for line in groups}
    units = _units(folder, counties, faults)
    services = read_table(folder / "service_groups.csv", ("id", "name", "address"), faults, key="id")
    catalogue, categories = _catalogue(folder, {line.text("id") for line in services}, units, faults)
    enterprises = _enterprises(folder, counties, officials, faults)
    coordination = mapping_line(
        city.values.get("coordination"), "city.yaml", ("id", "name", "authorisation_ref"), faults
    )
    timing = _profile(folder / "profiles", profile, faults)
    limits = _limits(timing, f"profiles/{profile}.yaml", faults)
    counts = _ladder_counts(timing, f"profiles/{profile}.yaml", faults)
    requests = _requests(timing, f"profiles/{profile}.yaml", faults)
    laws = read_laws(folder, timing, limits.get(Urgency.GENERAL), catalogue, _limit, faults)
    own, office_hours = _calendar(folder, city.maybe("calendar"), faults)
    days = imported or own
    hubs = _hub_triages(city, counties, faults)
    sample = int(city.number("callback_sample_percent", 0, 100))
    late = timing.number("alarms_late_s", 0, 86400)
    calendar = WorkCalendar(days.version, days.days, frozenset(days.published_years), office_hours)
    if timing.one_of("calendar", ("city", "open"), "'city' or 'open'") == "open":
        calendar = ALWAYS_OPEN
    desks = _desks(city, groups, units, services, faults)
    group_values = {line.text("id"): _group(line) for line in groups}
    coordination_group = _group(coordination)
    faults.raise_if_any()
    policy = Policy(
        version="",
        profile=profile,
        limits=limits,
        calendar=calendar.since(since_year),
        units={code: unit for code, (unit, _) in units.items()},
        groups=group_values,
        county_groups=counties,
        unit_groups={},
        catalogue=catalogue,
        hub_triages=hubs,
        coordination=coordination_group,
        alarms_late_s=late,
        callback_sample_percent=sample,
        laws=laws,
        requests=requests,
        **counts,
    )
    if weight(policy) > POLICY_BYTES:
        faults.add(
            "units.csv", "…", weight(policy), f"at most {POLICY_BYTES} bytes of policy; it goes with every issue"
        )
        faults.raise_if_any()
    return City(city.text("name"), city.text("code"), stamped(policy), enterprises, officials, desks, days, categories)


def _group(line: Line) -> Group:
    return Group(line.text("id"), line.text("name"), line.text("authorisation_ref"))


def _officials(folder: Path, faults: Faults) -> dict[str, Official]:
    lines = read_table(folder / "officials.csv", ("id", "name", "rank", "city_leader"), faults, key="id")
    return {
        line.text("id"): Official(line.text("id"), line.text("name"), line.text("rank"), _yes(line, "city_leader"))
        for line in lines
    }


def _yes(line: Line, name: str) -> bool:
    return line.one_of(name, ("yes", "no"), "yes or no") == "yes"


def _units(folder: Path, counties: Mapping[str, str], faults: Faults) -> dict[str, tuple[Unit, str]]:
    lines = read_table(folder / "units.csv", ("code", "name", "kind", "county", "address"), faults, key="code")
    units = {}
    for line in lines:
        kind = line.parsed("kind", UnitKind, "one of " + ", ".join(UnitKind)) or UnitKind.DEPARTMENT
        known = counties if kind is not UnitKind.DEPARTMENT else {"": ""}
        county = line.one_of("county", known, "a county of groups.csv, or nothing for a department of the city")
        units[line.text("code")] = (Unit(line.text("code"), line.text("name"), kind, county), line.maybe("address"))
    return units


def _catalogue(
    folder: Path, services: set[str], units: Mapping[str, tuple[Unit, str]], faults: Faults
) -> tuple[dict[str, str], dict[str, str]]:
    """Each category's service group, and its name."""
    columns = ("category", "name", "service_group", "city_unit", "county_unit_suffix")
    catalogue, names = {}, {}
    for line in read_table(folder / "catalogue.csv", columns, faults, key="category"):
        names[line.text("category")] = line.text("name")
        line.one_of("city_unit", units, "the code of a unit in units.csv")
        group = line.one_of("service_group", services | {""}, "a group of service_groups.csv")
        catalogue[line.text("category")] = group
    return catalogue, names


def _enterprises(
    folder: Path, counties: Mapping[str, str], officials: Mapping[str, Official], faults: Faults
) -> dict[str, EnterpriseEntry]:
    columns = ("uscc", "name", "county", "industry", "scale", "tier", "liaison")
    register = {}
    for line in read_table(folder / "enterprises.csv", columns, faults, key="uscc"):
        if not is_uscc(line.maybe("uscc")):
            line.fault("uscc", "a unified social credit code of 18 characters with its check digit (GB 32100)")
        line.one_of("county", counties, "a county of groups.csv")
        line.one_of("tier", ("KEY", "LEADING"), "KEY or LEADING")
        line.one_of("liaison", officials, "the id of an official in officials.csv")
        entry = EnterpriseEntry(**{name: line.text(name) for name in columns})
        register[entry.uscc] = entry
    return register


def is_uscc(code: str) -> bool:
    """Whether the text is a unified social credit code, by its alphabet and check digit (GB 32100-2015)."""
    if len(code) != USCC_LENGTH or any(c not in ALPHABET for c in code):
        return False
    total = sum(ALPHABET.index(c) * weight for c, weight in zip(code[:-1], WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31] == code[-1]


def _profile(folder: Path, profile: str, faults: Faults) -> Line:
    """A time profile. One that is ``like`` another says only where it differs from it."""
    path = folder / f"{profile}.yaml"
    own = read_mapping(path, (), faults, optional=("like", *PROFILE_NAMES, "laws"))
    if "like" not in own.values:
        for name in PROFILE_NAMES if own.values else ():
            if name not in own.values:
                own.fault(name, "to be given, or a profile to be like")
        return own
    known = sorted(other.stem for other in folder.glob("*.yaml") if other != path)
    like = own.one_of("like", known, "another profile: " + ", ".join(known))
    if like in known:
        _fill(own.values, read_mapping(folder / f"{like}.yaml", PROFILE_NAMES, faults, optional=("laws",)).values)
    return own


def _fill(own: Any, other: Mapping[str, Any]) -> None:
    """Take what is not given from the other, in place: so what is given still knows the line it stands on."""
    for name, value in other.items():
        if name not in own:
            own[name] = value
        elif isinstance(own[name], Mapping) and isinstance(value, Mapping):
            _fill(own[name], value)


def _limits(timing: Line, file: str, faults: Faults) -> dict[str, Limits]:
    common = mapping_line(timing.values.get("common"), file, COMMON, faults)
    shared = {name: _limit(common, name) for name in COMMON}
    rows = mapping_line(timing.values.get("urgency"), file, URGENCIES, faults)
    resolved = {}
    for urgency in URGENCIES:
        row = mapping_line(rows.values.get(urgency), file, BY_URGENCY, faults, f"{file}:{rows.lines.get(urgency, 1)}")
        own = {name: _limit(row, name) for name in BY_URGENCY}
        if not faults.found:
            resolved[urgency] = Limits(**{**shared, **own})  # type: ignore[arg-type]  # no faults: all are limits
    return resolved


def _ladder_counts(timing: Line, file: str, faults: Faults) -> dict[str, int]:
    line = mapping_line(timing.values.get("counts"), file, tuple(LADDER_COUNTS), faults)
    return {name: int(line.number(name, low, high)) for name, (low, high) in LADDER_COUNTS.items()}


def _requests(timing: Line, file: str, faults: Faults) -> RequestRules:
    """What governs side requests. A total of suspensions is told on the wall clock, whatever days are worked."""
    line = mapping_line(timing.values.get("requests"), file, REQUESTS, faults)
    limits = {name: _limit(line, name) for name in REQUESTS if name not in REQUEST_COUNTS}
    total = limits["suspension_by_coordination"]
    if total is not None and total.unit in IN_OFFICE:
        line.fault("suspension_by_coordination", "a limit in d, h or s")
    counts = {name: int(line.number(name, 0, most)) for name, most in REQUEST_COUNTS.items()}
    if counts["extensions_by_coordination"] > counts["extensions_max"]:
        line.fault("extensions_by_coordination", "not more than extensions_max")
    return RequestRules() if faults.found else RequestRules(**limits, **counts)  # type: ignore[arg-type]  # no faults


def _limit(line: Line, name: str) -> Limit | None:
    if name in OPTIONAL_LIMITS and line.maybe(name) == "none":
        return None
    return line.parsed(name, Limit.parse, "a limit such as 3wd, 4wh, 30d, 24h or 5s")


def _calendar(folder: Path, name: str, faults: Faults) -> tuple[CalendarVersion, Frames]:
    """The days of the city's folder, and its office hours."""
    head = read_mapping(folder / name, ("version", "published_years", "office_hours", "days"), faults)
    days = read_days(folder / head.maybe("days"), faults)
    hours = head.values.get("office_hours")
    years = head.values.get("published_years")
    if not isinstance(years, list) or not all(isinstance(year, int) for year in years):
        head.fault("published_years", "a list of years")
        years = []
    office_hours = frames_of(head, "office_hours", hours if isinstance(hours, list) else [])
    return CalendarVersion(head.text("version"), f"{folder.name}/{name}", days, tuple(years)), office_hours


def _hub_triages(city: Line, counties: Mapping[str, str], faults: Faults) -> frozenset[str]:
    named = city.values.get("hub_triages")
    if not isinstance(named, list) or any(county not in counties for county in named):
        city.fault("hub_triages", "a list of counties of groups.csv")
        return frozenset()
    return frozenset(str(county) for county in named)


def _desks(
    city: Line,
    groups: list[Line],
    units: Mapping[str, tuple[Unit, str]],
    services: list[Line],
    faults: Faults,
) -> dict[str, DeskEntry]:
    """Every desk that has a name of its own."""
    desks = {}
    named = city.values.get("desks")
    for desk, content in named.items() if isinstance(named, Mapping) else ():
        entry = mapping_line(content, "city.yaml", ("name", "address"), faults)
        desks[str(desk)] = DeskEntry(entry.text("name"), entry.maybe("address"))
    for line in groups:
        id_, address = line.text("id"), line.maybe("address")
        desks[str(Party(Desk.GROUP, id_))] = DeskEntry(line.text("name"), address)
        desks[str(Party(Desk.GROUP_LEADER, id_))] = DeskEntry(line.text("leader"), address)
        desks[str(Party(Desk.COUNTY_LEADER, line.text("county")))] = DeskEntry(f"{line.text('county_name')}分管领导")
    for line in services:
        desks[str(Party(Desk.SERVICE_GROUP, line.text("id")))] = DeskEntry(line.text("name"), line.maybe("address"))
    for unit, address in units.values():
        desks[str(Party(Desk.UNIT, unit.code))] = DeskEntry(unit.name, address)
        desks[str(Party(Desk.UNIT_HEAD, unit.code))] = DeskEntry(f"{unit.name}负责人", address)
    return desks
