"""The demo's judgement on small made-up histories: by the events' own moments, whoever was slow."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal, cast

import pytest

from bihuan.cli.demo.checks import Checker
from bihuan.cli.demo.driver import Driven
from bihuan.cli.demo.judgement import Lived, elsewhere, ladder, late, overtaken, rotten, untaken
from bihuan.cli.demo.pace import slower
from bihuan.domain.stage import Outcome, Stage
from bihuan.simulation.player import Played
from bihuan.simulation.workbook import Expected, Row
from bihuan.wire import Entry, notice_id
from tests.support.small_city.acts import NOT_SOLVED, RESULT
from tests.support.small_city.people import CALLER, head
from tests.support.small_city.policy import D1, POLICY
from tests.support.small_city.stages import closed, in_hand, rated, told
from tests.support.small_city.story import Story

CLIMBED = ("issue#1:R0", "issue#1:R1")


def lived(story: Story, *, trace: Iterable[str] = (), rungs: tuple[str, ...] = (), fault: str = "") -> Lived:
    expected = Expected(story.issue.stage, None, rungs, "")
    script = Played(story.issue, (), (), trace=tuple(_rung(one) for one in trace))
    driven = Driven(Row("T1", "", "", (), expected), script, number=story.issue.issue_no, fault=fault)
    return Lived(driven, tuple(map(Entry.of, story.recorded)), story.issue)


def _rung(what: str) -> tuple[Literal["rung"], str]:
    return "rung", what


def without(one: Lived, place: int) -> Lived:
    return replace(one, entries=one.entries[:place] + one.entries[place + 1 :])


def alarm_at(one: Lived) -> int:
    return next(place for place, entry in enumerate(one.entries) if entry.event.event == "alarm_raised")


def neglected() -> Story:
    return in_hand().until("08-20 18:00")


def test_a_rung_whose_moment_passed_unmet_is_right_however_late_the_people_came() -> None:
    one = lived(neglected(), rungs=CLIMBED, fault="Refused: too late")
    assert list(ladder(one, POLICY)) == []
    assert late([one]) == {"T1"}
    assert list(untaken([one.driven], [one])) == []
    moved = replace(one, issue=replace(one.issue, outcome=Outcome.SOLVED))
    assert list(elsewhere([moved])) == []
    assert overtaken([one]) == ["T1"]
    assert overtaken([replace(one, driven=replace(one.driven, fault=""))]) == [], "late, and played to its end"


def test_what_was_refused_in_good_time_is_a_fault_and_so_is_another_end() -> None:
    one = lived(in_hand(), fault="Refused: NotYourIssue")
    assert late([one]) == frozenset()
    assert list(untaken([one.driven], [one])) == ["T1: step 1: Refused: NotYourIssue"]
    other = replace(one.driven, row=replace(one.driven.row, expected=Expected(Stage.CLOSED, None, (), "")))
    assert len(list(elsewhere([replace(one, driven=other)]))) == 1


def test_a_rung_that_is_missing_is_named() -> None:
    one = lived(neglected(), trace=CLIMBED, rungs=CLIMBED)
    assert list(rotten([one])) == []
    overdue = replace(one, overdue=("issue#1:3:R2",))
    assert list(ladder(overdue, POLICY)) == ["T1: issue#1:3:R2 is due and not raised"]
    higher = replace(one.driven.row, expected=Expected(one.issue.stage, None, (*CLIMBED, "issue#1:R6"), ""))
    assert list(rotten([replace(one, driven=replace(one.driven, row=higher))])) == ["T1: did not climb issue#1:R6"]
    acted = lived(neglected().does(head(D1), RESULT))
    assert list(ladder(acted, POLICY)) == []
    assert any("was due before act" in fault for fault in ladder(without(acted, alarm_at(acted)), POLICY))


def test_a_rung_raised_twice_early_or_though_nothing_was_owed_is_named() -> None:
    one = lived(neglected())
    place = alarm_at(one)
    twice = replace(one, entries=one.entries[: place + 1] + one.entries[place:])
    assert any("raised twice" in fault for fault in ladder(twice, POLICY))
    entry = one.entries[place]
    early = replace(entry, at=one.entries[0].at)
    before = replace(one, entries=(*one.entries[:place], early, *one.entries[place + 1 :]))
    faults = list(ladder(before, POLICY))
    assert any("before its moment" in fault for fault in faults)
    assert any("though nothing was owed" in fault for fault in faults)


def test_a_rung_that_a_bad_rating_raises_is_owed_by_the_act_and_by_no_clock() -> None:
    story = rated(1, solved=False).does(CALLER, NOT_SOLVED)
    assert any(alarm.rung == "R2" for alarm in story.alarms)
    assert list(ladder(lived(story), POLICY)) == []


class Told:
    """The other end of the notices: nothing arrived but these."""

    def __init__(self, *told: str) -> None:
        self.told = dict.fromkeys(told, cast("dict[str, Any]", {}))
        self.forged = 0


class Reader:
    """A ledger that knows how each notice ended."""

    def __init__(self, **states: str) -> None:
        self.states = states

    async def delivery(self, notice: str) -> Any:
        return Ended(self.states[notice]) if notice in self.states else None


class Ended:
    def __init__(self, state: str) -> None:
        self.state = state


@pytest.mark.parametrize(("story", "counted"), [(closed, "recalled"), (told, "missing")])
def test_what_was_recalled_after_the_end_is_counted_and_of_an_open_issue_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, story: Callable[[], Story], counted: str
) -> None:
    monkeypatch.setattr("bihuan.cli.demo.checks.NONE_FOR_S", 0)
    one = lived(story())
    assert one.issue.closed is (counted == "recalled")
    ids = [notice_id(one.driven.number, entry.seq, to) for entry in one.entries for to in entry.tell]
    assert ids
    steps: list[tuple[int, int]] = []
    checker = Checker(
        cast("Any", Reader(**{ids[-1]: "RECALLED"})),
        cast("Any", None),
        cast("Any", None),
        cast("Any", Told(*ids[:-1])),
        cast("Any", None),
        lambda *step: steps.append(step),
    )
    asyncio.run(checker._all_notices([one]))
    assert getattr(checker.notices, counted) == {ids[-1]}
    assert len(checker._delivered()) == len(checker.notices.missing)
    assert steps[-1] == (len(ids) - len(checker.notices.missing), len(ids))


def test_a_profile_of_seconds_is_slowed_and_nothing_else_of_it() -> None:
    profile = "alarms_late_s: 2\nsolve: 48s # R3 48s\nreport: none\nsolve_max: 30d, repeats_max: 2"
    assert slower(profile, 1) == profile
    assert slower(profile, 1.3) == profile.replace("48s", "63s")
