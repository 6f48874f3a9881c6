"""The acts behind recorded events: recorded beside them, or found for every act there is where older versions did not
record them; and played again to the same end.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest
from hypothesis import given

from bihuan.domain import commands as do
from bihuan.domain.commands import ACT_ZH
from bihuan.domain.events import AlarmRaised, Dispatched
from bihuan.domain.loop.step import Recorded
from bihuan.domain.people import Actor, Role
from bihuan.simulation import command_inference
from bihuan.simulation.command_inference import ACTS, deeds, retold
from bihuan.simulation.player import play
from bihuan.simulation.workbook import CUT_OFF, SAMPLE, read_ledger
from tests.support.any_act import MOVES, UNHURRIED, Lived
from tests.support.puyang import CITY_FOLDER, ENTERPRISE, MONDAY, policy
from tests.support.small_city.calendar import REVISED
from tests.support.small_city.policy import POLICY
from tests.support.small_city.stages import in_hand

ROWS = read_ledger(CITY_FOLDER / SAMPLE)
GOVERNED = {policy().version: policy()}


def test_every_act_the_rules_know_is_looked_for() -> None:
    assert set(ACTS) | {"submit"} == set(ACT_ZH)


def of_an_older_version(recorded: Iterable[Recorded]) -> list[Recorded]:
    """The same events without the acts beside them."""
    return [replace(one, act=None) for one in recorded]


def test_acts_recorded_beside_their_events_are_played_again_as_they_were_and_none_is_inferred(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: object) -> NoReturn:
        raise AssertionError("an act was inferred")

    monkeypatch.setattr(command_inference, "behind", never)
    for row in ROWS:
        played = play(row, policy(), CUT_OFF, str)
        again = retold(row.ref, played.recorded, GOVERNED, CUT_OFF)
        assert again.done == played.done, row.ref
        assert again.recorded == played.recorded, row.ref


def test_the_sample_told_back_from_its_events_is_the_sample() -> None:
    for row in ROWS:
        played = play(row, policy(), CUT_OFF, str)
        bare = of_an_older_version(played.recorded)
        found = [told.command.act.act if told.command else None for told in deeds(row.ref, bare, GOVERNED)]
        assert found == [command.act.act for _, command in played.done], row.ref
        again = retold(row.ref, bare, GOVERNED, CUT_OFF)
        assert again.alerts == played.alerts, row.ref
        assert again.issue.outcome == played.issue.outcome
        assert again.turned == ()


def test_an_act_stands_beside_the_first_of_its_events_and_the_clock_has_none() -> None:
    story = in_hand().until("08-25 18:00")
    acts = {one.command_id: one.act for one in reversed(story.recorded) if one.actor and one.seq > 1}
    assert all(acts.values())
    beside = [one.command_id for one in story.recorded if one.act]
    assert beside == list(dict.fromkeys(beside))
    assert not [one for one in story.recorded if one.act and not one.actor]


def test_a_calendar_looked_up_for_an_act_is_not_recorded_with_every_issue() -> None:
    story = in_hand().does(Actor(Role.ADM, "administrator"), do.AdoptCalendar(version="2021.2", calendar=REVISED))
    (adopted,) = [one for one in story.recorded if isinstance(one.act, do.AdoptCalendar)]
    assert adopted.act == do.AdoptCalendar(version="2021.2")


@UNHURRIED
@given(MOVES)
def test_whatever_was_done_the_act_is_found(moves: list[tuple[timedelta, do.Act]]) -> None:
    lived, done = Lived(), []
    for gap, act in moves:
        lived.wait(gap)
        done += [act] if lived.attempt(act) else []
    told = list(deeds(lived.issue.issue_no, of_an_older_version(lived.recorded), GOVERNED))
    assert [one.command.act.act if one.command else None for one in told] == [act.act for act in done]


def test_what_no_command_says_is_taken_as_it_was_recorded() -> None:
    lived = Lived()
    lived.wait(timedelta(hours=1))
    lived.attempt(do.Accept())
    odd = [Recorded(one.seq, one.at, one.event, one.tell, one.actor and ENTERPRISE, "x") for one in lived.recorded]
    told = list(deeds(lived.issue.issue_no, odd, GOVERNED))
    assert [one.command for one in told] == [None]
    until = MONDAY + timedelta(days=30)
    again = retold(lived.issue.issue_no, odd, GOVERNED, until)
    own = retold(lived.issue.issue_no, lived.recorded, GOVERNED, until)
    assert again.issue.status == own.issue.status == "ACCEPTED"
    assert [one.event for one in again.recorded if isinstance(one.event, AlarmRaised)] == [
        one.event for one in own.recorded if isinstance(one.event, AlarmRaised)
    ]


def test_another_calendar_adopted_on_the_way_governs_from_then_on_unless_another_policy_is_tried() -> None:
    story = in_hand().does(Actor(Role.ADM, "administrator"), do.AdoptCalendar(version="2021.2", calendar=REVISED))
    policies = {one.version: one for one in (POLICY, story.policy)}
    recorded = list(story.recorded)
    later = story.until("08-25 18:00")
    again = retold(story.issue.issue_no, recorded, policies, later.now)
    expected = {(one.clock, one.grant, one.rung, one.moment) for one in later.alarms}
    lasting = {(*alert.key, alert.at) for alert in again.alerts if not alert.clock.startswith(("reply", "sign_draft"))}
    assert lasting == {one for one in expected if not one[0].startswith(("reply", "sign_draft"))}, (
        "looked at once, papers are late"
    )
    assert again.issue.policy_version == story.policy.version
    tried = retold(story.issue.issue_no, recorded, policies, later.now, POLICY)
    assert tried.issue.policy_version == POLICY.version
    assert {alert.clock: alert.at for alert in tried.alerts} != {alert.clock: alert.at for alert in again.alerts}


def test_what_an_older_version_did_not_record_is_no_reason_not_to_find_the_act() -> None:
    story = in_hand()
    bare = [
        replace(one, event=replace(one.event, governed_by=None)) if isinstance(one.event, Dispatched) else one
        for one in of_an_older_version(story.recorded)
    ]
    told = list(deeds(story.issue.issue_no, bare, {POLICY.version: POLICY}))
    assert [one.command.act.act for one in told if one.command] == ["accept", "hand_over", "sign"]
