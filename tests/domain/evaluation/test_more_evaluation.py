"""Ratings, call-backs, withdrawals and reopening: what each act puts on record, and what it leads to."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.evaluation.decisions import sampled
from bihuan.domain.evaluation.rounds import UNANSWERED
from bihuan.domain.ladder.papers import Ground, Paper, Reason
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.people import Actor
from bihuan.domain.refusals import RatingOutOfRange, RequestStillOpen
from bihuan.domain.stage import Status
from tests.support.small_city.acts import APPEAL, CONFIRMED, DELIVER, NO_ANSWER, NOT_SOLVED, PASS, RESULT, rate
from tests.support.small_city.orders import levelled_up, under_order
from tests.support.small_city.people import CALLER, COORDINATOR, ENTERPRISE, head
from tests.support.small_city.policy import D1, POLICY
from tests.support.small_city.stages import evaluating, in_hand, rated, withdrawn
from tests.support.small_city.story import Story

BY_NAME = do.Enterprise("恒捷化工有限公司")
REASON, PROOF = "不办了", "8月2日电话录音"


def calling(score: int = 2, *, solved: bool = False) -> Story:
    return rated(score, solved=solved)


def unrated() -> Story:
    return evaluating().until("08-10 09:00")


def called(who_rated: Callable[[], Story], day: str) -> Story:
    story = who_rated()
    return story.does(CALLER, NO_ANSWER, f"08-{day} 09:00")


def audited() -> Story:
    return in_hand().does(ENTERPRISE, do.Withdraw(reason=REASON))


CASES: dict[str, tuple[Callable[[], Story], Actor, do.Act, list[ev.Event]]] = {
    "a rating": (
        evaluating,
        ENTERPRISE,
        do.Rate(score=4, solved=True, comment="尚可"),
        [ev.Rated(score=4, solved=True, comment="尚可", callback_due=False, by=ENTERPRISE)],
    ),
    "a rating that was recorded": (
        lambda: evaluating(enterprise=BY_NAME),
        CALLER,
        do.Rate(score=2, solved=True, proof=PROOF),
        [ev.Rated(score=2, solved=True, comment="", callback_due=True, proof=PROOF, by=CALLER)],
    ),
    "a call": (
        unrated,
        CALLER,
        CONFIRMED,
        [ev.CalledBack(result=CONFIRMED.result, record=CONFIRMED.record, settled=True)],
    ),
    "a call in vain": (
        unrated,
        CALLER,
        NO_ANSWER,
        [ev.CalledBack(result=NO_ANSWER.result, record="", settled=False)],
    ),
    "a second call in vain": (
        lambda: called(unrated, "10"),
        CALLER,
        replace(NO_ANSWER, record="无人接听"),
        [ev.CalledBack(result=NO_ANSWER.result, record="无人接听", settled=False)],
    ),
    "a call that confirms against a bad rating": (
        calling,
        CALLER,
        CONFIRMED,
        [ev.CalledBack(result=CONFIRMED.result, record=CONFIRMED.record, settled=True)],
    ),
    "a withdrawal": (
        lambda: evaluating(enterprise=BY_NAME).until("08-06 09:00"),
        CALLER,
        do.Withdraw(reason=REASON, proof=PROOF),
        [ev.Withdrawn(reason=REASON, proof=PROOF)],
    ),
    "a withdrawal to be audited": (
        lambda: in_hand(enterprise=BY_NAME),
        CALLER,
        do.Withdraw(reason=REASON, proof=PROOF),
        [ev.WithdrawalAsked(reason=REASON, proof=PROOF, by=CALLER)],
    ),
    "a genuine withdrawal": (
        audited,
        CALLER,
        do.AuditWithdrawal(verdict=do.AuditVerdict.GENUINE, record="自愿"),
        [ev.WithdrawalAudited(verdict=do.AuditVerdict.GENUINE, record="自愿"), ev.Withdrawn(reason=REASON)],
    ),
    "a withdrawal not meant": (
        audited,
        CALLER,
        do.AuditWithdrawal(verdict=do.AuditVerdict.KEPT, record="不撤了"),
        [ev.WithdrawalAudited(verdict=do.AuditVerdict.KEPT, record="不撤了")],
    ),
    "a close-out": (
        lambda: rated(5),
        COORDINATOR,
        do.CloseOut(summary="已送电"),
        [ev.ClosedOut(summary="已送电")],
    ),
    "a reopening": (
        lambda: withdrawn(in_hand()),
        ENTERPRISE,
        do.Reopen(reason="又出现了", proof=PROOF),
        [ev.Reopened(reason="又出现了", proof=PROOF)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_said_is_put_on_record_as_it_was_said(case: str) -> None:
    before, who, act, events = CASES[case]
    story = before()
    known = len(story.events)
    assert story.does(who, act).events[known:] == events


@pytest.mark.parametrize(
    ("before", "who", "act", "reason"),
    [
        (calling, COORDINATOR, do.Rework(reason="未办到位"), "未办到位"),
        (calling, CALLER, NOT_SOLVED, NOT_SOLVED.record),
        (lambda: called(calling, "03"), CALLER, NO_ANSWER, UNANSWERED),
    ],
)
def test_another_round_says_why_and_on_a_bad_rating_orders(
    before: Callable[[], Story], who: Actor, act: do.Act, reason: str
) -> None:
    story = before().does(who, act, "08-04 10:00")
    (again,) = (one for one in story.events if isinstance(one, ev.ReworkOrdered))
    assert again.reason == reason
    assert story.raised("solve#1") == [Rung.R2]
    assert [order.unit for order in story.issue.supervision.open_orders] == [D1]


def test_on_a_good_rating_another_round_orders_nothing() -> None:
    story = rated(5).does(COORDINATOR, do.Rework(reason="另有遗漏"))
    assert (story.issue.status, story.issue.round) == (Status.IN_PROGRESS, 2)
    assert story.alarms == []


@pytest.mark.parametrize("closes", [False, True])
def test_the_third_round_after_the_first_levels_an_issue_up(*, closes: bool) -> None:
    story = evaluating()
    for again in range(1, 4):
        story.does(ENTERPRISE, rate(5, solved=True))
        if closes:
            story.does(COORDINATOR, do.CloseOut()).does(ENTERPRISE, do.Reopen(reason="又出现了"))
        else:
            story.does(COORDINATOR, do.Rework(reason="另有遗漏"))
        drafts = [(draft.paper, draft.reasons) for draft in story.issue.supervision.drafts]
        assert drafts == ([(Paper.LEVEL_UP, (Reason(Ground.REWORKS, "solve#3"),))] if again == 3 else []), again
        if again < 3:
            story.does(head(D1), RESULT).does(COORDINATOR, PASS).does(head(D1), DELIVER)
    assert [(one.rung, one.moment, one.late) for one in story.alarms] == [(Rung.R4, story.now, False)]


@pytest.mark.parametrize("score", [0, 6])
def test_a_rating_beyond_the_scale_is_refused_and_the_field_named(score: int) -> None:
    with pytest.raises(RatingOutOfRange) as refused:
        evaluating().does(ENTERPRISE, rate(score, solved=True))
    assert refused.value.field == "score"


@pytest.mark.parametrize("score", [1, 5])
def test_the_ends_of_the_scale_are_ratings(score: int) -> None:
    assert evaluating().does(ENTERPRISE, rate(score, solved=True)).issue.evaluation.rating is not None


def after_an_order() -> Story:
    story = under_order(Status.IN_PROGRESS)
    return story.does(head(D1), do.Report(text="进展"))


@pytest.mark.parametrize(
    ("before", "calls"), [(in_hand, False), (after_an_order, True), (levelled_up, True)], ids=["plain", "ordered", "up"]
)
def test_a_good_rating_is_called_back_where_there_was_an_order_or_a_level_up(
    before: Callable[[], Story], *, calls: bool
) -> None:
    story = before().does(head(D1), RESULT).does(COORDINATOR, PASS).does(head(D1), DELIVER)
    story.does(ENTERPRISE, rate(5, solved=True))
    assert (story.issue.status is Status.CALLBACK) is calls


@pytest.mark.parametrize(
    ("number", "percent", "taken"),
    [
        ("BH-000004", 10, True),  # its digest ends in 09, worked out with sha256sum
        ("BH-000076", 10, False),  # in 10
        ("BH-000173", 1, True),  # in 00
        ("BH-000173", 0, False),
        ("BH-000121", 99, False),  # in 99
        ("BH-000121", 100, True),
    ],
)
def test_the_share_called_back_is_told_by_the_digest_of_the_number(number: str, percent: int, *, taken: bool) -> None:
    assert sampled(number, replace(POLICY, callback_sample_percent=percent)) is taken


def test_pressed_to_withdraw_while_no_unit_holds_it_nobody_is_ordered_where_coordination_triages() -> None:
    story = withdrawn(in_hand(), "08-02 10:00").does(ENTERPRISE, do.Reopen(reason="又出现了"), "08-02 11:00")
    story.does(ENTERPRISE, do.Withdraw(reason=REASON))
    assert story.issue.evaluation.withdrawal is not None, "the unit signed two hours ago"
    story.does(CALLER, do.AuditWithdrawal(verdict=do.AuditVerdict.PRESSED, record="被迫"))
    assert story.names[-1] == "withdrawal_audited"
    assert story.issue.supervision.orders == ()


def test_who_pressed_it_to_withdraw_is_ordered_to_say_how_that_came() -> None:
    story = audited().does(CALLER, do.AuditWithdrawal(verdict=do.AuditVerdict.PRESSED, record="被迫"))
    (order,) = story.issue.supervision.orders
    assert order.scope == "说明企业撤单经过 · explain how the enterprise came to withdraw"


def test_what_is_still_asked_for_is_named_where_it_bars_the_close_out() -> None:
    story = rated(2, solved=False).does(head(D1), APPEAL).does(CALLER, CONFIRMED)
    with pytest.raises(RequestStillOpen) as refused:
        story.does(COORDINATOR, do.CloseOut())
    assert refused.value.facts == {"request": story.issue.requests[-1].no}
