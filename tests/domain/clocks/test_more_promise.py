"""The time a later unit is given, and what a late ruling gives back: where the rules of ``clocks/promise.py`` turn."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bihuan.domain import commands as do
from bihuan.domain.batches.values import Hold
from bihuan.domain.clocks import promise
from bihuan.domain.clocks.changes import ClockMoved
from bihuan.domain.clocks.clock import Clock, Obligation, Pause
from bihuan.domain.events import ReturnRefused
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Urgency
from bihuan.domain.requests.values import Request, RequestKind, RequestState
from tests.support.small_city.acts import (
    DELIVER,
    PASS,
    RESULT,
    RETURN,
    approve_return,
    hold,
    rate,
    refuse_return,
    transfer,
)
from tests.support.small_city.calendar import MONDAY, at
from tests.support.small_city.people import COORDINATOR, DEPUTY, ENTERPRISE, head
from tests.support.small_city.policy import D1, D2, D3, POLICY, limit
from tests.support.small_city.stages import dispatched, in_hand, told
from tests.support.small_city.story import Story

LEADER, COORDINATION = Desk.LEADER, Desk.COORDINATION
SUSPENSION, EXTENSION, COURT = RequestKind.SUSPENSION, RequestKind.EXTENSION, do.SuspensionBasis.COURT
LAW_ENDS, COURT_GAVE = at("11-01 18:00"), at("11-08 18:00")


@pytest.mark.parametrize(
    ("desk", "state", "kind", "ground", "ends"),
    [
        (LEADER, RequestState.APPROVED, SUSPENSION, COURT, COURT_GAVE),
        (COORDINATION, RequestState.APPROVED, SUSPENSION, COURT, LAW_ENDS),
        (LEADER, RequestState.REFUSED, SUSPENSION, COURT, LAW_ENDS),
        (LEADER, RequestState.APPROVED, EXTENSION, "", LAW_ENDS),
        (LEADER, RequestState.APPROVED, SUSPENSION, do.SuspensionBasis.LAW, LAW_ENDS),
    ],
)
def test_beyond_a_law_a_later_unit_has_only_what_a_leader_approved_for_a_court(
    desk: Desk, state: RequestState, kind: RequestKind, ground: str, ends: datetime
) -> None:
    """Thirty days from 08-02 end on 09-01; a pause of 66 days moves that to Saturday 11-06, so to Monday 11-08.

    A result that waited for no court, and a part that did, are due later, and give nothing.
    """
    issue = in_hand(category="ARREARS").issue
    asked = Request(
        no="Q1", kind=kind, asked_by=head(D1), asked_at=MONDAY, reason="待裁定", approver=Party(desk), ground=ground
    )
    waited = Pause(at("08-10 09:00"), promise.BY_COURT, at("10-15 09:00"))
    whole = replace(issue.deadline, pauses=(waited,))
    own = Clock(Obligation.SOLVE, 1, limit("110d"), MONDAY, unit=D1, ended_at=at("10-15 09:00"), taken=True)
    part = Clock(Obligation.ASSIST, 1, limit("110d"), MONDAY, unit=D3, pauses=(waited,))
    issue = replace(issue, clocks=(whole, own, part), requests=(replace(asked, state=state),))
    assert promise.limit_of_unit(issue, D2, at("10-15 10:00"), POLICY)[1] == ends


# A unit that gets the issue back


def back_with(story: Story, lost: str, returned: str, back: str) -> Story:
    """Transferred to D3, which says it is not its own; so it goes back to D1."""
    story.does(COORDINATOR, transfer(D3), lost).does(head(D3), RETURN, returned)
    return story.does(COORDINATOR, approve_return(D1), back)


def reworked() -> Story:
    story = in_hand().does(head(D1), RESULT).does(COORDINATOR, PASS).does(head(D1), DELIVER)
    story.does(ENTERPRISE, rate(1, solved=False), "08-03 09:00")
    return story.does(COORDINATOR, do.Rework(reason="未解决"), "08-03 10:00")


def test_in_a_round_of_rework_a_unit_goes_on_with_what_it_had_left_of_that_round() -> None:
    story = reworked()
    assert story.due("solve#1") == at("08-10 18:00")
    back_with(story, "08-04 09:00", "08-04 10:00", "08-05 09:00")
    assert story.due("solve#3") == at("08-11 18:00"), "a day elsewhere; a limit in full would end on 08-12"


def test_where_no_report_is_owed_a_unit_goes_on_with_what_it_had_left_too() -> None:
    story = back_with(in_hand(urgency=Urgency.CONSULT), "08-02 16:00", "08-02 17:00", "08-03 09:00")
    assert story.due("solve#2") == at("08-04 09:00"), "half an hour of its one day was another's"


@pytest.mark.parametrize("given", ["08-02 09:00", "08-02 10:00"])
def test_what_was_handed_over_the_moment_it_came_is_lost_and_got_back_like_any_other(given: str) -> None:
    story = told().does(COORDINATOR, do.Accept(), MONDAY).does(COORDINATOR, do.HandOver(unit=D1), given)
    back_with(story, "08-04 09:00", "08-04 10:00", "08-05 09:00")
    assert story.due("solve#2") == at("08-12 18:00"), "a day elsewhere; a limit in full would end on 08-16"


def test_what_was_withdrawn_the_moment_it_was_handed_over_was_lost_then() -> None:
    story = dispatched()
    story.does(ENTERPRISE, do.Withdraw(reason="不办了"), story.now)
    story.does(ENTERPRISE, do.Reopen(reason="又出现了"), "08-12 09:00").does(COORDINATOR, do.Accept(), "08-16 09:00")
    story.does(COORDINATOR, do.HandOver(unit=D1), "08-16 09:00")
    assert story.due("solve#1") == at("08-25 09:00"), "all but half an hour of 08-16; in full it would be 18:00"


def test_what_was_held_while_another_unit_had_it_counts_once() -> None:
    story = in_hand().does(head(D1), transfer(D2), "08-04 09:00").does(head(D2), RETURN, "08-04 10:00")
    story.does(DEPUTY, hold("08-20 18:00"), "08-05 08:30")
    _, until = promise.limit_of_unit(story.issue, D1, at("08-06 08:30"), POLICY)
    assert until == at("08-13 17:30"), "five days and six hours and a half were left on 08-04"


# What a late ruling gives back


def test_a_late_ruling_gives_back_to_the_units_own_clock_and_to_no_other() -> None:
    story = told().does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D1), "08-06 10:00")
    story.does(head(D1), do.Sign()).does(head(D1), RETURN, "08-09 10:00")
    assert (story.due("solve#1"), story.due("issue#1")) == (at("08-17 18:00"), at("08-11 18:00"))
    before = {one.key: story.due(one.key) for one in story.issue.clocks if one.open}
    story.does(COORDINATOR, refuse_return(), "08-11 18:00")
    assert story.due("solve#1") == at("08-18 18:00"), "the ruling was due on 08-10"
    del before["ruling#1"], before["solve#1"]
    assert {key: story.due(key) for key in before} == before
    (refused,) = (one for one in story.events if isinstance(one, ReturnRefused))
    assert refused.waited is not None
    assert refused.waited.moved == ClockMoved(clock="solve#1", was=at("08-17 18:00"), due=at("08-18 18:00"))


def test_a_rung_at_the_very_moment_the_ruling_was_due_named_who_rules_and_comes_again_for_the_unit() -> None:
    story = in_hand(urgency=Urgency.URGENT).does(head(D1), do.Report(text="进展"))
    story.does(head(D1), RETURN, "08-04 10:00").until("08-05 18:00")
    assert [str(one.debtor) for one in story.alarms if one.clock == "issue#1"][-1] == "coordination"
    story.does(COORDINATOR, refuse_return(), "08-06 10:00").until("08-06 12:00")
    late = [(one.rung, str(one.debtor)) for one in story.alarms if one.clock == "issue#1" and one.rung is Rung.R1]
    assert late == [(Rung.R1, "coordination"), (Rung.R1, f"unit:{D1}")]


# How long suspensions come to, and whether one more goes beyond a law


def held(since: str, until: str, over: str | None = None) -> Hold:
    return Hold("H", "防汛", at(since), at(until), "hold#1", at(over) if over else None)


def asked(
    ruled: str | None,
    until: str,
    over: str | None = None,
    kind: RequestKind = SUSPENSION,
    state: RequestState = RequestState.APPROVED,
) -> Request:
    return Request(
        no="Q1",
        kind=kind,
        asked_by=head(D1),
        asked_at=MONDAY,
        reason="待裁定",
        approver=Party(COORDINATION),
        state=state,
        ruled_at=at(ruled) if ruled else None,
        until=at(until),
        over_at=at(over) if over else None,
    )


@pytest.mark.parametrize(
    ("holds", "requests", "days"),
    [
        ((), (), 10),
        ((held("08-05 09:00", "08-09 09:00"),), (), 14),
        ((held("08-05 09:00", "08-09 09:00", "08-07 09:00"),), (), 12),  # released early
        ((held("08-18 09:00", "08-25 09:00"),), (), 12),  # lasts: two days before now, the rest is the same time
        ((held("08-18 09:00", "09-04 09:00"),), (), 17),
        ((held("08-05 09:00", "08-09 09:00"), held("08-06 09:00", "08-08 09:00")), (), 14),
        ((held("08-05 09:00", "08-09 09:00"), held("08-07 09:00", "08-11 09:00")), (), 16),
        ((held("07-30 09:00", "08-04 09:00"),), (), 12),  # from receipt
        ((), (asked("08-05 09:00", "08-09 09:00"),), 14),
        ((), (asked("08-05 09:00", "08-09 09:00", "08-06 09:00"),), 11),
        ((), (asked("08-05 09:00", "08-09 09:00", kind=EXTENSION),), 10),
        ((), (asked("08-05 09:00", "08-09 09:00", state=RequestState.REFUSED),), 10),
        ((), (asked(None, "08-09 09:00", state=RequestState.OPEN),), 10),
        ((held("08-05 09:00", "08-09 09:00"),), (asked("08-07 09:00", "08-12 09:00"),), 17),
    ],
)
def test_suspensions_come_to_every_stretch_once(
    holds: tuple[Hold, ...], requests: tuple[Request, ...], days: int
) -> None:
    """Received on 08-02 at 09:00; one more from 08-20 to 08-30."""
    issue = replace(in_hand().issue, holds=holds, requests=requests)
    assert promise.total_suspension(issue, at("08-30 09:00"), at("08-20 09:00")) == timedelta(days=days)


@pytest.mark.parametrize(
    ("over", "until", "beyond"),
    [
        ({}, "10-09 09:00", False),  # thirty days from 08-02 and sixty more end with the law, on 11-01
        ({}, "10-12 09:00", True),
        ({"stopped_at": at("08-09 09:00")}, "10-12 09:00", False),  # the result is in
        ({"pauses": (Pause(at("08-10 09:00"), "统一停钟"),)}, "10-12 09:00", True),
    ],
)
def test_a_suspension_is_too_long_that_ends_the_result_after_the_law(
    over: dict[str, object], until: str, beyond: bool
) -> None:
    issue = in_hand(category="ARREARS").issue
    issue = replace(issue, clocks=tuple(replace(one, **over) for one in issue.clocks))  # type: ignore[arg-type]
    assert promise.exceeds_legal_end(issue, at(until), at("08-10 09:00"), POLICY) is beyond
    assert promise.exceeds_legal_end(in_hand().issue, at(until), at("08-10 09:00"), POLICY) is False, (
        "no law governs it"
    )


@pytest.mark.parametrize(
    ("now", "full", "until"),
    [
        ("08-10 10:00", "30d", None),
        ("10-02 10:00", "30d", None),  # ends on 11-01, with the law
        ("10-03 10:00", "30d", "11-01 18:00"),
        ("11-01 10:00", "30d", "11-02 18:00"),  # at least the sign limit, a day
    ],
)
def test_a_later_unit_has_its_limit_in_full_up_to_the_end_of_the_law(now: str, full: str, until: str | None) -> None:
    issue = in_hand(category="ARREARS").issue
    assert promise.limit_of_unit(issue, D2, at(now), POLICY) == (limit(full), at(until) if until else None)


@pytest.mark.parametrize(("round_", "full"), [(1, "7wd"), (2, "5wd")])
def test_in_a_round_of_rework_the_limit_in_full_is_that_of_rework(round_: int, full: str) -> None:
    issue = replace(in_hand().issue, round=round_)
    assert promise.limit_of_unit(issue, D2, at("08-04 09:00"), POLICY) == (limit(full), None)
