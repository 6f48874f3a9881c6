"""Deciding what a batch puts to one issue: another policy, a mass suspension, and its end."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.batches.folds import under_policy
from bihuan.domain.batches.policy_adoption import creditable, relimited, successor
from bihuan.domain.bounds import blank
from bihuan.domain.clocks import promise
from bihuan.domain.clocks.calendar_adoption import alarms_kept, judged_clocks, moved_clocks
from bihuan.domain.clocks.changes import LimitChange
from bihuan.domain.clocks.governing import resolve
from bihuan.domain.clocks.operations import limit_shortening
from bihuan.domain.handlers import Decider
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.responsibility import triager
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy, stamped
from bihuan.domain.refusals import (
    ApproverIsRequester,
    ApproverNotEntitled,
    FieldMissing,
    KeptByBatch,
    LeaderMustApprove,
    NotHeld,
    NothingToChange,
    NotOfThatBatch,
    PolicyLacks,
    SuspensionTooLong,
    UnknownPolicy,
)
from bihuan.domain.requests.decisions import beyond_legal_maximum, day, require_ahead

APPROVERS = frozenset({Role.COO, Role.LDR})


def approved(who: Actor, approver: Actor) -> None:
    """Raise the Refusal why this person may not approve the batch."""
    if blank(approver.person):
        raise FieldMissing(field="approved_by")
    if approver.role not in APPROVERS:
        raise ApproverNotEntitled(field="approved_by")
    if approver.person == who.person:
        raise ApproverIsRequester(field="approved_by", person=who.person)


def _adopt_policy(act: do.AdoptPolicy, issue: Issue, actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    approved(actor, act.approved_by)
    if act.policy is None:
        raise UnknownPolicy(field="version", version=act.version)
    anew = successor(policy, act.policy)
    if anew.version == stamped(policy).version:
        raise NothingToChange
    if act.handling is do.Handling.KEEP:
        if act.version in issue.kept:
            raise NothingToChange
        yield ev.PolicyKept(batch=act.batch, version=act.version, basis=act.basis, approved_by=act.approved_by)
        return
    if act.undoes and issue.adopted_by != act.undoes:
        raise NotOfThatBatch(batch=act.undoes)
    if act.version in issue.kept and not (act.undoes or act.also_kept):
        raise KeptByBatch(version=act.version)
    _fits(issue, anew)
    yield adoption(issue, act, now, policy, anew)


def _fits(issue: Issue, policy: Policy) -> None:
    """Who holds the issue and who is ordered to act must be known to the policy it comes under."""
    units = {issue.holder, *(order.unit for order in issue.open_orders)} - {""} - set(policy.units)
    known = {*policy.groups, policy.coordination.id}
    lacks = sorted(units) or sorted({order.group for order in issue.open_orders} - known)
    if lacks:
        raise PolicyLacks(lacks=lacks[0])


def adoption(issue: Issue, act: do.AdoptPolicy, now: datetime, before: Policy, after: Policy) -> ev.PolicyAdopted:
    """What follows for an issue when the second policy takes the place of the first."""
    found = resolve(after, issue.category, issue.urgency, complex_=issue.complex)
    changes = tuple(relimited(issue, before, found, after))
    credit = act.handling is do.Handling.CREDIT
    event = ev.PolicyAdopted(
        batch=act.batch,
        version=act.version,
        handling=act.handling,
        basis=act.basis,
        approved_by=act.approved_by,
        former=before.version,
        policy_version=after.version,
        limits=found.limits,
        governed_by=found.governed_by,
        service_group=after.catalogue.get(issue.category, issue.service_group),
        triager=triager(issue.county, after),
        group=after.group_for(issue.holder, issue.county),
        relimited=tuple(LimitChange(clock=clock.key, limit=limit) for clock, limit in changes),
        credited=tuple(clock.key for clock, _ in changes if credit and creditable(clock)),
        undoes=act.undoes,
    )
    then = under_policy(issue, event, now)
    changed = tuple(moved_clocks(issue, then, now, before, after, sparing=True))
    return replace(
        event,
        moved=changed,
        judged=tuple(judged_clocks(issue, then, before, after)),
        kept=tuple(alarms_kept(limit_shortening(then, changed, now), {one.clock for one in changed}, now, after)),
    )


def _hold_clocks(act: do.HoldClocks, issue: Issue, actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    approved(actor, act.approved_by)
    if any(hold.batch == act.batch for hold in issue.holds):
        raise NothingToChange
    require_ahead(act.until, now)
    rules, longest = policy.requests, policy.requests.suspension_by_coordination
    latest = policy.calendar.after(now, rules.suspension_review)
    if act.until > latest:
        raise SuspensionTooLong(field="until", latest=day(latest))
    if promise.exceeds_legal_end(issue, act.until, now, policy):
        raise beyond_legal_maximum(issue, policy)
    total = promise.total_suspension(issue, act.until, now)
    if total > longest.elapsed and act.approved_by.role is not Role.LDR:
        raise LeaderMustApprove(field="approved_by", limit=longest.zh, limit_en=longest.en)
    yield ev.ClocksHeld(
        batch=act.batch,
        basis=act.basis,
        approved_by=act.approved_by,
        until=act.until,
        longest=rules.suspension_review,
    )


def _release_clocks(
    act: do.ReleaseClocks, issue: Issue, actor: Actor, now: datetime, _policy: Policy
) -> Iterator[ev.Event]:
    approved(actor, act.approved_by)
    if not any(hold.batch == act.hold and hold.open for hold in issue.holds):
        raise NotHeld
    yield ev.ClocksReleased(
        hold=act.hold, moment=now, lapsed=False, batch=act.batch, reason=act.reason, approved_by=act.approved_by
    )


DECISIONS: Mapping[type[Any], Decider] = {
    do.AdoptPolicy: _adopt_policy,
    do.HoldClocks: _hold_clocks,
    do.ReleaseClocks: _release_clocks,
}
