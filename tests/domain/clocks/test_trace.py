"""What happened to each clock, and by which event."""

from dataclasses import replace
from typing import get_args, get_type_hints

from bihuan.domain import commands as do
from bihuan.domain.clocks.trace import Explained, Turn, _Traced, _turns, explained
from bihuan.domain.events import Event
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.domain.stage import Status
from bihuan.language.explanations import told
from bihuan.language.phrases import EVENTS, SAY, Tongue
from tests.support.small_city.acts import ASK, RESULT, SEND_BACK, approve, extend, transfer
from tests.support.small_city.calendar import REVISED, at
from tests.support.small_city.orders import under_order
from tests.support.small_city.people import COORDINATOR, ENTERPRISE, head
from tests.support.small_city.policy import D1, D2, POLICY, USCC
from tests.support.small_city.stages import accepted, in_hand, in_status, suspended
from tests.support.small_city.stages import told as submitted
from tests.support.small_city.story import Story

ADMIN = Actor(Role.ADM, "administrator")
ADOPT = do.AdoptCalendar(version=REVISED.version, calendar=REVISED)
POLICIES = {POLICY.version: POLICY}


def of(story: Story, key: str) -> Explained:
    return next(one for one in explained(story.issue.issue_no, story.recorded, POLICIES) if one.clock.key == key)


def turns(story: Story, key: str) -> list[tuple[Turn, str]]:
    return [(turn.what, turn.event) for turn in of(story, key).turns]


def test_a_clock_names_the_event_that_started_it() -> None:
    story = in_hand()
    assert of(story, "issue#1").anchor.event == "submitted"
    assert of(story, "issue#1").anchor.at == story.recorded[0].at
    given_at = next(one for one in story.recorded if one.event.event == "dispatched")
    assert (of(story, "sign#1").anchor.seq, of(story, "sign#1").anchor.at) == (given_at.seq, given_at.at)
    assert turns(story, "sign#1") == [(Turn.STARTED, "dispatched"), (Turn.ENDED, "signed")]


def test_clocks_are_told_in_the_order_in_which_they_started() -> None:
    story = in_hand()
    found = explained(story.issue.issue_no, story.recorded, POLICIES)
    assert [one.clock for one in found] == list(story.issue.clocks)
    assert [one.anchor.seq for one in found] == sorted(one.anchor.seq for one in found)


def test_a_wait_for_information_is_told_with_both_its_ends() -> None:
    story = submitted().does(COORDINATOR, ASK, "08-02 11:00").does(ENTERPRISE, do.Supply(text="补充"), "08-04 09:30")
    assert turns(story, "issue#1")[1:] == [(Turn.PAUSED, "info_asked"), (Turn.RESUMED, "info_supplied")]
    assert told(of(story, "issue#1"), POLICY, Tongue.ZH) == (
        "问题总时限：自 2021-08-02 09:00 登记起 7个工作日，当日不计；08-07 至 08-08 周末不计；"
        "2021-08-02 11:00 至 2021-08-04 09:30 等待企业补正停钟，补回 办公时间 8 小时；"
        "到期 2021-08-13 09:30；责任方 综合协调组。"
    )
    assert told(of(story, "supply#1"), POLICY, Tongue.EN) == (
        "supply#1: 5 working days from 2021-08-02 11:00 (information asked), that day not counted; "
        "08-07 to 08-08 weekend not counted; due 2021-08-09 18:00; stopped counting at 2021-08-04 09:30; "
        "owed by enterprise."
    )


def test_another_limit_from_the_same_anchor_is_told_with_its_event() -> None:
    story = accepted().does(COORDINATOR, do.Classify(urgency=Urgency.URGENT), "08-02 11:00")
    relimited = next(turn for turn in of(story, "issue#1").turns if turn.what is Turn.RELIMITED)
    assert (relimited.event, str(relimited.limit)) == ("classified", "3wd")
    assert "2021-08-02 11:00 分类（第 3 条），时限变更，起点不变，现为 3个工作日" in told(
        of(story, "issue#1"), POLICY, Tongue.ZH
    )


def test_what_met_a_clock_and_what_set_it_going_again_is_told() -> None:
    story = in_hand().does(head(D1), RESULT).does(COORDINATOR, SEND_BACK)
    assert turns(story, "issue#1") == [
        (Turn.STARTED, "submitted"),
        (Turn.MET, "result_submitted"),
        (Turn.RUNS_ON, "sent_back"),
    ]


def test_a_clock_taken_away_by_a_transfer_still_names_who_owed_it() -> None:
    story = in_hand().does(head(D1), transfer(D2))
    report = of(story, "report#1")
    assert report.turns[-1].what is Turn.TAKEN
    assert report.owes == Party(Desk.UNIT, D1)
    assert "责任方 承办单位 供电公司。" in told(report, POLICY, Tongue.ZH)
    assert of(story, "report#2").owes == Party(Desk.UNIT, D2)


def test_a_clock_that_is_over_names_who_owed_it_then() -> None:
    story = in_status(Status.ARCHIVED)
    owed = {one.clock.key: one.owes for one in explained(story.issue.issue_no, story.recorded, POLICIES)}
    assert owed["issue#1"] == Party(Desk.UNIT, D1)
    assert owed["triage#1"] == Party(Desk.COORDINATION)
    assert owed["evaluate#1"] == Party(Desk.ENTERPRISE, USCC)


def test_a_later_holder_does_not_take_over_what_an_earlier_one_owed() -> None:
    story = in_status(Status.CLOSED).does(ENTERPRISE, do.Reopen(reason="复发")).does(head(D1), transfer(D2))
    assert story.issue.holder == D2
    assert of(story, "issue#1").owes == Party(Desk.UNIT, D1)


def test_the_clocks_of_an_order_are_told_too() -> None:
    story = under_order(Status.DISPATCHED)
    assert of(story, "reply#1").anchor.event == "order_issued"


def test_an_extension_is_told_with_its_date_and_an_earlier_pause_with_its_ground() -> None:
    story = in_hand().does(head(D1), extend("08-18 18:00"), "08-03 10:00")
    story.does(COORDINATOR, approve(story), "08-03 11:00")
    assert turns(story, "issue#1") == [(Turn.STARTED, "submitted"), (Turn.GRANTED, "extended")]
    assert told(of(story, "issue#1"), POLICY, Tongue.ZH) == (
        "问题总时限：自 2021-08-02 09:00 登记起 7个工作日，当日不计；08-07 至 08-08、08-14 至 08-15 周末不计；"
        "另定日期 2021-08-18 18:00，多 办公时间 35 小时；到期 2021-08-18 18:00；"
        "2021-08-03 11:00 延期（第 7 条），到期时刻变更；责任方 承办单位 供电公司。"
    )


def test_a_suspension_is_told_as_a_pause_with_its_ground() -> None:
    story = suspended()
    assert turns(story, "issue#1")[1:] == [(Turn.GRANTED, "suspended"), (Turn.PAUSED, "suspended")]
    assert "起挂起（司法程序）停钟" in told(of(story, "issue#1"), POLICY, Tongue.ZH)


def test_what_was_done_stays_counted_by_the_calendar_it_was_done_under() -> None:
    story = in_hand().does(ADMIN, ADOPT, "08-04 10:00")
    done = in_hand().does(head(D1), RESULT, "08-03 10:00").does(ADMIN, ADOPT, "08-04 10:00")
    for one, calendar, due in ((story, "2021.2", "08-12 18:00"), (done, "2021", "08-11 18:00")):
        policies = {POLICY.version: POLICY, one.policy.version: one.policy}
        issue = next(iter(explained(one.issue.issue_no, one.recorded, policies)))
        assert (issue.account.calendar, issue.account.due) == (calendar, at(due))
        assert issue.account.due == issue.clock.due(one.policy.calendar)
        assert issue.account.ran == issue.account.budget
        assert issue.turns[-1].event == "calendar_adopted"


def test_a_granted_change_of_the_deadline_is_a_turn_of_its_own() -> None:
    story = in_hand()
    clock, issue = story.clock("issue#1"), story.issue
    assert list(_turns(_Traced(clock, (), issue), replace(clock, grant=1))) == [Turn.GRANTED]


def test_every_event_has_a_name_in_both_languages() -> None:
    assert set(EVENTS) == {get_args(get_type_hints(event)["event"])[0] for event in get_args(Event)}
    assert all(zh and en and not en.isspace() for zh, en in (*EVENTS.values(), *SAY.values()))
