"""Which limits govern an issue, and that it says so (docs/rules.md 4)."""

from dataclasses import replace

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.clocks.classification import governing
from bihuan.domain.intake.folds import opened
from bihuan.domain.ladder.escalation import agenda
from bihuan.domain.policy import Urgency
from tests.support.small_city.calendar import MONDAY, at
from tests.support.small_city.legal import THIRTY_DAYS, classify
from tests.support.small_city.people import COORDINATOR
from tests.support.small_city.policy import D1, POLICY, limit
from tests.support.small_city.stages import accepted, told


def test_an_issue_is_governed_from_receipt_by_the_law_of_its_category_and_says_so() -> None:
    story = told(category="ARREARS", urgency=Urgency.URGENT)
    assert (story.due("issue#1"), story.due("triage#1")) == (at(THIRTY_DAYS), at("08-16 18:00"))
    by = story.issue.governed_by
    assert by is not None
    assert (by.name, by.citation, by.solve_max) == ("LAW-ARREARS", "《LAW-ARREARS》某条", limit("90d"))


def test_undeclared_an_issue_stands_under_the_general_row_until_it_is_classified() -> None:
    story = told(urgency=None, category="")
    by = story.issue.governed_by
    assert by is not None
    assert (by.name, by.row) == ("PY-13710", "GENERAL")


def test_submission_classification_and_dispatch_carry_what_governs() -> None:
    story = accepted().does(COORDINATOR, classify("ARREARS")).does(COORDINATOR, do.HandOver(unit=D1))
    names = [
        (event.event, event.governed_by.name)
        for event in story.events
        if isinstance(event, ev.Submitted | ev.Classified | ev.Dispatched) and event.governed_by
    ]
    assert names == [("submitted", "PY-13710"), ("classified", "LAW-ARREARS"), ("dispatched", "LAW-ARREARS")]
    assert story.issue.governed_by == governing(story.issue, POLICY)


def test_an_issue_of_before_there_were_laws_is_governed_by_the_profile_of_its_own_policy() -> None:
    before = replace(POLICY, laws=())
    story = told()
    first = story.events[0]
    assert isinstance(first, ev.Submitted)
    old = opened(story.issue.issue_no, replace(first, governed_by=None), MONDAY)
    assert old.governed_by is None
    assert governing(old, before).name == "PY-13710"
    assert all(due.rung for due in agenda(old, before))
