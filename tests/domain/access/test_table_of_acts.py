"""Every act in every status by every role, own and foreign, against the table written from docs/rules.md 2.2."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import pytest

from bihuan.domain import commands as do
from bihuan.domain import refusals as no
from bihuan.domain.access.authorization import RULES, permitted
from bihuan.domain.batches.commands import Handling
from bihuan.domain.following.decisions import FOLLOWERS_MAX
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.loop.step import execute, open_issue
from bihuan.domain.people import SYSTEM, Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import HandlerMayNotJudge, HolderMayNotAmend, NotNow, NotPermitted, Refusal
from bihuan.domain.requests.rulers import to_rule
from bihuan.domain.stage import Outcome, Status
from tests.support.small_city import (
    ABSORB,
    APPEAL,
    APPROVE_LEVEL_UP,
    AS_IT_IS,
    ASK_LEVEL_UP,
    C1,
    CALLER,
    CITY_LEADER,
    CONFIRMED,
    CONVENE,
    COORDINATOR,
    CRITICISE,
    D1,
    D2,
    D3,
    DELIVER,
    ENTERPRISE,
    FOLLOW,
    FOREIGN,
    FORMER,
    G1,
    INHERIT,
    LEADER,
    MERGE,
    MONDAY,
    NO_ANSWER,
    NOT_SOLVED,
    NOT_TAKEN_IN,
    NOTE,
    ORDER_BY_HAND,
    OWN,
    PASS,
    PLAIN,
    PLAIN_HUB,
    POLICY,
    REJECT,
    RESULT,
    RESUME,
    RETURN,
    REVISED,
    SEND_BACK,
    SHORTER,
    TAKEN_IN,
    TERMINATE,
    UNFOLLOW,
    URGE,
    USCC,
    Story,
    accepted,
    adopt_policy,
    approve,
    approve_return,
    asked_up,
    checking,
    designate,
    dispatched,
    drafted,
    evaluating,
    extend,
    head,
    hold,
    hub,
    in_consultation,
    in_hand,
    in_status,
    lift,
    merged,
    merging,
    numbered,
    objected,
    order_no,
    rate,
    refuse,
    refuse_return,
    release,
    reply,
    returned,
    submission,
    supervisor,
    suspend,
    take_back,
    told,
    transfer,
    transferred,
    under_order,
)
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
"""Acts on something that must lie there first; ``test_ladder.py`` tries them on it."""
VARIANTS: Mapping[str, do.Act] = {
    "complete": do.Complete(contact="经办人"),
    "accept": do.Accept(),
    "answer": do.Answer(text="按某条办理", how="电话"),
    "reject": REJECT,
    "merge": MERGE,
    "absorb": ABSORB,
    "confirm_merge": TAKEN_IN,
    "refuse_merge": NOT_TAKEN_IN,
    "settle_merge": do.SettleMerge(child="BH-CHILD", seq=3, merged=True),
    "follow": FOLLOW,
    "unfollow": UNFOLLOW,
    "followed_by": do.FollowedBy(child="BH-CHILD", seq=3, follows=True),
    "inherit": INHERIT,
    "ask_info": do.AskInfo(question="容量多少"),
    "supply": do.Supply(text="两千千伏安"),
    "classify": do.Classify(urgency=Urgency.URGENT),
    "hand_over": do.HandOver(unit=D1),
    "sign": do.Sign(),
    "ask_return": RETURN,
    "rule_return:approve": approve_return(D3),
    "rule_return:refuse": refuse_return(),
    "designate": designate(D3),
    "transfer": transfer(D3),
    "report": do.Report(text="正在施工"),
    "submit_result": RESULT,
    "add_assist": do.AddAssist(unit=D3, task="核定容量"),
    "submit_part": do.SubmitPart(text="容量已核定"),
    "accept_part": do.AcceptPart(unit=D2),
    "return_part": do.ReturnPart(unit=D2, reason="缺图纸"),
    "release_assist": do.ReleaseAssist(unit=D2, reason="已不需要"),
    "check:pass": PASS,
    "check:send_back": SEND_BACK,
    "deliver": DELIVER,
    "rate:good": rate(5, solved=True),
    "rate:bad": rate(2, solved=False),
    "call_back:confirmed": CONFIRMED,
    "call_back:no_answer": NO_ANSWER,
    "call_back:not_solved": NOT_SOLVED,
    "rework": do.Rework(reason="未办到位"),
    "withdraw": do.Withdraw(),
    "audit_withdrawal": do.AuditWithdrawal(verdict=do.AuditVerdict.GENUINE, record="电话核实"),
    "close_out": do.CloseOut(),
    "reopen": do.Reopen(reason="复发"),
    "amend": do.Amend(description="扩产需要增容两千千伏安"),
    "note": NOTE,
    "adopt_calendar": do.AdoptCalendar(version="2021.2", calendar=REVISED),
    "adopt_policy": adopt_policy(),
    "hold_clocks": hold("08-20 18:00"),
    "release_clocks": release(),
    "reply_order": do.ReplyOrder(order="none", text="正在施工"),
    "lift_order": do.LiftOrder(order="none", conclusion="属实"),
    "ask_extension": extend("08-16 18:00"),
    "ask_suspension": suspend("08-27 18:00"),
    "resume": RESUME,
    "ask_termination": TERMINATE,
    "appeal_rating": APPEAL,
    "rule_request": do.RuleRequest(request="none", ruling=do.Ruling.APPROVE, reason="属实"),
    "withdraw_request": do.WithdrawRequest(request="none"),
    "urge": URGE,
    "issue_order": ORDER_BY_HAND,
    "ask_level_up": ASK_LEVEL_UP,
    "convene": CONVENE,
    "open_draft": CRITICISE,
    "acknowledge": do.Acknowledge(alarm="none"),
    "return_reply": do.ReturnReply(order="none", reason="答非所问"),
    "object_order": do.ObjectOrder(order="none", reason="不属实"),
    "rule_objection": do.RuleObjection(order="none", decision=do.Ruling.REFUSE, reason="督办有据"),
    "rule_level_up": APPROVE_LEVEL_UP,
    "record_consultation": do.RecordConsultation(consultation="none", minutes="纪要", decision="由供电公司牵头"),
    "sign_draft": do.SignDraft(draft="none"),
    "discard_draft": do.DiscardDraft(draft="none", reason="已办"),
}


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


def attempt(story: Story, who: Actor, act: do.Act) -> Refusal | Status:
    """Where the act leads, or why it is refused."""
    command = do.Command("c", who, act)
    try:
        after = execute(story.issue, command, story.now + timedelta(minutes=1), POLICY).issue
    except Refusal as refusal:
        return refusal
    assert after.revision > story.issue.revision
    return after.status


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


@cache
def assisted_in(status: Status, unit: str, *, handed_in: bool) -> Story:
    """An issue with a part that D2 owes: brought to the status by the unit, or before it by the first holder."""
    story = in_status(status, unit)
    if story.issue.status not in ACTS["add_assist"].statuses:
        story = in_hand(unit).does(COORDINATOR, do.AddAssist(unit=D2, task="核定容量"))
        if status is not Status.RETURN_REVIEW:
            return in_status(status, unit)  # nowhere else is a part open
        story.does(head(unit), RETURN)
    else:
        story.does(COORDINATOR, do.AddAssist(unit=D2, task="核定容量"))
    return story.does(head(D2), VARIANTS["submit_part"]) if handed_in else story


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


@cache
def issue_under_order(status: Status, unit: str, *, replied: bool) -> Story:
    story = under_order(status, unit)
    return story.does(head(unit), reply(story)) if replied else story


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
        assert story.issue.matter.keyed_by == OWN[role]
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


# Every reason to say no, given at least once


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


def asked() -> Story:
    return in_hand().does(head(D1), extend("08-16 18:00"))


def extended() -> Story:
    story = asked()
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
    return do.ObjectOrder(order=order_no(story), reason="不属实")


def rule_objection(story: Story) -> do.Act:
    return do.RuleObjection(order=order_no(story), decision=do.Ruling.APPROVE, reason="属实")


def sign(story: Story) -> do.Act:
    return do.SignDraft(draft=story.issue.supervision.drafts[-1].no)


def discarded(story: Story) -> Story:
    return story.does(COORDINATOR, do.DiscardDraft(draft=story.issue.supervision.drafts[-1].no, reason="已当面说明"))


def minutes(story: Story) -> do.Act:
    no_ = story.issue.supervision.consultations[-1].no if story.issue.supervision.consultations else "BH-0-H9"
    return do.RecordConsultation(consultation=no_, minutes="纪要", decision="由供电公司牵头")


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
    story.issue = replace(story.issue, evaluation=replace(story.issue.evaluation, result="长" * 240_000))
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
    (no.AlarmNotStanding, ordered, head(D1), do.Acknowledge(alarm="issue#1/0/R1")),
    (no.UrgedToday, lambda: in_hand().does(COORDINATOR, URGE), supervisor(G1), URGE),
    (no.NobodyOwes, evaluating, COORDINATOR, URGE),
    (no.LevelUpStands, asked_up, head(D1), ASK_LEVEL_UP),
    (no.NoLevelUpAsked, in_hand, COORDINATOR, APPROVE_LEVEL_UP),
    (no.ConsultationStands, in_consultation, LEADER, CONVENE),
    (no.ConsultationNotOpen, lambda: minuted(in_consultation()), COORDINATOR, minutes),
    (no.UnknownConsultation, in_hand, COORDINATOR, minutes),
    (no.DraftNotOpen, lambda: discarded(drafted()), COORDINATOR, sign),
    (no.UnknownDraft, drafted, COORDINATOR, do.SignDraft(draft="BH-0-N9")),
    (no.NothingLeftToPress, evaluating, COORDINATOR, CRITICISE),
    (no.NoLetterYet, in_hand, COORDINATOR, do.OpenDraft(paper=Paper.REFERRAL_LETTER, ground="督办函后仍未办")),
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
