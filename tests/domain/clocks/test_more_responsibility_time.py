"""The delay ledger where whom an issue waits for depends on the policy."""

from datetime import timedelta

from bihuan.domain.clocks.responsibility_time import responsibility_times, responsible_party
from bihuan.domain.parties import Desk, Party
from tests.support.small_city.acts import APPEAL, NO_ANSWER, rate
from tests.support.small_city.calendar import at
from tests.support.small_city.people import CALLER, ENTERPRISE, head
from tests.support.small_city.policy import D1, POLICY
from tests.support.small_city.stages import evaluating


def test_a_call_back_in_vain_on_two_days_waits_for_the_ruling_on_the_appeal() -> None:
    story = evaluating().does(ENTERPRISE, rate(2, solved=False), "08-03 09:00").does(head(D1), APPEAL)
    assert responsible_party(story.issue, POLICY, story.now) == Party(Desk.CALLBACK)
    story.does(CALLER, NO_ANSWER, "08-03 10:00").does(CALLER, NO_ANSWER, "08-04 10:00")
    assert responsible_party(story.issue, POLICY, story.now) == Party(Desk.COORDINATION)
    until = at("08-04 16:00")
    whole = {
        one.responsible: one.elapsed
        for one in responsibility_times(story.issue.issue_no, story.recorded, POLICY, until)
    }
    before = {
        one.responsible: one.elapsed
        for one in responsibility_times(story.issue.issue_no, story.recorded, POLICY, story.now)
    }
    assert whole[Party(Desk.COORDINATION)] - before[Party(Desk.COORDINATION)] == timedelta(hours=6)
    assert whole[Party(Desk.CALLBACK)] == before[Party(Desk.CALLBACK)]
