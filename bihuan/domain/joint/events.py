"""What happened to the parts of assisting units."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistAdded:
    """A unit is to do a part of it for the lead."""

    event: Literal["assist_added"] = "assist_added"
    unit: str
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSubmitted:
    event: Literal["part_submitted"] = "part_submitted"
    unit: str
    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAccepted:
    """``implied``: by the result that went out with it, or because the unit now leads; nobody said so of the part."""

    event: Literal["part_accepted"] = "part_accepted"
    unit: str
    note: str = ""
    implied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReturned:
    event: Literal["part_returned"] = "part_returned"
    unit: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistReleased:
    """The part was taken off the unit, not done. ``leads``: because the whole issue is now its own."""

    event: Literal["assist_released"] = "assist_released"
    unit: str
    reason: str = ""
    leads: bool = False


JointEvent = AssistAdded | PartSubmitted | PartAccepted | PartReturned | AssistReleased
