"""What the tests of the API share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.publication import Publisher
from bihuan.client.connection import connect
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.writing import LedgerWriter
from bihuan.runtime.keys import demo_keys
from bihuan.runtime.ports import free_port
from bihuan.runtime.settings import Settings
from bihuan.wire import Entry
from tests.support.api import Caller, serving, the_sample_city_is_read_once
from tests.support.inbox import Desk, opened
from tests.support.puyang import CITY_FOLDER, handed_over, policy
from workers.processes import issue_worker
from workflows.timeouts import Patience

__all__ = ["the_sample_city_is_read_once"]


@pytest.fixture
async def api(temporal: str, tmp_path: Path) -> AsyncIterator[Caller]:
    settings = Settings(data=tmp_path, city=CITY_FOLDER, temporal_address=temporal)
    demo_keys(tmp_path)
    await migrate(settings.ledger)
    engine = ledger_engine(settings.ledger)
    client = await connect(settings)
    async with issue_worker(client, Publisher(client, LedgerWriter(engine), Patience())), serving(settings) as caller:
        yield caller
    await engine.dispose()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """An issue in the hands of unit D16, on record; Temporal is away, and nothing here needs it."""
    settings = Settings(data=tmp_path, city=CITY_FOLDER, temporal_address=f"127.0.0.1:{free_port()}")
    await migrate(settings.ledger)
    engine, life = ledger_engine(settings.ledger), handed_over()
    await LedgerWriter(engine).record(life.issue, [Entry.of(one) for one in life.recorded], (), policy())
    async for one in opened(settings, engine):
        yield one
    await engine.dispose()


@pytest.fixture
async def client(temporal: str) -> Client:
    return await connect(Settings(temporal_address=temporal))


@pytest.fixture
async def running(temporal: str, client: Client, tmp_path: Path) -> AsyncIterator[Desk]:
    """The same with Temporal and a worker for issues; notices wait for a worker that does not come."""
    settings = Settings(data=tmp_path, city=CITY_FOLDER, temporal_address=temporal)
    await migrate(settings.ledger)
    engine = ledger_engine(settings.ledger)
    async with issue_worker(client, Publisher(client, LedgerWriter(engine), Patience())):
        async for one in opened(settings, engine):
            yield one
    await engine.dispose()
