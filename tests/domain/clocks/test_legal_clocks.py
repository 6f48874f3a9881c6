"""Legal clocks: which limits govern, silence = accepted, and a class found late. The moments are worked out by hand."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.clocks.changes import LimitChange
from bihuan.domain.clocks.classification import KEPT_EN, KEPT_ZH, classification, governing
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.intake.folds import opened
from bihuan.domain.ladder.escalation import agenda, light, light_moments
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.loop.step import fold
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import WrongStatus
from bihuan.domain.requests.values import RequestState
from bihuan.domain.stage import Stage, Status
from tests.support.small_city import (
    ARREARS,
    CALENDAR,
    COORDINATOR,
    D1,
    D2,
    ENTERPRISE,
    G2,
    HUBBED,
    HUBBED_HUB,
    MONDAY,
    POLICY,
    USCC,
    Story,
    accepted,
    approve,
    at,
    dispatched,
    head,
    in_hand,
    limit,
    told,
    transfer,
)

ASK, SUPPLY = do.AskInfo(question="哪个窗口"), do.Supply(text="政务大厅三楼")
REJECT = do.Reject(ground=do.RejectGround.UNLAWFUL, reason="不属实")
COMPLAINT = "COMPLAINT_BE"
SILENCE = "08-05 18:00"
"""Three working days after Monday 2 August."""
HANDOVER_DUE = "08-06 18:00"
THIRTY_DAYS = "09-01 18:00"
CATEGORIES = ("ENERGY", "FIN", "ARREARS", COMPLAINT)


def complaint(**changes: object) -> Story:
    return told(category=COMPLAINT, **changes)  # type: ignore[arg-type]


def classify(category: str = "", urgency: Urgency | None = None) -> do.Classify:
    return do.Classify(category=category, urgency=urgency)


# What governs, and that the issue says so


def test_an_issue_is_governed_from_receipt_by_the_law_of_its_category_and_says_so() -> None:
    story = told(category="ARREARS", urgency=Urgency.URGENT)
    assert (story.due("issue#1"), story.due("triage#1")) == (at(THIRTY_DAYS), at("08-16 18:00"))
    by = story.issue.governance.governed_by
    assert by is not None
    assert (by.name, by.citation, by.solve_max) == ("LAW-ARREARS", "《LAW-ARREARS》某条", limit("90d"))


def test_undeclared_an_issue_stands_under_the_general_row_until_it_is_classified() -> None:
    story = told(urgency=None, category="")
    by = story.issue.governance.governed_by
    assert by is not None
    assert (by.name, by.row) == ("PY-13710", "GENERAL")


def test_submission_classification_and_dispatch_carry_what_governs() -> None:
    story = accepted().does(COORDINATOR, classify("ARREARS")).does(COORDINATOR, do.HandOver(unit=D1))
    names = [
        (event.event, event.governed_by.name)
        for event in story.events
        if isinstance(event, ev.Submitted | ev.Classified | ev.Dispatched) and event.governed_by
    ]
    assert names == [("submitted", "PY-13710"), ("classified", "LAW-ARREARS"), ("dispatched", "LAW-ARREARS")]
    assert story.issue.governance.governed_by == governing(story.issue, POLICY)


def test_an_issue_of_before_there_were_laws_is_governed_by_the_profile_of_its_own_policy() -> None:
    before = replace(POLICY, laws=())
    story = told()
    first = story.events[0]
    assert isinstance(first, ev.Submitted)
    old = opened(story.issue.issue_no, replace(first, governed_by=None), MONDAY)
    assert old.governance.governed_by is None
    assert governing(old, before).name == "PY-13710"
    assert all(due.rung for due in agenda(old, before))


# Silence = accepted


def test_a_complaint_nobody_triages_is_accepted_by_silence_on_the_third_working_day() -> None:
    before = complaint().until("08-05 17:59")
    assert before.issue.status is Status.UNTRIAGED
    assert before.raised("triage#1") == [Rung.R0]
    story = before.copy().until(SILENCE)
    assert story.issue.status is Status.ACCEPTED
    event = story.events[-1]
    assert isinstance(event, ev.DeemedAccepted)
    assert (event.moment, event.limit) == (at(SILENCE), limit("1wd"))
    assert story.issue.silence_accepted_at == at(SILENCE)
    assert story.raised("triage#1") == [Rung.R0]


def test_the_warning_comes_in_the_last_quarter_and_red_never() -> None:
    story = complaint().until("08-05 10:14")
    assert light(story.issue, POLICY, story.now) is Light.GREEN
    story.until("08-05 10:15")
    assert story.raised("triage#1") == [Rung.R0]
    assert light(story.issue, POLICY, story.now) is Light.BLUE
    red = light_moments(story.issue, POLICY)[Light.RED]
    assert red == at(THIRTY_DAYS), "only the issue's own clock can still turn red"
    story.until(SILENCE)
    assert light(story.issue, POLICY, story.now) is Light.GREEN


@pytest.mark.parametrize("category", ["ENERGY", "ARREARS"])
def test_every_other_class_only_turns_red(category: str) -> None:
    story = told(category=category).until("08-24 09:00")
    assert story.issue.status is Status.UNTRIAGED
    assert story.raised("triage#1") == [Rung.R0, Rung.R1, Rung.R2, Rung.R3]
    assert light(story.issue, POLICY, story.now) is Light.RED


def test_silence_is_told_to_the_enterprise_the_triager_and_whoever_r1_would_have_told() -> None:
    enterprise = Party(Desk.ENTERPRISE, USCC)
    plain = complaint().until(SILENCE).recorded[-1]
    assert plain.recipients == (enterprise, Party(Desk.COORDINATION), Party(Desk.COORDINATION_HEAD))
    hubbed = complaint(county=HUBBED).until(SILENCE).recorded[-1]
    hub_desk, hub_head = Party(Desk.UNIT, HUBBED_HUB), Party(Desk.UNIT_HEAD, HUBBED_HUB)
    assert hubbed.recipients == (enterprise, hub_desk, hub_head, Party(Desk.GROUP, G2))


def test_however_late_it_is_noticed_silence_accepts_at_its_moment_and_what_follows_is_late_from_there() -> None:
    story = complaint().until("08-10 09:00")
    assert story.clock("triage#1").ended_at == at(SILENCE)
    assert story.clock("triage#2").started_at == at(SILENCE)
    assert story.due("triage#2") == at(HANDOVER_DUE)
    assert story.raised("triage#2") == [Rung.R0, Rung.R1, Rung.R2]
    assert all(alarm.late for alarm in story.alarms if alarm.clock == "triage#2")


def test_after_silence_the_hand_over_is_owed_within_the_profiles_limit() -> None:
    story = complaint().until(SILENCE)
    assert story.due("triage#2") == at(HANDOVER_DUE)
    urgent = complaint(urgency=Urgency.URGENT).until(SILENCE)
    assert urgent.due("triage#2") == at("08-06 09:30"), "one working hour, from the next opening"
    story.until("08-10 09:00")
    alarm = story.alarm("triage#2", Rung.R1)
    assert alarm is not None
    assert (alarm.moment, alarm.told) == (at(HANDOVER_DUE), (Party(Desk.COORDINATION_HEAD),))


def test_handed_over_in_that_time_the_unit_has_the_issues_own_deadline() -> None:
    story = complaint().until(SILENCE).does(COORDINATOR, do.HandOver(unit=D1), "08-06 10:00")
    assert story.open_clocks(Obligation.SOLVE) == []
    assert story.due("issue#1") == at(THIRTY_DAYS)
    late = complaint().until(SILENCE).does(COORDINATOR, do.HandOver(unit=D1), "08-09 10:00")
    assert late.open_clocks(Obligation.SOLVE) == ["solve#1"]


@pytest.mark.parametrize("act", [do.Accept(), REJECT, do.Answer(text="答复", how="电话")])
def test_after_silence_a_complaint_can_no_longer_be_rejected_or_accepted_again(act: do.Act) -> None:
    with pytest.raises(WrongStatus):
        complaint().does(COORDINATOR, act, SILENCE)


def test_before_the_moment_the_triager_still_decides() -> None:
    accepted = complaint().does(COORDINATOR, do.Accept(), "08-05 17:59").until("08-20 09:00")
    rejected = complaint().does(COORDINATOR, REJECT, "08-05 17:00")
    rejected.does(Actor(Role.COO, "another coordinator"), approve(rejected), "08-05 17:59").until("08-20 09:00")
    assert not {"accepted_by_silence"} & {*accepted.names, *rejected.names}


def test_a_rejection_that_nobody_approved_in_time_is_silence() -> None:
    story = complaint().does(COORDINATOR, REJECT, "08-05 17:59").until("08-06 09:00")
    assert story.issue.status is Status.ACCEPTED
    assert story.issue.requests[-1].state is RequestState.OVERTAKEN


def test_accepted_by_act_a_complaint_is_still_owed_its_hand_over_by_the_triage_limit() -> None:
    story = complaint().does(COORDINATOR, do.Accept()).until("08-10 09:00")
    assert story.raised("triage#1") == [Rung.R0, Rung.R1, Rung.R2]
    assert "accepted_by_silence" not in story.names


def test_a_question_stops_the_time_of_silence_twice_and_a_third_does_not() -> None:
    story = complaint().does(COORDINATOR, ASK, "08-03 09:00").until(SILENCE)
    assert story.issue.status is Status.NEED_INFO
    story.does(ENTERPRISE, SUPPLY, "08-06 09:00")
    assert story.due("triage#1") == at("08-10 18:00"), "three days later, to the minute"
    story.does(COORDINATOR, ASK, "08-06 09:10").does(ENTERPRISE, SUPPLY, "08-06 09:20")
    story.does(COORDINATOR, ASK, "08-06 10:00").until("08-11 09:00")
    assert (story.issue.status, story.issue.came_from) == (Status.NEED_INFO, Status.ACCEPTED)
    assert story.issue.silence_accepted_at is not None
    assert story.copy().does(ENTERPRISE, SUPPLY, "08-11 10:00").issue.status is Status.ACCEPTED


def test_reopened_a_complaint_is_triaged_in_what_was_left_and_silence_counts_again() -> None:
    story = complaint().until(SILENCE).does(ENTERPRISE, do.Withdraw(), "08-06 09:00")
    story.does(ENTERPRISE, do.Reopen(reason="未解决"), "08-09 09:00")
    assert (story.issue.status, story.issue.silence_accepted_at) == (Status.UNTRIAGED, None)
    story.until("08-12 18:00")
    assert story.issue.silence_accepted_at == at("08-09 18:00")


def test_a_hub_that_is_silent_gets_no_order_before_the_hand_over_is_late() -> None:
    assert complaint(county=HUBBED).until("08-09 17:59").issue.supervision.orders == ()
    story = complaint(county=HUBBED).until("08-09 18:00")
    assert [order.presses for order in story.issue.supervision.orders] == [("triage#2",)]


# A class found late


def test_time_already_spent_counts_when_a_law_is_found_late() -> None:
    story = told().does(COORDINATOR, classify("ARREARS"), "08-04 09:00")
    assert (story.due("issue#1"), story.due("triage#1")) == (at(THIRTY_DAYS), at("08-16 18:00"))
    assert story.raised("triage#1") == [Rung.R0, Rung.R1]
    story.until("08-18 09:00")
    assert story.raised("triage#1")[2:] == [Rung.R0, Rung.R1, Rung.R2], "the later deadline is told from its beginning"
    moments = [alarm.moment for alarm in story.alarms if alarm.clock == "triage#1"][3:]
    assert moments == [at("08-16 18:00"), at("08-17 18:00")]


def test_classified_as_a_complaint_after_its_time_of_silence_it_was_accepted_back_then() -> None:
    story = told().does(COORDINATOR, classify(COMPLAINT), "08-09 09:00").until("08-09 09:00")
    assert story.issue.silence_accepted_at == at(SILENCE)
    assert story.due("triage#2") == at(HANDOVER_DUE)
    assert story.raised("triage#1") == [Rung.R0, Rung.R1, Rung.R2], "the lateness raised under the other class stands"


def test_no_longer_a_complaint_its_triage_is_judged_by_the_profile_again() -> None:
    story = complaint().does(COORDINATOR, classify("ENERGY"), "08-04 09:00").until("08-04 09:00")
    assert story.issue.status is Status.UNTRIAGED
    assert story.due("triage#1") == at("08-05 18:00"), "a day, which was over on 08-03, leaves at least the sign limit"
    assert story.until("08-05 18:00").raised("triage#1") == [Rung.R0, Rung.R1], "and no silence accepts it"


def test_after_silence_another_urgency_changes_the_profiles_limit_of_the_hand_over() -> None:
    story = complaint().until(SILENCE).does(COORDINATOR, classify(urgency=Urgency.URGENT), "08-06 08:40")
    assert story.clock("triage#2").limit == limit("1wh")
    assert story.due("triage#2") == at("08-06 18:00"), "an hour is up before the law's sign limit from now"
    assert story.due("issue#1") == at(THIRTY_DAYS)


def test_a_law_found_after_dispatch_moves_no_promised_deadline_later_and_the_issue_says_so() -> None:
    story = dispatched().does(COORDINATOR, classify("ARREARS"))
    assert story.due("issue#1") == at("08-11 18:00")
    by = story.issue.governance.governed_by
    assert by is not None
    assert by.name == "LAW-ARREARS"
    assert by.reason_zh.endswith(KEPT_ZH)
    assert by.reason_en.endswith(KEPT_EN)
    story.does(head(D1), transfer(D2))
    assert story.due("issue#1") == at("08-11 18:00")
    assert story.clock("solve#1").limit == limit("30d"), "a new unit has the law's time in full"


def test_a_law_found_after_dispatch_does_bring_a_longer_deadline_earlier() -> None:
    story = in_hand(urgency=Urgency.COMPLEX, category="ARREARS").does(COORDINATOR, classify("FIN"))
    assert story.due("issue#1") == at(THIRTY_DAYS), "COMPLEX has thirty days too"
    story.does(COORDINATOR, classify(urgency=Urgency.GENERAL))
    assert story.due("issue#1") == at("08-11 18:00")
    by = story.issue.governance.governed_by
    assert by is not None
    assert KEPT_ZH not in by.reason_zh


def test_a_receipt_still_to_be_completed_gets_the_laws_time_for_it_too() -> None:
    story = told(contact="")
    quick = replace(ARREARS, limits=replace(ARREARS.limits, complete=limit("4wh")))
    event = classification(
        story.issue,
        story.now,
        replace(POLICY, laws=(quick,)),
        category="ARREARS",
        service_group="LAW",
        urgency=Urgency.GENERAL,
        complex_=False,
    )
    assert LimitChange(clock="complete#1", limit=limit("4wh")) in event.relimited


# Properties

UNHURRIED = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CLASSES = st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(Urgency), st.booleans())
Class = tuple[str, Urgency, bool]


def of_class(of: Class) -> dict[str, object]:
    return dict(zip(("category", "urgency", "complex"), of, strict=True))


def became(story: Story, of: Class, when: datetime) -> Story:
    """Classified so at this moment, where it is not so already."""
    issue = story.issue
    if (issue.matter.category, issue.matter.urgency, issue.matter.complex) == of:
        return story.until(when)
    return story.does(COORDINATOR, do.Classify(category=of[0], urgency=of[1], complex=of[2]), when).until(when)


def moments(story: Story) -> dict[str, datetime | None]:
    """When what runs is due, and since when."""
    return {clock.key: clock.due(CALENDAR) for clock in story.issue.clocks if clock.open}


@UNHURRIED
@given(
    first=CLASSES,
    then=CLASSES,
    waits=st.lists(st.tuples(st.integers(1, 2000), st.integers(1, 9000)), max_size=2),
    minutes=st.integers(1, 12_000),
    complete=st.booleans(),
)
def test_classified_before_dispatch_an_issue_stands_as_if_it_had_been_of_that_class_from_the_start(
    first: Class, then: Class, waits: list[tuple[int, int]], minutes: int, *, complete: bool
) -> None:
    """But that what would be over leaves the sign limit from now. Where silence accepted only one of the two on the
    way, their triage differs; the issue's clock never does."""
    contact = "经办人" if complete else ""
    late, early = (told(contact=contact, **of_class(of)) for of in (first, then))  # type: ignore[arg-type]
    for work, wait in waits:
        for story in (late, early):
            story.until(story.now + timedelta(minutes=work))
        if {late.issue.status, early.issue.status} == {Status.UNTRIAGED}:
            for story in (late, early):
                story.does(COORDINATOR, ASK, story.now).until(story.now + timedelta(minutes=wait))
    moment = late.now + timedelta(minutes=minutes)
    was = moments(late.copy().until(moment))
    became(late, then, moment)
    early.until(moment)
    stands = {key: not_behind(due, was.get(key), late) for key, due in moments(early).items()}
    assert late.due("issue#1") == stands["issue#1"]
    assert late.issue.governance.limits == early.issue.governance.limits
    assert late.issue.governance.governed_by == early.issue.governance.governed_by
    if late.issue.silence_accepted_at == early.issue.silence_accepted_at:
        assert of_the_loop(moments(late)) == of_the_loop(stands)


def of_the_loop(dues: dict[str, datetime | None]) -> dict[str, datetime | None]:
    """Without papers: a later deadline is told from its beginning, and so calls for more of them."""
    return {key: due for key, due in dues.items() if not key.startswith("sign_draft")}


def not_behind(due: datetime | None, was: datetime | None, story: Story) -> datetime | None:
    """Shortened now, it is due when its sign limit from now is over, or when it was."""
    if due is None or was is None:
        return due
    return max(due, min(was, CALENDAR.after(story.now, story.issue.governance.limits.sign)))


@UNHURRIED
@given(
    first=CLASSES,
    edits=st.lists(st.tuples(CLASSES, st.integers(1, 4000)), min_size=1, max_size=4),
    start=st.integers(0, 20_000),
)
def test_after_dispatch_no_classification_ever_moves_a_deadline_later_or_raises_a_rung_twice(
    first: Class, edits: list[tuple[Class, int]], start: int
) -> None:
    story = dispatched(when=MONDAY + timedelta(minutes=start), **of_class(first))  # type: ignore[arg-type]
    for of, minutes in edits:
        before = moments(story)
        became(story, of, story.now + timedelta(minutes=minutes))
        after = moments(story)
        for key in set(before) & set(after):
            was, now = before[key], after[key]
            assert was is not None
            assert now is not None
            assert now <= was, key
    keys = [alarm.key for alarm in story.alarms]
    assert len(keys) == len(set(keys))
    assert fold(story.issue.issue_no, story.recorded) == story.issue


@UNHURRIED
@given(
    looks=st.lists(st.integers(1, 3000), max_size=10),
    urgency=st.sampled_from(Urgency),
    county=st.sampled_from(["", HUBBED]),
)
def test_however_seldom_or_often_we_look_silence_accepts_at_the_same_moment(
    looks: list[int], urgency: Urgency, county: str
) -> None:
    about: dict[str, object] = {"urgency": urgency} | ({"county": county} if county else {})
    often, seldom, end = complaint(**about), complaint(**about), MONDAY + timedelta(days=12)
    for minutes in looks:
        often.until(min(often.now + timedelta(minutes=minutes), end))
    for story in (often.until(end), seldom.until(end)):
        assert story.issue.silence_accepted_at == at(SILENCE)
        assert story.names.count("accepted_by_silence") == 1
        assert story.issue.stage is Stage.TRIAGE
    assert moments(often).keys() == moments(seldom).keys()
    assert often.due("triage#2") == seldom.due("triage#2")
