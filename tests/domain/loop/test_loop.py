"""What holds in every status of the loop."""

from bihuan.domain import commands as do
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.people import Actor, Role
from bihuan.domain.refusals import NotPermitted
from bihuan.domain.stage import Status
from tests.support.small_city.acts import CONFIRMED, NOTE
from tests.support.small_city.people import ENTERPRISE, LIAISON, handler, head, supervisor
from tests.support.small_city.policy import D1, G1, PLAIN, POLICY
from tests.support.small_city.stages import in_hand, in_status, numbered, rated, to_deliver
from tests.support.small_city.story import refused


def test_notes_and_amendments_move_no_clock() -> None:
    story = in_hand()
    clocks = story.issue.clocks
    story.does(ENTERPRISE, NOTE).does(LIAISON, do.Amend(title="增容", contact="他人", description="更正"))
    assert story.issue.clocks == clocks
    assert (story.issue.title, story.issue.contact, story.issue.description) == ("增容", "他人", "更正")


def test_every_open_issue_has_a_next_due_moment_and_someone_who_owes_it() -> None:
    for status in set(Status) - {Status.CLOSED, Status.ARCHIVED}:
        due = next_due(in_status(status).issue, POLICY)
        assert due is not None, status
        assert due.owes, status


def test_a_call_back_is_not_the_handlers() -> None:
    story = rated(2)
    for who in (head(D1), handler(D1), Actor(Role.HUB, "hub", PLAIN)):
        refused(story, who, CONFIRMED, NotPermitted)
    assert numbered(sampled=True) != story.issue.issue_no
    story.does(supervisor(G1), CONFIRMED)
    assert to_deliver().issue.status is Status.TO_DELIVER
