"""Everybody of the small city, every act they might try, and which of them are open now."""

from dataclasses import replace
from datetime import timedelta

from bihuan.domain import commands as do
from bihuan.domain.access.authorization import RULES, admit
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder.papers import Paper
from bihuan.domain.people import SYSTEM, Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import Refusal
from tests.support.small_city.acts import (
    ABSORB,
    APPEAL,
    CONFIRMED,
    DELIVER,
    FOLLOW,
    INHERIT,
    MERGE,
    NO_ANSWER,
    NOT_SOLVED,
    NOT_TAKEN_IN,
    NOTE,
    PASS,
    REJECT,
    RESULT,
    RESUME,
    RETURN,
    SEND_BACK,
    TAKEN_IN,
    TERMINATE,
    UNFOLLOW,
    approve_return,
    designate,
    extend,
    rate,
    refuse_return,
    suspend,
    transfer,
)
from tests.support.small_city.orders import APPROVE_LEVEL_UP, ASK_LEVEL_UP, CONVENE, ORDER_BY_HAND, URGE
from tests.support.small_city.people import (
    CALLER,
    CITY_LEADER,
    COORDINATOR,
    DEPUTY,
    ENTERPRISE,
    LEADER,
    LIAISON,
    SERVICE,
    handler,
    head,
    hub,
    supervisor,
)
from tests.support.small_city.policy import D1, D2, D3, HUBBED, PLAIN, PLAIN_HUB
from tests.support.small_city.story import Story

UNITS = (D1, D2, D3, PLAIN_HUB)
SECOND_COORDINATOR = Actor(Role.COO, "second coordinator")
PEOPLE = (
    *(LEADER, SECOND_COORDINATOR, SERVICE),
    *(
        SYSTEM,
        ENTERPRISE,
        LIAISON,
        COORDINATOR,
        DEPUTY,
        CITY_LEADER,
        CALLER,
        supervisor("G1"),
        supervisor("G2"),
        hub(PLAIN),
        hub(HUBBED),
    ),
    *(person(unit) for unit in (D1, D2, D3) for person in (handler, head)),
)
ASK = do.AskInfo(question="容量多少")
ACTS: tuple[do.Act, ...] = (
    *(do.Accept(), ASK, do.Supply(text="补充"), do.Answer(text="答复", how="电话"), do.Complete(contact="经办人")),
    *(do.HandOver(unit=unit) for unit in UNITS),
    *(do.Sign(), RETURN, refuse_return(), RESULT, PASS, SEND_BACK, DELIVER, do.Report(text="进展")),
    *(approve_return(unit) for unit in UNITS),
    *(designate(unit) for unit in UNITS),
    *(transfer(unit) for unit in UNITS),
    *(rate(score, solved=score > 2) for score in (1, 2, 3, 5)),
    *(rate(4, solved=False), CONFIRMED, NO_ANSWER, NOT_SOLVED, do.Rework(reason="未办到位"), do.CloseOut()),
    *(do.AuditWithdrawal(verdict=verdict, record="电话核实") for verdict in do.AuditVerdict),
    *(do.Withdraw(), do.Reopen(reason="复发"), NOTE, do.Amend(title="更正")),
    *(do.Classify(category=category) for category in ("FIN", "ARREARS", "COMPLAINT_BE")),
    *(do.Classify(urgency=urgency) for urgency in Urgency),
    *(REJECT, TERMINATE, APPEAL, RESUME),
    *(URGE, ORDER_BY_HAND, ASK_LEVEL_UP, APPROVE_LEVEL_UP, CONVENE),
    *(do.HandOver(unit=D1, co_units=(D2, D3)), do.Transfer(unit=D3, basis="权限", co_units=(D1,))),
    *(FOLLOW, UNFOLLOW, INHERIT),
    *(do.FollowedBy(child=child, seq=seq, follows=seq != 5) for child in ("BH-A", "BH-B") for seq in (4, 5, 6)),
    *(do.AddAssist(unit=unit, task="核定") for unit in UNITS),
    *(do.SubmitPart(text="核定完毕"), do.AcceptPart(unit=D2), do.AcceptPart(unit=D3)),
    *(do.ReturnPart(unit=unit, reason="缺图纸") for unit in (D1, D2, D3, PLAIN_HUB)),
    *(do.ReleaseAssist(unit=unit, reason="不需要") for unit in (D1, D2)),
    replace(RESULT, open_parts_reason="不影响办结"),
    *(MERGE, TAKEN_IN, NOT_TAKEN_IN, ABSORB),
    *(do.SettleMerge(child=ABSORB.child, seq=seq, merged=seq != 5) for seq in (4, 5, 6)),
)
RARE = frozenset(
    {
        *("withdraw", "reject", "ask_termination", "merge", "note", "amend", "classify", "urge", "convene"),
        *("follow", "followed_by", "absorb", "settle_merge"),
    }
)
"""Acts that end an issue early or change nothing; drawn only when asked for, so that histories go on."""


def acts_of(story: Story) -> tuple[do.Act, ...]:
    """Every act that anybody might try, with what the issue has by now to name in them."""
    orders = [do.ReplyOrder(order=order.no, text="说明") for order in story.issue.orders]
    lifts = [do.LiftOrder(order=order.no, conclusion="属实") for order in story.issue.orders]
    asks = [extend(story.now + timedelta(days=days)) for days in (2, 6, 10, 15)]
    asks_to_wait = [suspend(story.now + timedelta(days=days)) for days in (3, 25)]
    rulings = [
        do.RuleRequest(request=one.no, ruling=ruling, reason="裁定")
        for one in story.issue.open_requests
        for ruling in do.Ruling
    ]
    taken_back = [do.WithdrawRequest(request=one.no) for one in story.issue.open_requests]
    objections = [press.ObjectOrder(order=order.no, reason="不属实") for order in story.issue.orders]
    on_objections = [
        press.RuleObjection(order=order.no, decision=decision, reason="经查")
        for order in story.issue.orders
        for decision in press.Decision
    ]
    returned = [press.ReturnReply(order=order.no, reason="答非所问") for order in story.issue.orders]
    papers = [press.SignDraft(draft=draft.no) for draft in story.issue.drafts]
    papers_not = [press.DiscardDraft(draft=draft.no, reason="已办") for draft in story.issue.drafts]
    heeded = [press.Acknowledge(alarm=notice.alarm) for notice in story.issue.unheeded]
    minutes = [
        press.RecordConsultation(consultation=held.no, minutes="纪要", decision="牵头")
        for held in story.issue.consultations
    ]
    drafts = [press.OpenDraft(paper=paper, ground="经研究") for paper in Paper]
    ladder: tuple[do.Act, ...] = (
        *objections,
        *on_objections,
        *returned,
        *papers,
        *papers_not,
        *heeded,
        *minutes,
        *drafts,
    )
    return (*ACTS, *orders, *lifts, *asks, *asks_to_wait, *rulings, *taken_back, *ladder)


def now_open(story: Story, *, rare: bool) -> list[tuple[Actor, do.Act]]:
    """Who could do what now: every act that standing and status allow."""
    wanted = [act for act in acts_of(story) if (act.act in RARE) is rare]
    may = {name: [person for person in PEOPLE if is_open(story, name, person)] for name in {act.act for act in wanted}}
    return [(person, act) for act in wanted for person in may[act.act]]


def is_open(story: Story, act: str, person: Actor) -> bool:
    """Asked of the rules only where the act is ever open to somebody of this role."""
    if person.role not in RULES[act].who:
        return False
    try:
        admit(story.issue, act, person, story.now, story.policy)
    except Refusal:
        return False
    return True
