"""What people ask of the calendar an issue goes by."""

from dataclasses import dataclass
from typing import Literal

from bihuan.domain.clocks.special_days import CalendarVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptCalendar:
    """更换日历: follow this calendar version from now on. The sender of the command looks ``calendar`` up."""

    act: Literal["adopt_calendar"] = "adopt_calendar"
    version: str
    calendar: CalendarVersion | None = None


ClockAct = AdoptCalendar

CLOCK_ACT_ZH = {
    "adopt_calendar": "更换日历",
}
