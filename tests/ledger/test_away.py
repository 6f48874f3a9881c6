"""A database that fails, however it says so, is a ledger that is away: nothing else may wait for it."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bihuan.ledger.engine import LEDGER_AWAY
from bihuan.ledger.errors import LedgerFork, LedgerGap, PolicyUnknown

ENDS_ITSELF = {
    "postgresql": "SELECT pg_terminate_backend(pg_backend_pid())",  # what a server that shuts down says
    "sqlite": "SELECT * FROM not_there",
}


async def test_a_database_that_fails_in_the_middle_is_a_ledger_that_is_away(engine: AsyncEngine) -> None:
    with pytest.raises(LEDGER_AWAY):
        async with engine.connect() as connection:
            await connection.execute(text(ENDS_ITSELF[engine.dialect.name]))


def test_a_contradiction_is_a_fault_and_not_an_absence() -> None:
    assert not any(issubclass(fault, LEDGER_AWAY) for fault in (LedgerFork, LedgerGap, PolicyUnknown))


async def test_what_was_to_be_written_is_in_no_exception_and_so_in_no_log_and_no_history(engine: AsyncEngine) -> None:
    with pytest.raises(LEDGER_AWAY) as failed:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT * FROM not_there WHERE it = :it"), {"it": "13800000000"})
    assert "not_there" in str(failed.value)
    assert "13800000000" not in str(failed.value)
