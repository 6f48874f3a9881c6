"""A city whose groups have several counties and units: every matter goes to the group the roster names."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bihuan.city.configuration import City, load_city
from bihuan.city.notification_files import load_notification_settings
from bihuan.city.schedule_files import load_schedules
from bihuan.domain import commands as do
from bihuan.domain.batches.policy_adoption import PolicyDifference, differences
from bihuan.domain.events import OrderIssued
from bihuan.domain.loop.step import RecordedEvent, execute, first_due, open_issue, settle
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from tests.support.cities import yunchuan
from tests.support.invalid_files import refused_for

MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
COORDINATOR = Actor(Role.COO, "coordinator")
ELECTRONICS, FOOD, FREIGHT = "91419902MA0000000G", "91419924MA0000001F", "91419972MA00000023"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return yunchuan(tmp_path)


@pytest.fixture
def city(folder: Path) -> City:
    return load_city(folder, "PY-13710")


def test_the_second_city_loads_with_all_that_belongs_to_it(folder: Path, city: City) -> None:
    assert (len(city.policy.groups), len(city.policy.county_groups), len(city.policy.unit_groups)) == (6, 9, 5)
    assert load_notification_settings(folder, city).templates
    digests = [one.timed.group for one in load_schedules(folder, city.policy.groups) if one.timed.group]
    assert digests == list("ABCDEF")


@pytest.mark.parametrize(
    ("unit", "county", "group"),
    [
        ("W05", "419902", "A"),
        ("W05", "419903", "A"),
        ("W05", "419925", "C"),
        ("X419923", "419923", "C"),
        ("W01", "419902", "E"),
        ("W02", "419925", "E"),
        ("W04", "419971", "F"),
        ("X419902", "419902", "D"),
        ("W05", "419972", "XT"),
        ("", "", "XT"),
    ],
)
def test_the_units_group_goes_before_the_countys(city: City, unit: str, county: str, group: str) -> None:
    assert city.policy.group_for(unit, county) == group


def test_a_countys_leader_sits_at_the_desk_the_county_file_names(city: City) -> None:
    assert city.desk(Party(Desk.COUNTY_LEADER, "419922")).name == "石门县副县长"
    assert city.desk(Party(Desk.COUNTY_LEADER, "419921")).address == "https://beiyuan.example.org/told"
    assert city.desk(Party(Desk.GROUP_LEADER, "F")).name == "执法组组长"


@pytest.mark.parametrize(
    ("uscc", "county", "unit", "group"),
    [
        (ELECTRONICS, "419902", "W05", "A"),
        (ELECTRONICS, "419902", "W01", "E"),
        (FOOD, "419924", "W05", "C"),
        (FOOD, "419924", "W03", "F"),
        (FREIGHT, "419972", "W05", "XT"),
    ],
)
def test_an_order_is_of_the_group_the_roster_names(city: City, uscc: str, county: str, unit: str, group: str) -> None:
    recorded = neglected(city, uscc, county, unit)
    orders = [one.event for one in recorded if isinstance(one.event, OrderIssued)]
    assert orders
    assert {order.group for order in orders} == {group}


def neglected(city: City, uscc: str, county: str, unit: str) -> list[RecordedEvent]:
    """All that is on record of a matter that is handed over and then left alone for a month."""
    asked = do.Submit(
        enterprise=do.Enterprise(city.enterprises[uscc].name, uscc),
        title="用电增容",
        description="扩产需要增容",
        county=county,
        contact="经办人",
        channel="线上平台",
        category="ENERGY",
        liaison="P2",
    )
    step = open_issue("YC-1", asked, Actor(Role.ENT, "enterprise", uscc), MONDAY, city.policy)
    recorded = list(step.recorded)
    acts: tuple[do.Act, ...] = (do.Accept(), do.HandOver(unit=unit))
    for number, act in enumerate(acts):
        step = execute(step.issue, do.Command(f"c{number}", COORDINATOR, act), MONDAY + timedelta(hours=1), city.policy)
        recorded += step.recorded
    while (due := first_due(step.issue, city.policy)) and due.at < MONDAY + timedelta(days=30):
        step = settle(step.issue, due.at, city.policy)
        recorded += step.recorded
    return recorded


def test_a_county_moves_by_its_row_of_the_roster(folder: Path, city: City) -> None:
    rewrite(folder / "roster.csv", lambda text: text.replace("C,419925,", "D,419925,"))
    moved = load_city(folder, "PY-13710")
    assert (moved.policy.group_for("W05", "419925"), moved.policy.group_for("W01", "419925")) == ("D", "E")
    found = differences(replace(city.policy), moved.policy)
    assert PolicyDifference("county_groups/419925", "C", "D") in found


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("A,419903,\n", "", "roster.csv: county: found '419903', expected a row that assigns this county to a group"),
        ("A,419903,", "A,419902,", "roster.csv:3: county: found '419902', expected a value that no row above has"),
        ("E,,W02", "F,,W01", "roster.csv:13: unit: found 'W01', expected a value that no row above has"),
        ("A,419903,", "A,419903,W05", "roster.csv:3: county: found '419903', expected a county or a unit, one of"),
        ("A,419903,", "A,,", "roster.csv:3: county: found '', expected a county or a unit, one of both"),
        ("A,419903,", "Z,419903,", "roster.csv:3: group: found 'Z', expected a group of groups.csv"),
        ("E,,W02", "E,,W99", "roster.csv:13: unit: found 'W99', expected the code of a unit of units.csv"),
        ("A,419903,", "A,419999,", "roster.csv:3: county: found '419999', expected a county of counties.csv"),
    ],
)
def test_a_roster_that_cannot_be_meant_is_named_by_line(folder: Path, old: str, new: str, named: str) -> None:
    rewrite(folder / "roster.csv", lambda text: text.replace(old, new, 1))
    with refused_for(named):
        load_city(folder, "PY-13710")


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    was = path.read_text(encoding="utf-8")
    assert change(was) != was
    path.write_text(change(was), encoding="utf-8")
