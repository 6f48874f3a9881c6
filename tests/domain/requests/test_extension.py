"""延期 · extensions (docs/rules.md 6). The moments are worked out by hand from their limits."""

from dataclasses import replace

import pytest

from bihuan.domain import commands as do
from bihuan.domain.ladder.escalation import light
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Role
from bihuan.domain.refusals import DateNotAhead, ExtensionAskedTooLate, ExtensionTooLong, NotPermitted
from bihuan.domain.requests.values import RequestState
from bihuan.domain.stage import Status
from tests.support.small_city.acts import REJECT, RESUME, approve, extend, refuse, suspend, transfer
from tests.support.small_city.calendar import CALENDAR, DUE, REVISED, at
from tests.support.small_city.desks import COORDINATION, LEADERS
from tests.support.small_city.people import CITY_LEADER, COORDINATOR, OWN, head, hub
from tests.support.small_city.policy import C1, D1, D2, HUBBED, PLAIN, PLAIN_HUB, POLICY
from tests.support.small_city.requests import ENTERPRISE_DESK, at_work, raised
from tests.support.small_city.stages import in_hand, told
from tests.support.small_city.story import Story


def test_an_approved_extension_is_due_at_the_date_named_and_the_enterprise_is_told() -> None:
    story = at_work().does(head(D1), extend("08-16 12:00"), "08-09 10:00")
    assert story.due("issue#1") == at(DUE), "asking moves nothing"
    assert story.recorded[-1].tell == (COORDINATION,)
    story.does(COORDINATOR, approve(story), "08-10 10:00")
    assert story.due("issue#1") == at("08-16 12:00")
    assert story.issue.deadline.due(CALENDAR) == at("08-16 12:00")
    assert story.names[-2:] == ["request_approved", "extended"]
    assert story.recorded[-2].tell == (Party(Desk.UNIT, D1),)
    assert ENTERPRISE_DESK in story.recorded[-1].tell
    story.until("08-20 18:00")
    assert raised(story, "issue#1") == [
        (1, Rung.R0, "08-13 14:30"),  # one office day before Monday noon: its morning, and Friday's afternoon
        (1, Rung.R1, "08-16 12:00"),
        (1, Rung.R2, "08-17 18:00"),
    ]


def test_waiting_for_a_ruling_pauses_nothing_and_what_was_raised_meanwhile_may_be_raised_again() -> None:
    story = at_work().does(head(D1), extend("08-16 18:00"), "08-10 17:00").until("08-12 10:00")
    before = [(0, Rung.R0, "08-11 08:30"), (0, Rung.R1, "08-11 18:00")]
    assert raised(story, "issue#1") == before
    story.does(COORDINATOR, approve(story))
    assert light(story.issue, POLICY, story.now) is Light.GREEN
    story.until("08-20 18:00")
    again = [(1, Rung.R0, "08-16 08:30"), (1, Rung.R1, "08-16 18:00"), (1, Rung.R2, "08-17 18:00")]
    assert raised(story, "issue#1") == before + again


def test_only_a_rung_whose_moment_is_still_ahead_of_the_approval_is_raised_again() -> None:
    story = at_work().does(head(D1), extend("08-12 18:00"), "08-10 17:00")
    story.does(COORDINATOR, approve(story), "08-12 10:00").until("08-19 18:00")
    assert raised(story, "issue#1") == [
        (0, Rung.R0, "08-11 08:30"),
        (0, Rung.R1, "08-11 18:00"),
        (1, Rung.R1, "08-12 18:00"),  # the new R0, 08-12 08:30, had passed
        (1, Rung.R2, "08-13 18:00"),
        (1, Rung.R3, "08-19 18:00"),
    ]


@pytest.mark.parametrize(("moment", "in_time"), [("08-10 23:59", True), ("08-11 00:00", False)])
def test_an_extension_is_asked_at_least_one_working_day_before_due(moment: str, in_time: bool) -> None:
    story = at_work().until(moment)
    if in_time:
        story.does(head(D1), extend("08-16 18:00"), moment)
    else:
        with pytest.raises(ExtensionAskedTooLate):
            story.does(head(D1), extend("08-16 18:00"), moment)


def test_extensions_add_in_all_at_most_the_limit_itself_and_the_second_is_a_leaders() -> None:
    story = at_work().does(head(D1), extend("08-19 18:00"), "08-09 10:00")
    story.does(COORDINATOR, approve(story)).until("08-12 10:00")
    with pytest.raises(ExtensionTooLong) as refused:
        story.does(head(D1), extend("08-20 18:01"))
    assert "2021-08-20 18:00" in refused.value.sentence_zh
    story.does(head(D1), extend("08-20 18:00"))
    assert story.recorded[-1].tell == (COORDINATION, LEADERS)
    with pytest.raises(NotPermitted):
        story.does(COORDINATOR, approve(story))
    story.does(CITY_LEADER, approve(story))
    assert story.due("issue#1") == at("08-20 18:00")


def test_where_a_law_says_how_long_an_issue_may_take_at_most_extensions_reach_that_far() -> None:
    """Arrears: thirty days, at most ninety. Received 2 August: 1 September, at most 31 October, a Sunday."""
    story = in_hand(category="ARREARS")
    assert story.due("issue#1") == at("09-01 18:00")
    with pytest.raises(ExtensionTooLong):
        story.does(head(D1), extend("11-01 18:01"))
    story.does(head(D1), extend("11-01 18:00"))
    story.does(COORDINATOR, approve(story))
    assert story.due("issue#1") == at("11-01 18:00")


def test_of_a_law_resolved_before_it_was_recorded_the_same_holds() -> None:
    story = in_hand(category="ARREARS")
    story.issue = replace(story.issue, governed_by=None)
    story.does(head(D1), extend("11-01 18:00"))
    assert story.names[-1] == "request_asked"


def allowed(percent: int) -> Story:
    """At work where extensions may add so much of the limit, seven working days."""
    story = at_work()
    story.policy = replace(POLICY, requests=replace(POLICY.requests, extension_percent=percent))
    return story


def test_of_half_the_limit_whole_days_are_added() -> None:
    with pytest.raises(ExtensionTooLong) as refused:
        allowed(50).does(head(D1), extend("08-16 18:01"))
    assert "2021-08-16 18:00" in refused.value.sentence_zh
    allowed(50).does(head(D1), extend("08-16 18:00"))


def test_of_less_than_a_day_nothing_is_added_not_even_the_rest_of_the_day() -> None:
    story = allowed(10).does(head(D1), suspend("08-20 18:00"), "08-05 08:30")
    story.does(COORDINATOR, approve(story), "08-05 08:30").does(head(D1), RESUME, "08-05 10:30")
    assert story.due("issue#1") == at("08-12 10:30")
    with pytest.raises(ExtensionTooLong) as refused:
        story.does(head(D1), extend("08-12 12:00"))
    assert "2021-08-12 10:30" in refused.value.sentence_zh


def test_a_rejection_does_not_keep_silence_from_accepting() -> None:
    story = told(category="COMPLAINT_BE").does(COORDINATOR, REJECT).until("08-05 18:00")
    assert story.issue.status is Status.ACCEPTED
    assert story.issue.requests[0].state is RequestState.OVERTAKEN


def test_a_new_calendar_does_not_move_a_date_that_was_named() -> None:
    story = at_work().does(head(D1), extend("08-16 12:00"), "08-09 10:00")
    story.does(COORDINATOR, approve(story))
    story.does(OWN[Role.ADM], do.AdoptCalendar(version="2021.2", calendar=REVISED))
    assert story.due("issue#1") == at("08-16 12:00")
    assert at_work().does(OWN[Role.ADM], do.AdoptCalendar(version="2021.2", calendar=REVISED)).due("issue#1") == at(
        "08-12 18:00"
    )


def test_a_pause_before_the_extension_is_in_the_date_named_and_one_after_it_moves_it() -> None:
    story = at_work().does(head(D1), suspend("08-20 18:00"), "08-05 08:30")
    story.does(COORDINATOR, approve(story), "08-05 08:30").does(head(D1), RESUME, "08-06 08:30")
    assert story.due("issue#1") == at("08-12 18:00")
    story.does(head(D1), extend("08-16 18:00"))
    story.does(COORDINATOR, approve(story))
    assert story.due("issue#1") == at("08-16 18:00")
    story.does(head(D1), suspend("08-20 18:00"))
    story.does(COORDINATOR, approve(story), "08-09 08:30").does(COORDINATOR, RESUME, "08-11 08:30")
    assert story.due("issue#1") == at("08-18 18:00")


def test_a_unit_with_a_limit_of_its_own_extends_that_and_not_the_enterprises() -> None:
    story = in_hand().does(head(D1), transfer(D2), "08-05 10:00").does(head(D2), do.Sign())
    assert story.due("solve#1") == at("08-16 18:00")
    story.does(head(D2), extend("08-20 18:00"))
    story.does(COORDINATOR, approve(story))
    assert story.due("solve#1") == at("08-20 18:00")
    assert story.due("issue#1") == at(DUE)
    late = story.until("08-12 18:00").alarm("issue#1", Rung.R2)
    assert late is not None
    assert late.debtor == COORDINATION, "until the unit's extended limit ends, the triager is named"


def test_an_extension_that_reaches_no_further_is_refused_when_asked_and_when_ruled_on() -> None:
    story = at_work().does(head(D1), extend("08-12 10:00"), "08-09 10:00")
    with pytest.raises(DateNotAhead):
        story.does(COORDINATOR, approve(story), "08-12 10:00")
    story.does(COORDINATOR, refuse(story), "08-12 10:00")
    assert story.due("issue#1") == at(DUE)
    assert story.issue.requests[0].ruling == "理由不足"


def test_the_hub_rules_for_a_unit_of_its_county_and_never_on_its_own() -> None:
    story = at_work(C1).does(head(C1), extend("08-16 18:00"))
    assert story.recorded[-1].tell == (Party(Desk.UNIT, PLAIN_HUB),)
    with pytest.raises(NotPermitted):
        story.copy().does(hub(HUBBED), approve(story))
    story.does(hub(PLAIN), approve(story))
    assert story.due("issue#1") == at("08-16 18:00")
    held = at_work(PLAIN_HUB).does(hub(PLAIN), extend("08-16 18:00"))
    with pytest.raises(NotPermitted):
        held.does(hub(PLAIN), approve(held))
    held.does(COORDINATOR, approve(held))
    assert held.due("issue#1") == at("08-16 18:00")
