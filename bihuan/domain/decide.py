"""decide(): one command on one issue at one moment becomes events, or a refusal. Changes nothing, reads nothing."""

import hashlib
from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from datetime import datetime
from functools import singledispatch

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain import following, joint, merging
from bihuan.domain.access.authorization import SUBMITTERS, admit
from bihuan.domain.batches.commands import AdoptPolicy, Handling
from bihuan.domain.batches.decisions import BATCH_MEANINGS
from bihuan.domain.batches.policy_adoption import succeeding
from bihuan.domain.bounds import blank, check
from bihuan.domain.clocks import promise
from bihuan.domain.clocks.calendar_adoption import adoption, changes_nothing, governed_by
from bihuan.domain.clocks.changes import ClockMoved
from bihuan.domain.clocks.classification import classified, governing
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.governing import resolve
from bihuan.domain.codes import coded
from bihuan.domain.evolve import evolve
from bihuan.domain.issue import Issue, Rating, RequestKind
from bihuan.domain.ladder.decisions import LADDER_MEANINGS, open_order
from bihuan.domain.ladder.papers import Ground
from bihuan.domain.ladder.responsibility import called_in_vain, triager
from bihuan.domain.ladder.supervision import withdrawn
from bihuan.domain.loop import withdrawal
from bihuan.domain.loop.transitions import INFO_PAUSES_MAX
from bihuan.domain.people import ROLE_ZH, Actor, Role
from bihuan.domain.policy import Policy, Urgency
from bihuan.domain.refusals import (
    EarlierHolder,
    FieldMissing,
    NothingToChange,
    NotYourIssue,
    OrderAlreadyReplied,
    OrderNotReplied,
    OutcomeNotAllowed,
    PlannedStaysOpen,
    RatingOutOfRange,
    ReceiptIncomplete,
    RoleNotAllowed,
    SameUnit,
    UnknownCalendar,
    UnknownCategory,
    UnknownUnit,
)
from bihuan.domain.requests.decisions import REQUEST_MEANINGS
from bihuan.domain.reworking import UNANSWERED, another_round, counted, rework
from bihuan.domain.stage import Outcome

RESULTS = frozenset({Outcome.SOLVED, Outcome.EXPLAINED, Outcome.REFERRED})


def decide(issue: Issue, command: do.Command, now: datetime, policy: Policy) -> tuple[ev.Event, ...]:
    """What follows from the command. Raises the Refusal that says why nothing does."""
    check(command.actor)
    admit(issue, command.act.act, command.actor, now, policy)
    act = coded(command.act, policy)
    _require_text(act)
    _require_proof(act, command.actor)
    return tuple(_decide(act, issue, command.actor, now, policy))


def decide_submission(asked: do.Submit, actor: Actor, policy: Policy) -> ev.Submitted:
    """The first event of an issue, or a refusal."""
    if actor.role not in SUBMITTERS:
        raise RoleNotAllowed(role=actor.role, role_zh=ROLE_ZH[actor.role], act="submit", act_zh=do.ACT_ZH["submit"])
    check(actor)
    check(asked)
    asked = coded(asked, policy)
    own = {Role.ENT: asked.enterprise.uscc, Role.HUB: asked.county}.get(actor.role, actor.org)
    if own != actor.org or (actor.role is Role.LIA and asked.liaison not in ("", actor.person)):
        raise NotYourIssue(act="submit", act_zh=do.ACT_ZH["submit"])
    if not asked.enterprise.uscc and blank(asked.enterprise.name):
        raise ReceiptIncomplete(field="enterprise")
    if blank(asked.description):
        raise ReceiptIncomplete(field="description")
    urgency = asked.urgency or Urgency.GENERAL
    service_group = _service_group(asked.category, policy)
    found = resolve(policy, asked.category, urgency, complex_=asked.complex)
    return ev.Submitted(
        submission=replace(asked, liaison=actor.person) if actor.role is Role.LIA else asked,
        complete=not _lacking(asked.county, asked.contact, asked.channel),
        keyed_by=actor,
        urgency=urgency,
        service_group=service_group,
        policy_version=policy.version,
        limits=found.limits,
        triager=triager(asked.county, policy),
        group=policy.group_for("", asked.county),
        governed_by=found.governed_by,
    )


def _require_text(act: do.Act) -> None:
    """A text without a default must say something, and all text must be readable."""
    check(act)
    for field in fields(act):
        if field.default is MISSING and blank(str(getattr(act, field.name))):
            raise FieldMissing(field=field.name)


def _require_proof(act: do.Act, actor: Actor) -> None:
    """Whoever records the word of an enterprise without an account says how it was given."""
    if actor.role is Role.CBK and blank(getattr(act, "proof", "-")):
        raise FieldMissing(field="proof")


def _given(said: str, known: str = "") -> str:
    """A blank text is not given: it leaves what is known."""
    return known if blank(said) else said


def _lacking(county: str, contact: str, channel: str) -> str:
    named = {"county": county, "contact": contact, "channel": channel}
    return next((name for name, value in named.items() if blank(value)), "")


def _service_group(category: str, policy: Policy) -> str:
    if category and category not in policy.catalogue:
        raise UnknownCategory(field="category", category=category)
    return policy.catalogue.get(category, "")


@singledispatch
def _decide(act: do.Act, issue: Issue, actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    raise TypeError(f"no meaning is given to the act {act!r}")


# 收集 · 梳理


@_decide.register
def _(act: do.Complete, issue: Issue, _actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    county = _given(act.county, issue.county or act.registered_county)
    name = _given(act.name, issue.enterprise.name or act.registered_name)
    contact, channel = _given(act.contact, issue.contact), _given(act.channel, issue.channel)
    lacking = _lacking(county, contact, channel)
    if lacking:
        raise FieldMissing(field=lacking)
    yield ev.Completed(
        enterprise=do.Enterprise(name, act.uscc or issue.enterprise.uscc),
        description=_given(act.description, issue.description),
        county=county,
        contact=contact,
        channel=channel,
        triager=triager(county, policy),
        group=policy.group_for("", county),
        liaison="" if act.liaison == issue.liaison else act.liaison,
    )


@_decide.register
def _(_act: do.Accept, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.Accepted()


@_decide.register
def _(act: do.Answer, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    _result(act.outcome)
    yield ev.Answered(outcome=act.outcome, text=act.text, how=act.how)


@_decide.register
def _(act: do.AskInfo, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.InfoAsked(question=act.question, pauses=issue.info_asked < INFO_PAUSES_MAX)


@_decide.register
def _(act: do.Supply, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.InfoSupplied(text=act.text)


_decide.register(do.Merge)(merging.merge)
_decide.register(do.Absorb)(merging.absorb)
_decide.register(do.ConfirmMerge)(merging.confirmed)
_decide.register(do.RefuseMerge)(merging.refused)
_decide.register(do.SettleMerge)(merging.settled)
_decide.register(do.Follow)(following.follow)
_decide.register(do.Unfollow)(following.unfollow)
_decide.register(do.FollowedBy)(following.followed_by)
_decide.register(do.Inherit)(following.inherit)


@_decide.register
def _(act: do.Classify, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    category = act.category or issue.category
    urgency = act.urgency or issue.urgency
    complex_ = issue.complex if act.complex is None else act.complex
    if (category, urgency, complex_) == (issue.category, issue.urgency, issue.complex):
        raise NothingToChange
    yield classified(
        issue,
        now,
        policy,
        category=category,
        service_group=_service_group(category, policy),
        urgency=urgency,
        complex_=complex_,
    )


# 交办 · 转办 · 退回


@_decide.register
def _(act: do.HandOver, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    unheard = () if act.unit in issue.missed_by else (issue.clock(Obligation.ISSUE),)
    late = any(one and one.overdue_since(policy.calendar, now) for one in (issue.clock(Obligation.TRIAGE), *unheard))
    another = bool(issue.earlier_holders) and act.unit not in issue.earlier_holders
    own_limit = late or another or issue.left_parent or issue.clock(Obligation.ISSUE) is None
    sent = _dispatched("hand_over", act.unit, issue, now, policy, own_limit=own_limit, reason=act.requirement)
    yield from joint.given(sent, act.co_units, issue, policy)


@_decide.register
def _(act: do.Sign, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.Signed(note=act.note)


@_decide.register
def _(act: do.AskReturn, _issue: Issue, _actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    if act.suggested_unit:
        _known(act.suggested_unit, policy, field="suggested_unit")
    yield ev.ReturnAsked(reason=act.reason, basis=act.basis, suggested_unit=act.suggested_unit)


@_decide.register
def _(act: do.RuleReturn, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    if act.ruling is do.Ruling.REFUSE:
        yield ev.ReturnRefused(reason=act.reason, waited=promise.ruled_late(issue, now, policy))
        return
    if not act.unit:
        raise FieldMissing(field="unit")
    if act.unit == issue.holder:
        raise SameUnit(field="unit", unit=act.unit)
    sent = _dispatched("reassign", act.unit, issue, now, policy, own_limit=True, reason=act.reason)
    yield from joint.given(sent, (), issue, policy)
    yield from withdrawn(issue, issue.holder)


@_decide.register
def _(act: do.Designate, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    own_limit = act.unit != issue.holder  # as with a refusal, who keeps it keeps its time
    sent = _dispatched("designate", act.unit, issue, now, policy, own_limit=own_limit, reason=act.reason)
    sent = sent if own_limit else replace(sent, waited=promise.ruled_late(issue, now, policy))
    yield from joint.given(sent, act.co_units, issue, policy)
    if act.unit != issue.holder:
        yield from withdrawn(issue, issue.holder)


@_decide.register
def _(act: do.Transfer, issue: Issue, actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    if act.unit == issue.holder:
        raise SameUnit(field="unit", unit=act.unit)
    if act.unit in issue.earlier_holders:
        raise EarlierHolder(field="unit", unit=act.unit)
    sent = _dispatched("transfer", act.unit, issue, now, policy, own_limit=True, reason=act.reason)
    sent = replace(sent, basis=act.basis, by_unit=actor.role is not Role.COO)
    yield from joint.given(sent, act.co_units, issue, policy)
    if issue.transfers + 1 >= policy.level_up_transfers:
        yield from counted(evolve(issue, sent, now), Ground.TRANSFERS, now, policy)


def _dispatched(
    route: ev.Route, unit: str, issue: Issue, now: datetime, policy: Policy, *, own_limit: bool, reason: str
) -> ev.Dispatched:
    _known(unit, policy, field="unit")
    group = policy.group_for(unit, issue.county)
    solve, until = promise.own_limit(issue, unit, now, policy) if own_limit else (None, None)
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


def _known(unit: str, policy: Policy, *, field: str) -> None:
    if unit not in policy.units:
        raise UnknownUnit(field=field, unit=unit)


# 办理 · 反馈


@_decide.register
def _(act: do.Report, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.Reported(text=act.text)


@_decide.register
def _(act: do.SubmitResult, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    _result(act.outcome)
    result = ev.ResultSubmitted(
        outcome=act.outcome, text=act.text, evidence=act.evidence, open_parts_reason=act.open_parts_reason
    )
    yield from joint.with_parts(result, issue)


_decide.register(do.AddAssist)(joint.add_assist)
_decide.register(do.SubmitPart)(joint.submit_part)
_decide.register(do.AcceptPart)(joint.accept_part)
_decide.register(do.ReturnPart)(joint.return_part)
_decide.register(do.ReleaseAssist)(joint.release_assist)


def _result(outcome: Outcome) -> None:
    if outcome is Outcome.PLANNED:
        raise PlannedStaysOpen(field="outcome")
    if outcome not in RESULTS:
        raise OutcomeNotAllowed(field="outcome", outcome=outcome)


@_decide.register
def _(act: do.Check, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
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


@_decide.register
def _(act: do.Deliver, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.Delivered(to=act.to, how=act.how, text=act.text)


# 评价 · 回访 · 重办 · 销号


@_decide.register
def _(act: do.Rate, issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    if not 1 <= act.score <= 5:  # noqa: PLR2004 - the scale of GB/T 39735
        raise RatingOutOfRange(field="score")
    bad = Rating(act.score, act.solved).bad
    due = bad or bool(issue.orders) or issue.levelled_up or sampled(issue.issue_no, policy)
    yield ev.Rated(score=act.score, solved=act.solved, comment=act.comment, callback_due=due, proof=act.proof, by=actor)


def sampled(issue_no: str, policy: Policy) -> bool:
    """Whether an issue is in the share called back at random, told by a digest of its number."""
    digest = int.from_bytes(hashlib.sha256(issue_no.encode()).digest()[:4])
    return digest % 100 < policy.callback_sample_percent


@_decide.register
def _(act: do.CallBack, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    bad = issue.rating is not None and issue.rating.bad
    confirmed, unanswered = act.result is do.CallResult.CONFIRMED, False
    if act.result is do.CallResult.NO_ANSWER:
        unanswered = called_in_vain((*issue.no_answers, now), issue, policy)
    if confirmed and bad and not act.record.strip():
        raise FieldMissing(field="record")
    called = ev.CalledBack(result=act.result, record=act.record, settled=confirmed or (unanswered and not bad))
    yield called
    appealed = any(request.kind is RequestKind.APPEAL for request in issue.open_requests)
    if act.result is do.CallResult.NOT_SOLVED or (unanswered and bad and not appealed):
        reason = UNANSWERED if unanswered else act.record
        yield from rework(evolve(issue, called, now), reason, now, policy)


@_decide.register
def _(act: do.Rework, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    yield from rework(issue, act.reason, now, policy)


_decide.register(do.Withdraw)(withdrawal.withdraw)
_decide.register(do.AuditWithdrawal)(withdrawal.audit)


@_decide.register
def _(act: do.CloseOut, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.ClosedOut(summary=act.summary)


@_decide.register
def _(act: do.Reopen, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    reopened = ev.Reopened(reason=act.reason, proof=act.proof)
    yield reopened
    yield from another_round(evolve(issue, reopened, now), now, policy)


# 督办


@_decide.register
def _(act: do.ReplyOrder, issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    order = open_order(issue, act.order)
    mine = policy.hub(actor.org) if actor.role is Role.HUB else actor.org
    if order.unit != mine:
        raise NotYourIssue(act="reply_order", act_zh=do.ACT_ZH["reply_order"])
    if order.replied_at is not None:
        raise OrderAlreadyReplied(field="order", order=order.no)
    yield ev.OrderReplied(order=order.no, text=act.text)


@_decide.register
def _(act: do.LiftOrder, issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    order = open_order(issue, act.order)
    if order.group != (policy.coordination.id if actor.role is Role.COO else actor.org):
        raise NotYourIssue(act="lift_order", act_zh=do.ACT_ZH["lift_order"])
    if order.replied_at is None:
        raise OrderNotReplied(field="order", order=order.no)
    yield ev.OrderLifted(order=order.no, conclusion=act.conclusion, by=actor)


# Words only


@_decide.register
def _(act: do.Amend, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    amended = ev.Amended(title=_given(act.title), description=_given(act.description), contact=_given(act.contact))
    anew = (
        (amended.title, issue.title),
        (amended.description, issue.description),
        (amended.contact, issue.contact),
    )
    if not any(new and new != old for new, old in anew):
        raise NothingToChange
    yield amended


@_decide.register
def _(act: do.AdoptCalendar, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    if act.calendar is None:
        raise UnknownCalendar(field="version", version=act.version)
    if changes_nothing(policy, act.calendar):
        raise NothingToChange
    yield adoption(issue, act.calendar, now, policy, governed_by(policy, act.calendar))


def enacted(act: do.Act, policy: Policy) -> Policy | None:
    """The policy an act puts in the place of the one in force; None: it leaves it."""
    if isinstance(act, do.AdoptCalendar) and act.calendar is not None:
        return governed_by(policy, act.calendar)
    if isinstance(act, AdoptPolicy) and act.policy is not None and act.handling is not Handling.KEEP:
        return succeeding(policy, act.policy)
    return None


@_decide.register
def _(act: do.Note, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.Noted(text=act.text)


for _kind, _meaning in {**LADDER_MEANINGS, **REQUEST_MEANINGS, **BATCH_MEANINGS}.items():
    _decide.register(_kind, _meaning)
