"""What people ask of units that assist (协办)."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAssist:
    """增加协办: have ``unit`` do a part of it, for the lead."""

    act: Literal["add_assist"] = "add_assist"
    unit: str
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitPart:
    """提交协办: an assisting unit hands its part to the lead."""

    act: Literal["submit_part"] = "submit_part"
    text: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptPart:
    """采纳协办: the part of ``unit`` will do."""

    act: Literal["accept_part"] = "accept_part"
    unit: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPart:
    """退回协办: the part of ``unit`` will not do; its time runs on as if it had not been handed in."""

    act: Literal["return_part"] = "return_part"
    unit: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAssist:
    """免除协办: nothing more is wanted of ``unit``."""

    act: Literal["release_assist"] = "release_assist"
    unit: str
    reason: str


JointAct = AddAssist | SubmitPart | AcceptPart | ReturnPart | ReleaseAssist

JOINT_ACT_ZH = {
    "add_assist": "增加协办",
    "submit_part": "提交协办",
    "accept_part": "采纳协办",
    "return_part": "退回协办",
    "release_assist": "免除协办",
}
