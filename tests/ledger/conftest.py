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
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bihuan.ledger.engine import ledger_engine, ledger_url, migrate
from bihuan.ledger.reading import LedgerReader
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


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger 账.db'}"
        return
    server = ledger_url(request.getfixturevalue("postgres_url"))
    name = f"ledger_{uuid4().hex}"
    admin = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    async with admin.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await admin.dispose()


@pytest.fixture
async def engine(url: str) -> AsyncIterator[AsyncEngine]:
    await migrate(url)
    engine = ledger_engine(url)
    yield engine
    await engine.dispose()


@pytest.fixture
def writer(engine: AsyncEngine) -> LedgerWriter:
    return LedgerWriter(engine)


@pytest.fixture
def reader(engine: AsyncEngine) -> LedgerReader:
    return LedgerReader(engine)
