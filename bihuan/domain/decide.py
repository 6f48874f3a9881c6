"""decide(): one command on one issue at one moment becomes events, or a refusal. Changes nothing, reads nothing."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any, get_args

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.access.authorization import admit
from bihuan.domain.batches import decisions as batches
from bihuan.domain.batches.commands import AdoptPolicy, Handling
from bihuan.domain.batches.policy_adoption import successor
from bihuan.domain.bounds import blank, check
from bihuan.domain.clocks import decisions as clocks
from bihuan.domain.clocks.calendar_adoption import with_calendar
from bihuan.domain.codes import with_codes
from bihuan.domain.dispatch import decisions as dispatch
from bihuan.domain.evaluation import decisions as evaluation
from bihuan.domain.following import decisions as following
from bihuan.domain.handlers import Decider, assemble
from bihuan.domain.handling import decisions as handling
from bihuan.domain.intake import decisions as intake
from bihuan.domain.issue import Issue
from bihuan.domain.joint import decisions as joint
from bihuan.domain.ladder import decisions as ladder
from bihuan.domain.loop import decisions as loop
from bihuan.domain.merging import decisions as merging
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import FieldMissing
from bihuan.domain.requests import decisions as requests

CONCEPTS = (intake, merging, following, dispatch, handling, joint, evaluation, requests, clocks, loop, batches, ladder)
HANDLERS: Mapping[type[Any], Decider] = assemble(get_args(do.Act), *(concept.DECISIONS for concept in CONCEPTS))
"""The handler that decides each act."""


def decide(issue: Issue, command: do.Command, now: datetime, policy: Policy) -> tuple[ev.Event, ...]:
    """The events that follow from the command at ``now``. Raises a Refusal where the rules do not allow it."""
    check(command.actor)
    admit(issue, command.act.act, command.actor, now, policy)
    act = with_codes(command.act, policy)
    _require_text(act)
    _require_proof(act, command.actor)
    return tuple(HANDLERS[type(act)](act, issue, command.actor, now, policy))


def _require_text(act: do.Act) -> None:
    """Texts without a default must not be blank, and all text must be readable."""
    check(act)
    for field in fields(act):
        if field.default is MISSING and blank(str(getattr(act, field.name))):
            raise FieldMissing(field=field.name)


def _require_proof(act: do.Act, actor: Actor) -> None:
    """Who records for an enterprise without an account states the proof."""
    if actor.role is Role.CBK and blank(getattr(act, "proof", "-")):
        raise FieldMissing(field="proof")


def adopted_policy(act: do.Act, policy: Policy) -> Policy | None:
    """The policy an act puts in place of the one in force; None: the act changes none."""
    if isinstance(act, do.AdoptCalendar) and act.calendar is not None:
        return with_calendar(policy, act.calendar)
    if isinstance(act, AdoptPolicy) and act.policy is not None and act.handling is not Handling.KEEP:
        return successor(policy, act.policy)
    return None
