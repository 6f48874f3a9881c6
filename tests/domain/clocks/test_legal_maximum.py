"""The whole time of a law is never exceeded (docs/decisions/0014, 6)."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import BeyondLegalMaximum, ExtensionTooLong, LeaderMustApprove
from bihuan.domain.stage import Status
from tests.support.small_city.acts import extend, hold, suspend, transfer
from tests.support.small_city.calendar import at
from tests.support.small_city.people import CITY_LEADER, COORDINATOR, DEPUTY, head
from tests.support.small_city.policy import D1, D2
from tests.support.small_city.rulings import approved
from tests.support.small_city.stages import in_hand
from tests.support.small_city.story import Story


def arrears() -> Story:
    """Thirty days are over on 09-01; ninety from receipt are over on 2021-10-31, a Sunday, so on Monday 11-01."""
    return in_hand(category="ARREARS")


LEGAL_END = "11-01 18:00"


def extended_to_the_end() -> Story:
    story = arrears().does(head(D1), extend(LEGAL_END), "08-10 09:00")
    return approved(story, "08-10 10:00")


def test_beyond_the_whole_time_of_a_law_nothing_is_extended_nor_suspended() -> None:
    story = extended_to_the_end()
    assert story.due("issue#1") == at(LEGAL_END)
    with pytest.raises(BeyondLegalMaximum) as refused:
        story.does(head(D1), suspend("09-01 18:00", do.SuspensionBasis.THIRD_PARTY))
    assert "2021-11-01 18:00" in refused.value.sentence_zh
    story.does(head(D1), suspend("09-01 18:00", do.SuspensionBasis.COURT), "08-11 09:00")
    assert story.issue.requests[-1].approver == Party(Desk.LEADER), "a court's ground, and a leader rules"
    assert approved(story, "08-11 10:00", CITY_LEADER).issue.status is Status.SUSPENDED


def test_a_suspension_that_fitted_when_it_was_asked_is_judged_again_when_it_is_ruled_on() -> None:
    story = arrears().does(head(D1), suspend("09-01 18:00", do.SuspensionBasis.COURT), "08-10 09:00")
    story.does(head(D1), extend(LEGAL_END), "08-10 09:10")
    approved(story, "08-10 09:20")
    with pytest.raises(BeyondLegalMaximum):
        approved(story, "08-10 09:30", nth=0)


def test_an_extension_counts_from_receipt_whatever_was_suspended() -> None:
    story = approved(arrears().does(head(D1), suspend("08-31 18:00"), "08-03 09:00"), "08-03 09:10")
    story.does(COORDINATOR, do.Resume(reason="已具备"), "08-23 09:00")
    assert story.copy().does(head(D1), extend(LEGAL_END), "08-23 09:10").issue.open_requests
    with pytest.raises(ExtensionTooLong):
        story.does(head(D1), extend("11-02 18:00"), "08-23 09:10")


def test_a_mass_suspension_does_not_go_beyond_it_either() -> None:
    with pytest.raises(BeyondLegalMaximum):
        extended_to_the_end().does(DEPUTY, hold("09-01 18:00"), "08-11 09:00")
    assert arrears().does(DEPUTY, hold("09-01 18:00"), "08-11 09:00").issue.hold is not None


def test_a_later_unit_s_limit_ends_with_it() -> None:
    story = extended_to_the_end().until("10-20 09:00").does(COORDINATOR, transfer(D2))
    assert story.due("solve#1") == at(LEGAL_END), "thirty days would end on 11-19"
    early = arrears().does(head(D1), transfer(D2), "08-04 09:00")
    assert early.due("solve#1") == at("09-03 18:00"), "well within, the law's thirty days run in full"


def test_suspensions_asked_and_ordered_in_a_batch_have_one_total() -> None:
    story = in_hand(urgency=Urgency.COMPLEX)
    for first, last in (("08-03 09:00", "09-02 09:00"), ("09-02 10:00", "10-02 09:00"), ("10-02 10:00", "11-01 09:00")):
        story.does(DEPUTY, hold(last, batch=f"H-{first}"), first).until(last)
    with pytest.raises(LeaderMustApprove):
        story.does(DEPUTY, hold("11-20 09:00", batch="H-4"), "11-02 09:00")
    story.does(head(D1), suspend("11-20 09:00"), "11-02 09:00")
    assert story.issue.requests[-1].approver == Party(Desk.LEADER), "ninety days are used up, whoever stopped them"
