"""Another round (重办): what goes with it where a rating was bad, and where there have been too many."""

from collections.abc import Iterator
from datetime import datetime

from bihuan.domain import events as ev
from bihuan.domain.evolve import evolve
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.papers import Ground
from bihuan.domain.ladder.supervision import first_clock, level_up_by_count, raise_bad_rating
from bihuan.domain.policy import Policy

UNANSWERED = "两个工作日回访无人应答，差评仍在 · nobody answered on two working days, and the bad rating stands"


def rework(issue: Issue, reason: str, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    """Another round; with R2 where the rating was bad and confirmed."""
    ordered = ev.ReworkOrdered(reason=reason)
    yield ordered
    again = evolve(issue, ordered, now)
    if issue.rating is not None and issue.rating.bad:
        yield from raise_bad_rating(again, first_clock(again), now, policy)
    yield from another_round(again, now, policy)


def another_round(again: Issue, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    """R4 where the rounds of rework reach the policy's number; ``again``: the issue in its new round."""
    if again.round - 1 >= policy.level_up_reworks:
        yield from level_up_by_count(again, Ground.REWORKS, now, policy)
