"""The limit of a later unit (docs/decisions/0014, 14 and 16)."""

from datetime import timedelta

from bihuan.domain import commands as do
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.policy import Urgency
from tests.support.small_city.acts import (
    DELIVER,
    PASS,
    RESULT,
    RETURN,
    approve_return,
    designate,
    rate,
    suspend,
    transfer,
)
from tests.support.small_city.calendar import at
from tests.support.small_city.people import CITY_LEADER, COORDINATOR, ENTERPRISE, head
from tests.support.small_city.policy import D1, D2, D3
from tests.support.small_city.rulings import AS_COMPLAINT, REOPEN, alarms, approved
from tests.support.small_city.stages import in_hand, withdrawn
from tests.support.small_city.story import Story

HISTORIC, CONSULT = do.Classify(urgency=Urgency.HISTORIC), do.Classify(urgency=Urgency.CONSULT)

# 16: a later unit's limit


def test_a_class_found_after_dispatch_gives_a_later_unit_no_more_than_was_promised() -> None:
    story = in_hand().does(COORDINATOR, HISTORIC, "08-03 09:00").does(head(D1), transfer(D2), "08-04 09:00")
    assert story.due("solve#1") == at("08-13 18:00"), "seven days, as was promised, and not thirty"
    returned = in_hand().does(COORDINATOR, HISTORIC, "08-03 09:00").does(head(D1), RETURN, "08-03 10:00")
    assert returned.does(COORDINATOR, approve_return(D2), "08-04 09:00").due("solve#1") == at("08-13 18:00")


def test_a_law_found_after_dispatch_gives_a_later_unit_the_law_s_time() -> None:
    story = in_hand().does(COORDINATOR, AS_COMPLAINT, "08-03 09:00").does(head(D1), transfer(D2), "08-04 09:00")
    assert story.due("solve#1") == at("09-03 18:00")


def test_a_shorter_class_shortens_a_later_unit_s_limit_too() -> None:
    story = in_hand().does(COORDINATOR, CONSULT, "08-03 09:00").does(head(D1), transfer(D2), "08-04 09:00")
    assert story.due("solve#1") == at("08-05 18:00")


# 14 and 16, read for a unit that had the issue before


def round_trip(lost: str, back: str) -> Story:
    """D1 transfers to D2, which says it is not its own, and the issue goes back to D1."""
    story = in_hand().does(head(D1), do.Report(text="进展")).does(head(D1), transfer(D2), lost)
    story.does(head(D2), RETURN, story.now + timedelta(hours=1))
    return story.does(COORDINATOR, approve_return(D1), back)


def test_a_unit_that_gets_the_issue_back_goes_on_with_what_it_had_left() -> None:
    story = round_trip("08-04 09:00", "08-05 09:00")
    assert story.due("solve#2") == at("08-12 18:00"), "a day elsewhere; a limit in full would end on 08-16"
    again = story.does(head(D1), transfer(D3), "08-06 09:00").does(head(D3), RETURN, "08-06 10:00")
    again.does(COORDINATOR, designate(D1), "08-09 09:00")
    assert again.due("solve#4") == at("08-13 18:00"), "another day elsewhere"
    assert again.issue.designated


def test_a_unit_that_gets_back_what_was_late_has_at_least_the_sign_limit() -> None:
    story = in_hand().does(head(D1), do.Report(text="进展")).until("08-13 09:00")
    story.does(COORDINATOR, transfer(D2), "08-13 09:00").does(head(D2), RETURN, "08-13 10:00")
    story.does(COORDINATOR, approve_return(D1), "08-16 09:00")
    assert story.due("solve#2") == at("08-17 18:00")


def test_a_round_of_rework_leaves_nothing_of_the_round_before() -> None:
    story = round_trip("08-04 09:00", "08-05 09:00").does(head(D1), do.Sign()).does(head(D1), RESULT, "08-05 10:00")
    story.does(COORDINATOR, PASS).does(head(D1), DELIVER).does(ENTERPRISE, rate(1, solved=False))
    story.does(COORDINATOR, do.Rework(reason="未解决"), "08-06 09:00").does(COORDINATOR, transfer(D3), "08-06 10:00")
    story.does(head(D3), RETURN, "08-06 11:00").does(COORDINATOR, designate(D2), "08-09 09:00")
    assert story.clock("solve#5").until is None, "D2 had it in the first round only: the rework limit in full"
    assert story.due("solve#5") == at("08-16 18:00")


def test_a_late_hand_over_after_a_withdrawal_gives_back_what_was_left_and_no_more() -> None:
    story = withdrawn(in_hand().does(head(D1), do.Report(text="进展")), "08-10 09:00")
    story.does(ENTERPRISE, REOPEN, "08-12 09:00").does(COORDINATOR, do.Accept(), "08-16 09:00")
    story.does(COORDINATOR, do.HandOver(unit=D1), "08-16 09:00")
    assert story.due("solve#1") == at("08-17 18:00"), "as much as on 08-10 at 09:00"


def test_what_is_late_when_it_is_handed_over_is_not_the_units_though_triage_was_in_time() -> None:
    story = withdrawn(in_hand().does(head(D1), do.Report(text="进展")), "08-11 17:00")
    story.does(ENTERPRISE, REOPEN, "08-12 09:00").does(COORDINATOR, do.Accept(), "08-13 09:00")
    assert alarms(story, "issue#1")[-1] == (Rung.R1, "coordination")
    story.does(COORDINATOR, do.HandOver(unit=D1))
    assert story.due("solve#1") == at("08-16 18:00"), "an hour was left: at least the sign limit"


def test_a_later_unit_has_what_a_court_and_a_leader_gave_beyond_the_law() -> None:
    story = in_hand(category="ARREARS").does(head(D1), do.Report(text="进展"), "08-05 09:00")
    story.until("08-25 09:00").does(head(D1), suspend("09-24 09:00"), "08-25 09:00")
    approved(story, "08-25 10:00")
    story.does(head(D1), suspend("10-24 09:00"), "09-23 09:00")
    approved(story, "09-23 10:00")
    story.does(head(D1), suspend("11-22 09:00"), "10-22 09:00")
    approved(story, "10-22 10:00", CITY_LEADER)
    story.does(head(D1), do.Resume(reason="法院已裁定"), "11-04 09:00")
    given = story.due("issue#1")
    assert given is not None
    assert given > at("10-31 09:00"), "beyond the ninety days of the law"
    story.does(COORDINATOR, transfer(D2), "11-04 10:00")
    assert story.due("solve#1") == given
