"""Side requests (申请): each is ruled on by a second person (docs/rules.md 6)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bihuan.domain.ruling import Ruling


class RejectGround(StrEnum):
    """The listed grounds for not accepting an issue (docs/rules.md 6.1)."""

    EMERGENCY_LINE = "EMERGENCY_LINE"
    OTHER_LEGAL_CHANNEL = "OTHER_LEGAL_CHANNEL"
    SECRET_OR_PRIVATE = "SECRET_OR_PRIVATE"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    UNLAWFUL = "UNLAWFUL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """不予受理: propose it; a second person rules, and only then is the issue closed."""

    act: Literal["reject"] = "reject"
    ground: RejectGround
    reason: str
    other_channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskExtension:
    """申请延期: ask for ``until`` as the new date of the limit the unit is pressed by."""

    act: Literal["ask_extension"] = "ask_extension"
    until: datetime
    reason: str


class SuspensionBasis(StrEnum):
    """What an issue may have to wait for (docs/rules.md 6.3)."""

    LAW = "LAW"
    PLAN = "PLAN"
    THIRD_PARTY = "THIRD_PARTY"
    COURT = "COURT"
    BUDGET_YEAR = "BUDGET_YEAR"


SUSPENSION_ZH = {
    SuspensionBasis.LAW: "法律政策",
    SuspensionBasis.PLAN: "列入计划",
    SuspensionBasis.THIRD_PARTY: "第三方",
    SuspensionBasis.COURT: "司法程序",
    SuspensionBasis.BUDGET_YEAR: "预算年度",
}
assert set(SUSPENSION_ZH) == set(SuspensionBasis)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSuspension:
    """申请挂起: ask to stop the clocks; at ``until`` the issue is looked at again and goes on by itself."""

    act: Literal["ask_suspension"] = "ask_suspension"
    basis: SuspensionBasis
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """恢复办理: end a suspension before its review date."""

    act: Literal["resume"] = "resume"
    reason: str


class TerminationGround(StrEnum):
    """A ground for not accepting that was found later, or an enterprise that does not cooperate."""

    EMERGENCY_LINE = "EMERGENCY_LINE"
    OTHER_LEGAL_CHANNEL = "OTHER_LEGAL_CHANNEL"
    SECRET_OR_PRIVATE = "SECRET_OR_PRIVATE"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    UNLAWFUL = "UNLAWFUL"
    NOT_COOPERATING = "NOT_COOPERATING"


assert {ground.value for ground in RejectGround} < {ground.value for ground in TerminationGround}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskTermination:
    """申请终止: ask to close the issue without a result."""

    act: Literal["ask_termination"] = "ask_termination"
    ground: TerminationGround
    reason: str
    other_channel: str = ""


class AppealGround(StrEnum):
    """The only two grounds to set a rating aside."""

    MISTAKEN = "MISTAKEN"
    MALICIOUS = "MALICIOUS"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealRating:
    """差评申诉: ask that a bad rating be set aside."""

    act: Literal["appeal_rating"] = "appeal_rating"
    ground: AppealGround
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRequest:
    """裁定申请: decide a side request of somebody else."""

    act: Literal["rule_request"] = "rule_request"
    request: str
    ruling: Ruling
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRequest:
    """撤回申请: take back one's own request while it is open."""

    act: Literal["withdraw_request"] = "withdraw_request"
    request: str
    reason: str = ""


RequestAct = (
    Reject | AskExtension | AskSuspension | Resume | AskTermination | AppealRating | RuleRequest | WithdrawRequest
)

REQUEST_ACT_ZH = {
    "reject": "不予受理",
    "ask_extension": "申请延期",
    "ask_suspension": "申请挂起",
    "resume": "恢复办理",
    "ask_termination": "申请终止",
    "appeal_rating": "差评申诉",
    "rule_request": "裁定申请",
    "withdraw_request": "撤回申请",
}
