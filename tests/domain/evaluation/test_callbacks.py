"""Call-backs against a bad rating, and enterprises without an account (docs/rules.md 1.8, rulings 10, 12 and 16)."""

from dataclasses import replace

import pytest

from bihuan.domain import commands as do
from bihuan.domain.access.authorization import may_read
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.refusals import (
    FieldMissing,
    HandlerMayNotJudge,
    NotPermitted,
    ReceiptNotCompleted,
    RecorderMayNotVerify,
)
from bihuan.domain.stage import Outcome, Status
from tests.support.small_city.acts import (
    APPEAL,
    CONFIRMED,
    DELIVER,
    GENUINE,
    NO_ANSWER,
    NOT_SOLVED,
    PASS,
    REJECT,
    RESULT,
    approve,
    rate,
    refuse,
    take_back,
)
from tests.support.small_city.calendar import at
from tests.support.small_city.people import CALLER, COORDINATOR, DEPUTY, ENTERPRISE, SERVICE, head, hub
from tests.support.small_city.policy import D1, POLICY
from tests.support.small_city.stages import evaluating, in_hand, returned, told
from tests.support.small_city.story import Story

BY_NAME = do.Enterprise("恒捷化工有限公司")


def bad(score: int = 2, *, solved: bool = False) -> Story:
    return evaluating().does(ENTERPRISE, rate(score, solved=solved))


@pytest.mark.parametrize(("score", "solved"), [(2, False), (2, True), (5, False)])
def test_two_unanswered_days_end_a_call_back_also_where_the_rating_is_bad(score: int, *, solved: bool) -> None:
    story = bad(score, solved=solved).does(CALLER, NO_ANSWER, "08-03 09:00").does(CALLER, NO_ANSWER, "08-04 09:00")
    assert (story.issue.status, story.issue.round) == (Status.IN_PROGRESS, 2)
    assert [order.rung for order in story.issue.open_orders] == [Rung.R2]


def test_one_unanswered_day_does_not() -> None:
    story = bad().does(CALLER, NO_ANSWER, "08-03 09:00").does(CALLER, NO_ANSWER, "08-03 17:00")
    assert story.issue.status is Status.CALLBACK


def test_who_called_in_vain_is_not_pressed_while_an_appeal_is_undecided() -> None:
    story = bad().does(head(D1), APPEAL).does(CALLER, NO_ANSWER, "08-02 10:00").does(CALLER, NO_ANSWER, "08-03 10:00")
    late = story.until("08-03 18:00").alarm("callback#1", Rung.R1)
    assert late is not None
    assert late.debtor == Party(Desk.COORDINATION)


def test_who_called_once_is_pressed_to_call_again_in_spite_of_an_appeal() -> None:
    story = bad().does(head(D1), APPEAL).does(CALLER, NO_ANSWER, "08-02 10:00").until("08-03 18:00")
    late = story.alarm("callback#1", Rung.R1)
    assert late is not None
    assert late.debtor == Party(Desk.CALLBACK)


def test_confirming_against_a_bad_rating_needs_a_record() -> None:
    with pytest.raises(FieldMissing) as refusal:
        bad().does(CALLER, replace(CONFIRMED, record=" "))
    assert refusal.value.field == "record"
    record = do.CallBack(result=do.CallResult.CONFIRMED, record="企业称已送电，评分系误点")
    assert bad().does(CALLER, record).issue.status is Status.EVALUATED


def test_confirming_without_a_rating_needs_none() -> None:
    story = evaluating().until("08-10 09:00")
    assert story.does(CALLER, CONFIRMED).issue.status is Status.EVALUATED


def test_a_report_is_taken_while_the_return_is_reviewed() -> None:
    story = returned().does(head(D1), do.Report(text="已联系企业"))
    assert story.issue.status is Status.RETURN_REVIEW
    assert story.clock("report#1").ended_at is not None


def by_name() -> Story:
    story = told(enterprise=BY_NAME)
    story.does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D1)).does(head(D1), do.Sign())
    return story.does(head(D1), RESULT).does(COORDINATOR, PASS).does(head(D1), DELIVER)


def test_an_enterprise_by_name_rates_through_the_call_back_agent_with_proof() -> None:
    story = by_name()
    assert Party(Desk.CALLBACK) in story.entries("delivered")[0].tell
    assert may_read(story.issue, CALLER, POLICY)
    with pytest.raises(FieldMissing) as refusal:
        story.copy().does(CALLER, rate(5, solved=True))
    assert refusal.value.field == "proof"
    story.does(CALLER, do.Rate(score=5, solved=True, proof="8月2日电话录音"))
    assert story.issue.status is Status.EVALUATED


def test_it_withdraws_and_reopens_so_too() -> None:
    story = told(enterprise=BY_NAME).does(CALLER, do.Withdraw(reason="已自行解决", proof="来函"))
    assert story.issue.outcome is Outcome.WITHDRAWN
    assert story.does(CALLER, do.Reopen(reason="又发生", proof="来函")).issue.status is Status.UNTRIAGED


def test_nobody_records_the_word_of_an_enterprise_that_has_an_account() -> None:
    with pytest.raises(NotPermitted):
        evaluating().does(CALLER, do.Rate(score=5, solved=True, proof="电话"))


def test_whoever_handled_it_does_not_record_its_rating() -> None:
    with pytest.raises(HandlerMayNotJudge):
        by_name().does(Actor(Role.CBK, head(D1).person), do.Rate(score=5, solved=True, proof="电话"))


def incomplete() -> Story:
    return told(contact="", who=Actor(Role.SUP, "keyer who has left", "G1"))


def test_coordination_completes_what_its_keyer_left() -> None:
    story = incomplete().does(COORDINATOR, do.Complete(contact="经办人"))
    assert story.issue.status is Status.UNTRIAGED


def test_coordination_rejects_what_was_never_completed() -> None:
    story = incomplete().does(COORDINATOR, REJECT)
    assert story.issue.clock(Obligation.REQUEST) is not None
    assert story.does(DEPUTY, approve(story)).issue.outcome is Outcome.REJECTED


@pytest.mark.parametrize("who", [hub("410923"), SERVICE])
def test_no_other_triager_does(who: Actor) -> None:
    with pytest.raises(ReceiptNotCompleted):
        incomplete().does(who, REJECT)


@pytest.mark.parametrize("other", ["", "  "])
def test_another_legal_channel_is_named(other: str) -> None:
    reject = do.Reject(ground=do.RejectGround.OTHER_LEGAL_CHANNEL, reason="已诉讼", other_channel=other)
    end = do.AskTermination(ground=do.TerminationGround.OTHER_LEGAL_CHANNEL, reason="已诉讼", other_channel=other)
    for story, who, act in ((told(), COORDINATOR, reject), (in_hand(), head(D1), end)):
        with pytest.raises(FieldMissing) as refusal:
            story.does(who, act)
        assert refusal.value.field == "other_channel"
    assert at("08-02 09:00") == told().now


def in_vain(story: Story) -> Story:
    """D1 appeals, and nobody answers on two days before that is ruled on."""
    story.does(head(D1), APPEAL).does(CALLER, NO_ANSWER, "08-03 10:00")
    return story.does(CALLER, NO_ANSWER, "08-04 10:00")


@pytest.mark.parametrize("by", [COORDINATOR, head(D1)])
def test_two_calls_in_vain_are_enough_once_the_appeal_is_refused_or_taken_back(by: Actor) -> None:
    story = in_vain(bad())
    assert story.issue.status is Status.CALLBACK
    story.does(by, refuse(story) if by is COORDINATOR else take_back(story), "08-05 10:00")
    assert (story.issue.status, story.issue.round) == (Status.IN_PROGRESS, 2)
    assert [order.unit for order in story.issue.open_orders] == [D1], "the rating stood: R2"


def test_one_call_in_vain_is_not_enough_when_an_appeal_is_refused() -> None:
    story = bad().does(head(D1), APPEAL).does(CALLER, NO_ANSWER, "08-03 10:00")
    assert story.does(COORDINATOR, refuse(story)).issue.status is Status.CALLBACK


def test_who_recorded_a_rating_or_a_withdrawal_does_not_ask_the_enterprise_about_it() -> None:
    another = Actor(Role.CBK, "another caller")
    rated = evaluating(enterprise=BY_NAME).does(CALLER, replace(rate(1, solved=False), proof="书面评价"))
    gone = in_hand(enterprise=BY_NAME).does(CALLER, do.Withdraw(reason="不办了", proof="书面申请"))
    for story, act in ((rated, NOT_SOLVED), (gone, GENUINE)):
        with pytest.raises(RecorderMayNotVerify):
            story.does(CALLER, act)
        story.does(another, act)
        assert story.issue.status is not Status.CALLBACK
        assert story.issue.withdrawal is None
