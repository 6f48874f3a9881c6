"""The database behind the ledger: SQLite or PostgreSQL, one way to read, one to write, one to migrate it."""

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
"""What a database says that is down, full, locked or out of reach; no narrower word is common to the drivers."""
NO_PARAMETERS: Any = {"hide_parameters": True}
"""What fails is logged, and is in Temporal's histories: without the numbers of people that it was to write."""
ALL_ISSUES = "ledger"
"""The key that every writer of an issue shares, and that a rebuilding holds alone."""

_LOCK = text("SELECT pg_advisory_xact_lock(:key)").bindparams(bindparam("key", type_=BigInteger))
_LOCK_SHARED = text("SELECT pg_advisory_xact_lock_shared(:key)").bindparams(bindparam("key", type_=BigInteger))


def ledger_url(url: str) -> URL:
    """The address with the driver the ledger uses, whatever driver it names."""
    parsed = make_url(url)
    backend = parsed.drivername.partition("+")[0]
    if backend not in DRIVERS:
        raise ValueError(f"the ledger is kept in SQLite or PostgreSQL, not in {backend}")
    return parsed.set(drivername=DRIVERS[backend])


def ledger_engine(url: str) -> AsyncEngine:
    """An engine for the ledger. On SQLite its writes wait for each other instead of failing."""
    parsed = ledger_url(url)
    if parsed.get_backend_name() != "sqlite":
        timeout = {"timeout": CONNECT_SECONDS_MAX}
        return create_async_engine(parsed, pool_pre_ping=True, connect_args=timeout, **NO_PARAMETERS)
    engine = create_async_engine(parsed, **NO_PARAMETERS)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def reading_engine(url: str) -> AsyncEngine:
    """An engine that cannot write, whatever is asked of it; it neither makes a database nor tidies one up.

    Raises FileNotFoundError where there is none.
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
    """The same engine, for transactions that write from their first statement on."""
    return engine.execution_options(ledger_writes=True)


def snapshots(engine: AsyncEngine) -> AsyncEngine:
    """The same engine, for transactions that see one moment throughout; SQLite's always do."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


async def lock(tx: AsyncConnection, key: str, *, beside: str = "") -> None:
    """Hold ``key`` until the transaction ends. ``beside``: share that one with others meanwhile.

    On SQLite a write transaction is alone anyway.
    """
    if tx.dialect.name == "sqlite":
        return
    if beside:
        await tx.execute(_LOCK_SHARED, {"key": _lock_number(beside)})
    await tx.execute(_LOCK, {"key": _lock_number(key)})


async def migrate(url: str) -> None:
    """Bring the tables to the newest form. Several may start at once: one works, the others wait and find it done."""
    engine = ledger_engine(url)
    try:
        async with writing(engine).begin() as tx:
            await lock(tx, "migrations")
            await tx.run_sync(_upgrade)
    finally:
        await engine.dispose()


async def at_head(engine: AsyncEngine) -> bool:
    """Whether the tables have the newest form."""
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
