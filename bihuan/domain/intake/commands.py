"""What people ask of an issue before a unit has it: its receipt, its triage, its class (收集 · 梳理)."""

from dataclasses import dataclass
from typing import Literal

from bihuan.domain.policy import Urgency
from bihuan.domain.stage import Outcome


@dataclass(frozen=True, slots=True)
class Enterprise:
    """``uscc``: the 18-character unified social credit code (GB 32100), empty where it is not known yet."""

    name: str = ""
    uscc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """The opening of an issue. ``liaison`` is the official answering for the enterprise, from the register."""

    act: Literal["submit"] = "submit"
    enterprise: Enterprise
    title: str = ""
    description: str
    county: str = ""
    contact: str = ""
    channel: str = ""
    category: str = ""
    urgency: Urgency | None = None
    complex: bool = False
    liaison: str = ""
    source_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """Fill in what the receipt lacked. Empty fields leave what is there.

    What the register knows of the enterprise fills what is empty even then; ``liaison`` answers for it.
    """

    act: Literal["complete"] = "complete"
    name: str = ""
    uscc: str = ""
    description: str = ""
    county: str = ""
    contact: str = ""
    channel: str = ""
    registered_name: str = ""
    registered_county: str = ""
    liaison: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    act: Literal["accept"] = "accept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Answer the enterprise directly, without a unit."""

    act: Literal["answer"] = "answer"
    text: str
    how: str
    outcome: Outcome = Outcome.EXPLAINED


@dataclass(frozen=True, slots=True, kw_only=True)
class AskInfo:
    act: Literal["ask_info"] = "ask_info"
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    act: Literal["supply"] = "supply"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Classify:
    """Empty or None leaves what is there."""

    act: Literal["classify"] = "classify"
    category: str = ""
    urgency: Urgency | None = None
    complex: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend:
    """Correct the text or the contact; dates are never amended. Empty leaves what is there."""

    act: Literal["amend"] = "amend"
    title: str = ""
    description: str = ""
    contact: str = ""


IntakeAct = Complete | Accept | Answer | AskInfo | Supply | Classify | Amend

INTAKE_ACT_ZH = {
    "complete": "补全",
    "accept": "受理",
    "answer": "直接答复",
    "ask_info": "要求补正",
    "supply": "补正",
    "classify": "分类",
    "amend": "更正",
}
