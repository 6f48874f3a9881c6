"""The city's files: what is right is taken whole, what is wrong is named by file, line and field."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bihuan.city.configuration import CityInvalid, load_city
from bihuan.domain.parties import Desk, Party
from tests.support.invalid_files import english
from tests.support.puyang import CITY_FOLDER, MONDAY, city


def test_the_sample_city_is_the_programme_it_comes_from() -> None:
    loaded = city()
    assert len(loaded.policy.groups) == len(loaded.policy.county_groups) == 8
    assert len(loaded.enterprises) == 1000
    assert len(loaded.officials) == 908
    leaders = {o.id for o in loaded.officials.values() if o.city_leader}
    leading = [e for e in loaded.enterprises.values() if e.tier == "LEADING"]
    assert (len(leaders), len(leading)) == (33, 57)
    assert {e.liaison for e in leading} == leaders
    assert {e.liaison for e in loaded.enterprises.values()} == set(loaded.officials)


def test_the_same_content_is_the_same_version_and_other_content_another() -> None:
    assert load_city(CITY_FOLDER, "PY-13710").policy.version == city().policy.version
    assert load_city(CITY_FOLDER, "demo").policy.version != city().policy.version


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        (
            "profiles/PY-13710.yaml",
            "rework: 5wd",
            "rework: 5 weeks",
            "profiles/PY-13710.yaml:9: rework: found '5 weeks'",
        ),
        ("profiles/PY-13710.yaml", "  ruling: 1wd\n", "", "ruling: found None, expected to be given"),
        ("profiles/PY-13710.yaml", "level_up: 10d", "level_up: 10", "level_up: found 10, expected a limit"),
        ("profiles/PY-13710.yaml", "repeats_max: 5", "repeats_max: often", "repeats_max: found 'often'"),
        (
            "profiles/PY-13710.yaml",
            "  lift: 3wd",
            "  lift: 3wd\n  lifft: 3wd",
            "lifft: found '3wd', expected no such name",
        ),
        ("profiles/PY-13710.yaml", "  HISTORIC:", "  ANTIQUE:", "HISTORIC"),
        (
            "profiles/PY-13710.yaml",
            "  ruling: 1wd #",
            "  ruling: soon #",
            "ruling: found 'soon', expected a limit such as",
        ),
        (
            "profiles/PY-13710.yaml",
            "extension_percent: 100",
            "extension_percent: all",
            "extension_percent: found 'all', expected a number from 0 to 1000",
        ),
        (
            "profiles/PY-13710.yaml",
            "suspension_by_coordination: 90d",
            "suspension_by_coordination: 60wd",
            "suspension_by_coordination: found '60wd', expected a limit in d, h or s",
        ),
        (
            "profiles/PY-13710.yaml",
            "extensions_by_coordination: 1",
            "extensions_by_coordination: 3",
            "extensions_by_coordination: found 3, expected not more than extensions_max",
        ),
        ("groups.csv", "G3,第三专项督导组", "G2,第三专项督导组", "groups.csv:4: id: found 'G2'"),
        (
            "units.csv",
            "H410922,清丰县企业服务专班,HUB,410922",
            "H410922,清丰县企业服务专班,HUB,999999",
            "units.csv",
        ),
        (
            "units.csv",
            "D01,市金融工作局,DEPARTMENT",
            "D01,市金融工作局,MINISTRY",
            "units.csv:2: kind: found 'MINISTRY'",
        ),
        ("catalogue.csv", "FIN,融资,FINANCE", "FIN,融资,NOBODY", "catalogue.csv:2: service_group: found 'NOBODY'"),
        ("enterprises.csv", "91410902MA00000001", "91410902MA00000002", "enterprises.csv:2: uscc"),
        ("enterprises.csv", "LEADING,O0001", "LEADING,O9999", "enterprises.csv:2: liaison: found 'O9999'"),
        ("officials.csv", "id,name,rank,city_leader", "id,name,rank", "officials.csv:1: columns"),
        ("calendar.csv", "2019-01-01,no", "2019-13-01,no", "calendar.csv:2: date: found '2019-13-01'"),
        ("calendar.yaml", "14:30-18:00", "18:00-14:30", "office_hours"),
        (
            "calendar.yaml",
            '"08:30-12:00", "14:30-18:00"',
            '"14:30-18:00", "08:30-12:00"',
            "calendar.yaml:4: office_hours: found ['14:30-18:00', '08:30-12:00'], expected frames in order",
        ),
        ("calendar.yaml", "14:30-18:00", "11:59-18:00", "calendar.yaml:4: office_hours: found ['08:30-12:00', '11:59-"),
        ("calendar.yaml", "08:30-12:00", "08:75-12:00", "calendar.yaml:4: office_hours: found ['08:75-12:00'"),
        ("city.yaml", 'hub_triages: ["410923"', 'hub_triages: ["1"', "city.yaml:9: hub_triages"),
        ("city.yaml", "callback_sample_percent: 10", "callback_sample_percent: 1000", "callback_sample_percent"),
    ],
)
def test_a_wrong_file_is_named_with_its_line_and_field(
    tmp_path: Path, file: str, old: str, new: str, named: str
) -> None:
    folder = tmp_path / "city"
    shutil.copytree(CITY_FOLDER, folder, ignore=shutil.ignore_patterns("*.xlsx", "tools"))
    path = folder / file
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new, 1))
    with pytest.raises(CityInvalid) as refused:
        load_city(folder, "PY-13710")
    assert named in english(refused.value)


def test_a_city_read_without_the_years_gone_by_calls_them_provisional() -> None:
    calendar = load_city(CITY_FOLDER, "PY-13710", since_year=2025).policy.calendar
    assert calendar.published_years == {2025, 2026}
    assert {day.day.year for day in calendar.days} == {2025, 2026}
    assert calendar.provisional(MONDAY, MONDAY + timedelta(days=1))
    assert not city().policy.calendar.provisional(MONDAY, MONDAY + timedelta(days=1))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(CITY_FOLDER, folder, ignore=shutil.ignore_patterns("*.xlsx", "tools"))
    (folder / "officials.csv").unlink()
    (folder / "profiles" / "PY-13710.yaml").write_text("common: [\n")
    with pytest.raises(CityInvalid) as refused:
        load_city(folder, "PY-13710")
    assert "officials.csv" in english(refused.value)
    assert "PY-13710.yaml" in english(refused.value)


def test_a_paper_for_the_city_leader_reaches_the_one_who_answers_for_the_enterprise() -> None:
    assert city().desk(Party(Desk.CITY_LEADER, "91410902MA00000001")).name == city().officials["O0001"].name
    assert city().desk(Party(Desk.CITY_LEADER, "unknown")).name == "分管副市长"


def test_both_profiles_carry_the_whole_ladder() -> None:
    for profile in ("PY-13710", "demo"):
        loaded = load_city(CITY_FOLDER, profile).policy
        for limits in loaded.limits.values():
            ladder = (limits.crit_after, limits.level_up, limits.letter_after, limits.sign_draft, limits.repeat_every)
            assert all(ladder)
            assert limits.urge_every
            assert limits.consult
            assert limits.objection
            assert limits.objection_ruling
    assert (city().policy.repeats_max, city().policy.level_up_units) == (5, 2)
