"""Who may say something of an issue in any phase."""

from collections.abc import Mapping

from bihuan.domain.access.relations import READERS
from bihuan.domain.access.rules import NOT_ARCHIVED, Rule

RULES: Mapping[str, Rule] = {
    "note": Rule(NOT_ARCHIVED, READERS),
}
