"""What people, and other issues, ask where one issue goes on in another (并单)."""

from dataclasses import dataclass
from typing import Literal

from bihuan.domain.intake.commands import Enterprise


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """并单: ask the issue ``into`` to take this one in as a duplicate. It is closed once that one has said yes."""

    act: Literal["merge"] = "merge"
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorb:
    """From another issue of the enterprise: it asks to be merged here, or into ``asked``, which redirected here."""

    act: Literal["absorb"] = "absorb"
    child: str
    asked: str
    enterprise: Enterprise


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmMerge:
    """From ``into``: it takes this issue in, which had asked ``asked``. ``seq``: its event that does so."""

    act: Literal["confirm_merge"] = "confirm_merge"
    into: str
    asked: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseMerge:
    """This issue is not taken in. ``why``: the name of the refusal."""

    act: Literal["refuse_merge"] = "refuse_merge"
    into: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleMerge:
    """From an issue that event ``seq`` was to take in: whether it was merged, or continues on its own."""

    act: Literal["settle_merge"] = "settle_merge"
    child: str
    seq: int
    merged: bool


MergingAct = Merge | Absorb | ConfirmMerge | RefuseMerge | SettleMerge

MERGING_ACT_ZH = {
    "merge": "并单",
    "absorb": "接收并单",
    "confirm_merge": "确认并单",
    "refuse_merge": "不予并单",
    "settle_merge": "并单登记",
}
