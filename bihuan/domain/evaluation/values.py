"""What came of an issue, and what the enterprise said of it: a rating, a withdrawal."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.people import Actor
from bihuan.domain.stage import Outcome

DISSATISFIED_MAX = 2
"""Ratings up to this are 差评."""


@dataclass(frozen=True, slots=True)
class Rating:
    """``score`` from 1 to 5. ``counts``: not set aside on appeal as mistaken or malicious. ``by``: who recorded it."""

    score: int
    solved: bool
    counts: bool = True
    by: Actor | None = None

    @property
    def bad(self) -> bool:
        """Dissatisfied, or not solved whatever the score (docs/rules.md 1.8)."""
        return self.counts and (self.score <= DISSATISFIED_MAX or not self.solved)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal that waits for its audit (撤单质检): until then the issue goes on as if it had not been asked."""

    reason: str
    asked_at: datetime
    by: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What came of the issue in this round, and what the enterprise thinks of it. ``result``: its last text.

    ``no_answers``: when it was called back in vain.
    """

    outcome: Outcome | None = None
    result: str = ""
    rating: Rating | None = None
    rated_at: datetime | None = None
    no_answers: tuple[datetime, ...] = ()
    withdrawal: Withdrawal | None = None
