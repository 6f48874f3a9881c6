"""Every act in every status by every role, own and foreign, against the table written from docs/rules.md 2.2."""

from collections.abc import Mapping
from functools import cache

import pytest

from bihuan.domain import commands as do
from bihuan.domain import refusals as no
from bihuan.domain.access.authorization import RULES, permitted
from bihuan.domain.loop.step import open_issue
from bihuan.domain.people import SYSTEM, Actor, Role
from bihuan.domain.refusals import HandlerMayNotJudge, HolderMayNotAmend, NotNow, NotPermitted, Refusal
from bihuan.domain.requests.rulers import to_rule
from bihuan.domain.stage import Status
from tests.support.small_city.acts import ABSORB, MERGE, extend, hold, refuse, release, take_back
from tests.support.small_city.attempts import VARIANTS, assisted_in, attempt, extended, issue_under_order
from tests.support.small_city.calendar import MONDAY
from tests.support.small_city.orders import lift, reply
from tests.support.small_city.people import COORDINATOR, ENTERPRISE, FOREIGN, OWN, head, hub
from tests.support.small_city.policy import C1, D1, D2, FORMER, PLAIN_HUB, POLICY
from tests.support.small_city.stages import in_hand, in_status, numbered, told
from tests.support.small_city.story import Story, submission
from tests.support.table_of_acts import ACTS, LEADS_TO, NOT_SAID, ORDER_STANDS, PART_STANDS, SUBMITTERS, Row, Stands

WITHOUT_HOLDER = frozenset({Status.SUBMITTED, Status.UNTRIAGED, Status.NEED_INFO, Status.ACCEPTED, Status.FOLLOWING})
BESIDE_ORDERS = frozenset({"reply_order", "lift_order"})
BESIDE_REQUESTS = frozenset({"rule_request", "withdraw_request"})
BESIDE_PARTS = frozenset({"submit_part", "accept_part", "return_part", "release_assist"})
BESIDE_MERGES = frozenset({"confirm_merge", "refuse_merge", "settle_merge"})
BESIDE_PAPERS = frozenset(
    {
        *("acknowledge", "return_reply", "object_order", "rule_objection", "rule_level_up"),
        *("record_consultation", "open_draft", "sign_draft", "discard_draft"),
    }
)
"""Acts on something that must lie there first; ``tests/domain/ladder/test_pending_acts.py`` tries them on it."""


def row_of(variant: str) -> Row:
    return ACTS[variant.partition(":")[0]]


@cache
def issue_in(status: Status, unit: str) -> Story:
    return in_status(status, unit)


@cache
def shown_to(who: Actor, status: Status, unit: str) -> Mapping[str, Refusal | None]:
    story = issue_in(status, unit)
    return permitted(story.issue, who, story.now, POLICY)


def stands(role: Role, relation: Stands, status: Status, unit: str, *, own: bool) -> bool:
    """How the person of this role stands to the issue that ``issue_in`` makes."""
    match relation:
        case Stands.ANYHOW:
            return True
        case Stands.TO_CALL:
            return status is Status.CALLBACK
        case Stands.KEYED:
            return own and role is Role.LIA
        case Stands.RULES | Stands.ASKED:
            return False  # nothing is asked there
        case Stands.HOLDER | Stands.NAMED:
            holds = role is Role.HUB if unit == PLAIN_HUB else role in (Role.DEP, Role.HED)
            return own and holds and status not in WITHOUT_HOLDER
        case _:
            return own


BESIDE = BESIDE_ORDERS | BESIDE_REQUESTS | BESIDE_PARTS | BESIDE_PAPERS | BESIDE_MERGES | {"audit_withdrawal"}


@pytest.mark.parametrize("unit", [D1, PLAIN_HUB], ids=["held by a department", "held by the hub"])
@pytest.mark.parametrize("variant", sorted(set(VARIANTS) - BESIDE - {"release_clocks"}))
def test_an_act_is_open_to_whom_and_when_the_table_says(variant: str, unit: str) -> None:
    row = row_of(variant)
    act = VARIANTS[variant]
    for status in Status:
        story = issue_in(status, unit)
        leads_to = LEADS_TO.get(variant, {}).get(status, status)
        for role in Role:
            for own, who in ((True, OWN[role]), (False, FOREIGN[role])):
                got = attempt(story, who, act)
                may = any(stands(role, one, status, unit, own=own) for one in row.who_in(status).get(role, ()))
                holds = stands(role, Stands.HOLDER, status, unit, own=own)
                judges_itself = row.never_the_handler and holds
                case = f"{variant} in {status} by {'own' if own else 'foreign'} {role} gave {got!r}"
                if not may:
                    assert isinstance(got, NotPermitted), case
                elif status in NOT_SAID.get(variant, frozenset()):
                    assert not isinstance(got, NotPermitted), case
                elif status not in row.statuses:
                    assert isinstance(got, NotNow), case
                elif judges_itself:
                    assert isinstance(got, (HandlerMayNotJudge, HolderMayNotAmend)), case
                elif row.others_after_r2 and not holds:
                    assert isinstance(got, no.UnitDelivers), case
                else:
                    assert got is leads_to, case
                shown = shown_to(who, status, unit)[act.act]
                assert type(shown) is (type(got) if isinstance(got, Refusal) else type(None)), case


@pytest.mark.parametrize("variant", sorted(act for act, row in ACTS.items() if row.others_after_r2))
def test_after_r2_others_do_what_the_holder_does_not(variant: str) -> None:
    (status,) = ACTS[variant].statuses
    story = issue_under_order(status, D1, replied=False)
    for role in Role:
        for own, who in ((True, OWN[role]), (False, FOREIGN[role])):
            may = any(stands(role, one, status, D1, own=own) for one in ACTS[variant].who.get(role, ()))
            got = attempt(story, who, VARIANTS[variant])
            assert got is LEADS_TO[variant][status] if may else isinstance(got, NotPermitted), f"{own} {role}: {got!r}"


@pytest.mark.parametrize("act", sorted(BESIDE_PARTS))
@pytest.mark.parametrize("unit", [D1, PLAIN_HUB], ids=["held by a department", "held by the hub"])
def test_a_part_is_handed_in_by_the_unit_that_owes_it_and_judged_by_the_lead(act: str, unit: str) -> None:
    """The foreign department of the table assists; the issue's own people are the lead's."""
    row = ACTS[act]
    for status in sorted(Status):
        story = assisted_in(status, unit, handed_in=act in ("accept_part", "return_part"))
        for role in Role:
            for own, who in ((True, OWN[role]), (False, FOREIGN[role])):
                got = attempt(story, who, VARIANTS[act])
                assists = status in PART_STANDS and who == head(D2)
                standing = {one: stands(role, one, status, unit, own=own) for one in row.who.get(role, ())}
                may = any(assists if one is Stands.ASSISTS else holds for one, holds in standing.items())
                case = f"{act} in {status} by {'own' if own else 'foreign'} {role} gave {got!r}"
                if not may:
                    assert isinstance(got, NotPermitted), case
                elif status not in row.statuses:
                    assert isinstance(got, NotNow), case
                else:
                    assert got is status, case


@pytest.mark.parametrize("act", sorted(BESIDE_ORDERS))
@pytest.mark.parametrize("status", sorted(ORDER_STANDS))
@pytest.mark.parametrize("unit", [D1, PLAIN_HUB], ids=["held by a department", "held by the hub"])
def test_an_order_is_answered_by_the_unit_it_names_and_lifted_by_its_group(act: str, status: Status, unit: str) -> None:
    story = issue_under_order(status, unit, replied=act == "lift_order")
    command = lift(story) if act == "lift_order" else reply(story)
    for role in Role:
        for own, who in ((True, OWN[role]), (False, FOREIGN[role])):
            got = attempt(story, who, command)
            may = any(stands(role, one, status, unit, own=own) for one in ACTS[act].who.get(role, ()))
            assert got is status if may else isinstance(got, NotPermitted), (
                f"{act} in {status} by {own} {role}: {got!r}"
            )


@pytest.mark.parametrize("act", sorted(BESIDE_ORDERS))
@pytest.mark.parametrize("status", sorted(Status))
def test_without_an_order_nothing_is_answered_or_lifted(act: str, status: Status) -> None:
    for role in Role:
        for who in (OWN[role], FOREIGN[role]):
            got = attempt(issue_in(status, D1), who, VARIANTS[act])
            assert isinstance(got, Refusal), f"{act} in {status} by {who}"
            if role not in ACTS[act].who and role is not Role.COO:  # coordination may stand in for a group
                assert isinstance(got, NotPermitted), f"{act} in {status} by {who}"


@pytest.mark.parametrize("act", ["confirm_merge", "refuse_merge"])
@pytest.mark.parametrize("status", sorted(Status))
def test_the_answer_to_a_merge_is_heard_while_the_triager_has_the_issue(act: str, status: Status) -> None:
    row = ACTS[act]
    if status not in row.statuses:
        assert isinstance(attempt(issue_in(status, D1), OWN[Role.SYS], VARIANTS[act]), NotNow)
        return
    story = (in_status(status) if status is Status.SUBMITTED else told()).does(COORDINATOR, MERGE)
    moves: dict[Status, do.Act] = {Status.NEED_INFO: do.AskInfo(question="容量多少"), Status.ACCEPTED: do.Accept()}
    story = story.does(COORDINATOR, moves[status]) if status in moves else story
    for role in Role:
        got = attempt(story, OWN[role], VARIANTS[act])
        expected = LEADS_TO.get(act, {}).get(status, status)
        assert got is expected if role in row.who else isinstance(got, NotPermitted), f"{act} by {role}: {got!r}"


@pytest.mark.parametrize("role", sorted(Role))
def test_how_a_merge_ended_is_heard_from_the_loop(role: Role) -> None:
    story = told().does(SYSTEM, ABSORB)
    act = do.SettleMerge(child="BH-CHILD", seq=story.issue.revision, merged=True)
    got = attempt(story, OWN[role], act)
    assert got is Status.UNTRIAGED if role in ACTS["settle_merge"].who else isinstance(got, NotPermitted)


@cache
def asked_of(desk: str) -> tuple[Story, Actor]:
    """A request that this desk rules on, and who asked for it."""
    if desk == "a leader":
        story = extended().does(head(D1), extend("08-20 12:00"))
    else:
        unit = C1 if desk == "the hub" else D1
        story = in_hand(unit).does(head(unit), extend("08-16 18:00"))
    return story, story.issue.requests[-1].asked_by


@pytest.mark.parametrize(
    ("desk", "rulers"), [("coordination", {Role.COO}), ("the hub", {Role.COO, Role.HUB}), ("a leader", {Role.LDR})]
)
def test_a_request_is_ruled_on_by_the_desk_the_table_names_and_shown_as_open_to_it(
    desk: str, rulers: set[Role]
) -> None:
    story, asker = asked_of(desk)
    for role in Role:
        for own, who in ((True, OWN[role]), (False, FOREIGN[role])):
            may = role in rulers and (own or role is not Role.HUB)
            got = attempt(story, who, refuse(story))
            assert got is Status.IN_PROGRESS if may else isinstance(got, NotPermitted), f"{who}: {got!r}"
            shown = permitted(story.issue, who, story.now, POLICY)["rule_request"]
            assert type(shown) is (type(got) if isinstance(got, Refusal) else type(None))
            assert to_rule(story.issue, who, POLICY) == (story.issue.open_requests if may else ())
            takes_back = attempt(story, who, take_back(story))
            assert takes_back is Status.IN_PROGRESS if who == asker else isinstance(takes_back, NotPermitted)


@pytest.mark.parametrize("role", sorted(Role))
def test_a_mass_suspension_is_ended_by_coordination_while_it_is_on(role: Role) -> None:
    story = told().does(COORDINATOR, hold("08-20 18:00"))
    got = attempt(story, OWN[role], release())
    assert got is Status.UNTRIAGED if role is Role.COO else isinstance(got, NotPermitted)


@pytest.mark.parametrize("act", sorted(BESIDE_REQUESTS))
@pytest.mark.parametrize("status", sorted(Status))
def test_without_a_request_nothing_is_ruled_on_or_taken_back(act: str, status: Status) -> None:
    for role in Role:
        for who in (OWN[role], FOREIGN[role]):
            got = attempt(issue_in(status, D1), who, VARIANTS[act])
            assert isinstance(got, Refusal), f"{act} in {status} by {who}"
            if role not in ACTS[act].who:
                assert isinstance(got, NotPermitted), f"{act} in {status} by {who}"


@pytest.mark.parametrize("role", list(Role))
def test_an_issue_is_submitted_by_whom_the_table_names(role: Role) -> None:
    if role in SUBMITTERS:
        story = told(who=OWN[role])
        assert story.issue.keyed_by == OWN[role]
        assert story.issue.status is Status.UNTRIAGED
    else:
        with pytest.raises(NotPermitted):
            open_issue("BH-1", submission(), OWN[role], MONDAY, POLICY)


def test_nobody_submits_in_the_name_of_another_enterprise() -> None:
    with pytest.raises(NotPermitted):
        open_issue("BH-1", submission(), FOREIGN[Role.ENT], MONDAY, POLICY)


def test_whoever_keyed_a_receipt_may_complete_and_amend_it() -> None:
    keyer, colleague = Actor(Role.CBK, "clerk"), Actor(Role.CBK, "another")
    story = told(who=keyer, contact="", liaison="")
    for act in ("complete", "amend"):
        assert isinstance(attempt(story, keyer, VARIANTS[act]), Status)
        assert isinstance(attempt(story, colleague, VARIANTS[act]), NotPermitted)


def test_a_hub_acts_in_its_own_county_whoever_is_the_triager() -> None:
    """Coordination is the triager of the plain county; its hub is allowed beside it, the neighbour's is not."""
    story = told()
    assert attempt(story, hub("410923"), do.Accept()) is Status.ACCEPTED
    assert isinstance(attempt(story, hub("410922"), do.Accept()), NotPermitted)
    assert isinstance(attempt(story, head(D2), do.Accept()), NotPermitted)


def test_a_former_holder_may_still_write_notes_and_nothing_else() -> None:
    story = issue_in(Status.TRANSFERRED, D1)
    for act in sorted(ACTS):
        got = attempt(
            story, head(FORMER), VARIANTS.get(act) or VARIANTS[next(v for v in VARIANTS if v.startswith(act))]
        )
        assert isinstance(got, Refusal) is (act != "note"), f"{act}: {got!r}"


def test_a_receipt_lacking_a_part_stays_in_collection_until_it_is_complete() -> None:
    for lacking in ("county", "contact", "channel"):
        story = told(**{lacking: ""})  # type: ignore[arg-type]
        assert story.issue.status is Status.SUBMITTED
        assert isinstance(attempt(story, ENTERPRISE, do.Complete(name="恒捷")), Refusal)
        filled = do.Complete(county="410923", contact="经办人", channel="走访")
        assert attempt(story, ENTERPRISE, filled) is Status.UNTRIAGED


def test_the_table_and_the_rules_know_the_same_acts() -> None:
    assert set(ACTS) == set(RULES) == {variant.partition(":")[0] for variant in VARIANTS}
    assert set(LEADS_TO) <= set(VARIANTS)
    assert numbered(sampled=False) != numbered(sampled=True)
    assert COORDINATOR.role in ACTS["rule_return"].who
