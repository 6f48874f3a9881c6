"""Who may change the calendar of an issue, and when."""

from collections.abc import Mapping

from bihuan.domain.access.relations import anyone
from bihuan.domain.access.rules import NOT_ARCHIVED, Relation, Rule
from bihuan.domain.people import Role

KEEPERS: Mapping[Role, Relation] = {Role.COO: anyone, Role.ADM: anyone}
"""Who maintains templates, limits, calendars and users (docs/rules.md 2.2)."""

RULES: Mapping[str, Rule] = {
    "adopt_calendar": Rule(NOT_ARCHIVED, KEEPERS),
}
