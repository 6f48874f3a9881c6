"""The database of the ledger, SQLite or PostgreSQL: engines, locks and migrations."""

import hashlib
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Connection, bindparam, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

MIGRATIONS = Path(__file__).parent / "migrations"
DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}
CONNECT_SECONDS_MAX = 5
LEDGER_AWAY = (SQLAlchemyError, OSError)
"""What the drivers raise if a database is down, full, locked or out of reach; they share no narrower class."""
NO_PARAMETERS: Any = {"hide_parameters": True}
"""Errors are logged and kept in Temporal's histories, so they must not carry the phone numbers to be written."""
ALL_ISSUES = "ledger"
"""The lock that every writer of an issue shares and a rebuild holds exclusively."""

_LOCK = text("SELECT pg_advisory_xact_lock(:key)").bindparams(bindparam("key", type_=BigInteger))
_LOCK_SHARED = text("SELECT pg_advisory_xact_lock_shared(:key)").bindparams(bindparam("key", type_=BigInteger))


def ledger_url(url: str) -> URL:
    """The URL with the driver that the ledger uses. Raises ValueError for other databases."""
    parsed = make_url(url)
    backend = parsed.drivername.partition("+")[0]
    if backend not in DRIVERS:
        raise ValueError(f"the ledger is kept in SQLite or PostgreSQL, not in {backend}")
    return parsed.set(drivername=DRIVERS[backend])


def ledger_engine(url: str) -> AsyncEngine:
    """An engine for the ledger. On SQLite, writers wait for each other instead of failing."""
    parsed = ledger_url(url)
    if parsed.get_backend_name() != "sqlite":
        timeout = {"timeout": CONNECT_SECONDS_MAX}
        return create_async_engine(parsed, pool_pre_ping=True, connect_args=timeout, **NO_PARAMETERS)
    engine = create_async_engine(parsed, **NO_PARAMETERS)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def reading_engine(url: str) -> AsyncEngine:
    """A read-only engine, which neither creates a database nor recovers one.

    Raises FileNotFoundError if the SQLite file does not exist.
    """
    parsed = ledger_url(url)
    if parsed.get_backend_name() != "sqlite":
        only = {"default_transaction_read_only": "on"}
        connecting = {"timeout": CONNECT_SECONDS_MAX, "server_settings": only}
        return create_async_engine(parsed, connect_args=connecting, **NO_PARAMETERS)
    path = Path(parsed.database or "").absolute()
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such ledger")
    return create_async_engine(parsed.set(database=path.as_uri(), query={"mode": "ro", "uri": "true"}), **NO_PARAMETERS)


def writing(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for transactions that write: on SQLite they take the write lock when they begin."""
    return engine.execution_options(ledger_writes=True)


def snapshots(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for transactions that read from one snapshot, as those of SQLite always do."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


async def lock(tx: AsyncConnection, key: str, *, shared: str = "") -> None:
    """Hold the lock ``key`` until the transaction ends. ``shared``: a second lock, held together with other sharers.

    Does nothing on SQLite, where a write transaction excludes all others.
    """
    if tx.dialect.name == "sqlite":
        return
    if shared:
        await tx.execute(_LOCK_SHARED, {"key": _lock_number(shared)})
    await tx.execute(_LOCK, {"key": _lock_number(key)})


async def migrate(url: str) -> None:
    """Migrate to the newest schema. Several processes may call it at once: one migrates, the others wait."""
    engine = ledger_engine(url)
    try:
        async with writing(engine).begin() as tx:
            await lock(tx, "migrations")
            await tx.run_sync(_upgrade)
    finally:
        await engine.dispose()


async def at_head(engine: AsyncEngine) -> bool:
    """Whether the schema is the newest."""
    async with engine.connect() as connection:
        return await connection.run_sync(_current) == ScriptDirectory.from_config(_config()).get_current_head()


def _upgrade(connection: Connection) -> None:
    command.upgrade(_config(connection), "head")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _lock_number(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("busy_timeout = 10000", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("ledger_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
