"""The time to transfer (docs/decisions/0014, 9)."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain.refusals import TransferWindowOver
from tests.support.small_city.acts import transfer
from tests.support.small_city.people import COORDINATOR, head
from tests.support.small_city.policy import D1, D2, D3
from tests.support.small_city.stages import in_hand


def test_a_unit_transfers_within_three_days_of_holding_it_and_coordination_after_that() -> None:
    story = in_hand()
    assert story.copy().does(head(D1), transfer(D2), "08-05 17:59").issue.holder == D2
    with pytest.raises(TransferWindowOver) as refused:
        story.copy().does(head(D1), transfer(D2), "08-05 18:00")
    assert "3个工作日" in refused.value.sentence_zh
    assert story.does(COORDINATOR, transfer(D2), "08-11 17:55").issue.holder == D2


def test_the_time_to_transfer_begins_when_the_unit_was_given_it() -> None:
    story = in_hand().does(head(D1), transfer(D2), "08-05 17:55").does(head(D2), do.Sign())
    story.does(head(D2), do.Report(text="进展"))
    assert story.copy().does(head(D2), transfer(D3), "08-10 17:55").issue.holder == D3
    with pytest.raises(TransferWindowOver):
        story.does(head(D2), transfer(D3), "08-10 18:00")
