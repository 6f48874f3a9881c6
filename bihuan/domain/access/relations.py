"""The relations a person may have to an issue, and those each role needs (docs/rules.md 2)."""

from collections.abc import Mapping

from bihuan.domain.access.desks import sits_at
from bihuan.domain.access.rules import Relation
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.requests.rulers import rules_on_request
from bihuan.domain.stage import Status


def unit_of(actor: Actor, policy: Policy) -> str:
    """The unit somebody acts for; a hub is a unit as well as a county's desk."""
    return policy.hub(actor.org) if actor.role is Role.HUB else actor.org


def holds(issue: Issue, policy: Policy, actor: Actor) -> bool:
    return bool(issue.holder) and issue.holder == unit_of(actor, policy)


def held(issue: Issue, policy: Policy, actor: Actor) -> bool:
    unit = unit_of(actor, policy)
    return bool(unit) and unit in {issue.holder, *issue.earlier_holders, *(order.unit for order in issue.orders)}


def assists(issue: Issue, policy: Policy, actor: Actor) -> bool:
    return issue.part(unit_of(actor, policy)) is not None


def unit_reads(issue: Issue, policy: Policy, actor: Actor) -> bool:
    """A unit that holds or held it, that an order names, or that assists or assisted."""
    return held(issue, policy, actor) or unit_of(actor, policy) in {part.unit for part in issue.parts}


def own_account(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return bool(actor.org) and actor.org == issue.enterprise.uscc


def anyone(_issue: Issue, _policy: Policy, _actor: Actor) -> bool:
    return True


def in_county(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return bool(actor.org) and actor.org == issue.county


def in_class(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return bool(actor.org) and actor.org == issue.service_group


def of_group(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return bool(actor.org) and actor.org in {issue.group, *(order.group for order in issue.orders)}


def assigned(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return bool(issue.liaison) and actor.person == issue.liaison


def keyed(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return actor == issue.keyed_by


def lifts(issue: Issue, policy: Policy, actor: Actor) -> bool:
    """An order's own group; coordination where it stands in for one."""
    mine = policy.coordination.id if actor.role is Role.COO else actor.org
    return any(order.group == mine for order in issue.orders)


def its_group(issue: Issue, policy: Policy, actor: Actor) -> bool:
    """The supervision group of the issue today; coordination where it stands in for one."""
    return (policy.coordination.id if actor.role is Role.COO else actor.org) == issue.group


def names_own_unit(issue: Issue, policy: Policy, actor: Actor) -> bool:
    return unit_of(actor, policy) in {order.unit for order in issue.orders}


def was_notified(issue: Issue, policy: Policy, actor: Actor) -> bool:
    return any(sits_at(actor, party, policy) for notice in issue.unheeded for party in notice.told)


def signs(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return any(draft.signer is actor.role for draft in issue.drafts)


def convened(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return any((held.convener.role, held.convener.org) == (actor.role, actor.org) for held in issue.consultations)


def levelled_up(issue: Issue, _policy: Policy, _actor: Actor) -> bool:
    return issue.levelled_up


def handed_over(issue: Issue, _policy: Policy, _actor: Actor) -> bool:
    """An inspector reads what a signed letter handed over to inspection or discipline."""
    letters = (Paper.SUPERVISION_LETTER, Paper.REFERRAL_LETTER)
    return any(draft.paper in letters and draft.signed_at is not None for draft in issue.drafts)


def to_call(issue: Issue, _policy: Policy, _actor: Actor) -> bool:
    """Issues the call-back agent calls about, audits, or records for because the enterprise has no account."""
    return issue.status is Status.CALLBACK or issue.withdrawal is not None or not issue.enterprise.uscc


def without_account(issue: Issue, _policy: Policy, _actor: Actor) -> bool:
    """The enterprise is known by name only; the call-back agent records for it, with proof."""
    return not issue.enterprise.uscc


def of_the_city(_issue: Issue, _policy: Policy, actor: Actor) -> bool:
    """A leader of the city, not of one county; county leaders are only notified of their county's orders."""
    return not actor.org


def county_ordered(issue: Issue, _policy: Policy, actor: Actor) -> bool:
    return actor.org == issue.county and bool(issue.orders)


def either(*relations: Relation) -> Relation:
    return lambda issue, policy, actor: any(relation(issue, policy, actor) for relation in relations)


def both(*relations: Relation) -> Relation:
    return lambda issue, policy, actor: all(relation(issue, policy, actor) for relation in relations)


hub_reads = either(in_county, unit_reads, rules_on_request)
leader_reads = either(
    both(of_the_city, either(signs, levelled_up, convened, rules_on_request)), was_notified, county_ordered
)
"""A city leader reads issues with papers for leaders, level-ups, and what a leader convened or rules on; a county
leader reads the issues of the county that have orders."""

TRIAGER: Mapping[Role, Relation] = {Role.COO: anyone, Role.HUB: in_county, Role.SVG: in_class}
HANDLER: Mapping[Role, Relation] = {Role.DEP: holds, Role.HED: holds, Role.HUB: holds}
HEAD: Mapping[Role, Relation] = {Role.HED: holds, Role.HUB: holds}
COORDINATION: Mapping[Role, Relation] = {Role.COO: anyone}
SYSTEM: Mapping[Role, Relation] = {Role.SYS: anyone}
READERS: Mapping[Role, Relation] = {
    Role.ENT: own_account,
    Role.LIA: either(assigned, keyed),
    Role.COO: anyone,
    Role.SVG: in_class,
    Role.HUB: hub_reads,
    Role.DEP: unit_reads,
    Role.HED: unit_reads,
    Role.SUP: of_group,
    Role.CBK: to_call,
    Role.LDR: leader_reads,
    Role.INS: handed_over,
}
