"""Who may do what to an issue, and when: the rules of every concept in one table (docs/rules.md 2.2)."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.domain.access.relations import READERS, anyone, of_group, unit_of
from bihuan.domain.access.rules import Relation, Rule
from bihuan.domain.batches import admission as batches
from bihuan.domain.clocks import admission as clocks
from bihuan.domain.commands import ACT_ZH
from bihuan.domain.dispatch import admission as dispatch
from bihuan.domain.evaluation import admission as evaluation
from bihuan.domain.following import admission as following
from bihuan.domain.handlers import assemble
from bihuan.domain.handling import admission as handling
from bihuan.domain.intake import admission as intake
from bihuan.domain.issue import Issue
from bihuan.domain.joint import admission as joint
from bihuan.domain.ladder import admission as ladder
from bihuan.domain.loop import admission as loop
from bihuan.domain.merging import admission as merging
from bihuan.domain.people import ROLE_ZH, Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import HandlerMayNotJudge, NotYourIssue, Refusal, RoleNotAllowed, WrongStatus
from bihuan.domain.requests import admission as requests
from bihuan.domain.stage import STATUS_ZH

RESENDERS: Mapping[Role, Relation] = {Role.COO: anyone, Role.ADM: anyone, Role.SUP: of_group}

CONCEPTS = (intake, merging, following, dispatch, handling, joint, evaluation, requests, clocks, loop, batches, ladder)
RULES: Mapping[str, Rule] = assemble(ACT_ZH.keys() - {"submit"}, *(concept.RULES for concept in CONCEPTS))


def may_read(issue: Issue, actor: Actor, policy: Policy) -> bool:
    """Whether this person may read the issue (docs/rules.md 2.3)."""
    relation = READERS.get(actor.role)
    return relation is not None and relation(issue, policy, actor)


def admit(issue: Issue, act: str, actor: Actor, now: datetime, policy: Policy) -> None:
    """Raise the Refusal why this person may not perform ``act`` now, whatever the fields of the command."""
    rule = RULES[act]
    _entitled(rule.who, issue, actor, policy, {"act": act, "act_zh": ACT_ZH[act]})
    if issue.status not in rule.statuses:
        raise WrongStatus(status=issue.status, status_zh=STATUS_ZH[issue.status], act=act, act_zh=ACT_ZH[act])
    if rule.check is not None:
        rule.check(issue, actor, now, policy)
    if act in JUDGING or act in JUDGING_AS.get(actor.role, ()):
        _impartial(issue, actor, policy)


def admit_resend(issue: Issue, actor: Actor, policy: Policy) -> None:
    """Raise the Refusal why this person may not resend a notice of the issue."""
    _entitled(RESENDERS, issue, actor, policy, {"act": "resend", "act_zh": "重发通知"})


def _entitled(
    who: Mapping[Role, Relation], issue: Issue, actor: Actor, policy: Policy, named: Mapping[str, str]
) -> None:
    if actor.role not in who:
        raise RoleNotAllowed(role=actor.role, role_zh=ROLE_ZH[actor.role], **named)
    if not who[actor.role](issue, policy, actor):
        raise NotYourIssue(**named)


def permitted(issue: Issue, actor: Actor, now: datetime, policy: Policy) -> dict[str, Refusal | None]:
    """Every act by name: None where this person may perform it now, else the Refusal."""
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
"""Acts that judge in one role only: the call-back agent records for an enterprise without an account, and coordination
transfers an issue away from its unit."""
assert set(RULES) > JUDGING.union(*JUDGING_AS.values())


def _impartial(issue: Issue, actor: Actor, policy: Policy) -> None:
    """Raise HandlerMayNotJudge for persons and units that handled the issue, in whatever role (docs/rules.md 2.4)."""
    desk = actor.role is Role.HUB and unit_of(actor, policy) in issue.handlers
    if desk or actor.person in issue.handled_by:
        raise HandlerMayNotJudge
