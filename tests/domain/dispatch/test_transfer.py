"""Transfers and designations (docs/rules.md 1)."""

from bihuan.domain import commands as do
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.refusals import DesignatedUnitMustHandle, EarlierHolder, FieldMissing, NotPermitted, TransfersUsedUp
from bihuan.domain.stage import Stage, Status
from tests.support.small_city.acts import RETURN, designate, transfer
from tests.support.small_city.calendar import DUE, at
from tests.support.small_city.desks import UNIT
from tests.support.small_city.people import COORDINATOR, handler, head
from tests.support.small_city.policy import D1, D2, D3, PLAIN_HUB
from tests.support.small_city.stages import dispatched, in_hand, returned, transferred
from tests.support.small_city.story import refused


def test_a_transfer_gives_the_new_unit_its_own_limit_and_never_moves_the_issue_clock() -> None:
    story = in_hand().does(head(D1), transfer(D2), "08-05 10:00")
    assert story.issue.stage is Stage.TRANSFER
    assert story.issue.holder == D2
    assert story.due("issue#1") == at(DUE)
    assert story.due("solve#1") == at("08-16 18:00")
    assert story.due("sign#2") == at("08-06 18:00")
    assert story.clock("solve#1").unit == story.clock("sign#2").unit == D2


def test_the_former_holders_clocks_end_and_its_lateness_stays_on_record() -> None:
    story = dispatched().until("08-03 18:00").does(head(D1), transfer(D2), "08-03 19:00")
    late = story.alarm("sign#1", Rung.R1)
    assert late is not None
    assert late.debtor == UNIT
    story.until("08-30 18:00")
    assert story.raised("sign#1") == [Rung.R0, Rung.R1], "nothing more after it went"
    assert story.raised("report#1") == []


def test_units_transfer_at_most_twice_and_the_next_is_the_coordinators() -> None:
    story = in_hand().does(head(D1), transfer(D2)).does(head(D2), transfer(D3))
    refused(story, head(D3), transfer(PLAIN_HUB), TransfersUsedUp)
    story.does(COORDINATOR, transfer(PLAIN_HUB))
    assert (story.issue.holder, story.issue.status) == (PLAIN_HUB, Status.TRANSFERRED)


def test_a_transfer_names_its_basis_and_no_earlier_holder() -> None:
    story = in_hand().does(head(D1), transfer(D2))
    refused(story, head(D2), do.Transfer(unit=D3, basis=" "), FieldMissing)
    refused(story, head(D2), transfer(D1), EarlierHolder)
    refused(story, COORDINATOR, transfer(D1), EarlierHolder)


def test_a_designated_unit_neither_transfers_nor_returns() -> None:
    story = returned().does(COORDINATOR, designate(D2))
    assert story.issue.status is Status.DISPATCHED
    refused(story, head(D2), transfer(D3), DesignatedUnitMustHandle)
    refused(story, head(D2), RETURN, DesignatedUnitMustHandle)
    story.does(head(D2), do.Sign())
    refused(story, head(D2), transfer(D3), DesignatedUnitMustHandle)
    refused(story, head(D2), RETURN, DesignatedUnitMustHandle)


def test_the_lead_passes_wholly() -> None:
    story = transferred()
    for act in (do.Sign(), RETURN, transfer(D3)):
        refused(story, head("D4"), act, NotPermitted)
    story.does(handler(D1), do.Sign())
    assert story.issue.status is Status.IN_PROGRESS
