"""Merging (并单): asked of the other issue by word, and done once that one has said yes (docs/rules.md 7.1)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bihuan.domain import commands as do
from bihuan.domain.cross_issue import Errand, errands, heard
from bihuan.domain.notifications.registry import facts
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import SYSTEM, Actor
from bihuan.domain.refusals import (
    MergeInRing,
    MergeOtherEnterprise,
    MergesElsewhere,
    MergeTargetEnding,
    MergeTargetNotOpen,
    MergeUndecided,
    Refusal,
    TakesInAnother,
)
from bihuan.domain.stage import Outcome, Status
from tests.support.merging import World
from tests.support.small_city.acts import ABSORB, FOLLOW, MERGE, NOT_TAKEN_IN, REJECT, TAKEN_IN, TERMINATE, TWIN
from tests.support.small_city.people import CALLER, COORDINATOR, ENTERPRISE, hub
from tests.support.small_city.policy import D1, HUBBED, POLICY, USCC
from tests.support.small_city.stages import in_hand, in_status, merged, merging, told
from tests.support.small_city.story import Story
from workflows.operator_view import details

KEPT = do.AuditVerdict.KEPT
SETTLED = do.SettleMerge(child=ABSORB.child, seq=2, merged=True)


def last_word(story: Story) -> tuple[Errand, ...]:
    last = story.recorded[-1]
    return errands(last.event, story.issue.issue_no, last.seq)


def refusal(story: Story, who: Actor, act: do.Act) -> Refusal:
    with pytest.raises(Refusal) as refused:
        story.copy().does(who, act)
    return refused.value


# The issue that asks


def test_an_issue_that_asks_stays_where_it_is_and_its_word_goes_to_the_other() -> None:
    story, before = merging(), told()
    assert (story.issue.status, story.issue.merging) == (Status.UNTRIAGED, TWIN)
    assert story.issue.clocks == before.issue.clocks
    asked = do.Absorb(child=story.issue.issue_no, asked=TWIN, enterprise=story.issue.enterprise)
    assert last_word(story) == (Errand(TWIN, asked, do.RefuseMerge(into=TWIN)),)
    assert story.recorded[-1].tell == ()
    assert f"- 并单：已申请并入 {TWIN}，待确认" in details(story.issue, POLICY, story.now)


def test_its_clocks_run_on_as_if_nothing_had_been_asked() -> None:
    asks, alone = merging().until("08-12 18:00"), told().until("08-12 18:00")
    assert [alarm.key for alarm in asks.alarms] == [alarm.key for alarm in alone.alarms]
    assert asks.due("issue#1") == alone.due("issue#1")


def test_a_yes_closes_it_and_the_other_hears_that_it_did() -> None:
    story = merged()
    assert (story.issue.status, story.issue.outcome) == (Status.CLOSED, Outcome.MERGED)
    assert (story.issue.merged_into, story.issue.merging) == (TWIN, "")
    assert Party(Desk.ENTERPRISE, USCC) in story.recorded[-1].tell
    said = do.SettleMerge(child=story.issue.issue_no, seq=TAKEN_IN.seq, merged=True)
    assert last_word(story) == (Errand(TWIN, said),)


def test_it_is_merged_where_the_one_it_asked_had_gone_itself() -> None:
    story = merging().does(SYSTEM, do.ConfirmMerge(into="BH-FURTHER", asked=TWIN, seq=7))
    assert story.issue.merged_into == "BH-FURTHER"
    assert [errand.to for errand in last_word(story)] == ["BH-FURTHER"]


@pytest.mark.parametrize(
    ("why", "zh", "en"),
    [
        ("MergeOtherEnterprise", "同一企业", "same enterprise"),
        ("MergeTargetNotOpen", "已了结", "over"),
        ("IssueArchived", "已了结", "over"),
        ("WrongStatus", "已了结", "over"),
        ("MergeTargetEnding", "尚无定论", "not decided yet"),
        ("MergeInRing", "互为并单", "each into the other"),
    ],
)
def test_a_no_leaves_it_where_it_was_and_its_triager_is_told_why(why: str, zh: str, en: str) -> None:
    story = merging(county=HUBBED)
    clocks = story.issue.clocks
    story.does(SYSTEM, replace(NOT_TAKEN_IN, why=why))
    assert (story.issue.status, story.issue.merging, story.issue.clocks) == (Status.UNTRIAGED, "", clocks)
    assert story.recorded[-1].tell == (story.issue.triager,)
    carried = facts(story.events[-1], story.issue)
    assert zh in carried["reason"]
    assert en in carried["reason_en"]
    assert en not in carried["reason"], "the Chinese part is Chinese"
    story.does(hub(HUBBED), MERGE)


def test_the_name_of_the_refusal_goes_back_with_it_and_with_nothing_else() -> None:
    assert heard(do.RefuseMerge(into=TWIN), "MergeInRing") == do.RefuseMerge(into=TWIN, why="MergeInRing")
    assert heard(SETTLED, "WrongStatus") == SETTLED


LEAVES: dict[str, tuple[Actor, do.Act]] = {
    "handed over": (COORDINATOR, do.HandOver(unit=D1)),
    "withdrawn": (ENTERPRISE, do.Withdraw()),
    "put into a batch": (COORDINATOR, FOLLOW),
}


@pytest.mark.parametrize("how", sorted(LEAVES))
def test_what_has_gone_elsewhere_asks_no_more_and_a_late_yes_is_void(how: str) -> None:
    story = merging().does(COORDINATOR, do.Accept())
    assert story.issue.merging == TWIN, "it may be worked on"
    story.does(*LEAVES[how])
    assert [one.tell for one in story.entries("merge_lapsed")] == [()]
    status = story.issue.status
    for late in (TAKEN_IN, NOT_TAKEN_IN):
        refusal(story, SYSTEM, late)
    assert (story.issue.status, story.issue.merging, story.issue.merged_into) == (status, "", "")


def test_a_yes_to_what_was_asked_before_is_void() -> None:
    story = merging().does(SYSTEM, NOT_TAKEN_IN).does(COORDINATOR, replace(MERGE, into="BH-OTHER"))
    refusal(story, SYSTEM, TAKEN_IN)
    refusal(story, SYSTEM, NOT_TAKEN_IN)
    assert story.issue.merging == "BH-OTHER"


def test_while_the_enterprise_is_asked_for_more_the_answer_is_heard() -> None:
    story = merging().does(COORDINATOR, do.AskInfo(question="容量多少")).does(SYSTEM, TAKEN_IN)
    assert story.issue.outcome is Outcome.MERGED


def test_what_was_merged_and_is_reopened_may_ask_again() -> None:
    story = merged().does(ENTERPRISE, do.Reopen(reason="并非一事"))
    assert (story.issue.status, story.issue.merged_into) == (Status.UNTRIAGED, "")
    assert story.does(COORDINATOR, MERGE).issue.merging == TWIN


# The issue that is asked


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.CLOSED, Status.ARCHIVED}))
def test_an_open_issue_takes_another_of_its_enterprise_in_and_says_so(status: Status) -> None:
    story = in_status(status)
    clocks = story.issue.clocks
    story.does(SYSTEM, ABSORB)
    assert (story.issue.status, story.issue.clocks) == (status, clocks)
    yes = do.ConfirmMerge(into=story.issue.issue_no, asked=TWIN, seq=story.issue.revision)
    void = do.SettleMerge(child=ABSORB.child, seq=story.issue.revision, merged=False)
    assert last_word(story) == (Errand(ABSORB.child, yes, void),)


@pytest.mark.parametrize("enterprise", [do.Enterprise("别家", "91410923MA0000009A"), do.Enterprise("别家", "")])
def test_an_issue_of_another_enterprise_is_refused(enterprise: do.Enterprise) -> None:
    assert isinstance(refusal(told(), SYSTEM, replace(ABSORB, enterprise=enterprise)), MergeOtherEnterprise)


def test_without_a_code_an_enterprise_is_known_by_its_name() -> None:
    told().does(SYSTEM, replace(ABSORB, enterprise=do.Enterprise(told().issue.enterprise.name, "")))


@pytest.mark.parametrize(
    "over", [lambda: told().does(ENTERPRISE, do.Withdraw()), lambda: in_status(Status.CLOSED)], ids=["withdrawn", "out"]
)
def test_an_issue_that_is_over_takes_none_in(over: Callable[[], Story]) -> None:
    assert isinstance(refusal(over(), SYSTEM, ABSORB), MergeTargetNotOpen)


ENDING: dict[str, Callable[[], Story]] = {
    "a withdrawal is audited": lambda: in_hand().does(ENTERPRISE, do.Withdraw()),
    "a rejection is proposed": lambda: told().does(COORDINATOR, REJECT),
    "a termination is proposed": lambda: in_hand().does(COORDINATOR, TERMINATE),
}


@pytest.mark.parametrize("how", sorted(ENDING))
def test_an_issue_whose_end_is_asked_for_takes_none_in(how: str) -> None:
    assert isinstance(refusal(ENDING[how](), SYSTEM, ABSORB), MergeTargetEnding)


def test_an_issue_that_goes_on_after_all_takes_others_in() -> None:
    story = ENDING["a withdrawal is audited"]().does(CALLER, do.AuditWithdrawal(verdict=KEPT, record="不撤了"))
    assert story.does(SYSTEM, ABSORB).issue.absorbing


def test_an_issue_that_was_merged_says_where() -> None:
    sent_on = refusal(merged(), SYSTEM, ABSORB)
    assert isinstance(sent_on, MergesElsewhere)
    assert sent_on.facts["into"] == TWIN


def test_an_issue_that_asks_itself_sends_smaller_numbers_on_and_has_the_others_ask_again() -> None:
    sent_on = refusal(merging(number="BH-5"), SYSTEM, replace(ABSORB, child="BH-4"))
    assert isinstance(sent_on, MergesElsewhere)
    assert sent_on.facts["into"] == TWIN
    assert isinstance(refusal(merging(number="BH-5"), SYSTEM, replace(ABSORB, child="BH-6")), MergeUndecided)
    assert isinstance(refusal(merging(number="BH-5"), SYSTEM, replace(ABSORB, child="BH-5")), MergeInRing)


def test_an_issue_asks_nobody_until_it_has_heard_of_all_it_takes_in() -> None:
    story = told().does(SYSTEM, ABSORB).does(SYSTEM, replace(ABSORB, child="BH-OTHER"))
    assert isinstance(refusal(story, COORDINATOR, MERGE), TakesInAnother)
    story.does(SYSTEM, SETTLED)
    assert isinstance(refusal(story, COORDINATOR, MERGE), TakesInAnother)
    story.does(SYSTEM, replace(SETTLED, child="BH-OTHER", seq=3, merged=False))
    assert story.does(COORDINATOR, MERGE).issue.merging == TWIN


def test_word_that_was_heard_before_says_nothing_more() -> None:
    story = told().does(SYSTEM, ABSORB).does(SYSTEM, SETTLED)
    before = story.issue
    assert story.does(SYSTEM, SETTLED).issue == before
    again = story.does(SYSTEM, ABSORB).does(SYSTEM, SETTLED)
    assert again.issue.absorbing, "word of an earlier yes says nothing of a later one"


def test_who_took_another_in_and_is_withdrawn_has_still_taken_it_in() -> None:
    world = World.of(["BH-1", "BH-2"])
    world.does("BH-1", COORDINATOR, do.Merge(into="BH-2"))
    world.carry(0)
    world.does("BH-2", ENTERPRISE, do.Withdraw())
    world.settle()
    assert [world.issues[number].outcome for number in ("BH-1", "BH-2")] == [Outcome.MERGED, Outcome.WITHDRAWN]
