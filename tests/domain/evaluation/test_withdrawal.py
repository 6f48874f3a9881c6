"""Withdrawal and its audit: nobody makes an enterprise withdraw (docs/rules.md 6.4, ruling 15)."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain.access.authorization import may_read
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import SYSTEM
from bihuan.domain.refusals import DesignatedUnitMustHandle, FieldMissing, NoWithdrawalToAudit, WithdrawalUnderAudit
from bihuan.domain.stage import Outcome, Status
from tests.support.small_city.acts import MERGE, REJECT, RETURN, TAKEN_IN, approve, designate, transfer
from tests.support.small_city.calendar import at
from tests.support.small_city.orders import reply, under_order
from tests.support.small_city.people import CALLER, COORDINATOR, DEPUTY, ENTERPRISE, LIAISON, head
from tests.support.small_city.policy import D1, D2, D3, HUBBED, HUBBED_HUB, PLAIN, POLICY
from tests.support.small_city.stages import accepted, dispatched, evaluating, in_hand, told, withdrawn
from tests.support.small_city.story import Story

WITHDRAW, REOPEN = do.Withdraw(reason="不办了"), do.Reopen(reason="又出现了")


def audit(verdict: do.AuditVerdict) -> do.AuditWithdrawal:
    return do.AuditWithdrawal(verdict=verdict, record="电话询问企业法人")


def asked() -> Story:
    """Withdrawn an hour after the unit signed."""
    return in_hand().does(ENTERPRISE, WITHDRAW, "08-02 10:00")


@pytest.mark.parametrize("made", [accepted, dispatched])
def test_a_withdrawal_that_nobody_can_have_pressed_for_closes_at_once(made: object) -> None:
    assert callable(made)
    assert made().does(ENTERPRISE, WITHDRAW).issue.outcome is Outcome.WITHDRAWN


def test_three_days_after_the_last_act_of_a_unit_it_does_too() -> None:
    assert in_hand().does(ENTERPRISE, WITHDRAW, "08-05 18:00").issue.outcome is Outcome.WITHDRAWN
    assert in_hand().does(ENTERPRISE, WITHDRAW, "08-05 17:59").issue.status is Status.IN_PROGRESS


def test_soon_after_an_act_of_the_unit_the_call_back_agent_asks_first() -> None:
    story = asked()
    assert story.issue.status is Status.IN_PROGRESS
    assert Party(Desk.CALLBACK) in story.entries("withdrawal_asked")[0].tell
    assert may_read(story.issue, CALLER, POLICY)
    audit_clock = story.issue.clock(Obligation.AUDIT)
    assert audit_clock is not None
    alarm = story.until("08-03 18:00").alarm(audit_clock.key, Rung.R1)
    assert alarm is not None
    assert (alarm.debtor, alarm.told[0]) == (Party(Desk.CALLBACK), Party(Desk.CALLBACK_HEAD))


def test_while_an_order_stands_it_asks_too() -> None:
    story = under_order(Status.DISPATCHED)
    assert story.does(ENTERPRISE, WITHDRAW).issue.withdrawal is not None
    assert story.issue.open_orders


def test_the_issue_goes_on_while_it_is_audited() -> None:
    story, without = asked(), in_hand()
    assert story.due("issue#1") == without.due("issue#1")
    assert story.does(head(D1), do.Report(text="正在施工")).issue.withdrawal is not None


def test_found_genuine_it_is_withdrawn() -> None:
    story = asked().does(CALLER, audit(do.AuditVerdict.GENUINE))
    assert (story.issue.outcome, story.issue.withdrawal) == (Outcome.WITHDRAWN, None)
    assert story.names[-2:] == ["withdrawal_audited", "withdrawn"]


def test_the_enterprise_may_change_its_mind() -> None:
    story = asked().does(CALLER, audit(do.AuditVerdict.KEPT))
    assert (story.issue.status, story.issue.open_orders) == (Status.IN_PROGRESS, ())
    assert story.issue.clock(Obligation.AUDIT) is None


def test_found_pressed_it_goes_on_as_if_never_withdrawn_and_the_unit_must_explain() -> None:
    story = asked().does(CALLER, audit(do.AuditVerdict.PRESSED))
    assert story.issue.status is Status.IN_PROGRESS
    assert story.due("issue#1") == in_hand().due("issue#1")
    (order,) = story.issue.open_orders
    assert (order.rung, order.unit, order.ground, order.presses) == (Rung.R2, D1, "PRESSED_TO_WITHDRAW", ())
    assert Party(Desk.UNIT_HEAD, D1) in story.entries("order_issued")[0].tell
    story.does(head(D1), reply(story))
    assert story.issue.open_orders, "a reply is judged by the group, not by itself"


def test_nothing_to_do_for_the_unit_leaves_it_to_explain_all_the_same() -> None:
    story = evaluating().does(ENTERPRISE, WITHDRAW).does(CALLER, audit(do.AuditVerdict.PRESSED))
    assert story.issue.status is Status.EVALUATING
    assert [order.ground for order in story.issue.open_orders] == ["PRESSED_TO_WITHDRAW"]


def test_the_explanation_is_owed_whatever_else_the_unit_does_late() -> None:
    story = asked().does(CALLER, audit(do.AuditVerdict.PRESSED))
    first = story.issue.orders[0].no
    story.does(head(D1), do.ReplyOrder(order=first, text="企业自愿")).until("08-06 18:00")
    assert [(one.ground, one.presses) for one in story.issue.open_orders][1:] == [("OVERDUE", ("report#1",))]
    story.does(head(D1), do.Report(text="正在施工"))
    assert [one.no for one in story.issue.open_orders] == [first]


def test_a_late_explanation_joins_its_own_order() -> None:
    story = asked().does(CALLER, audit(do.AuditVerdict.PRESSED)).does(head(D1), do.Report(text="正在施工"))
    (order,) = story.until("08-06 18:00").issue.open_orders
    assert order.presses == ("reply#1",)


def test_under_an_order_to_act_the_explanation_is_ordered_beside_it_and_once() -> None:
    story = under_order(Status.DISPATCHED).does(ENTERPRISE, WITHDRAW).does(CALLER, audit(do.AuditVerdict.PRESSED))
    story.does(ENTERPRISE, WITHDRAW).does(CALLER, audit(do.AuditVerdict.PRESSED))
    assert [order.ground for order in story.issue.open_orders] == ["OVERDUE", "PRESSED_TO_WITHDRAW"]
    story.does(head(D1), do.Sign())
    assert [order.ground for order in story.issue.open_orders] == ["PRESSED_TO_WITHDRAW"]


def test_the_hub_that_triages_explains_where_no_unit_holds_it_yet() -> None:
    story = told(county=HUBBED).until("08-04 18:01").does(ENTERPRISE, WITHDRAW)
    story.does(CALLER, audit(do.AuditVerdict.PRESSED))
    assert (story.issue.orders[-1].unit, story.issue.orders[-1].ground) == (HUBBED_HUB, "PRESSED_TO_WITHDRAW")


def test_it_is_asked_once_and_audited_once() -> None:
    with pytest.raises(WithdrawalUnderAudit):
        asked().does(ENTERPRISE, WITHDRAW)
    with pytest.raises(NoWithdrawalToAudit):
        in_hand().does(CALLER, audit(do.AuditVerdict.GENUINE))
    with pytest.raises(FieldMissing):
        asked().does(CALLER, do.AuditWithdrawal(verdict=do.AuditVerdict.GENUINE, record=" "))


def test_an_issue_that_ends_otherwise_leaves_no_audit() -> None:
    story = in_hand().does(ENTERPRISE, WITHDRAW)
    story.does(head(D1), do.AskTermination(ground=do.TerminationGround.NOT_COOPERATING, reason="企业撤单"))
    story.does(COORDINATOR, do.RuleRequest(request=story.issue.requests[-1].no, ruling=do.Ruling.APPROVE, reason="可"))
    assert (story.issue.outcome, story.issue.withdrawal) == (Outcome.TERMINATED, None)
    assert story.open_clocks(Obligation.AUDIT) == []


# 重新打开 · reopened


def test_a_designation_is_not_lost_by_a_withdrawal() -> None:
    story = dispatched().does(head(D1), RETURN).does(COORDINATOR, designate(D1))
    withdrawn(story, "08-02 10:00").does(ENTERPRISE, REOPEN, "08-03 09:00").does(COORDINATOR, do.Accept())
    another = story.copy().does(COORDINATOR, do.HandOver(unit=D2))
    another.does(head(D2), RETURN)
    story.does(COORDINATOR, do.HandOver(unit=D1))
    for act in (RETURN, transfer(D3)):
        with pytest.raises(DesignatedUnitMustHandle):
            story.does(head(D1), act)


def incomplete(ending: str) -> Story:
    story = told(county="", contact="")
    if ending == "rejected":
        return story.does(COORDINATOR, REJECT).does(DEPUTY, approve(story))
    if ending == "merged":
        return story.does(COORDINATOR, MERGE).does(SYSTEM, TAKEN_IN)
    return story.does(ENTERPRISE, do.Withdraw(reason="不报了"))


@pytest.mark.parametrize("ending", ["rejected", "merged", "withdrawn"])
def test_what_was_never_completed_is_to_be_completed_when_it_is_reopened(ending: str) -> None:
    story = incomplete(ending)
    assert story.issue.closed
    story.does(ENTERPRISE, REOPEN, "08-04 09:00")
    assert story.issue.status is Status.SUBMITTED
    assert len(story.open_clocks(Obligation.COMPLETE)) == 1
    assert story.open_clocks(Obligation.TRIAGE) == []
    assert f"liaison:{LIAISON.person}" in {str(party) for party in story.entries("reopened")[-1].tell}
    story.does(LIAISON, do.Complete(county=PLAIN, contact="经办人"))
    assert (story.issue.status, story.issue.county) == (Status.UNTRIAGED, PLAIN)


def test_completing_goes_on_with_what_was_left_after_a_withdrawal() -> None:
    story = told(county="").does(ENTERPRISE, WITHDRAW, "08-03 17:00").does(ENTERPRISE, REOPEN, "08-04 08:30")
    assert story.open_clocks(Obligation.COMPLETE) == ["complete#1"]
    assert story.due("complete#1") == at("08-04 09:30"), "an hour was left"
