"""The tables are what the migrations make, and migrating is safe from anywhere and for several at once."""

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bihuan.ledger.engine import at_head, ledger_engine, ledger_url, migrate
from bihuan.ledger.tables import METADATA


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
