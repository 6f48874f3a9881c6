"""The legal clocks of a city, one file each under its ``laws/``, checked with everything else of it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bihuan.domain.policy import Law, Limits
from bihuan.domain.workdays import Limit
from bihuan.faults import Faults, Line, mapping_line, read_mapping

NAMES = ("name", "name_en", "citation", "citation_en", "categories", "silence_accepts", "limits")
SET_BY_LAW = ("complete", "triage", "sign", "report", "report_every", "solve", "blue")
"""The limits a law's row replaces; the others (checking, delivering, calling back) stay the profile's."""
LONGEST = "solve_max"

ReadLimit = Callable[[Line, str], Limit | None]


def read_laws(
    folder: Path, profile: Line, base: Limits | None, categories: Collection[str], read_limit: ReadLimit, faults: Faults
) -> tuple[Law, ...]:
    """Every law of the folder, over ``base``, any row of the profile; none while there are faults.

    A profile on the city's calendar may not touch a law. One that is always open counts in seconds, and must give each
    law a row of its own.
    """
    paths = {path.stem: path for path in sorted((folder / "laws").glob("*.yaml"))}
    rows = _own_rows(profile, paths, faults)
    laws: list[Law] = []
    claimed: dict[str, str] = {}
    for law, path in paths.items():
        file = f"laws/{path.name}"
        head = read_mapping(path, NAMES, faults)
        governed = _categories(law, head, categories, claimed)
        row = mapping_line(head.values.get("limits"), file, (*SET_BY_LAW, LONGEST), faults)
        limits, longest = _limits(row, read_limit)
        if law in rows:
            limits, longest = _limits(rows[law], read_limit)
        if base is not None and not faults.found:
            laws.append(_law(law, head, governed, replace(base, **limits), longest))
    return tuple(laws)


def _law(law: str, head: Line, governed: tuple[str, ...], limits: Limits, longest: Limit | None) -> Law:
    assert longest is not None, "no faults: it is a limit"
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


def _own_rows(profile: Line, laws: Mapping[str, Path], faults: Faults) -> dict[str, Line]:
    """The rows a profile of seconds gives the laws."""
    given = profile.values.get("laws")
    if profile.maybe("calendar") != "open":
        if given is not None:
            profile.fault("laws", "nothing: the limits of a law are not the city's to change")
        return {}
    place = f"{profile.file}:{profile.lines.get('laws', 1)}"
    rows = mapping_line(given, profile.file, tuple(laws), faults, place)
    return {
        law: mapping_line(rows.values.get(law), profile.file, (*SET_BY_LAW, LONGEST), faults, f"{place}: {law}")
        for law in laws
    }


def _categories(law: str, head: Line, known: Collection[str], claimed: dict[str, str]) -> tuple[str, ...]:
    """The categories it governs. No two laws may govern one, or no single one would resolve."""
    for name in NAMES[:4]:
        head.text(name)
    if not isinstance(head.values.get("silence_accepts"), bool):
        head.fault("silence_accepts", "true or false")
    named = head.values.get("categories")
    if not isinstance(named, list) or not named or any(category not in known for category in named):
        head.fault("categories", "a list of categories of catalogue.csv")
        return ()
    for category in named:
        if category in claimed:
            head.fault("categories", f"categories of {law} alone, but {claimed[category]} governs {category} too")
        claimed.setdefault(category, law)
    return tuple(str(category) for category in named)


def _limits(row: Line, read_limit: ReadLimit) -> tuple[dict[str, Any], Limit | None]:
    """What the row sets, and how long ``solve`` may become by extension."""
    limits = {name: read_limit(row, name) for name in SET_BY_LAW}
    solve, longest = limits["solve"], read_limit(row, LONGEST)
    if solve and longest and (solve.unit is not longest.unit or solve.amount > longest.amount):
        row.fault(LONGEST, f"a limit in the unit of solve, and no shorter than {solve}")
    return limits, longest
