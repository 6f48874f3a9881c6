"""Who is responsible for the ruling on a side request."""

from dataclasses import replace

import pytest

from bihuan.domain.clocks.clock import Clock, Obligation
from bihuan.domain.ladder.responsibility import debtor
from bihuan.domain.parties import Desk, Party
from bihuan.domain.requests.values import Request, RequestKind
from tests.rules.worlds import D1, D2, HUBBED_HUB, MONDAY, POLICY, head, in_hand, limit

HUB, COORDINATION, LEADER = Party(Desk.UNIT, HUBBED_HUB), Party(Desk.COORDINATION), Party(Desk.LEADER)
RULING = Clock(Obligation.REQUEST, 1, limit("1wd"), MONDAY, request="Q1")


@pytest.mark.parametrize(
    ("approver", "holder", "earlier", "responsible"),
    [
        (HUB, D1, (), HUB),
        (HUB, D1, (HUBBED_HUB,), COORDINATION),  # it had the issue itself
        (HUB, HUBBED_HUB, (), COORDINATION),
        (COORDINATION, D1, (), COORDINATION),
        (LEADER, D1, (D2,), LEADER),
    ],
)
def test_a_ruling_is_the_desks_that_rules_unless_it_handled_the_issue(
    approver: Party, holder: str, earlier: tuple[str, ...], responsible: Party
) -> None:
    asked = Request(
        no="Q1", kind=RequestKind.TERMINATION, asked_by=head(D1), asked_at=MONDAY, reason="不配合", approver=approver
    )
    issue = replace(in_hand().issue, holder=holder, earlier_holders=earlier, requests=(asked,))
    assert debtor(RULING, issue, POLICY, MONDAY) == responsible
