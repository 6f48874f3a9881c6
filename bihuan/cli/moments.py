"""A moment as people give it to a command."""

from datetime import datetime

from bihuan.domain.clocks.workdays import CHINA_TIME, YEARS

MOMENT_ZH = f"{YEARS.start} 至 {YEARS.stop - 1} 年间的 ISO 8601 时刻"
MOMENT_EN = f"an ISO 8601 time from {YEARS.start} to {YEARS.stop - 1}, such as 2026-09-30T10:00"


def parse_moment(text: str) -> datetime:
    """With its offset; without one, of China. Raises ValueError; a year that nobody means is one."""
    asked = datetime.fromisoformat(text)
    if asked.year not in YEARS:
        raise ValueError(text)
    return asked if asked.tzinfo else asked.replace(tzinfo=CHINA_TIME)
