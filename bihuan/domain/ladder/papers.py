"""Papers above R2, requests to be taken up a level, and consultations: what stands beside an issue's status."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role


class Paper(StrEnum):
    """A paper above R2; it is sent only when signed (docs/rules.md 5.4)."""

    CRITICISM = "CRITICISM"
    LEVEL_UP = "LEVEL_UP"
    GOVERNMENT_STUDY = "GOVERNMENT_STUDY"
    SUPERVISION_LETTER = "SUPERVISION_LETTER"
    REFERRAL_LETTER = "REFERRAL_LETTER"
    REPORT_UP = "REPORT_UP"


PAPER_ZH = {
    Paper.CRITICISM: "书面通报",
    Paper.LEVEL_UP: "提级会商",
    Paper.GOVERNMENT_STUDY: "提请政府办研究",
    Paper.SUPERVISION_LETTER: "督办函",
    Paper.REFERRAL_LETTER: "移交函",
    Paper.REPORT_UP: "上报省级",
}
assert set(PAPER_ZH) == set(Paper)


class Ground(StrEnum):
    """Why a paper was drafted."""

    OVERDUE = "OVERDUE"
    REPLY_LATE = "REPLY_LATE"
    UNITS_MISSED = "UNITS_MISSED"
    REWORKS = "REWORKS"
    TRANSFERS = "TRANSFERS"
    HEAD_ASKED = "HEAD_ASKED"
    LEVEL_UP_OVER = "LEVEL_UP_OVER"
    NO_ACTION = "NO_ACTION"
    BY_ACT = "BY_ACT"


GROUND_ZH = {
    Ground.OVERDUE: "逾期未办",
    Ground.REPLY_LATE: "督办单逾期未复",
    Ground.UNITS_MISSED: "多个承办单位逾期未办结",
    Ground.REWORKS: "多次返工",
    Ground.TRANSFERS: "多次转办",
    Ground.HEAD_ASKED: "承办单位负责人提请",
    Ground.LEVEL_UP_OVER: "提级会商期满未解决",
    Ground.NO_ACTION: "督办后仍未整改",
    Ground.BY_ACT: "人工提请",
}
assert set(GROUND_ZH) == set(Ground)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a draft: its ground, the clock it is based on, and the proposer's text."""

    ground: Ground
    clock: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class LevelUpAsk:
    """A unit head's request for a level-up; open until coordination rules on it."""

    by: Actor
    reason: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Consultation:
    """A meeting on a hard issue (会商). ``lead`` and ``by`` are what it decided, on record only."""

    no: str
    convener: Actor
    topic: str
    participants: tuple[str, ...]
    convened_at: datetime
    recorded_at: datetime | None = None
    minutes: str = ""
    decision: str = ""
    lead: str = ""
    by: date | None = None

    @property
    def open(self) -> bool:
        return self.recorded_at is None


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper to be signed. ``to``: its addressee; ``signer``: the role that signs or discards it."""

    no: str
    paper: Paper
    rung: Rung
    to: Party
    signer: Role
    reasons: tuple[Reason, ...]
    opened_at: datetime
    proposed_by: Actor | None = None
    signed_at: datetime | None = None
    signed_by: Actor | None = None
    discarded_at: datetime | None = None
    lapsed_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.signed_at is None and self.discarded_at is None and self.lapsed_at is None

    @property
    def presses(self) -> tuple[str, ...]:
        return tuple(reason.clock for reason in self.reasons)

    @property
    def signing_desk(self) -> Party:
        """The desk that signs or discards it."""
        return Party(Desk.LEADER if self.signer is Role.LDR else Desk.COORDINATION)
