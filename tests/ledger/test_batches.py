"""What the ledger says of a batch: whom it matches, who is left, what came of each; on every database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bihuan.domain.batches.order import BatchKind, BatchOrder, BatchProgress, Matching
from bihuan.domain.people import Actor, Role
from bihuan.ledger.batches import BatchIdReused, BatchLedger
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import BatchItem
from bihuan.ledger.writing import LedgerWriter
from tests.support.ledger import record
from tests.support.lives import COORDINATOR, HUALONG, START, TAX, closed, handed_over
from tests.support.lives import small_policy as policy

SUSPEND = BatchOrder(
    id="H-1",
    kind=BatchKind.SUSPEND,
    basis="防汛",
    by=COORDINATOR,
    approved_by=Actor(Role.COO, "li"),
    ordered_at=START,
    until=START + timedelta(days=5),
)


def item(issue_no: str, result: str = "done", batch: str = "H-1") -> BatchItem:
    return BatchItem(batch=batch, issue_no=issue_no, result=result, revision=4, at=START)


async def test_it_matches_open_issues_and_asks_each_once(engine: AsyncEngine, writer: LedgerWriter) -> None:
    await record(writer, *(handed_over(f"I-{n}") for n in range(5)), closed())
    ledger = BatchLedger(engine)
    assert await ledger.open(SUSPEND, START) == 5
    assert await ledger.untouched(SUSPEND, 2) == ("I-0", "I-1")
    await ledger.record([item("I-0"), item("I-1", "WrongStatus")])
    await ledger.record([item("I-0", "WrongStatus")])
    assert await ledger.untouched(SUSPEND, 9) == ("I-2", "I-3", "I-4")
    assert await ledger.progress("H-1") == BatchProgress(5, {"done": 1, "WrongStatus": 1})
    assert (await ledger.items("H-1"))[0].result == "done", "what is on record stays"
    await ledger.record([item(f"I-{n}") for n in (2, 3, 4)])
    assert await ledger.close("H-1", START) == BatchProgress(5, {"done": 4, "WrongStatus": 1}, ended=True)
    assert await ledger.order("H-1") == SUSPEND
    back = replace(SUSPEND, id="R-1", kind=BatchKind.RESUME, of="H-1", until=None)
    assert await ledger.open(back, START) == 4
    assert await ledger.untouched(back, 9) == ("I-0", "I-2", "I-3", "I-4")


@pytest.mark.parametrize(
    ("matching", "count"),
    [
        (Matching(), 2),
        (Matching(counties=(HUALONG, "410926")), 2),
        (Matching(counties=("410926",)), 0),
        (Matching(units=(TAX,), counties=(HUALONG,)), 2),
        (Matching(groups=("G1",)), 2),
        (Matching(groups=("G2",)), 0),
        (Matching(urgencies=("URGENT",)), 0),
        (Matching(categories=("ENERGY",)), 0),
        (Matching(issues=("I-1",)), 1),
    ],
)
async def test_every_condition_named_must_hold(
    engine: AsyncEngine, writer: LedgerWriter, matching: Matching, count: int
) -> None:
    await record(writer, handed_over("I-0"), handed_over("I-1"), closed())
    assert len(await BatchLedger(engine).matched(replace(SUSPEND, matching=matching))) == count


async def test_an_id_says_one_order_and_its_policy_is_kept(engine: AsyncEngine, reader: LedgerReader) -> None:
    ledger = BatchLedger(engine)
    order = replace(SUSPEND, kind=BatchKind.ADOPT, policy=policy("small-2"), policy_version="small-2")
    await ledger.open(order, START)
    await ledger.open(replace(order, operator="somebody"), START)
    assert (await reader.policy("small-2")).limits == order.policy.limits  # type: ignore[union-attr]
    assert await ledger.order("H-1") == replace(order, policy=None)
    with pytest.raises(BatchIdReused):
        await ledger.open(replace(order, basis="别的"), START)
    assert [row.id for row in await ledger.rows()] == ["H-1"]
