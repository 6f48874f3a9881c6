"""What a batch puts to each of its issues: another policy, a mass suspension, and its end.

``batch`` names the batch, whose record says the rest; ``approved_by`` is the second person it needs.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy


class Handling(StrEnum):
    """What happens to an open issue when the policy changes."""

    KEEP = "keep"
    """It stays with the policy it has, on record."""
    ADOPT = "adopt"
    """The new limits count from the same starts; a deadline may move either way."""
    CREDIT = "credit"
    """As ADOPT, but time already spent is credited where a limit changes, so that nobody becomes late by it."""


HANDLING_ZH = {
    Handling.KEEP: "沿用原方案",
    Handling.ADOPT: "更换方案",
    Handling.CREDIT: "更换方案并扣除已用时间",
}
assert set(HANDLING_ZH) == set(Handling)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptPolicy:
    """更换方案: follow this policy from now on. The sender of the command looks ``policy`` up.

    ``version``: the policy's version without its days, since an issue keeps the days of its own calendar. ``undoes``:
    the batch that is undone. ``also_kept``: even where an earlier batch kept the issue from this policy.
    """

    act: Literal["adopt_policy"] = "adopt_policy"
    batch: str
    version: str
    handling: Handling
    basis: str
    approved_by: Actor
    policy: Policy | None = None
    undoes: str = ""
    also_kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldClocks:
    """统一停钟: pause all clocks until ``until`` at the latest."""

    act: Literal["hold_clocks"] = "hold_clocks"
    batch: str
    basis: str
    until: datetime
    approved_by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseClocks:
    """统一恢复: end the mass suspension of batch ``hold`` before its date."""

    act: Literal["release_clocks"] = "release_clocks"
    batch: str
    hold: str
    reason: str
    approved_by: Actor


BatchAct = AdoptPolicy | HoldClocks | ReleaseClocks

BATCH_ACT_ZH = {"adopt_policy": "更换方案", "hold_clocks": "统一停钟", "release_clocks": "统一恢复"}
"""Acts that only a batch sends; its record names who ordered and who approved it."""
