"""Every reason to say no is a sentence in two languages, and is given where the rules call for it."""

from collections.abc import Callable
from string import Formatter

import pytest

from bihuan.domain import commands as do
from bihuan.domain.people import SYSTEM, Actor, Role
from bihuan.domain.refusals import BY_NAME, NotNow, NotPermitted, NotValid, Refusal
from bihuan.domain.stage import Outcome, Status
from tests.support.puyang import (
    COORDINATOR,
    ENTERPRISE,
    HANDLER,
    HEAD,
    OTHER_HEAD,
    OTHER_UNIT,
    SUPERVISOR,
    THIRD_UNIT,
    UNIT,
    Told,
    at,
    delivered,
    handed_over,
    in_hand,
    result_in,
)

HUB = Actor(Role.HUB, "hub", "410923")
ORDER = "BH-TEST-D1"


def order_open() -> Told:
    """Unsigned until the order: raised on 07-07 at 18:00."""
    return handed_over().then(at("07-08 09:00"), COORDINATOR, do.Note(text="已督办"))


def held_by_hub() -> Told:
    told = Told(county="410923")
    told.then(at("07-05 10:00"), HUB, do.Accept())
    told.then(at("07-05 11:00"), HUB, do.HandOver(unit="H410923"))
    told.then(at("07-05 12:00"), HUB, do.Sign())
    return told.then(at("07-05 15:00"), HUB, do.SubmitResult(outcome=Outcome.SOLVED, text="已办结"))


def returned_once() -> Told:
    told = handed_over().then(at("07-05 15:00"), HEAD, do.AskReturn(reason="非我", basis="三定"))
    approve = do.RuleReturn(ruling=do.Ruling.APPROVE, reason="成立", unit=OTHER_UNIT)
    return told.then(at("07-05 16:00"), COORDINATOR, approve)


def asked_twice() -> Told:
    return returned_once().then(at("07-06 09:00"), OTHER_HEAD, do.AskReturn(reason="非我", basis="三定"))


def transferred_twice() -> Told:
    told = in_hand().then(at("07-05 16:00"), HEAD, do.Transfer(unit=OTHER_UNIT, basis="权限"))
    return told.then(at("07-05 17:00"), OTHER_HEAD, do.Transfer(unit=THIRD_UNIT, basis="权限"))


def designated() -> Told:
    return asked_twice().then(at("07-06 10:00"), COORDINATOR, do.Designate(unit=THIRD_UNIT, reason="指定"))


def withdrawn() -> Told:
    return Told().then(at("07-05 09:30"), ENTERPRISE, do.Withdraw())


ABSORB = do.Absorb(child="BH-OTHER", asked="BH-TEST", enterprise=do.Enterprise("别家", "91410922MA00000013"))
THIRD_HEAD = Actor(Role.HED, "third head", THIRD_UNIT)
CASES: list[tuple[str, Callable[[], Told], str, Actor, do.Act]] = [
    ("RoleNotAllowed", Told, "07-05 10:00", ENTERPRISE, do.Accept()),
    ("NotYourIssue", handed_over, "07-05 12:00", OTHER_HEAD, do.Sign()),
    ("HandlerMayNotJudge", held_by_hub, "07-05 16:00", HUB, do.Check(verdict=do.Verdict.PASS)),
    ("WrongStatus", Told, "07-05 10:00", COORDINATOR, do.CloseOut()),
    ("DesignatedUnitMustHandle", designated, "07-06 11:00", THIRD_HEAD, do.AskReturn(reason="非我", basis="三定")),
    ("DesignatedUnitMustHandle", designated, "07-06 11:00", THIRD_HEAD, do.Transfer(unit="D07", basis="权限")),
    ("OrderHoldsUnit", order_open, "07-08 10:00", HEAD, do.Transfer(unit=OTHER_UNIT, basis="权限")),
    ("ReturnWindowOver", in_hand, "07-07 18:00", HEAD, do.AskReturn(reason="非我", basis="三定")),
    (
        "OnlyDesignationLeft",
        asked_twice,
        "07-06 10:00",
        COORDINATOR,
        do.RuleReturn(ruling=do.Ruling.REFUSE, reason="x"),
    ),
    ("TransfersUsedUp", transferred_twice, "07-06 09:00", THIRD_HEAD, do.Transfer(unit="D07", basis="权限")),
    ("MergeTargetNotOpen", withdrawn, "07-05 10:00", SYSTEM, ABSORB),
    ("OrderNotReplied", order_open, "07-08 10:00", SUPERVISOR, do.LiftOrder(order=ORDER, conclusion="x")),
    ("PlannedStaysOpen", in_hand, "07-06 10:00", HEAD, do.SubmitResult(outcome=Outcome.PLANNED, text="x")),
    ("OutcomeNotAllowed", in_hand, "07-06 10:00", HEAD, do.SubmitResult(outcome=Outcome.MERGED, text="x")),
    ("FieldMissing", Told, "07-05 10:00", COORDINATOR, do.AskInfo(question="  ")),
    ("FieldMissing", result_in, "07-06 15:00", COORDINATOR, do.Check(verdict=do.Verdict.SEND_BACK)),
    ("UnknownUnit", in_hand, "07-05 16:00", HEAD, do.Transfer(unit="D99", basis="权限")),
    ("SameUnit", in_hand, "07-05 16:00", HEAD, do.Transfer(unit=UNIT, basis="权限")),
    ("EarlierHolder", returned_once, "07-05 17:00", OTHER_HEAD, do.Transfer(unit=UNIT, basis="权限")),
    ("UnknownCategory", Told, "07-05 10:00", COORDINATOR, do.Classify(category="WEATHER")),
    ("UnknownOrder", order_open, "07-08 10:00", HEAD, do.ReplyOrder(order=ORDER + "0", text="x")),
    ("RatingOutOfRange", delivered, "07-06 16:00", ENTERPRISE, do.Rate(score=6, solved=True)),
    ("MergeIntoItself", Told, "07-05 10:00", COORDINATOR, do.Merge(into="BH-TEST")),
    ("MergeOtherEnterprise", Told, "07-05 10:00", SYSTEM, ABSORB),
    ("NothingToChange", Told, "07-05 10:00", COORDINATOR, do.Classify(category="ENERGY")),
    ("TextUnreadable", Told, "07-05 10:00", COORDINATOR, do.Note(text="空\x00")),
]


@pytest.mark.parametrize(("name", "so_far", "when", "who", "act"), CASES, ids=[case[0] for case in CASES])
def test_the_reason_is_named_and_nothing_happens(
    name: str, so_far: Callable[[], Told], when: str, who: Actor, act: do.Act
) -> None:
    told = so_far()
    before = told.issue
    with pytest.raises(Refusal) as refused:
        told.then(at(when), who, act)
    assert refused.value.name == name
    assert told.issue is before


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_reason_is_a_sentence_in_both_languages_with_the_same_facts(name: str) -> None:
    refusal = BY_NAME[name]
    assert issubclass(refusal, NotPermitted | NotNow | NotValid)
    assert refusal.zh.endswith("。")
    assert refusal.en.endswith(".")
    facts = {field for text in (refusal.zh, refusal.en) for _, field, _, _ in Formatter().parse(text) if field}
    made = refusal(field="f", **dict.fromkeys(facts - {"field"}, "x"))
    assert "{" not in made.sentence_zh + made.sentence_en


def test_a_hub_that_holds_an_issue_is_checked_by_coordination() -> None:
    told = held_by_hub().then(at("07-05 16:00"), COORDINATOR, do.Check(verdict=do.Verdict.PASS))
    assert told.issue.status is Status.TO_DELIVER


def test_a_late_act_cannot_outrun_its_own_lateness() -> None:
    told = handed_over().then(at("07-06 18:00"), HANDLER, do.Sign())
    events = [one.event.event for one in told.recorded]
    assert events[-3:] == ["alarm_raised", "alarm_raised", "signed"], "due at 18:00 sharp is late"
    prompt = handed_over().then(at("07-06 17:59"), HANDLER, do.Sign())
    assert sum(one.event.event == "alarm_raised" for one in prompt.recorded) == 1


def test_an_order_whose_result_is_sent_back_stands_again() -> None:
    told = in_hand().then(at("07-15 19:00"), HEAD, do.SubmitResult(outcome=Outcome.SOLVED, text="x"))
    order = told.issue.supervision.orders[0]
    assert "issue#1" in order.presses
    assert not order.open, "done by the result"
    told.then(at("07-16 10:00"), COORDINATOR, do.Check(verdict=do.Verdict.SEND_BACK, reason="未办到位"))
    assert [one.no for one in told.issue.supervision.open_orders] == [order.no]
    assert len(told.issue.supervision.orders) == 1


def test_a_refusal_without_what_its_sentences_name_cannot_be_made() -> None:
    with pytest.raises(AssertionError):
        BY_NAME["RoleNotAllowed"](role="COO", act="sign", act_zh="签收")
