"""终止、不予受理 · termination and rejection (docs/rules.md 6)."""

import pytest

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.people import Actor
from bihuan.domain.refusals import NotPermitted
from bihuan.domain.requests.values import RequestState
from bihuan.domain.stage import Outcome, Status
from tests.support.small_city.acts import REJECT, TERMINATE, approve, refuse
from tests.support.small_city.desks import COORDINATION
from tests.support.small_city.people import COORDINATOR, DEPUTY, head, hub
from tests.support.small_city.policy import D1, HUBBED, PLAIN, PLAIN_HUB
from tests.support.small_city.requests import ENTERPRISE_DESK
from tests.support.small_city.stages import in_hand, rejected, told
from tests.support.small_city.story import Story


@pytest.mark.parametrize(
    ("so_far", "asks"),
    [(in_hand, head(D1)), (in_hand, COORDINATOR), (in_hand, hub(PLAIN)), (lambda: in_hand(PLAIN_HUB), hub(PLAIN))],
)
def test_a_termination_closes_only_when_another_person_of_coordination_approves(so_far: object, asks: Actor) -> None:
    story: Story = so_far().does(asks, TERMINATE)  # type: ignore[operator]
    assert story.issue.status is Status.IN_PROGRESS
    with pytest.raises(NotPermitted):
        story.does(asks, approve(story))
    story.does(DEPUTY, approve(story))
    assert (story.issue.status, story.issue.outcome) == (Status.CLOSED, Outcome.TERMINATED)
    assert ENTERPRISE_DESK in story.recorded[-1].tell
    happened = story.events[-1]
    assert isinstance(happened, ev.Terminated)
    assert happened.reason == "企业不配合"


def test_a_rejection_is_a_proposal_and_the_triage_clock_does_not_wait_for_its_ruling() -> None:
    story = told().does(COORDINATOR, REJECT, "08-02 10:00")
    assert story.issue.status is Status.UNTRIAGED
    assert ENTERPRISE_DESK not in story.recorded[-1].tell
    story.until("08-03 18:00")
    assert story.raised("triage#1") == [Rung.R0, Rung.R1]
    story.does(DEPUTY, approve(story))
    assert (story.issue.status, story.issue.outcome) == (Status.CLOSED, Outcome.REJECTED)
    assert ENTERPRISE_DESK in story.recorded[-1].tell
    assert [clock.key for clock in story.issue.clocks if clock.open] == ["archive#1"]
    happened = rejected().events[-1]
    assert isinstance(happened, ev.Rejected)
    assert (happened.reason, happened.other_channel) == ("已诉讼", "法院")


def test_a_rejection_refused_goes_on_in_triage() -> None:
    story = told().does(COORDINATOR, REJECT)
    story.does(DEPUTY, refuse(story)).does(COORDINATOR, do.Accept())
    assert story.issue.status is Status.ACCEPTED


def test_a_rejection_is_overtaken_when_the_issue_is_accepted_after_all() -> None:
    story = told().does(COORDINATOR, REJECT).does(COORDINATOR, do.Accept())
    assert story.issue.requests[0].state is RequestState.OVERTAKEN


def test_what_a_hub_proposes_to_reject_is_coordinations_to_rule_on() -> None:
    story = told(county=HUBBED).does(hub(HUBBED), REJECT)
    assert story.recorded[-1].tell == (COORDINATION,)
    with pytest.raises(NotPermitted):
        story.does(Actor(hub(HUBBED).role, "colleague", HUBBED), approve(story))
    assert story.does(COORDINATOR, approve(story)).issue.outcome is Outcome.REJECTED
