"""What people ask once the enterprise has its answer: rating, call-back, rework, withdrawal, close-out, reopening."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """``score`` from 1 (very dissatisfied) to 5 (very satisfied). ``proof``: how its recorder knows."""

    act: Literal["rate"] = "rate"
    score: int
    solved: bool
    comment: str = ""
    proof: str = ""


class CallResult(StrEnum):
    CONFIRMED = "confirmed"
    NOT_SOLVED = "not_solved"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """``record``: what was said; required to confirm against a bad rating."""

    act: Literal["call_back"] = "call_back"
    result: CallResult
    record: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rework:
    act: Literal["rework"] = "rework"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """撤单: audited first where an order stands or a unit has just acted. ``proof``: as in ``Rate``."""

    act: Literal["withdraw"] = "withdraw"
    reason: str = ""
    proof: str = ""


class AuditVerdict(StrEnum):
    """What the enterprise said when asked whether it withdrew of its own will."""

    GENUINE = "genuine"
    KEPT = "kept"
    """It does not withdraw after all."""
    PRESSED = "pressed"
    """Somebody made it withdraw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditWithdrawal:
    """撤单质检: say what the enterprise answered. ``record``: with whom one spoke, and what was said."""

    act: Literal["audit_withdrawal"] = "audit_withdrawal"
    verdict: AuditVerdict
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOut:
    act: Literal["close_out"] = "close_out"
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """重新打开. ``proof``: as in ``Rate``."""

    act: Literal["reopen"] = "reopen"
    reason: str
    proof: str = ""


EvaluationAct = Rate | CallBack | Rework | Withdraw | AuditWithdrawal | CloseOut | Reopen

EVALUATION_ACT_ZH = {
    "rate": "评价",
    "call_back": "回访",
    "rework": "重办",
    "withdraw": "撤单",
    "audit_withdrawal": "撤单质检",
    "close_out": "销号",
    "reopen": "重新打开",
}
