"""Policy as data: limits, ladder, catalogue and roster, stamped whole on the issue it governs.

A policy enters a workflow as recorded input and is never looked up again, so an edited file cannot change
the limits of an open issue (docs/architecture.md, rule 4).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from functools import cache

from bihuan.domain.clocks.limits import Limit, TimeUnit
from bihuan.domain.clocks.workdays import WorkCalendar


class Urgency(StrEnum):
    """How pressing a matter is; decides the limits (docs/rules.md 4.2)."""

    CONSULT = "CONSULT"
    URGENT = "URGENT"
    GENERAL = "GENERAL"
    COMPLEX = "COMPLEX"
    HISTORIC = "HISTORIC"


URGENCY_ZH: Mapping[Urgency, str] = {
    Urgency.CONSULT: "咨询",
    Urgency.URGENT: "紧急",
    Urgency.GENERAL: "一般",
    Urgency.COMPLEX: "复杂",
    Urgency.HISTORIC: "历史遗留",
}
assert set(URGENCY_ZH) == set(Urgency)


class UnitKind(StrEnum):
    """What a handling unit is."""

    DEPARTMENT = "DEPARTMENT"
    """A department of the city."""
    COUNTY = "COUNTY"
    """A department of one county."""
    HUB = "HUB"
    """A county's hub, which triages, hands over and may itself hold an issue."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that can be handed an issue. ``county`` is the 6-digit code, empty for a city department."""

    code: str
    name: str
    kind: UnitKind
    county: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A supervision group: ``authorisation_ref``: the document its orders are based on."""

    id: str
    name: str
    authorisation_ref: str


WORKING_DAY, THREE_DAYS = Limit(1, TimeUnit.WD), Limit(3, TimeUnit.WD)
THREE_CALENDAR_DAYS = Limit(3, TimeUnit.D)
FIVE_DAYS, TEN_DAYS = Limit(5, TimeUnit.WD), Limit(10, TimeUnit.WD)


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit of one issue, resolved for its class and stored with it (docs/rules.md 4). None: does not apply."""

    triage: Limit
    sign: Limit
    report: Limit | None
    report_every: Limit | None
    solve: Limit
    blue: Limit
    complete: Limit
    supply: Limit
    return_window: Limit
    ruling: Limit
    rework: Limit
    check: Limit
    deliver: Limit
    evaluate: Limit
    callback: Limit
    callback_apart: Limit
    close_out: Limit
    reply: Limit
    lift: Limit
    archive: Limit
    sup_after: Limit
    assist: Limit = THREE_DAYS
    transfer_window: Limit = THREE_DAYS
    """How long after receiving an issue a unit may transfer it."""
    crit_after: Limit | None = None
    """How long after the due moment R3 follows. None, here and below: this policy has no such step."""
    level_up: Limit | None = None
    letter_after: Limit | None = None
    """How long after R5 follows R6."""
    sign_draft: Limit | None = None
    consult: Limit | None = None
    objection: Limit | None = None
    objection_ruling: Limit | None = None
    repeat_every: Limit | None = None
    urge_every: Limit | None = None
    audit: Limit = WORKING_DAY
    """How soon a withdrawal is audited."""
    audit_window: Limit = THREE_CALENDAR_DAYS
    """A withdrawal so soon after an act of a unit is audited."""
    remind_every: Limit = FIVE_DAYS
    """How often obligations unmet above R2 are reminded of, without end (docs/rules.md 5.6)."""
    level_up_after: Limit = TEN_DAYS
    """How long after R3 a level-up (R4) follows for one unit alone."""


MONTH, QUARTER = Limit(30, TimeUnit.D), Limit(90, TimeUnit.D)


@dataclass(frozen=True, slots=True)
class RequestRules:
    """What side requests may ask, who rules on them and how soon (docs/rules.md 6).

    ``extension_before``: how long before the end of a limit its extension must be asked. ``extension_percent``: the
    most that all extensions of a limit add to it, in percent. Beyond ``extensions_by_coordination`` extensions a city
    leader rules; beyond ``extensions_max`` none is possible. ``suspension_review``: the latest review of a suspension;
    beyond ``suspension_by_coordination`` in total a city leader rules. ``suspended_report`` None: no reports meanwhile.
    """

    ruling: Limit = WORKING_DAY
    extension_before: Limit = WORKING_DAY
    extension_percent: int = 100
    extensions_by_coordination: int = 1
    extensions_max: int = 2
    suspension_review: Limit = MONTH
    suspension_by_coordination: Limit = QUARTER
    suspended_report: Limit | None = MONTH
    appeal_window: Limit = THREE_DAYS
    appeal_ruling: Limit = THREE_DAYS


@dataclass(frozen=True, slots=True)
class Law:
    """A legal limit: for its categories it replaces the city's profile, whatever the urgency (docs/rules.md 4.3).

    ``solve_max``: the longest ``solve`` may become by extension. ``silence_accepts``: an issue not triaged within the
    triage limit is deemed accepted when it ends.
    """

    id: str
    name: str
    name_en: str
    citation: str
    citation_en: str
    categories: tuple[str, ...]
    limits: Limits
    solve_max: Limit
    silence_accepts: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """One city's rules at one moment.

    ``limits`` is keyed by urgency, and by ``"CONSULT+complex"`` where a consultation is declared complex.
    ``counties``: code → name; empty in policies recorded before counties had names.
    ``catalogue`` maps a category to its service group; ``county_groups`` and ``unit_groups`` map a county or
    a unit to its supervision group; ``hub_triages`` lists the counties whose hub is the triager.
    ``alarms_late_s``: a rung raised more than this many seconds after its moment is marked late.
    ``laws``: each category is governed by one at most.
    ``repeats_max``: how often an unacknowledged notice repeats; ``level_up_…``: how many units that missed the result,
    rounds of rework or transfers raise R4.
    """

    version: str
    profile: str
    limits: Mapping[str, Limits]
    calendar: WorkCalendar
    units: Mapping[str, Unit]
    groups: Mapping[str, Group]
    county_groups: Mapping[str, str]
    unit_groups: Mapping[str, str]
    catalogue: Mapping[str, str]
    hub_triages: frozenset[str]
    coordination: Group
    alarms_late_s: float
    callback_sample_percent: int = 10
    laws: tuple[Law, ...] = ()
    requests: RequestRules = RequestRules()
    repeats_max: int = 5
    level_up_units: int = 2
    level_up_reworks: int = 3
    level_up_transfers: int = 3
    counties: Mapping[str, str] = field(default_factory=dict)

    def limits_for(self, urgency: Urgency, *, complex_: bool) -> Limits:
        """The limits of one urgency; a complex consultation has its own row."""
        if urgency is Urgency.CONSULT and complex_:
            return self.limits["CONSULT+complex"]
        return self.limits[urgency]

    def group_for(self, unit: str, county: str) -> str:
        """The supervision group: the unit's if the roster names one, else the county's, else coordination."""
        return self.unit_groups.get(unit) or self.county_groups.get(county) or self.coordination.id

    def group(self, group_id: str) -> Group:
        return self.groups.get(group_id, self.coordination)

    def hub(self, county: str) -> str:
        """The code of the county's hub, empty where there is none."""
        return next((u.code for u in self.units.values() if u.kind is UnitKind.HUB and u.county == county), "")


def stamped(policy: Policy) -> Policy:
    """The policy with a version made from its content, ``profile@digest``: equal content has equal versions."""
    content = json.dumps(replace(policy, version=""), sort_keys=True, default=_plain, ensure_ascii=False)
    digest = hashlib.sha256(content.encode()).hexdigest()[:12]
    return replace(policy, version=f"{policy.profile}@{digest}")


def is_stamped(policy: Policy) -> bool:
    return policy.version.startswith(f"{policy.profile}@")


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def _plain(value: object) -> object:
    kind: type = type(value)
    if is_dataclass(kind):
        return {name: getattr(value, name) for name in _names(kind)}
    return sorted(value) if isinstance(value, frozenset) else str(value)
