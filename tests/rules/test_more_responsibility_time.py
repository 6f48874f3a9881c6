"""The delay ledger where whom an issue waits for depends on the policy."""

from datetime import timedelta

from bihuan.domain.clocks.responsibility_time import charged, waits_for
from bihuan.domain.parties import Desk, Party
from tests.rules.worlds import APPEAL, CALLER, D1, ENTERPRISE, NO_ANSWER, POLICY, at, evaluating, head, rate


def test_a_call_back_in_vain_on_two_days_waits_for_the_ruling_on_the_appeal() -> None:
    story = evaluating().does(ENTERPRISE, rate(2, solved=False), "08-03 09:00").does(head(D1), APPEAL)
    assert waits_for(story.issue, POLICY, story.now) == Party(Desk.CALLBACK)
    story.does(CALLER, NO_ANSWER, "08-03 10:00").does(CALLER, NO_ANSWER, "08-04 10:00")
    assert waits_for(story.issue, POLICY, story.now) == Party(Desk.COORDINATION)
    until = at("08-04 16:00")
    whole = {one.owes: one.elapsed for one in charged(story.issue.issue_no, story.recorded, POLICY, until)}
    before = {one.owes: one.elapsed for one in charged(story.issue.issue_no, story.recorded, POLICY, story.now)}
    assert whole[Party(Desk.COORDINATION)] - before[Party(Desk.COORDINATION)] == timedelta(hours=6)
    assert whole[Party(Desk.CALLBACK)] == before[Party(Desk.CALLBACK)]
