"""The results of a simulation as JSON: plain values, names beside codes."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from bihuan.city.configuration import City
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.parties import DESK_ZH, Desk, Party
from bihuan.simulation.player import Alert
from bihuan.simulation.summary import Change, Tally, difference, totals_by_name
from bihuan.simulation.workflow_parity import ParityResult


def stream(key: str, items: Iterable[object], rest: Callable[[], Mapping[str, Any]]) -> Iterable[str]:
    """One JSON document in pieces: a list under ``key``, item by item, then ``rest()``, called after the last item."""
    yield "{"
    if key:
        yield f"{json.dumps(key)}: ["
    first = True
    for item in items:
        if key:
            yield ("" if first else ",\n") + json.dumps(item, ensure_ascii=False)
        first = False
    body = json.dumps(dict(rest()), ensure_ascii=False)[1:]
    yield f"], {body}" if key else body


def moment(at: datetime) -> str:
    return at.astimezone(CHINA_TIME).isoformat(timespec="seconds")


def party(to: Party, city: City) -> dict[str, str]:
    return {"desk": str(to), "name": city.desk(to).name}


def alert(one: Alert, city: City) -> dict[str, Any]:
    return {
        "at": moment(one.at),
        "issue": one.issue_no,
        "group": one.group,
        "rung": str(one.rung),
        "clock": one.clock,
        "grant": one.grant,
        "owes": party(one.responsible, city),
        "told": [party(to, city) for to in one.recipients],
    }


def tally(one: Tally, city: City) -> dict[str, Any]:
    """The sums. Where no unit is responsible, ``alerts_by_unit`` has the responsible desk."""
    return {
        "collected": one.collected,
        "solved": one.solved,
        "rate": one.rate,
        "alerts_total": one.alerts,
        "alerts_by_group": {**dict.fromkeys(city.policy.groups, 0), **totals_by_name(one.by_group)},
        "alerts_by_rung": dict(sorted(one.by_rung.items())),
        "alerts_by_unit": totals_by_name(one.by_unit),
        "alerts_by_desk_told": dict(sorted(one.by_recipient.items())),
        "groups": {group: _of_group(group, one, city) for group in groups_of(one, city)},
        "not_taken_in": one.not_taken_in,
        "refused": [{"act": act, "reason": why, "count": n} for (act, why), n in sorted(one.refused.items())],
    }


def groups_of(one: Tally, city: City) -> list[str]:
    """The groups in the city's order, then the desks that stand in for one."""
    known = list(city.policy.groups)
    met = {group for group, _ in one.by_group} | set(one.collected_by_group)
    return known + sorted(met - set(known))


def _of_group(group: str, one: Tally, city: City) -> dict[str, Any]:
    return {
        "name": city.policy.group(group).name,
        "collected": one.collected_by_group[group],
        "solved": one.solved_by_group[group],
        "rate": one.rate_of(group),
        "alerts": {rung: one.by_group[group, rung] for rung in sorted(one.by_rung)},
    }


def change(one: Change, city: City) -> dict[str, Any]:
    return {
        "issue": one.issue_no,
        "title": one.title,
        "enterprise": one.enterprise,
        "more": [alert(each, city) for each in one.more],
        "fewer": [alert(each, city) for each in one.fewer],
        "moved": [{"before": alert(was, city), "after": alert(now, city)} for was, now in one.moved],
        "refused": [{"at": moment(each.at), "act": each.act, "reason": each.reason} for each in one.refused],
        "taken_in": one.taken_in,
    }


def differing(before: Tally, after: Tally, counts: Mapping[str, int], city: City) -> dict[str, Any]:
    units = difference(before.by_unit, after.by_unit)
    return {
        "difference": {
            **counts,
            "by_group": difference(before.by_group, after.by_group),
            "by_unit": units,
            "unit_names": {unit: unit_name(unit, city) for unit in units},
        },
        "other": tally(after, city),
    }


def unit_name(unit: str, city: City) -> str:
    known = city.policy.units.get(unit)
    return known.name if known else DESK_ZH[Desk(unit)] if unit in set(Desk) else unit


def parity(one: ParityResult) -> dict[str, Any]:
    return {
        "collected": one.issues,
        "solved": one.solved,
        "events": one.events,
        "acts": one.acts,
        "alerts_total": one.alarms,
        "alerts_by_rung": dict(sorted(one.alarms_by_rung.items())),
        "furthest_apart_s": one.apart_s,
        "differences": one.differences,
        "agree": not one.differences,
    }
