"""Issues brought into every status by legal acts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from bihuan.domain import commands as do
from bihuan.domain.clocks.trace import explained
from bihuan.domain.loop.step import obey, open_issue
from bihuan.domain.people import SYSTEM, Actor
from bihuan.domain.stage import Status
from tests.support.small_city.acts import (
    DELIVER,
    FOLLOW,
    GENUINE,
    MERGE,
    PASS,
    REJECT,
    RESULT,
    RETURN,
    TAKEN_IN,
    TRIAGERS,
    approve,
    rate,
    suspend,
    transfer,
)
from tests.support.small_city.calendar import MONDAY
from tests.support.small_city.people import CALLER, COORDINATOR, DEPUTY, ENTERPRISE, LIAISON, head
from tests.support.small_city.policy import D1, FORMER, PLAIN, POLICY
from tests.support.small_city.story import Story, submission


def told(when: datetime = MONDAY, number: str = "", who: Actor = LIAISON, **changes: object) -> Story:
    """An issue just submitted."""
    step = open_issue(number or numbered(sampled=False), submission(**changes), who, when, POLICY)
    return Story(step.issue, list(step.recorded), when)


def accepted(**changes: object) -> Story:
    story = told(**changes)  # type: ignore[arg-type]
    return story.does(TRIAGERS[story.issue.county], do.Accept())


def dispatched(unit: str = D1, **changes: object) -> Story:
    story = accepted(**changes)
    return story.does(TRIAGERS[story.issue.county], do.HandOver(unit=unit))


def in_hand(unit: str = D1, **changes: object) -> Story:
    return dispatched(unit, **changes).does(head(unit), do.Sign())


def rejected(**changes: object) -> Story:
    story = told(**changes).does(COORDINATOR, REJECT)  # type: ignore[arg-type]
    return story.does(DEPUTY, approve(story))


def suspended(unit: str = D1, **changes: object) -> Story:
    story = in_hand(unit, **changes)
    story.does(head(unit), suspend(story.now + timedelta(days=20)))
    return story.does(COORDINATOR, approve(story))


def returned(unit: str = D1, **changes: object) -> Story:
    return dispatched(unit, **changes).does(head(unit), RETURN)


def transferred(unit: str = D1, **changes: object) -> Story:
    return dispatched(FORMER, **changes).does(head(FORMER), transfer(unit))


def checking(unit: str = D1, **changes: object) -> Story:
    return in_hand(unit, **changes).does(head(unit), RESULT)


def to_deliver(unit: str = D1, **changes: object) -> Story:
    return checking(unit, **changes).does(COORDINATOR, PASS)


def evaluating(unit: str = D1, **changes: object) -> Story:
    return to_deliver(unit, **changes).does(head(unit), DELIVER)


def rated(score: int = 5, unit: str = D1, *, solved: bool = True, county: str = PLAIN) -> Story:
    return evaluating(unit, county=county).does(ENTERPRISE, rate(score, solved=solved))


def closed(unit: str = D1, **changes: object) -> Story:
    return evaluating(unit, **changes).does(ENTERPRISE, rate(5, solved=True)).does(COORDINATOR, do.CloseOut())


def withdrawn(story: Story, when: str | None = None) -> Story:
    """The enterprise withdraws; where a unit has just acted, the call-back agent finds it genuine."""
    story.does(ENTERPRISE, do.Withdraw(), when)
    return story if story.issue.closed else story.does(CALLER, GENUINE, story.now)


def _callback(unit: str = D1, **changes: object) -> Story:
    return evaluating(unit, **changes).does(ENTERPRISE, rate(2, solved=False))


def _archived(unit: str = D1, **changes: object) -> Story:
    return closed(unit, **changes).until("09-30 18:00")


def following(**changes: object) -> Story:
    """It follows a parent of its own category."""
    story = told(**changes)  # type: ignore[arg-type]
    return story.does(COORDINATOR, replace(FOLLOW, parent_category=story.issue.category))


def merging(**changes: object) -> Story:
    """It has asked its twin to take it in."""
    return told(**changes).does(COORDINATOR, MERGE)  # type: ignore[arg-type]


def merged(**changes: object) -> Story:
    return merging(**changes).does(SYSTEM, TAKEN_IN)


BEFORE_A_UNIT: Mapping[Status, Callable[..., Story]] = {
    Status.SUBMITTED: lambda **changes: told(**{"contact": "", **changes}),
    Status.UNTRIAGED: told,
    Status.NEED_INFO: lambda **changes: told(**changes).does(COORDINATOR, do.AskInfo(question="容量多少")),
    Status.ACCEPTED: accepted,
    Status.FOLLOWING: following,
}
WITH_A_UNIT: Mapping[Status, Callable[..., Story]] = {
    Status.DISPATCHED: dispatched,
    Status.RETURN_REVIEW: returned,
    Status.TRANSFERRED: transferred,
    Status.IN_PROGRESS: in_hand,
    Status.SUSPENDED: suspended,
    Status.CHECKING: checking,
    Status.TO_DELIVER: to_deliver,
    Status.EVALUATING: evaluating,
    Status.CALLBACK: _callback,
    Status.EVALUATED: lambda unit, **changes: evaluating(unit, **changes).does(ENTERPRISE, rate(5, solved=True)),
    Status.CLOSED: closed,
    Status.ARCHIVED: _archived,
}
assert {*BEFORE_A_UNIT, *WITH_A_UNIT} == set(Status)


def in_status(status: Status, unit: str = D1, **changes: object) -> Story:
    """An issue brought into the status by legal acts, held by ``unit`` as soon as a unit holds it."""
    if status in BEFORE_A_UNIT:
        return BEFORE_A_UNIT[status](**changes)
    return WITH_A_UNIT[status](unit, **changes)


def numbers(start: int = 0) -> Iterable[str]:
    return (f"BH-{n:06}" for n in range(start, start + 1000))


@cache
def numbered(*, sampled: bool) -> str:
    """An issue number that the call-back sample takes, or leaves: found out by rating well."""
    story = evaluating(number="BH-PROBE")
    good = do.Command("c", ENTERPRISE, rate(5, solved=True))
    moment = story.now + timedelta(minutes=1)
    wanted = Status.CALLBACK if sampled else Status.EVALUATED
    return next(
        number
        for number in numbers()
        if obey(replace(story.issue, issue_no=number), good, moment, POLICY).issue.status is wanted
    )


def unit_late() -> Story:
    return dispatched().until("08-04 18:00")


def accounts(story: Story) -> tuple:  # type: ignore[type-arg]
    policies = {POLICY.version: POLICY, story.policy.version: story.policy}
    return explained(story.issue.issue_no, story.recorded, policies)
