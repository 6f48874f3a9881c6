"""Who is responsible for the ruling on a side request."""

from dataclasses import replace

import pytest

from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.ladder.responsibility import responsible
from bihuan.domain.parties import Desk, Party
from bihuan.domain.requests.values import Request, RequestKind
from tests.support.small_city.calendar import MONDAY
from tests.support.small_city.people import head
from tests.support.small_city.policy import D1, D2, HUBBED_HUB, POLICY, limit
from tests.support.small_city.stages import in_hand

HUB, COORDINATION, LEADER = Party(Desk.UNIT, HUBBED_HUB), Party(Desk.COORDINATION), Party(Desk.LEADER)
RULING = Clock(Obligation.REQUEST, 1, limit("1wd"), MONDAY, request="Q1")


@pytest.mark.parametrize(
    ("approver", "holder", "earlier", "owed_by"),
    [
        (HUB, D1, (), HUB),
        (HUB, D1, (HUBBED_HUB,), COORDINATION),  # it had the issue itself
        (HUB, HUBBED_HUB, (), COORDINATION),
        (COORDINATION, D1, (), COORDINATION),
        (LEADER, D1, (D2,), LEADER),
    ],
)
def test_a_ruling_is_the_desks_that_rules_unless_it_handled_the_issue(
    approver: Party, holder: str, earlier: tuple[str, ...], owed_by: Party
) -> None:
    asked = Request(
        no="Q1", kind=RequestKind.TERMINATION, asked_by=head(D1), asked_at=MONDAY, reason="不配合", approver=approver
    )
    issue = in_hand().issue
    assignment = replace(issue.assignment, holder=holder, earlier_holders=earlier)
    issue = replace(issue, assignment=assignment, requests=(asked,))
    assert responsible(RULING, issue, POLICY, MONDAY) == owed_by
