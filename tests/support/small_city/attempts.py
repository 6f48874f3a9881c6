"""Every act as it may be attempted, and what came of it."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache

from bihuan.domain import commands as do
from bihuan.domain.ladder import commands as press
from bihuan.domain.loop.step import obey
from bihuan.domain.people import Actor
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import Refusal
from bihuan.domain.stage import Status
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
    adopt_policy,
    approve,
    approve_return,
    designate,
    extend,
    hold,
    rate,
    refuse_return,
    release,
    suspend,
    transfer,
)
from tests.support.small_city.calendar import REVISED
from tests.support.small_city.orders import (
    APPROVE_LEVEL_UP,
    ASK_LEVEL_UP,
    CONVENE,
    CRITICISE,
    ORDER_BY_HAND,
    URGE,
    reply,
    under_order,
)
from tests.support.small_city.people import COORDINATOR, head
from tests.support.small_city.policy import D1, D2, D3, POLICY
from tests.support.small_city.stages import in_hand, in_status
from tests.support.small_city.story import Story
from tests.support.table_of_acts import ACTS

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
    "acknowledge": press.Acknowledge(alarm="none"),
    "return_reply": press.ReturnReply(order="none", reason="答非所问"),
    "object_order": press.ObjectOrder(order="none", reason="不属实"),
    "rule_objection": press.RuleObjection(order="none", decision=press.Decision.REFUSE, reason="督办有据"),
    "rule_level_up": APPROVE_LEVEL_UP,
    "record_consultation": press.RecordConsultation(consultation="none", minutes="纪要", decision="由供电公司牵头"),
    "sign_draft": press.SignDraft(draft="none"),
    "discard_draft": press.DiscardDraft(draft="none", reason="已办"),
}


def attempt(story: Story, who: Actor, act: do.Act) -> Refusal | Status:
    """Where the act leads, or why it is refused."""
    command = do.Command("c", who, act)
    try:
        after = obey(story.issue, command, story.now + timedelta(minutes=1), POLICY).issue
    except Refusal as refusal:
        return refusal
    assert after.revision > story.issue.revision
    return after.status


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


@cache
def issue_under_order(status: Status, unit: str, *, replied: bool) -> Story:
    story = under_order(status, unit)
    return story.does(head(unit), reply(story)) if replied else story


def asked() -> Story:
    return in_hand().does(head(D1), extend("08-16 18:00"))


def extended() -> Story:
    story = asked()
    return story.does(COORDINATOR, approve(story))
