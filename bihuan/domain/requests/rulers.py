"""Who rules on a side request, and who may take it back."""

from bihuan.domain.issue import Issue
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy, UnitKind
from bihuan.domain.refusals import NotTheApprover, Refusal, RequesterMayNotRule
from bihuan.domain.requests.values import Request, RequestKind

APPROVER_ZH = {Desk.COORDINATION: "综合协调组", Desk.UNIT: "县区专班", Desk.LEADER: "市领导"}


def approver(kind: RequestKind, issue: Issue, policy: Policy, *, leader: bool) -> Party:
    """The desk that rules on a request of this kind. An extension of a county's unit is its hub's, but not its own."""
    if leader:
        return Party(Desk.LEADER)
    unit = policy.units.get(issue.holder)
    if kind is RequestKind.EXTENSION and unit is not None and unit.kind is UnitKind.COUNTY:
        hub = policy.hub(unit.county)
        return Party(Desk.UNIT, hub) if hub and hub not in issue.handlers else Party(Desk.COORDINATION)
    return Party(Desk.COORDINATION)


def may_rule_for(desk: Party, actor: Actor, policy: Policy) -> bool:
    """Whether the person rules for the desk. Coordination may always do what is its hub's to do."""
    match actor.role:
        case Role.COO:
            return desk.desk is not Desk.LEADER
        case Role.HUB:
            return desk == Party(Desk.UNIT, policy.hub(actor.org))
        case Role.LDR:
            return desk.desk is Desk.LEADER and not actor.org
        case _:
            return False


def bar_to_ruling(request: Request, actor: Actor, policy: Policy) -> Refusal | None:
    """Why this person may not rule on this request; nobody rules on what they asked themselves."""
    if not may_rule_for(request.approver, actor, policy):
        return NotTheApprover(request=request.no, approver=request.approver.desk, approver_zh=_zh(request.approver))
    if actor.person == request.asked_by.person:
        return RequesterMayNotRule(request=request.no)
    return None


def _zh(desk: Party) -> str:
    return APPROVER_ZH[desk.desk]


def to_rule(issue: Issue, actor: Actor, policy: Policy) -> tuple[Request, ...]:
    """The open requests this person may rule on."""
    return tuple(request for request in issue.open_requests if bar_to_ruling(request, actor, policy) is None)


def to_withdraw(issue: Issue, actor: Actor) -> tuple[Request, ...]:
    """The open requests this person may take back."""
    return tuple(request for request in issue.open_requests if request.asked_by == actor)


def rules_on_request(issue: Issue, policy: Policy, actor: Actor) -> bool:
    return any(may_rule_for(request.approver, actor, policy) for request in issue.requests)


def asked_request(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return any(request.asked_by == actor for request in issue.requests)
