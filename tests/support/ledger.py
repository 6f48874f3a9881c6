"""Lives written into a ledger, and what is in it then."""

from collections.abc import Sequence

from sqlalchemy import Update, delete, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql.dml import Delete

from bihuan.ledger.rebuilding import History
from bihuan.ledger.tables import DELIVERIES, EVENTS, ISSUES, ORDERS, PARTS, POLICIES, RECEIPTS
from bihuan.ledger.views import Delivery
from bihuan.ledger.writing import LedgerWriter
from tests.support.lives import START, Batch, Life


async def record(writer: LedgerWriter, *lives: Life) -> None:
    for life in lives:
        await writer.record(life.issue, life.entries, life.receipts, life.policy)


TABLES = (POLICIES, ISSUES, EVENTS, RECEIPTS, ORDERS, PARTS, DELIVERIES)


async def publish(writer: LedgerWriter, life: Life, batches: Sequence[Batch] | None = None) -> None:
    for batch in life.batches if batches is None else batches:
        first = batch.entries[0].seq == 1
        await writer.record(batch.issue, batch.entries, batch.receipts, life.policy if first else None)


async def everything(engine: AsyncEngine) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    async with engine.connect() as tx:
        return {
            table.name: [tuple(row) for row in await tx.execute(select(table).order_by(*table.primary_key))]
            for table in TABLES
        }


def a_delivery(**fields: object) -> Delivery:
    plain: dict[str, object] = {"notice_id": "I-1:1:unit", "issue_no": "I-1", "seq": 1, "desk": "unit", "ref": "U-TAX"}
    plain |= {"event": "dispatched", "state": "TRYING", "channel": "webhook", "address": "https://unit.test/in"}
    plain |= {"attempts": 1, "status": 503, "detail": "", "body_sha256": "00", "first_at": START}
    return Delivery(**plain | fields)  # type: ignore[arg-type]


def history(life: Life) -> History:
    return History(life.issue_no, life.policy, life.entries, life.receipts)


OF_CLOSED = EVENTS.c.issue_no == "I-closed"
BEYOND_REPAIR: list[tuple[Update | Delete, str]] = [
    (update(EVENTS).where(OF_CLOSED, EVENTS.c.seq == 3).values(actor_person="x"), "event 3: was changed after"),
    (update(EVENTS).where(OF_CLOSED, EVENTS.c.seq == 4).values(prev_hash="0" * 64), "event 3: is not the one that"),
    (update(EVENTS).where(OF_CLOSED, EVENTS.c.seq == 4).values(hash="0" * 64), "event 4: was changed after"),
    (delete(EVENTS).where(OF_CLOSED, EVENTS.c.seq == 4), "event 4 is missing"),
    (delete(EVENTS).where(OF_CLOSED, EVENTS.c.seq > 10), "event 11 is missing"),
    (delete(EVENTS).where(OF_CLOSED), "event 1 is missing"),
    (delete(ISSUES).where(ISSUES.c.issue_no == "I-closed"), ""),
    (update(RECEIPTS).where(RECEIPTS.c.command_id == "I-closed-1").values(body="?"), "I-closed-1 cannot be read"),
    (update(POLICIES).values(body="?"), "policy small-1 is not recorded"),
]
