"""Clocks that begin again go on with what was left (docs/decisions/0014, 14)."""

from datetime import timedelta

from bihuan.domain import commands as do
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.responsibility_time import charged
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.stage import Status
from tests.support.small_city.acts import ASK, FOLLOW, TERMINATE, UNFOLLOW, rate
from tests.support.small_city.calendar import MONDAY, at
from tests.support.small_city.desks import UNIT
from tests.support.small_city.people import COORDINATOR, DEPUTY, ENTERPRISE, head
from tests.support.small_city.policy import D1, D2, POLICY
from tests.support.small_city.rulings import ADD, RELEASE, REOPEN, approved
from tests.support.small_city.stages import accepted, in_hand, told

ANSWER = do.Answer(text="按现行规定答复", how="电话")


def test_triage_goes_on_with_what_was_left_after_following() -> None:
    story = accepted().does(COORDINATOR, FOLLOW, "08-03 17:00").does(COORDINATOR, UNFOLLOW, "08-05 09:00")
    assert story.due("triage#1") == at("08-05 10:00"), "an hour was left"
    assert story.open_clocks(Obligation.TRIAGE) == ["triage#1"]
    story.until("08-05 10:00")
    assert story.raised("triage#1") == [Rung.R0, Rung.R1]


def test_a_part_released_and_asked_again_goes_on_with_what_was_left() -> None:
    story = in_hand().does(COORDINATOR, ADD, "08-02 10:00").does(COORDINATOR, RELEASE, "08-05 17:00")
    story.does(COORDINATOR, ADD, "08-09 09:00")
    assert story.due("assist#1") == at("08-09 10:00")
    assert [(part.unit, part.open) for part in story.issue.parts] == [(D2, True)]
    assert story.until("08-09 10:00").raised("assist#1")[-1] is Rung.R1


def test_a_part_that_was_handed_in_is_asked_anew() -> None:
    story = (
        in_hand().does(COORDINATOR, ADD, "08-02 10:00").does(head(D2), do.SubmitPart(text="核定完毕"), "08-03 09:00")
    )
    story.does(COORDINATOR, RELEASE, "08-03 10:00").does(COORDINATOR, ADD, "08-04 09:00")
    assert story.due("assist#2") == at("08-09 18:00")


def test_a_part_handed_in_returned_and_released_goes_on_too() -> None:
    story = in_hand().does(COORDINATOR, ADD)
    due = story.due("assist#1")
    story.does(head(D2), do.SubmitPart(text="已核定"), "08-05 17:00").does(
        head(D1), do.ReturnPart(unit=D2, reason="缺图")
    )
    story.does(COORDINATOR, RELEASE, story.now).does(COORDINATOR, ADD, story.now)
    assert (story.open_clocks(Obligation.ASSIST), story.due("assist#1")) == (["assist#1"], due)


def test_a_round_after_an_answer_starts_a_clock_of_the_issue() -> None:
    story = told().does(COORDINATOR, ANSWER, "08-02 10:00").does(ENTERPRISE, rate(1, solved=False), "08-03 09:00")
    story.does(DEPUTY, do.Rework(reason="答非所问"), "08-04 09:00")
    assert story.issue.status is Status.UNTRIAGED
    assert story.issue.deadline.key == "issue#2"
    assert story.due("issue#2") == at("08-13 18:00")
    story.does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D1))
    assert story.open_clocks(Obligation.SOLVE) == [], "handed over in time: the issue's clock is the unit's"
    assert story.until("08-13 18:00").alarm("issue#2", Rung.R1) is not None
    late = story.alarm("issue#2", Rung.R1)
    assert late is not None
    assert late.debtor == UNIT
    assert story.issue.deadline.key == "issue#2"


def test_a_round_after_a_termination_without_a_unit_starts_a_clock_of_the_issue() -> None:
    story = approved(accepted().does(COORDINATOR, TERMINATE, "08-03 09:00"), "08-03 09:10", DEPUTY)
    story.does(ENTERPRISE, REOPEN, "08-05 09:00")
    assert (story.issue.status, story.issue.deadline.key) == (Status.UNTRIAGED, "issue#2")
    assert story.due("issue#2") == at("08-16 18:00")


def test_a_third_question_is_the_triager_s_own_time() -> None:
    story = told()
    for day in ("08-02", "08-03"):
        story.does(COORDINATOR, ASK, f"{day} 10:00").does(ENTERPRISE, do.Supply(text="补充"), f"{day} 11:00")
    story.does(COORDINATOR, ASK, "08-03 12:00")
    hours = {
        str(one.owes): one.elapsed for one in charged(story.issue.issue_no, story.recorded, POLICY, at("08-05 12:00"))
    }
    enterprise = f"enterprise:{story.issue.enterprise.uscc}"
    assert hours[enterprise] == timedelta(hours=2), "the first two questions"
    assert hours["coordination"] == at("08-05 12:00") - MONDAY - timedelta(hours=2)
