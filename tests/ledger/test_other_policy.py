"""An issue whose policy changes mid-life: recorded, proved and rebuilt with every policy that governed it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bihuan.domain import commands as do
from bihuan.domain.clocks.calendar_adoption import governed_by
from bihuan.domain.clocks.special_days import CalendarVersion, SpecialDay
from bihuan.domain.loop.step import obey, receipt
from bihuan.domain.policy import Policy
from bihuan.ledger.errors import PolicyUnknown
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.rebuilding import History, rebuild, verify
from bihuan.ledger.tables import EVENTS, ISSUES, ORDERS, POLICIES, RECEIPTS
from bihuan.ledger.writing import LedgerWriter
from bihuan.wire import Entry
from tests.support.ledger import everything, publish
from tests.support.lives import COORDINATOR, HEAD, START, Batch, Life, closed, small_policy


def in_days() -> Policy:
    """The small policy, whose limits a calendar can move."""
    small = small_policy("days-1")
    limits = {
        name: replace(one, solve=type(one.solve).parse("7wd"), archive=type(one.solve).parse("30d"))
        for name, one in small.limits.items()
    }
    return replace(small, limits=limits)


FREE = CalendarVersion("2026.2", "防汛停工通知", (SpecialDay(date(2026, 11, 4), False, "防汛放假"),), (2026,))
FREE_TOO = replace(FREE, version="2026.3", days=(*FREE.days, SpecialDay(date(2026, 11, 5), False, "防汛放假")))
FIRST = in_days()
SECOND = governed_by(FIRST, FREE)
THIRD = governed_by(SECOND, FREE_TOO)


def adopts(life: Life, calendar: CalendarVersion, seconds: float) -> Life:
    """One batch in which the issue goes over to another calendar."""
    at = START + timedelta(seconds=seconds)
    command = do.Command(
        f"calendar-{calendar.version}", COORDINATOR, do.AdoptCalendar(version=calendar.version, calendar=calendar)
    )
    step = obey(life.issue, command, at, life.policy)
    assert step.policy is not None
    life.policy = step.policy
    answer = receipt(step.issue, command.id, f"print-{command.id}", "", at, life.policy)
    life.batches.append(Batch(step.issue, tuple(map(Entry.of, step.recorded)), (answer,)))
    return life


def moved_twice() -> Life:
    life = Life("I-moved", FIRST).submit()
    life.act(1, COORDINATOR, do.Classify(category="TAX"))
    life.act(2, COORDINATOR, do.Accept())
    life.act(3, COORDINATOR, do.HandOver(unit="U-TAX"))
    adopts(life, FREE, 4)
    life.act(5, HEAD, do.Sign())
    adopts(life, FREE_TOO, 6)
    return life.act(7, HEAD, do.Report(text="正在核实"))


async def recorded(writer: LedgerWriter, life: Life) -> None:
    """As the workflow would publish it: each policy with the event that put it in force."""
    coming = {4: SECOND, 6: THIRD, 0: FIRST}
    for place, batch in enumerate(life.batches):
        await writer.record(batch.issue, batch.entries, batch.receipts, coming.get(place))


def whole(life: Life) -> History:
    return History(life.issue_no, None, life.entries, life.receipts, (FIRST, SECOND, THIRD))


async def test_its_row_is_worked_out_under_the_policy_in_force_at_its_last_event(
    writer: LedgerWriter, engine: AsyncEngine, reader: LedgerReader
) -> None:
    life = moved_twice()
    await recorded(writer, life)
    assert await verify(engine) == []
    stored = await reader.life("I-moved")
    assert stored is not None
    assert (stored[0], stored[1].version) == (life.issue, THIRD.version)
    row = await reader.issue("I-moved", START)
    assert row is not None
    assert row.policy_version == THIRD.version
    assert row.due_at == life.issue.deadline.due(THIRD.calendar) != life.issue.deadline.due(FIRST.calendar)


async def test_policies_replaced_before_the_ledger_had_them_are_kept_too(
    writer: LedgerWriter, engine: AsyncEngine
) -> None:
    """The ledger was away from the intake on, and gets everything in one batch."""
    life = moved_twice()
    await writer.record(life.issue, life.entries, life.receipts, THIRD, (FIRST, SECOND))
    assert await verify(engine) == []
    assert {row[0] for row in (await everything(engine))["policies"]} == {one.version for one in (FIRST, SECOND, THIRD)}


async def test_a_batch_without_the_policy_it_is_stamped_with_is_refused_whole(
    writer: LedgerWriter, engine: AsyncEngine
) -> None:
    life = moved_twice()
    for place, batch in enumerate(life.batches[:4]):
        await writer.record(batch.issue, batch.entries, batch.receipts, None if place else FIRST)
    before = await everything(engine)
    with pytest.raises(PolicyUnknown, match=SECOND.version):
        await writer.record(life.batches[4].issue, life.batches[4].entries, life.batches[4].receipts)
    assert await everything(engine) == before


async def test_rebuilt_from_its_history_and_from_its_own_chain_it_is_what_it_was(
    writer: LedgerWriter, engine: AsyncEngine
) -> None:
    life = moved_twice()
    await recorded(writer, life)
    await publish(writer, closed())
    before = await everything(engine)
    for told in ([], [whole(life)], [replace(whole(life), entries=life.entries[:5], policies=(FIRST,))]):
        await rebuild(engine, told)
        assert await everything(engine) == before
    assert await verify(engine) == []


async def test_rebuilt_into_an_empty_ledger_it_has_every_policy_again(
    writer: LedgerWriter, engine: AsyncEngine
) -> None:
    life = moved_twice()
    await recorded(writer, life)
    before = await everything(engine)
    async with engine.begin() as tx:
        for table in (ISSUES, EVENTS, RECEIPTS, ORDERS, POLICIES):
            await tx.execute(delete(table))
    with pytest.raises(PolicyUnknown, match=SECOND.version):
        await rebuild(engine, [replace(whole(life), policies=(FIRST, THIRD))])
    await rebuild(engine, [whole(life)])
    assert await everything(engine) == before
    assert await verify(engine) == []


async def test_a_former_policy_that_is_gone_is_found(writer: LedgerWriter, engine: AsyncEngine) -> None:
    await recorded(writer, moved_twice())
    async with engine.begin() as tx:
        await tx.execute(update(POLICIES).where(POLICIES.c.version == SECOND.version).values(body="?"))
    assert [str(fault) for fault in await verify(engine)] == [
        f"I-moved: its policy {SECOND.version} is not recorded, or cannot be read"
    ]
