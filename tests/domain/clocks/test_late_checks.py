"""A check or ruling that is late is not the unit's time (docs/decisions/0014, 4): short histories of August 2021."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bihuan.domain import commands as do
from bihuan.domain.clocks.responsibility_time import charged
from bihuan.domain.clocks.trace import explained
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.notifications.registry import facts
from bihuan.domain.policy import Urgency
from bihuan.language.explanations import told as in_words
from bihuan.language.phrases import Tongue
from tests.support.small_city.acts import RESULT, RETURN, SEND_BACK, designate, hold, refuse_return, release
from tests.support.small_city.calendar import CALENDAR, MONDAY, OFFICE_DAY, at
from tests.support.small_city.people import COORDINATOR, DEPUTY, head
from tests.support.small_city.policy import D1, POLICY
from tests.support.small_city.rulings import ADD, alarms, an_hour_in_time, heard
from tests.support.small_city.stages import accepted, in_hand
from tests.support.small_city.story import Story, walk


def test_what_a_check_takes_beyond_its_own_limit_is_given_back_to_the_unit() -> None:
    story = an_hour_in_time().does(COORDINATOR, SEND_BACK, "08-17 10:00")
    assert story.due("issue#1") == at("08-16 10:00"), "two days and an hour and a half were the checker's"
    story.until("08-17 10:00")
    assert alarms(story, "issue#1")[-1] == (Rung.R1, f"unit:{D1}"), "the check's own day counts, so R1; and no order"
    assert story.until("08-17 17:59").issue.orders == ()
    assert story.until("08-17 18:00").raised("issue#1")[-1] is Rung.R2


def test_a_check_in_time_gives_nothing_back() -> None:
    story = an_hour_in_time().does(COORDINATOR, SEND_BACK, "08-12 18:00")
    assert story.due("issue#1") == at("08-11 18:00")


def test_time_that_a_mass_suspension_gives_back_is_not_given_back_twice_for_the_late_check() -> None:
    story = an_hour_in_time().until("08-12 18:00").does(DEPUTY, hold("08-20 18:00"), "08-13 08:30")
    story.does(DEPUTY, release(), "08-16 08:30").does(COORDINATOR, SEND_BACK, "08-17 08:30")
    assert story.due("issue#1") == at("08-13 18:00"), "a Friday held, a Monday late: two days, each once"


def test_an_order_s_reply_and_a_part_are_not_pressed_for_a_late_check_either() -> None:
    story = in_hand().does(head(D1), ADD).until("08-12 18:00")
    assert story.issue.orders, "the result is a day late"
    story.does(head(D1), replace(RESULT, open_parts_reason="不影响"), "08-13 09:00")
    reply, part = story.clock("reply#1").limit, story.clock("assist#1").limit
    before = story.copy().does(COORDINATOR, SEND_BACK, "08-16 18:00")
    story.does(COORDINATOR, SEND_BACK, "08-18 18:00")
    for key, budget in (("reply#1", reply), ("assist#1", part)):
        then, now = before.due(key), story.due(key)
        assert budget.amount == 3
        assert then is not None
        assert now is not None
        assert CALENDAR.office_time(then, now) == 2 * OFFICE_DAY, key


def test_the_late_check_is_charged_to_the_checker_to_the_second() -> None:
    story = an_hour_in_time().does(COORDINATOR, SEND_BACK, "08-17 10:00")
    whole = charged(story.issue.issue_no, story.recorded, POLICY, story.now)
    assert sum((one.elapsed for one in whole), timedelta()) == story.now - MONDAY
    of = {str(one.owes): one.elapsed for one in whole}
    assert of["coordination"] >= at("08-17 10:00") - at("08-11 17:00")
    assert of[f"unit:{D1}"] < at("08-11 17:00") - MONDAY


def test_the_enterprise_hears_that_a_late_check_moved_its_deadline() -> None:
    late = an_hour_in_time().does(COORDINATOR, SEND_BACK, "08-17 10:00")
    assert heard(late, "sent_back") >= {f"unit:{D1}", f"enterprise:{late.issue.enterprise.uscc}"}
    in_time = an_hour_in_time().does(COORDINATOR, SEND_BACK, "08-12 10:00")
    assert heard(in_time, "sent_back") == {f"unit:{D1}"}


def waiting(ruled: str = "08-13 10:00", ruling: do.Act | None = None) -> Story:
    """D1 asks for a return on 08-04; the ruling is due on 08-05 at 18:00 and comes days later."""
    story = in_hand().does(head(D1), do.Report(text="进展")).does(head(D1), RETURN, "08-04 10:00")
    return walk(story, ruled).does(COORDINATOR, ruling or refuse_return(), ruled)


@pytest.mark.parametrize("ruling", [refuse_return(), designate(D1)])
def test_what_a_ruling_on_a_return_takes_beyond_its_own_limit_is_given_back(ruling: do.Act) -> None:
    story = waiting(ruling=ruling)
    assert story.due("issue#1") == at("08-19 10:00"), "five days and an hour and a half were not the unit's"
    assert alarms(story, "issue#1")[1:] == [(Rung.R1, "coordination"), (Rung.R2, "coordination")]
    walk(story, "08-27 18:00")
    assert [rung for rung, owes in alarms(story, "issue#1") if owes == f"unit:{D1}"] == [
        Rung.R0,
        Rung.R1,
        Rung.R2,
        Rung.R3,
    ]
    assert [one.moment for one in story.alarms if one.clock == "issue#1"][-3:] == [
        at("08-19 10:00"),
        at("08-20 18:00"),
        at("08-26 18:00"),
    ]


def test_a_ruling_in_time_gives_nothing_back() -> None:
    assert waiting("08-05 18:00").due("issue#1") == at("08-11 18:00")


def test_the_enterprise_hears_of_the_deadline_a_late_ruling_moved() -> None:
    story = waiting()
    assert f"enterprise:{story.issue.enterprise.uscc}" in heard(story, "return_refused")
    told_of = facts(story.entries("return_refused")[-1].event, story.issue)
    assert told_of["due_at"] == at("08-19 10:00").isoformat()
    assert "enterprise" not in " ".join(heard(waiting("08-05 10:00"), "return_refused"))
    one = next(x for x in explained(story.issue.issue_no, story.recorded, {"v1": POLICY}) if x.clock.key == "issue#1")
    assert "裁定超时" in in_words(one, POLICY, Tongue.ZH)


def test_what_the_unit_heard_before_it_asked_is_not_said_again() -> None:
    story = in_hand(urgency=Urgency.CONSULT)
    walk(story, "08-04 09:00").does(head(D1), RETURN, "08-04 09:00")
    assert alarms(story, "issue#1")[-1] == (Rung.R1, f"unit:{D1}")
    walk(story, "08-13 10:00").does(COORDINATOR, refuse_return(), "08-13 10:00")
    walk(story, "08-13 18:00")
    assert [rung for rung, owes in alarms(story, "issue#1") if owes == f"unit:{D1}"].count(Rung.R1) == 1


def test_a_mass_suspension_in_a_late_ruling_counts_once() -> None:
    story = in_hand().does(head(D1), do.Report(text="进展")).does(head(D1), RETURN, "08-04 10:00")
    story.does(DEPUTY, hold("08-20 18:00"), "08-09 08:30").does(COORDINATOR, refuse_return(), "08-10 08:30")
    story.does(DEPUTY, release(), "08-11 08:30")
    assert story.due("issue#1") == at("08-16 18:00"), "a day late, two days held"


def test_rungs_of_the_issue_that_name_a_unit_after_its_own_time_come_no_sooner_than_its_own() -> None:
    story = accepted().does(COORDINATOR, do.HandOver(unit=D1), "08-06 10:00")
    story.does(head(D1), do.Sign()).does(head(D1), do.Report(text="进展"))
    assert story.due("solve#1") == at("08-17 18:00")
    walk(story, "08-24 18:00")
    clocks = ("issue#1", "solve#1")
    criticised = [one.moment for one in story.alarms if one.clock in clocks and one.rung is Rung.R3]
    assert criticised == [at("08-24 18:00")] * 2, "five days after its own limit, on both clocks"
