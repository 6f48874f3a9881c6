"""The acts behind recorded events: found for every act there is, and played again to the same end."""

from datetime import timedelta

from hypothesis import given

from bihuan.domain import commands as do
from bihuan.domain.commands import ACT_ZH
from bihuan.domain.events import AlarmRaised
from bihuan.domain.life import Recorded
from bihuan.playing import play
from bihuan.retelling import ACTS, deeds, retold
from bihuan.sample import CUT_OFF, SAMPLE, read_ledger
from tests.rules.test_properties import MOVES, UNHURRIED, Lived
from tests.worlds import CITY_FOLDER, ENTERPRISE, MONDAY, policy

ROWS = read_ledger(CITY_FOLDER / SAMPLE)


def test_every_act_the_rules_know_is_looked_for() -> None:
    assert set(ACTS) | {"submit"} == set(ACT_ZH)


def test_the_sample_told_back_from_its_events_is_the_sample() -> None:
    for row in ROWS:
        played = play(row, policy(), CUT_OFF, str)
        found = [told.command.act.act if told.command else None for told in deeds(row.ref, played.recorded, policy())]
        assert found == [command.act.act for _, command in played.done], row.ref
        again = retold(row.ref, played.recorded, policy(), policy(), CUT_OFF)
        assert again.alerts == played.alerts, row.ref
        assert again.issue.outcome == played.issue.outcome
        assert again.turned == ()


@UNHURRIED
@given(MOVES)
def test_whatever_was_done_the_act_is_found(moves: list[tuple[timedelta, do.Act]]) -> None:
    lived, done = Lived(), []
    for gap, act in moves:
        lived.wait(gap)
        done += [act] if lived.attempt(act) else []
    told = list(deeds(lived.issue.issue_no, lived.recorded, policy()))
    assert [one.command.act.act if one.command else None for one in told] == [act.act for act in done]


def test_what_no_command_says_is_taken_as_it_was_recorded() -> None:
    lived = Lived()
    lived.wait(timedelta(hours=1))
    lived.attempt(do.Accept())
    odd = [Recorded(one.seq, one.at, one.event, one.tell, one.actor and ENTERPRISE, "x") for one in lived.recorded]
    told = list(deeds(lived.issue.issue_no, odd, policy()))
    assert [one.command for one in told] == [None]
    until = MONDAY + timedelta(days=30)
    again = retold(lived.issue.issue_no, odd, policy(), policy(), until)
    own = retold(lived.issue.issue_no, lived.recorded, policy(), policy(), until)
    assert again.issue.status == own.issue.status == "ACCEPTED"
    assert [one.event for one in again.recorded if isinstance(one.event, AlarmRaised)] == [
        one.event for one in own.recorded if isinstance(one.event, AlarmRaised)
    ]
