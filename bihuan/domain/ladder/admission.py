"""Who may urge, order, object, convene, draft and sign, and when."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.domain.access.relations import (
    COORDINATION,
    TRIAGER,
    anyone,
    both,
    convened,
    held,
    holds,
    hub_reads,
    in_county,
    its_group,
    lifts,
    names_own_unit,
    of_group,
    of_the_city,
    signs,
    was_notified,
)
from bihuan.domain.access.rules import NOT_ARCHIVED, OPEN, UNIT_RESPONSIBLE, WITH_UNIT, Relation, Rule
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.ladder.responsibility import urgent_obligation
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.ladder.supervision import existing_order
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import (
    ConsultationStands,
    LevelUpStands,
    NobodyOwes,
    NoLevelUpAsked,
    OrderStands,
    UrgedToday,
)

ORDERED: Mapping[Role, Relation] = {Role.DEP: held, Role.HED: held, Role.HUB: held}
CONVENERS: Mapping[Role, Relation] = {Role.LDR: of_the_city, **TRIAGER}
SIGNERS: Mapping[Role, Relation] = {Role.COO: signs, Role.LDR: both(of_the_city, signs)}
NOTIFIED: Mapping[Role, Relation] = dict.fromkeys(set(Role) - {Role.ENT, Role.INS, Role.ADM}, was_notified)
OBJECTORS: Mapping[Role, Relation] = dict.fromkeys((Role.DEP, Role.HED, Role.HUB), names_own_unit)
LEVEL_UP_ASKERS: Mapping[Role, Relation] = {Role.HED: holds, Role.HUB: hub_reads}
PROPOSERS: Mapping[Role, Relation] = {Role.COO: anyone, Role.LDR: of_the_city, Role.SUP: its_group}
URGERS: Mapping[Role, Relation] = {Role.COO: anyone, Role.SUP: of_group, Role.HUB: in_county}


def _urge(issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> None:
    """Once a working day, and only where a party is responsible for something."""
    every = issue.limits.urge_every
    if issue.urged_at is not None and every is not None:
        again = policy.calendar.opening(issue.urged_at, every)
        if now < again:
            raise UrgedToday(next=f"{again:%Y-%m-%d %H:%M:%S}")
    if urgent_obligation(issue, policy, now) is None:
        raise NobodyOwes


def _issue_order(issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> None:
    standing = existing_order(issue, Rung.R2, issue.holder)
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


RULES: Mapping[str, Rule] = {
    "acknowledge": Rule(OPEN, NOTIFIED),
    "urge": Rule(OPEN, URGERS, _urge),
    "issue_order": Rule(UNIT_RESPONSIBLE, {Role.SUP: its_group, Role.COO: its_group}, _issue_order),
    "reply_order": Rule(OPEN, ORDERED),
    "lift_order": Rule(OPEN, {Role.SUP: lifts, Role.COO: lifts}),
    "return_reply": Rule(OPEN, {Role.SUP: lifts, Role.COO: lifts}),
    "object_order": Rule(NOT_ARCHIVED, OBJECTORS),
    "rule_objection": Rule(NOT_ARCHIVED, COORDINATION),
    "ask_level_up": Rule(WITH_UNIT, LEVEL_UP_ASKERS, _ask_level_up),
    "rule_level_up": Rule(OPEN, COORDINATION, _rule_level_up),
    "convene": Rule(OPEN, CONVENERS, _convene),
    "record_consultation": Rule(OPEN, {**COORDINATION, **dict.fromkeys((Role.LDR, Role.SVG, Role.HUB), convened)}),
    "open_draft": Rule(OPEN, PROPOSERS),
    "sign_draft": Rule(NOT_ARCHIVED, SIGNERS),
    "discard_draft": Rule(NOT_ARCHIVED, SIGNERS),
}
