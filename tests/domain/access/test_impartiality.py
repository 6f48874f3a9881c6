"""Who handled never judges, and who holds does not rewrite (docs/rules.md 2.4, ruling 11; issue lines 5 and 8)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bihuan.domain import commands as do
from bihuan.domain.batches.commands import AdoptPolicy, HoldClocks
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder.responsibility import debtor
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import Actor, Role
from bihuan.domain.refusals import (
    ApproverIsRequester,
    FieldMissing,
    HandlerMayNotJudge,
    HolderMayNotAmend,
    NothingToChange,
    Refusal,
    RequesterMayNotRule,
)
from bihuan.domain.stage import Outcome, Status
from tests.support.small_city.acts import (
    APPEAL,
    CONFIRMED,
    DELIVER,
    NO_ANSWER,
    PASS,
    RESULT,
    RETURN,
    adopt_policy,
    approve,
    approve_return,
    extend,
    hold,
    rate,
    transfer,
)
from tests.support.small_city.orders import ASK_LEVEL_UP, lift, order_no, reply, under_order
from tests.support.small_city.people import COORDINATOR, DEPUTY, ENTERPRISE, head, hub
from tests.support.small_city.policy import C1, D1, D2, HUBBED, HUBBED_HUB, PLAIN
from tests.support.small_city.stages import accepted, checking, dispatched, evaluating, in_hand, returned, told
from tests.support.small_city.story import Story

AS_COORDINATOR = Actor(Role.COO, head(D1).person)
"""The head of D1, who has a seat in coordination too."""
AS_CALLER = Actor(Role.CBK, head(D1).person)
AS_GROUP = Actor(Role.SUP, head(D1).person, "G1")
AS_LEADER = Actor(Role.LDR, head(D1).person)


def refused(story: Story, who: Actor, act: do.Act) -> type[Refusal]:
    with pytest.raises(Refusal) as refusal:
        story.copy().does(who, act)
    return refusal.type


def returned_by_head() -> Story:
    return returned()


def bad_rating() -> Story:
    return evaluating().does(ENTERPRISE, rate(2, solved=False))


def with_extension() -> Story:
    return in_hand().does(head(D1), extend("08-16 18:00"))


def with_level_up() -> Story:
    return in_hand().does(head(D1), ASK_LEVEL_UP)


def replied() -> Story:
    story = under_order(Status.IN_PROGRESS)
    return story.does(head(D1), reply(story))


def objected() -> Story:
    story = under_order(Status.IN_PROGRESS)
    return story.does(head(D1), press.ObjectOrder(order=order_no(story), reason="已办"))


def criticised() -> Story:
    return in_hand().until("08-19 18:00")


def rated_well() -> Story:
    return evaluating().does(ENTERPRISE, rate(5, solved=True))


CASES: dict[str, tuple[Callable[[], Story], Actor, Callable[[Story], do.Act]]] = {
    "check": (checking, AS_COORDINATOR, lambda _s: PASS),
    "call back": (bad_rating, AS_CALLER, lambda _s: NO_ANSWER),
    "close out": (rated_well, AS_COORDINATOR, lambda _s: do.CloseOut()),
    "rule the own return": (returned_by_head, AS_COORDINATOR, lambda _s: approve_return(D2)),
    "designate on the own return": (returned_by_head, AS_COORDINATOR, lambda _s: do.Designate(unit=D2, reason="指定")),
    "rule the own extension": (with_extension, AS_COORDINATOR, approve),
    "rule the own level-up": (
        with_level_up,
        AS_COORDINATOR,
        lambda _s: press.RuleLevelUp(decision=press.Decision.APPROVE, reason="同意"),
    ),
    "lift the own order": (replied, AS_GROUP, lift),
    "return the own reply": (replied, AS_GROUP, lambda s: press.ReturnReply(order=order_no(s), reason="不实")),
    "rule the own objection": (
        objected,
        AS_COORDINATOR,
        lambda s: press.RuleObjection(order=order_no(s), decision=press.Decision.APPROVE, reason="成立"),
    ),
    "discard the own criticism": (
        criticised,
        AS_COORDINATOR,
        lambda s: press.DiscardDraft(draft=s.issue.open_drafts[0].no, reason="不必"),
    ),
    "order the own rework": (rated_well, AS_COORDINATOR, lambda _s: do.Rework(reason="再办一次")),
    "transfer the own issue": (in_hand, AS_COORDINATOR, lambda _s: transfer(D2)),
    "sign the own criticism": (
        criticised,
        AS_COORDINATOR,
        lambda s: press.SignDraft(draft=s.issue.open_drafts[0].no),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_head_of_the_unit_judges_it_in_no_other_seat(case: str) -> None:
    made, who, act = CASES[case]
    story = made()
    assert refused(story, who, act(story)) in (HandlerMayNotJudge, RequesterMayNotRule)


def test_another_person_in_the_same_seat_may() -> None:
    assert checking().does(COORDINATOR, PASS).issue.status is Status.TO_DELIVER


@pytest.mark.parametrize(
    ("who", "act"),
    [(Actor(Role.CBK, COORDINATOR.person), CONFIRMED), (COORDINATOR, NO_ANSWER)],
)
def test_who_answered_does_not_call_back(who: Actor, act: do.Act) -> None:
    story = told().does(COORDINATOR, do.Answer(text="按某条办理", how="电话")).does(ENTERPRISE, rate(2, solved=False))
    assert refused(story, who, act) is HandlerMayNotJudge


def test_who_answered_does_not_close_out() -> None:
    story = told().does(COORDINATOR, do.Answer(text="按某条办理", how="电话")).does(ENTERPRISE, rate(5, solved=True))
    assert refused(story, COORDINATOR, do.CloseOut()) is HandlerMayNotJudge
    assert story.does(DEPUTY, do.CloseOut()).issue.status is Status.CLOSED


def test_a_hub_whose_part_was_handed_in_and_released_does_not_check() -> None:
    story = accepted(county=HUBBED).does(hub(HUBBED), do.HandOver(unit=D1, co_units=(HUBBED_HUB,)))
    story.does(head(D1), do.Sign()).does(Actor(Role.HUB, "one of the hub", HUBBED), do.SubmitPart(text="容量已核定"))
    story.does(head(D1), do.ReleaseAssist(unit=HUBBED_HUB, reason="不再需要")).does(head(D1), RESULT)
    assert refused(story, Actor(Role.HUB, "another of the hub", HUBBED), PASS) is HandlerMayNotJudge
    check = story.issue.clock(Obligation.CHECK)
    assert check is not None
    assert debtor(check, story.issue, story.policy, story.now) == Party(Desk.COORDINATION)


def test_a_hub_released_before_it_did_anything_checks() -> None:
    story = accepted(county=HUBBED).does(hub(HUBBED), do.HandOver(unit=D1, co_units=(HUBBED_HUB,)))
    story.does(head(D1), do.Sign()).does(head(D1), do.ReleaseAssist(unit=HUBBED_HUB, reason="不再需要"))
    assert story.does(head(D1), RESULT).does(hub(HUBBED), PASS).issue.status is Status.TO_DELIVER


def test_an_extension_of_a_county_unit_is_coordinations_to_rule_where_its_hub_assists() -> None:
    story = accepted().does(COORDINATOR, do.HandOver(unit=C1, co_units=("H-410923",)))
    story.does(head(C1), do.Sign()).does(head(C1), extend("08-16 18:00"))
    assert story.issue.requests[-1].approver == Party(Desk.COORDINATION)
    assert refused(story, hub(PLAIN), approve(story)) is not None
    story.does(COORDINATOR, approve(story))


def test_a_hub_that_holds_does_not_rewrite_the_complaint() -> None:
    story = in_hand(HUBBED_HUB, county=HUBBED)
    assert refused(story, hub(HUBBED), do.Amend(description="企业自身原因")) is HolderMayNotAmend
    story.does(COORDINATOR, do.Amend(description="扩产需要增容两千千伏安"))
    assert story.issue.description == "扩产需要增容两千千伏安"


def test_nor_does_a_person_who_handled_it_in_another_seat() -> None:
    assert refused(in_hand(), AS_COORDINATOR, do.Amend(description="企业自身原因")) is HolderMayNotAmend


def test_a_hub_that_does_not_hold_amends() -> None:
    story = dispatched(D1, county=HUBBED).does(hub(HUBBED), do.Amend(title="用电增容（二期）"))
    assert story.issue.title == "用电增容（二期）"


@pytest.mark.parametrize("blank", ["   ", "\u3000", "\t\n"])
def test_a_blank_text_amends_nothing(blank: str) -> None:
    story = dispatched()
    assert refused(story, COORDINATOR, do.Amend(description=blank)) is NothingToChange
    story.does(COORDINATOR, do.Amend(title="用电增容（二期）", description=blank, contact=blank))
    assert (story.issue.description, story.issue.contact) == ("扩产需要增容", "经办人")


def test_a_blank_text_completes_nothing() -> None:
    story = told(contact="")
    assert refused(story, story.issue.keyed_by, do.Complete(contact="  ")) is FieldMissing
    story.does(story.issue.keyed_by, do.Complete(contact="经办人", description="  ", name=" ", county=" "))
    issue = story.issue
    assert (issue.description, issue.enterprise.name, issue.county) == ("扩产需要增容", "恒捷化工有限公司", PLAIN)


def test_a_request_is_not_ruled_by_another_person_of_the_unit_who_handled_it() -> None:
    story = dispatched().does(Actor(Role.DEP, "who signed", D1), do.Sign()).does(head(D1), extend("08-16 18:00"))
    assert refused(story, Actor(Role.COO, "who signed"), approve(story)) is HandlerMayNotJudge


def test_the_appeal_of_a_rating_is_not_ruled_by_who_asked() -> None:
    story = bad_rating().does(head(D1), APPEAL)
    assert refused(story, AS_COORDINATOR, approve(story)) is RequesterMayNotRule
    assert story.does(COORDINATOR, approve(story)).issue.rating is not None


def test_a_return_that_was_approved_leaves_the_triager_free_to_judge() -> None:
    story = returned().does(COORDINATOR, approve_return(D2)).does(head(D2), do.Sign())
    story.does(head(D2), RESULT).does(COORDINATOR, PASS).does(head(D2), DELIVER)
    story.does(ENTERPRISE, rate(5, solved=True)).does(COORDINATOR, do.CloseOut())
    assert story.issue.outcome is Outcome.SOLVED
    assert story.issue.handled_by == (head(D1).person, head(D2).person)
    assert RETURN.act == "ask_return"


@pytest.mark.parametrize("order", [hold("08-20 18:00"), adopt_policy()])
def test_a_mass_order_is_no_judgement_of_any_one_issue(order: HoldClocks | AdoptPolicy) -> None:
    """Whoever puts it may have handled one of its issues; a second person approves of it for all."""
    own = replace(order, approved_by=AS_COORDINATOR)
    assert in_hand().does(AS_COORDINATOR, order).names[-1] in ("clocks_held", "policy_adopted")
    assert refused(in_hand(), AS_COORDINATOR, own) is ApproverIsRequester
