"""What happened to an issue by a batch: another policy, a mass suspension, and its end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bihuan.domain.batches.commands import Handling
from bihuan.domain.clocks.changes import ClockJudged, ClockMoved, LimitChange
from bihuan.domain.clocks.governing import Governing
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.parties import Party
from bihuan.domain.people import Actor
from bihuan.domain.policy import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyAdopted:
    """The issue follows another policy, ``policy_version`` instead of ``former``.

    ``relimited``: clocks with another budget from the same start; ``credited``: those whose time so far is credited.
    ``kept``: keys of alarms that are not raised again. ``undoes``: the batch that this one undoes.
    """

    event: Literal["policy_adopted"] = "policy_adopted"
    batch: str
    version: str
    handling: Handling
    basis: str
    approved_by: Actor
    former: str
    policy_version: str
    limits: Limits
    governed_by: Governing
    service_group: str
    triager: Party
    group: str
    relimited: tuple[LimitChange, ...]
    credited: tuple[str, ...] = ()
    moved: tuple[ClockMoved, ...] = ()
    judged: tuple[ClockJudged, ...] = ()
    kept: tuple[str, ...] = ()
    undoes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyKept:
    """The policy changed, and the issue stays with the one it has."""

    event: Literal["policy_kept"] = "policy_kept"
    batch: str
    version: str
    basis: str
    approved_by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ClocksHeld:
    """All clocks are paused until ``until`` at the latest. ``longest``: the longest such suspension."""

    event: Literal["clocks_held"] = "clocks_held"
    batch: str
    basis: str
    approved_by: Actor
    until: datetime
    longest: Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class ClocksReleased:
    """The mass suspension of batch ``hold`` ended at ``moment``, which may be before this was recorded.

    ``lapsed``: its date was reached; otherwise another batch ended it.
    """

    event: Literal["clocks_released"] = "clocks_released"
    hold: str
    moment: datetime
    lapsed: bool
    batch: str = ""
    reason: str = ""
    approved_by: Actor | None = None


BatchEvent = PolicyAdopted | PolicyKept | ClocksHeld | ClocksReleased
