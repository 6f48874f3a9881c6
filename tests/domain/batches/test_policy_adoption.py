"""Another policy for an issue under way, and taking it back."""

from dataclasses import replace

import pytest

from bihuan.domain import commands as do
from bihuan.domain.batches.commands import Handling
from bihuan.domain.batches.events import PolicyAdopted
from bihuan.domain.batches.policy_adoption import Difference, differences
from bihuan.domain.clocks.calendar_adoption import governed_by
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.language.explanations import told as in_words
from bihuan.language.phrases import Tongue
from tests.support.small_city.acts import PASS, RESULT, SHORTER, adopt_policy, approve, extend, hold
from tests.support.small_city.calendar import REVISED, at
from tests.support.small_city.people import COORDINATOR, head
from tests.support.small_city.policy import D1, G1, G2, POLICY, USCC, limit
from tests.support.small_city.stages import accounts, in_hand
from tests.support.small_city.story import Story


def adoption(story: Story) -> PolicyAdopted:
    event = story.entries("policy_adopted")[-1].event
    assert isinstance(event, PolicyAdopted)
    return event


def test_adopted_the_new_limits_count_from_the_same_anchor_and_the_county_moves_to_its_group() -> None:
    story = in_hand().does(COORDINATOR, adopt_policy(), "08-04 10:00")
    event = adoption(story)
    assert (event.former, event.policy_version) == (POLICY.version, story.policy.version)
    assert story.issue.policy_version == story.policy.version != POLICY.version
    assert [(one.clock, one.was, one.due) for one in event.moved] == [("issue#1", at("08-11 18:00"), at("08-09 18:00"))]
    assert (story.due("issue#1"), story.issue.group) == (at("08-09 18:00"), G2)
    assert story.issue.limits.solve == limit("5wd")
    assert story.entries("policy_adopted")[0].tell == (Party(Desk.UNIT, D1), Party(Desk.ENTERPRISE, USCC))
    assert POLICY.group_for(D1, story.issue.county) == G1


def test_the_days_stay_those_of_the_issues_own_calendar() -> None:
    story = in_hand().does(Actor(Role.ADM, "administrator"), do.AdoptCalendar(version="2021.2", calendar=REVISED))
    story.does(COORDINATOR, adopt_policy(), "08-04 10:00")
    known = governed_by(POLICY, REVISED).calendar
    assert (story.policy.calendar.version, story.policy.calendar.days) == (known.version, known.days)
    assert story.due("issue#1") == at("08-09 18:00")


def test_no_deadline_is_brought_behind_us_and_one_moved_ahead_is_raised_again_there() -> None:
    story = in_hand().does(COORDINATOR, adopt_policy(), "08-10 10:00").until("08-11 09:00")
    assert story.raised("issue#1") == [Rung.R0]
    assert story.due("issue#1") == at("08-11 18:00"), (
        "five days were over on 08-09; the sign limit ends when it was due"
    )
    longer = replace(SHORTER, limits={key: replace(row, solve=limit("9wd")) for key, row in POLICY.limits.items()})
    story.does(COORDINATOR, adopt_policy(longer, batch="B-2"), "08-11 11:00").until("08-16 19:00")
    assert story.due("issue#1") == at("08-13 18:00")
    raised = [(alarm.rung, alarm.grant, alarm.moment) for alarm in story.alarms if alarm.clock == "issue#1"]
    assert raised[1:] == [
        (Rung.R0, 2, at("08-13 08:30")),
        (Rung.R1, 2, at("08-13 18:00")),
        (Rung.R2, 2, at("08-16 18:00")),
    ]
    keys = [alarm.key for alarm in story.alarms]
    assert len(keys) == len(set(keys))


def test_what_was_raised_and_is_behind_us_under_the_new_policy_too_is_not_raised_again() -> None:
    story = in_hand().until("08-13 09:00")
    before = [alarm for alarm in story.alarms if alarm.clock == "issue#1"]
    assert [alarm.rung for alarm in before] == [Rung.R0, Rung.R1, Rung.R2]
    story.does(COORDINATOR, adopt_policy(), "08-13 10:00").until("08-13 11:00")
    assert set(adoption(story).kept) >= {"issue#1/1/R0", "issue#1/1/R1", "issue#1/1/R2"}
    assert [alarm for alarm in story.alarms if alarm.clock == "issue#1"] == before
    assert story.issue.open_orders


def test_with_time_credited_nobody_becomes_late_and_the_account_says_what_was_credited() -> None:
    story = in_hand().does(COORDINATOR, adopt_policy(handling=Handling.CREDIT), "08-10 10:00")
    assert adoption(story).credited == ("issue#1",)
    assert story.due("issue#1") == at("08-17 10:00"), "five office days from now on"
    assert story.raised("issue#1") == []
    (its,) = (one for one in accounts(story) if one.clock.key == "issue#1")
    assert its.account.ran == its.account.budget
    assert "更换方案扣除已用时间（批次 B-1）" in in_words(its, story.policy, Tongue.ZH)


@pytest.mark.parametrize("handling", [Handling.ADOPT, Handling.CREDIT])
def test_undone_by_a_second_batch_every_deadline_is_where_it_was_and_alarms_stay(handling: Handling) -> None:
    story, untouched = in_hand(), in_hand()
    story.does(COORDINATOR, adopt_policy(handling=handling), "08-10 10:00").until("08-10 11:00")
    before = story.issue.raised
    back = adopt_policy(POLICY, batch="U-1", undoes="B-1")
    story.does(COORDINATOR, back, "08-10 12:00")
    assert {one.key: story.due(one.key) for one in untouched.issue.clocks} == {
        one.key: one.due(POLICY.calendar) for one in untouched.issue.clocks
    }
    assert (story.issue.group, story.issue.adopted_by) == (G1, "U-1")
    assert before <= story.issue.raised


def test_kept_it_stays_as_it_is_and_a_later_batch_for_all_knows_it() -> None:
    story = in_hand().does(COORDINATOR, adopt_policy(handling=Handling.KEEP), "08-04 10:00")
    assert story.names[-1] == "policy_kept"
    assert (story.issue.policy_version, story.due("issue#1")) == (POLICY.version, at("08-11 18:00"))
    assert story.issue.kept == (adopt_policy().version,)
    story.does(COORDINATOR, adopt_policy(batch="B-2", also_kept=True), "08-04 11:00")
    assert story.due("issue#1") == at("08-09 18:00")


def test_what_a_person_promised_otherwise_stands() -> None:
    """A date that was approved, and a budget kept from before a class that came later."""
    story = in_hand().does(head(D1), extend("08-16 18:00"), "08-04 10:00")
    story.does(COORDINATOR, approve(story), "08-04 11:00")
    story.does(COORDINATOR, adopt_policy(handling=Handling.CREDIT), "08-04 12:00")
    assert story.due("issue#1") == at("08-16 18:00")
    promised = in_hand().does(COORDINATOR, do.Classify(urgency=Urgency.COMPLEX), "08-04 10:00")
    assert promised.due("issue#1") == at("08-11 18:00")
    promised.does(COORDINATOR, adopt_policy(), "08-04 12:00")
    assert promised.due("issue#1") == at("08-11 18:00")


def test_what_is_met_keeps_its_budget_and_its_judgement() -> None:
    story = in_hand().does(head(D1), RESULT, "08-10 10:00").does(COORDINATOR, adopt_policy(), "08-10 11:00")
    assert story.due("issue#1") == at("08-11 18:00")
    assert adoption(story).relimited == ()
    story.does(COORDINATOR, PASS, "08-10 12:00")
    assert story.due("issue#1") == at("08-11 18:00")


def test_while_held_another_policy_may_come_and_the_wait_goes_on() -> None:
    story = in_hand().does(COORDINATOR, hold("08-05 12:00"), "08-03 12:00")
    story.does(COORDINATOR, adopt_policy(), "08-04 10:00")
    assert story.due("issue#1") is None
    story.until("08-05 13:00")
    assert story.due("issue#1") == at("08-11 18:00"), "five working days, and the two given back"


def test_the_preview_names_every_difference_and_only_those() -> None:
    assert differences(POLICY, POLICY) == ()
    found = differences(POLICY, SHORTER)
    assert Difference("limits/GENERAL/solve", "7wd", "5wd") in found
    assert Difference("county_groups/410923", "G1", "G2") in found
    assert len(found) == 3
    without = replace(POLICY, laws=POLICY.laws[:1], hub_triages=frozenset())
    assert {one.where.split("/")[0] for one in differences(POLICY, without)} == {"laws", "hub_triages"}
