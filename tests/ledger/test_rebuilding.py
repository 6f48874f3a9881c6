"""The ledger can be thrown away, written anew, and proved."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Update, delete, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql.dml import Delete

from bihuan.domain import commands as do
from bihuan.ledger.errors import LedgerError, LedgerGap
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.rebuilding import History, Rebuilt, rebuild, verify
from bihuan.ledger.tables import EVENTS, ISSUES, ORDERS, POLICIES, RECEIPTS
from bihuan.ledger.writing import LedgerWriter
from tests.support.ledger import BEYOND_REPAIR, a_delivery, everything, history, publish
from tests.support.lives import START, Life, closed, handed_over, left_to_rot


async def some(writer: LedgerWriter) -> list[Life]:
    """Three lives, the youngest recorded first."""
    lives = [left_to_rot(at=START + timedelta(hours=2)), closed(at=START + timedelta(hours=1)), handed_over()]
    for life in lives:
        await publish(writer, life)
    return lives


async def test_rebuilt_it_is_what_it_was_row_for_row(writer: LedgerWriter, engine: AsyncEngine) -> None:
    lives = await some(writer)
    await writer.record_delivery(a_delivery())
    before = await everything(engine)
    total = sum(len(life.entries) for life in lives)
    assert await rebuild(engine, map(history, reversed(lives))) == Rebuilt(3, total)
    assert await everything(engine) == before
    assert await verify(engine) == []


async def test_rebuilt_from_nothing_issues_are_numbered_as_received(writer: LedgerWriter, engine: AsyncEngine) -> None:
    lives = await some(writer)
    async with engine.begin() as tx:
        for table in (ISSUES, EVENTS, RECEIPTS, ORDERS, POLICIES):
            await tx.execute(delete(table))

    async def told() -> AsyncIterator[History]:
        for life in lives:
            yield history(life)

    await rebuild(engine, told())
    assert {row[0]: row[1] for row in (await everything(engine))["issues"]} == {"I-1": 1, "I-closed": 2, "I-rot": 3}
    assert await verify(engine) == []


async def test_what_no_history_tells_any_more_is_rebuilt_from_the_ledgers_own_chain(
    writer: LedgerWriter, engine: AsyncEngine
) -> None:
    lives = await some(writer)
    before, total = await everything(engine), sum(len(life.entries) for life in lives)
    ended, later = History("I-closed", None, ()), replace(history(lives[1]), entries=lives[1].entries[9:], receipts=())
    behind = replace(history(lives[1]), policy=None, entries=lives[1].entries[:-1])
    for told, own in (([], total), ([ended], total), ([later], total - len(later.entries)), ([behind], None)):
        done = await rebuild(engine, told)
        assert (done.issues, done.events, done.contradicted) == (3, total, ())
        assert own is None or done.from_ledger == own
        assert await everything(engine) == before
    assert await verify(engine) == []


async def test_a_history_that_lost_its_beginning_and_is_ahead_of_the_ledger_goes_on_where_that_ends(
    writer: LedgerWriter, engine: AsyncEngine
) -> None:
    life = closed()
    await publish(writer, life)
    whole = await everything(engine)
    async with engine.begin() as tx:
        for table in (ISSUES, EVENTS, RECEIPTS, ORDERS):
            await tx.execute(delete(table))
    await publish(writer, life, life.batches[:6])
    late, own = life.batches[4:], sum(len(batch.entries) for batch in life.batches[:4])
    told = History(
        "I-closed",
        None,
        tuple(entry for batch in late for entry in batch.entries),
        tuple(receipt for batch in late for receipt in batch.receipts),
    )
    assert (await rebuild(engine, [told])).from_ledger == own
    assert await everything(engine) == whole


async def test_a_history_outweighs_the_ledger_and_what_it_contradicts_is_named(
    writer: LedgerWriter, engine: AsyncEngine
) -> None:
    lives = await some(writer)
    before = await everything(engine)
    async with engine.begin() as tx:
        its = EVENTS.c.issue_no == "I-closed"
        await tx.execute(update(EVENTS).where(its, EVENTS.c.seq == 12).values(actor_person="someone"))
        await tx.execute(update(EVENTS).where(its, EVENTS.c.seq == 14).values(body="no json"))
    late = replace(history(lives[1]), policy=None, entries=lives[1].entries[10:])
    done = await rebuild(engine, [late])
    assert [str(fault) for fault in done.contradicted] == [
        "I-closed event 12: differs from the history, which stands",
        "I-closed event 14: differs from the history, which stands",
    ]
    assert await everything(engine) == before


@pytest.mark.parametrize(("change", "told"), BEYOND_REPAIR, ids=[told or "the row" for _, told in BEYOND_REPAIR])
async def test_a_ledger_that_cannot_vouch_for_what_no_history_tells_stays_as_it_was(
    writer: LedgerWriter, engine: AsyncEngine, change: Update | Delete, told: str
) -> None:
    lives = await some(writer)
    sound = await everything(engine)
    async with engine.begin() as tx:
        await tx.execute(change)
    before = await everything(engine)
    if told:
        with pytest.raises(LedgerError, match="I-") as refused:
            await rebuild(engine, [])
        assert told in str(refused.value)
        assert await everything(engine) == before
    await rebuild(engine, [history(life) for life in lives])
    assert await verify(engine) == []
    assert {**await everything(engine), "issues": sound["issues"]} == sound


async def test_a_chain_cut_off_with_its_row_is_missed_by_its_receipts(
    writer: LedgerWriter, engine: AsyncEngine
) -> None:
    await publish(writer, closed())
    async with engine.begin() as tx:
        await tx.execute(delete(EVENTS).where(EVENTS.c.seq > 10))
        await tx.execute(delete(ISSUES))
    with pytest.raises(LedgerGap, match="event 11 is missing"):
        await rebuild(engine, [])


async def test_rebuilt_from_histories_without_acts_nothing_is_contradicted(
    writer: LedgerWriter, engine: AsyncEngine
) -> None:
    life = closed()
    older = tuple(entry.without_act for entry in life.entries)
    await writer.record(life.issue, older, life.receipts, life.policy)
    done = await rebuild(engine, [History(life.issue_no, None, life.entries, life.receipts)])
    assert done.contradicted == ()
    assert await acts(engine) == [entry.act for entry in life.entries]
    done = await rebuild(engine, [History(life.issue_no, None, older, life.receipts)])
    assert done.contradicted == ()
    assert await verify(engine) == []


async def acts(engine: AsyncEngine) -> list[do.Act | None]:
    return [entry.act for entry in await LedgerReader(engine).all_events("I-closed")]


def test_two_runs_may_tell_an_event_with_its_act_and_without_and_never_with_two() -> None:
    entry = closed().entries[1]
    assert entry.act
    assert entry.agrees(entry.without_act)
    assert entry.without_act.agrees(entry)
    assert not entry.agrees(replace(entry, act=do.Accept()))
    assert not entry.agrees(replace(entry.without_act, command_id="x"))


async def test_the_ledger_goes_on_after_it_was_rebuilt(writer: LedgerWriter, engine: AsyncEngine) -> None:
    life = closed()
    await publish(writer, life, life.batches[:5])
    entries = tuple(entry for batch in life.batches[:5] for entry in batch.entries)
    await rebuild(engine, [History(life.issue_no, None, entries, life.receipts[:4])])
    await publish(writer, life, life.batches[5:])
    assert await verify(engine) == []


TAMPERED: list[tuple[Update | Delete, str]] = [
    (update(EVENTS).where(EVENTS.c.seq == 3).values(actor_person="someone"), "event 3: was changed after"),
    (update(EVENTS).where(EVENTS.c.seq == 3).values(at=START), "event 3: was changed after"),
    (update(EVENTS).where(EVENTS.c.seq == 4).values(body="{}"), "event 4: was changed after"),
    (update(EVENTS).where(EVENTS.c.seq == 4).values(body="no json"), "its events add up to nothing"),
    (update(EVENTS).where(EVENTS.c.seq == 4).values(act='{"act":"accept"}'), "event 4: was changed after"),
    (update(EVENTS).where(EVENTS.c.seq == 4).values(act=""), "event 4: was changed after"),
    (update(EVENTS).where(EVENTS.c.seq == 4).values(prev_hash="0" * 64), "event 4: does not follow"),
    (delete(EVENTS).where(EVENTS.c.seq == 4), "event 4: is missing"),
    (delete(EVENTS).where(EVENTS.c.seq > 10), "its row differs from its events in"),
    (delete(EVENTS), "its events add up to nothing"),
    (delete(ISSUES), "its row is missing"),
    (update(ISSUES).values(unit="U-POWER"), "its row differs from its events in unit"),
    (update(ISSUES).values(red_at=START), "its row differs from its events in red_at"),
    (update(ISSUES).values(fingerprint="x"), "its row differs from its events in fingerprint"),
    (update(ORDERS).values(lifted_at=None), "its order I-closed-D1 differs from its events in lifted_at"),
    (delete(ORDERS), "its order I-closed-D1 is missing"),
    (update(ORDERS).values(no="D-9"), "order D-9 was never issued"),
    (update(RECEIPTS).values(revision=1), "differs from its events in revision"),
    (update(RECEIPTS).values(body="?"), "cannot be read"),
    (update(POLICIES).values(body="?"), "or cannot be read"),
]


@pytest.mark.parametrize(("change", "found"), TAMPERED, ids=[found for _, found in TAMPERED])
async def test_whatever_is_changed_by_hand_is_found(
    writer: LedgerWriter, engine: AsyncEngine, change: Update | Delete, found: str
) -> None:
    await publish(writer, closed())
    assert await verify(engine) == []
    async with engine.begin() as tx:
        await tx.execute(change)
    faults = [str(fault) for fault in await verify(engine)]
    assert any(found in fault for fault in faults), faults
    assert all(fault.startswith("I-closed") for fault in faults)
