"""A mass suspension beside an issue's status, and its end."""

from datetime import datetime, timedelta

import pytest

from bihuan.domain import commands as do
from bihuan.domain.batches.events import ClocksReleased
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.responsibility_time import charged, waits_for
from bihuan.domain.ladder.escalation import light
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.refusals import NothingToChange, SuspensionTooLong
from bihuan.domain.stage import Status
from bihuan.language.explanations import told as in_words
from bihuan.language.phrases import Tongue
from tests.support.small_city.acts import RESULT, RESUME, SEND_BACK, approve, hold, release, suspend
from tests.support.small_city.calendar import at
from tests.support.small_city.people import COORDINATOR, DEPUTY, ENTERPRISE, LIAISON, head
from tests.support.small_city.policy import D1, POLICY, USCC
from tests.support.small_city.stages import accounts, dispatched, evaluating, in_hand, told


def test_all_that_is_owed_waits_whatever_the_status_and_nobody_is_pressed() -> None:
    """Given on Monday at nine, held from Tuesday noon to Thursday noon: two office days."""
    story = dispatched()
    before = {clock.key: clock.due(POLICY.calendar) for clock in story.issue.clocks if clock.open}
    story.does(COORDINATOR, hold("08-05 12:00"), "08-03 12:00")
    assert story.issue.status is Status.DISPATCHED
    assert {story.due(key) for key in before} == {None}
    assert light(story.issue, POLICY, story.now) is Light.GREEN
    assert next_due(story.issue, POLICY).clock == "hold#1"  # type: ignore[union-attr]
    assert waits_for(story.issue, POLICY, story.now) is None
    story.until("08-05 12:00")
    assert before["sign#1"] == at("08-03 18:00")
    assert story.due("sign#1") == at("08-05 18:00")
    assert story.due("issue#1") == at("08-13 18:00")
    assert story.alarms == []


def test_it_ends_by_itself_at_its_date_be_it_noticed_later() -> None:
    story = in_hand().does(COORDINATOR, hold("08-05 12:00"), "08-03 12:00").until("08-09 10:00")
    (released,) = story.entries("clocks_released")
    assert isinstance(released.event, ClocksReleased)
    assert (released.event.moment, released.event.lapsed, released.actor) == (at("08-05 12:00"), True, None)
    assert story.due("issue#1") == at("08-13 18:00")
    assert story.issue.hold is None
    assert not story.open_clocks(Obligation.HOLD)


def test_lifted_early_only_the_time_it_lasted_is_given_back_and_all_are_told() -> None:
    story = in_hand().does(COORDINATOR, hold("08-20 18:00"), "08-03 12:00").does(DEPUTY, release(), "08-04 12:00")
    assert story.due("issue#1") == at("08-12 18:00")
    tell = (Party(Desk.UNIT, D1), Party(Desk.ENTERPRISE, USCC), Party(Desk.LIAISON, LIAISON.person))
    assert story.entries("clocks_held")[0].tell == story.entries("clocks_released")[0].tell == tell


def test_people_may_act_meanwhile_and_what_begins_under_it_waits_from_its_first_moment() -> None:
    story = told().does(COORDINATOR, hold("08-05 12:00"), "08-03 09:00")
    story.does(COORDINATOR, do.Accept(), "08-03 10:00").does(COORDINATOR, do.HandOver(unit=D1), "08-03 11:00")
    assert (story.issue.status, story.due("sign#1")) == (Status.DISPATCHED, None)
    story.until("08-06 09:00")
    assert story.due("sign#1") == at("08-06 12:00"), "a working day from the 3rd, and a day and a half given back"


def test_a_result_sent_back_runs_on_as_if_it_had_never_stopped_and_waits_where_all_waited() -> None:
    """Three ways through the same two days: sent back before, within and after them; the deadline is the same."""
    for sent_back in ("08-03 11:30", "08-04 10:00", "08-06 10:00"):
        story = in_hand().does(head(D1), RESULT, "08-03 10:00")
        acts: list[tuple[datetime, do.Act]] = [(at("08-03 12:00"), hold("08-05 12:00")), (at(sent_back), SEND_BACK)]
        for moment, act in sorted(acts, key=lambda one: one[0]):
            story.does(COORDINATOR, act, moment)
        story.until("08-06 11:00")
        assert story.due("issue#1") == at("08-13 18:00"), sent_back
    inside = in_hand().does(COORDINATOR, hold("08-05 12:00"), "08-03 12:00").does(head(D1), RESULT, "08-04 10:00")
    inside.until("08-06 09:00").does(COORDINATOR, SEND_BACK, "08-06 10:00")
    assert inside.due("issue#1") == at("08-13 18:00")


def test_beside_a_suspension_by_request_the_later_end_counts_and_both_are_on_record() -> None:
    """Held for two days inside a suspension, and a suspension that ends inside a hold."""
    story = in_hand().does(head(D1), suspend("08-10 12:00"), "08-03 10:00")
    story.does(COORDINATOR, approve(story), "08-03 12:00").does(COORDINATOR, hold("08-06 12:00"), "08-04 12:00")
    story.until("08-09 09:00")
    assert (story.issue.status, story.due("issue#1")) == (Status.SUSPENDED, None)
    story.until("08-10 13:00")
    assert story.names[-1] == "resumed"
    assert story.due("issue#1") == at("08-18 18:00"), "five office days, none counted twice"
    story = in_hand().does(COORDINATOR, hold("08-06 12:00"), "08-03 12:00")
    story.does(head(D1), suspend("08-10 12:00"), "08-04 10:00").does(COORDINATOR, approve(story), "08-04 12:00")
    assert (story.until("08-09 09:00").issue.hold, story.due("issue#1")) == (None, None), "suspended beyond the hold"
    assert story.until("08-10 13:00").due("issue#1") == at("08-18 18:00")
    story = in_hand().does(COORDINATOR, hold("08-12 12:00"), "08-03 12:00")
    story.does(head(D1), suspend("08-06 12:00"), "08-04 10:00").does(COORDINATOR, approve(story), "08-04 12:00")
    story.does(head(D1), RESUME, "08-05 12:00")
    assert story.issue.status is Status.IN_PROGRESS
    assert story.due("issue#1") is None
    story.until("08-12 13:00")
    assert story.due("issue#1") == at("08-20 18:00"), "seven office days from the 3rd"


def test_two_batches_may_hold_an_issue_and_it_waits_until_the_later_is_over() -> None:
    story = in_hand().does(COORDINATOR, hold("08-05 12:00"), "08-03 12:00")
    story.does(COORDINATOR, hold("08-09 12:00", "H-2", "范县停电"), "08-04 12:00").until("08-06 09:00")
    assert [one.open for one in story.issue.holds] == [False, True]
    assert story.due("issue#1") is None
    assert [pause.basis for pause in story.clock("issue#1").pauses] == ["HELD:范县、台前县防汛", "HELD:范县停电"]
    story.until("08-09 13:00")
    assert story.due("issue#1") == at("08-17 18:00")
    with pytest.raises(NothingToChange):
        story.does(COORDINATOR, hold("08-20 12:00"))


def test_a_question_to_the_enterprise_and_its_wait_lie_inside_it_without_counting_twice() -> None:
    story = told().does(COORDINATOR, hold("08-05 12:00"), "08-03 12:00")
    story.does(COORDINATOR, do.AskInfo(question="容量多少"), "08-04 10:00").until("08-05 15:00")
    assert (story.issue.status, story.due("issue#1")) == (Status.NEED_INFO, None)
    assert story.due("supply#1") == at("08-12 12:00"), "five days from the 4th, and the morning of the 5th given back"
    story.does(ENTERPRISE, do.Supply(text="补充"), "08-06 12:00")
    assert story.due("issue#1") == at("08-16 18:00")


def test_no_wait_for_the_enterprise_lapses_while_it_lasts_and_closing_ends_it() -> None:
    story = evaluating()
    lapses = story.due("evaluate#1")
    story.does(COORDINATOR, hold("08-20 18:00"), "08-03 12:00").until("08-18 18:00")
    assert lapses is not None
    assert lapses < story.now
    assert story.names[-1] == "clocks_held"
    story.does(ENTERPRISE, do.Rate(score=5, solved=True)).does(COORDINATOR, do.CloseOut())
    assert story.issue.hold is None
    assert not story.open_clocks(Obligation.HOLD)
    story.until("09-30 18:00")
    assert story.issue.status is Status.ARCHIVED


def test_an_order_and_its_reply_wait_too_and_what_ends_meanwhile_is_over() -> None:
    story = in_hand().until("08-13 09:00")
    (order,) = story.issue.open_orders
    story.does(COORDINATOR, hold("08-20 18:00"), "08-13 10:00")
    assert story.due("reply#1") is None
    story.does(head(D1), do.ReplyOrder(order=order.no, text="正在抢险"), "08-13 11:00")
    assert story.clock("reply#1").due(POLICY.calendar) is not None
    assert story.due("lift#1") is None
    story.until("08-20 18:00")
    assert story.due("lift#1") is not None


def test_what_was_raised_before_is_not_raised_again_and_the_rest_follows_at_its_moved_moment() -> None:
    story = in_hand().until("08-11 19:00")
    assert story.raised("issue#1") == [Rung.R0, Rung.R1]
    story.does(COORDINATOR, hold("08-16 08:30"), "08-12 08:30").until("08-17 18:00")
    assert story.raised("issue#1") == [Rung.R0, Rung.R1, Rung.R2]
    r2 = story.alarm("issue#1", Rung.R2)
    assert r2 is not None
    assert r2.moment == at("08-16 18:00")


def test_it_names_its_date_at_most_one_review_ahead_and_nobody_is_charged_for_it() -> None:
    with pytest.raises(SuspensionTooLong):
        told().does(COORDINATOR, hold("09-10 18:00"))
    story = in_hand().does(COORDINATOR, hold("08-05 12:00"), "08-03 12:00").until("08-05 12:00")
    story.until("08-05 13:00")
    charges = charged(story.issue.issue_no, story.recorded, POLICY, story.now)
    nobody = next(one for one in charges if one.owes is None)
    assert nobody.elapsed == timedelta(days=2)
    assert sum((one.elapsed for one in charges), timedelta()) == story.now - story.issue.received_at


def test_the_account_names_the_basis_and_sums_to_the_deadline() -> None:
    story = in_hand().does(COORDINATOR, hold("08-05 12:00"), "08-03 12:00").until("08-06 09:00")
    (its,) = (one for one in accounts(story) if one.clock.key == "issue#1")
    assert its.account.ran == its.account.budget
    assert "统一停钟（范县、台前县防汛）停钟，补回 办公时间 14 小时" in in_words(its, POLICY, Tongue.ZH)
    assert "mass suspension: 范县、台前县防汛" in in_words(its, POLICY, Tongue.EN)
