"""``bihuan calendar import`` against a running system: previewed, applied as a batch, and run again."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from activities import batches
from activities.batches import Batcher
from activities.publication import Publisher
from bihuan.city.calendar_store import Shelf
from bihuan.cli import calendar_import
from bihuan.cli.batches import office, operator
from bihuan.cli.batches.reading import run_list, run_show
from bihuan.cli.calendar_import import moves, new_version, order_for
from bihuan.client.connection import connect
from bihuan.domain.batches.order import BatchOrder
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.policy import Policy
from bihuan.ledger.batches import BatchLedger
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.rebuilding import verify
from bihuan.ledger.views import BatchItem
from bihuan.ledger.writing import LedgerWriter
from bihuan.operations.reconciliation import Running
from bihuan.operations.revival import revive
from bihuan.runtime.keys import demo_keys
from bihuan.runtime.settings import Settings
from tests.support.api import Caller, serving
from tests.support.invalid_files import refused_for
from tests.support.puyang import CITY_FOLDER, policy
from tests.support.waiting import within_reason
from workers.processes import batch_worker, issue_worker
from workflows.timeouts import Patience


@dataclass
class City:
    """A running system, and how many issues are in it."""

    settings: Settings
    caller: Caller
    engine: AsyncEngine
    reader: LedgerReader

    async def issues(self, count: int) -> list[str]:
        numbers = [await self.caller.submit(title=f"第{n}件") for n in range(count)]
        async with within_reason(f"{count} issues in the ledger"):
            while len((await self.reader.census()).living) < count:
                await asyncio.sleep(0.05)
        return sorted(numbers)

    async def adopted(self, number: str, count: int = 1) -> list[str]:
        """The names of its events, once the ledger has so many adoptions."""
        async with within_reason(f"{count} adoptions by {number} in the ledger"):
            while True:
                names: list[str] = [entry.event.event for entry in await self.reader.all_events(number)]
                if names.count("calendar_adopted") >= count:
                    return names
                await asyncio.sleep(0.05)

    async def run(self, file: Path, *, dry_run: bool = False, version: str = "") -> int:
        """As the command does, in a loop of its own."""
        return await asyncio.to_thread(
            calendar_import.run_import,
            self.settings,
            file,
            version=version,
            source="通知",
            dry_run=dry_run,
            as_json=True,
        )


@pytest.fixture
async def running(temporal: str, tmp_path: Path) -> AsyncIterator[City]:
    # a namespace is shared by all tests of a process, and so are its running issues: only ours are in this ledger
    settings = Settings(data=tmp_path / "city", city=CITY_FOLDER, temporal_address=temporal)
    demo_keys(settings.data)
    await migrate(settings.ledger)
    engine = ledger_engine(settings.ledger)
    client = await connect(settings)
    async with (
        issue_worker(client, Publisher(client, LedgerWriter(engine), Patience())),
        batch_worker(client, Batcher(client, BatchLedger(engine), LedgerReader(engine))),
        serving(settings) as caller,
    ):
        yield City(settings, caller, engine, LedgerReader(engine))
    await engine.dispose()


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests leave issues running on the same server; nothing is asked of them."""

    async def nobody(_client: Client) -> Running:
        return Running({})

    monkeypatch.setattr(batches, "running_issues", nobody)


def flood(folder: Path, days: int = 7) -> Path:
    """The working days of the next so many weeks are given free."""
    first = datetime.now(CHINA_TIME).date()
    rows = [f"{first + timedelta(days=one)},no,防汛放假" for one in range(1, days * 7)]
    path = folder / f"flood-{days}.csv"
    path.write_text("\n".join(["date,works,name", *rows]) + "\n", encoding="utf-8")
    return path


async def test_a_preview_names_what_would_move_and_changes_nothing(
    running: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (number,) = await running.issues(1)
    before = await running.reader.all_events(number)
    assert await running.run(flood(tmp_path, 1), dry_run=True) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {move["issue_no"] for move in answer["moves"]} == {number}
    clocks = {move["clock"]: move for move in answer["moves"]}
    assert set(clocks) == {"issue#1", "triage#1"}
    assert clocks["issue#1"]["due"] > clocks["issue#1"]["was"]
    assert all("防汛放假（不再计）" in day for day in clocks["triage#1"]["days"])
    assert await running.reader.all_events(number) == before
    assert Shelf(running.settings.data).newest() is None


async def test_applied_every_issue_goes_by_it_once_and_so_do_new_ones(
    running: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers, file = await running.issues(12), flood(tmp_path, 1)
    calendar = new_version(running.settings, file, source="通知")
    foreseen = {
        (move.issue_no, move.clock, move.due) for move in await moves(running.reader, calendar, datetime.now(UTC))
    }
    assert await running.run(file) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["version"], done["results"]) == (calendar.version, {"done": 12})
    for number in numbers:
        names = await running.adopted(number)
        assert names.count("calendar_adopted") == 1
    shown = (await running.caller.get(f"/issues/{numbers[0]}")).json()
    assert {(numbers[0], one["clock"], _china(one["due_at"])) for one in shown["clocks"]} <= foreseen
    assert "provisional" in shown["clocks"][0]
    assert await running.run(file) == 0
    assert json.loads(capsys.readouterr().out)["results"] == {"already": 12}
    newcomer = await running.caller.submit(title="后来")
    await running.issues(0)
    async with within_reason(f"{newcomer} in the ledger"):
        while (late := await running.reader.life(newcomer)) is None:
            await asyncio.sleep(0.05)
    assert late[1].calendar.version == calendar.version
    assert await verify(running.engine) == []


def _china(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(CHINA_TIME).isoformat()


async def test_who_goes_by_it_already_is_on_record_as_such_and_each_issue_adopts_it_exactly_once(
    running: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers, file = await running.issues(20), flood(tmp_path, 1)
    anew = new_version(running.settings, file)
    Shelf(running.settings.data).put(anew, datetime.now(UTC))
    for number in numbers[:9]:
        answer = await running.caller.act(number, "ADM", "adopt_calendar", version=anew.version)
        assert answer.status_code == 200, answer.text
        await running.adopted(number)
    assert await running.run(file) == 0
    assert json.loads(capsys.readouterr().out)["results"] == {"done": 11, "already": 9}
    assert await running.run(file) == 0
    for number in numbers:
        assert (await running.adopted(number)).count("calendar_adopted") == 1
    assert await verify(running.engine) == []


async def test_the_import_is_on_record_with_its_paper_and_who_ran_it_and_what_moved(
    running: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (number,) = await running.issues(1)
    due = _due(await running.caller.get(f"/issues/{number}"))
    assert await running.run(flood(tmp_path, 1), version="flood-a") == 0
    batch = json.loads(capsys.readouterr().out)["batch"]
    await running.adopted(number)
    assert await asyncio.to_thread(run_show, running.settings, batch, as_json=True) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["kind"], shown["version"], shown["basis"]) == ("calendar", "flood-a", "通知")
    assert (shown["by"], shown["approved_by"]) == (operator(), "")
    (item,) = shown["items"]
    assert item["result"] == "done"
    now_due = _due(await running.caller.get(f"/issues/{number}"))
    assert ["issue#1", _china(due), _china(now_due)] in item["moved"]
    assert await asyncio.to_thread(run_list, running.settings, as_json=False) == 0
    assert f"{batch} 更换日历 1/1 已完成 ended {operator()}导入：通知" in capsys.readouterr().out


def _due(answer: Response) -> str:
    return str(next(one["due_at"] for one in answer.json()["clocks"] if one["clock"] == "issue#1"))


async def test_while_one_calendar_is_under_way_another_is_refused_and_the_same_is_watched(
    running: City, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await running.issues(2)
    go_on = asyncio.Event()
    touch = Batcher._touch

    async def waits(self: Batcher, order: BatchOrder, number: str, known: Policy | None) -> BatchItem:
        await go_on.wait()
        return await touch(self, order, number, known)

    monkeypatch.setattr(Batcher, "_touch", waits)
    first = asyncio.create_task(running.run(flood(tmp_path, 1), version="flood-a"))
    async with within_reason("the batch is on record"):
        while not (rows := await BatchLedger(running.engine).rows()):
            await asyncio.sleep(0.05)
    assert await running.run(flood(tmp_path, 2), version="flood-b") == 2
    assert f"BatchStillRunning: 批次 {rows[0].id} 尚未完成" in capsys.readouterr().err
    assert Shelf(running.settings.data).find("flood-b") is None
    async with office(running.settings) as at:
        again = await order_for(at, new_version(running.settings, flood(tmp_path, 1)))
    assert again.id == rows[0].id
    go_on.set()
    assert await first == 0
    assert await running.run(flood(tmp_path, 2), version="flood-b") == 0


async def test_a_newer_version_comes_over_it_and_an_old_name_is_not_used_again(
    running: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (number,) = await running.issues(1)
    assert await running.run(flood(tmp_path, 1), version="flood-a") == 0
    assert await running.run(flood(tmp_path, 2), version="flood-b") == 0
    assert (await running.adopted(number, 2)).count("calendar_adopted") == 2
    with refused_for("--version: version: found 'flood-a'"):
        await running.run(flood(tmp_path, 3), version="flood-a")
    capsys.readouterr()
    assert calendar_import.run_list(running.settings, as_json=True) == 0
    assert [one["version"] for one in json.loads(capsys.readouterr().out)] == ["flood-a", "flood-b"]
    assert await verify(running.engine) == []


async def test_by_hand_an_issue_adopts_a_version_that_was_imported(running: City, tmp_path: Path) -> None:
    (number,) = await running.issues(1)
    unknown = await running.caller.act(number, "COO", "adopt_calendar", version="flood-a")
    assert (unknown.status_code, unknown.json()["name"]) == (422, "UnknownCalendar")
    anew = new_version(running.settings, flood(tmp_path, 1), "flood-a")
    Shelf(running.settings.data).put(anew, datetime.now(UTC))
    done = await running.caller.act(number, "COO", "adopt_calendar", version="flood-a")
    assert done.status_code == 200, done.text
    again = await running.caller.act(number, "ADM", "adopt_calendar", version="flood-a")
    assert (again.status_code, again.json()["name"]) == (422, "NothingToChange")
    other = await running.caller.act(number, "ENT", "adopt_calendar", version="flood-a")
    assert other.status_code == 403


async def test_revived_after_an_adoption_it_goes_on_by_the_new_calendar(running: City, tmp_path: Path) -> None:
    (number,) = await running.issues(1)
    assert await running.run(flood(tmp_path, 1), version="flood-a") == 0
    await running.adopted(number)
    handle = (await connect(running.settings)).get_workflow_handle(number)
    await handle.terminate("an operator's slip")
    await revive(running.settings, number)
    answer = await running.caller.act(number, "COO", "adopt_calendar", version="flood-a")
    assert answer.json()["name"] == "NothingToChange"
    await handle.terminate("again")
    await revive(running.settings, number, from_ledger=True)
    answer = await running.caller.act(number, "COO", "adopt_calendar", version="flood-a")
    assert answer.json()["name"] == "NothingToChange"


def test_where_there_is_no_ledger_or_no_temporal_the_command_says_so_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data=tmp_path / "none", city=CITY_FOLDER, temporal_address="127.0.0.1:1")
    ask: dict[str, Any] = {"version": "", "source": "", "as_json": False}
    assert calendar_import.run_import(settings, flood(tmp_path, 1), dry_run=True, **ask) == 1
    assert capsys.readouterr().err.endswith("处没有台账 · there is no ledger\n")
    assert not settings.data.exists()
    assert calendar_import.run_import(settings, flood(tmp_path, 1), dry_run=False, **ask) == 1
    assert "Temporal is away" in capsys.readouterr().err


async def test_the_gauge_tells_how_many_days_are_published(running: City) -> None:
    said = (await running.caller.http.get("/metrics")).text
    (line,) = [line for line in said.splitlines() if line.startswith("bihuan_calendar_days_ahead ")]
    last = max(policy().calendar.published_years)
    expected = (datetime(last, 12, 31, tzinfo=CHINA_TIME).date() - datetime.now(CHINA_TIME).date()).days
    assert abs(float(line.split()[1]) - expected) <= 1, "a day may pass in between"
