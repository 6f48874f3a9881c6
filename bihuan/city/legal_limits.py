"""The statutory time limits of a city, one file for each law under ``laws/``. Source: docs/rules.md."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bihuan.city.profiles import limit
from bihuan.city.roster import CATALOGUE
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.policy import Law, Limits
from bihuan.files.mappings import read_mapping
from bihuan.files.validation import REQUIRED, Findings, Line

NAMES = ("name", "name_en", "citation", "citation_en", "categories", "silence_accepts", "limits")
SET_BY_LAW = ("complete", "triage", "sign", "report", "report_every", "solve", "blue")
"""The limits a law replaces; the others (checking, delivering, calling back) stay those of the profile."""
LONGEST = "solve_max"
CATEGORIES = f"{CATALOGUE} 所列类别的列表，至少一个 · a list of categories of {CATALOGUE}, one at least"
NOT_THE_CITYS = "空白：法定时限不由本市更改 · no value: a city cannot change the limits of a law"


def read_laws(
    folder: Path, profile: Line, base: Limits | None, categories: Collection[str], findings: Findings
) -> tuple[Law, ...]:
    """The laws of the folder; empty while there are findings.

    ``base``: the profile's limits, which each law overrides. A profile on the city's calendar must not change a law; a
    profile whose calendar is ``open`` counts in seconds and must give each law a row of its own.
    """
    paths = {path.stem: path for path in sorted((folder / "laws").glob("*.yaml"))}
    rows = _own_rows(profile, paths)
    laws: list[Law] = []
    claimed: dict[str, str] = {}
    for law, path in paths.items():
        head = read_mapping(path, NAMES, findings, under="laws/")
        governed = _categories(law, head, categories, claimed)
        limits, longest = _limits(head.mapping("limits", (*SET_BY_LAW, LONGEST)))
        if law in rows:
            limits, longest = _limits(rows[law])
        if base is not None and not findings.found:
            laws.append(_law(law, head, governed, replace(base, **limits), longest))
    return tuple(laws)


def _law(law: str, head: Line, governed: tuple[str, ...], limits: Limits, longest: Limit | None) -> Law:
    assert longest is not None, "without findings it is a limit"
    return Law(
        id=law,
        name=head.text("name"),
        name_en=head.text("name_en"),
        citation=head.text("citation"),
        citation_en=head.text("citation_en"),
        categories=governed,
        limits=limits,
        solve_max=longest,
        silence_accepts=head.values["silence_accepts"],
    )


def _own_rows(profile: Line, laws: Mapping[str, Path]) -> dict[str, Line]:
    """The limits that a profile with an ``open`` calendar sets for the laws, by law."""
    if profile.maybe("calendar") != "open":
        if profile.values.get("laws") is not None:
            profile.reject("laws", NOT_THE_CITYS)
        return {}
    if laws and "laws" not in profile.values:
        profile.reject("laws", REQUIRED)
    rows = profile.mapping("laws", tuple(laws))
    return {law: rows.mapping(law, (*SET_BY_LAW, LONGEST)) for law in laws}


def _categories(law: str, head: Line, known: Collection[str], claimed: dict[str, str]) -> tuple[str, ...]:
    """The categories the law governs. Each may be governed by one law only, so that the limits are unambiguous."""
    for name in NAMES[:4]:
        head.text(name)
    head.flag("silence_accepts")
    unread = CATALOGUE in head.findings.unread
    named = head.listing("categories", CATEGORIES, lambda category: unread or category in tuple(known))
    if not named and head.values.get("categories") == []:
        head.reject("categories", CATEGORIES)
    for category in map(str, named):
        if category in claimed:
            head.reject(
                "categories",
                f"只归 {law} 的类别，而 {claimed[category]} 已含 {category} · "
                f"categories of {law} alone, but {claimed[category]} governs {category} too",
            )
        claimed.setdefault(category, law)
    return tuple(str(category) for category in named)


def _limits(row: Line) -> tuple[dict[str, Any], Limit | None]:
    """The limits the row sets, and the longest ``solve`` after extensions."""
    limits = {name: limit(row, name) for name in SET_BY_LAW}
    solve, longest = limits["solve"], limit(row, LONGEST)
    if solve and longest and (solve.unit is not longest.unit or solve.amount > longest.amount):
        row.reject(
            LONGEST,
            f"与 solve 同单位、且不短于 {solve} 的时限 · a limit in the unit of solve, and no shorter than {solve}",
        )
    return limits, longest
