"""Receipt and its clock (docs/rules.md 1). The moments are worked out by hand from its limits."""

from bihuan.domain import commands as do
from bihuan.domain.policy import Urgency
from tests.support.small_city.calendar import DUE, at
from tests.support.small_city.people import LIAISON
from tests.support.small_city.stages import told


def test_the_issue_clock_starts_at_receipt_with_the_solve_limit() -> None:
    assert told().due("issue#1") == at(DUE)
    assert told(urgency=Urgency.URGENT).due("issue#1") == at("08-05 18:00")
    assert told(urgency=Urgency.CONSULT).due("issue#1") == at("08-03 18:00")
    assert told(urgency=Urgency.CONSULT, complex=True).due("issue#1") == at("08-05 18:00")
    assert told(urgency=Urgency.COMPLEX).due("issue#1") == at("09-01 18:00")
    # thirty days after 3 September is a Sunday in the holiday week: rolled to the first working day
    assert told(at("09-03 09:00"), urgency=Urgency.HISTORIC).due("issue#1") == at("10-08 18:00")


def test_a_receipt_waiting_to_be_completed_does_not_stop_the_issue_clock() -> None:
    story = told(contact="").does(LIAISON, do.Complete(contact="经办人"), "08-03 10:00")
    assert story.due("issue#1") == at(DUE)
    assert story.due("triage#1") == at("08-04 18:00")
