"""What is owed first, and by whom at the very last instant."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bihuan.domain import commands as do
from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.responsibility import NextDue, debtor, next_due, pressing
from bihuan.domain.parties import Desk, Party
from tests.support.small_city.calendar import MONDAY, at
from tests.support.small_city.people import COORDINATOR, head
from tests.support.small_city.policy import D1, POLICY, limit
from tests.support.small_city.stages import accepted, closed, in_hand, suspended

UNIT, COORDINATION = Party(Desk.UNIT, D1), Party(Desk.COORDINATION)


def clock(obligation: Obligation, length: str) -> Clock:
    return Clock(obligation, 1, limit(length), MONDAY, unit=D1)


def owing(clocks: Sequence[Clock]) -> Issue:
    return replace(in_hand().issue, clocks=tuple(clocks))


SIGN, REPORT, RULING = clock(Obligation.SIGN, "2wd"), clock(Obligation.REPORT, "2wd"), clock(Obligation.RULING, "1wd")
EVALUATE, CLOSE_OUT = clock(Obligation.EVALUATE, "1wd"), clock(Obligation.CLOSE_OUT, "1wd")
OVER = replace(clock(Obligation.CHECK, "1wd"), ended_at=MONDAY)


@pytest.mark.parametrize(
    ("clocks", "first"),
    [
        ((SIGN, RULING), "ruling#1"),
        ((SIGN, REPORT), "report#1"),  # at the same instant, by its name
        ((SIGN, EVALUATE), "sign#1"),  # what somebody owes before a lapse, be it sooner
        ((EVALUATE, OVER), "evaluate#1"),
    ],
)
def test_next_is_what_somebody_owes_soonest(clocks: tuple[Clock, ...], first: str) -> None:
    for issue in (owing(clocks), owing(clocks[::-1])):
        found = next_due(issue, POLICY)
        assert found is not None
        assert found.clock == first


def test_nothing_is_next_where_nothing_runs() -> None:
    assert next_due(owing([OVER]), POLICY) is None
    assert next_due(owing([SIGN.pause(MONDAY, "挂起")]), POLICY) is None


@pytest.mark.parametrize(
    ("clocks", "first", "owes"),
    [
        ((SIGN, RULING), "sign#1", UNIT),  # a unit's debt before another's, be it later
        ((SIGN, clock(Obligation.REPORT, "1wd")), "report#1", UNIT),
        ((SIGN, REPORT), "report#1", UNIT),
        ((RULING, clock(Obligation.TRIAGE, "2wd")), "ruling#1", COORDINATION),
        ((RULING, CLOSE_OUT), "close_out#1", COORDINATION),
    ],
)
def test_urged_is_the_unit_first_and_what_is_due_soonest(clocks: tuple[Clock, ...], first: str, owes: Party) -> None:
    for issue in (owing(clocks), owing(clocks[::-1])):
        urged = pressing(issue, POLICY, MONDAY)
        assert urged is not None
        assert (urged[0].key, urged[1]) == (first, owes)


def test_the_enterprises_clock_presses_the_unit_from_the_instant_at_which_its_own_time_is_over() -> None:
    late = accepted().does(COORDINATOR, do.HandOver(unit=D1), "08-05 10:00")
    assert late.due("solve#1") == at("08-16 18:00")
    whole = late.clock("issue#1")
    assert debtor(whole, late.issue, POLICY, at("08-16 17:59:59")) == COORDINATION
    assert debtor(whole, late.issue, POLICY, at("08-16 18:00")) == UNIT
    late.does(head(D1), do.Sign()).does(head(D1), do.Report(text="进展"))
    assert next_due(late.issue, POLICY) == NextDue("issue#1", at("08-11 18:00"), str(COORDINATION))


def test_a_clock_names_a_unit_only_where_a_unit_owes_it_and_no_paper_where_there_is_none() -> None:
    of_units = {Obligation.SIGN, Obligation.REPORT, Obligation.DELIVER, Obligation.REVIEW, Obligation.UPDATE}
    for story in (closed(), suspended()):
        assert {one.obligation for one in story.issue.clocks if one.unit == D1} <= of_units
        assert {one.unit for one in story.issue.clocks if one.obligation not in of_units} == {""}
        assert {one.order for one in story.issue.clocks} == {""}
