"""The index of acts: those of every concept, and the command that carries one.

An act is one frozen dataclass, in the imperative; ``act`` tells them apart on the wire. Every text is free text in the
language of its author. The sender of a command looks up the facts about other issues (``Follow``), so that deciding
needs no look-up.
"""
# ruff: noqa: F403, F405 - an index of what the concepts define; mypy knows every name

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import get_args

from bihuan.domain.batches.commands import *
from bihuan.domain.clocks.commands import *
from bihuan.domain.dispatch.commands import *
from bihuan.domain.evaluation.commands import *
from bihuan.domain.following.commands import *
from bihuan.domain.handling.commands import *
from bihuan.domain.intake.commands import *
from bihuan.domain.joint.commands import *
from bihuan.domain.ladder.commands import *
from bihuan.domain.loop.commands import *
from bihuan.domain.merging.commands import *
from bihuan.domain.people import Actor
from bihuan.domain.requests.commands import *
from bihuan.domain.ruling import *

Act = (
    IntakeAct
    | MergingAct
    | FollowingAct
    | DispatchAct
    | HandlingAct
    | JointAct
    | EvaluationAct
    | RequestAct
    | ClockAct
    | LoopAct
    | BatchAct
    | LadderAct
)
assert all(globals()[kind.__name__] is kind for kind in get_args(Act)), "each act is known here by its own name"

ACT_ZH = {
    "submit": "提交",
    **INTAKE_ACT_ZH,
    **MERGING_ACT_ZH,
    **FOLLOWING_ACT_ZH,
    **DISPATCH_ACT_ZH,
    **HANDLING_ACT_ZH,
    **JOINT_ACT_ZH,
    **EVALUATION_ACT_ZH,
    **REQUEST_ACT_ZH,
    **CLOCK_ACT_ZH,
    **LOOP_ACT_ZH,
    **BATCH_ACT_ZH,
    **LADDER_ACT_ZH,
}

BETWEEN_ISSUES = frozenset({"followed_by", "inherit", "absorb", "confirm_merge", "refuse_merge", "settle_merge"})
"""Acts that one issue sends to another; no person performs them."""


@dataclass(frozen=True, slots=True)
class Command:
    """One act of one person. ``id`` makes repetitions harmless; ``request_id`` names the request that sent it first."""

    id: str
    actor: Actor
    act: Act
    request_id: str = ""


ADDED_LATER = frozenset({"co_units", "open_parts_reason", "proof"})
"""Fields added after the first fingerprints: left out while empty, so that repetitions match across releases."""


def fingerprint(actor: Actor, act: Act | Submit) -> str:
    """A digest of actor and act, 32 hexadecimal digits: the same id with another fingerprint is another command."""
    said = {name: value for name, value in asdict(act).items() if value or name not in ADDED_LATER}
    body = json.dumps([asdict(actor), said], sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(body.encode()).hexdigest()[:32]


def _plain(value: object) -> str:
    """A moment as one text whatever its offset; a set in one order."""
    if isinstance(value, frozenset):
        return str(sorted(value))
    return str(value.timestamp()) if isinstance(value, datetime) and value.tzinfo else str(value)
