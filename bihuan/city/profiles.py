"""A time profile of a city: limits by urgency, counts of the ladder, rules of side requests. Source: docs/rules.md."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from bihuan.domain.clocks.limits import IN_OFFICE, Limit
from bihuan.domain.policy import Limits, RequestRules, Urgency
from bihuan.files.mappings import read_mapping
from bihuan.files.validation import Findings, Line

URGENCIES = (*(urgency.value for urgency in Urgency), "CONSULT+complex")
OPTIONAL_LIMITS = frozenset({"report", "report_every", "suspended_report", "crit_after", "repeat_every"})
BY_URGENCY = ("triage", "sign", "report", "report_every", "solve", "blue")
COMMON = tuple(field.name for field in fields(Limits) if field.name not in BY_URGENCY)
REQUEST_COUNTS = {"extension_percent": 1000, "extensions_by_coordination": 100, "extensions_max": 100}
"""The numbers among the rules of side requests, each with its maximum."""
REQUESTS = tuple(field.name for field in fields(RequestRules))
LADDER_COUNTS = {
    "repeats_max": (0, 50),
    "level_up_units": (2, 20),
    "level_up_reworks": (1, 20),
    "level_up_transfers": (1, 20),
}
"""The counts of the ladder, each with its bounds."""
PROFILE_NAMES = ("alarms_late_s", "calendar", "common", "counts", "urgency", "requests")
A_LIMIT = (
    "时限，如 3wd、4wh、30d、24h、5s，至多约二十年 · a limit such as 3wd, 4wh, 30d, 24h or 5s, of twenty years at most"
)
UNDER = "profiles/"
OR_LIKE = "须填写，或写明 like 哪个方案 · to be given, unless like names another profile"
ON_THE_WALL_CLOCK = "以 d、h、s 计的时限 · a limit in d, h or s"


def read_profile(folder: Path, profile: str, findings: Findings) -> Line:
    """The profile as a mapping. One that is ``like`` another gives only its differences and is completed from it."""
    path = folder / f"{profile}.yaml"
    own = read_mapping(path, (), findings, optional=("like", *PROFILE_NAMES, "laws"), under=UNDER)
    if "like" not in own.values:
        for name in PROFILE_NAMES:
            if name not in own.values:
                own.reject(name, OR_LIKE)
        return own
    known = sorted(other.stem for other in folder.glob("*.yaml") if other != path)
    named = ", ".join(known)
    like = own.one_of("like", known, f"另一方案：{named} · another profile: {named}")
    if like in known:
        other = read_mapping(folder / f"{like}.yaml", PROFILE_NAMES, findings, optional=("laws",), under=UNDER)
        _fill(own.values, other.values)
    return own


def _fill(own: Any, other: Mapping[str, Any]) -> None:
    """Copy missing values from the other mapping, in place, so that the given values keep their line numbers."""
    for name, value in other.items():
        if name not in own:
            own[name] = value
        elif isinstance(own[name], Mapping) and isinstance(value, Mapping):
            _fill(own[name], value)


def limits_of(timing: Line, findings: Findings) -> dict[str, Limits]:
    """The limits by urgency; empty while there are findings."""
    common = timing.mapping("common", COMMON)
    shared = {name: limit(common, name) for name in COMMON}
    rows = timing.mapping("urgency", URGENCIES)
    resolved = {}
    for urgency in URGENCIES:
        row = rows.mapping(urgency, BY_URGENCY)
        own = {name: limit(row, name) for name in BY_URGENCY}
        if not findings.found:
            resolved[urgency] = Limits(**{**shared, **own})  # type: ignore[arg-type]  # all are limits without findings
    return resolved


def ladder_counts(timing: Line) -> dict[str, int]:
    """The counts of the ladder, by the names of ``LADDER_COUNTS``."""
    line = timing.mapping("counts", tuple(LADDER_COUNTS))
    return {name: int(line.number(name, low, high)) for name, (low, high) in LADDER_COUNTS.items()}


def requests_of(timing: Line, findings: Findings) -> RequestRules:
    """The rules of side requests. ``suspension_by_coordination`` is elapsed time, not working time."""
    line = timing.mapping("requests", REQUESTS)
    limits = {name: limit(line, name) for name in REQUESTS if name not in REQUEST_COUNTS}
    total = limits["suspension_by_coordination"]
    if total is not None and total.unit in IN_OFFICE:
        line.reject("suspension_by_coordination", ON_THE_WALL_CLOCK)
    counts = {name: int(line.number(name, 0, most)) for name, most in REQUEST_COUNTS.items()}
    if counts["extensions_by_coordination"] > counts["extensions_max"]:
        line.reject("extensions_by_coordination", "不多于 extensions_max · not more than extensions_max")
    return RequestRules() if findings.found else RequestRules(**limits, **counts)  # type: ignore[arg-type]  # no findings


def limit(line: Line, name: str) -> Limit | None:
    """A limit such as ``3wd``; None for "none" where that is allowed, and after a finding."""
    if name in OPTIONAL_LIMITS and line.maybe(name) == "none":
        return None
    return line.parsed(name, Limit.parse, A_LIMIT)
