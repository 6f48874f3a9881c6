"""What happened to the calendar an issue goes by."""

from dataclasses import dataclass
from typing import Literal

from bihuan.domain.clocks.changes import ClockJudged, ClockMoved


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarAdopted:
    """The issue follows another calendar, and so another policy. ``kept``: keys of alarms that are not raised again."""

    event: Literal["calendar_adopted"] = "calendar_adopted"
    version: str
    source: str
    policy_version: str
    moved: tuple[ClockMoved, ...]
    judged: tuple[ClockJudged, ...]
    kept: tuple[str, ...]


ClockEvent = CalendarAdopted
