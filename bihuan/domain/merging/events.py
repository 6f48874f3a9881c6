"""What happened between issues of which one goes on in the other."""

from dataclasses import dataclass
from typing import Literal

from bihuan.domain.intake.commands import Enterprise


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeAsked:
    event: Literal["merge_asked"] = "merge_asked"
    into: str
    enterprise: Enterprise


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """``asked``: the issue that was asked; it may have gone to ``into`` itself. ``seq``: the event of ``into`` that
    took this one in."""

    event: Literal["merged"] = "merged"
    into: str
    asked: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRefused:
    """It goes on where it was. ``why``: the name of the refusal."""

    event: Literal["merge_refused"] = "merge_refused"
    into: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLapsed:
    """Before the answer came, the issue had gone where it cannot be merged any more."""

    event: Literal["merge_lapsed"] = "merge_lapsed"
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTaken:
    """Another issue was allowed to merge into this one."""

    event: Literal["merge_taken"] = "merge_taken"
    child: str
    asked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSettled:
    """The issue allowed to merge by our event ``seq`` answered whether it did."""

    event: Literal["merge_settled"] = "merge_settled"
    child: str
    seq: int
    merged: bool


MergingEvent = MergeAsked | Merged | MergeRefused | MergeLapsed | MergeTaken | MergeSettled
