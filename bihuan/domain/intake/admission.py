"""Who may do what before a unit has the issue, and when."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.domain.access.relations import TRIAGER, anyone, assigned, either, holds, keyed, own_account
from bihuan.domain.access.rules import BEFORE_HANDOVER, OPEN, SUBMITTED, UNTIL_CHECKING, UNTRIAGED, Relation, Rule
from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import HolderMayNotAmend, NotClassified, ReceiptNotCompleted
from bihuan.domain.stage import Status

SUBMITTERS = frozenset({Role.ENT, Role.LIA, Role.LDR, Role.COO, Role.HUB, Role.SUP, Role.CBK})
ENTERPRISE_SIDE: Mapping[Role, Relation] = {Role.ENT: own_account, Role.LIA: assigned}
COMPLETERS: Mapping[Role, Relation] = {
    Role.ENT: either(own_account, keyed),
    Role.LIA: either(assigned, keyed),
    Role.COO: anyone,
    **dict.fromkeys((Role.LDR, Role.HUB, Role.SUP, Role.CBK), keyed),
}
AMENDERS: Mapping[Role, Relation] = {
    **TRIAGER,
    **dict.fromkeys((Role.ENT, Role.LIA, Role.LDR, Role.SUP, Role.CBK), keyed),
}


def require_completed(issue: Issue, actor: Actor, _now: datetime, _policy: Policy) -> None:
    """What was never completed has no county and no class: it is coordination's."""
    if issue.status is Status.SUBMITTED and actor.role is not Role.COO:
        raise ReceiptNotCompleted


def require_classified(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    if not issue.matter.category:
        raise NotClassified


def _amend(issue: Issue, actor: Actor, _now: datetime, policy: Policy) -> None:
    """Neither the unit that holds it nor, in another seat, a person who handled it rewrites what was complained of."""
    if holds(issue, policy, actor) or (issue.dispatched and actor.person in issue.assignment.handled_by):
        raise HolderMayNotAmend


RULES: Mapping[str, Rule] = {
    "complete": Rule(SUBMITTED, COMPLETERS),
    "accept": Rule(UNTRIAGED, TRIAGER),
    "answer": Rule(UNTRIAGED, TRIAGER),
    "ask_info": Rule(BEFORE_HANDOVER, TRIAGER),
    "supply": Rule(frozenset({Status.NEED_INFO}), ENTERPRISE_SIDE),
    "classify": Rule(UNTIL_CHECKING, TRIAGER),
    "amend": Rule(OPEN, AMENDERS, _amend),
}
