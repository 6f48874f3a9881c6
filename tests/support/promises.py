"""What is allowed, reckoned from the events alone: each wait, promise and deadline of an issue."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import singledispatch
from itertools import pairwise

from bihuan.domain import events as ev
from bihuan.domain.batches.commands import Handling
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.limits import IN_OFFICE, Limit, TimeUnit
from bihuan.domain.clocks.workdays import WorkCalendar
from bihuan.domain.policy import Limits, Policy
from tests.support.small_city.calendar import MONDAY, off_a_rest_day

ISSUE, SOLVE, TRIAGE, ASSIST = Obligation.ISSUE, Obligation.SOLVE, Obligation.TRIAGE, Obligation.ASSIST
EVERYTHING, RESULT_OWED, QUESTIONS_MAX = frozenset(Obligation), frozenset({ISSUE, SOLVE, ASSIST}), 2


@dataclass(slots=True)
class Wait:
    """A stretch that is nobody's: for which obligations, or for which unit's part; ``name`` says what it waits for.

    ``sure``: it is given for certain, and not only at the most.
    """

    name: str
    of: frozenset[Obligation]
    since: datetime
    until: datetime | None = None
    unit: str = ""
    sure: bool = True


Stretches = list[tuple[datetime, datetime, bool]]
"""Since when, until when, and whether that is given for certain."""


@dataclass(slots=True)
class Promise:
    """What is owed by when: budgets from ``since`` on, the longest of which counts, and dates named instead.

    ``named``: each with the moment from which on waiting moves it.
    """

    since: datetime
    budgets: list[Limit]
    named: list[tuple[datetime, datetime]] = field(default_factory=list)


def waited(waits: Iterable[Wait], what: Obligation, unit: str, now: datetime) -> Stretches:
    """The stretches that do not count for this obligation, each moment once, one for each time that something began or
    ended in it; what still lasts, until now.
    """
    mine = [(one.since, one.until or now, one.sure) for one in waits if what in one.of and one.unit in ("", unit)]
    turns = sorted({moment for since, until, _ in mine for moment in (since, until)})
    of = {one: [sure for since, until, sure in mine if since <= one[0] and one[1] <= until] for one in pairwise(turns)}
    return [(*one, any(sure)) for one, sure in of.items() if sure]


def moved_on(calendar: WorkCalendar, end: datetime, first: datetime, waits: Stretches, limit: Limit) -> datetime:
    """The end of a limit, later by what the waits cover of the time that counts from ``first`` on."""
    counted = [(max(since, first), until, sure) for since, until, sure in waits if until > first]
    if limit.unit in IN_OFFICE:
        covered = sum((calendar.office_time(since, until) for since, until, _ in counted), timedelta())
        return calendar.add_office(end, covered) if covered else end
    if limit.unit is TimeUnit.D:
        return latest(calendar, end, counted)
    return end + sum((until - since for since, until, _ in counted), timedelta())


def latest(calendar: WorkCalendar, end: datetime, waits: Stretches) -> datetime:
    """The latest end of a limit in days, whichever waits in a row were one, and with or without what is not sure.

    It has to be looked for: an end on a rest day rolls to the close of the next working day, and one that comes later,
    in the morning of that day, stays there.
    """
    ends = [{off_a_rest_day(end, calendar)}]
    for number, (_, until, sure) in enumerate(waits):
        reached = set() if sure else set(ends[number])
        for begun in range(number, -1, -1):
            since = waits[begun][0]
            reached |= {off_a_rest_day(one + (until - since), calendar) for one in ends[begun]}
            if begun and waits[begun - 1][1] < since:
                break
        ends.append(reached)
    return max(ends[-1])


class Ledger:
    """What the events of one issue allow. ``exact``: nothing happened that is reckoned here only from above."""

    limits: Limits
    longest: Limit | None = None

    def __init__(self) -> None:
        self.promises: dict[tuple[Obligation, str], Promise] = {}
        self.waits: list[Wait] = []
        self.had: list[str] = []
        self.holder, self.closed_by = "", ""
        self.handed_in: set[str] = set()
        self.received_at = self.closed_at = self.result_at = self.return_asked_at = MONDAY
        self.met_at: datetime | None = None
        self.questions = 0
        self.triaging = self.left_parent = self.promised = False
        self.exact = True

    def allowed(self, what: Obligation, unit: str, now: datetime, calendar: WorkCalendar) -> datetime | None:
        promise = self.promises.get((what, unit if what is ASSIST else ""))
        if promise is None:
            return None
        waits, ends = waited(self.waits, what, unit, now), []
        for limit in promise.budgets:
            first = calendar.first_counted(promise.since, limit)
            ends.append(moved_on(calendar, calendar.after(promise.since, limit), first, waits, limit))
        for until, since in promise.named:
            ends.append(moved_on(calendar, until, since, waits, promise.budgets[0]))
        return max(ends)

    def starts(self, what: Obligation, at: datetime, *budgets: Limit, unit: str = "") -> None:
        self.promises[what, unit if what is ASSIST else ""] = Promise(at, list(budgets))

    def triaged_anew(self, at: datetime) -> None:
        self.starts(TRIAGE, at, self.limits.triage)
        self.triaging = True

    def waits_for(self, name: str, of: frozenset[Obligation], since: datetime, unit: str = "") -> None:
        self.waits.append(Wait(name, of, since, unit=unit))

    def goes_on(self, name: str, at: datetime) -> None:
        for wait in self.waits:
            if wait.name == name and wait.until is None:
                wait.until = at

    def over(self, at: datetime, by: str) -> None:
        self.closed_by, self.closed_at = by, at
        for wait in self.waits:
            wait.until = wait.until or at

    def rebudget(self, triage: Limit, now: datetime, calendar: WorkCalendar, *, longer: bool) -> None:
        """Another class or policy: the new budget from the old anchor, and what a shortened one leaves at least.

        ``longer``: a budget it had may also stand. The same budget again changes nothing.
        """
        for (what, unit), promise in self.promises.items():
            budget = {ISSUE: self.limits.solve, TRIAGE: triage, ASSIST: self.limits.assist}.get(what)
            was = self.allowed(what, unit, now, calendar)
            if budget is None or was is None:
                continue
            stands = longer or budget in promise.budgets
            promise.budgets = [budget, *(promise.budgets if stands else [])]
            promise.named = [self.least(was, now, calendar), *(promise.named if stands else [])]

    def shortened(self, now: datetime, calendar: WorkCalendar) -> None:
        for (what, unit), promise in self.promises.items():
            if (was := self.allowed(what, unit, now, calendar)) is not None:
                promise.named.append(self.least(was, now, calendar))

    def least(self, was: datetime, now: datetime, calendar: WorkCalendar) -> tuple[datetime, datetime]:
        """What a deadline shortened now leaves: no moment is moved behind now."""
        return min(was, calendar.after(now, self.limits.sign)), now

    def another_round(self, at: datetime) -> None:
        self.met_at = None
        if self.holder:
            self.promises.pop((ISSUE, ""), None)
            self.starts(SOLVE, at, self.limits.rework)
            return
        self.starts(ISSUE, at, self.limits.solve)
        self.triaged_anew(at)


@singledispatch
def read(_event: ev.Event, _on: Ledger, _at: datetime, _policy: Policy, _calendar: WorkCalendar) -> None:
    """What is not said below moves no deadline; a new calendar moves them by what is reckoned with from then on."""


@read.register
def _(event: ev.Submitted, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.limits, on.received_at = event.limits, at
    on.longest = event.governed_by.solve_max if event.governed_by else None
    on.starts(ISSUE, at, event.limits.solve)
    if event.complete:
        on.triaged_anew(at)


@read.register
def _(_event: ev.Completed, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.triaged_anew(at)


@read.register
def _(event: ev.Classified, on: Ledger, at: datetime, policy: Policy, calendar: WorkCalendar) -> None:
    """Before dispatch it may move what is owed either way; afterwards it gives nothing. A date it leaves stands,
    whatever the calendar becomes.
    """
    on.limits = event.limits
    on.longest = event.governed_by.solve_max if event.governed_by else None
    if on.promised:
        on.shortened(at, calendar)
        return
    own = policy.limits_for(event.urgency, complex_=event.complex).triage
    triage = max(event.limits.triage, own, key=lambda limit: calendar.after(at, limit))
    on.exact &= own == event.limits.triage
    on.rebudget(triage, at, calendar, longer=False)


@read.register
def _(event: ev.PolicyAdopted, on: Ledger, at: datetime, _p: Policy, calendar: WorkCalendar) -> None:
    """A batch, approved by another person, may give longer limits, and the time so far for nothing."""
    on.limits, on.longest, on.exact = event.limits, event.governed_by.solve_max, False
    on.rebudget(event.limits.triage, at, calendar, longer=True)
    if (SOLVE, "") in on.promises:
        on.promises[SOLVE, ""].budgets += [event.limits.solve, event.limits.rework]
    if event.handling is Handling.CREDIT:
        on.waits.append(Wait("credited", RESULT_OWED | {TRIAGE}, on.received_at, at, sure=False))


@read.register
def _(event: ev.Dispatched, on: Ledger, at: datetime, _p: Policy, calendar: WorkCalendar) -> None:
    if event.unit == on.holder:  # designated again, it goes on as if refused
        judged_late(on, "late ruling", Obligation.RULING, on.limits.ruling, on.return_asked_at, at, calendar)
    triaged_by = on.allowed(TRIAGE, "", at, calendar)
    late = triaged_by is not None and at >= triaged_by
    again = on.had and event.unit not in on.had
    if event.own_limit and event.route == "hand_over" and on.exact:
        due = on.allowed(ISSUE, "", at, calendar)
        overdue = due is not None and at >= due
        assert late or overdue or on.left_parent or again, "a unit gets its own limit, and nobody was late"
    if event.own_limit:
        full, issue = on.limits.solve, on.promises.get((ISSUE, ""))
        if on.longest is None and on.promised and issue is not None:  # what was promised at the first dispatch
            promised = max(issue.budgets, key=lambda limit: calendar.after(at, limit))
            full = min(full, promised, key=lambda limit: calendar.after(at, limit))
        on.starts(SOLVE, at, full, on.limits.rework)
    on.holder, on.promised, on.triaging = event.unit, True, False
    on.had.append(event.unit)


@read.register
def _(_event: ev.InfoAsked, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.questions += 1
    if on.questions <= QUESTIONS_MAX:
        on.waits_for("information", frozenset({ISSUE, TRIAGE}), at)


@read.register(ev.InfoSupplied)
@read.register(ev.InfoLapsed)
def _(event: ev.InfoSupplied | ev.InfoLapsed, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.goes_on("information", event.moment if isinstance(event, ev.InfoLapsed) else at)


@read.register
def _(event: ev.DeemedAccepted, on: Ledger, _at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.starts(TRIAGE, event.moment, event.limit)


@read.register
def _(_event: ev.ResultSubmitted, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.result_at = on.met_at = at


@read.register
def _(_event: ev.SentBack, on: Ledger, at: datetime, _p: Policy, calendar: WorkCalendar) -> None:
    """What the check took beyond its own limit is not the unit's."""
    judged_late(on, "late check", Obligation.CHECK, on.limits.check, on.result_at, at, calendar)
    on.met_at = None


@read.register
def _(_event: ev.ReturnAsked, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.return_asked_at = at


@read.register
def _(_event: ev.ReturnRefused, on: Ledger, at: datetime, _p: Policy, calendar: WorkCalendar) -> None:
    """Nor what the ruling took."""
    judged_late(on, "late ruling", Obligation.RULING, on.limits.ruling, on.return_asked_at, at, calendar)


def judged_late(
    on: Ledger, name: str, what: Obligation, limit: Limit, asked: datetime, at: datetime, calendar: WorkCalendar
) -> None:
    held = waited(on.waits, what, "", at)
    first = calendar.first_counted(asked, limit)
    due = moved_on(calendar, calendar.after(asked, limit), first, held, limit)
    if due < at:
        on.waits.append(Wait(name, RESULT_OWED, due, at))


@read.register
def _(event: ev.Extended, on: Ledger, at: datetime, _p: Policy, calendar: WorkCalendar) -> None:
    on.promises[Obligation(event.clock.split("#")[0]), ""].named = [(event.until, at)]
    if on.longest is not None and on.exact:
        assert event.until <= calendar.after(on.received_at, on.longest), "beyond the whole time of the law"


@read.register
def _(_event: ev.Suspended, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.waits_for("suspension", RESULT_OWED, at)


@read.register
def _(event: ev.Resumed, on: Ledger, _at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.goes_on("suspension", event.moment)


@read.register
def _(event: ev.ClocksHeld, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.waits_for(f"hold {event.batch}", EVERYTHING, at)


@read.register
def _(event: ev.ClocksReleased, on: Ledger, _at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.goes_on(f"hold {event.hold}", event.moment)


@read.register
def _(_event: ev.Followed, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.waits_for("parent", frozenset({TRIAGE}), at)


@read.register
def _(_event: ev.Unfollowed, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.goes_on("parent", at)
    on.left_parent = True


@read.register(ev.Inherited)
@read.register(ev.Answered)
def _(event: ev.Inherited | ev.Answered, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.met_at, on.triaging = at, False
    if isinstance(event, ev.Inherited):
        on.holder, on.promised = event.unit, True
        on.had.append(event.unit)


@read.register
def _(event: ev.AssistAdded, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    """Asked again, the unit goes on with what it had left."""
    name = f"released {event.unit}"
    if any(wait.name == name and wait.until is None for wait in on.waits):
        on.goes_on(name, at)
    else:
        on.starts(ASSIST, at, on.limits.assist, unit=event.unit)


@read.register
def _(event: ev.AssistReleased, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    if event.unit not in on.handed_in:
        on.waits_for(f"released {event.unit}", frozenset({ASSIST}), at, event.unit)
    on.handed_in.discard(event.unit)


@read.register
def _(event: ev.PartSubmitted, on: Ledger, _at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.handed_in.add(event.unit)


@read.register(ev.PartReturned)
@read.register(ev.PartAccepted)
def _(event: ev.PartReturned | ev.PartAccepted, on: Ledger, _at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.handed_in.discard(event.unit)


@read.register
def _(_event: ev.ReworkOrdered, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.another_round(at)


@read.register(ev.Withdrawn)
@read.register(ev.Rejected)
@read.register(ev.Merged)
@read.register(ev.Terminated)
@read.register(ev.ClosedOut)
def _(event: ev.Event, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    on.over(at, event.event)


@read.register
def _(_event: ev.Reopened, on: Ledger, at: datetime, _p: Policy, _c: WorkCalendar) -> None:
    if on.closed_by in ("rejected", "merged"):
        on.holder, on.promised = "", False
        on.had.clear()
    if on.closed_by == "withdrawn":
        after_a_withdrawal(on, at)
    else:
        on.another_round(at)


def after_a_withdrawal(on: Ledger, at: datetime) -> None:
    """It goes on with what was left when it was withdrawn, or had its result before."""
    on.waits.append(Wait("withdrawal", frozenset({ISSUE, SOLVE}), on.met_at or on.closed_at, at))
    if on.triaging:
        on.waits.append(Wait("withdrawal", frozenset({TRIAGE}), on.closed_at, at))
    else:
        on.triaged_anew(at)
    on.promises.setdefault((ISSUE, ""), on.promises.get((SOLVE, ""), Promise(at, [on.limits.solve])))
    on.holder, on.met_at = "", None
