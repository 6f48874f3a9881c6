"""What people, and other issues, ask of an issue that waits for the result of another (随批)."""

from dataclasses import dataclass
from typing import Literal

from bihuan.domain.stage import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """随批: let this issue, of any enterprise, wait for the result of ``parent``, which is of the same matter.

    The facts about the parent come from the ledger.
    """

    act: Literal["follow"] = "follow"
    parent: str
    parent_open: bool = False
    parent_category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollow:
    """脱离随批: let it be handled on its own. ``parent``: only if that is the issue it follows."""

    act: Literal["unfollow"] = "unfollow"
    reason: str
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedBy:
    """From another issue: it follows this one, or no longer does, as of its event ``seq``."""

    act: Literal["followed_by"] = "followed_by"
    child: str
    seq: int
    follows: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherit:
    """From the parent: its result has passed. Its ``unit`` informs this enterprise too."""

    act: Literal["inherit"] = "inherit"
    parent: str
    outcome: Outcome
    text: str
    unit: str


FollowingAct = Follow | Unfollow | FollowedBy | Inherit

FOLLOWING_ACT_ZH = {
    "follow": "随批",
    "unfollow": "脱离随批",
    "followed_by": "随批登记",
    "inherit": "承接结果",
}
