"""Who may do what to something that waits: an order, a paper, a consultation."""

from collections.abc import Callable

import pytest

from bihuan.domain import commands as do
from bihuan.domain.access.authorization import may_read
from bihuan.domain.ladder import commands as press
from bihuan.domain.loop.step import fold, obey
from bihuan.domain.people import Role
from bihuan.domain.refusals import NotPermitted
from bihuan.domain.stage import Status
from tests.support.small_city.orders import (
    APPROVE_LEVEL_UP,
    CONVENE,
    CRITICISE,
    asked_up,
    drafted,
    in_consultation,
    levelled_up,
    objected,
    order_no,
    reply,
    under_order,
)
from tests.support.small_city.papers import REFUSE, draft_no, second_unit_late
from tests.support.small_city.people import FOREIGN, LEADER, OWN, head
from tests.support.small_city.policy import D1, POLICY
from tests.support.small_city.stages import checking, closed, dispatched, in_hand, in_status, rated
from tests.support.small_city.story import Story, walk
from tests.support.table_of_acts import ACTS, Stands


def waiting(act: str) -> tuple[Story, do.Act]:
    """An issue on which the act can be done, and the act."""
    match act:
        case "acknowledge":
            return walk(dispatched(), "08-03 18:00"), press.Acknowledge(alarm="sign#1/0/R1")
        case "return_reply":
            story = under_order(Status.DISPATCHED)
            story.does(head(D1), reply(story))
            return story, press.ReturnReply(order=order_no(story), reason="答非所问")
        case "object_order":
            story = under_order(Status.DISPATCHED)
            return story, press.ObjectOrder(order=order_no(story), reason="不属实")
        case "rule_objection":
            story = objected()
            return story, press.RuleObjection(order=order_no(story), decision=REFUSE, reason="有据")
        case "rule_level_up":
            return asked_up(), APPROVE_LEVEL_UP
        case "record_consultation":
            story = in_hand().does(OWN[Role.SVG], CONVENE)
            number = story.issue.consultations[0].no
            return story, press.RecordConsultation(consultation=number, minutes="x", decision="x")
        case "open_draft":
            return in_hand(), CRITICISE
        case "sign_draft":
            return drafted(), press.SignDraft(draft=draft_no(drafted()))
        case _:
            return drafted(), press.DiscardDraft(draft=draft_no(drafted()), reason="已办")


MAY = {
    "acknowledge": {Role.HED, Role.SUP},
    "return_reply": {Role.SUP},
    "object_order": {Role.HED, Role.DEP},
    "rule_objection": {Role.COO},
    "rule_level_up": {Role.COO},
    "record_consultation": {Role.SVG, Role.COO},
    "open_draft": {Role.COO, Role.LDR, Role.SUP},
    "sign_draft": {Role.COO},
    "discard_draft": {Role.COO},
}
"""Of an issue of the plain county that D1 holds; whoever shares a role without sharing the issue may not."""
WHATEVER_THE_ISSUE = {Stands.ANYHOW, Stands.SIGNER}


@pytest.mark.parametrize("act", sorted(MAY))
def test_what_lies_there_is_for_whom_the_table_names(act: str) -> None:
    story, command = waiting(act)
    for role in Role:
        for own, who in ((True, OWN[role]), (False, FOREIGN[role])):
            anyhow = bool(ACTS[act].who.get(role, frozenset()) & WHATEVER_THE_ISSUE)
            may = role in MAY[act] and (own or anyhow)
            try:
                obey(story.issue, do.Command("c", who, command), story.now, POLICY)
            except NotPermitted:
                assert not may, f"{act} by {own} {role}"
            else:
                assert may, f"{act} by {own} {role}"
                assert role in ACTS[act].who


@pytest.mark.parametrize("start", [levelled_up, drafted, objected, in_consultation, second_unit_late, checking, closed])
def test_what_the_ladder_did_folds_to_the_same_issue(start: Callable[[], Story]) -> None:
    story = start()
    assert fold(story.issue.issue_no, story.recorded) == story.issue
    assert may_read(levelled_up().issue, LEADER, POLICY)
    assert not may_read(in_status(Status.IN_PROGRESS).issue, LEADER, POLICY)
    assert rated(5).issue.drafts == ()
