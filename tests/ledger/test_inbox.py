"""An inbox: what was told to somebody's desks or brought there in another's place, page by page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bihuan.domain.access.desks import Seats
from bihuan.domain.parties import Desk
from bihuan.ledger.errors import CursorUnreadable
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import Delivery, Trace
from bihuan.ledger.writing import LedgerWriter

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def told(party: str, minute: int, reached: str = "") -> Delivery:
    desk, _, ref = party.partition(":")
    return Delivery(
        notice_id=f"I-1:{minute}:{party}",
        issue_no="I-1",
        seq=minute,
        desk=desk,
        ref=ref,
        event="accepted",
        state="DELIVERED",
        channel="",
        address="",
        attempts=1,
        status=0,
        detail="",
        body_sha256="",
        first_at=START + timedelta(minutes=minute),
        reached=reached,
    )


EVERY = (
    told("unit:D16", 1),
    told("unit-head:D16", 2, "unit-head:D16"),
    told("unit:D05", 3, "unit:D16"),
    told("coordination", 4, "coordination"),
    told("group:G1", 5, "coordination"),
    told("county-leader:410902", 6),
    told("mayor", 7, "county-leader:410923"),
    told("coordination-head", 8),
)
UNIT = Seats(frozenset({Desk.UNIT, Desk.UNIT_HEAD}), "D16")


@pytest.mark.parametrize(
    ("seats", "expected"),
    [
        (UNIT, [3, 2, 1]),
        (Seats(frozenset({Desk.UNIT}), "D05"), [3]),
        (Seats(frozenset({Desk.UNIT}), "D1"), []),
        (Seats(frozenset({Desk.COORDINATION})), [5, 4]),
        (Seats(frozenset({Desk.COUNTY_LEADER})), [7, 6]),
        (Seats(frozenset({Desk.GROUP}), "G1"), [5]),
        (Seats(), []),
    ],
)
async def test_it_holds_what_was_told_or_brought_to_its_desks(
    writer: LedgerWriter, reader: LedgerReader, seats: Seats, expected: list[int]
) -> None:
    for one in EVERY:
        await writer.record_delivery(one)
    items, further = await reader.inbox(seats)
    assert ([one.seq for one in items], further) == (expected, "")


async def test_pages_meet_without_a_gap_also_where_much_comes_at_once(
    writer: LedgerWriter, reader: LedgerReader
) -> None:
    for number in range(7):
        await writer.record_delivery(replace(told("unit:D16", number), first_at=START))
    seen, cursor = list[int](), ""
    for _ in range(4):
        items, cursor = await reader.inbox(UNIT, cursor=cursor, limit=2)
        seen += [one.seq for one in items]
    assert (seen, cursor) == ([6, 5, 4, 3, 2, 1, 0], "")
    with pytest.raises(CursorUnreadable):
        await reader.inbox(UNIT, cursor="?")


async def test_what_somebody_has_seen_is_told_apart(writer: LedgerWriter, reader: LedgerReader) -> None:
    for one in EVERY[:2]:
        await writer.record_delivery(one)
    assert await writer.acknowledge(EVERY[0].notice_id, "x", START)
    assert not await writer.acknowledge(EVERY[0].notice_id, "y", START)
    assert [one.seq for one in (await reader.inbox(UNIT, unseen=True))[0]] == [2]
    assert [one.acknowledged_by for one in (await reader.inbox(UNIT))[0]] == ["", "x"]


async def test_what_is_done_by_hand_is_traced_once(writer: LedgerWriter, reader: LedgerReader) -> None:
    trace = Trace(
        notice_id="I-1:1:unit:D16",
        key="resend:k",
        at=START,
        state="RESENT",
        channel="",
        contact="",
        reached="",
        status=0,
        detail="x",
    )
    await writer.trace(trace)
    await writer.trace(replace(trace, detail="y"))
    assert await reader.traces("I-1:1:unit:D16") == (trace,)
