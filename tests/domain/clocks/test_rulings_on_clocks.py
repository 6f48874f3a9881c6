"""The rulings on clocks (docs/rules.md 3, docs/decisions/0014): each a short history of August 2021.

Received on Monday 08-02 at 09:00, a general matter: triage ends 08-03 18:00, the issue is due on 08-11 at 18:00.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from bihuan.domain import commands as do
from bihuan.domain.batches.commands import Handling
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.responsibility_time import responsibility_times
from bihuan.domain.clocks.trace import explain_clocks
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import first_due
from bihuan.domain.notifications.registry import facts
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy, Urgency
from bihuan.domain.refusals import BeyondLegalMaximum, ExtensionTooLong, LeaderMustApprove, TransferWindowOver
from bihuan.domain.stage import Status
from bihuan.language.explanations import explanation_text as in_words
from bihuan.language.phrases import Language
from tests.support.small_city import (
    CALENDAR,
    CITY_LEADER,
    COORDINATOR,
    D1,
    D2,
    D3,
    DELIVER,
    DEPUTY,
    ENTERPRISE,
    FOLLOW,
    LIMITS,
    MONDAY,
    OFFICE_DAY,
    PASS,
    POLICY,
    RESULT,
    RETURN,
    SEND_BACK,
    SHORTER,
    TERMINATE,
    UNFOLLOW,
    Story,
    accepted,
    adopt_policy,
    approve,
    approve_return,
    at,
    designate,
    dispatched,
    extend,
    head,
    hold,
    in_hand,
    limit,
    rate,
    refuse_return,
    release,
    suspend,
    told,
    transfer,
    withdrawn,
)

URGENT, GENERAL = do.Classify(urgency=Urgency.URGENT), do.Classify(urgency=Urgency.GENERAL)
HISTORIC, CONSULT = do.Classify(urgency=Urgency.HISTORIC), do.Classify(urgency=Urgency.CONSULT)
COMPLAINT = do.Classify(category="COMPLAINT_BE")
UNIT = Party(Desk.UNIT, D1)
ANSWER = do.Answer(text="按现行规定答复", how="电话")
ASK = do.AskInfo(question="容量多少")
ADD = do.AddAssist(unit=D2, task="核定负荷")
RELEASE = do.ReleaseAssist(unit=D2, reason="先不用")
WITHDRAW, REOPEN = do.Withdraw(reason="自行解决"), do.Reopen(reason="又出现了")
assert LIMITS[Urgency.URGENT].startswith("1wh 1wh"), "the sign limit of an urgent matter is one hour of office time"


def walk(story: Story, until: str) -> Story:
    """As the timer does: look at every moment that falls due."""
    while (due := first_due(story.issue, story.policy)) is not None and due.at <= at(until):
        story.until(max(due.at, story.now))
    return story.until(until)


def approved(story: Story, when: str, who: Actor = COORDINATOR, nth: int = -1) -> Story:
    """The last request, or another, is ruled on."""
    act = replace(approve(story), request=story.issue.requests[nth].no)
    return story.does(who, act, when)


def alarms(story: Story, clock: str) -> list[tuple[Rung, str]]:
    return [(one.rung, str(one.debtor)) for one in story.alarms if one.clock == clock]


def heard(story: Story, event: str) -> set[str]:
    return {str(party) for party in story.entries(event)[-1].recipients}


# 4: late checks are not the unit's


def an_hour_in_time() -> Story:
    """The result is in at 17:00 on the last day; its check is due on 08-12 at 18:00."""
    return in_hand().does(head(D1), do.Report(text="进展"), "08-05 09:00").does(head(D1), RESULT, "08-11 17:00")


def test_what_a_check_takes_beyond_its_own_limit_is_given_back_to_the_unit() -> None:
    story = an_hour_in_time().does(COORDINATOR, SEND_BACK, "08-17 10:00")
    assert story.due("issue#1") == at("08-16 10:00"), "two days and an hour and a half were the checker's"
    story.until("08-17 10:00")
    assert alarms(story, "issue#1")[-1] == (Rung.R1, f"unit:{D1}"), "the check's own day counts, so R1; and no order"
    assert story.until("08-17 17:59").issue.supervision.orders == ()
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
    assert story.issue.supervision.orders, "the result is a day late"
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
    whole = responsibility_times(story.issue.issue_no, story.recorded, POLICY, story.now)
    assert sum((one.elapsed for one in whole), timedelta()) == story.now - MONDAY
    of = {str(one.responsible): one.elapsed for one in whole}
    assert of["coordination"] >= at("08-17 10:00") - at("08-11 17:00")
    assert of[f"unit:{D1}"] < at("08-11 17:00") - MONDAY


def test_the_enterprise_hears_that_a_late_check_moved_its_deadline() -> None:
    late = an_hour_in_time().does(COORDINATOR, SEND_BACK, "08-17 10:00")
    assert heard(late, "sent_back") >= {f"unit:{D1}", f"enterprise:{late.issue.matter.enterprise.uscc}"}
    in_time = an_hour_in_time().does(COORDINATOR, SEND_BACK, "08-12 10:00")
    assert heard(in_time, "sent_back") == {f"unit:{D1}"}


# 5: no moment is moved behind now


def test_a_class_that_shortens_leaves_the_sign_limit_from_now_and_everyone_hears() -> None:
    story = in_hand().does(COORDINATOR, URGENT, "08-10 09:00")
    assert story.due("issue#1") == at("08-10 10:00"), "an hour of office time; three days ended on 08-05"
    assert heard(story, "classified") == {f"unit:{D1}", f"enterprise:{story.issue.matter.enterprise.uscc}"}
    story.until("08-10 09:00").until("08-10 10:00")
    assert story.raised("issue#1") == [Rung.R0, Rung.R1]
    assert not any(alarm.late for alarm in story.alarms if alarm.clock == "issue#1"), "raised when it was so"
    assert Rung.R2 in story.until("08-11 18:00").raised("issue#1")


def test_a_class_that_shortens_to_a_moment_ahead_takes_the_whole_limit() -> None:
    story = in_hand().does(COORDINATOR, URGENT, "08-04 09:00")
    assert story.due("issue#1") == at("08-05 18:00")


def test_a_class_that_shortens_moves_no_deadline_later() -> None:
    story = in_hand().does(COORDINATOR, URGENT, "08-11 17:30")
    assert story.due("issue#1") == at("08-11 18:00"), "an hour from now would be later than it was"
    late = accepted().until("08-13 09:00").does(COORDINATOR, URGENT)
    assert late.due("issue#1") == at("08-11 18:00"), "nor is what is late already made good"
    assert late.due("triage#1") == at("08-03 18:00")


def test_before_dispatch_too_a_class_leaves_the_sign_limit() -> None:
    story = accepted().does(COORDINATOR, URGENT, "08-02 15:00")
    assert story.due("triage#1") == at("08-02 16:00"), "one hour from receipt was over at ten"


def test_a_class_found_during_a_suspension_shortens_what_is_left() -> None:
    story = approved(in_hand().does(head(D1), suspend("08-23 18:00"), "08-03 09:00"), "08-03 10:00")
    story.does(COORDINATOR, URGENT, "08-05 09:00")
    governed = story.issue.governance.governed_by
    assert governed is not None
    assert "不因改类而延后" not in governed.reason_zh, "it was shortened, so nobody says it was kept"
    story.does(COORDINATOR, do.Resume(reason="条件已具备"), "08-05 10:00")
    assert story.due("issue#1") == at("08-09 18:00"), "three days from receipt, and the two of the suspension"


def test_a_class_found_during_a_long_suspension_leaves_the_sign_limit_when_it_goes_on() -> None:
    story = approved(in_hand().does(head(D1), suspend("08-23 18:00"), "08-10 09:00"), "08-10 10:00")
    story.does(COORDINATOR, URGENT, "08-12 09:00").does(COORDINATOR, do.Resume(reason="已具备"), "08-13 09:00")
    assert story.due("issue#1") == at("08-13 10:00")


def test_an_adopted_policy_leaves_the_sign_limit_and_undoing_it_gives_back_what_was() -> None:
    story = in_hand().does(DEPUTY, adopt_policy(SHORTER), "08-10 09:00")
    assert story.due("issue#1") == at("08-11 18:00"), "five days ended on 08-09; a day from now ends when it was due"
    shorter = quarter_hour_sign(SHORTER)
    story = in_hand().does(DEPUTY, adopt_policy(shorter), "08-10 09:00")
    assert story.due("issue#1") == at("08-10 10:00")
    undo = adopt_policy(POLICY, batch="B-2", undoes="B-1")
    assert story.does(DEPUTY, undo, "08-10 09:10").due("issue#1") == at("08-11 18:00")


def quarter_hour_sign(policy: Policy) -> Policy:
    rows = {key: replace(row, sign=limit("1wh")) for key, row in policy.limits.items()}
    return replace(policy, version="v3", limits=rows)


def test_an_adopted_policy_that_shortens_what_is_late_already_changes_no_moment() -> None:
    story = in_hand().until("08-12 12:00").does(DEPUTY, adopt_policy(SHORTER), "08-12 12:00")
    assert story.due("issue#1") == at("08-11 18:00")
    assert not heard(story, "policy_adopted")


@pytest.mark.parametrize("credit", [False, True])
def test_an_adopted_policy_is_compared_as_if_a_paused_clock_ran_on(credit: bool) -> None:
    story = in_hand().does(DEPUTY, hold("08-20 18:00"), "08-10 09:00")
    handling = Handling.CREDIT if credit else Handling.ADOPT
    story.does(DEPUTY, adopt_policy(quarter_hour_sign(SHORTER), handling), "08-12 09:00")
    story.does(DEPUTY, release(), "08-13 09:00")
    credited = at("08-20 09:00")
    assert story.due("issue#1") == (credited if credit else at("08-13 10:00"))


def test_a_hand_over_is_judged_as_of_the_pause() -> None:
    story = accepted().until("08-04 09:00").does(DEPUTY, hold("08-20 18:00")).does(COORDINATOR, do.HandOver(unit=D1))
    assert story.open_clocks(Obligation.SOLVE) == ["solve#1"], "triage was late before everything stopped"
    story.does(DEPUTY, release(), "08-06 09:00")
    assert story.due("solve#1") == at("08-17 09:00"), "seven days, and what was held of the first two"
    in_time = (
        accepted()
        .does(DEPUTY, hold("08-20 18:00"), "08-03 09:00")
        .does(COORDINATOR, do.HandOver(unit=D1), "08-10 09:00")
    )
    assert in_time.open_clocks(Obligation.SOLVE) == [], "the pause makes nobody late"


# 6: the whole time of a law


def arrears() -> Story:
    """Thirty days are over on 09-01; ninety from receipt are over on 2021-10-31, a Sunday, so on Monday 11-01."""
    return in_hand(category="ARREARS")


LEGAL_END = "11-01 18:00"


def extended_to_the_end() -> Story:
    story = arrears().does(head(D1), extend(LEGAL_END), "08-10 09:00")
    return approved(story, "08-10 10:00")


def test_beyond_the_whole_time_of_a_law_nothing_is_extended_nor_suspended() -> None:
    story = extended_to_the_end()
    assert story.due("issue#1") == at(LEGAL_END)
    with pytest.raises(BeyondLegalMaximum) as refused:
        story.does(head(D1), suspend("09-01 18:00", do.SuspensionBasis.THIRD_PARTY))
    assert "2021-11-01 18:00" in refused.value.sentence_zh
    story.does(head(D1), suspend("09-01 18:00", do.SuspensionBasis.COURT), "08-11 09:00")
    assert story.issue.requests[-1].approver == Party(Desk.LEADER), "a court's ground, and a leader rules"
    assert approved(story, "08-11 10:00", CITY_LEADER).issue.status is Status.SUSPENDED


def test_a_suspension_that_fitted_when_it_was_asked_is_judged_again_when_it_is_ruled_on() -> None:
    story = arrears().does(head(D1), suspend("09-01 18:00", do.SuspensionBasis.COURT), "08-10 09:00")
    story.does(head(D1), extend(LEGAL_END), "08-10 09:10")
    approved(story, "08-10 09:20")
    with pytest.raises(BeyondLegalMaximum):
        approved(story, "08-10 09:30", nth=0)


def test_an_extension_counts_from_receipt_whatever_was_suspended() -> None:
    story = approved(arrears().does(head(D1), suspend("08-31 18:00"), "08-03 09:00"), "08-03 09:10")
    story.does(COORDINATOR, do.Resume(reason="已具备"), "08-23 09:00")
    assert story.copy().does(head(D1), extend(LEGAL_END), "08-23 09:10").issue.open_requests
    with pytest.raises(ExtensionTooLong):
        story.does(head(D1), extend("11-02 18:00"), "08-23 09:10")


def test_a_mass_suspension_does_not_go_beyond_it_either() -> None:
    with pytest.raises(BeyondLegalMaximum):
        extended_to_the_end().does(DEPUTY, hold("09-01 18:00"), "08-11 09:00")
    assert arrears().does(DEPUTY, hold("09-01 18:00"), "08-11 09:00").issue.hold is not None


def test_a_later_unit_s_limit_ends_with_it() -> None:
    story = extended_to_the_end().until("10-20 09:00").does(COORDINATOR, transfer(D2))
    assert story.due("solve#1") == at(LEGAL_END), "thirty days would end on 11-19"
    early = arrears().does(head(D1), transfer(D2), "08-04 09:00")
    assert early.due("solve#1") == at("09-03 18:00"), "well within, the law's thirty days run in full"


def test_suspensions_asked_and_ordered_in_a_batch_have_one_total() -> None:
    story = in_hand(urgency=Urgency.COMPLEX)
    for first, last in (("08-03 09:00", "09-02 09:00"), ("09-02 10:00", "10-02 09:00"), ("10-02 10:00", "11-01 09:00")):
        story.does(DEPUTY, hold(last, batch=f"H-{first}"), first).until(last)
    with pytest.raises(LeaderMustApprove):
        story.does(DEPUTY, hold("11-20 09:00", batch="H-4"), "11-02 09:00")
    story.does(head(D1), suspend("11-20 09:00"), "11-02 09:00")
    assert story.issue.requests[-1].approver == Party(Desk.LEADER), "ninety days are used up, whoever stopped them"


# 8: a class found before dispatch


def test_a_class_found_before_dispatch_that_lengthens_lets_every_rung_be_raised_again() -> None:
    story = accepted(urgency=Urgency.CONSULT).until("08-04 12:00")
    assert story.raised("issue#1") == [Rung.R0, Rung.R1], "the triager is late with a consultation"
    story.does(COORDINATOR, COMPLAINT).does(COORDINATOR, do.HandOver(unit=D1), "08-04 15:00")
    assert story.due("issue#1") == at("09-01 18:00")
    story.does(head(D1), do.Sign()).until("09-07 18:00")
    first = next(one for one in story.alarms if str(one.debtor) == f"unit:{D1}" and one.clock in ("issue#1", "solve#1"))
    assert first.rung is Rung.R0, "the unit's first word is no order"
    assert [rung for rung, who in alarms(story, "issue#1") if who == "coordination"][:2] == [Rung.R0, Rung.R1]


def test_what_is_not_ahead_under_the_later_deadline_is_not_raised_again() -> None:
    story = accepted(urgency=Urgency.URGENT).until("08-09 18:00")
    before = story.raised("issue#1")
    assert before == [Rung.R0, Rung.R1, Rung.R2]
    story.does(COORDINATOR, GENERAL)
    assert story.until("08-10 08:30").raised("issue#1") == before
    assert story.until("08-11 18:00").raised("issue#1")[3:] == [Rung.R0, Rung.R1], "due on 08-11, warned on that day"


# 9: the time to transfer


def test_a_unit_transfers_within_three_days_of_holding_it_and_coordination_after_that() -> None:
    story = in_hand()
    assert story.copy().does(head(D1), transfer(D2), "08-05 17:59").issue.assignment.holder == D2
    with pytest.raises(TransferWindowOver) as refused:
        story.copy().does(head(D1), transfer(D2), "08-05 18:00")
    assert "3个工作日" in refused.value.sentence_zh
    assert story.does(COORDINATOR, transfer(D2), "08-11 17:55").issue.assignment.holder == D2


def test_the_time_to_transfer_begins_when_the_unit_was_given_it() -> None:
    story = in_hand().does(head(D1), transfer(D2), "08-05 17:55").does(head(D2), do.Sign())
    story.does(head(D2), do.Report(text="进展"))
    assert story.copy().does(head(D2), transfer(D3), "08-10 17:55").issue.assignment.holder == D3
    with pytest.raises(TransferWindowOver):
        story.does(head(D2), transfer(D3), "08-10 18:00")


# 14: clocks that begin again


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
        str(one.responsible): one.elapsed
        for one in responsibility_times(story.issue.issue_no, story.recorded, POLICY, at("08-05 12:00"))
    }
    enterprise = f"enterprise:{story.issue.matter.enterprise.uscc}"
    assert hours[enterprise] == timedelta(hours=2), "the first two questions"
    assert hours["coordination"] == at("08-05 12:00") - MONDAY - timedelta(hours=2)


# 15: reopening after a withdrawal


def test_reopening_after_a_withdrawal_goes_on_with_the_time_that_was_left() -> None:
    story = withdrawn(in_hand().does(head(D1), do.Report(text="进展")), "08-11 17:00")
    story.does(ENTERPRISE, REOPEN, "08-16 09:00")
    assert story.due("issue#1") == at("08-16 10:00")
    assert story.issue.status is Status.UNTRIAGED


def test_withdrawing_and_reopening_four_times_gains_nothing_and_loses_no_order() -> None:
    story = in_hand().does(head(D1), do.Report(text="进展")).until("08-12 18:00")
    assert [order.open for order in story.issue.supervision.orders] == [True]
    for day in ("08-13", "08-16", "08-17", "08-18"):
        withdrawn(story, f"{day} 09:00").does(ENTERPRISE, REOPEN, f"{day} 09:01")
        story.does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D1)).does(head(D1), do.Sign())
        assert story.open_clocks(Obligation.SOLVE) == [], "the unit that had it goes on with what it had left"
        assert story.issue.assignment.missed_by == (D1,)
        assert [order.open for order in story.issue.supervision.orders] == [True]
    due = story.due("issue#1")
    assert due is not None
    assert due <= at("08-12 09:00")
    assert len([one for one in story.issue.clocks if one.obligation == "issue"]) == 1


def test_another_unit_given_it_after_a_withdrawal_has_its_limit_in_full() -> None:
    story = withdrawn(in_hand().until("08-12 18:00"), "08-13 09:00").does(ENTERPRISE, REOPEN)
    story.does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D2))
    assert story.due("solve#1") == at("08-24 18:00")


def test_an_order_of_a_former_unit_does_not_come_back_with_the_issue() -> None:
    story = dispatched().until("08-04 18:00").does(COORDINATOR, transfer(D2), "08-05 09:00")
    assert [order.unit for order in story.issue.supervision.open_orders] == [D1]
    withdrawn(story).does(ENTERPRISE, REOPEN, "08-06 09:00")
    assert story.issue.supervision.open_orders == (), "what it pressed is nobody's any more"


def test_a_unit_given_back_what_was_withdrawn_from_it_goes_on_with_its_own_limit() -> None:
    story = in_hand().does(head(D1), transfer(D2), "08-05 09:00")
    assert story.due("solve#1") == at("08-16 18:00")
    withdrawn(story, "08-10 09:00").does(ENTERPRISE, REOPEN, "08-12 09:00")
    story.does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D2))
    assert story.open_clocks(Obligation.SOLVE) == ["solve#1"]
    again = story.due("solve#1")
    assert again is not None
    assert CALENDAR.office_time(at("08-16 18:00"), again) == CALENDAR.office_time(at("08-10 09:00"), story.now)


def test_withdrawn_while_it_followed_another_its_triage_goes_on_too() -> None:
    story = accepted().does(COORDINATOR, FOLLOW, "08-03 17:00").does(ENTERPRISE, WITHDRAW, "08-05 09:00")
    assert story.does(ENTERPRISE, REOPEN, "08-09 09:00").due("triage#1") == at("08-09 10:00")


def test_a_withdrawal_in_a_round_of_rework_goes_on_with_that_round() -> None:
    story = (
        dispatched()
        .does(head(D1), do.Sign())
        .does(head(D1), RESULT)
        .does(COORDINATOR, do.Check(verdict=do.Verdict.PASS))
    )
    story.does(head(D1), do.Deliver(to="经办人", how="电话")).does(ENTERPRISE, rate(1, solved=False), "08-03 09:00")
    story.does(COORDINATOR, do.Rework(reason="未办到位"), "08-03 10:00")
    assert story.due("solve#1") == at("08-10 18:00")
    withdrawn(story, "08-10 17:00").does(ENTERPRISE, REOPEN, "08-12 09:00")
    assert (story.issue.round, story.issue.deadline.key) == (2, "issue#2")
    assert story.due("issue#2") == at("08-12 10:00")
    story.does(COORDINATOR, do.Accept()).does(COORDINATOR, do.HandOver(unit=D1))
    assert story.open_clocks(Obligation.SOLVE) == [], "one clock for one debt"


# 16: a later unit's limit


def test_a_class_found_after_dispatch_gives_a_later_unit_no_more_than_was_promised() -> None:
    story = in_hand().does(COORDINATOR, HISTORIC, "08-03 09:00").does(head(D1), transfer(D2), "08-04 09:00")
    assert story.due("solve#1") == at("08-13 18:00"), "seven days, as was promised, and not thirty"
    returned = in_hand().does(COORDINATOR, HISTORIC, "08-03 09:00").does(head(D1), RETURN, "08-03 10:00")
    assert returned.does(COORDINATOR, approve_return(D2), "08-04 09:00").due("solve#1") == at("08-13 18:00")


def test_a_law_found_after_dispatch_gives_a_later_unit_the_law_s_time() -> None:
    story = in_hand().does(COORDINATOR, COMPLAINT, "08-03 09:00").does(head(D1), transfer(D2), "08-04 09:00")
    assert story.due("solve#1") == at("09-03 18:00")


def test_a_shorter_class_shortens_a_later_unit_s_limit_too() -> None:
    story = in_hand().does(COORDINATOR, CONSULT, "08-03 09:00").does(head(D1), transfer(D2), "08-04 09:00")
    assert story.due("solve#1") == at("08-05 18:00")


# Each step is named by the explanation, and what is heard says the new deadline


def why(story: Story, key: str) -> tuple[str, str]:
    """The account of a clock in both tongues; its sum is checked on the way."""
    one = next(
        one
        for one in explain_clocks(story.issue.issue_no, story.recorded, {story.policy.version: story.policy})
        if one.clock.key == key
    )
    its = one.account
    assert its.due == story.due(key)
    assert its.due is None or its.ran == its.budget + its.granted + its.late
    assert its.due is not None or its.ran + its.left == its.budget + its.granted
    return in_words(one, story.policy, Language.ZH), in_words(one, story.policy, Language.EN)


def test_a_late_check_is_told_as_a_pause_of_its_own() -> None:
    zh, en = why(an_hour_in_time().does(COORDINATOR, SEND_BACK, "08-17 10:00"), "issue#1")
    assert "2021-08-12 18:00 至 2021-08-17 10:00 审核超时停钟，补回 办公时间 15 小时 30 分" in zh
    assert "(the check took longer than its limit), 15 h 30 min of office time given back" in en


def test_a_shortened_deadline_says_that_it_was_not_moved_behind_now() -> None:
    zh, en = why(in_hand().does(COORDINATOR, URGENT, "08-10 09:00"), "issue#1")
    assert "时限变更，起点不变，现为 3个工作日" in zh
    assert "缩短不追溯，自此时起至少留足签收时限" in zh
    assert "not shortened into the past" in en
    assert zh.endswith("责任方 承办单位 供电公司。")


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_deadline_shortened_in_a_pause_has_a_sum_too(goes_on: bool) -> None:
    story = approved(in_hand().does(head(D1), suspend("08-23 18:00"), "08-10 09:00"), "08-10 10:00")
    story.does(COORDINATOR, URGENT, "08-12 09:00")
    if goes_on:
        story.does(COORDINATOR, do.Resume(reason="已具备"), "08-13 09:00")
    zh, _ = why(story, "issue#1")
    assert goes_on or "尚余 办公时间 1 小时" in zh


def test_what_goes_on_again_says_since_when_it_was_over() -> None:
    story = accepted().does(COORDINATOR, FOLLOW, "08-03 17:00").does(COORDINATOR, UNFOLLOW, "08-05 09:00")
    assert "随批办理停钟" in why(story, "triage#1")[0]
    story = in_hand().does(COORDINATOR, ADD, "08-02 10:00").does(COORDINATOR, RELEASE, "08-05 17:00")
    assert "免除协办期间停钟" in why(story.does(COORDINATOR, ADD, "08-09 09:00"), "assist#1")[0]
    story = withdrawn(in_hand(), "08-11 17:00").does(ENTERPRISE, REOPEN, "08-16 09:00")
    assert "撤单期间停钟" in why(story, "issue#1")[0]


def test_a_notice_of_a_moved_deadline_says_when_it_is_due_now() -> None:
    story = in_hand().does(COORDINATOR, URGENT, "08-10 09:00")
    assert facts(story.events[-1], story.issue)["due_at"].startswith("2021-08-10T10:00")
    late = an_hour_in_time().does(COORDINATOR, SEND_BACK, "08-17 10:00")
    assert facts(late.entries("sent_back")[-1].event, late.issue)["due_at"].startswith("2021-08-16T10:00")


def test_a_class_found_in_a_pause_is_heard_of_too() -> None:
    story = in_hand().does(DEPUTY, hold("08-20 18:00"), "08-03 09:00").does(COORDINATOR, URGENT, "08-04 09:00")
    assert heard(story, "classified") == {f"unit:{D1}", f"enterprise:{story.issue.matter.enterprise.uscc}"}
    assert "due_at" not in facts(story.events[-1], story.issue), "nobody can know yet"


# 4, read for rulings: what stands between a unit and its work


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
    assert f"enterprise:{story.issue.matter.enterprise.uscc}" in heard(story, "return_refused")
    told_of = facts(story.entries("return_refused")[-1].event, story.issue)
    assert told_of["due_at"] == at("08-19 10:00").isoformat()
    assert "enterprise" not in " ".join(heard(waiting("08-05 10:00"), "return_refused"))
    one = next(
        x for x in explain_clocks(story.issue.issue_no, story.recorded, {"v1": POLICY}) if x.clock.key == "issue#1"
    )
    assert "裁定超时" in in_words(one, POLICY, Language.ZH)


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


# 14 and 16, read for a unit that had the issue before


def round_trip(lost: str, back: str) -> Story:
    """D1 transfers to D2, which says it is not its own, and the issue goes back to D1."""
    story = in_hand().does(head(D1), do.Report(text="进展")).does(head(D1), transfer(D2), lost)
    story.does(head(D2), RETURN, story.now + timedelta(hours=1))
    return story.does(COORDINATOR, approve_return(D1), back)


def test_a_unit_that_gets_the_issue_back_goes_on_with_what_it_had_left() -> None:
    story = round_trip("08-04 09:00", "08-05 09:00")
    assert story.due("solve#2") == at("08-12 18:00"), "a day elsewhere; a limit in full would end on 08-16"
    again = story.does(head(D1), transfer(D3), "08-06 09:00").does(head(D3), RETURN, "08-06 10:00")
    again.does(COORDINATOR, designate(D1), "08-09 09:00")
    assert again.due("solve#4") == at("08-13 18:00"), "another day elsewhere"
    assert again.issue.assignment.designated


def test_a_unit_that_gets_back_what_was_late_has_at_least_the_sign_limit() -> None:
    story = in_hand().does(head(D1), do.Report(text="进展")).until("08-13 09:00")
    story.does(COORDINATOR, transfer(D2), "08-13 09:00").does(head(D2), RETURN, "08-13 10:00")
    story.does(COORDINATOR, approve_return(D1), "08-16 09:00")
    assert story.due("solve#2") == at("08-17 18:00")


def test_a_round_of_rework_leaves_nothing_of_the_round_before() -> None:
    story = round_trip("08-04 09:00", "08-05 09:00").does(head(D1), do.Sign()).does(head(D1), RESULT, "08-05 10:00")
    story.does(COORDINATOR, PASS).does(head(D1), DELIVER).does(ENTERPRISE, rate(1, solved=False))
    story.does(COORDINATOR, do.Rework(reason="未解决"), "08-06 09:00").does(COORDINATOR, transfer(D3), "08-06 10:00")
    story.does(head(D3), RETURN, "08-06 11:00").does(COORDINATOR, designate(D2), "08-09 09:00")
    assert story.clock("solve#5").until is None, "D2 had it in the first round only: the rework limit in full"
    assert story.due("solve#5") == at("08-16 18:00")


def test_a_late_hand_over_after_a_withdrawal_gives_back_what_was_left_and_no_more() -> None:
    story = withdrawn(in_hand().does(head(D1), do.Report(text="进展")), "08-10 09:00")
    story.does(ENTERPRISE, REOPEN, "08-12 09:00").does(COORDINATOR, do.Accept(), "08-16 09:00")
    story.does(COORDINATOR, do.HandOver(unit=D1), "08-16 09:00")
    assert story.due("solve#1") == at("08-17 18:00"), "as much as on 08-10 at 09:00"


def test_what_is_late_when_it_is_handed_over_is_not_the_units_though_triage_was_in_time() -> None:
    story = withdrawn(in_hand().does(head(D1), do.Report(text="进展")), "08-11 17:00")
    story.does(ENTERPRISE, REOPEN, "08-12 09:00").does(COORDINATOR, do.Accept(), "08-13 09:00")
    assert alarms(story, "issue#1")[-1] == (Rung.R1, "coordination")
    story.does(COORDINATOR, do.HandOver(unit=D1))
    assert story.due("solve#1") == at("08-16 18:00"), "an hour was left: at least the sign limit"


def test_a_later_unit_has_what_a_court_and_a_leader_gave_beyond_the_law() -> None:
    story = in_hand(category="ARREARS").does(head(D1), do.Report(text="进展"), "08-05 09:00")
    story.until("08-25 09:00").does(head(D1), suspend("09-24 09:00"), "08-25 09:00")
    approved(story, "08-25 10:00")
    story.does(head(D1), suspend("10-24 09:00"), "09-23 09:00")
    approved(story, "09-23 10:00")
    story.does(head(D1), suspend("11-22 09:00"), "10-22 09:00")
    approved(story, "10-22 10:00", CITY_LEADER)
    story.does(head(D1), do.Resume(reason="法院已裁定"), "11-04 09:00")
    given = story.due("issue#1")
    assert given is not None
    assert given > at("10-31 09:00"), "beyond the ninety days of the law"
    story.does(COORDINATOR, transfer(D2), "11-04 10:00")
    assert story.due("solve#1") == given
