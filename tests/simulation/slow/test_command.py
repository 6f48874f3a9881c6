"""The simulation: the sample's figures from the command itself, another policy compared, everything counted once."""

import json
from collections import Counter
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bihuan.city.configuration import load_city
from bihuan.cli import app
from bihuan.domain.policy import Policy
from bihuan.simulation.comparison import compare_records as told_alike
from bihuan.simulation.comparison import shifted, weeks_ahead
from bihuan.simulation.parallel import Sample, play_all
from bihuan.simulation.player import Played, play
from bihuan.simulation.summary import Tally, compare_played, difference
from bihuan.simulation.workbook import CUT_OFF, SAMPLE, Row, read_ledger
from tests.support.puyang import CITY_FOLDER, policy


@cache
def rows() -> tuple[Row, ...]:
    return read_ledger(CITY_FOLDER / SAMPLE)


def simulate(*options: str) -> dict[str, Any]:
    """What the command answers as JSON."""
    done = CliRunner().invoke(app, ["simulate", "--json", *options], env={"BIHUAN_CITY": str(CITY_FOLDER)})
    assert done.exit_code == 0, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def profile(folder: Path, *changes: tuple[str, str]) -> Path:
    """A profile of its own: ours with some limits otherwise."""
    text = (CITY_FOLDER / "profiles" / "PY-13710.yaml").read_text()
    for was, now in changes:
        assert was in text
        text = text.replace(was, now)
    file = folder / "PY-OTHER.yaml"
    file.write_text(text)
    return file


def test_the_command_ends_on_313_of_749() -> None:
    told = simulate("--alerts")
    assert (told["collected"], told["solved"], told["rate"]) == (749, 313, 41.79)
    assert len(told["alerts"]) == told["alerts_total"] == sum(map(len, (row.expected.rungs for row in rows())))
    for key in ("alerts_by_group", "alerts_by_rung", "alerts_by_unit"):
        assert sum(told[key].values()) == told["alerts_total"], key
    rungs = Counter(rung.partition(":")[2] for row in rows() for rung in row.expected.rungs)
    assert told["alerts_by_rung"] == rungs
    assert list(told["alerts_by_group"]) == [f"G{number}" for number in range(1, 9)]
    moments = [alert["at"] for alert in told["alerts"]]
    assert moments == sorted(moments)
    assert all(alert["owes"]["name"] for alert in told["alerts"])
    assert {alert["rung"] for alert in told["alerts"] if not alert["told"]} == {"R3"}, "it joined a paper"


def test_some_rows_can_be_taken() -> None:
    assert simulate("--batch", "首批")["collected"] == 40
    assert simulate("--only", "PY-0001", "--only", "PY-0007")["collected"] == 2


def test_the_table_begins_in_chinese_and_names_every_group() -> None:
    done = CliRunner().invoke(app, ["simulate", "--batch", "首批"], env={"BIHUAN_CITY": str(CITY_FOLDER)})
    assert done.exit_code == 0
    for word in ("督导组", "办结率", "R0 提醒", *(group.name for group in policy().groups.values())):
        assert word in done.stdout, word


@pytest.mark.parametrize(
    "options",
    [
        ("--temporal", "--history"),
        ("--history", "--batch", "首批"),
        ("--temporal", "--issues", "5"),
        ("--alerts", "--policy", "x"),
        ("--only", "PY-9999"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, ["simulate", *options], env={"BIHUAN_CITY": str(CITY_FOLDER)})
    assert done.exit_code == 2


def test_shorter_limits_mean_more_alerts_and_their_names(tmp_path: Path) -> None:
    told = simulate("--batch", "首批", "--policy", str(profile(tmp_path, ("sign: 1wd", "sign: 1wh"))))
    both = told["difference"]
    assert both["more"] > 0
    assert both["fewer"] == 0
    assert both["issues"] == len(told["changes"])
    more = [alert for change in told["changes"] for alert in change["more"]]
    assert len(more) == both["more"] == told["other"]["alerts_total"] - told["alerts_total"]
    assert {alert["clock"].partition("#")[0] for alert in more} == {"sign"}
    by_group = {group: sum(rungs.values()) for group, rungs in both["by_group"].items()}
    assert by_group == Counter(alert["group"] for alert in more)
    by_unit = {unit: sum(rungs.values()) for unit, rungs in both["by_unit"].items()}
    assert by_unit == Counter(alert["owes"]["desk"].removeprefix("unit:") for alert in more)
    assert all(change["title"] and change["enterprise"] for change in told["changes"])
    assert set(both["unit_names"]) == set(by_unit)


def test_acts_the_other_policy_refuses_are_left_out_and_told(tmp_path: Path) -> None:
    narrow = profile(tmp_path, ("return_window: 2wd", "return_window: 1s"))
    told = simulate("--batch", "首批", "--policy", str(narrow))
    refused = Counter({(one["act"], one["reason"]): one["count"] for one in told["other"]["refused"]})
    named = Counter((one["act"], one["reason"]) for change in told["changes"] for one in change["refused"])
    assert refused == named
    assert refused["ask_return", "ReturnWindowOver"] > 0
    assert told["refused"] == []


def test_a_profile_that_is_wrong_is_refused_by_file_line_and_field(tmp_path: Path) -> None:
    wrong = profile(tmp_path, ("sup_after: 1wd", "sup_after: soon"))
    done = CliRunner().invoke(app, ["simulate", "--policy", str(wrong)], env={"BIHUAN_CITY": str(CITY_FOLDER)})
    line = next(n for n, text in enumerate(wrong.read_text().splitlines(), 1) if "sup_after" in text)
    assert f"PY-OTHER.yaml:{line}: sup_after" in str(done.exception)


def test_our_own_profile_and_our_own_city_make_no_difference() -> None:
    for policy_of in (CITY_FOLDER / "profiles" / "PY-13710.yaml", CITY_FOLDER):
        told = simulate("--batch", "首批", "--policy", str(policy_of))
        assert told["changes"] == []
        assert told["difference"]["by_group"] == told["difference"]["by_unit"] == {}


@cache
def loaded_again() -> Policy:
    """As ``policy()``, and not the same object."""
    return load_city(CITY_FOLDER, "PY-13710").policy


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_same_policy_never_makes_a_difference(data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(rows()))
    until = CUT_OFF - timedelta(hours=data.draw(st.integers(0, 4000)))
    before = play(row, policy(), until, str)
    assert compare_played(before, play(row, loaded_again(), until, str, strict=False)) is None


def sums(source: Sample, processes: int) -> Tally:
    total = Tally()
    for part in play_all(source, processes=processes):
        total.add(part.before)
    return total


def test_repeated_and_in_several_processes_the_sums_are_the_same() -> None:
    few = [row for row in rows() if row.batch == "首批"]
    once = sums(Sample(few, policy()), 1)
    thrice = sums(Sample(few, policy(), issues=3 * len(few)), 2)
    assert (thrice.collected, thrice.solved) == (3 * once.collected, 3 * once.solved)
    assert thrice.by_group == Counter({key: 3 * count for key, count in once.by_group.items()})
    assert difference(once.by_group, once.by_group) == {}
    assert sums(Sample(few, policy(), issues=7), 1).collected == 7


def test_moved_by_whole_weeks_with_its_calendar_the_half_year_is_the_same() -> None:
    by = weeks_ahead(rows()[0].acts[0].at, CUT_OFF + timedelta(days=1000))
    assert by % timedelta(weeks=1) == timedelta()
    assert rows()[0].acts[0].at + by > CUT_OFF + timedelta(days=1000)
    elsewhere = shifted(policy(), by)
    for row in rows()[:60]:
        here = play(row, policy(), CUT_OFF, str)
        there = play(shifted(row, by), elsewhere, CUT_OFF + by, str)
        assert shifted(here.alerts, by) == there.alerts, row.ref


def neglected() -> Played:
    return play(next(row for row in rows() if row.expected.rungs), policy(), CUT_OFF, str)


def test_two_records_that_differ_are_told_by_their_first_difference() -> None:
    recorded = neglected().recorded
    late = [shifted(one, timedelta(seconds=2)) for one in recorded]
    assert told_alike(recorded, late, timedelta()) == (2.0, "")
    for other in (
        recorded[:-1],
        [*recorded[:3], *recorded[4:]],
        [shifted(one, timedelta(minutes=1)) for one in recorded],
    ):
        assert told_alike(recorded, other, timedelta())[1].startswith("rules #")


def test_an_order_tells_on_behalf_of_the_rung_that_opened_it() -> None:
    played = neglected()
    ordered = {one.event.clock: one.recipients for one in played.recorded if one.event.event == "order_issued"}
    second = {alert.clock: alert.recipients for alert in played.alerts if alert.rung == "R2" and alert.clock in ordered}
    assert second == ordered
