"""重发 · notices that repeat until they are heeded (docs/rules.md 5)."""

from dataclasses import replace
from datetime import datetime, timedelta

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder import events as lev
from bihuan.domain.ladder.escalation import agenda
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import settle
from bihuan.domain.people import Role
from bihuan.domain.refusals import NotPermitted
from tests.support.small_city.acts import RESUME, approve, extend, suspend
from tests.support.small_city.calendar import at
from tests.support.small_city.desks import UNIT_HEAD
from tests.support.small_city.orders import levelled_up, reply
from tests.support.small_city.people import COORDINATOR, LEADER, OWN, handler, head, supervisor
from tests.support.small_city.policy import D1, D2, G1, POLICY
from tests.support.small_city.stages import dispatched, in_hand
from tests.support.small_city.story import Story, refused, walk


def repeats(story: Story, alarm: str) -> list[tuple[int, datetime]]:
    events = [e for e in story.events if isinstance(e, lev.AlarmRepeated) and e.alarm == alarm]
    return [(event.count, event.moment) for event in events]


def test_an_unheeded_notice_repeats_at_the_opening_of_each_working_day_five_times() -> None:
    story = walk(dispatched(), "08-20 18:00")
    openings = ["08-04 08:30", "08-05 08:30", "08-06 08:30", "08-09 08:30", "08-10 08:30"]
    assert repeats(story, "sign#1/0/R1") == [(n, at(when)) for n, when in enumerate(openings, 1)]
    again = next(one for one in story.entries("alarm_repeated"))
    first = story.alarm("sign#1", Rung.R1)
    assert first is not None
    assert set(again.tell) == set(first.told)
    assert story.raised("sign#1").count(Rung.R1) == 1, "the same alarm, a new notice"


def test_an_order_repeats_to_whom_it_was_sent_until_the_unit_replies() -> None:
    story = walk(dispatched(), "08-06 09:00")
    assert [count for count, _ in repeats(story, "sign#1/0/R2")] == [1, 2]
    (issued,) = story.entries("order_issued")
    told_again = [one for one in story.entries("alarm_repeated") if getattr(one.event, "rung", "") == Rung.R2]
    assert set(told_again[0].tell) == set(issued.tell)
    walk(story.does(head(D1), reply(story)), "08-20 18:00")
    assert len(repeats(story, "sign#1/0/R2")) == 2


def test_acknowledging_stops_the_repeat_and_not_the_clock() -> None:
    story = walk(dispatched(), "08-03 18:00")
    notice = press.Acknowledge(alarm="sign#1/0/R1")
    for stranger in (head(D2), supervisor("G2"), OWN[Role.COO], LEADER):
        refused(story, stranger, notice, NotPermitted)
    story.does(head(D1), notice)
    refused(story, head(D1), notice, NotPermitted)
    walk(story, "08-10 18:00")
    assert repeats(story, "sign#1/0/R1") == []
    assert story.raised("sign#1") == [Rung.R0, Rung.R1, Rung.R2, Rung.R3]


def test_a_group_copied_may_acknowledge_its_own_copy() -> None:
    story = walk(dispatched(), "08-03 18:00").does(supervisor(G1), press.Acknowledge(alarm="sign#1/0/R1"))
    assert [one.told for one in story.issue.unheeded] == [(UNIT_HEAD,)]


def test_what_is_done_repeats_no_more() -> None:
    story = walk(dispatched().until("08-03 18:00").does(handler(D1), do.Sign()), "08-20 18:00")
    assert repeats(story, "sign#1/0/R1") == []


def test_after_an_outage_a_notice_repeats_once_marked_late_and_goes_on_with_the_next_opening() -> None:
    story = walk(dispatched(), "08-03 18:00").until("08-06 10:00")
    (first,) = [e for e in story.events if isinstance(e, lev.AlarmRepeated) and e.alarm == "sign#1/0/R1"]
    assert (first.moment, first.late) == (at("08-04 08:30"), True)
    walk(story, "08-09 08:30")
    assert repeats(story, "sign#1/0/R1")[1:] == [(2, at("08-09 08:30"))]


def test_an_issue_under_a_policy_that_knows_no_such_ladder_keeps_the_one_it_was_promised() -> None:
    issue = dispatched().issue
    former = replace(issue.limits, crit_after=None, level_up=None, sign_draft=None, repeat_every=None)
    after = settle(replace(issue, limits=former), at("09-15 18:00"), POLICY)
    rungs = {one.event.rung for one in after.recorded if isinstance(one.event, ev.AlarmRaised)}
    assert rungs == {Rung.R0, Rung.R1, Rung.R2}
    assert not any(isinstance(one.event, lev.AlarmRepeated | lev.DraftOpened) for one in after.recorded)


def test_how_often_a_notice_repeats_is_policy() -> None:
    quiet = replace(POLICY, repeats_max=0)
    issue = walk(dispatched(), "08-03 18:00").issue
    assert all(due.repeat == 0 for due in agenda(issue, quiet))


def at_work() -> Story:
    return in_hand().does(head(D1), do.Report(text="进展"), "08-04 10:00")


def test_a_deadline_that_was_put_off_silences_the_notice_until_it_is_missed_again() -> None:
    story = walk(at_work().does(head(D1), extend("08-16 18:00"), "08-10 17:00"), "08-12 10:00")
    assert repeats(story, "issue#1/0/R1") == [(1, at("08-12 08:30"))]
    walk(story.does(COORDINATOR, approve(story)), "08-18 09:00")
    assert len(repeats(story, "issue#1/0/R1")) == 1
    assert repeats(story, "issue#1/1/R1") == [(1, at("08-17 08:30")), (2, at("08-18 08:30"))]


def test_a_notice_of_what_is_late_rests_while_the_issue_is_suspended_and_goes_on_after_it() -> None:
    story = walk(at_work(), "08-12 09:00").does(head(D1), suspend("08-20 18:00"))
    walk(story.does(COORDINATOR, approve(story), "08-12 10:00"), "08-16 10:00")
    before = repeats(story, "issue#1/0/R1")
    assert before == [(1, at("08-12 08:30"))]
    walk(story.does(COORDINATOR, RESUME), "08-18 09:00")
    assert repeats(story, "issue#1/0/R1") == [*before, (2, at("08-17 08:30")), (3, at("08-18 08:30"))]


def test_the_task_forces_time_stands_still_while_the_issue_is_suspended() -> None:
    story = levelled_up()
    due = story.due("level_up#1")
    assert due is not None
    story.does(head(D1), suspend("08-09 10:00"), "08-04 09:30")
    story.does(COORDINATOR, approve(story), "08-04 10:00").until("08-09 10:01")
    assert story.due("level_up#1") == due + timedelta(days=5)
    assert story.raised("level_up#1") == []
