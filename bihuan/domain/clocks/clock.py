"""A clock is a budget and a ledger of runs and pauses; its due moment is worked out, never stored."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bihuan.domain.clocks.limits import CALENDAR_UNITS, Limit, TimeUnit
from bihuan.domain.clocks.workdays import CHINA_TIME, WorkCalendar


class Obligation(StrEnum):
    """What has to be done. The obligation and its occurrence name a clock: ``report#2`` (docs/rules.md 3.2)."""

    ISSUE = "issue"
    """The enterprise's own clock, from receipt to result. Paused while the enterprise is asked, and by suspensions."""
    COMPLETE = "complete"
    TRIAGE = "triage"
    SUPPLY = "supply"
    SIGN = "sign"
    RULING = "ruling"
    REPORT = "report"
    ASSIST = "assist"
    """The part an assisting unit must hand in to the lead."""
    SOLVE = "solve"
    """A unit's own limit after a late hand-over, a transfer or a reassignment, and in every round of rework."""
    CHECK = "check"
    DELIVER = "deliver"
    EVALUATE = "evaluate"
    CALLBACK = "callback"
    CLOSE_OUT = "close_out"
    REPLY = "reply"
    LIFT = "lift"
    REQUEST = "request"
    """The ruling on one side request; waiting for it pauses nothing."""
    REVIEW = "review"
    """A suspension, until the date named for its review; then the issue goes on by itself."""
    UPDATE = "update"
    """What a unit reports while the issue is suspended."""
    HOLD = "hold"
    """A mass suspension, until its date; then all other clocks run on by themselves."""
    ARCHIVE = "archive"
    SIGN_DRAFT = "sign_draft"
    """A paper above R2 awaits a named person, who signs or discards it."""
    LEVEL_RULING = "level_ruling"
    LEVEL_UP = "level_up"
    """The task force's time, from the signature on the level-up paper."""
    CONSULT = "consult"
    OBJECTION = "objection"
    AUDIT = "audit"
    """Whether the enterprise withdrew of its own will (撤单质检)."""


LAPSING = frozenset({Obligation.SUPPLY, Obligation.EVALUATE, Obligation.REVIEW, Obligation.HOLD, Obligation.ARCHIVE})
"""These raise no alarms: the issue moves on by itself when they run out."""
DATED = frozenset({Obligation.REVIEW, Obligation.HOLD})
"""These end on the named date even on a rest day: it says when clocks resume, and is no party's limit."""

OBLIGATION_ZH = {
    Obligation.ISSUE: "问题总时限",
    Obligation.COMPLETE: "补全",
    Obligation.TRIAGE: "梳理",
    Obligation.SUPPLY: "补正",
    Obligation.SIGN: "签收",
    Obligation.RULING: "退回裁定",
    Obligation.REPORT: "阶段性反馈",
    Obligation.ASSIST: "协办",
    Obligation.SOLVE: "办理",
    Obligation.CHECK: "审核",
    Obligation.DELIVER: "反馈",
    Obligation.EVALUATE: "评价",
    Obligation.CALLBACK: "回访",
    Obligation.CLOSE_OUT: "销号",
    Obligation.REPLY: "督办回复",
    Obligation.LIFT: "督办解除",
    Obligation.REQUEST: "申请裁定",
    Obligation.REVIEW: "挂起复核",
    Obligation.UPDATE: "挂起期间反馈",
    Obligation.HOLD: "统一停钟",
    Obligation.ARCHIVE: "归档",
    Obligation.SIGN_DRAFT: "文稿审签",
    Obligation.LEVEL_RULING: "提级裁定",
    Obligation.LEVEL_UP: "提级办理",
    Obligation.CONSULT: "会商纪要",
    Obligation.OBJECTION: "督办申诉裁定",
    Obligation.AUDIT: "撤单质检",
}
assert set(OBLIGATION_ZH) == set(Obligation)


SUSPENDED = "SUSPENDED"
"""Prefix of the basis of a suspension's pause: ``SUSPENDED:COURT``."""
WITHDRAWN = "WITHDRAWN"
"""Basis of the pause between a withdrawal and the reopening."""
RULED_LATE = "RULED_LATE"
"""Basis of the pause that a ruling beyond its own limit is credited as."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A period that does not count, with its basis; ``until`` is None while it lasts."""

    since: datetime
    basis: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class End:
    """Where a limit ends. ``pause``: the one that moved the end to ``at``; None: the first end. ``rest``: the moment
    on a rest day from which the end rolled to ``at``."""

    at: datetime
    pause: Pause | None = None
    rest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What was done at ``met_at`` stays judged by ``due``, whatever a later calendar would make of it."""

    met_at: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """One obligation running against one party.

    ``limit`` is the budget. ``unit`` is the responsible unit, if a unit is responsible; ``order`` the order, draft or
    consultation it belongs to; ``request`` the side request whose ruling it waits for.
    ``stopped_at``: met for now, may run on as if never stopped. ``ended_at``: over for good. ``taken``: over because
    the issue, or a part of it, was taken from the unit, not because anything was done.
    ``grant`` counts the changes of the deadline after which a rung may be raised again. ``judged``: the due moment that
    applied when the obligation was met, where another calendar was adopted later.
    ``until``: a date set instead of the end of the budget, at ``until_from``; it already accounts for pauses before
    that. ``spared``: that date was not set by a person, it is the least that shortening a deadline may leave.
    ``pressed_at``: when its last rung was raised or last reminded of; ``reminders`` counts those reminders.
    """

    obligation: Obligation
    occurrence: int
    limit: Limit
    started_at: datetime
    unit: str = ""
    order: str = ""
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None
    ended_at: datetime | None = None
    grant: int = 0
    taken: bool = False
    judged: Judged | None = None
    until: datetime | None = None
    until_from: datetime | None = None
    request: str = ""
    pressed_at: datetime | None = None
    reminders: int = 0
    spared: bool = False

    @property
    def key(self) -> str:
        return f"{self.obligation}#{self.occurrence}"

    @property
    def open(self) -> bool:
        """Not over for good."""
        return self.ended_at is None

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None

    @property
    def met_at(self) -> datetime | None:
        """When the obligation was met: for now (``stopped_at``) or for good; None: not yet."""
        return self.stopped_at or self.ended_at

    @property
    def running(self) -> bool:
        """Counting now."""
        return self.open and self.stopped_at is None and not self.paused

    def pause(self, at: datetime, basis: str) -> "Clock":
        """The clock, paused on this basis from ``at``; a pause that lasts ends there."""
        return replace(self, pauses=(*self.resume(at).pauses, Pause(at, basis)))

    def resume(self, at: datetime) -> "Clock":
        """The clock, with the pause that lasts ended at ``at``."""
        if not self.paused:
            return self
        last = self.pauses[-1]
        return replace(self, pauses=(*self.pauses[:-1], replace(last, until=max(at, last.since))))

    def excluding(self, since: datetime, until: datetime, basis: str) -> "Clock":
        """The clock, paused from ``since`` to ``until`` as well; what overlaps another pause counts once."""
        anew = (Pause(begun, basis, over) for begun, over in self._counted(since, until))
        return replace(self, pauses=tuple(sorted((*self.pauses, *anew), key=lambda pause: pause.since)))

    def _counted(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The parts of the period that lie between the pauses."""
        for pause in self.pauses:
            if since < min(pause.since, until):
                yield since, min(pause.since, until)
            since = max(since, pause.until or until)
        if since < until:
            yield since, until

    def continued(self, at: datetime, basis: str) -> "Clock":
        """The clock, running again from ``at`` with the time that was left when it was met or ended."""
        since = self.met_at
        assert since is not None, "only a clock that was met or ended continues"
        return replace(
            self,
            pauses=(*self.resume(since).pauses, Pause(since, basis, at)),
            stopped_at=None,
            ended_at=None,
            taken=False,
        )

    def with_limit(self, limit: Limit) -> "Clock":
        """The clock with another budget from the same start; a minimum left by an earlier shortening is dropped."""
        clock = replace(self, until=None, until_from=None, spared=False) if self.spared else self
        return replace(clock, limit=limit)

    def shortened_to(self, until: datetime, at: datetime) -> "Clock":
        """The clock, shortened at ``at`` so that it is due at ``until`` and no earlier."""
        return replace(self, until=until, until_from=at, spared=True)

    def overdue_since(self, calendar: WorkCalendar, now: datetime) -> datetime | None:
        """Since when it is overdue at ``now`` (of a paused clock: when its pause began); None: it is not."""
        upto = self.pauses[-1].since if self.paused else now
        due = self.resume(upto).due(calendar)
        return due if due is not None and due <= upto else None

    def due(self, calendar: WorkCalendar) -> datetime | None:
        """When the budget is used up; None while a pause lasts, since its end is unknown (docs/rules.md 3.1-3.3)."""
        if self.judged is not None and self.judged.met_at == self.met_at:
            return self.judged.due
        if self.paused:
            return None
        return list(self.ends(calendar))[-1].at

    def ends(self, calendar: WorkCalendar) -> Iterator[End]:
        """Its end before any pause, then after each pause that gave time back. An end on a rest day rolls, so that the
        hours left when a pause began are left when it is over."""
        end = self._end(self.until or calendar.after(self.started_at, self.limit), None, calendar)
        yield end
        for pause in self._counting:
            if credit := self._credit(pause, calendar):
                end = self._end(calendar.postpone(end.at, credit, self.limit), pause, calendar)
                yield end

    def _end(self, moment: datetime, pause: Pause | None, calendar: WorkCalendar) -> End:
        moment = moment.astimezone(CHINA_TIME)
        at = moment if self.obligation in DATED else calendar.rolled(moment, self.limit)
        return End(at, pause, None if at == moment else moment)

    def due_unextended(self, calendar: WorkCalendar) -> datetime | None:
        """When it would be due had no date been set instead of its end."""
        return replace(self, until=None, until_from=None).due(calendar)

    def provisional(self, calendar: WorkCalendar) -> bool:
        """Whether its due moment may still move with a calendar paper that is not published yet."""
        due = self.due(calendar)
        rolls = self.limit.unit is TimeUnit.D and self.obligation not in DATED
        counted = rolls or (self.limit.unit in CALENDAR_UNITS and self.until is None)
        return counted and due is not None and calendar.provisional(self.started_at, due)

    def last_quarter(self, calendar: WorkCalendar) -> datetime:
        """When the last quarter of the budget begins; pauses move it as they move the due moment."""
        uncredited = calendar.last_quarter(self.started_at, calendar.after(self.started_at, self.limit), self.limit)
        return calendar.postpone(uncredited, self.credited(calendar), self.limit)

    @property
    def resumed_at(self) -> datetime:
        """Since when it has been counting towards this deadline without a pause."""
        ended = (pause.until for pause in self.pauses if pause.until is not None)
        shortened = self.until_from if self.spared and self.until_from else self.started_at
        return max(shortened, *ended, self.started_at)

    def credited(self, calendar: WorkCalendar) -> timedelta:
        """The counted time that all ended pauses give back, unrounded (docs/rules.md 3.3)."""
        return sum((self._credit(pause, calendar) for pause in self._counting), timedelta())

    @property
    def _counting(self) -> Iterator[Pause]:
        """The pauses that move its end; a date set later already accounts for those before it."""
        named = self.until_from
        return (pause for pause in self.pauses if named is None or pause.until is None or pause.until > named)

    def _credit(self, pause: Pause, calendar: WorkCalendar) -> timedelta:
        if pause.until is None:
            return timedelta()
        since = max(pause.since, self.until_from or pause.since)
        return calendar.credit(since, pause.until, self.started_at, self.limit)
