"""In any history the past stands as it stood, every account sums, and every moment is charged once."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings

from bihuan.domain import commands as do
from bihuan.domain.clocks.clock import Clock
from bihuan.domain.clocks.responsibility_time import charged
from bihuan.domain.clocks.trace import Turn, explained
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import Recorded, fold, known_at, unfolded
from bihuan.domain.policy import Policy
from bihuan.language.explanations import told
from bihuan.language.phrases import Tongue
from tests.support.any_act import MOVES, UNHURRIED, Lived
from tests.support.any_history import AnyHistory
from tests.support.any_request import MOVES as BESIDE
from tests.support.any_request import do_as_wished
from tests.support.puyang import policy
from tests.support.small_city.policy import POLICY
from tests.support.small_city.stages import in_hand


def states(recorded: list[Recorded]) -> dict[datetime, Issue]:
    """The issue right after each moment at which something happened."""
    return {one.at: issue for one, issue in unfolded("BH-TEST", recorded)}


@UNHURRIED
@given(MOVES)
def test_in_any_history_the_past_stands_as_it_stood(moves: list[tuple[timedelta, do.Act]]) -> None:
    lived = Lived()
    seen = {lived.now: lived.issue}
    for gap, act in moves:
        lived.wait(gap)
        seen[lived.now] = lived.issue
        lived.attempt(act)
        seen[lived.now] = lived.issue
    for moment, issue in {**seen, **states(lived.recorded)}.items():
        known = known_at(lived.recorded, moment)
        assert fold("BH-TEST", known) == issue
        assert known_at(lived.recorded, moment + timedelta(microseconds=1)) == known
    assert known_at(lived.recorded, lived.recorded[0].at - timedelta(microseconds=1)) == ()


@UNHURRIED
@given(MOVES)
def test_in_any_history_every_account_sums_and_every_moment_is_charged_once(
    moves: list[tuple[timedelta, do.Act]],
) -> None:
    lived = Lived()
    for gap, act in moves:
        lived.wait(gap)
        lived.attempt(act)
    _adds_up(lived.issue, lived.recorded, policy(), lived.now)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BESIDE)
def test_so_it_does_with_extensions_and_suspensions_of_any_kind(moves: list[tuple[timedelta, str, int]]) -> None:
    life = AnyHistory()
    life.stopped_at_due = {}
    life.story = in_hand()
    for gap, wish, pick in moves:
        life.time_goes_by(gap)
        do_as_wished(life, wish, pick)
    _adds_up(life.story.issue, life.story.recorded, POLICY, life.story.now)


def _adds_up(issue: Issue, recorded: list[Recorded], by: Policy, now: datetime) -> None:
    zero, received = timedelta(), recorded[0].at
    found = explained(issue.issue_no, recorded, {by.version: by})
    assert [one.clock for one in found] == list(issue.clocks)
    for one in found:
        its = one.account
        assert its.due == one.clock.due(by.calendar)
        assert its.ran == its.budget + its.granted + its.rolled + its.late if its.due else one.clock.paused
        assert its.granted == zero or one.clock.until
        assert _ends_as_it_should(one.clock, [turn.what for turn in one.turns])
        for tongue in Tongue:
            assert told(one, by, tongue)
    for until in (now, now + timedelta(days=3)):
        charges = charged(issue.issue_no, recorded, by, until)
        assert sum((one.elapsed for one in charges), zero) == until - received
        assert sum((one.office for one in charges), zero) == by.calendar.office_time(received, until)
        assert len({one.owes for one in charges}) == len(charges)


def _ends_as_it_should(clock: Clock, told_turns: list[Turn]) -> bool:
    assert told_turns[0] is Turn.STARTED
    assert told_turns.count(Turn.STARTED) == 1
    paused = told_turns.count(Turn.PAUSED) - told_turns.count(Turn.RESUMED)
    met = told_turns.count(Turn.MET) - told_turns.count(Turn.RUNS_ON)
    over = told_turns.count(Turn.ENDED) + told_turns.count(Turn.TAKEN) - told_turns.count(Turn.GOES_ON)
    return (paused, met, over) == (clock.paused, clock.stopped_at is not None, not clock.open)
