"""Every act in every status by every role, own and foreign, against the table written from domain.md 3.0."""

from dataclasses import replace

import pytest

from bihuan.domain.issue import Issue, Order, Rung
from bihuan.domain.people import Actor, Role
from bihuan.domain.refusals import NotPermitted, WrongStatus
from bihuan.domain.stage import Status
from bihuan.domain.standing import RULES, permitted
from tests.rules.table_of_acts import ACTS, NOT_SAID, Stands
from tests.worlds import MONDAY, UNIT, USCC, in_hand, policy

OWN = {
    Role.ENT: Actor(Role.ENT, "p", USCC),
    Role.LIA: Actor(Role.LIA, "O0001"),
    Role.SVG: Actor(Role.SVG, "p", "FACTOR"),
    Role.HUB: Actor(Role.HUB, "p", "410902"),
    Role.DEP: Actor(Role.DEP, "p", UNIT),
    Role.HED: Actor(Role.HED, "p", UNIT),
    Role.SUP: Actor(Role.SUP, "p", "G1"),
}
FOREIGN = {
    Role.ENT: Actor(Role.ENT, "q", "91410922MA00000013"),
    Role.LIA: Actor(Role.LIA, "O0002"),
    Role.SVG: Actor(Role.SVG, "q", "LAW"),
    Role.HUB: Actor(Role.HUB, "q", "410922"),
    Role.DEP: Actor(Role.DEP, "q", "D01"),
    Role.HED: Actor(Role.HED, "q", "D01"),
    Role.SUP: Actor(Role.SUP, "q", "G2"),
}


def issue_in(status: Status) -> Issue:
    """An issue a unit holds, with an order of group 1 on that unit."""
    order = Order("BH-TEST-D1", Rung.R2, "G1", UNIT, "ref", MONDAY, ("sign#1",))
    return replace(in_hand().issue, status=status, orders=(order,), keyed_by=Actor(Role.COO, "somebody else"))


def stands(role: Role, relation: Stands, status: Status, *, own: bool) -> bool:
    """How the person of this role stands to the issue of ``issue_in``."""
    match relation:
        case Stands.ANYHOW:
            return True
        case Stands.KEYED:
            return False
        case Stands.TO_CALL:
            return status is Status.CALLBACK
        case Stands.HOLDER | Stands.NAMED:
            return own and role in (Role.DEP, Role.HED)
        case _:
            return own


@pytest.mark.parametrize("act", sorted(ACTS))
def test_an_act_is_open_to_whom_and_when_the_table_says(act: str) -> None:
    row = ACTS[act]
    for status in Status:
        issue = issue_in(status)
        for role in Role:
            for own in (True, False):
                actor = (OWN if own else FOREIGN).get(role, Actor(role, "p"))
                refusal = permitted(issue, actor, MONDAY, policy())[act]
                person_may = any(stands(role, one, status, own=own) for one in row.who.get(role, ()))
                case = f"{act} in {status} by {'own' if own else 'foreign'} {role}: {refusal}"
                assert isinstance(refusal, NotPermitted) is not person_may, case
                if (
                    person_may
                    and status not in NOT_SAID.get(act, frozenset())
                    and act not in ("reply_order", "lift_order")
                ):
                    assert isinstance(refusal, WrongStatus) is (status not in row.statuses), case


def test_the_table_and_the_rules_know_the_same_acts() -> None:
    assert set(ACTS) == set(RULES)


def test_whoever_keyed_a_receipt_may_complete_and_amend_it() -> None:
    keyer = Actor(Role.CBK, "clerk")
    issue = replace(issue_in(Status.SUBMITTED), keyed_by=keyer)
    allowed = permitted(issue, keyer, MONDAY, policy())
    assert allowed["complete"] is None
    assert allowed["amend"] is None
    assert isinstance(permitted(issue, Actor(Role.CBK, "another"), MONDAY, policy())["complete"], NotPermitted)
