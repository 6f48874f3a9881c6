"""Reopening after a withdrawal: what goes on, with what was left, and what does not come back."""

from dataclasses import replace

from bihuan.domain import commands as do
from bihuan.domain.clocks.clock import WITHDRAWN, Obligation, Pause
from bihuan.domain.evaluation.reopening import without_result
from tests.support.small_city.acts import DELIVER, PASS, RESULT, approve, extend, rate
from tests.support.small_city.calendar import at
from tests.support.small_city.people import COORDINATOR, ENTERPRISE, LIAISON, head
from tests.support.small_city.policy import D1
from tests.support.small_city.stages import accepted, closed, in_hand, told, withdrawn
from tests.support.small_city.story import Story

REOPEN = do.Reopen(reason="又出现了")


def reopened(story: Story, withdrawn_at: str = "08-13 09:00", when: str = "08-16 09:00") -> Story:
    return withdrawn(story, withdrawn_at).does(ENTERPRISE, REOPEN, when)


def test_an_issue_that_no_unit_had_has_no_earlier_unit_and_goes_on_with_its_triage() -> None:
    story = reopened(accepted(), "08-03 17:00", "08-05 09:00")
    assert (story.issue.assignment.holder, story.issue.assignment.earlier_holders) == ("", ())
    assert story.clock("triage#1").pauses == (Pause(at("08-03 17:00"), WITHDRAWN, at("08-05 09:00")),)
    assert story.due("triage#1") == at("08-05 10:00")


def test_the_unit_that_had_it_is_an_earlier_one_and_no_unit_holds_it() -> None:
    story = reopened(in_hand())
    assert (story.issue.assignment.holder, story.issue.assignment.earlier_holders) == ("", (D1,))


def test_what_was_completed_is_not_to_be_completed_again() -> None:
    story = told(contact="").does(LIAISON, do.Complete(contact="经办人"))
    reopened(story, "08-03 09:00", "08-04 09:00")
    assert story.open_clocks(Obligation.COMPLETE) == []
    assert not story.clock("complete#1").pauses


def test_an_order_stands_as_it_stood_and_its_reply_goes_on_with_what_was_left() -> None:
    story = in_hand().does(head(D1), do.Report(text="进展")).until("08-12 18:00")
    assert story.due("reply#1") == at("08-17 18:00")
    reopened(story)
    assert [(order.open, order.presses) for order in story.issue.supervision.orders] == [(True, ("issue#1",))]
    assert "order_revived" not in story.names, "it was never over"
    assert story.clock("reply#1").pauses == (Pause(at("08-13 09:00"), WITHDRAWN, at("08-16 09:00")),)
    assert story.due("reply#1") == at("08-18 18:00"), "a day lay between"


def test_an_order_that_was_done_before_stays_done_and_so_does_its_reply() -> None:
    story = in_hand().until("08-06 18:00")
    assert [order.presses for order in story.issue.supervision.open_orders] == [("report#1",)]
    story.does(head(D1), do.Report(text="进展"), "08-09 09:00")
    reopened(story, "08-10 09:00", "08-11 09:00")
    assert [order.open for order in story.issue.supervision.orders] == [False]
    assert story.open_clocks(Obligation.REPLY) == []


def in_rework() -> Story:
    """A second round since 08-03 10:00, due on 08-10 and extended to 08-12."""
    story = in_hand().does(head(D1), RESULT).does(COORDINATOR, PASS).does(head(D1), DELIVER)
    story.does(ENTERPRISE, rate(5, solved=True), "08-03 09:00")
    story.does(COORDINATOR, do.Rework(reason="未办到位"), "08-03 10:00").does(head(D1), extend("08-12 18:00"))
    return story.does(COORDINATOR, approve(story))


def test_what_was_left_of_a_round_of_rework_is_a_clock_of_the_issue_and_of_no_unit() -> None:
    story = reopened(in_rework(), "08-12 17:00", "08-16 09:00")
    anew, own = story.issue.deadline, story.clock("solve#1")
    assert own.grant == 1, "it was extended"
    assert (anew.key, anew.unit, anew.grant) == ("issue#2", "", 0)
    assert anew.pauses == (Pause(at("08-12 17:00"), WITHDRAWN, at("08-16 09:00")),)
    kept = replace(own, obligation=anew.obligation, occurrence=2, unit="", grant=0, ended_at=None, pauses=anew.pauses)
    assert anew == kept
    assert story.due("issue#2") == at("08-16 10:00"), "an hour was left"


def test_an_order_of_a_round_of_rework_presses_the_clock_that_goes_on() -> None:
    story = in_rework().until("08-13 18:00")
    assert [order.presses for order in story.issue.supervision.open_orders] == [("solve#1",)]
    reopened(story, "08-16 09:00", "08-17 09:00")
    assert [(order.open, order.presses) for order in story.issue.supervision.orders] == [(True, ("solve#1", "issue#2"))]


def test_handed_over_again_a_unit_signs_and_reports_anew_and_nothing_else_comes_back() -> None:
    story = reopened(in_hand(), "08-03 09:00", "08-03 10:00")
    story.does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D1))
    running = {one.key for one in story.issue.clocks if one.open}
    assert running == {"issue#1", "sign#2", "report#2"}


def test_of_the_last_result_and_what_was_thought_of_it_nothing_is_kept() -> None:
    issue = closed().issue
    done = replace(issue, evaluation=replace(issue.evaluation, no_answers=(at("08-03 09:00"),)))
    assert None not in (done.evaluation.outcome, done.evaluation.rating, done.evaluation.rated_at, done.closed_at)
    forgotten = replace(done.evaluation, outcome=None, rating=None, rated_at=None, no_answers=())
    anew = replace(done, evaluation=forgotten, closed_at=None)
    assert without_result(done) == anew
