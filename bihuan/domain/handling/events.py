"""What happened as a unit handled the issue and its result was checked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bihuan.domain.clocks.changes import ClockMoved
from bihuan.domain.stage import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    event: Literal["reported"] = "reported"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSubmitted:
    event: Literal["result_submitted"] = "result_submitted"
    outcome: Outcome
    text: str
    evidence: tuple[str, ...]
    open_parts_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPassed:
    event: Literal["check_passed"] = "check_passed"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """``late_since``: when the check's own limit was over; what it took beyond is given back, and moves deadlines."""

    event: Literal["sent_back"] = "sent_back"
    reason: str
    late_since: datetime | None = None
    moved: tuple[ClockMoved, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    event: Literal["delivered"] = "delivered"
    to: str
    how: str
    text: str


HandlingEvent = Reported | ResultSubmitted | CheckPassed | SentBack | Delivered
