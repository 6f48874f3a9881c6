"""The order behind a batch has one fingerprint."""

from dataclasses import replace
from datetime import datetime

from bihuan.domain.batches.commands import AdoptPolicy
from bihuan.domain.batches.order import BatchKind, BatchOrder
from tests.support.small_city.acts import APPROVED_BY
from tests.support.small_city.calendar import at
from tests.support.small_city.people import COORDINATOR
from tests.support.small_city.policy import POLICY


def test_the_same_order_has_one_fingerprint_whenever_and_by_whomever_it_was_typed() -> None:
    order = BatchOrder(
        id="B-1",
        kind=BatchKind.ADOPT,
        basis="文",
        by=COORDINATOR,
        approved_by=APPROVED_BY,
        ordered_at=at("08-02 09:00"),
    )
    again = replace(order, operator="他人", ordered_at=datetime.fromisoformat("2021-08-03T09:00:00Z"), policy=POLICY)
    assert order.fingerprint == again.fingerprint
    assert replace(order, basis="另一文").fingerprint != order.fingerprint
    act = order.act(POLICY)
    assert isinstance(act, AdoptPolicy)
    assert (act.batch, act.policy) == ("B-1", POLICY)
