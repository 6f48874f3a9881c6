"""The ledger looked at and left alone: the back-test of its history, and the drill of a day to come."""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.cli.drill import rungs_ahead
from bihuan.domain import commands as do
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.events import AlarmRaised
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import RecordedEvent as Happened
from bihuan.domain.loop.step import open_issue, settle
from bihuan.ledger.engine import ledger_engine, migrate, reading_engine
from bihuan.ledger.writing import LedgerWriter
from bihuan.simulation.backtest import RecordedIssues, issue_numbers
from bihuan.simulation.drill import day_bounds
from bihuan.simulation.parallel import play_all
from bihuan.simulation.player import play
from bihuan.simulation.summary import Tally
from bihuan.simulation.workbook import CUT_OFF, SAMPLE, read_ledger
from bihuan.wire import Entry
from tests.support.lives import closed, handed_over, left_to_rot
from tests.support.puyang import CITY_FOLDER, COORDINATOR, HANDLER, UNIT, Told, policy, submission

ROWS = [row for row in read_ledger(CITY_FOLDER / SAMPLE) if row.batch == "首批"]


async def fill(url: str) -> None:
    """The sample's first batch as it stands at the end of the half-year."""
    await migrate(url)
    engine = ledger_engine(url)
    writer = LedgerWriter(engine)
    for row in ROWS:
        played = play(row, policy(), CUT_OFF, str)
        await writer.record(played.issue, tuple(map(Entry.of, played.recorded)), (), policy())
    await engine.dispose()


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    asyncio.run(fill(f"sqlite:///{tmp_path}/账 本.db"))
    return tmp_path / "账 本.db"


def run(ledger: Path, *words: str) -> dict[str, Any]:
    env = {"BIHUAN_CITY": str(CITY_FOLDER), "BIHUAN_LEDGER_URL": f"sqlite:///{ledger}"}
    done = CliRunner().invoke(app, [*words, "--json"], env=env)
    assert done.exit_code == 0, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def more(told: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    """The alerts that there would have been."""
    alerts = [alert for change in told["changes"] for alert in change["more"]]
    return {(alert["at"], alert["issue"], alert["clock"], alert["rung"]) for alert in alerts}


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def test_the_history_is_played_again_and_nothing_is_written(ledger: Path) -> None:
    before = digests(ledger.parent)
    told = run(ledger, "simulate", "--history", "--policy", str(CITY_FOLDER))
    run(ledger, "drill")
    assert digests(ledger.parent)[ledger.name] == before[ledger.name]
    assert told["collected"] == len(ROWS)
    assert told["solved"] == sum(row.expected.outcome == "SOLVED" for row in ROWS)
    assert told["changes"] == []
    assert told["refused"] == []
    by_then = sum(len(row.expected.rungs) for row in ROWS)
    assert told["alerts_total"] >= by_then


def test_the_history_under_shorter_limits_names_what_would_have_been(ledger: Path, tmp_path: Path) -> None:
    text_ = (CITY_FOLDER / "profiles" / "PY-13710.yaml").read_text().replace("sign: 1wd", "sign: 1wh")
    (tmp_path / "PY-QUICK.yaml").write_text(text_)
    told = run(ledger, "simulate", "--history", "--policy", str(tmp_path / "PY-QUICK.yaml"))
    sample = CliRunner().invoke(
        app,
        ["simulate", "--json", "--batch", "首批", "--policy", str(tmp_path / "PY-QUICK.yaml")],
        env={"BIHUAN_CITY": str(CITY_FOLDER)},
    )
    expected = more(json.loads(sample.stdout))
    by_then = {one for one in more(told) if datetime.fromisoformat(one[0]) <= CUT_OFF}
    assert expected
    assert expected <= by_then
    beside = {clock for _, _, clock, _ in by_then - expected}
    assert beside == {"callback#1", "sign_draft#1"}, "nobody made calls that were not due, nor signed what follows"


def test_read_by_several_processes_the_sums_are_the_same(ledger: Path) -> None:
    url = f"sqlite:///{ledger}"
    source = RecordedIssues(url, asyncio.run(issue_numbers(url)), CUT_OFF)
    alone, together = Tally(), Tally()
    for many, sums in ((1, alone), (2, together)):
        for part in play_all(source, processes=many):
            sums.add(part.before)
    assert alone == together
    assert alone.alerts == sum(len(row.expected.rungs) for row in ROWS)


def test_a_ledger_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    env = {"BIHUAN_CITY": str(CITY_FOLDER), "BIHUAN_LEDGER_URL": f"sqlite:///{tmp_path}/none.db"}
    for words in (["simulate", "--history"], ["drill"]):
        done = CliRunner().invoke(app, words, env=env)
        assert done.exit_code == 1
        assert "台账不可读" in done.stderr
    assert list(tmp_path.iterdir()) == []


async def test_the_reading_engine_cannot_write(place: str, migrated: dict[str, str], engine: AsyncEngine) -> None:
    reading = reading_engine(migrated[place])
    async with reading.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM issues"))).scalar() == 0
    with pytest.raises(DBAPIError):
        async with reading.begin() as tx:
            await tx.execute(text("DELETE FROM issues"))
    await reading.dispose()


def forward(issue: Issue, since: datetime, until: datetime) -> Iterator[tuple[Issue, Happened]]:
    """Time played forward, looked at every ten minutes."""
    now = since
    while now < until:
        now += timedelta(minutes=10)
        step = settle(issue, min(now, until - timedelta(seconds=1)), policy())
        issue = step.issue
        for one in step.recorded:
            yield issue, one


async def six_in_the_ledger(engine: AsyncEngine, start: datetime) -> list[tuple[Issue, datetime]]:
    """Issues in different statuses, each with the moment of its last event."""
    writer, issues = LedgerWriter(engine), []
    for number in range(6):
        at = start + timedelta(hours=7 * number)
        step = open_issue(
            f"BH-{number}", submission(county=f"4109{(2, 22, 23)[number % 3]:02}"), COORDINATOR, at, policy()
        )
        told = Told()
        told.issue, told.recorded = step.issue, list(step.recorded)
        if number % 2:
            told.then(at + timedelta(minutes=5), COORDINATOR, do.Accept())
            told.then(at + timedelta(minutes=10), COORDINATOR, do.HandOver(unit=UNIT))
        if number == 3:
            told.then(at + timedelta(minutes=15), HANDLER, do.Sign())
        await writer.record(told.issue, tuple(map(Entry.of, told.recorded)), (), policy())
        issues.append((told.issue, told.recorded[-1].at))
    return issues


async def test_the_drill_lists_exactly_what_happens_when_the_day_comes(
    place: str, migrated: dict[str, str], engine: AsyncEngine
) -> None:
    start = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA_TIME)
    issues = await six_in_the_ledger(engine, start)
    seen = 0
    for days in range(2, 12):
        day = (start + timedelta(days=days)).date()
        begins, ends = day_bounds(day)
        happened = {
            (
                issue.issue_no,
                issue.assignment.group,
                one.event.clock,
                str(one.event.rung),
                one.event.moment,
                one.event.debtor,
            )
            for first, since in issues
            for issue, one in forward(first, since, ends)
            if isinstance(one.event, AlarmRaised) and begins <= one.event.moment
        }
        listed = [one.alert for one in await rungs_ahead(migrated[place], day)]
        assert len(listed) == len(happened)
        assert {(a.issue_no, a.group, a.clock, str(a.rung), a.at, a.responsible) for a in listed} == happened
        seen += len(listed)
    assert seen > 20


async def test_the_drill_shows_the_orders_and_replies_that_would_follow(
    place: str, migrated: dict[str, str], engine: AsyncEngine
) -> None:
    start = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA_TIME)
    step = open_issue("BH-N", submission(), COORDINATOR, start, policy())
    told = Told()
    told.issue, told.recorded = step.issue, list(step.recorded)
    told.then(start + timedelta(minutes=5), COORDINATOR, do.Accept())
    told.then(start + timedelta(minutes=10), COORDINATOR, do.HandOver(unit=UNIT))
    await LedgerWriter(engine).record(told.issue, tuple(map(Entry.of, told.recorded)), (), policy())
    days = [await rungs_ahead(migrated[place], (start + timedelta(days=n)).date()) for n in range(8)]
    ordered = [one for day in days for one in day if one.order]
    assert [one.order for one in ordered] == ["BH-N-D1"]
    assert {str(to) for to in ordered[0].alert.recipients} >= {f"unit-head:{UNIT}", "group:G1"}
    assert any(one.alert.clock.startswith("reply#1") for day in days for one in day)


async def test_lives_of_the_ledgers_own_tests_are_told_back_whole(
    place: str, migrated: dict[str, str], engine: AsyncEngine
) -> None:
    writer = LedgerWriter(engine)
    for life in (handed_over("I-1"), left_to_rot("I-2"), closed("I-3")):
        for batch in life.batches:
            await writer.record(batch.issue, batch.entries, batch.receipts, life.policy)
    env = {"BIHUAN_CITY": str(CITY_FOLDER), "BIHUAN_LEDGER_URL": migrated[place]}
    done = await asyncio.to_thread(CliRunner().invoke, app, ["simulate", "--history", "--json"], env=env)
    answer = json.loads(done.stdout)
    assert (answer["collected"], answer["solved"], answer["refused"]) == (3, 1, [])


SENSELESS = [("--date", "tomorrow"), ("--date", "2021-07-05"), ("--date", "9999-12-31"), ("--group", "G9")]


@pytest.mark.parametrize("words", SENSELESS)
def test_a_drill_that_makes_no_sense_is_refused(words: tuple[str, str]) -> None:
    done = CliRunner().invoke(app, ["drill", *words], env={"BIHUAN_CITY": str(CITY_FOLDER)})
    assert done.exit_code == 2
    assert words[0] in done.stderr
