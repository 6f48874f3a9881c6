"""The ruling of a second person on a request."""

from enum import StrEnum


class Ruling(StrEnum):
    """Whether a request, a return, an objection or a level-up is approved (docs/rules.md 6)."""

    APPROVE = "approve"
    REFUSE = "refuse"
