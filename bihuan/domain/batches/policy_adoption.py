"""Another policy for an open issue: which limits and deadlines change, and what is credited."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.clocks.deemed_acceptance import hand_over_limit
from bihuan.domain.clocks.governing import Resolution
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.issue import Issue
from bihuan.domain.policy import Law, Limits, Policy, is_stamped, stamped

CREDITED = "CREDITED"
"""Prefix of the basis of credited time; the batch follows."""
_SUCCESSORS: dict[tuple[str, str], Policy] = {}
SUCCESSORS_MAX = 64

Budgets = Mapping[Obligation, Limit | None]


def without_days(policy: Policy) -> str:
    """The version of a policy without its calendar's days, which are changed by adopting a calendar instead."""
    calendar = replace(policy.calendar, version="", days=(), published_years=frozenset())
    return stamped(replace(policy, calendar=calendar)).version


def successor(mine: Policy, offered: Policy) -> Policy:
    """The policy ``offered`` with the days of ``mine``. Cached, since thousands of issues share one value."""
    if not (is_stamped(mine) and is_stamped(offered)):
        return _successor(mine, offered)
    key = (mine.version, offered.version)
    known = _SUCCESSORS.get(key)
    if known is None:
        if len(_SUCCESSORS) >= SUCCESSORS_MAX:
            _SUCCESSORS.clear()
        known = _SUCCESSORS[key] = _successor(mine, offered)
    return known


def _successor(mine: Policy, offered: Policy) -> Policy:
    of_the_city = mine.calendar.rest_weekdays and offered.calendar.rest_weekdays
    known = mine.calendar if of_the_city else offered.calendar
    days = replace(offered.calendar, version=known.version, days=known.days, published_years=known.published_years)
    return stamped(replace(offered, calendar=days))


def relimited(issue: Issue, before: Policy, found: Resolution, after: Policy) -> Iterator[tuple[Clock, Limit]]:
    """The unmet clocks whose budget changes with the new limits, with the new budget.

    A clock whose budget differs from the old limits, through a date or a later class, keeps it.
    """
    was, now = _budgets(issue, issue.limits, before), _budgets(issue, found.limits, after)
    for clock in issue.clocks:
        if not clock.open or clock.stopped_at is not None:
            continue
        limit = _of_report(clock, issue.limits, found.limits) if clock.obligation is Obligation.REPORT else None
        if clock.obligation in was and clock.limit == was[clock.obligation]:
            limit = now[clock.obligation]
        if limit is not None and limit != clock.limit:
            yield clock, limit


def _budgets(issue: Issue, limits: Limits, policy: Policy) -> Budgets:
    silent = issue.silence_accepted_at is not None
    return {
        Obligation.ISSUE: limits.solve,
        Obligation.COMPLETE: limits.complete,
        Obligation.TRIAGE: hand_over_limit(issue, policy) if silent else limits.triage,
        Obligation.SUPPLY: limits.supply,
        Obligation.SIGN: limits.sign,
        Obligation.RULING: limits.ruling,
        Obligation.SOLVE: limits.solve if issue.round == 1 else limits.rework,
        Obligation.ASSIST: limits.assist,
        Obligation.CHECK: limits.check,
        Obligation.DELIVER: limits.deliver,
        Obligation.EVALUATE: limits.evaluate,
        Obligation.CALLBACK: limits.callback,
        Obligation.CLOSE_OUT: limits.close_out,
        Obligation.REPLY: limits.reply,
        Obligation.LIFT: limits.lift,
        Obligation.SIGN_DRAFT: limits.sign_draft,
        Obligation.LEVEL_RULING: limits.ruling,
        Obligation.LEVEL_UP: limits.level_up,
        Obligation.CONSULT: limits.consult,
        Obligation.OBJECTION: limits.objection_ruling,
    }


def _of_report(clock: Clock, was: Limits, now: Limits) -> Limit | None:
    """The new budget of the first or a later report; None: it keeps its budget."""
    if clock.limit == was.report:
        return now.report
    return now.report_every if clock.limit == was.report_every else None


def with_credit(clock: Clock, credited: Collection[str], batch: str, undoes: str, at: datetime) -> Clock:
    """The clock with what is credited to it, and without what an undone batch had credited."""
    if not clock.open or clock.stopped_at is not None:
        return clock
    pauses = tuple(one for one in clock.pauses if not undoes or one.basis != f"{CREDITED}:{undoes}")
    anew = replace(clock, pauses=pauses)
    return anew.excluding(clock.started_at, at, f"{CREDITED}:{batch}") if clock.key in credited else anew


def creditable(clock: Clock) -> bool:
    """Whether time spent can be credited: not where a person set a date."""
    return clock.until is None or clock.spared


@dataclass(frozen=True, slots=True)
class PolicyDifference:
    """One difference between two policies: the path, the old and the new value; an empty value: absent."""

    where: str
    was: str
    now: str


def differences(before: Policy, after: Policy) -> tuple[PolicyDifference, ...]:
    """Where two policies differ, days apart: each limit by its row, each law, county, unit, category."""
    was, now = _described(before), _described(after)
    return tuple(
        PolicyDifference(where, was.get(where, ""), now.get(where, ""))
        for where in dict.fromkeys((*was, *now))
        if was.get(where, "") != now.get(where, "")
    )


def _described(policy: Policy) -> dict[str, str]:
    values = {"profile": policy.profile, "office_minutes": str(policy.calendar.office_minutes)}
    for row, limits in policy.limits.items():
        values |= {f"limits/{row}/{name}": value for name, value in _fields(limits).items()}
    for law in policy.laws:
        values |= {f"laws/{law.id}/{name}": value for name, value in _law(law).items()}
    values |= {f"requests/{name}": value for name, value in _fields(policy.requests).items()}
    for name in ("county_groups", "unit_groups", "catalogue"):
        values |= {f"{name}/{key}": value for key, value in getattr(policy, name).items()}
    values |= {f"units/{code}": f"{unit.kind} {unit.name} {unit.county}".strip() for code, unit in policy.units.items()}
    values |= {f"groups/{id_}": f"{one.name} {one.authorisation_ref}" for id_, one in policy.groups.items()}
    values |= {f"hub_triages/{county}": "yes" for county in sorted(policy.hub_triages)}
    values["coordination"] = f"{policy.coordination.name} {policy.coordination.authorisation_ref}"
    named = {
        "limits",
        "laws",
        "requests",
        "county_groups",
        "unit_groups",
        "catalogue",
        "units",
        "groups",
        "hub_triages",
    }
    apart = named | {"coordination", "calendar", "version", "profile"}
    return values | {name: value for name, value in _fields(policy).items() if name not in apart}


def _law(law: Law) -> dict[str, str]:
    said = {name: value for name, value in _fields(law).items() if name != "limits"}
    return said | _fields(law.limits)


def _fields(of: object) -> dict[str, str]:
    return {each.name: _plain(getattr(of, each.name)) for each in fields(of)}  # type: ignore[arg-type]  # a dataclass


def _plain(value: object) -> str:
    return "" if value is None else str(value)
