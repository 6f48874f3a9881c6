"""What follows as a unit is given the issue, or gives it back."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.clocks import promise
from bihuan.domain.clocks.classification import governing
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.codes import known_unit
from bihuan.domain.evolve import evolve
from bihuan.domain.handlers import Decider
from bihuan.domain.issue import Issue
from bihuan.domain.joint import decisions as joint
from bihuan.domain.ladder.papers import Ground
from bihuan.domain.ladder.supervision import level_up_by_count, withdraw_from_unit
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import EarlierHolder, FieldMissing, SameUnit


def _hand_over(act: do.HandOver, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    unheard = () if act.unit in issue.missed_by else (issue.clock(Obligation.ISSUE),)
    late = any(one and one.overdue_since(policy.calendar, now) for one in (issue.clock(Obligation.TRIAGE), *unheard))
    another = bool(issue.earlier_holders) and act.unit not in issue.earlier_holders
    own_limit = late or another or issue.left_parent or issue.clock(Obligation.ISSUE) is None
    sent = _dispatched("hand_over", act.unit, issue, now, policy, own_limit=own_limit, reason=act.requirement)
    yield from joint.with_assistants(sent, act.co_units, issue, policy)


def _sign(act: do.Sign, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.Signed(note=act.note)


def _ask_return(act: do.AskReturn, _issue: Issue, _actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    if act.suggested_unit:
        known_unit(act.suggested_unit, policy, field="suggested_unit")
    yield ev.ReturnAsked(reason=act.reason, basis=act.basis, suggested_unit=act.suggested_unit)


def _rule_return(act: do.RuleReturn, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    if act.ruling is do.Ruling.REFUSE:
        yield ev.ReturnRefused(reason=act.reason, waited=promise.late_ruling_credit(issue, now, policy))
        return
    if not act.unit:
        raise FieldMissing(field="unit")
    if act.unit == issue.holder:
        raise SameUnit(field="unit", unit=act.unit)
    sent = _dispatched("reassign", act.unit, issue, now, policy, own_limit=True, reason=act.reason)
    yield from joint.with_assistants(sent, (), issue, policy)
    yield from withdraw_from_unit(issue, issue.holder)


def _designate(act: do.Designate, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    own_limit = act.unit != issue.holder  # as with a refusal, who keeps it keeps its time
    sent = _dispatched("designate", act.unit, issue, now, policy, own_limit=own_limit, reason=act.reason)
    sent = sent if own_limit else replace(sent, waited=promise.late_ruling_credit(issue, now, policy))
    yield from joint.with_assistants(sent, act.co_units, issue, policy)
    if act.unit != issue.holder:
        yield from withdraw_from_unit(issue, issue.holder)


def _transfer(act: do.Transfer, issue: Issue, actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    if act.unit == issue.holder:
        raise SameUnit(field="unit", unit=act.unit)
    if act.unit in issue.earlier_holders:
        raise EarlierHolder(field="unit", unit=act.unit)
    sent = _dispatched("transfer", act.unit, issue, now, policy, own_limit=True, reason=act.reason)
    sent = replace(sent, basis=act.basis, by_unit=actor.role is not Role.COO)
    yield from joint.with_assistants(sent, act.co_units, issue, policy)
    if issue.transfers + 1 >= policy.level_up_transfers:
        yield from level_up_by_count(evolve(issue, sent, now), Ground.TRANSFERS, now, policy)


def _dispatched(
    route: ev.Route, unit: str, issue: Issue, now: datetime, policy: Policy, *, own_limit: bool, reason: str
) -> ev.Dispatched:
    known_unit(unit, policy, field="unit")
    group = policy.group_for(unit, issue.county)
    solve, until = promise.limit_of_unit(issue, unit, now, policy) if own_limit else (None, None)
    return ev.Dispatched(
        route=route,
        unit=unit,
        group=group,
        own_limit=own_limit,
        reason=reason,
        governed_by=governing(issue, policy),
        solve=solve,
        until=until,
    )


DECISIONS: Mapping[type[Any], Decider] = {
    do.HandOver: _hand_over,
    do.Sign: _sign,
    do.AskReturn: _ask_return,
    do.RuleReturn: _rule_return,
    do.Designate: _designate,
    do.Transfer: _transfer,
}
