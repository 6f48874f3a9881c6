"""``bihuan policy``, ``suspend-all``, ``resume-all`` and ``batches`` against a running system."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.batches import Batcher
from activities.publication import Publisher
from bihuan.cli.batches import Said, Wanted
from bihuan.cli.batches.policies import run_adopt, run_preview, run_undo
from bihuan.cli.batches.reading import run_list, run_show
from bihuan.cli.batches.suspension import run_resume, run_suspend
from bihuan.client.connection import connect
from bihuan.domain.batches.commands import Handling
from bihuan.ledger.batches import BatchLedger
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.exporting import export
from bihuan.ledger.importing import read_log
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.rebuilding import rebuild, verify
from bihuan.ledger.writing import LedgerWriter
from bihuan.runtime.keys import demo_keys
from bihuan.runtime.settings import Settings
from tests.support.api import Caller, serving
from tests.support.puyang import CITY_FOLDER
from tests.support.waiting import within_reason
from workers.processes import batch_worker, issue_worker
from workflows.timeouts import Patience

FLOOD = "豫防指〔2026〕5号"
SAID = Said("张三", "李四", FLOOD)
COUNTY = Wanted(counties=("410902",))


@dataclass
class City:
    """A running system, and its city's files, which a test may change."""

    settings: Settings
    caller: Caller
    engine: AsyncEngine
    capsys: pytest.CaptureFixture[str]

    @property
    def reader(self) -> LedgerReader:
        return LedgerReader(self.engine)

    async def issues(self, count: int) -> list[str]:
        numbers = [await self.caller.submit(title=f"第{n}件") for n in range(count)]
        async with within_reason(f"{count} issues in the ledger"):
            while len((await self.reader.census()).living) < count:
                await asyncio.sleep(0.05)
        return sorted(numbers)

    async def run(self, code: int, command: Callable[..., int], *given: Any, **named: Any) -> Any:
        """As the command does, in a loop of its own; what it answers."""
        self.capsys.readouterr()
        assert await asyncio.to_thread(command, self.settings, *given, as_json=True, **named) == code
        said = self.capsys.readouterr()
        return json.loads(said.out) if code < 2 else said.err

    async def due(self, number: str, name: str, count: int = 1) -> str:
        """When the enterprise's clock is due, once the ledger has so many events of this name."""
        async with within_reason(f"{name} of {number} in the ledger"):
            while sum(e.event.event == name for e in await self.reader.all_events(number)) < count:
                await asyncio.sleep(0.05)
        clocks = (await self.caller.get(f"/issues/{number}")).json()["clocks"]
        return str(next(one["due_at"] for one in clocks if one["clock"] == "issue#1"))

    def shorter(self) -> None:
        """The city decides on five working days for general matters."""
        path = self.settings.city / "profiles" / "PY-13710.yaml"
        text = path.read_text(encoding="utf-8")
        assert "solve: 7wd" in text
        path.write_text(text.replace("solve: 7wd", "solve: 5wd"), encoding="utf-8")


@pytest.fixture
async def running(temporal: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[City]:
    shutil.copytree(CITY_FOLDER, tmp_path / "files", ignore=shutil.ignore_patterns("*.xlsx", "tools"))
    settings = Settings(data=tmp_path / "city", city=tmp_path / "files", temporal_address=temporal)
    demo_keys(settings.data)
    await migrate(settings.ledger)
    engine = ledger_engine(settings.ledger)
    client = await connect(settings)
    batcher = Batcher(client, BatchLedger(engine), LedgerReader(engine))
    async with (
        issue_worker(client, Publisher(client, LedgerWriter(engine), Patience())),
        batch_worker(client, batcher),
        serving(settings) as caller,
    ):
        yield City(settings, caller, engine, capsys)
    await engine.dispose()


def named(batch: str, basis: str = "市政府专题会议纪要") -> Said:
    """Under an id of its own: the server is shared, and remembers the batches of other tests."""
    return Said("张三", "李四", basis, f"{batch}-{uuid4().hex[:8]}")


def in_days(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


async def test_two_counties_flooded_one_command_stops_their_clocks_and_a_second_lets_them_go(running: City) -> None:
    first, second = await running.issues(2)
    until, flood, over = in_days(10), named("H", FLOOD), named("R")
    listed = await running.run(0, run_suspend, flood, COUNTY, until, dry_run=True)
    assert set(listed["issues"]) == {first, second}
    done = await running.run(0, run_suspend, flood, COUNTY, until, dry_run=False)
    assert (done["batch"], done["results"]) == (flood.batch, {"done": 2})
    assert await running.due(first, "clocks_held") == "None"
    clock = (await running.caller.get(f"/issues/{first}/clock")).json()
    assert all("统一停钟（豫防指〔2026〕5号）" in one["text_zh"] for one in clock["clocks"] if one["clock"] != "hold#1")
    again = await running.run(0, run_suspend, flood, COUNTY, until, dry_run=False)
    assert again == done
    lifted = await running.run(0, run_resume, over, flood.batch)
    assert lifted["results"] == {"done": 2}
    assert await running.due(first, "clocks_released") != "None"
    clock = (await running.caller.get(f"/issues/{first}/clock")).json()
    issue = next(one for one in clock["clocks"] if one["clock"] == "issue#1")
    assert issue["ran_s"] == issue["budget"]["counted_s"]
    shown = await running.run(0, run_show, flood.batch)
    assert (shown["by"], shown["approved_by"], shown["basis"]) == ("张三", "李四", FLOOD)
    assert {item["issue_no"]: item["result"] for item in shown["items"]} == {first: "done", second: "done"}
    assert [one["batch"] for one in await running.run(0, run_list)] == [over.batch, flood.batch]


async def test_a_policy_is_seen_as_a_difference_adopted_as_one_batch_and_taken_back(running: City) -> None:
    first, second = await running.issues(2)
    before = await running.due(first, "submitted")
    running.shorter()
    seen = await running.run(0, run_preview, COUNTY, credit=False)
    assert {"where": "limits/GENERAL/solve", "was": "7wd", "now": "5wd"} in seen["differences"]
    moved = {one["issue_no"]: one for one in seen["moved"] if one["clock"] == "issue#1"}
    assert set(moved) == {first, second}
    assert (moved[first]["limit_was"], moved[first]["limit_now"]) == ("7wd", "5wd")
    assert moved[first]["due"] < moved[first]["was"]
    assert await running.due(first, "submitted") == before, "a preview changes nothing"
    only = Wanted(issues=(first,))
    kept = await running.run(0, run_adopt, named("K"), only, Handling.KEEP, also_kept=False)
    assert kept["results"] == {"done": 1}
    order = named("P")
    done = await running.run(1, run_adopt, order, COUNTY, Handling.ADOPT, also_kept=False)
    assert done["results"] == {"done": 1, "KeptByBatch": 1}
    assert datetime.fromisoformat(await running.due(second, "policy_adopted")) == datetime.fromisoformat(
        moved[second]["due"]
    )
    shown = await running.run(0, run_show, order.batch)
    (item,) = [one for one in shown["items"] if one["result"] == "done"]
    assert item["from"] != item["to"]
    assert ["issue#1", moved[second]["was"], moved[second]["due"]] in item["moved"]
    clock = (await running.caller.get(f"/issues/{second}/clock")).json()
    assert "按批更换方案" in next(one["text_zh"] for one in clock["clocks"] if one["clock"] == "issue#1")
    undone = await running.run(0, run_undo, named("U"), order.batch)
    assert undone["results"] == {"done": 1}
    after = await running.due(second, "policy_adopted", 2)
    assert datetime.fromisoformat(after) == datetime.fromisoformat(moved[second]["was"])
    assert await verify(running.engine) == []


@pytest.mark.parametrize(
    ("said", "wanted", "until", "name"),
    [
        (SAID, Wanted(counties=("410999",)), 5, "NameUnknown"),
        (SAID, Wanted(), 5, "NothingNamed"),
        (SAID, Wanted(counties=("410902",), everyone=True), 5, "AllAndSome"),
        (SAID, COUNTY, -1, "DateNotAhead"),
        (SAID, COUNTY, 90, "SuspensionTooLong"),
        (Said("张三", "张三", "文"), COUNTY, 5, "ApproverIsRequester"),
        (Said("张三", " ", "文"), COUNTY, 5, "FieldMissing"),
        (Said("张三", "李四", " "), COUNTY, 5, "BasisMissing"),
        (Said("张三", "李四", "文", "二 批"), COUNTY, 5, "BatchIdUnreadable"),
    ],
)
def test_nonsense_is_refused_by_name_and_nothing_is_ordered(
    said: Said, wanted: Wanted, until: float, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data=tmp_path / "none", city=CITY_FOLDER, temporal_address="127.0.0.1:1")
    assert run_suspend(settings, said, wanted, in_days(until), dry_run=False, as_json=False) == 2
    assert f"nothing was ordered: {name}:" in capsys.readouterr().err
    assert run_preview(settings, COUNTY, credit=False, as_json=False) == 2
    assert "LedgerMissing" in capsys.readouterr().err
    assert not settings.data.exists()


async def test_what_cannot_be_taken_back_is_told_by_name(running: City) -> None:
    await running.issues(1)
    order = named("H")
    await running.run(0, run_suspend, order, COUNTY, in_days(5), dry_run=False)
    assert "BatchUnknown" in await running.run(2, run_resume, named("R"), "H-9")
    assert "NothingToTakeBack" in await running.run(2, run_undo, named("U"), order.batch)
    other = replace(order, basis="另一事由")
    assert "BatchIdReused" in await running.run(2, run_suspend, other, COUNTY, in_days(5), dry_run=False)
    assert "BatchUnknown" in await running.run(2, run_show, "H-9")


async def test_by_hand_nobody_puts_a_batch_to_one_issue(running: City) -> None:
    (number,) = await running.issues(1)
    answer = await running.caller.act(number, "COO", "hold_clocks", batch="H-1", basis="文", until=in_days(5))
    assert answer.status_code == 422
    acts = (await running.caller.get(f"/issues/{number}", "COO")).json()["acts"]
    assert not {"hold_clocks", "adopt_policy", "release_clocks"} & {one["act"] for one in acts}


async def test_batches_go_with_the_event_log_to_another_ledger(running: City, tmp_path: Path) -> None:
    (number,) = await running.issues(1)
    order = named("H")
    await running.run(0, run_suspend, order, COUNTY, in_days(5), dry_run=False)
    await running.due(number, "clocks_held")
    await export(running.engine, tmp_path / "log.jsonl")
    other = f"sqlite:///{tmp_path / 'other.db'}"
    await migrate(other)
    engine = ledger_engine(other)
    await rebuild(engine, (), read_log(tmp_path / "log.jsonl"))
    here, there = BatchLedger(running.engine), BatchLedger(engine)
    assert await there.rows() == await here.rows()
    assert await there.items(order.batch) == await here.items(order.batch)
    assert await verify(engine) == []
    await engine.dispose()
