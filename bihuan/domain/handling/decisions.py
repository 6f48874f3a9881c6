"""What follows from reports, a result, its check, and word to the enterprise."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.bounds import blank
from bihuan.domain.clocks.changes import ClockMoved
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.evolve import evolve
from bihuan.domain.handlers import Decider
from bihuan.domain.handling.results import require_result
from bihuan.domain.issue import Issue
from bihuan.domain.joint import decisions as joint
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import FieldMissing


def _report(act: do.Report, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.Reported(text=act.text)


def _submit_result(
    act: do.SubmitResult, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy
) -> Iterator[ev.Event]:
    require_result(act.outcome)
    result = ev.ResultSubmitted(
        outcome=act.outcome, text=act.text, evidence=act.evidence, open_parts_reason=act.open_parts_reason
    )
    yield from joint.with_parts(result, issue)


def _check(act: do.Check, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    if act.verdict is do.Verdict.PASS:
        yield ev.CheckPassed(reason=act.reason)
        return
    if blank(act.reason):
        raise FieldMissing(field="reason")
    yield _sent_back(act.reason, issue, now, policy)


def _sent_back(reason: str, issue: Issue, now: datetime, policy: Policy) -> ev.SentBack:
    """With what the check took beyond its own limit, and the deadline that this moves."""
    check = issue.clock(Obligation.CHECK)
    late = check.overdue_since(policy.calendar, now) if check else None
    back = ev.SentBack(reason=reason, late_since=late)
    if late is None:
        return back
    key = issue.deadline.key
    was, due = (one.deadline.due(policy.calendar) for one in (issue, evolve(issue, back, now)))
    return replace(back, moved=(ClockMoved(clock=key, was=was, due=due),))


def _deliver(act: do.Deliver, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.Delivered(to=act.to, how=act.how, text=act.text)


DECISIONS: Mapping[type[Any], Decider] = {
    do.Report: _report,
    do.SubmitResult: _submit_result,
    do.Check: _check,
    do.Deliver: _deliver,
}
