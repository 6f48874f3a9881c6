"""An empty ledger on each database."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bihuan.ledger.engine import ledger_engine, ledger_url, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.tables import METADATA
from bihuan.ledger.writing import LedgerWriter


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of our own. As root it runs as ``postgres``, because it refuses to run as root."""
    binaries = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    if binaries is None:
        pytest.skip("no PostgreSQL on this machine")
    home = tempfile.mkdtemp(prefix="bihuan-pg-")
    lower = []
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
        lower = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = ["-D", f"{home}/data"]

    def run(program: str, *words: str) -> None:
        asked = [*lower, str(binaries / program), *data, *words]
        subprocess.run(asked, check=True, stdout=subprocess.DEVNULL, cwd=home)

    run("initdb", "--no-sync", "-A", "trust", "-U", "bihuan", "-E", "UTF8", "--locale=C")
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
    run("pg_ctl", "-w", "-o", options, "-l", f"{home}/log", "start")
    yield f"postgresql://bihuan@127.0.0.1:{port}/postgres"
    run("pg_ctl", "-w", "-m", "immediate", "stop")
    shutil.rmtree(home)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where databases are made: in a folder, or on a server."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('ledgers')}"
    return str(request.getfixturevalue("postgres_url"))


async def _database(place: str) -> str:
    """The address of an empty database."""
    server, name = ledger_url(place), f"ledger_{uuid4().hex}"
    if server.get_backend_name() == "sqlite":
        return f"{place}/账 {name}.db"
    admin = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await admin.dispose()
    return server.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
async def url(place: str) -> str:
    """A database without tables."""
    return await _database(place)


@pytest.fixture(scope="session")
def migrated() -> dict[str, str]:
    """One database with tables in each place, made by the first who needs it."""
    return {}


@pytest.fixture
async def engine(place: str, migrated: dict[str, str]) -> AsyncIterator[AsyncEngine]:
    """An empty ledger."""
    if place not in migrated:
        migrated[place] = await _database(place)
        await migrate(migrated[place])
    engine = ledger_engine(migrated[place])
    async with engine.begin() as tx:
        for table in reversed(METADATA.sorted_tables):
            await tx.execute(delete(table))
    yield engine
    await engine.dispose()


@pytest.fixture
def writer(engine: AsyncEngine) -> LedgerWriter:
    return LedgerWriter(engine)


@pytest.fixture
def reader(engine: AsyncEngine) -> LedgerReader:
    return LedgerReader(engine)
