"""Profiles and legal clocks: what the files say against what the rules say, and that exactly one ever governs."""

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from bihuan.city.configuration import CityInvalid, load_city
from bihuan.domain.clocks.governing import resolve
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.policy import Policy, Urgency
from tests.support.invalid_files import english
from tests.support.puyang import CITY_FOLDER

PROFILES = sorted(path.stem for path in (CITY_FOLDER / "profiles").glob("*.yaml"))
REAL = [name for name in PROFILES if name != "demo"]

# Written from docs/rules.md 4.1 and 4.2, not from the files: triage, sign, first report, reports after it, solve, blue
PUYANG = {
    "CONSULT": "4wh 4wh - - 1wd 4wh",
    "CONSULT+complex": "4wh 4wh - - 3wd 4wh",
    "URGENT": "1wh 1wh 24h - 3wd 1wd",
    "GENERAL": "1wd 1wd 3wd - 7wd 1wd",
    "COMPLEX": "1wd 1wd 3wd 7wd 30d 5wd",
    "HISTORIC": "1wd 1wd 3wd 30d 30d 5wd",
}
TABLES: Mapping[str, Mapping[str, str]] = {
    "PY-13710": PUYANG,
    "SD-1-3-15-30": {  # start 1 wd, answer 3 wd, 15 wd, complex 30 wd
        "CONSULT": "4wh 1wd - - 3wd 4wh",
        "CONSULT+complex": "4wh 1wd - - 15wd 4wh",
        "URGENT": "1wh 1wh 24h - 3wd 1wd",
        "GENERAL": "1wd 1wd 3wd - 15wd 3wd",
        "COMPLEX": "1wd 1wd 3wd 7wd 30wd 5wd",
        "HISTORIC": "1wd 1wd 3wd 30d 30wd 5wd",
    },
    "XC-ABC": {  # C simple 5 wd, B cross-department 15 wd, A historic 1 month
        **PUYANG,
        "GENERAL": "1wd 1wd 3wd - 5wd 1wd",
        "COMPLEX": "1wd 1wd 3wd 7wd 15wd 3wd",
        "HISTORIC": "1wd 1wd 3wd 30d 30d 5wd",
    },
    "FJ-3-7": PUYANG,  # lead 7 wd
    "GD-124": {  # 1 wh, consult 2 wd, other 4 wd
        "CONSULT": "1wh 1wh - - 2wd 4wh",
        "CONSULT+complex": "1wh 1wh - - 4wd 4wh",
        "URGENT": "1wh 1wh 24h - 3wd 1wd",
        "GENERAL": "1wh 1wh 2wd - 4wd 1wd",
        "COMPLEX": "1wh 1wh 2wd - 4wd 1wd",
        "HISTORIC": "1wh 1wh 3wd 30d 30d 5wd",
    },
}
RETURNS = {**dict.fromkeys(REAL, ("2wd", "1wd")), "FJ-3-7": ("1wd", "4wh")}
"""A return is asked within, and ruled on within; Quanzhou: objection 1 wd, decided the same day."""
LAWS = {
    "ARREARS": ("LAW-ARREARS", "10wd 1wd 3wd 7wd 30d 5wd", "90d", False),
    "COMPLAINT_BE": ("LAW-HENAN-BE", "3wd 1wd 3wd 7wd 30d 5wd", "60d", True),
}


@cache
def policy(profile: str) -> Policy:
    return load_city(CITY_FOLDER, profile).policy


def row(policy: Policy, category: str, urgency: Urgency, *, complex_: bool) -> str:
    limits = resolve(policy, category, urgency, complex_=complex_).limits
    said = (limits.triage, limits.sign, limits.report, limits.report_every, limits.solve, limits.blue)
    return " ".join(str(limit) if limit else "-" for limit in said)


def test_every_shipped_profile_has_its_table_here() -> None:
    assert {*TABLES, "demo"} == set(PROFILES)


@pytest.mark.parametrize("profile", REAL)
def test_a_profile_gives_the_limits_the_rules_name(profile: str) -> None:
    for name, expected in TABLES[profile].items():
        urgency, _, complex_ = name.partition("+")
        assert row(policy(profile), "ENERGY", Urgency(urgency), complex_=bool(complex_)) == expected, name
    limits = resolve(policy(profile), "ENERGY", Urgency.GENERAL, complex_=False).limits
    assert (str(limits.return_window), str(limits.ruling)) == RETURNS[profile]


@pytest.mark.parametrize("profile", REAL)
@pytest.mark.parametrize("category", LAWS)
@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("complex_", [False, True])
def test_a_law_goes_before_every_profile_whatever_the_urgency(
    profile: str, category: str, urgency: Urgency, *, complex_: bool
) -> None:
    name, expected, longest, silence = LAWS[category]
    assert row(policy(profile), category, urgency, complex_=complex_) == expected
    by = resolve(policy(profile), category, urgency, complex_=complex_).governed_by
    assert (by.name, by.row, str(by.solve_max), by.silence_accepts) == (name, category, longest, silence)
    assert "第" in by.citation


def test_what_a_law_leaves_to_the_city_stays_the_profiles() -> None:
    arrears = resolve(policy("FJ-3-7"), "ARREARS", Urgency.GENERAL, complex_=False).limits
    assert (str(arrears.return_window), str(arrears.ruling), str(arrears.check)) == ("1wd", "4wh", "1wd")
    assert str(arrears.complete) == "1wd"


@pytest.mark.parametrize("profile", PROFILES)
def test_exactly_one_set_of_limits_governs_whatever_the_class(profile: str) -> None:
    """Total: every combination has one. Unique: it is a law exactly where one law names the category."""
    rules = policy(profile)
    seconds = profile == "demo"
    for category in ("", *rules.catalogue):
        for urgency in Urgency:
            for complex_ in (False, True):
                found = resolve(rules, category, urgency, complex_=complex_)
                claiming = [law.id for law in rules.laws if category in law.categories]
                assert [found.governed_by.name] == (claiming or [profile])
                assert bool(found.governed_by.citation) is bool(claiming)
                assert found.governed_by.reason_zh.endswith("。")
                assert found.governed_by.reason_en.endswith(".")
                limits = found.limits
                units = {limits.triage.unit, limits.solve.unit, limits.complete.unit, limits.rework.unit}
                assert (units == {Limit.parse("1s").unit}) is seconds


def test_the_reason_names_profile_and_row_or_law_and_category() -> None:
    by = resolve(policy("XC-ABC"), "FIN", Urgency.CONSULT, complex_=True).governed_by
    assert by.reason_zh == "该类别没有法定时限，按城市时限方案 XC-ABC 的“复杂咨询”执行。"
    assert (
        by.reason_en
        == "No law sets limits for this category; row CONSULT+complex of the city's profile XC-ABC applies."
    )
    law = resolve(policy("XC-ABC"), "ARREARS", Urgency.URGENT, complex_=False).governed_by
    assert (
        law.reason_zh
        == "类别 ARREARS 的时限由《保障中小企业款项支付条例》规定，优先于城市时限方案 XC-ABC，不论紧急程度。"
    )
    assert "category ARREARS" in law.reason_en
    assert "Ensuring Payments" in law.reason_en


# Wrong files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "city"
    shutil.copytree(CITY_FOLDER, copy, ignore=shutil.ignore_patterns("*.xlsx", "tools"))
    return copy


def refused(folder: Path, profile: str) -> str:
    with pytest.raises(CityInvalid) as invalid:
        load_city(folder, profile)
    return english(invalid.value)


def test_two_laws_claiming_one_category_are_refused_naming_both(folder: Path) -> None:
    path = folder / "laws" / "LAW-HENAN-BE.yaml"
    path.write_text(path.read_text().replace("[COMPLAINT_BE]", "[COMPLAINT_BE, ARREARS]"))
    said = refused(folder, "PY-13710")
    assert "LAW-HENAN-BE.yaml:7: categories: found ['COMPLAINT_BE', 'ARREARS']" in said
    assert "categories of LAW-HENAN-BE alone, but LAW-ARREARS governs ARREARS too" in said


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("laws/LAW-ARREARS.yaml", "[ARREARS]", "[DEBTS]", "LAW-ARREARS.yaml:8: categories: found ['DEBTS']"),
        ("laws/LAW-ARREARS.yaml", "[ARREARS]", "ARREARS", "LAW-ARREARS.yaml:8: categories: found 'ARREARS'"),
        ("laws/LAW-ARREARS.yaml", ": false", ": 否", "LAW-ARREARS.yaml:9: silence_accepts: found '否', expected true"),
        ("laws/LAW-ARREARS.yaml", "30d", "30 days", "laws/LAW-ARREARS.yaml:16: solve: found '30 days'"),
        ("laws/LAW-ARREARS.yaml", "90d", "20d", "laws/LAW-ARREARS.yaml:17: solve_max: found '20d'"),
        ("laws/LAW-ARREARS.yaml", "90d", "60wd", "laws/LAW-ARREARS.yaml:17: solve_max: found '60wd'"),
        ("laws/LAW-ARREARS.yaml", "  triage: 10wd", "  triages: 10wd", "triage: found None, expected to be given"),
        ("profiles/XC-ABC.yaml", "like: PY-13710", "like: PY-13711", "XC-ABC.yaml:3: like: found 'PY-13711'"),
        ("profiles/XC-ABC.yaml", "like: PY-13710", "like: FJ-3-7", "like: found 'PY-13710', expected no such name"),
        ("profiles/XC-ABC.yaml", "like: PY-13710\n", "", "XC-ABC.yaml:1: common: found None"),
        ("profiles/XC-ABC.yaml", "solve: 5wd", "solve: 5", "XC-ABC.yaml"),
        ("profiles/XC-ABC.yaml", "urgency:", "urgencies:", "XC-ABC.yaml:4: urgencies"),
        (
            "profiles/XC-ABC.yaml",
            "urgency:",
            "laws: {LAW-ARREARS: {solve: 60d}}\nurgency:",
            "XC-ABC.yaml:4: laws: found {'LAW-ARREARS': {'solve': '60d'}}, expected no value: ",
        ),
    ],
)
def test_a_wrong_law_or_profile_is_named_with_its_line_and_field(
    folder: Path, file: str, old: str, new: str, named: str
) -> None:
    content = (folder / file).read_text()
    assert old in content
    (folder / file).write_text(content.replace(old, new, 1))
    assert named in refused(folder, "XC-ABC")


def test_a_profile_of_seconds_must_give_every_law_a_row_of_seconds(folder: Path) -> None:
    path = folder / "profiles" / "demo.yaml"
    content = path.read_text()
    path.write_text("\n".join(line for line in content.splitlines() if "LAW-ARREARS" not in line) + "\n")
    assert "LAW-ARREARS: found None, expected to be given" in refused(folder, "demo")


def test_a_city_without_laws_is_governed_by_its_profile_alone(folder: Path) -> None:
    shutil.rmtree(folder / "laws")
    rules = load_city(folder, "PY-13710").policy
    assert rules.laws == ()
    assert resolve(rules, "ARREARS", Urgency.GENERAL, complex_=False).governed_by.name == "PY-13710"
