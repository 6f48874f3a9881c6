"""What people ask of an issue a unit handles: reports, its result, the check of it, and word to the enterprise."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bihuan.domain.stage import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    act: Literal["report"] = "report"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitResult:
    """``open_parts_reason``: why the result goes out although an assisting unit still owes its part."""

    act: Literal["submit_result"] = "submit_result"
    outcome: Outcome
    text: str
    evidence: tuple[str, ...] = ()
    open_parts_reason: str = ""


class Verdict(StrEnum):
    PASS = "pass"
    SEND_BACK = "send_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    act: Literal["check"] = "check"
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """Inform the enterprise: to whom and how. When is when this act is recorded."""

    act: Literal["deliver"] = "deliver"
    to: str
    how: str
    text: str = ""


HandlingAct = Report | SubmitResult | Check | Deliver

HANDLING_ACT_ZH = {
    "report": "阶段性反馈",
    "submit_result": "提交结果",
    "check": "审核",
    "deliver": "反馈企业",
}
