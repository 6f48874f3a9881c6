"""The tables of a city: counties, units, groups, officials and enterprises, and which group supervises which."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bihuan.domain import codes
from bihuan.domain.policy import Group, Unit, UnitKind
from bihuan.domain.refusals import UnknownCounty
from bihuan.files.tables import NOT_ABOVE, read_table
from bihuan.files.validation import Findings, Line, any_of
from bihuan.notify.addresses import webhook_of

COUNTIES, GROUPS, ROSTER, UNITS = "counties.csv", "groups.csv", "roster.csv", "units.csv"
SERVICES, CATALOGUE, OFFICIALS, ENTERPRISES = (
    "service_groups.csv",
    "catalogue.csv",
    "officials.csv",
    "enterprises.csv",
)
A_COUNTY, A_UNIT, A_GROUP = "县区 · a county", "单位代码 · the code of a unit", "督导组 · a group"
A_USCC = (
    "18 位统一社会信用代码，校验位须正确（GB 32100） · a unified social credit code of 18 characters with its check "
    "digit (GB 32100)"
)
NO_COUNTY = "空白：市直单位不属任何县区 · no value: a department of the city belongs to no county"
ONE_OF_BOTH = "县区或单位，只填一项 · a county or a unit, one of both"
ASSIGNED = (
    "有一行写明归哪个督导组；没有专组的，写综合协调组的 id · "
    "a row that assigns this county to a group; coordination's id if no other group has it"
)


@dataclass(frozen=True, slots=True)
class Official:
    id: str
    name: str
    rank: str
    city_leader: bool


@dataclass(frozen=True, slots=True)
class EnterpriseEntry:
    """One key enterprise. ``liaison``: the id of its liaison official; ``tier``: KEY or LEADING."""

    uscc: str
    name: str
    county: str
    industry: str
    scale: str
    tier: str
    liaison: str


@dataclass(frozen=True, slots=True)
class County:
    """``leader``: the county's leader in charge; ``address``: where notices to that leader go."""

    code: str
    name: str
    leader: str
    address: str


@dataclass(frozen=True, slots=True)
class Roster:
    """The supervision group of each county, and of each unit that has a group of its own, by code."""

    counties: Mapping[str, str]
    units: Mapping[str, str]


def read_counties(folder: Path, findings: Findings) -> dict[str, County]:
    lines = read_table(folder / COUNTIES, ("code", "name", "leader", "address"), findings, key="code", codes=("code",))
    return {
        line.text("code"): County(line.text("code"), line.text("name"), line.text("leader"), webhook_of(line))
        for line in lines
    }


def read_groups(folder: Path, findings: Findings) -> dict[str, Line]:
    columns = ("id", "name", "authorisation_ref", "leader", "address")
    return {line.text("id"): line for line in read_table(folder / GROUPS, columns, findings, key="id", codes=("id",))}


def group_of(line: Line) -> Group:
    return Group(line.text("id"), line.text("name"), line.text("authorisation_ref"))


def read_roster(
    folder: Path, groups: Collection[str], counties: Mapping[str, County], units: Collection[str], findings: Findings
) -> Roster:
    """Each row assigns one county or one unit to a group. Every county must have a row."""
    of_counties: dict[str, str] = {}
    of_units: dict[str, str] = {}
    for line in read_table(folder / ROSTER, ("group", "county", "unit"), findings, codes=("group", "unit")):
        group = line.listed("group", groups, GROUPS, A_GROUP)
        if bool(line.maybe("county")) == bool(line.maybe("unit")):
            line.reject("county", ONE_OF_BOTH)
        elif line.maybe("county"):
            _assign(of_counties, line, "county", _county(line, counties), group)
        else:
            _assign(of_units, line, "unit", line.listed("unit", units, UNITS, A_UNIT), group)
    for county in counties if ROSTER not in findings.unread else ():
        if county not in of_counties:
            findings.add(ROSTER, "county", county, ASSIGNED)
    return Roster(of_counties, of_units)


def _assign(assigned: dict[str, str], line: Line, name: str, code: str, group: str) -> None:
    if code in assigned:
        line.reject(name, NOT_ABOVE)
    assigned[code] = group


def read_units(folder: Path, counties: Mapping[str, County], findings: Findings) -> dict[str, tuple[Unit, str]]:
    """The units by code, each with its address."""
    columns = ("code", "name", "kind", "county", "address")
    lines = read_table(folder / UNITS, columns, findings, key="code", codes=("code",))
    units = {}
    for line in lines:
        kind = line.parsed("kind", UnitKind, any_of(UnitKind))
        county = line.maybe("county")
        if kind is UnitKind.DEPARTMENT and county:
            line.reject("county", NO_COUNTY)
        elif kind in (UnitKind.COUNTY, UnitKind.HUB):
            county = _county(line, counties)
        unit = Unit(line.text("code"), line.text("name"), kind or UnitKind.DEPARTMENT, county)
        units[unit.code] = unit, webhook_of(line)
    return units


def read_services(folder: Path, findings: Findings) -> dict[str, Line]:
    return {
        line.text("id"): line
        for line in read_table(folder / SERVICES, ("id", "name", "address"), findings, key="id", codes=("id",))
    }


def read_catalogue(
    folder: Path, services: Collection[str], units: Collection[str], findings: Findings
) -> tuple[dict[str, str], dict[str, str]]:
    """The service group of each category, and the name of each category."""
    columns = ("category", "name", "service_group", "city_unit", "county_unit_suffix")
    coded = ("category", "service_group", "city_unit")
    catalogue, names = {}, {}
    for line in read_table(folder / CATALOGUE, columns, findings, key="category", codes=coded):
        names[line.text("category")] = line.text("name")
        line.listed("city_unit", units, UNITS, A_UNIT)
        group = line.listed("service_group", {*services, ""}, SERVICES, "服务组 · a group")
        catalogue[line.text("category")] = group
    return catalogue, names


def read_officials(folder: Path, findings: Findings) -> dict[str, Official]:
    lines = read_table(folder / OFFICIALS, ("id", "name", "rank", "city_leader"), findings, key="id")
    return {
        line.text("id"): Official(line.text("id"), line.text("name"), line.text("rank"), line.yes("city_leader"))
        for line in lines
    }


def read_enterprises(
    folder: Path, counties: Mapping[str, County], officials: Collection[str], findings: Findings
) -> dict[str, EnterpriseEntry]:
    columns = ("uscc", "name", "county", "industry", "scale", "tier", "liaison")
    register = {}
    for line in read_table(folder / ENTERPRISES, columns, findings, key="uscc", codes=("uscc",)):
        if not codes.is_uscc(line.maybe("uscc")):
            line.reject("uscc", A_USCC)
        county = _county(line, counties)
        line.one_of("tier", ("KEY", "LEADING"))
        line.listed("liaison", officials, OFFICIALS, "干部 id · the id of an official")
        entry = EnterpriseEntry(**{name: line.text(name) for name in columns} | {"county": county})
        register[entry.uscc] = entry
    return register


def _county(line: Line, counties: Mapping[str, County]) -> str:
    """The code of a county given by code or by name."""
    names = {code: county.name for code, county in counties.items()}
    with suppress(UnknownCounty):
        return codes.county(line.maybe("county"), names) or line.listed("county", counties, COUNTIES, A_COUNTY)
    return line.listed("county", counties, COUNTIES, A_COUNTY)
