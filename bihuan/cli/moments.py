"""Moments on the command line: how people write one, and how one is printed."""

from datetime import datetime

from bihuan.domain.clocks.workdays import CHINA_TIME, YEARS

MOMENT_ZH = f"{YEARS.start} 至 {YEARS.stop - 1} 年间的 ISO 8601 时刻"
MOMENT_EN = f"an ISO 8601 time from {YEARS.start} to {YEARS.stop - 1}, such as 2026-09-30T10:00"


def parse_moment(text: str) -> datetime:
    """An ISO 8601 moment; without an offset it is in China's time. Raises ValueError, also for a year out of range."""
    moment = datetime.fromisoformat(text)
    if moment.year not in YEARS:
        raise ValueError(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA_TIME)


def iso(moment: datetime | None) -> str:
    """ISO 8601 in China's time, for JSON; empty for None."""
    return moment.astimezone(CHINA_TIME).isoformat() if moment else ""


def to_the_minute(moment: datetime) -> str:
    """Such as ``2026-09-30 10:00``, in China's time."""
    return f"{moment.astimezone(CHINA_TIME):%Y-%m-%d %H:%M}"


def due_or_paused(moment: datetime | None) -> str:
    """A due moment to the minute; a paused clock has none."""
    return to_the_minute(moment) if moment else "停钟中 paused"
