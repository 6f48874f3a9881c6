"""裁定 · the ruling and its clock (docs/rules.md 6)."""

from datetime import UTC

import pytest
from pydantic import TypeAdapter

from bihuan.domain import commands as do
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor
from bihuan.domain.refusals import RequesterMayNotRule
from bihuan.domain.requests.values import RequestState
from bihuan.domain.stage import Status
from tests.support.small_city.acts import (
    APPEAL,
    RESULT,
    RETURN,
    TERMINATE,
    approve,
    extend,
    refuse,
    suspend,
    take_back,
    transfer,
)
from tests.support.small_city.calendar import at
from tests.support.small_city.desks import COORDINATION, COORDINATION_HEAD, LEADERS
from tests.support.small_city.people import COORDINATOR, head
from tests.support.small_city.policy import C1, D1, D2, G1, PLAIN_HUB
from tests.support.small_city.requests import at_work
from tests.support.small_city.stages import in_hand, in_status


def test_a_ruling_is_owed_in_one_working_day_and_pressed_on_coordination() -> None:
    story = at_work().does(head(D1), extend("08-16 18:00"), "08-05 10:00")
    assert story.due("request#1") == at("08-06 18:00")
    story.until("08-09 18:00")
    told_of = {a.rung: set(a.told) for a in story.alarms if a.clock == "request#1"}
    group = Party(Desk.GROUP, G1)
    assert told_of == {Rung.R0: {COORDINATION}, Rung.R1: {COORDINATION_HEAD}, Rung.R2: {LEADERS, group}}
    assert story.issue.orders == ()
    story.does(COORDINATOR, refuse(story))
    assert story.open_clocks(Obligation.REQUEST) == []


def test_a_hub_that_does_not_rule_is_pressed_like_a_unit() -> None:
    story = at_work(C1).does(head(C1), extend("08-16 18:00"), "08-05 10:00").until("08-09 18:00")
    assert [(order.unit, order.presses) for order in story.issue.orders] == [(PLAIN_HUB, ("request#1",))]
    story.does(COORDINATOR, approve(story))
    assert story.issue.open_orders == ()


def test_what_a_leader_rules_on_presses_the_leader_and_the_head_of_coordination_brings_it_there() -> None:
    story = at_work().does(head(D1), extend("08-12 18:00"))
    story.does(COORDINATOR, approve(story)).does(head(D1), extend("08-13 18:00"), "08-05 10:00").until("08-06 18:00")
    late = story.alarm("request#2", Rung.R1)
    assert late is not None
    assert (late.debtor, late.told) == (Party(Desk.LEADER), (COORDINATION_HEAD,))


def test_nobody_rules_on_what_they_asked_in_whatever_role() -> None:
    twice = Actor(COORDINATOR.role, head(D1).person)
    story = at_work().does(head(D1), extend("08-16 18:00"))
    with pytest.raises(RequesterMayNotRule):
        story.does(twice, approve(story))


def test_a_request_taken_back_leaves_nothing_owed() -> None:
    story = at_work().does(head(D1), extend("08-16 18:00"))
    story.does(head(D1), take_back(story))
    assert story.issue.requests[0].state is RequestState.WITHDRAWN
    assert story.open_clocks(Obligation.REQUEST) == []
    assert COORDINATION in story.recorded[-1].tell


@pytest.mark.parametrize("act", [RESULT, transfer(D2)])
def test_a_request_is_overtaken_by_what_makes_it_meaningless(act: do.Act) -> None:
    story = at_work().does(head(D1), extend("08-16 18:00")).does(head(D1), suspend("08-20 18:00"))
    story.does(head(D1), act)
    assert story.names[-2:] == ["request_overtaken", "request_overtaken"]
    assert {one.state for one in story.issue.requests} == {RequestState.OVERTAKEN}
    assert story.open_clocks(Obligation.REQUEST) == []


def test_asking_to_return_overtakes_a_suspension_and_not_an_extension() -> None:
    story = in_hand().does(head(D1), extend("08-16 18:00")).does(head(D1), suspend("08-20 18:00"))
    story.does(head(D1), RETURN)
    assert [one.state for one in story.issue.requests] == [RequestState.OPEN, RequestState.OVERTAKEN]


def test_the_same_command_written_in_another_offset_is_the_same_command() -> None:
    here, there = extend("08-16 18:00"), extend(at("08-16 18:00").astimezone(UTC))
    assert do.fingerprint(COORDINATOR, here) == do.fingerprint(COORDINATOR, there)
    assert do.fingerprint(COORDINATOR, here) != do.fingerprint(COORDINATOR, extend("08-16 18:01"))


def test_what_is_asked_survives_the_wire() -> None:
    form = TypeAdapter(Issue)
    for status in (Status.SUSPENDED, Status.CALLBACK):
        issue = in_status(status).does(head(D1), APPEAL if status is Status.CALLBACK else TERMINATE).issue
        assert form.validate_json(form.dump_json(issue)) == issue
    plain = form.dump_python(in_hand().issue, mode="json")
    for added in ("requests", "rated_at"):
        del plain[added]
    for clock in plain["clocks"]:
        for added in ("until", "until_from", "request"):
            del clock[added]
    assert form.validate_python(plain) == in_hand().issue, "what was kept before there were requests still reads"
