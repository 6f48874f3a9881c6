"""What is published is written once, in order, whole or not at all."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncEngine

from bihuan.domain import commands as do
from bihuan.domain.commands import Enterprise
from bihuan.domain.events import Noted, Submitted
from bihuan.domain.intake.folds import opened
from bihuan.ledger.errors import LedgerFork, LedgerGap, PolicyUnknown
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.rebuilding import verify
from bihuan.ledger.tables import DELIVERIES, EVENTS, ISSUES
from bihuan.ledger.writing import LedgerWriter
from tests.support.ledger import a_delivery, everything, publish
from tests.support.lives import COORDINATOR, START, Life, closed, handed_over, left_to_rot, small_policy


async def test_a_life_is_recorded_as_it_was_lived(writer: LedgerWriter, reader: LedgerReader) -> None:
    life = closed()
    await publish(writer, life)
    row, known = await reader.issue("I-closed", START), await reader.life("I-closed")
    assert row is not None
    assert known is not None
    assert known[0] == life.issue
    assert (row.ledger_no, row.status, row.outcome, row.unit) == (1, "CLOSED", "SOLVED", "U-TAX")
    assert row.fingerprint == "print-I-closed-intake"
    assert row.entered_at == row.closed_at == row.updated_at == life.entries[-1].at
    assert await reader.all_events("I-closed") == life.entries
    assert [await reader.receipt("I-closed", one.command_id) for one in life.receipts] == list(life.receipts)


async def test_the_status_began_with_the_last_event_that_changed_it(writer: LedgerWriter, reader: LedgerReader) -> None:
    life = handed_over().act(9, COORDINATOR, do.Note(text="催一下"))
    await publish(writer, life)
    row = await reader.issue("I-1", START)
    assert row is not None
    assert row.entered_at == START + timedelta(seconds=3)
    assert row.updated_at == START + timedelta(seconds=9)


async def test_publishing_again_changes_nothing(writer: LedgerWriter, engine: AsyncEngine) -> None:
    life = closed()
    await publish(writer, life)
    once = await everything(engine)
    await publish(writer, life)
    await writer.record(life.issue, life.entries, life.receipts, life.policy)
    assert await everything(engine) == once


async def test_one_large_batch_leaves_what_many_small_ones_leave(writer: LedgerWriter, engine: AsyncEngine) -> None:
    first, second = closed("I-a"), closed("I-b")
    await publish(writer, first)
    await writer.record(second.issue, second.entries, second.receipts, second.policy)
    rows = await everything(engine)
    for table in ("issues", "orders"):
        small, large = (str(row).replace("I-a", "I-b") for row in rows[table])
        assert small.replace("'I-b', 1,", "'I-b', 2,", 1) == large


async def test_a_batch_that_overlaps_adds_only_what_is_new(writer: LedgerWriter, engine: AsyncEngine) -> None:
    life = closed()
    await publish(writer, life, life.batches[:4])
    await writer.record(life.issue, life.entries[2:], life.receipts)
    assert await verify(engine) == []


async def test_a_late_old_publication_takes_nothing_back(writer: LedgerWriter, engine: AsyncEngine) -> None:
    life = closed()
    await publish(writer, life)
    before = await everything(engine)
    for batch in reversed(life.batches):
        await writer.record(batch.issue, batch.entries, batch.receipts, life.policy)
    assert await everything(engine) == before


async def test_a_gap_is_refused_by_name_and_nothing_is_half_applied(writer: LedgerWriter, engine: AsyncEngine) -> None:
    life = handed_over()
    await publish(writer, life, life.batches[:1])
    before = await everything(engine)
    with pytest.raises(LedgerGap) as refused:
        await publish(writer, life, life.batches[2:3])
    assert (refused.value.issue_no, refused.value.seq) == ("I-1", 2)
    with pytest.raises(LedgerGap):
        await writer.record(life.issue, (*life.batches[1].entries, *life.batches[3].entries), life.receipts)
    with pytest.raises(LedgerGap):
        await writer.record(life.issue, life.batches[1].entries, life.receipts)
    assert await everything(engine) == before


async def test_an_event_recorded_by_an_older_version_without_its_act_stays_and_is_no_fork(
    writer: LedgerWriter, engine: AsyncEngine
) -> None:
    life = handed_over()
    older = [replace(batch, entries=tuple(one.without_act for one in batch.entries)) for batch in life.batches[:3]]
    await publish(writer, life, older)
    before = await everything(engine)
    await publish(writer, life, life.batches[:3])
    assert await everything(engine) == before
    await publish(writer, life)
    recorded = await LedgerReader(engine).all_events(life.issue_no)
    assert [entry.act and entry.act.act for entry in recorded] == [None, None, None, "hand_over"]
    assert await verify(engine) == []


async def test_another_event_in_a_taken_place_is_refused(writer: LedgerWriter, engine: AsyncEngine) -> None:
    life = handed_over()
    await publish(writer, life, life.batches[:3])
    before = await everything(engine)
    other = replace(life.entries[1], event=Noted(text="另一件事"))
    with pytest.raises(LedgerFork) as refused:
        await writer.record(life.issue, (other, *life.entries[2:]), life.receipts)
    assert (refused.value.issue_no, refused.value.seq) == ("I-1", 2)
    assert await everything(engine) == before


async def test_an_issue_under_an_unknown_policy_is_refused(writer: LedgerWriter, engine: AsyncEngine) -> None:
    life = handed_over()
    with pytest.raises(PolicyUnknown):
        await writer.record(life.issue, life.entries, (), None)
    with pytest.raises(PolicyUnknown):
        await writer.record(life.issue, life.entries, (), small_policy("another"))
    assert not any((await everything(engine)).values())


async def test_a_refused_first_batch_leaves_no_belief_in_its_policy(writer: LedgerWriter) -> None:
    life = handed_over()
    with pytest.raises(LedgerGap):
        await writer.record(life.issue, life.entries[1:], (), life.policy)
    await publish(writer, life)


async def test_orders_follow_the_issue(writer: LedgerWriter, reader: LedgerReader) -> None:
    rot = left_to_rot()
    await publish(writer, rot)
    issued = rot.issue.orders[0].issued_at
    ((standing,), _) = await reader.orders("G1", now=issued, open_=True)
    assert (standing.issue_no, standing.unit, standing.open) == ("I-rot", "U-TAX", True)
    assert standing.reply_due_at == standing.issued_at + timedelta(seconds=20)
    assert standing.light == "GREEN"
    ((later,), _) = await reader.orders("G1", now=issued + timedelta(seconds=20), open_=True)
    assert later.light == "YELLOW", "its reply is late"
    await publish(writer, closed())
    assert [order.no for order in (await reader.orders(now=issued, open_=False))[0]] == ["I-closed-D1"]
    assert len((await reader.orders(now=issued))[0]) == 2
    assert await reader.orders("G2", now=issued) == ((), "")


async def test_many_at_once_write_each_issue_once(writer: LedgerWriter, engine: AsyncEngine) -> None:
    lives = [left_to_rot(f"I-{n}") for n in range(8)]
    await asyncio.gather(*(writer.record(one.issue, one.entries, one.receipts, one.policy) for one in lives * 3))
    async with engine.connect() as tx:
        numbers = (await tx.execute(select(ISSUES.c.ledger_no).order_by(ISSUES.c.ledger_no))).scalars().all()
        events = (await tx.execute(select(func.count()).select_from(EVENTS))).scalar_one()
    assert list(numbers) == list(range(1, 9))
    assert events == sum(len(one.entries) for one in lives)
    assert await verify(engine) == []


async def test_two_publishers_of_one_issue_do_not_undo_each_other(writer: LedgerWriter, engine: AsyncEngine) -> None:
    life, other = closed(), LedgerWriter(engine)
    await publish(writer, life, life.batches[:2])

    async def late(one: LedgerWriter, upto: int) -> None:
        batches = life.batches[2:upto]
        entries = tuple(entry for batch in batches for entry in batch.entries)
        await one.record(batches[-1].issue, entries, [receipt for batch in batches for receipt in batch.receipts])

    sizes = range(3, len(life.batches) + 1)
    await asyncio.gather(*(late(one, size) for size in sizes for one in (writer, other)))
    assert await verify(engine) == []
    (row,) = (await everything(engine))["issues"]
    assert row[2] == life.issue.revision


async def test_hostile_words_come_back_as_they_were(writer: LedgerWriter, reader: LedgerReader) -> None:
    hostile = "𠮷𡃁 🏭 '; DROP TABLE issues; -- \" \\ %_ \r\n\u2028 \u202e"
    life = Life("I-𠮷'\"", small_policy()).submit(name=hostile, title=hostile, description=hostile, contact="字" * 200)
    await publish(writer, life)
    row, known = await reader.issue(life.issue_no, START), await reader.life(life.issue_no)
    assert row is not None
    assert known is not None
    assert (row.enterprise_name, row.title, known[0]) == (hostile, hostile, life.issue)
    assert await reader.all_events(life.issue_no) == life.entries


async def test_a_nul_and_an_endless_code_hold_nothing_up(
    writer: LedgerWriter, reader: LedgerReader, engine: AsyncEngine
) -> None:
    """The rules refuse such words; should one pass them, its issue still reaches the ledger."""
    life = Life("I-1", small_policy()).submit()
    submitted = life.entries[0].event
    assert isinstance(submitted, Submitted)
    said = replace(submitted.submission, title="a\0b", county="9" * 9000, enterprise=Enterprise(uscc="壹\0" * 9000))
    entry = replace(life.entries[0], event=replace(submitted, submission=said))
    issue = opened("I-1", replace(submitted, submission=said), START)
    await writer.record(issue, (entry,), life.receipts, life.policy)
    row, known = await reader.issue("I-1", START), await reader.life("I-1")
    assert row is not None
    assert known is not None
    assert (row.title, len(row.uscc), len(row.county)) == ("a\ufffdb", 200, 200)
    assert known[0] == issue
    assert await verify(engine) == []


async def test_a_moment_without_a_zone_is_refused(writer: LedgerWriter, engine: AsyncEngine) -> None:
    life, naive = handed_over(), datetime(2026, 11, 2, 9)  # noqa: DTZ001 - the point
    with pytest.raises(ValueError, match="no time zone"):
        await writer.record(life.issue, (replace(life.entries[0], at=naive),), (), life.policy)
    with pytest.raises(StatementError, match="no time zone"):
        async with engine.begin() as tx:
            await tx.execute(insert(DELIVERIES).values(a_delivery(first_at=naive).columns()))


async def test_a_moment_comes_back_in_utc(writer: LedgerWriter, reader: LedgerReader) -> None:
    china = START.astimezone(small_policy().calendar.after(START, small_policy().limits["GENERAL"].blue).tzinfo)
    await publish(writer, Life("I-1", small_policy()).submit(china))
    row = await reader.issue("I-1", START)
    assert row is not None
    assert row.received_at.isoformat() == START.isoformat()


async def test_what_was_delivered_stays_delivered(writer: LedgerWriter, reader: LedgerReader) -> None:
    later = START + timedelta(minutes=1)
    await writer.record_delivery(a_delivery())
    assert await writer.delivery_state("I-1:1:unit") == "TRYING"
    arrived = a_delivery(state="DELIVERED", status=200, attempts=3, first_at=later, ended_at=later)
    await writer.record_delivery(arrived)
    await writer.record_delivery(a_delivery(state="GIVEN_UP", attempts=9, ended_at=later))
    assert await writer.delivery_state("I-1:1:unit") == "DELIVERED"
    assert await writer.delivery_state("I-1:2:unit") == ""
    assert await reader.deliveries("I-1", limit=9) == ((replace(arrived, first_at=START),), "")
