"""Who may do what to an issue, and when: the table of docs/rules.md 2.2 as data, and the checks that need no fields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bihuan.domain import merging
from bihuan.domain.access.desks import sits_at
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.workdays import Limit
from bihuan.domain.commands import ACT_ZH
from bihuan.domain.issue import Issue, Order, PartState, Rung, alarm_key
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.ladder.responsibility import pressing
from bihuan.domain.ladder.supervision import acts, order_standing
from bihuan.domain.people import ROLE_ZH, Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import (
    ConsultationStands,
    DesignatedUnitMustHandle,
    HandlerMayNotJudge,
    HolderMayNotAmend,
    LevelUpStands,
    NobodyOwes,
    NoLevelUpAsked,
    NotAssisting,
    NotClassified,
    NotHeld,
    NotYourIssue,
    NoWithdrawalToAudit,
    OnlyDesignationLeft,
    OrderHoldsUnit,
    OrderStands,
    PartHandedIn,
    PartNotHandedIn,
    ReceiptNotCompleted,
    RecorderMayNotVerify,
    Refusal,
    ReturnWindowOver,
    RoleNotAllowed,
    TransfersUsedUp,
    TransferWindowOver,
    UnitDelivers,
    UrgedToday,
    WithdrawalUnderAudit,
    WrongStatus,
)
from bihuan.domain.requests import admission
from bihuan.domain.stage import MAY_MERGE, STATUS_ZH, Status

TRANSFERS_BY_UNITS_MAX = 2
OF_THE_HOLDER = frozenset({Obligation.ISSUE, Obligation.SIGN, Obligation.REPORT, Obligation.SOLVE, Obligation.DELIVER})
"""What the unit that holds an issue owes as its holder, not as an assistant or a triager it also was."""

Relation = Callable[[Issue, Policy, Actor], bool]


def unit_of(actor: Actor, policy: Policy) -> str:
    """The unit somebody acts for; a hub is a unit as well as a county's desk."""
    return policy.hub(actor.org) if actor.role is Role.HUB else actor.org


def _holds(issue: Issue, policy: Policy, actor: Actor) -> bool:
    return bool(issue.holder) and issue.holder == unit_of(actor, policy)


def _held(issue: Issue, policy: Policy, actor: Actor) -> bool:
    unit = unit_of(actor, policy)
    return bool(unit) and unit in {issue.holder, *issue.earlier_holders, *(order.unit for order in issue.orders)}


def _assists(issue: Issue, policy: Policy, actor: Actor) -> bool:
    return issue.part(unit_of(actor, policy)) is not None


def _unit_reads(issue: Issue, policy: Policy, actor: Actor) -> bool:
    """A unit that holds or held it, that an order names, or that assists or assisted."""
    return _held(issue, policy, actor) or unit_of(actor, policy) in {part.unit for part in issue.parts}


def _own_account(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return bool(actor.org) and actor.org == issue.enterprise.uscc


def _anyone(_issue: Issue, _policy: Policy, _actor: Actor) -> bool:
    return True


def _in_county(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return bool(actor.org) and actor.org == issue.county


def _in_class(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return bool(actor.org) and actor.org == issue.service_group


def _of_group(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return bool(actor.org) and actor.org in {issue.group, *(order.group for order in issue.orders)}


def _assigned(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return bool(issue.liaison) and actor.person == issue.liaison


def _keyed(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return actor == issue.keyed_by


def _lifts(issue: Issue, policy: Policy, actor: Actor) -> bool:
    """An order's own group; coordination where it stands in for one."""
    mine = policy.coordination.id if actor.role is Role.COO else actor.org
    return any(order.group == mine for order in issue.orders)


def _its_group(issue: Issue, policy: Policy, actor: Actor) -> bool:
    """The supervision group of the issue today; coordination where it stands in for one."""
    return (policy.coordination.id if actor.role is Role.COO else actor.org) == issue.group


def _names_mine(issue: Issue, policy: Policy, actor: Actor) -> bool:
    return unit_of(actor, policy) in {order.unit for order in issue.orders}


def _was_told(issue: Issue, policy: Policy, actor: Actor) -> bool:
    return any(sits_at(actor, party, policy) for notice in issue.unheeded for party in notice.told)


def _signs(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return any(draft.signer is actor.role for draft in issue.drafts)


def _convened(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return any((held.convener.role, held.convener.org) == (actor.role, actor.org) for held in issue.consultations)


def _levelled_up(issue: Issue, _policy: Policy, _actor: Actor) -> bool:
    return issue.levelled_up


def _handed_over(issue: Issue, _policy: Policy, _actor: Actor) -> bool:
    """An inspector reads what a signed letter handed over to inspection or discipline."""
    letters = (Paper.SUPERVISION_LETTER, Paper.REFERRAL_LETTER)
    return any(draft.paper in letters and draft.signed_at is not None for draft in issue.drafts)


def _to_call(issue: Issue, _policy: Policy, _actor: Actor) -> bool:
    """Whom the call-back agent asks, or speaks for because it has no account of its own."""
    return issue.status is Status.CALLBACK or issue.withdrawal is not None or not issue.enterprise.uscc


def _without_account(issue: Issue, _policy: Policy, _actor: Actor) -> bool:
    """An enterprise known by name only, whose word the call-back agent records, with proof."""
    return not issue.enterprise.uscc


def _of_the_city(_issue: Issue, _policy: Policy, actor: Actor) -> bool:
    """A leader of the city; a leader who is one county's is told of its orders, and no more."""
    return not actor.org


def _county_ordered(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return actor.org == issue.county and bool(issue.orders)


def _either(*relations: Relation) -> Relation:
    return lambda issue, policy, actor: any(stands(issue, policy, actor) for stands in relations)


def _both(*relations: Relation) -> Relation:
    return lambda issue, policy, actor: all(stands(issue, policy, actor) for stands in relations)


_hub_reads = _either(_in_county, _unit_reads, admission.rules_here)
_leader_reads = _either(
    _both(_of_the_city, _either(_signs, _levelled_up, _convened, admission.rules_here)), _was_told, _county_ordered
)
"""A leader of the city reads what lies before leaders, what is levelled up, and what a leader convened or rules on; a
county's leader, what a unit was ordered to do for an enterprise of the county."""


TRIAGER: Mapping[Role, Relation] = {Role.COO: _anyone, Role.HUB: _in_county, Role.SVG: _in_class}
HANDLER: Mapping[Role, Relation] = {Role.DEP: _holds, Role.HED: _holds, Role.HUB: _holds}
HEAD: Mapping[Role, Relation] = {Role.HED: _holds, Role.HUB: _holds}
TERMINATORS: Mapping[Role, Relation] = {**TRIAGER, **HEAD, Role.HUB: _either(_in_county, _holds)}
DELIVERERS: Mapping[Role, Relation] = {**TRIAGER, **HEAD, Role.HUB: _either(_in_county, _holds)}
"""Its unit; the triager where the unit would not."""
ASSISTANT: Mapping[Role, Relation] = {Role.HED: _assists, Role.HUB: _assists}
NAMED: Mapping[Role, Relation] = {Role.DEP: _held, Role.HED: _held, Role.HUB: _held}
COORDINATION: Mapping[Role, Relation] = {Role.COO: _anyone}
SYSTEM: Mapping[Role, Relation] = {Role.SYS: _anyone}
KEEPERS: Mapping[Role, Relation] = {Role.COO: _anyone, Role.ADM: _anyone}
"""Of templates, limits, calendar and users (docs/rules.md 2.2)."""
ENTERPRISE: Mapping[Role, Relation] = {Role.ENT: _own_account, Role.CBK: _without_account}
ENTERPRISE_SIDE: Mapping[Role, Relation] = {Role.ENT: _own_account, Role.LIA: _assigned}
COMPLETERS: Mapping[Role, Relation] = {
    Role.ENT: _either(_own_account, _keyed),
    Role.LIA: _either(_assigned, _keyed),
    Role.COO: _anyone,
    **dict.fromkeys((Role.LDR, Role.HUB, Role.SUP, Role.CBK), _keyed),
}
AMENDERS: Mapping[Role, Relation] = {
    **TRIAGER,
    **dict.fromkeys((Role.ENT, Role.LIA, Role.LDR, Role.SUP, Role.CBK), _keyed),
}
CALLERS: Mapping[Role, Relation] = {Role.CBK: _anyone, Role.COO: _anyone, Role.SUP: _of_group}
AUDITORS: Mapping[Role, Relation] = {Role.CBK: _anyone, Role.COO: _anyone}
READERS: Mapping[Role, Relation] = {
    Role.ENT: _own_account,
    Role.LIA: _either(_assigned, _keyed),
    Role.COO: _anyone,
    Role.SVG: _in_class,
    Role.HUB: _hub_reads,
    Role.DEP: _unit_reads,
    Role.HED: _unit_reads,
    Role.SUP: _of_group,
    Role.CBK: _to_call,
    Role.LDR: _leader_reads,
    Role.INS: _handed_over,
}
CONVENERS: Mapping[Role, Relation] = {Role.LDR: _of_the_city, **TRIAGER}
SIGNERS: Mapping[Role, Relation] = {Role.COO: _signs, Role.LDR: _both(_of_the_city, _signs)}
TOLD: Mapping[Role, Relation] = dict.fromkeys(set(Role) - {Role.ENT, Role.INS, Role.ADM}, _was_told)
OBJECTORS: Mapping[Role, Relation] = dict.fromkeys((Role.DEP, Role.HED, Role.HUB), _names_mine)
LEVEL_UP_ASKERS: Mapping[Role, Relation] = {Role.HED: _holds, Role.HUB: _hub_reads}
PROPOSERS: Mapping[Role, Relation] = {Role.COO: _anyone, Role.LDR: _of_the_city, Role.SUP: _its_group}
RESENDERS: Mapping[Role, Relation] = {Role.COO: _anyone, Role.ADM: _anyone, Role.SUP: _of_group}
URGERS: Mapping[Role, Relation] = {Role.COO: _anyone, Role.SUP: _of_group, Role.HUB: _in_county}

SUBMITTED = frozenset({Status.SUBMITTED})
UNTRIAGED = frozenset({Status.UNTRIAGED})
FOLLOWING = frozenset({Status.FOLLOWING})
BEFORE_HANDOVER = frozenset({Status.UNTRIAGED, Status.ACCEPTED})
HANDLING = frozenset({Status.IN_PROGRESS, Status.SUSPENDED})
WITH_UNIT = frozenset({Status.DISPATCHED, Status.TRANSFERRED, Status.IN_PROGRESS})
AT_WORK = WITH_UNIT | {Status.RETURN_REVIEW}
OPEN = frozenset(Status) - {Status.CLOSED, Status.ARCHIVED}
LIVING = frozenset(Status) - {Status.ARCHIVED}
BEFORE_EVALUATED = OPEN - {Status.EVALUATED}
OWING = WITH_UNIT | {Status.TO_DELIVER}
UNTIL_CHECKING = (
    BEFORE_HANDOVER | WITH_UNIT | {Status.SUBMITTED, Status.NEED_INFO, Status.RETURN_REVIEW, Status.SUSPENDED}
)

MAY_LEAD = UNTIL_CHECKING | {Status.CHECKING}
"""Where others may follow the issue: its result has not passed yet, and it follows none itself."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One act: in which statuses it is possible, and to whom."""

    statuses: frozenset[Status]
    who: Mapping[Role, Relation]


RULES: Mapping[str, Rule] = {
    "complete": Rule(SUBMITTED, COMPLETERS),
    "accept": Rule(UNTRIAGED, TRIAGER),
    "answer": Rule(UNTRIAGED, TRIAGER),
    "ask_info": Rule(BEFORE_HANDOVER, TRIAGER),
    "supply": Rule(frozenset({Status.NEED_INFO}), ENTERPRISE_SIDE),
    "reject": Rule(UNTRIAGED | SUBMITTED, TRIAGER),
    "merge": Rule(BEFORE_HANDOVER | SUBMITTED, TRIAGER),
    **dict.fromkeys(("absorb", "settle_merge"), Rule(LIVING, SYSTEM)),
    **dict.fromkeys(("confirm_merge", "refuse_merge"), Rule(MAY_MERGE, SYSTEM)),
    "follow": Rule(BEFORE_HANDOVER, TRIAGER),
    "unfollow": Rule(FOLLOWING, {**TRIAGER, **SYSTEM}),
    "followed_by": Rule(MAY_LEAD, SYSTEM),
    "inherit": Rule(FOLLOWING, SYSTEM),
    "classify": Rule(UNTIL_CHECKING, TRIAGER),
    "hand_over": Rule(frozenset({Status.ACCEPTED}), TRIAGER),
    "sign": Rule(frozenset({Status.DISPATCHED, Status.TRANSFERRED}), HANDLER),
    "ask_return": Rule(WITH_UNIT, HEAD),
    "rule_return": Rule(frozenset({Status.RETURN_REVIEW}), COORDINATION),
    "designate": Rule(frozenset({Status.RETURN_REVIEW}), COORDINATION),
    "transfer": Rule(WITH_UNIT, {**HEAD, **COORDINATION}),
    "report": Rule(HANDLING | {Status.RETURN_REVIEW}, HANDLER),
    "submit_result": Rule(frozenset({Status.IN_PROGRESS}), HEAD),
    "add_assist": Rule(WITH_UNIT, {**HEAD, **COORDINATION}),
    "submit_part": Rule(AT_WORK, ASSISTANT),
    "accept_part": Rule(frozenset({Status.IN_PROGRESS}), HEAD),
    "return_part": Rule(frozenset({Status.IN_PROGRESS}), HEAD),
    "release_assist": Rule(AT_WORK, {**HEAD, **COORDINATION}),
    "check": Rule(frozenset({Status.CHECKING}), TRIAGER),
    "deliver": Rule(frozenset({Status.TO_DELIVER}), DELIVERERS),
    "rate": Rule(frozenset({Status.EVALUATING}), ENTERPRISE),
    "call_back": Rule(frozenset({Status.CALLBACK}), CALLERS),
    "rework": Rule(frozenset({Status.CALLBACK, Status.EVALUATED}), COORDINATION),
    "ask_extension": Rule(frozenset({Status.IN_PROGRESS}), HEAD),
    "ask_suspension": Rule(HANDLING, HEAD),
    "resume": Rule(frozenset({Status.SUSPENDED}), {**HEAD, **COORDINATION}),
    "ask_termination": Rule(admission.TERMINABLE, TERMINATORS),
    "appeal_rating": Rule(frozenset({Status.CALLBACK, Status.EVALUATED}), HEAD),
    "rule_request": Rule(OPEN, {Role.COO: _anyone, Role.HUB: admission.rules_here, Role.LDR: admission.rules_here}),
    "withdraw_request": Rule(OPEN, dict.fromkeys((*TRIAGER, *HEAD), admission.asked_here)),
    "withdraw": Rule(BEFORE_EVALUATED, ENTERPRISE),
    "audit_withdrawal": Rule(OPEN, AUDITORS),
    "reply_order": Rule(OPEN, NAMED),
    "lift_order": Rule(OPEN, {Role.SUP: _lifts, Role.COO: _lifts}),
    "close_out": Rule(frozenset({Status.EVALUATED}), TRIAGER),
    "reopen": Rule(frozenset({Status.CLOSED}), ENTERPRISE),
    "amend": Rule(OPEN, AMENDERS),
    "note": Rule(LIVING, READERS),
    "adopt_calendar": Rule(LIVING, KEEPERS),
    **dict.fromkeys(("adopt_policy", "hold_clocks", "release_clocks"), Rule(OPEN, COORDINATION)),
    "acknowledge": Rule(OPEN, TOLD),
    "urge": Rule(OPEN, URGERS),
    "issue_order": Rule(OWING, {Role.SUP: _its_group, Role.COO: _its_group}),
    "return_reply": Rule(OPEN, {Role.SUP: _lifts, Role.COO: _lifts}),
    "object_order": Rule(LIVING, OBJECTORS),
    "rule_objection": Rule(LIVING, COORDINATION),
    "ask_level_up": Rule(WITH_UNIT, LEVEL_UP_ASKERS),
    "rule_level_up": Rule(OPEN, COORDINATION),
    "convene": Rule(OPEN, CONVENERS),
    "record_consultation": Rule(OPEN, {**COORDINATION, **dict.fromkeys((Role.LDR, Role.SVG, Role.HUB), _convened)}),
    "open_draft": Rule(OPEN, PROPOSERS),
    "sign_draft": Rule(LIVING, SIGNERS),
    "discard_draft": Rule(LIVING, SIGNERS),
}
assert set(RULES) | {"submit"} == set(ACT_ZH)

SUBMITTERS = frozenset({Role.ENT, Role.LIA, Role.LDR, Role.COO, Role.HUB, Role.SUP, Role.CBK})


def may_read(issue: Issue, actor: Actor, policy: Policy) -> bool:
    """Whether the issue is this person's to see (docs/rules.md 2.3)."""
    relation = READERS.get(actor.role)
    return relation is not None and relation(issue, policy, actor)


def admit(issue: Issue, act: str, actor: Actor, now: datetime, policy: Policy) -> None:
    """Raise the reason why this person cannot do this now, whatever the fields of the command say."""
    rule = RULES[act]
    _entitled(rule.who, issue, actor, policy, {"act": act, "act_zh": ACT_ZH[act]})
    if issue.status not in rule.statuses:
        raise WrongStatus(status=issue.status, status_zh=STATUS_ZH[issue.status], act=act, act_zh=ACT_ZH[act])
    further = _FURTHER.get(act)
    if further is not None:
        further(issue, actor, now, policy)
    if act in JUDGING or act in JUDGING_AS.get(actor.role, ()):
        _impartial(issue, actor, policy)


def admit_resend(issue: Issue, actor: Actor, policy: Policy) -> None:
    """Raise the reason why this person may not have a notice of the issue sent again."""
    _entitled(RESENDERS, issue, actor, policy, {"act": "resend", "act_zh": "重发通知"})


def _entitled(
    who: Mapping[Role, Relation], issue: Issue, actor: Actor, policy: Policy, named: Mapping[str, str]
) -> None:
    if actor.role not in who:
        raise RoleNotAllowed(role=actor.role, role_zh=ROLE_ZH[actor.role], **named)
    if not who[actor.role](issue, policy, actor):
        raise NotYourIssue(**named)


def permitted(issue: Issue, actor: Actor, now: datetime, policy: Policy) -> dict[str, Refusal | None]:
    """Every act, with None where it is open to this person now and the reason where it is not."""
    return {act: _refusal(issue, act, actor, now, policy) for act in RULES}


def _refusal(issue: Issue, act: str, actor: Actor, now: datetime, policy: Policy) -> Refusal | None:
    try:
        admit(issue, act, actor, now, policy)
    except Refusal as refusal:
        return refusal
    return None


JUDGING = frozenset(
    {
        "check",
        "call_back",
        "rework",
        "close_out",
        "audit_withdrawal",
        "rule_return",
        "designate",
        "rule_request",
        "rule_objection",
        "rule_level_up",
        "return_reply",
        "lift_order",
        "sign_draft",
        "discard_draft",
    }
)
JUDGING_AS: Mapping[Role, frozenset[str]] = {
    Role.CBK: frozenset({"rate", "withdraw", "reopen"}),
    Role.COO: frozenset({"transfer"}),
}
"""What is judging in one role only: the call-back agent's recording for an enterprise without an account, and
coordination's taking an issue from a unit, which the unit may do itself within bounds."""
assert set(RULES) > JUDGING.union(*JUDGING_AS.values())


def _impartial(issue: Issue, actor: Actor, policy: Policy) -> None:
    """Neither a person who had a hand in an issue judges it, whatever the seat, nor the desk of a unit that had."""
    desk = actor.role is Role.HUB and unit_of(actor, policy) in issue.handlers
    if desk or actor.person in issue.handled_by:
        raise HandlerMayNotJudge


def _incomplete(issue: Issue, actor: Actor, _now: datetime, _policy: Policy) -> None:
    """What was never completed has no county and no class: it is coordination's."""
    if issue.status is Status.SUBMITTED and actor.role is not Role.COO:
        raise ReceiptNotCompleted


def _reject(issue: Issue, actor: Actor, now: datetime, policy: Policy) -> None:
    _incomplete(issue, actor, now, policy)
    admission.rejection_further(issue, actor, now, policy)


def _merge(issue: Issue, actor: Actor, now: datetime, policy: Policy) -> None:
    _incomplete(issue, actor, now, policy)
    merging.ask_further(issue, actor, now, policy)


def _deliver(issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> None:
    """By its unit; after R2 also by the triager, so that the enterprise need not wait for a unit that will not."""
    clock = issue.clock(Obligation.DELIVER)
    ordered = clock is not None and alarm_key(clock.key, clock.grant, Rung.R2) in issue.raised
    if not ordered and unit_of(actor, policy) != issue.holder:
        raise UnitDelivers


def _close_out(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    admission.close_further(issue)


def _amend(issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> None:
    """Neither the unit that holds it nor, in another seat, a person who handled it rewrites what was complained of."""
    if _holds(issue, policy, actor) or (issue.dispatched and actor.person in issue.handled_by):
        raise HolderMayNotAmend


def _withdraw(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    if issue.withdrawal is not None:
        raise WithdrawalUnderAudit


def _audit(issue: Issue, actor: Actor, _now: datetime, _policy: Policy) -> None:
    if issue.withdrawal is None:
        raise NoWithdrawalToAudit
    _another_recorded(issue.withdrawal.by, actor)


def _call_back(issue: Issue, actor: Actor, _now: datetime, _policy: Policy) -> None:
    _another_recorded(issue.rating.by if issue.rating else None, actor)


def _another_recorded(by: Actor | None, actor: Actor) -> None:
    """Nobody asks the enterprise whether they recorded its word rightly."""
    if by is not None and by.person == actor.person:
        raise RecorderMayNotVerify


def _classified(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    if not issue.category:
        raise NotClassified


def _bound(issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> None:
    """A unit that was designated or is under an order keeps what it has."""
    if issue.designated:
        raise DesignatedUnitMustHandle
    held_by = next((order for order in issue.open_orders if _holds_unit(order, issue, now, policy)), None)
    if held_by is not None:
        raise OrderHoldsUnit(order=held_by.no)


def _holds_unit(order: Order, issue: Issue, now: datetime, policy: Policy) -> bool:
    """Whether it demands of the holder what the holder owes as such; one by hand not while a return may be asked."""
    demanded = acts(order, issue)
    demands = not demanded or any(clock.open and clock.obligation in OF_THE_HOLDER for clock in demanded)
    return (
        order.unit == issue.holder
        and demands
        and (order.by_clock or _over(issue.limits.return_window, issue, now, policy))
    )


def _over(window: Limit, issue: Issue, now: datetime, policy: Policy) -> bool:
    """Whether so much has passed since the unit was given the issue, signed or not."""
    assert issue.given_at is not None, "a unit that holds an issue was given it"
    return now >= policy.calendar.after(issue.given_at, window)


def _transfer(issue: Issue, actor: Actor, now: datetime, policy: Policy) -> None:
    if actor.role is Role.COO:
        return
    _bound(issue, actor, now, policy)
    if issue.transfers_by_units >= TRANSFERS_BY_UNITS_MAX:
        raise TransfersUsedUp(count=str(issue.transfers_by_units))
    window = issue.limits.transfer_window
    if _over(window, issue, now, policy):
        raise TransferWindowOver(limit=window.zh, limit_en=window.en)


def _ask_return(issue: Issue, actor: Actor, now: datetime, policy: Policy) -> None:
    _bound(issue, actor, now, policy)
    window = issue.limits.return_window
    if _over(window, issue, now, policy):
        raise ReturnWindowOver(limit=window.zh, limit_en=window.en)


def _rule_return(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    if issue.returns_asked > 1:
        raise OnlyDesignationLeft


def _submit_part(issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> None:
    part = issue.part(unit_of(actor, policy))
    if part is not None and part.state is PartState.HANDED_IN:
        raise PartHandedIn


def _judge_part(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    if not any(part.state is PartState.HANDED_IN for part in issue.open_parts):
        raise PartNotHandedIn


def _release_assist(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    if not issue.open_parts:
        raise NotAssisting


def _release(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    if issue.hold is None:
        raise NotHeld


def _urge(issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> None:
    """Once a working day, and only where somebody owes something."""
    every = issue.limits.urge_every
    if issue.urged_at is not None and every is not None:
        again = policy.calendar.opening(issue.urged_at, every)
        if now < again:
            raise UrgedToday(next=f"{again:%Y-%m-%d %H:%M:%S}")
    if pressing(issue, policy, now) is None:
        raise NobodyOwes


def _issue_order(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    standing = order_standing(issue, Rung.R2, issue.holder)
    if standing is not None:
        raise OrderStands(order=standing.no)


def _ask_level_up(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    drafted = any(draft.paper is Paper.LEVEL_UP for draft in issue.open_drafts)
    if issue.level_up_asked is not None or drafted or issue.clock(Obligation.LEVEL_UP) is not None:
        raise LevelUpStands


def _rule_level_up(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    if issue.level_up_asked is None:
        raise NoLevelUpAsked


def _convene(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    held = next((one for one in issue.consultations if one.open), None)
    if held is not None:
        raise ConsultationStands(consultation=held.no)


_FURTHER: Mapping[str, Callable[[Issue, Actor, datetime, Policy], None]] = {
    "deliver": _deliver,
    "close_out": _close_out,
    "amend": _amend,
    "withdraw": _withdraw,
    "audit_withdrawal": _audit,
    "call_back": _call_back,
    "hand_over": _classified,
    "follow": _classified,
    "merge": _merge,
    "absorb": merging.absorb_further,
    "ask_return": _ask_return,
    "rule_return": _rule_return,
    "transfer": _transfer,
    "release_clocks": _release,
    "reject": _reject,
    "ask_extension": admission.extension_further,
    "ask_suspension": admission.suspension_further,
    "ask_termination": admission.termination_further,
    "appeal_rating": admission.appeal_further,
    "rule_request": admission.rule_further,
    "withdraw_request": admission.withdraw_further,
    "submit_part": _submit_part,
    "accept_part": _judge_part,
    "return_part": _judge_part,
    "release_assist": _release_assist,
    "urge": _urge,
    "issue_order": _issue_order,
    "ask_level_up": _ask_level_up,
    "rule_level_up": _rule_level_up,
    "convene": _convene,
}
