"""What happened once the enterprise had its answer."""

from dataclasses import dataclass
from typing import Literal

from bihuan.domain.evaluation.commands import AuditVerdict, CallResult
from bihuan.domain.people import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    event: Literal["rated"] = "rated"
    score: int
    solved: bool
    comment: str
    callback_due: bool
    proof: str = ""
    by: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingLapsed:
    event: Literal["rating_lapsed"] = "rating_lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledBack:
    """``settled``: the evaluation is complete with this call."""

    event: Literal["called_back"] = "called_back"
    result: CallResult
    record: str
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReworkOrdered:
    event: Literal["rework_ordered"] = "rework_ordered"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    event: Literal["withdrawn"] = "withdrawn"
    reason: str
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalAsked:
    """The enterprise withdraws, and is asked first whether somebody pressed it to; until then the issue goes on."""

    event: Literal["withdrawal_asked"] = "withdrawal_asked"
    reason: str
    proof: str = ""
    by: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalAudited:
    """What the enterprise answered. Genuine: the issue is withdrawn. Else it goes on."""

    event: Literal["withdrawal_audited"] = "withdrawal_audited"
    verdict: AuditVerdict
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedOut:
    event: Literal["closed_out"] = "closed_out"
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    event: Literal["reopened"] = "reopened"
    reason: str
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    event: Literal["archived"] = "archived"


EvaluationEvent = (
    Rated
    | RatingLapsed
    | CalledBack
    | ReworkOrdered
    | Withdrawn
    | WithdrawalAsked
    | WithdrawalAudited
    | ClosedOut
    | Reopened
    | Archived
)
