"""Orders and papers: what an approved return takes back, and that one count calls for one level-up."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain.ladder.events import OrderWithdrawn, StillUnmet, Unmet
from bihuan.domain.ladder.orders import WithdrawalGround
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import first_due
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import Urgency
from tests.support.small_city.acts import DELIVER, PASS, RESULT, RETURN, approve, approve_return, extend, rate, transfer
from tests.support.small_city.calendar import at
from tests.support.small_city.orders import drafted
from tests.support.small_city.people import COORDINATOR, ENTERPRISE, head
from tests.support.small_city.policy import D1, D2, D3, FORMER, POLICY
from tests.support.small_city.stages import in_hand, rated, told, withdrawn

UNIT = Party(Desk.UNIT, D1)


def test_transfers_level_an_issue_up_once_though_a_second_unit_misses_it_too() -> None:
    story = in_hand().does(head(D1), do.Report(text="进展")).until("08-12 09:00")
    assert set(story.issue.assignment.missed_by) == {D1}
    for unit, day in ((D2, "08-12"), (D3, "08-13"), (FORMER, "08-16")):
        story.does(COORDINATOR, transfer(unit), f"{day} 10:00")
    assert story.raised("solve#3") == [Rung.R4], "the third transfer"
    story.does(head(FORMER), do.Sign()).does(head(FORMER), do.Report(text="进展")).until("08-25 18:00")
    assert set(story.issue.assignment.missed_by) == {D1, FORMER}
    assert story.raised("solve#3") == [Rung.R4, Rung.R0, Rung.R1], "levelled up already"
    assert [draft.paper for draft in story.issue.supervision.drafts].count(Paper.LEVEL_UP) == 1


def test_an_approved_return_withdraws_the_order_on_its_ground() -> None:
    story = in_hand(urgency=Urgency.URGENT).does(head(D1), RETURN, "08-04 10:00").until("08-04 18:00")
    (order,) = story.issue.supervision.open_orders
    assert order.presses == ("report#1",)
    story.does(COORDINATOR, approve_return(D2))
    taken = [one for one in story.events if isinstance(one, OrderWithdrawn)]
    assert taken == [OrderWithdrawn(order=order.no, ground=WithdrawalGround.RETURN_APPROVED)]


def test_an_approved_return_leaves_the_criticism_of_a_unit_that_had_it_before() -> None:
    story = drafted().does(COORDINATOR, transfer(D2), "08-11 09:00")
    before = [(draft.paper, draft.to.ref) for draft in story.issue.supervision.open_drafts]
    assert before == [(Paper.CRITICISM, D1)]
    story.does(head(D2), RETURN).does(COORDINATOR, approve_return(D3))
    assert [(draft.paper, draft.to.ref) for draft in story.issue.supervision.open_drafts] == before


def test_more_time_withdraws_the_order_for_the_result_though_it_had_pressed_what_is_done_now() -> None:
    story = in_hand().until("08-06 18:00").does(head(D1), extend("08-20 18:00"), "08-10 09:00").until("08-12 18:00")
    (order,) = story.issue.supervision.open_orders
    assert order.presses[:2] == ("report#1", "issue#1")
    story.does(head(D1), do.Report(text="进展"), "08-13 09:00").does(COORDINATOR, approve(story))
    taken = [one for one in story.events if isinstance(one, OrderWithdrawn)]
    assert taken == [OrderWithdrawn(order=order.no, ground=WithdrawalGround.EXTENDED)]


@pytest.mark.parametrize(("seen", "late"), [("08-31 08:30", False), ("08-31 08:31", False), ("08-31 08:32", True)])
def test_what_stands_unmet_on_two_clocks_names_the_unit_for_both(seen: str, *, late: bool) -> None:
    """Criticised on 08-24 at 18:00 and brought up again at the opening of the fifth working day after it."""
    story = told().does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D1), "08-06 10:00")
    story.does(head(D1), do.Sign()).does(head(D1), do.Report(text="进展"))
    while (due := first_due(story.issue, POLICY)) is not None and due.at < at("08-31 08:30"):
        story.until(max(due.at, story.now))
    first = next(one for one in story.until(seen).events if isinstance(one, StillUnmet))
    assert (first.clock, first.rung, first.count, first.debtor) == ("issue#1", Rung.R3, 1, UNIT)
    assert (first.moment, first.late) == (at("08-31 08:30"), late)
    assert first.beside[:2] == (Unmet("solve#1", UNIT), Unmet("reply#1", UNIT))


def test_a_triager_that_is_late_after_a_unit_was_is_no_second_unit() -> None:
    story = rated(5).does(COORDINATOR, do.Rework(reason="另有遗漏"), "08-03 10:00").until("08-10 18:00")
    withdrawn(story, "08-11 09:00").does(ENTERPRISE, do.Reopen(reason="又出现了"), "08-12 09:00")
    assert set(story.issue.assignment.missed_by) == {D1}
    late = story.until("08-12 12:00").alarm("issue#2", Rung.R1)
    assert late is not None
    assert late.debtor == Party(Desk.COORDINATION)
    assert story.issue.supervision.drafts == ()


def test_a_unit_that_is_late_in_two_rounds_is_one_unit() -> None:
    story = in_hand().does(head(D1), do.Report(text="进展")).does(head(D1), RESULT, "08-12 09:00")
    story.does(COORDINATOR, PASS).does(head(D1), DELIVER).does(ENTERPRISE, rate(5, solved=True))
    assert set(story.issue.assignment.missed_by) == {D1}
    story.does(COORDINATOR, do.Rework(reason="另有遗漏"), "08-13 09:00").until("08-20 18:00")
    assert story.raised("solve#1") == [Rung.R0, Rung.R1]
    assert story.issue.supervision.drafts == ()
