"""What an event may change of a clock: its budget, its due moment, and by when it is judged."""

from dataclasses import dataclass
from datetime import date, datetime

from bihuan.domain.clocks.limits import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitChange:
    """A running clock gets another budget, counted from the same start."""

    clock: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class NamedDay:
    day: date
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMoved:
    """A deadline moved from ``was`` to ``due``; both are None while a pause lasts.

    ``days``: the days of the calendar that moved it, where days did. ``spared``: the earliest due moment a shortened
    deadline is left.
    """

    clock: str
    was: datetime | None
    due: datetime | None
    days: tuple[NamedDay, ...] = ()
    spared: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRulingCredit:
    """A ruling took longer than its own limit, which ended at ``since``: the time from then on is given back to the
    waiting unit's clock (docs/rules.md 1.5). Its rungs may be raised again, except ``kept``, which the unit was
    notified of.
    """

    since: datetime
    moved: ClockMoved
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockJudged:
    """What was done at ``met_at`` stays judged by ``due``, the due moment that applied then."""

    clock: str
    met_at: datetime
    due: datetime
