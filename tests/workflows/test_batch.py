"""A batch as a workflow: many issues, several runs, a worker killed in the middle; each issue touched once."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

from activities import batches
from activities.batches import Batcher
from bihuan.cli.calendar_import import ordered
from bihuan.client.connection import connect
from bihuan.domain import commands as do
from bihuan.domain.batches.commands import Handling, HoldClocks
from bihuan.domain.batches.events import ClocksReleased
from bihuan.domain.batches.order import STUCK, BatchKind, BatchOrder, BatchProgress, Matching
from bihuan.domain.batches.policy_adoption import without_days
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.loop.step import Receipt
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy, stamped
from bihuan.domain.stage import Status
from bihuan.ledger.batches import BatchLedger
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.rebuilding import verify
from bihuan.ledger.writing import LedgerWriter
from bihuan.runtime.settings import Settings
from bihuan.wire import ActCommand, Entry
from tests.support.calendars import flooded
from tests.support.puyang import CITY_FOLDER, COORDINATOR, ENTERPRISE, policy, submission
from tests.support.servers import real_temporal
from tests.support.town import PROMPTLY, town, until
from tests.support.waiting import within_reason
from workers.processes import batch_worker, issue_worker
from workflows.batch import Batch
from workflows.issue_loop import IssueLoop
from workflows.messages import BatchRun, Opening, Publication
from workflows.names import BATCH_QUEUE, ISSUE_QUEUE, batch_id
from workflows.ports import Publishing
from workflows.sandbox import runner

TOP = Path(__file__).parents[2]
APPROVER = Actor(Role.COO, "approver")
SEEN_AT_ONCE = "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=1"
Handle = WorkflowHandle[Batch, BatchProgress]


class Quiet(Publishing):
    """A real ledger; nobody is told of anything."""

    def __init__(self, writer: LedgerWriter) -> None:
        self._writer = writer
        self.withheld: set[str] = set()
        """Issues of which the ledger is not told."""

    @activity.defn(name="publish")
    async def publish(self, publication: Publication) -> bool:
        if publication.issue.issue_no in self.withheld:
            return False
        await self._writer.record(
            publication.issue, publication.entries, publication.receipts, publication.policy, publication.former
        )
        return True


@dataclass
class Place:
    """A real server, a ledger of our own, and the issues in it."""

    client: Client
    settings: Settings
    engine: AsyncEngine
    publishing: Quiet

    @property
    def reader(self) -> LedgerReader:
        return LedgerReader(self.engine)

    @property
    def ledger(self) -> BatchLedger:
        return BatchLedger(self.engine)

    def batcher(self) -> Batcher:
        return Batcher(self.client, self.ledger, self.reader)

    async def issues(self, count: int) -> list[str]:
        numbers = [f"b-{uuid4().hex}" for _ in range(count)]
        for number in numbers:
            opening = Opening(policy(), submission(), ENTERPRISE, datetime.now(UTC), "c0", "f", "r")
            await self.client.start_workflow(IssueLoop.run, opening, id=number, task_queue=ISSUE_QUEUE)
        async with within_reason(f"{count} issues in the ledger"):
            while len((await self.reader.census()).living) < count:
                await asyncio.sleep(0.05)
        return sorted(numbers)

    async def starts(self, order: BatchOrder, **sizes: float) -> Handle:
        run = BatchRun(order.id, order, **sizes)  # type: ignore[arg-type]  # sizes are whole but for silence
        return await self.client.start_workflow(
            Batch.run,
            run,
            id=batch_id(order.id),
            task_queue=BATCH_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )

    async def ends(self, order: BatchOrder, **sizes: float) -> BatchProgress:
        async with within_reason(f"{order.id} ends"):
            return await (await self.starts(order, **sizes)).result()

    async def events(self, number: str, name: str, count: int = 1) -> list[Entry]:
        """Its events of this name, once the ledger has so many."""
        async with within_reason(f"{name} of {number} in the ledger"):
            while True:
                found = [entry for entry in await self.reader.all_events(number) if entry.event.event == name]
                if len(found) >= count:
                    return found
                await asyncio.sleep(0.05)

    async def act(self, number: str, actor: Actor, act: do.Act) -> Receipt:
        return await self.client.get_workflow_handle(number).execute_update(
            IssueLoop.act, ActCommand(uuid4().hex, actor, act), id=uuid4().hex
        )

    async def due(self, number: str) -> datetime | None:
        """When the ledger says the issue is due."""
        row = await self.reader.issue(number, datetime.now(UTC))
        return row.due_at if row else None


@pytest.fixture(scope="module")
def temporal() -> Iterator[str]:
    """A server of our own: whatever runs on it is published into the ledger at hand, and so is in its batches."""
    with real_temporal("--dynamic-config-value", SEEN_AT_ONCE) as address:
        yield address


@asynccontextmanager
async def place(temporal: str, folder: Path) -> AsyncIterator[Place]:
    settings = Settings(data=folder / "city", city=CITY_FOLDER, temporal_address=temporal)
    settings.data.mkdir(parents=True)
    await migrate(settings.ledger)
    engine = ledger_engine(settings.ledger)
    client = await connect(settings)
    publishing = Quiet(LedgerWriter(engine))
    async with issue_worker(client, publishing):
        yield Place(client, settings, engine, publishing)
        async for left in client.list_workflows("ExecutionStatus='Running'"):
            await client.get_workflow_handle(left.id).terminate()
    await engine.dispose()


def suspend(until_: datetime | None = None, **more: object) -> BatchOrder:
    order = BatchOrder(
        id=f"H-{uuid4().hex[:8]}",
        kind=BatchKind.SUSPEND,
        basis="范县、台前县防汛",
        by=COORDINATOR,
        approved_by=APPROVER,
        ordered_at=datetime.now(UTC),
        until=until_ or datetime.now(UTC) + timedelta(days=10),
    )
    return replace(order, **more)  # type: ignore[arg-type]


def take_back(batch: BatchOrder, kind: BatchKind) -> BatchOrder:
    return replace(suspend(), kind=kind, of=batch.id, until=None, basis="汛情解除")


def shorter() -> Policy:
    known = policy()
    limits = {row: replace(one, solve=Limit.parse("2wd")) for row, one in known.limits.items()}
    return stamped(replace(known, limits=limits))


def adopt(anew: Policy, handling: Handling = Handling.ADOPT, **more: object) -> BatchOrder:
    order = replace(suspend(), kind=BatchKind.ADOPT, until=None, handling=handling, policy=anew)
    return replace(order, version=without_days(anew), policy_version=anew.version, **more)  # type: ignore[arg-type]


async def test_one_order_stops_every_open_issue_in_several_short_histories(temporal: str, tmp_path: Path) -> None:
    async with place(temporal, tmp_path) as p, batch_worker(p.client, p.batcher()):
        numbers = await p.issues(11)
        order = suspend(matching=Matching(counties=("410902",)))
        handle = await p.starts(order, portion=2, portions=2)
        async with within_reason(f"{order.id} ends"):
            done = await handle.result()
            asked = await p.client.get_workflow_handle(batch_id(order.id)).query(Batch.progress)
        assert done == asked == BatchProgress(11, {"done": 11}, ended=True)
        for number in numbers:
            (held,) = await p.events(number, "clocks_held")
            assert (held.actor, held.command_id) == (COORDINATOR, order.command_id)
        sizes = await replayed(p.client, handle)
        assert len(sizes) == 4, "six portions, two a run, and a look that finds nobody left"
        largest, overhead = max(sizes) / 2, 40
        assert largest * BatchRun("x").portions + overhead < 2_000, "of some fifty thousand that one history may have"
        assert -(-10_000 // (BatchRun("x").portion * BatchRun("x").portions)) == 5, "histories for ten thousand issues"


async def replayed(client: Client, handle: Handle) -> list[int]:
    """How many events each run has; every one replays."""
    replayer = Replayer(workflows=[Batch], workflow_runner=runner(), data_converter=pydantic_data_converter)
    sizes, run_id = [], handle.first_execution_run_id
    while run_id:
        history = await client.get_workflow_handle(handle.id, run_id=run_id).fetch_history()
        await replayer.replay_workflow(history)
        sizes.append(len(history.events))
        run_id = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return sizes


async def test_a_worker_killed_in_the_middle_leaves_no_issue_out_and_touches_none_twice(
    temporal: str, tmp_path: Path
) -> None:
    async with place(temporal, tmp_path) as p:
        numbers = await p.issues(30)
        order = suspend()
        dying = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.support.dying_worker",
            "13",
            cwd=TOP,
            env=os.environ | p.settings.as_environment(),
        )
        handle = await p.starts(order, silence_s=1)
        async with within_reason("the worker dies"):
            assert await dying.wait() == -9
        half = await p.ledger.progress(order.id)
        assert 0 < half.touched < 30
        assert not half.ended
        async with batch_worker(p.client, p.batcher()), within_reason(f"{order.id} ends"):
            done = await handle.result()
        assert done == BatchProgress(30, {"done": 30}, ended=True)
        for number in numbers:
            await p.events(number, "clocks_held")
            names = Counter(entry.event.event for entry in await p.reader.all_events(number))
            assert names["clocks_held"] == 1
        await replayed(p.client, handle)
        assert await verify(p.engine) == []


async def test_the_same_order_again_does_nothing_and_another_under_its_id_is_refused(
    temporal: str, tmp_path: Path
) -> None:
    async with place(temporal, tmp_path) as p, batch_worker(p.client, p.batcher()):
        (number,) = await p.issues(1)
        order = suspend()
        first = await p.ends(order)
        before = await p.events(number, "clocks_held")
        assert await p.ends(replace(order, operator="somebody else", ordered_at=datetime.now(UTC))) == first
        assert await p.events(number, "clocks_held") == before
        with pytest.raises(WorkflowFailureError) as failed:
            await p.ends(replace(order, basis="另一事由"))
        assert getattr(failed.value.cause.__cause__, "type", "") == "BatchIdReused"
        assert await p.events(number, "clocks_held") == before


async def test_lifted_early_by_a_second_order_and_who_cannot_obey_says_why(temporal: str, tmp_path: Path) -> None:
    async with place(temporal, tmp_path) as p, batch_worker(p.client, p.batcher()):
        kept, gone = await p.issues(2)
        due = await p.due(kept)
        order = suspend()
        await p.ends(order)
        await p.events(kept, "clocks_held")
        await p.act(gone, ENTERPRISE, do.Withdraw())
        assert (await p.ends(take_back(order, BatchKind.RESUME))).results == {"done": 1, "WrongStatus": 1}
        (released,) = await p.events(kept, "clocks_released")
        assert isinstance(released.event, ClocksReleased)
        assert (released.event.lapsed, released.event.reason) == (False, "汛情解除")
        items = {item.issue_no: item.result for item in await p.ledger.items(order.id)}
        assert items == {kept: "done", gone: "done"}
        now_due = await p.due(kept)
        assert due is not None
        assert now_due is not None
        assert now_due >= due


async def test_a_policy_adopted_by_a_batch_is_undone_by_a_second_one_to_the_former_version(
    temporal: str, tmp_path: Path
) -> None:
    async with place(temporal, tmp_path) as p, batch_worker(p.client, p.batcher()):
        first, second = await p.issues(2)
        due = await p.due(first)
        order = adopt(shorter())
        assert (await p.ends(order)).results == {"done": 2}
        (adopted,) = await p.events(first, "policy_adopted")
        assert await p.due(first) != due
        other = adopt(stamped(replace(shorter(), callback_sample_percent=11)), matching=Matching(issues=(second,)))
        assert (await p.ends(other)).results == {"done": 1}
        await p.events(second, "policy_adopted", 2)
        undone = await p.ends(take_back(order, BatchKind.UNDO))
        assert undone.results == {"done": 1, "NotOfThatBatch": 1}
        await p.events(first, "policy_adopted", 2)
        life = await p.reader.life(first)
        assert life is not None
        assert life[0].policy_version == adopted.event.former  # type: ignore[union-attr]
        assert await p.due(first) == due
        assert await verify(p.engine) == []


@workflow.defn(name="IssueLoop")
class Broken:
    """Every task of it fails."""

    @workflow.run
    async def run(self, _opening: Opening) -> None:
        raise ValueError("broken")


def calendar_order(**more: object) -> BatchOrder:
    anew = flooded(datetime.now(UTC), f"flood-{uuid4().hex[:8]}")
    return replace(ordered(anew, datetime.now(UTC)), **more)  # type: ignore[arg-type]


@asynccontextmanager
async def broken(p: Place, count: int) -> AsyncIterator[list[str]]:
    """Issues of the ledger whose workflow tasks fail."""
    async with Worker(p.client, task_queue="broken", workflows=[Broken], workflow_runner=UnsandboxedWorkflowRunner()):
        numbers = [f"b-{uuid4().hex}" for _ in range(count)]
        for number in numbers:
            opening = Opening(policy(), submission(), ENTERPRISE, datetime.now(UTC), "c0", "f", "r")
            step, answer = opening.intake(number, datetime.now(UTC))
            entries = tuple(Entry.of(one) for one in step.recorded)
            await LedgerWriter(p.engine).record(step.issue, entries, (answer,), policy())
            await p.client.start_workflow("IssueLoop", opening, id=number, task_queue="broken")
        yield numbers


async def test_a_calendar_goes_to_closed_issues_too_and_to_those_the_ledger_does_not_know_yet(
    temporal: str, tmp_path: Path
) -> None:
    async with place(temporal, tmp_path) as p, batch_worker(p.client, p.batcher()):
        living, closed = await p.issues(2)
        await p.act(closed, ENTERPRISE, do.Withdraw())
        await p.events(closed, "withdrawn")
        young = f"b-{uuid4().hex}"
        p.publishing.withheld.add(young)
        opening = Opening(policy(), submission(), ENTERPRISE, datetime.now(UTC), "c0", "f", "r")
        await p.client.start_workflow(IssueLoop.run, opening, id=young, task_queue=ISSUE_QUEUE)
        order = calendar_order()
        done = await p.ends(order)
        assert done == BatchProgress(2, {"done": 3}, ended=True)
        for number in (living, closed):
            (adopted,) = await p.events(number, "calendar_adopted")
            assert adopted.actor == order.by
        assert {item.issue_no for item in await p.ledger.items(order.id)} == {living, closed, young}
        assert (await p.ends(calendar_order(version=order.version, calendar=order.calendar))).results == {"already": 3}


@pytest.mark.parametrize("make", [calendar_order, suspend])
async def test_stuck_issues_are_on_record_as_such_and_hold_up_nothing(
    make: Callable[[], BatchOrder], temporal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "ANSWERED_WITHIN_S", 2.0)
    async with place(temporal, tmp_path) as p, batch_worker(p.client, p.batcher()):
        numbers = await p.issues(2)
        async with broken(p, 3) as stuck:
            order = make()
            done = await p.ends(order, portion=3)
        assert done == BatchProgress(5, {"done": 2, STUCK: 3}, ended=True)
        results = {item.issue_no: item.result for item in await p.ledger.items(order.id)}
        assert results == {**dict.fromkeys(stuck, STUCK), **dict.fromkeys(numbers, "done")}


async def test_a_mass_suspension_ends_by_itself_at_its_date_though_nobody_is_there() -> None:
    async with town() as t:
        handle = await t.submit()
        ends = await t.now() + timedelta(days=5)
        act = HoldClocks(batch="H-1", basis="防汛", until=ends, approved_by=APPROVER)
        answer = await t.act(handle, "a", COORDINATOR, act)
        assert (answer.status, answer.due_at) == (Status.UNTRIAGED, None)
        await t.sleep(timedelta(days=5, minutes=1))
        answer = await t.act(handle, "b", COORDINATOR, do.Note(text="已恢复"))
        assert answer.due_at is not None
        await until(t.kept, answer.revision)
        (released,) = [entry for entry in t.kept.entries if isinstance(entry.event, ClocksReleased)]
        assert isinstance(released.event, ClocksReleased)
        assert (released.event.lapsed, released.event.moment) == (True, ends)
        assert timedelta() <= released.at - ends < PROMPTLY
        assert not [a for a in t.kept.alarms if a.moment < ends]
        assert await t.replays(handle) == 1
