"""Who may have units assist, and judge their parts, and when."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.domain.access.relations import COORDINATION, HEAD, assists, unit_of
from bihuan.domain.access.rules import AT_WORK, WITH_UNIT, Relation, Rule
from bihuan.domain.issue import Issue
from bihuan.domain.joint.values import PartState
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import NotAssisting, PartHandedIn, PartNotHandedIn
from bihuan.domain.stage import Status

ASSISTANT: Mapping[Role, Relation] = {Role.HED: assists, Role.HUB: assists}


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


RULES: Mapping[str, Rule] = {
    "add_assist": Rule(WITH_UNIT, {**HEAD, **COORDINATION}),
    "submit_part": Rule(AT_WORK, ASSISTANT, _submit_part),
    "accept_part": Rule(frozenset({Status.IN_PROGRESS}), HEAD, _judge_part),
    "return_part": Rule(frozenset({Status.IN_PROGRESS}), HEAD, _judge_part),
    "release_assist": Rule(AT_WORK, {**HEAD, **COORDINATION}, _release_assist),
}
