"""Every reason to say no, given at least once where it applies."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from bihuan.domain import commands as do
from bihuan.domain import refusals as no
from bihuan.domain.batches.commands import Handling
from bihuan.domain.following.decisions import FOLLOWERS_MAX
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.loop.step import open_issue
from bihuan.domain.people import SYSTEM, Actor, Role
from bihuan.domain.refusals import Refusal
from bihuan.domain.stage import Outcome, Status
from tests.support.small_city.acts import (
    ABSORB,
    APPEAL,
    CONFIRMED,
    DELIVER,
    FOLLOW,
    INHERIT,
    MERGE,
    NOT_TAKEN_IN,
    PASS,
    REJECT,
    RESULT,
    RETURN,
    SHORTER,
    TAKEN_IN,
    TERMINATE,
    UNFOLLOW,
    adopt_policy,
    approve,
    designate,
    extend,
    hold,
    rate,
    refuse,
    refuse_return,
    release,
    suspend,
    transfer,
)
from tests.support.small_city.attempts import VARIANTS, asked, assisted_in, attempt, extended, issue_under_order
from tests.support.small_city.calendar import AS_IT_IS, MONDAY
from tests.support.small_city.orders import (
    APPROVE_LEVEL_UP,
    ASK_LEVEL_UP,
    CONVENE,
    CRITICISE,
    ORDER_BY_HAND,
    URGE,
    asked_up,
    drafted,
    in_consultation,
    lift,
    objected,
    order_no,
    reply,
    under_order,
)
from tests.support.small_city.people import (
    CALLER,
    CITY_LEADER,
    COORDINATOR,
    ENTERPRISE,
    FOREIGN,
    LEADER,
    OWN,
    head,
    hub,
    supervisor,
)
from tests.support.small_city.policy import D1, D2, D3, FORMER, G1, PLAIN, PLAIN_HUB, POLICY, USCC
from tests.support.small_city.stages import (
    accepted,
    checking,
    dispatched,
    evaluating,
    in_hand,
    in_status,
    merged,
    merging,
    returned,
    told,
    transferred,
)
from tests.support.small_city.story import Story, submission


def under_order_in(status: Status, act: str) -> Story:
    return issue_under_order(status, D1, replied=act == "lift_order").copy()


def ordered() -> Story:
    return under_order_in(Status.DISPATCHED, "reply_order")


def replied() -> Story:
    return under_order_in(Status.DISPATCHED, "lift_order")


def lifted() -> Story:
    story = replied()
    return story.does(supervisor(G1), lift(story))


def asked_again() -> Story:
    return returned().does(COORDINATOR, refuse_return()).does(head(D1), RETURN)


def transferred_twice() -> Story:
    return in_hand().does(head(D1), transfer(D2)).does(head(D2), transfer(D3))


def window_over() -> Story:
    return in_hand().until("08-05 09:00")


def too_late_to_transfer() -> Story:
    return in_hand().does(head(D1), do.Report(text="进展")).until("08-05 18:00")


def extended_as_far_as_the_law_lets() -> Story:
    story = in_hand(category="ARREARS").does(head(D1), extend("11-01 18:00"))
    return story.does(COORDINATOR, approve(story))


def extended_twice() -> Story:
    story = extended().does(head(D1), extend("08-17 18:00"))
    return story.does(CITY_LEADER, approve(story))


def refused() -> Story:
    story = asked()
    return story.does(COORDINATOR, refuse(story))


def bad_rating() -> Story:
    return evaluating().does(ENTERPRISE, rate(2, solved=False))


def appealed() -> Story:
    return bad_rating().does(head(D1), APPEAL)


def appealed_in_vain() -> Story:
    story = appealed()
    return story.does(COORDINATOR, refuse(story))


def confirmed_yet_appealed() -> Story:
    return appealed().does(CALLER, CONFIRMED)


def suspended_while_asking() -> Story:
    story = asked().does(head(D1), suspend("08-16 18:00"))
    return story.does(COORDINATOR, approve(story))


def first_approved(story: Story) -> do.Act:
    return replace(approve(story), request=story.issue.requests[0].no)


def assisted() -> Story:
    return assisted_in(Status.IN_PROGRESS, D1, handed_in=False).copy()


def handed_in() -> Story:
    return assisted_in(Status.IN_PROGRESS, D1, handed_in=True).copy()


def held_for_long(story: Story) -> Story:
    """Held three times for thirty days."""
    for nth, until in enumerate(("09-01 18:00", "10-01 18:00", "10-29 18:00")):
        story.does(COORDINATOR, hold(until, f"H-{nth}")).until(until)
    return story


KEEP = adopt_policy(handling=Handling.KEEP)
NAIVE = datetime.fromisoformat("2021-08-16T18:00")


def object_to(story: Story) -> do.Act:
    return press.ObjectOrder(order=order_no(story), reason="不属实")


def rule_objection(story: Story) -> do.Act:
    return press.RuleObjection(order=order_no(story), decision=press.Decision.APPROVE, reason="属实")


def sign(story: Story) -> do.Act:
    return press.SignDraft(draft=story.issue.drafts[-1].no)


def discarded(story: Story) -> Story:
    return story.does(COORDINATOR, press.DiscardDraft(draft=story.issue.drafts[-1].no, reason="已当面说明"))


def minutes(story: Story) -> do.Act:
    no_ = story.issue.consultations[-1].no if story.issue.consultations else "BH-0-H9"
    return press.RecordConsultation(consultation=no_, minutes="纪要", decision="由供电公司牵头")


def minuted(story: Story) -> Story:
    return story.does(COORDINATOR, minutes(story))


def objected_to_lifted() -> Story:
    """Coordination stood in for a group, lifted its order, and the unit objects to it afterwards."""
    story = under_order(Status.DISPATCHED, county="410999")
    story.does(head(D1), reply(story)).does(COORDINATOR, lift(story))
    return story.does(head(D1), object_to(story))


def nearly_full() -> Story:
    """It holds so much that little more can be carried."""
    story = told()
    story.issue = replace(story.issue, result="长" * 240_000)
    return story


def followed_by_many() -> Story:
    """As many issues follow it as may."""
    story = told()
    for place in range(FOLLOWERS_MAX):
        story.does(SYSTEM, do.FollowedBy(child=f"BH-{place}", seq=3, follows=True))
    return story


def recorded_by_the_caller() -> Story:
    """An enterprise without an account withdraws through the call-back agent, just after its unit signed."""
    story = in_hand(enterprise=do.Enterprise("恒捷化工"))
    return story.does(CALLER, do.Withdraw(reason="不办了", proof="书面申请"))


PLANNED = do.SubmitResult(outcome=Outcome.PLANNED, text="列入计划")
SAYS_NO: list[tuple[type[Refusal], Callable[[], Story], Actor, do.Act | Callable[[Story], do.Act]]] = [
    (no.RoleNotAllowed, told, ENTERPRISE, do.Accept()),
    (no.NotYourIssue, dispatched, head(D2), do.Sign()),
    (no.HandlerMayNotJudge, lambda: checking(PLAIN_HUB), hub(PLAIN), PASS),
    (no.HolderMayNotAmend, lambda: in_hand(PLAIN_HUB), hub(PLAIN), VARIANTS["amend"]),
    (no.ReceiptNotCompleted, lambda: in_status(Status.SUBMITTED), hub(PLAIN), REJECT),
    (no.WithdrawalUnderAudit, lambda: in_hand().does(ENTERPRISE, do.Withdraw()), ENTERPRISE, do.Withdraw()),
    (no.NoWithdrawalToAudit, in_hand, CALLER, VARIANTS["audit_withdrawal"]),
    (no.RecorderMayNotVerify, recorded_by_the_caller, CALLER, VARIANTS["audit_withdrawal"]),
    (no.WrongStatus, told, COORDINATOR, do.CloseOut()),
    (no.DesignatedUnitMustHandle, lambda: returned().does(COORDINATOR, designate(D2)), head(D2), RETURN),
    (no.UnitDelivers, lambda: in_status(Status.TO_DELIVER), COORDINATOR, DELIVER),
    (no.OrderHoldsUnit, ordered, head(D1), transfer(D2)),
    (no.ReturnWindowOver, window_over, head(D1), RETURN),
    (no.TransferWindowOver, too_late_to_transfer, head(D1), transfer(D2)),
    (no.OnlyDesignationLeft, asked_again, COORDINATOR, refuse_return()),
    (no.TransfersUsedUp, transferred_twice, head(D3), transfer(D1)),
    (no.CreditCodeInvalid, lambda: told(contact=""), ENTERPRISE, do.Complete(uscc=USCC[:-1], contact="经办人")),
    (no.UnknownCounty, lambda: told(contact=""), ENTERPRISE, do.Complete(county="某县", contact="经办人")),
    (no.NotClassified, lambda: accepted(category=""), COORDINATOR, do.HandOver(unit=D1)),
    (no.MergeTargetNotOpen, lambda: told().does(ENTERPRISE, do.Withdraw()), SYSTEM, ABSORB),
    (no.MergeTargetEnding, lambda: told().does(COORDINATOR, REJECT), SYSTEM, ABSORB),
    (no.MergesElsewhere, merged, SYSTEM, ABSORB),
    (no.MergesElsewhere, merging, SYSTEM, replace(ABSORB, child="A")),
    (no.MergeUndecided, merging, SYSTEM, replace(ABSORB, child="X")),
    (no.MergeInRing, merging, SYSTEM, lambda story: replace(ABSORB, child=story.issue.issue_no)),
    (no.MergeAwaited, merging, COORDINATOR, MERGE),
    (no.TakesInAnother, lambda: told().does(SYSTEM, ABSORB), COORDINATOR, MERGE),
    (no.NotMerging, told, SYSTEM, TAKEN_IN),
    (no.NotMerging, merging, SYSTEM, replace(NOT_TAKEN_IN, into="BH-OTHER")),
    (no.OrderNotOpen, lifted, head(D1), reply),
    (no.OrderNotReplied, ordered, supervisor(G1), lift),
    (no.OrderAlreadyReplied, replied, head(D1), reply),
    (no.ParentNotOpen, told, COORDINATOR, replace(FOLLOW, parent_open=False)),
    (no.FollowsItself, told, COORDINATOR, lambda story: replace(FOLLOW, parent=story.issue.issue_no)),
    (no.OtherMatter, told, COORDINATOR, replace(FOLLOW, parent_category="FIN")),
    (no.OtherMatter, told, COORDINATOR, replace(FOLLOW, parent_category="")),
    (no.NotClassified, lambda: told(category=""), COORDINATOR, FOLLOW),
    (no.LeadsOthers, lambda: told().does(SYSTEM, VARIANTS["followed_by"]), COORDINATOR, FOLLOW),
    (no.NotFollowing, lambda: in_status(Status.FOLLOWING), SYSTEM, replace(INHERIT, parent="BH-OTHER")),
    (no.NotFollowing, lambda: in_status(Status.FOLLOWING), COORDINATOR, replace(UNFOLLOW, parent="BH-OTHER")),
    (no.UnknownUnit, lambda: in_status(Status.FOLLOWING), SYSTEM, replace(INHERIT, unit="D99")),
    (no.NotAssisting, assisted, head(D1), do.ReleaseAssist(unit=D3, reason="已不需要")),
    (no.NotAssisting, in_hand, head(D1), do.ReleaseAssist(unit=D2, reason="已不需要")),
    (no.PartNotHandedIn, assisted, head(D1), do.AcceptPart(unit=D2)),
    (no.PartNotHandedIn, handed_in, head(D1), do.ReturnPart(unit=D3, reason="缺图纸")),
    (no.PartHandedIn, handed_in, head(D2), VARIANTS["submit_part"]),
    (no.LeadMayNotAssist, in_hand, head(D1), do.AddAssist(unit=D1, task="核定容量")),
    (no.LeadMayNotAssist, accepted, COORDINATOR, do.HandOver(unit=D1, co_units=(D2, D1))),
    (no.AlreadyAssisting, assisted, head(D1), do.AddAssist(unit=D2, task="核定容量")),
    (no.AlreadyAssisting, accepted, COORDINATOR, do.HandOver(unit=D1, co_units=(D2, D3, D2))),
    (no.UnknownUnit, accepted, COORDINATOR, do.HandOver(unit=D1, co_units=("D99",))),
    (no.OpenPartsNeedReason, assisted, head(D1), RESULT),
    (no.OpenPartsNeedReason, assisted, head(D1), replace(RESULT, open_parts_reason=" ")),
    (no.PlannedStaysOpen, in_hand, head(D1), PLANNED),
    (no.FieldMissing, told, COORDINATOR, do.AskInfo(question=" ")),
    (no.UnknownUnit, in_hand, head(D1), transfer("D99")),
    (no.SameUnit, in_hand, head(D1), transfer(D1)),
    (no.EarlierHolder, transferred, head(D1), transfer(FORMER)),
    (no.UnknownCategory, told, COORDINATOR, do.Classify(category="WEATHER")),
    (no.UnknownOrder, ordered, head(D1), do.ReplyOrder(order="BH-0-D9", text="说明")),
    (no.RatingOutOfRange, evaluating, ENTERPRISE, rate(6, solved=True)),
    (no.RatingOutOfRange, evaluating, ENTERPRISE, rate(0, solved=True)),
    (no.OutcomeNotAllowed, in_hand, head(D1), replace(PLANNED, outcome=Outcome.MERGED)),
    (no.MergeIntoItself, told, COORDINATOR, lambda story: replace(MERGE, into=story.issue.issue_no)),
    (no.MergeOtherEnterprise, told, SYSTEM, replace(ABSORB, enterprise=do.Enterprise("别家", FOREIGN[Role.ENT].org))),
    (no.NothingToChange, told, COORDINATOR, do.Classify(category="ENERGY")),
    (no.NothingToChange, told, COORDINATOR, do.Amend()),
    (no.NothingToChange, told, COORDINATOR, do.AdoptCalendar(version="2021", calendar=AS_IT_IS)),
    (no.UnknownCalendar, told, COORDINATOR, do.AdoptCalendar(version="2022")),
    (no.ApproverIsRequester, told, COORDINATOR, adopt_policy(approved_by=COORDINATOR)),
    (no.ApproverNotEntitled, told, COORDINATOR, adopt_policy(approved_by=OWN[Role.ADM])),
    (no.LeaderMustApprove, lambda: held_for_long(told()), COORDINATOR, hold("11-25 18:00", "H-9")),
    (no.ClocksAreHeld, lambda: in_hand().does(COORDINATOR, hold("08-20 18:00")), head(D1), extend("08-16 18:00")),
    (no.NotHeld, told, COORDINATOR, release()),
    (no.KeptByBatch, lambda: told().does(COORDINATOR, KEEP), COORDINATOR, adopt_policy(batch="B-2")),
    (no.NotOfThatBatch, told, COORDINATOR, adopt_policy(undoes="B-0")),
    (no.PolicyLacks, in_hand, COORDINATOR, adopt_policy(replace(SHORTER, units={}))),
    (no.UnknownPolicy, told, COORDINATOR, replace(adopt_policy(), policy=None)),
    (no.OwnProposal, lambda: in_hand().does(OWN[Role.COO], CRITICISE), OWN[Role.COO], sign),
    (no.RecusedFromOrder, objected_to_lifted, COORDINATOR, rule_objection),
    (no.OrderStands, ordered, supervisor(G1), ORDER_BY_HAND),
    (no.ObjectionMade, objected, head(D1), object_to),
    (no.ObjectionWindowOver, lambda: ordered().until("09-03 18:00"), head(D1), object_to),
    (no.ObjectionNotOpen, ordered, COORDINATOR, rule_objection),
    (no.AlarmNotStanding, ordered, head(D1), press.Acknowledge(alarm="issue#1/0/R1")),
    (no.UrgedToday, lambda: in_hand().does(COORDINATOR, URGE), supervisor(G1), URGE),
    (no.NobodyOwes, evaluating, COORDINATOR, URGE),
    (no.LevelUpStands, asked_up, head(D1), ASK_LEVEL_UP),
    (no.NoLevelUpAsked, in_hand, COORDINATOR, APPROVE_LEVEL_UP),
    (no.ConsultationStands, in_consultation, LEADER, CONVENE),
    (no.ConsultationNotOpen, lambda: minuted(in_consultation()), COORDINATOR, minutes),
    (no.UnknownConsultation, in_hand, COORDINATOR, minutes),
    (no.DraftNotOpen, lambda: discarded(drafted()), COORDINATOR, sign),
    (no.UnknownDraft, drafted, COORDINATOR, press.SignDraft(draft="BH-0-N9")),
    (no.NothingLeftToPress, evaluating, COORDINATOR, CRITICISE),
    (no.NoLetterYet, in_hand, COORDINATOR, press.OpenDraft(paper=Paper.REFERRAL_LETTER, ground="督办函后仍未办")),
    (no.TextUnreadable, told, COORDINATOR, do.Note(text="空\x00")),
    (no.TextTooLong, told, COORDINATOR, do.Note(text="长" * 10_001)),
    (no.ListTooLong, in_hand, head(D1), replace(RESULT, evidence=("照片",) * 51)),
    (no.TooMuchSaid, nearly_full, COORDINATOR, do.Note(text="长" * 10_000)),
    (no.FollowedByTooMany, followed_by_many, SYSTEM, VARIANTS["followed_by"]),
    (no.NotTheApprover, lambda: extended().does(head(D1), extend("08-17 18:00")), COORDINATOR, approve),
    (no.RequesterMayNotRule, lambda: told().does(COORDINATOR, REJECT), COORDINATOR, approve),
    (no.NoOpenRequest, refused, COORDINATOR, approve),
    (no.RequestAlreadyOpen, asked, head(D1), extend("08-16 18:00")),
    (no.RequestNotOpen, lambda: refused().does(head(D1), TERMINATE), COORDINATOR, first_approved),
    (no.RequestStillOpen, confirmed_yet_appealed, COORDINATOR, do.CloseOut()),
    (no.ClockNotRunning, suspended_while_asking, COORDINATOR, first_approved),
    (no.ExtensionAskedTooLate, lambda: in_hand().until("08-11 08:30"), head(D1), extend("08-16 18:00")),
    (no.ExtensionsUsedUp, extended_twice, head(D1), extend("08-18 18:00")),
    (no.NoBadRating, lambda: evaluating().does(ENTERPRISE, rate(5, solved=True)), head(D1), APPEAL),
    (no.RatingAppealedAlready, appealed_in_vain, head(D1), APPEAL),
    (no.AppealWindowOver, lambda: bad_rating().until("08-05 18:00"), head(D1), APPEAL),
    (no.UnknownRequest, asked, COORDINATOR, do.RuleRequest(request="Q9", ruling=do.Ruling.REFUSE, reason="无")),
    (no.OffsetMissing, in_hand, head(D1), extend(NAIVE)),
    (no.DateNotAhead, in_hand, head(D1), extend("08-11 18:00")),
    (no.ExtensionTooLong, in_hand, head(D1), extend("08-20 18:01")),
    (no.SuspensionTooLong, in_hand, head(D1), suspend("09-01 18:01")),
    (
        no.BeyondLegalMaximum,
        extended_as_far_as_the_law_lets,
        head(D1),
        suspend("08-20 18:00", do.SuspensionBasis.THIRD_PARTY),
    ),
]
OF_A_SUBMISSION = no.ReceiptIncomplete
OF_A_BORDER = (no.CommandIdReused, no.LedgerTooFarBehind)
"""The rules never see a command's id twice, nor what waits for the ledger; the workflow and the API say these."""


@pytest.mark.parametrize(("reason", "so_far", "who", "act"), SAYS_NO, ids=[row[0].__name__ for row in SAYS_NO])
def test_each_reason_is_given_where_it_applies_in_two_languages(
    reason: type[Refusal], so_far: Callable[[], Story], who: Actor, act: do.Act | Callable[[Story], do.Act]
) -> None:
    story = so_far()
    got = attempt(story, who, act(story) if callable(act) else act)
    assert type(got) is reason, got
    assert isinstance(got, Refusal)
    for sentence, end in ((got.sentence_zh, "。"), (got.sentence_en, ".")):
        assert sentence.endswith(end)
        assert "{" not in sentence
        assert "''" not in sentence, "a fact is missing"
        assert "“”" not in sentence, "a fact is missing"


@pytest.mark.parametrize("lacking", [{"enterprise": do.Enterprise()}, {"description": " "}])
def test_a_receipt_needs_an_enterprise_and_a_description(lacking: dict[str, object]) -> None:
    with pytest.raises(no.ReceiptIncomplete) as refused:
        open_issue("BH-1", submission(**lacking), COORDINATOR, MONDAY, POLICY)
    assert refused.value.field in lacking
    assert refused.value.field in refused.value.sentence_zh


def test_no_reason_is_left_without_an_occasion() -> None:
    at_a_border = {OF_A_SUBMISSION.__name__, *(reason.__name__ for reason in OF_A_BORDER)}
    assert {row[0].__name__ for row in SAYS_NO} | at_a_border == set(no.BY_NAME)
    assert all(reason().sentence_zh and reason().sentence_en for reason in OF_A_BORDER)
