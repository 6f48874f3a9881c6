"""The part of an assisting unit (协办单位) as a value, and how it stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PartState(StrEnum):
    """How the part of an assisting unit stands."""

    OWED = "OWED"
    HANDED_IN = "HANDED_IN"
    """The lead has it and has not judged it."""
    ACCEPTED = "ACCEPTED"
    RELEASED = "RELEASED"
    LAPSED = "LAPSED"
    """Over with the issue's result, or with the issue; ``handed_in_at`` says whether it had been handed in."""


PART_ZH = {
    PartState.OWED: "待提交",
    PartState.HANDED_IN: "已提交，待采纳",
    PartState.ACCEPTED: "已采纳",
    PartState.RELEASED: "已免除",
    PartState.LAPSED: "随件终结",
}
assert set(PART_ZH) == set(PartState)


@dataclass(frozen=True, slots=True)
class Part:
    """The part an assisting unit (协办单位) does for the lead, whoever leads. ``clock``: its key and its deadline."""

    clock: str
    unit: str
    task: str
    asked_at: datetime
    state: PartState = PartState.OWED
    text: str = ""
    evidence: tuple[str, ...] = ()
    handed_in_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    """Why it was last returned, or released."""

    @property
    def open(self) -> bool:
        return self.ended_at is None
