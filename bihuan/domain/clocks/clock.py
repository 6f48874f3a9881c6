"""A clock is a budget and a ledger of runs and pauses; its due moment is worked out, never stored."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bihuan.domain.clocks.limits import CALENDAR_UNITS, Limit, TimeUnit
from bihuan.domain.clocks.workdays import CHINA_TIME, WorkCalendar


class Obligation(StrEnum):
    """What is owed. The obligation and its occurrence name a clock: ``report#2``."""

    ISSUE = "issue"
    """The enterprise's own clock, from receipt to result; nothing but the enterprise's answer pauses it."""
    COMPLETE = "complete"
    TRIAGE = "triage"
    SUPPLY = "supply"
    SIGN = "sign"
    RULING = "ruling"
    REPORT = "report"
    ASSIST = "assist"
    """The part an assisting unit owes the lead."""
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
    """A mass suspension, until its date; then all that is owed runs on by itself."""
    ARCHIVE = "archive"
    SIGN_DRAFT = "sign_draft"
    """A paper above R2 lies before a named person: signed or discarded."""
    LEVEL_RULING = "level_ruling"
    LEVEL_UP = "level_up"
    """The task force's time, from the signature that levelled the issue up."""
    CONSULT = "consult"
    OBJECTION = "objection"
    AUDIT = "audit"
    """Whether the enterprise withdrew of its own will (撤单质检)."""


LAPSING = frozenset({Obligation.SUPPLY, Obligation.EVALUATE, Obligation.REVIEW, Obligation.HOLD, Obligation.ARCHIVE})
"""Nobody is pressed by these; the loop moves on by itself when they run out."""
DATED = frozenset({Obligation.REVIEW, Obligation.HOLD})
"""These end on the date that was named, a rest day or not: it says when clocks go on, and is nobody's limit."""

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
"""How the ground of a suspension's pause begins; its basis follows."""
WITHDRAWN = "WITHDRAWN"
"""The ground of the time between a withdrawal and the reopening."""
RULED_LATE = "RULED_LATE"
"""The ground of what a ruling takes beyond its own limit."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch that does not count, with its ground; ``until`` is None while it lasts."""

    since: datetime
    basis: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class End:
    """Where a limit ends; ``pause``: what moved it there, None before any did; ``rest``: the moment on a rest day from
    which it rolled to ``at``."""

    at: datetime
    pause: Pause | None = None
    rest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What was done at ``met_at`` was owed by ``due``; a calendar that came later takes nothing back."""

    met_at: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """One obligation running against one party.

    ``limit`` is the budget. ``unit`` is who owes it where a unit does, ``order`` the order, draft or consultation
    it belongs to.
    ``stopped_at``: met for now, may run on as if never stopped; ``ended_at``: over for good; ``taken``: over because
    the issue, or a part of it, was taken from the unit, not because anything was done. ``grant`` counts
    the changes of the deadline after which a rung may be raised again. ``judged``: by when it was owed, where what was
    owed had been done before another calendar came. ``until`` is a date named instead of the end of the budget,
    ``until_from`` when it was: pauses before that are in it already. ``spared``: nobody named it, it is what a deadline
    that was shortened at ``until_from`` left at least. ``request``: the side request whose ruling this clock waits for.
    ``pressed_at``: when its last rung was raised, or brought up again for the ``reminders``-th time.
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
        """When what is owed was done, as far as is known."""
        return self.stopped_at or self.ended_at

    @property
    def running(self) -> bool:
        """Counting now."""
        return self.open and self.stopped_at is None and not self.paused

    def pause(self, at: datetime, basis: str) -> "Clock":
        """The clock, paused on this ground from now on, whatever it was paused for."""
        return replace(self, pauses=(*self.resume(at).pauses, Pause(at, basis)))

    def resume(self, at: datetime) -> "Clock":
        """The clock, its pause over where it was in one."""
        if not self.paused:
            return self
        last = self.pauses[-1]
        return replace(self, pauses=(*self.pauses[:-1], replace(last, until=max(at, last.since))))

    def uncounted(self, since: datetime, until: datetime, basis: str) -> "Clock":
        """The clock, for which this stretch does not count either; what it was paused for counts once."""
        anew = (Pause(begun, basis, over) for begun, over in self._counted(since, until))
        return replace(self, pauses=tuple(sorted((*self.pauses, *anew), key=lambda pause: pause.since)))

    def _counted(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What of the stretch lies between the pauses."""
        for pause in self.pauses:
            if since < min(pause.since, until):
                yield since, min(pause.since, until)
            since = max(since, pause.until or until)
        if since < until:
            yield since, until

    def again(self, at: datetime, basis: str) -> "Clock":
        """The clock, not over after all: it goes on with what was left when it was met or ended."""
        since = self.met_at
        assert since is not None, "what goes on again was over"
        return replace(
            self,
            pauses=(*self.resume(since).pauses, Pause(since, basis, at)),
            stopped_at=None,
            ended_at=None,
            taken=False,
        )

    def relimit(self, limit: Limit) -> "Clock":
        """The clock with another budget from the same anchor; what it was spared by an earlier one is forgotten."""
        clock = replace(self, until=None, until_from=None, spared=False) if self.spared else self
        return replace(clock, limit=limit)

    def spare(self, until: datetime, at: datetime) -> "Clock":
        """The clock, shortened now: due at this moment and not before."""
        return replace(self, until=until, until_from=at, spared=True)

    def overdue_since(self, calendar: WorkCalendar, now: datetime) -> datetime | None:
        """When its time was up, where it is; of a paused clock: where it was when the pause began."""
        upto = self.pauses[-1].since if self.paused else now
        due = self.resume(upto).due(calendar)
        return due if due is not None and due <= upto else None

    def due(self, calendar: WorkCalendar) -> datetime | None:
        """When the budget is used up; None while a pause lasts, because nobody can know yet."""
        if self.judged is not None and self.judged.met_at == self.met_at:
            return self.judged.due
        if self.paused:
            return None
        return list(self.ends(calendar))[-1].at

    def ends(self, calendar: WorkCalendar) -> Iterator[End]:
        """Its end before any pause, then after each that gave time back. On a rest day it rolls, every time: who had
        hours left when a pause began has no fewer when it is over."""
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
        """When it would be due had no other date been named."""
        return replace(self, until=None, until_from=None).due(calendar)

    def provisional(self, calendar: WorkCalendar) -> bool:
        """Whether its due moment may still move with a calendar paper that is not published yet."""
        due = self.due(calendar)
        rolls = self.limit.unit is TimeUnit.D and self.obligation not in DATED
        counted = rolls or (self.limit.unit in CALENDAR_UNITS and self.until is None)
        return counted and due is not None and calendar.provisional(self.started_at, due)

    def last_quarter(self, calendar: WorkCalendar) -> datetime:
        """Where the last quarter of the budget begins; pauses move it as they move the due moment."""
        uncredited = calendar.last_quarter(self.started_at, calendar.after(self.started_at, self.limit), self.limit)
        return calendar.postpone(uncredited, self.credited(calendar), self.limit)

    @property
    def resumed_at(self) -> datetime:
        """Since when it has been counting to this deadline without a pause."""
        ended = (pause.until for pause in self.pauses if pause.until is not None)
        shortened = self.until_from if self.spared and self.until_from else self.started_at
        return max(shortened, *ended, self.started_at)

    def credited(self, calendar: WorkCalendar) -> timedelta:
        """The counted time all ended pauses give back, unrounded (docs/rules.md 3.3)."""
        return sum((self._credit(pause, calendar) for pause in self._counting), timedelta())

    @property
    def _counting(self) -> Iterator[Pause]:
        """The pauses that move its end; what lies before a date was named is in it already."""
        named = self.until_from
        return (pause for pause in self.pauses if named is None or pause.until is None or pause.until > named)

    def _credit(self, pause: Pause, calendar: WorkCalendar) -> timedelta:
        if pause.until is None:
            return timedelta()
        since = max(pause.since, self.until_from or pause.since)
        return calendar.credit(since, pause.until, self.started_at, self.limit)
