"""What an event may say of a clock: another budget, another due moment, and by when it was judged."""

from dataclasses import dataclass
from datetime import date, datetime

from bihuan.domain.clocks.limits import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitChange:
    """A running clock gets another budget from the same anchor."""

    clock: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class NamedDay:
    day: date
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMoved:
    """A deadline is another, for the days named where it is for days; neither moment is known while a pause lasts.

    ``spared``: the moment it is not shortened beyond.
    """

    clock: str
    was: datetime | None
    due: datetime | None
    days: tuple[NamedDay, ...] = ()
    spared: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRulingCredit:
    """A ruling took longer than its own limit, which was over at ``since``: what a unit could only wait for is given
    back to the clock it is pressed by. Its rungs may be raised again, but for those ``kept``: the unit heard of them.
    """

    since: datetime
    moved: ClockMoved
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockJudged:
    """What had been done stays judged by the moment it was owed by then."""

    clock: str
    met_at: datetime
    due: datetime
