"""What a second person says to what was asked."""

from enum import StrEnum


class Ruling(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
