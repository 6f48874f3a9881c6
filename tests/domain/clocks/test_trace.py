"""What happened to each clock and by which event, who had the issue how long, and how it stood in the past."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings

from bihuan.domain import commands as do
from bihuan.domain.clocks.clock import Clock
from bihuan.domain.clocks.responsibility_time import ResponsibilityTime, responsibility_times, responsible_party
from bihuan.domain.clocks.trace import ClockChangeKind, ClockExplanation, _changes, _ClockTrace, explain_clocks
from bihuan.domain.events import Event
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import RecordedEvent, fold, known_at, replay
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy, Urgency
from bihuan.domain.stage import Status
from bihuan.language.explanations import explanation_text
from bihuan.language.phrases import EVENTS, SENTENCES, Language
from tests.domain.slow.test_any_history import AnyHistory
from tests.domain.slow.test_properties import MOVES, UNHURRIED, Lived
from tests.domain.slow.test_requests import MOVES as BESIDE
from tests.domain.slow.test_requests import do_as_wished
from tests.support.puyang import policy
from tests.support.small_city import (
    COORDINATOR,
    D1,
    D2,
    ENTERPRISE,
    LIAISON,
    POLICY,
    RESULT,
    REVISED,
    SEND_BACK,
    USCC,
    Story,
    accepted,
    approve,
    at,
    extend,
    head,
    in_hand,
    in_status,
    suspended,
    transfer,
    under_order,
)
from tests.support.small_city import told as submitted

ADMIN = Actor(Role.ADM, "administrator")
ADOPT = do.AdoptCalendar(version=REVISED.version, calendar=REVISED)
POLICIES = {POLICY.version: POLICY}
ASK = do.AskInfo(question="容量多少")


def of(story: Story, key: str) -> ClockExplanation:
    return next(one for one in explain_clocks(story.issue.issue_no, story.recorded, POLICIES) if one.clock.key == key)


def turns(story: Story, key: str) -> list[tuple[ClockChangeKind, str]]:
    return [(turn.kind, turn.event) for turn in of(story, key).changes]


# What happened to a clock


def test_a_clock_names_the_event_that_started_it() -> None:
    story = in_hand()
    assert of(story, "issue#1").anchor.event == "submitted"
    assert of(story, "issue#1").anchor.at == story.recorded[0].at
    given_at = next(one for one in story.recorded if one.event.event == "dispatched")
    assert (of(story, "sign#1").anchor.seq, of(story, "sign#1").anchor.at) == (given_at.seq, given_at.at)
    assert turns(story, "sign#1") == [(ClockChangeKind.STARTED, "dispatched"), (ClockChangeKind.ENDED, "signed")]


def test_clocks_are_told_in_the_order_in_which_they_started() -> None:
    story = in_hand()
    found = explain_clocks(story.issue.issue_no, story.recorded, POLICIES)
    assert [one.clock for one in found] == list(story.issue.clocks)
    assert [one.anchor.seq for one in found] == sorted(one.anchor.seq for one in found)


def test_a_wait_for_information_is_told_with_both_its_ends() -> None:
    story = submitted().does(COORDINATOR, ASK, "08-02 11:00").does(ENTERPRISE, do.Supply(text="补充"), "08-04 09:30")
    assert turns(story, "issue#1")[1:] == [
        (ClockChangeKind.PAUSED, "info_asked"),
        (ClockChangeKind.RESUMED, "info_supplied"),
    ]
    assert explanation_text(of(story, "issue#1"), POLICY, Language.ZH) == (
        "问题总时限：自 2021-08-02 09:00 登记起 7个工作日，当日不计；08-07 至 08-08 周末不计；"
        "2021-08-02 11:00 至 2021-08-04 09:30 等待企业补正停钟，补回 办公时间 8 小时；"
        "到期 2021-08-13 09:30；责任方 综合协调组。"
    )
    assert explanation_text(of(story, "supply#1"), POLICY, Language.EN) == (
        "supply#1: 5 working days from 2021-08-02 11:00 (information asked), that day not counted; "
        "08-07 to 08-08 weekend not counted; due 2021-08-09 18:00; stopped counting at 2021-08-04 09:30; "
        "owed by enterprise."
    )


def test_another_limit_from_the_same_anchor_is_told_with_its_event() -> None:
    story = accepted().does(COORDINATOR, do.Classify(urgency=Urgency.URGENT), "08-02 11:00")
    relimited = next(turn for turn in of(story, "issue#1").changes if turn.kind is ClockChangeKind.RELIMITED)
    assert (relimited.event, str(relimited.limit)) == ("classified", "3wd")
    assert "2021-08-02 11:00 分类（第 3 条），时限变更，起点不变，现为 3个工作日" in explanation_text(
        of(story, "issue#1"), POLICY, Language.ZH
    )


def test_what_met_a_clock_and_what_set_it_going_again_is_told() -> None:
    story = in_hand().does(head(D1), RESULT).does(COORDINATOR, SEND_BACK)
    assert turns(story, "issue#1") == [
        (ClockChangeKind.STARTED, "submitted"),
        (ClockChangeKind.MET, "result_submitted"),
        (ClockChangeKind.RUNS_ON, "sent_back"),
    ]


def test_a_clock_taken_away_by_a_transfer_still_names_who_owed_it() -> None:
    story = in_hand().does(head(D1), transfer(D2))
    report = of(story, "report#1")
    assert report.changes[-1].kind is ClockChangeKind.TAKEN
    assert report.responsible == Party(Desk.UNIT, D1)
    assert "责任方 承办单位 供电公司。" in explanation_text(report, POLICY, Language.ZH)
    assert of(story, "report#2").responsible == Party(Desk.UNIT, D2)


def test_a_clock_that_is_over_names_who_owed_it_then() -> None:
    story = in_status(Status.ARCHIVED)
    owed = {one.clock.key: one.responsible for one in explain_clocks(story.issue.issue_no, story.recorded, POLICIES)}
    assert owed["issue#1"] == Party(Desk.UNIT, D1)
    assert owed["triage#1"] == Party(Desk.COORDINATION)
    assert owed["evaluate#1"] == Party(Desk.ENTERPRISE, USCC)


def test_a_later_holder_does_not_take_over_what_an_earlier_one_owed() -> None:
    story = in_status(Status.CLOSED).does(ENTERPRISE, do.Reopen(reason="复发")).does(head(D1), transfer(D2))
    assert story.issue.assignment.holder == D2
    assert of(story, "issue#1").responsible == Party(Desk.UNIT, D1)


def test_the_clocks_of_an_order_are_told_too() -> None:
    story = under_order(Status.DISPATCHED)
    assert of(story, "reply#1").anchor.event == "order_issued"


def test_an_extension_is_told_with_its_date_and_an_earlier_pause_with_its_ground() -> None:
    story = in_hand().does(head(D1), extend("08-18 18:00"), "08-03 10:00")
    story.does(COORDINATOR, approve(story), "08-03 11:00")
    assert turns(story, "issue#1") == [(ClockChangeKind.STARTED, "submitted"), (ClockChangeKind.GRANTED, "extended")]
    assert explanation_text(of(story, "issue#1"), POLICY, Language.ZH) == (
        "问题总时限：自 2021-08-02 09:00 登记起 7个工作日，当日不计；08-07 至 08-08、08-14 至 08-15 周末不计；"
        "另定日期 2021-08-18 18:00，多 办公时间 35 小时；到期 2021-08-18 18:00；"
        "2021-08-03 11:00 延期（第 7 条），到期时刻变更；责任方 承办单位 供电公司。"
    )


def test_a_suspension_is_told_as_a_pause_with_its_ground() -> None:
    story = suspended()
    assert turns(story, "issue#1")[1:] == [
        (ClockChangeKind.GRANTED, "suspended"),
        (ClockChangeKind.PAUSED, "suspended"),
    ]
    assert "起挂起（司法程序）停钟" in explanation_text(of(story, "issue#1"), POLICY, Language.ZH)


def test_what_was_done_stays_counted_by_the_calendar_it_was_done_under() -> None:
    story = in_hand().does(ADMIN, ADOPT, "08-04 10:00")
    done = in_hand().does(head(D1), RESULT, "08-03 10:00").does(ADMIN, ADOPT, "08-04 10:00")
    for one, calendar, due in ((story, "2021.2", "08-12 18:00"), (done, "2021", "08-11 18:00")):
        policies = {POLICY.version: POLICY, one.policy.version: one.policy}
        issue = next(iter(explain_clocks(one.issue.issue_no, one.recorded, policies)))
        assert (issue.account.calendar, issue.account.due) == (calendar, at(due))
        assert issue.account.due == issue.clock.due(one.policy.calendar)
        assert issue.account.ran == issue.account.budget
        assert issue.changes[-1].event == "calendar_adopted"


def test_a_granted_change_of_the_deadline_is_a_turn_of_its_own() -> None:
    story = in_hand()
    clock, issue = story.clock("issue#1"), story.issue
    assert list(_changes(_ClockTrace(clock, (), issue), replace(clock, grant=1))) == [ClockChangeKind.GRANTED]


def test_every_event_has_a_name_in_both_languages() -> None:
    assert set(EVENTS) == {get_args(get_type_hints(event)["event"])[0] for event in get_args(Event)}
    assert all(zh and en and not en.isspace() for zh, en in (*EVENTS.values(), *SENTENCES.values()))


# Who had it


OWED_BY = {
    Status.SUBMITTED: "liaison:liaison",
    Status.UNTRIAGED: "coordination",
    Status.NEED_INFO: f"enterprise:{USCC}",
    Status.ACCEPTED: "coordination",
    Status.DISPATCHED: f"unit:{D1}",
    Status.RETURN_REVIEW: "coordination",
    Status.TRANSFERRED: f"unit:{D1}",
    Status.FOLLOWING: "coordination",
    Status.IN_PROGRESS: f"unit:{D1}",
    Status.CHECKING: "coordination",
    Status.TO_DELIVER: f"unit:{D1}",
    Status.EVALUATING: None,
    Status.CALLBACK: "callback",
    Status.EVALUATED: "coordination",
    Status.SUSPENDED: "unit:D1",
    Status.CLOSED: None,
    Status.ARCHIVED: None,
}
"""The second column of docs/rules.md 1.1, for an issue of coordination's that D1 holds."""


@pytest.mark.parametrize("status", Status)
def test_each_status_waits_for_whom_the_rules_name(status: Status) -> None:
    story = in_status(status)
    owes = responsible_party(story.issue, POLICY, story.now)
    assert (str(owes) if owes else None) == OWED_BY[status]


def charges_of(story: Story, until: str) -> tuple[ResponsibilityTime, ...]:
    return responsibility_times(story.issue.issue_no, story.recorded, POLICY, at(until))


def test_each_moment_is_charged_to_who_owed_the_next_act() -> None:
    story = submitted().does(COORDINATOR, do.Accept(), "08-02 10:00")
    story.does(COORDINATOR, do.HandOver(unit=D1), "08-02 11:00").does(head(D1), do.Sign(), "08-03 09:00")
    story.does(head(D1), RESULT, "08-04 08:30")
    assert [(str(one.responsible), one.elapsed, one.office) for one in charges_of(story, "08-04 09:30")] == [
        (f"unit:{D1}", timedelta(hours=45.5), timedelta(hours=11.5)),
        ("coordination", timedelta(hours=3), timedelta(hours=3)),
    ]


def test_who_had_it_equally_long_is_named_in_the_order_of_names_and_who_had_it_no_time_is_not() -> None:
    story = submitted().does(COORDINATOR, ASK, "08-02 10:00")
    story.does(ENTERPRISE, do.Supply(text="400千伏安"), "08-02 10:00")
    assert [str(one.responsible) for one in charges_of(story, "08-02 11:00")] == ["coordination"]
    story = submitted(contact="").does(LIAISON, do.Complete(contact="经办人"), "08-02 10:00")
    assert [(str(one.responsible), one.elapsed) for one in charges_of(story, "08-02 11:00")] == [
        ("coordination", timedelta(hours=1)),
        ("liaison:liaison", timedelta(hours=1)),
    ]


def test_an_account_with_a_gap_names_the_issue_and_the_event() -> None:
    story = in_hand()
    with pytest.raises(ValueError, match=f"^{story.issue.issue_no}: event 2 is missing, 3 came instead$"):
        responsibility_times(story.issue.issue_no, story.recorded[:1] + story.recorded[2:], POLICY, story.now)


# Any history


def states(recorded: list[RecordedEvent]) -> dict[datetime, Issue]:
    """The issue right after each moment at which something happened."""
    return {one.at: issue for one, issue in replay("BH-TEST", recorded)}


@UNHURRIED
@given(MOVES)
def test_in_any_history_the_past_stands_as_it_stood(moves: list[tuple[timedelta, do.Act]]) -> None:
    lived = Lived()
    seen = {lived.now: lived.issue}
    for gap, act in moves:
        lived.wait(gap)
        seen[lived.now] = lived.issue
        lived.attempt(act)
        seen[lived.now] = lived.issue
    for moment, issue in {**seen, **states(lived.recorded)}.items():
        known = known_at(lived.recorded, moment)
        assert fold("BH-TEST", known) == issue
        assert known_at(lived.recorded, moment + timedelta(microseconds=1)) == known
    assert known_at(lived.recorded, lived.recorded[0].at - timedelta(microseconds=1)) == ()


@UNHURRIED
@given(MOVES)
def test_in_any_history_every_account_sums_and_every_moment_is_charged_once(
    moves: list[tuple[timedelta, do.Act]],
) -> None:
    lived = Lived()
    for gap, act in moves:
        lived.wait(gap)
        lived.attempt(act)
    _adds_up(lived.issue, lived.recorded, policy(), lived.now)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BESIDE)
def test_so_it_does_with_extensions_and_suspensions_of_any_kind(moves: list[tuple[timedelta, str, int]]) -> None:
    life = AnyHistory()
    life.stopped_at_due = {}
    life.story = in_hand()
    for gap, wish, pick in moves:
        life.time_goes_by(gap)
        do_as_wished(life, wish, pick)
    _adds_up(life.story.issue, life.story.recorded, POLICY, life.story.now)


def _adds_up(issue: Issue, recorded: list[RecordedEvent], by: Policy, now: datetime) -> None:
    zero, received = timedelta(), recorded[0].at
    found = explain_clocks(issue.issue_no, recorded, {by.version: by})
    assert [one.clock for one in found] == list(issue.clocks)
    for one in found:
        its = one.account
        assert its.due == one.clock.due(by.calendar)
        assert its.ran == its.budget + its.granted + its.rolled + its.late if its.due else one.clock.paused
        assert its.granted == zero or one.clock.until
        assert _ends_as_it_should(one.clock, [turn.kind for turn in one.changes])
        for tongue in Language:
            assert explanation_text(one, by, tongue)
    for until in (now, now + timedelta(days=3)):
        charges = responsibility_times(issue.issue_no, recorded, by, until)
        assert sum((one.elapsed for one in charges), zero) == until - received
        assert sum((one.office for one in charges), zero) == by.calendar.office_time(received, until)
        assert len({one.responsible for one in charges}) == len(charges)


def _ends_as_it_should(clock: Clock, told_turns: list[ClockChangeKind]) -> bool:
    assert told_turns[0] is ClockChangeKind.STARTED
    assert told_turns.count(ClockChangeKind.STARTED) == 1
    paused = told_turns.count(ClockChangeKind.PAUSED) - told_turns.count(ClockChangeKind.RESUMED)
    met = told_turns.count(ClockChangeKind.MET) - told_turns.count(ClockChangeKind.RUNS_ON)
    over = (
        told_turns.count(ClockChangeKind.ENDED)
        + told_turns.count(ClockChangeKind.TAKEN)
        - told_turns.count(ClockChangeKind.GOES_ON)
    )
    return (paused, met, over) == (clock.paused, clock.stopped_at is not None, not clock.open)
