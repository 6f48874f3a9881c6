"""The tables are what the migrations make, and migrating is safe from anywhere and for several at once."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bihuan.ledger.engine import _config, at_head, ledger_engine, ledger_url, migrate, writing
from bihuan.ledger.rebuilding import verify
from bihuan.ledger.tables import METADATA
from bihuan.ledger.writing import LedgerWriter
from tests.support.ledger import publish
from tests.support.lives import handed_over


def _drift(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA))


async def test_tables_and_migrations_say_the_same(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert await connection.run_sync(_drift) == []


async def test_several_may_migrate_at_once_from_anywhere(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    engine = ledger_engine(url)
    assert not await at_head(engine)
    await asyncio.gather(*(migrate(url) for _ in range(6)))
    assert await at_head(engine)
    await engine.dispose()


async def test_events_of_an_older_ledger_verify_and_go_on_with_acts_and_the_way_back_leaves_them(url: str) -> None:
    life = handed_over()
    await migrate(url)
    engine = ledger_engine(url)
    older = [replace(batch, entries=tuple(one.without_act for one in batch.entries)) for batch in life.batches[:2]]
    await publish(LedgerWriter(engine), life, older)
    await migrate_to(engine, "0005", command.downgrade)
    async with engine.connect() as tx:
        columns = await tx.run_sync(lambda sync: {one["name"] for one in inspect(sync).get_columns("events")})
        before = (await tx.execute(text("SELECT body, tell, hash FROM events ORDER BY seq"))).all()
    assert "act" not in columns
    assert len(before) == 2
    await migrate_to(engine, "head", command.upgrade)
    await publish(LedgerWriter(engine), life, life.batches[2:])
    async with engine.connect() as tx:
        after = (await tx.execute(text("SELECT body, tell, hash FROM events ORDER BY seq"))).all()
    assert after[:2] == before
    assert await verify(engine) == []
    assert await at_head(engine)
    await engine.dispose()


async def migrate_to(engine: AsyncEngine, revision: str, way: Callable[[Config, str], None]) -> None:
    async with writing(engine).begin() as tx:
        await tx.run_sync(lambda connection: way(_config(connection), revision))


async def test_sqlite_is_set_to_lose_nothing(tmp_path: Path) -> None:
    engine = ledger_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    pragmas = {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 10_000, "foreign_keys": 1}
    async with engine.connect() as connection:
        for name, value in pragmas.items():
            assert (await connection.execute(text(f"PRAGMA {name}"))).scalar() == value
    await engine.dispose()


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite"),
        ("postgres://h/d", "postgresql+asyncpg"),
        ("postgresql+psycopg://h/d", "postgresql+asyncpg"),
    ],
)
def test_any_usual_address_is_understood(given: str, driver: str) -> None:
    assert ledger_url(given).drivername == driver


def test_another_database_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="not in mysql"):
        ledger_url("mysql://h/d")
