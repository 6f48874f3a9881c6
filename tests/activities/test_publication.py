"""What cannot be started is on record, and holds up neither the ledger nor what else is to be told."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import workflow
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import ActivityEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities import children
from activities.publication import Publisher
from bihuan.client.connection import connect
from bihuan.client.errors import TemporalAway
from bihuan.client.runs import describe
from bihuan.domain import events as ev
from bihuan.domain.evolve import evolve
from bihuan.domain.parties import Desk, Party
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.writing import LedgerWriter
from bihuan.operations.reconciliation import RECORDED_WITHIN, RunningIssues, compare, reconcile
from bihuan.runtime.settings import Settings
from bihuan.wire import Entry, notice_id
from tests.support.puyang import Told, policy
from tests.support.servers import real_temporal
from workflows.messages import Publication
from workflows.names import cross_issue_id
from workflows.timeouts import Patience

PATIENCE_S = 60
FAR_TOO_LONG = "长" * 400
FINE, ALSO_FINE = Party(Desk.COORDINATION), Party(Desk.LIAISON, "L1")


@dataclass
class Place:
    client: Client
    engine: AsyncEngine

    @property
    def reader(self) -> LedgerReader:
        return LedgerReader(self.engine)

    async def publishes(self, publication: Publication, client: Any = None) -> bool:
        publisher = Publisher(client or self.client, LedgerWriter(self.engine), Patience())
        recorded: bool = await ActivityEnvironment().run(publisher.publish, publication)
        return recorded


@pytest.fixture
async def place(temporal: str, tmp_path: Path) -> AsyncIterator[Place]:
    settings = Settings(temporal_address=temporal, data=tmp_path)
    await migrate(settings.ledger)
    engine = ledger_engine(settings.ledger)
    yield Place(await connect(settings), engine)
    await engine.dispose()


def publication(*tell: Party) -> Publication:
    """An intake that three desks are to be told of."""
    told = Told(f"BH{uuid4().hex[:16]}")
    (entry,) = map(Entry.of, told.recorded)
    return Publication(told.issue, (replace(entry, tell=tell),), (), policy())


async def test_a_notice_that_cannot_start_is_on_record_and_holds_up_nothing(place: Place) -> None:
    stuck = Party(Desk.CITY_LEADER, FAR_TOO_LONG)
    its = publication(FINE, stuck, ALSO_FINE)
    number = its.issue.issue_no
    assert await place.publishes(its)
    assert [stored.entry.seq for stored in await place.reader.events(number)] == [1]
    assert all([await describe(place.client, notice_id(number, 1, to)) for to in (FINE, ALSO_FINE)])
    ((refused,), _) = await place.reader.deliveries(number, limit=9)
    assert (refused.state, refused.desk, refused.reached) == ("REFUSED", "city-leader", "coordination")
    assert "INVALID_ARGUMENT" in refused.detail
    assert await place.publishes(its), "and a repetition changes nothing"
    assert len((await place.reader.deliveries(number, limit=9))[0]) == 1


async def test_word_that_cannot_start_is_on_record_and_holds_up_nothing(place: Place) -> None:
    its = publication()
    number, far = its.issue.issue_no, "BH-" + "9" * 1200
    released = Entry(2, its.entries[0].at, ev.FollowersReleased(children=(far, "BH-NEAR")))
    after = evolve(its.issue, released.event, released.at)
    assert await place.publishes(replace(its, issue=after, entries=(*its.entries, released)))
    assert await describe(place.client, cross_issue_id(number, 2, "BH-NEAR"))
    assert len(await place.reader.events(number)) == 2
    ((refused,), _) = await place.reader.deliveries(number, limit=9)
    assert (refused.state, refused.desk, refused.notice_id) == (
        "REFUSED",
        "coordination",
        cross_issue_id(number, 2, far),
    )


class Flaky:
    """A client whose server is too busy for one notice."""

    def __init__(self, client: Client, busy_for: str) -> None:
        self._client = client
        self._busy_for = busy_for

    async def start_workflow(self, *args: Any, **options: Any) -> Any:
        if self._busy_for in options["id"]:
            raise RPCError("busy", RPCStatusCode.RESOURCE_EXHAUSTED, b"")
        return await self._client.start_workflow(*args, **options)


async def test_trouble_that_passes_is_tried_again_with_the_ledger_written_and_at_last_put_on_record(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    its = publication(FINE, ALSO_FINE)
    number, busy = its.issue.issue_no, Flaky(place.client, ":liaison:")
    with pytest.raises(TemporalAway):
        await place.publishes(its, busy)
    assert await describe(place.client, notice_id(number, 1, FINE))
    assert len(await place.reader.events(number)) == 1
    assert await place.reader.deliveries(number, limit=9) == ((), "")
    monkeypatch.setattr(children, "ATTEMPTS_MAX", 1)
    assert await place.publishes(its, busy)
    ((refused,), _) = await place.reader.deliveries(number, limit=9)
    assert (refused.desk, refused.detail) == ("liaison", "RESOURCE_EXHAUSTED: busy")


async def test_what_has_run_for_minutes_and_is_in_no_row_makes_the_census_not_ok(place: Place) -> None:
    counted, now = await place.reader.issue_counts(), datetime.now(UTC)
    young, old = now - RECORDED_WITHIN + timedelta(minutes=1), now - RECORDED_WITHIN - timedelta(minutes=1)
    assert compare(counted, RunningIssues({"BH-1": young}), now).ok
    found = compare(counted, RunningIssues({"BH-1": young, "BH-2": old}), now)
    assert (found.ok, found.unrecorded) == (False, ("BH-2",))
    (number,) = [f"BH{uuid4().hex}"]
    await place.client.start_workflow("IssueLoop", id=number, task_queue="nobody")
    later = datetime.now(UTC) + RECORDED_WITHIN + timedelta(minutes=1)
    async with asyncio.timeout(PATIENCE_S):
        while number not in (found := await reconcile(place.client, place.reader, later)).unrecorded:
            await asyncio.sleep(0.1)
    assert not found.ok


@workflow.defn(name="IssueLoop")
class Broken:
    """Every task of it fails."""

    @workflow.run
    async def run(self) -> None:
        raise ValueError("broken")


async def fails_until_seen(address: str, engine: AsyncEngine) -> tuple[str, ...]:
    """What the census says of an issue whose tasks fail, once it says anything."""
    client, reader = await connect(Settings(temporal_address=address)), LedgerReader(engine)
    worker = Worker(client, task_queue="broken", workflows=[Broken], workflow_runner=UnsandboxedWorkflowRunner())
    async with worker, asyncio.timeout(PATIENCE_S):
        await client.start_workflow("IssueLoop", id="BH-BROKEN", task_queue="broken")
        while (found := await reconcile(client, reader, datetime.now(UTC))).ok:
            await asyncio.sleep(0.1)
    return found.failing


def test_an_issue_whose_tasks_fail_makes_the_census_not_ok(tmp_path: Path) -> None:
    at_once = "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=1"

    async def seen(address: str) -> tuple[str, ...]:
        settings = Settings(temporal_address=address, data=tmp_path)
        await migrate(settings.ledger)
        engine = ledger_engine(settings.ledger)
        try:
            return await fails_until_seen(address, engine)
        finally:
            await engine.dispose()

    with real_temporal("--dynamic-config-value", at_once) as address:
        assert asyncio.run(seen(address)) == ("BH-BROKEN",)
