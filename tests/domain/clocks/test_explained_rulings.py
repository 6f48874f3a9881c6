"""Each step of a ruling is named by the explanation, and a notice says the new deadline."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain.clocks.trace import explained
from bihuan.domain.notifications.registry import facts
from bihuan.language.explanations import told as in_words
from bihuan.language.phrases import Tongue
from tests.support.small_city.acts import FOLLOW, SEND_BACK, UNFOLLOW, hold, suspend
from tests.support.small_city.people import COORDINATOR, DEPUTY, ENTERPRISE, head
from tests.support.small_city.policy import D1
from tests.support.small_city.rulings import ADD, RELEASE, REOPEN, URGENT, an_hour_in_time, approved, heard
from tests.support.small_city.stages import accepted, in_hand, withdrawn
from tests.support.small_city.story import Story


def why(story: Story, key: str) -> tuple[str, str]:
    """The account of a clock in both tongues; its sum is checked on the way."""
    one = next(
        one
        for one in explained(story.issue.issue_no, story.recorded, {story.policy.version: story.policy})
        if one.clock.key == key
    )
    its = one.account
    assert its.due == story.due(key)
    assert its.due is None or its.ran == its.budget + its.granted + its.late
    assert its.due is not None or its.ran + its.left == its.budget + its.granted
    return in_words(one, story.policy, Tongue.ZH), in_words(one, story.policy, Tongue.EN)


def test_a_late_check_is_told_as_a_pause_of_its_own() -> None:
    zh, en = why(an_hour_in_time().does(COORDINATOR, SEND_BACK, "08-17 10:00"), "issue#1")
    assert "2021-08-12 18:00 至 2021-08-17 10:00 审核超时停钟，补回 办公时间 15 小时 30 分" in zh
    assert "(the check took longer than its limit), 15 h 30 min of office time given back" in en


def test_a_shortened_deadline_says_that_it_was_not_moved_behind_now() -> None:
    zh, en = why(in_hand().does(COORDINATOR, URGENT, "08-10 09:00"), "issue#1")
    assert "时限变更，起点不变，现为 3个工作日" in zh
    assert "缩短不追溯，自此时起至少留足签收时限" in zh
    assert "not shortened behind now" in en
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
    assert heard(story, "classified") == {f"unit:{D1}", f"enterprise:{story.issue.enterprise.uscc}"}
    assert "due_at" not in facts(story.events[-1], story.issue), "nobody can know yet"
