"""The parts of assisting units in the ledger: found by their unit, rebuilt and verified as orders are."""

from datetime import timedelta

import pytest
from sqlalchemy import Update, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql.dml import Delete, Insert

from bihuan.domain import commands as do
from bihuan.domain.people import Actor, Role
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.rebuilding import rebuild, verify
from bihuan.ledger.tables import PARTS
from bihuan.ledger.views import IssueFilter, Scope
from bihuan.ledger.writing import LedgerWriter
from tests.support.ledger import everything, history, publish
from tests.support.lives import HEAD, POWER, START, Life, handed_over

ASSISTANT = Actor(Role.HED, "qian", POWER)


def assisted(issue_no: str = "I-assisted") -> Life:
    return handed_over(issue_no).act(4, HEAD, do.AddAssist(unit=POWER, task="核实用电"))


def accepted(issue_no: str = "I-accepted") -> Life:
    life = assisted(issue_no).act(5, ASSISTANT, do.SubmitPart(text="已核实"))
    return life.act(6, HEAD, do.Sign()).act(7, HEAD, do.AcceptPart(unit=POWER))


async def found(reader: LedgerReader, unit: str) -> set[str]:
    page = await reader.issues(IssueFilter(unit=unit), now=START)
    return {row.issue_no for row in page.items}


async def test_a_unit_finds_what_it_holds_and_what_it_still_owes_a_part_of(
    writer: LedgerWriter, reader: LedgerReader
) -> None:
    for life in (assisted(), accepted(), handed_over()):
        await publish(writer, life)
    assert await found(reader, POWER) == {"I-assisted"}
    assert await found(reader, HEAD.org) == {"I-assisted", "I-accepted", "I-1"}
    page = await reader.issues(now=START, scope=Scope(unit=POWER))
    assert {row.issue_no for row in page.items} == {"I-assisted", "I-accepted"}, "what it assisted in stays its to see"


async def test_the_row_of_a_part_follows_its_issue(writer: LedgerWriter, engine: AsyncEngine) -> None:
    life = accepted()
    for upto, state in ((5, "OWED"), (6, "HANDED_IN"), (8, "ACCEPTED")):
        await publish(writer, life, life.batches[:upto])
        async with engine.connect() as connection:
            (row,) = (await connection.execute(select(PARTS))).mappings().all()
        assert (row["clock"], row["unit"], row["state"]) == ("assist#1", POWER, state)
        assert row["due_at"] == START + timedelta(seconds=24)
    assert row["handed_in_at"] == START + timedelta(seconds=5)
    assert row["ended_at"] == START + timedelta(seconds=7)


async def test_two_issues_have_each_their_first_part(writer: LedgerWriter, engine: AsyncEngine) -> None:
    for life in (assisted("I-a"), accepted("I-b")):
        await publish(writer, life)
    assert await verify(engine) == []


async def test_parts_are_rebuilt_as_they_were(writer: LedgerWriter, engine: AsyncEngine) -> None:
    lives = [assisted(), accepted()]
    for life in lives:
        await publish(writer, life)
    before = await everything(engine)
    assert len(before["parts"]) == 2
    async with engine.begin() as tx:
        await tx.execute(delete(PARTS))
    await rebuild(engine, map(history, lives))
    assert await everything(engine) == before
    await rebuild(engine, [])
    assert await everything(engine) == before


A_PART = {"issue_no": "I-accepted", "clock": "assist#7", "unit": POWER, "state": "OWED", "asked_at": START}
TAMPERED: list[tuple[Update | Delete | Insert, str]] = [
    (update(PARTS).values(ended_at=None), "its part assist#1 differs from its events in ended_at"),
    (update(PARTS).values(due_at=START), "its part assist#1 differs from its events in due_at"),
    (update(PARTS).values(unit="U-TAX"), "its part assist#1 differs from its events in unit"),
    (delete(PARTS), "its part assist#1 is missing"),
    (insert(PARTS).values(A_PART), "part assist#7 was never asked for"),
    (insert(PARTS).values(A_PART | {"issue_no": "I-none"}), "its events add up to nothing"),
]


@pytest.mark.parametrize(("change", "told"), TAMPERED, ids=[told for _, told in TAMPERED])
async def test_a_part_changed_by_hand_is_found(
    writer: LedgerWriter, engine: AsyncEngine, change: Update | Delete | Insert, told: str
) -> None:
    await publish(writer, accepted())
    async with engine.begin() as tx:
        await tx.execute(change)
    assert any(told in str(fault) for fault in await verify(engine))
