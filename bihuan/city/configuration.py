"""One city's configuration, read from its folder and checked as a whole before any of it is used."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bihuan.city.calendar_files import DAY_MINUTES, office_frames, read_days
from bihuan.city.legal_limits import read_laws
from bihuan.city.profiles import ladder_counts, limits_of, read_profile, requests_of
from bihuan.city.roster import (
    COUNTIES,
    GROUPS,
    County,
    EnterpriseEntry,
    Official,
    Roster,
    group_of,
    read_catalogue,
    read_counties,
    read_enterprises,
    read_groups,
    read_officials,
    read_roster,
    read_services,
    read_units,
)
from bihuan.domain.clocks.special_days import CalendarVersion, Frames
from bihuan.domain.clocks.workdays import YEARS, WorkCalendar
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Policy, Unit, Urgency, stamped
from bihuan.domain.sizes import POLICY_BYTES, weight
from bihuan.files.mappings import read_mapping, unread_line
from bihuan.files.validation import FilesInvalid, Findings, Line, invalid_file
from bihuan.notify.addresses import webhook_of

__all__ = ["City", "CityInvalid", "DeskEntry", "EnterpriseEntry", "Official", "load_city"]

CITY_NAMES = (
    "name",
    "code",
    "calendar",
    "coordination",
    "hub_triages",
    "callback_sample_percent",
    "desks",
)
CALENDAR_NAMES = ("version", "published_years", "office_hours", "days")
SMALL_ENOUGH = (
    f"方案至多 {POLICY_BYTES} 字节，因为它随每件问题走 · "
    f"at most {POLICY_BYTES} bytes of policy, since it goes with every issue"
)
COUNTY_LIST = f"{COUNTIES} 所列县区的列表 · a list of counties of {COUNTIES}"
YEAR_LIST = f"{YEARS.start} 至 {YEARS.stop - 1} 间年份的列表 · a list of years, from {YEARS.start} to {YEARS.stop - 1}"
ALWAYS_OPEN = WorkCalendar("open", (), frozenset(), ((0, DAY_MINUTES),), frozenset())

CityInvalid = FilesInvalid


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """Who holds a desk today. ``address``: a webhook; empty: notices go to the common address."""

    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class City:
    """One city, checked. Enterprises by credit code, officials by id, desks by ``str(Party)``."""

    name: str
    code: str
    policy: Policy
    enterprises: Mapping[str, EnterpriseEntry]
    officials: Mapping[str, Official]
    desks: Mapping[str, DeskEntry]
    calendar: CalendarVersion
    """All known days, also where the profile counts every hour."""
    categories: Mapping[str, str]
    """The name of each category, by code."""

    def desk(self, party: Party) -> DeskEntry:
        """Who holds this desk today; an unknown desk is called by its own name."""
        known = self.desks.get(str(party)) or self._linked_leader(party) or self.desks.get(party.desk)
        if known is not None:
            return known
        if party.desk is Desk.LIAISON and party.ref in self.officials:
            return DeskEntry(self.officials[party.ref].name)
        if party.desk is Desk.ENTERPRISE and party.ref in self.enterprises:
            return DeskEntry(self.enterprises[party.ref].name)
        return DeskEntry(str(party))

    def _linked_leader(self, party: Party) -> DeskEntry | None:
        """The city leader who is the enterprise's liaison official, if it has such a one."""
        enterprise = self.enterprises.get(party.ref) if party.desk is Desk.CITY_LEADER else None
        official = self.officials.get(enterprise.liaison) if enterprise else None
        return DeskEntry(official.name) if official and official.city_leader else None


@dataclass(frozen=True, slots=True)
class _Tables:
    """The tables of a city's folder, read and checked against each other."""

    counties: Mapping[str, County]
    groups: Mapping[str, Line]
    officials: Mapping[str, Official]
    units: Mapping[str, tuple[Unit, str]]
    services: Mapping[str, Line]
    roster: Roster
    catalogue: Mapping[str, str]
    categories: Mapping[str, str]
    enterprises: Mapping[str, EnterpriseEntry]


def load_city(folder: Path, profile: str, *, since_year: int = 0, imported: CalendarVersion | None = None) -> City:
    """Read and check a city's folder. Raises CityInvalid with every finding, each naming file, line and field.

    ``since_year``: drop earlier years from the calendar, since a policy travels with every issue. ``imported``: the
    calendar imported last; its days replace those of the folder, while the office hours stay the folder's.
    """
    findings = Findings()
    city = read_mapping(folder / "city.yaml", CITY_NAMES, findings)
    coordination = city.mapping("coordination", ("id", "name", "authorisation_ref"))
    tables = _read_tables(folder, coordination, findings)
    timing = read_profile(folder / "profiles", profile, findings)
    limits = _limit_fields(folder, timing, tables, findings)
    own, office_hours = _calendar(folder, city.maybe("calendar"), findings)
    days = imported or own
    policy = Policy(
        version="",
        profile=profile,
        calendar=_work_calendar(timing, days, office_hours).since(since_year),
        hub_triages=_hub_triages(city, tables.counties, findings),
        alarms_late_s=timing.number("alarms_late_s", 0, 86400),
        callback_sample_percent=int(city.number("callback_sample_percent", 0, 100)),
        **limits,
        **_roster_fields(coordination, tables),
    )
    desks = _desks(city, tables)
    name, code = city.text("name"), city.text("code")
    findings.raise_if_any()
    if weight(policy) > POLICY_BYTES:
        raise invalid_file("units.csv", "…", weight(policy), SMALL_ENOUGH)
    return City(name, code, stamped(policy), tables.enterprises, tables.officials, desks, days, tables.categories)


def _read_tables(folder: Path, coordination: Line, findings: Findings) -> _Tables:
    counties, groups = read_counties(folder, findings), read_groups(folder, findings)
    officials = read_officials(folder, findings)
    units, services = read_units(folder, counties, findings), read_services(folder, findings)
    if coordination.unread:  # without coordination's id the set of groups is not known
        findings.unread.add(GROUPS)
    roster = read_roster(folder, {*groups, coordination.maybe("id")}, counties, units, findings)
    catalogue, categories = read_catalogue(folder, services, units, findings)
    enterprises = read_enterprises(folder, counties, officials, findings)
    return _Tables(counties, groups, officials, units, services, roster, catalogue, categories, enterprises)


def _limit_fields(folder: Path, timing: Line, tables: _Tables, findings: Findings) -> dict[str, Any]:
    """The fields of a policy that say how long things may take, and how often they may happen."""
    limits, counts, requests = limits_of(timing, findings), ladder_counts(timing), requests_of(timing, findings)
    laws = read_laws(folder, timing, limits.get(Urgency.GENERAL), tables.catalogue, findings)
    return {**counts, "limits": limits, "requests": requests, "laws": laws}


def _roster_fields(coordination: Line, tables: _Tables) -> dict[str, Any]:
    """The fields of a policy that say who is responsible for what."""
    return {
        "units": {code: unit for code, (unit, _) in tables.units.items()},
        "groups": {id_: group_of(line) for id_, line in tables.groups.items()},
        "county_groups": tables.roster.counties,
        "unit_groups": tables.roster.units,
        "catalogue": tables.catalogue,
        "coordination": group_of(coordination),
        "counties": {county.code: county.name for county in tables.counties.values()},
    }


def _work_calendar(timing: Line, days: CalendarVersion, office_hours: Frames) -> WorkCalendar:
    """The city's calendar; ``ALWAYS_OPEN`` if the profile's is ``open``."""
    if timing.one_of("calendar", ("city", "open")) == "open":
        return ALWAYS_OPEN
    return WorkCalendar(days.version, days.days, frozenset(days.published_years), office_hours)


def _calendar(folder: Path, name: str, findings: Findings) -> tuple[CalendarVersion, Frames]:
    """The days and the office hours of the city's folder."""
    head = read_mapping(folder / name, CALENDAR_NAMES, findings) if name else unread_line("calendar", findings)
    days = read_days(folder / head.maybe("days"), findings) if head.maybe("days") else ()
    years = head.listing("published_years", YEAR_LIST, lambda year: type(year) is int and year in YEARS)
    office_hours = office_frames(head, "office_hours", head.listing("office_hours", "一个列表 · a list"))
    return CalendarVersion(head.text("version"), f"{folder.name}/{name}", days, tuple(years)), office_hours


def _hub_triages(city: Line, counties: Mapping[str, County], findings: Findings) -> frozenset[str]:
    unread = COUNTIES in findings.unread
    return frozenset(map(str, city.listing("hub_triages", COUNTY_LIST, lambda code: unread or code in tuple(counties))))


def _desks(city: Line, tables: _Tables) -> dict[str, DeskEntry]:
    """The desks the city names, by ``str(Party)``."""
    desks = {}
    named = city.entries("desks")
    for desk in named.values:
        entry = named.mapping(desk, ("name", "address"))
        desks[desk] = DeskEntry(entry.text("name"), webhook_of(entry))
    for line in tables.groups.values():
        id_, address = line.text("id"), webhook_of(line)
        desks[str(Party(Desk.GROUP, id_))] = DeskEntry(line.text("name"), address)
        desks[str(Party(Desk.GROUP_LEADER, id_))] = DeskEntry(line.text("leader"), address)
    for county in tables.counties.values():
        desks[str(Party(Desk.COUNTY_LEADER, county.code))] = DeskEntry(county.leader, county.address)
    for line in tables.services.values():
        desks[str(Party(Desk.SERVICE_GROUP, line.text("id")))] = DeskEntry(line.text("name"), webhook_of(line))
    for unit, address in tables.units.values():
        desks[str(Party(Desk.UNIT, unit.code))] = DeskEntry(unit.name, address)
        desks[str(Party(Desk.UNIT_HEAD, unit.code))] = DeskEntry(f"{unit.name}负责人", address)
    return desks
