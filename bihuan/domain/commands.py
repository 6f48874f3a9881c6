"""What people ask of an issue: one frozen dataclass for each act, in the imperative.

``act`` tells them apart on the wire. Every text is free text in the language of its author. Facts about other
issues (``Follow``) are looked up by whoever sends the command, so that deciding needs no look-up.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bihuan.domain.batches.commands import BATCH_ACT_ZH, BatchAct
from bihuan.domain.clocks.workdays import CalendarVersion
from bihuan.domain.ladder.commands import LADDER_ACT_ZH, LadderAct
from bihuan.domain.people import Actor
from bihuan.domain.policy import Urgency
from bihuan.domain.stage import Outcome


@dataclass(frozen=True, slots=True)
class Enterprise:
    """``uscc``: the 18-character unified social credit code (GB 32100), empty where it is not known yet."""

    name: str = ""
    uscc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """The opening of an issue. ``liaison`` is the official answering for the enterprise, from the register."""

    act: Literal["submit"] = "submit"
    enterprise: Enterprise
    title: str = ""
    description: str
    county: str = ""
    contact: str = ""
    channel: str = ""
    category: str = ""
    urgency: Urgency | None = None
    complex: bool = False
    liaison: str = ""
    source_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """Fill in what the receipt lacked. Empty fields leave what is there.

    What the register knows of the enterprise fills what is empty even then; ``liaison`` answers for it.
    """

    act: Literal["complete"] = "complete"
    name: str = ""
    uscc: str = ""
    description: str = ""
    county: str = ""
    contact: str = ""
    channel: str = ""
    registered_name: str = ""
    registered_county: str = ""
    liaison: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    act: Literal["accept"] = "accept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Answer the enterprise directly, without a unit."""

    act: Literal["answer"] = "answer"
    text: str
    how: str
    outcome: Outcome = Outcome.EXPLAINED


@dataclass(frozen=True, slots=True, kw_only=True)
class AskInfo:
    act: Literal["ask_info"] = "ask_info"
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    act: Literal["supply"] = "supply"
    text: str


class RejectGround(StrEnum):
    """The listed grounds for not accepting an issue (docs/rules.md 6.1)."""

    EMERGENCY_LINE = "EMERGENCY_LINE"
    OTHER_LEGAL_CHANNEL = "OTHER_LEGAL_CHANNEL"
    SECRET_OR_PRIVATE = "SECRET_OR_PRIVATE"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    UNLAWFUL = "UNLAWFUL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """不予受理: propose it; a second person rules, and only then is the issue closed."""

    act: Literal["reject"] = "reject"
    ground: RejectGround
    reason: str
    other_channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """并单: ask the issue ``into`` to take this one in as a duplicate. It is closed once that one has said yes."""

    act: Literal["merge"] = "merge"
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorb:
    """Word of an issue of this enterprise that it is to be merged: into this one, or into ``asked``, which led here."""

    act: Literal["absorb"] = "absorb"
    child: str
    asked: str
    enterprise: Enterprise


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmMerge:
    """Word that ``into`` takes this issue in, which asked ``asked``. ``seq``: the event by which it does."""

    act: Literal["confirm_merge"] = "confirm_merge"
    into: str
    asked: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseMerge:
    """Word that this issue is not taken in. ``why``: the name of the refusal."""

    act: Literal["refuse_merge"] = "refuse_merge"
    into: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleMerge:
    """Word of an issue that was to be taken in by the event ``seq``: whether it was merged, or goes on by itself."""

    act: Literal["settle_merge"] = "settle_merge"
    child: str
    seq: int
    merged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """随批: let this issue, of any enterprise, wait for the result of ``parent``, which is of the same matter.

    The facts about the parent come from the ledger.
    """

    act: Literal["follow"] = "follow"
    parent: str
    parent_open: bool = False
    parent_category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollow:
    """脱离随批: let it be handled on its own. ``parent``: only if that is the issue it follows."""

    act: Literal["unfollow"] = "unfollow"
    reason: str
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedBy:
    """Word from another issue that it follows this one, or no longer does, as of its event ``seq``."""

    act: Literal["followed_by"] = "followed_by"
    child: str
    seq: int
    follows: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherit:
    """Word from the parent: its result has passed. ``unit`` gave it, and informs this enterprise too."""

    act: Literal["inherit"] = "inherit"
    parent: str
    outcome: Outcome
    text: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Classify:
    """Empty or None leaves what is there."""

    act: Literal["classify"] = "classify"
    category: str = ""
    urgency: Urgency | None = None
    complex: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """交办: hand the issue to ``unit`` as its lead, with what is required of it and of the ``co_units`` beside it."""

    act: Literal["hand_over"] = "hand_over"
    unit: str
    requirement: str = ""
    co_units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    act: Literal["sign"] = "sign"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReturn:
    """退回: it was never ours."""

    act: Literal["ask_return"] = "ask_return"
    reason: str
    basis: str
    suggested_unit: str = ""


class Ruling(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReturn:
    """``unit``: who shall handle it instead, where the return is approved."""

    act: Literal["rule_return"] = "rule_return"
    ruling: Ruling
    reason: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Designate:
    """指定: the unit named may neither return nor transfer the issue."""

    act: Literal["designate"] = "designate"
    unit: str
    reason: str
    co_units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """转办: rightly held, but the power to decide lies with ``unit``; ``basis`` is the source of that power."""

    act: Literal["transfer"] = "transfer"
    unit: str
    basis: str
    reason: str = ""
    co_units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    act: Literal["report"] = "report"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitResult:
    """``open_parts_reason``: why the result goes out although an assisting unit still owes its part."""

    act: Literal["submit_result"] = "submit_result"
    outcome: Outcome
    text: str
    evidence: tuple[str, ...] = ()
    open_parts_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAssist:
    """增加协办: have ``unit`` do a part of it, for the lead."""

    act: Literal["add_assist"] = "add_assist"
    unit: str
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitPart:
    """提交协办: an assisting unit hands its part to the lead."""

    act: Literal["submit_part"] = "submit_part"
    text: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptPart:
    """采纳协办: the part of ``unit`` will do."""

    act: Literal["accept_part"] = "accept_part"
    unit: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPart:
    """退回协办: the part of ``unit`` will not do; its time runs on as if it had not been handed in."""

    act: Literal["return_part"] = "return_part"
    unit: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAssist:
    """免除协办: nothing more is wanted of ``unit``."""

    act: Literal["release_assist"] = "release_assist"
    unit: str
    reason: str


class Verdict(StrEnum):
    PASS = "pass"
    SEND_BACK = "send_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    act: Literal["check"] = "check"
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """Inform the enterprise: to whom and how. When is when this act is recorded."""

    act: Literal["deliver"] = "deliver"
    to: str
    how: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """``score`` from 1 (very dissatisfied) to 5 (very satisfied). ``proof``: how its recorder knows."""

    act: Literal["rate"] = "rate"
    score: int
    solved: bool
    comment: str = ""
    proof: str = ""


class CallResult(StrEnum):
    CONFIRMED = "confirmed"
    NOT_SOLVED = "not_solved"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """``record``: what was said; required to confirm against a bad rating."""

    act: Literal["call_back"] = "call_back"
    result: CallResult
    record: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rework:
    act: Literal["rework"] = "rework"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskExtension:
    """申请延期: ask for ``until`` as the new date of the limit the unit is pressed by."""

    act: Literal["ask_extension"] = "ask_extension"
    until: datetime
    reason: str


class SuspensionBasis(StrEnum):
    """What an issue may have to wait for (docs/rules.md 6.3)."""

    LAW = "LAW"
    PLAN = "PLAN"
    THIRD_PARTY = "THIRD_PARTY"
    COURT = "COURT"
    BUDGET_YEAR = "BUDGET_YEAR"


SUSPENSION_ZH = {
    SuspensionBasis.LAW: "法律政策",
    SuspensionBasis.PLAN: "列入计划",
    SuspensionBasis.THIRD_PARTY: "第三方",
    SuspensionBasis.COURT: "司法程序",
    SuspensionBasis.BUDGET_YEAR: "预算年度",
}
assert set(SUSPENSION_ZH) == set(SuspensionBasis)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSuspension:
    """申请挂起: ask to stop the clocks; at ``until`` the issue is looked at again and goes on by itself."""

    act: Literal["ask_suspension"] = "ask_suspension"
    basis: SuspensionBasis
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """恢复办理: end a suspension before its review date."""

    act: Literal["resume"] = "resume"
    reason: str


class TerminationGround(StrEnum):
    """A ground for not accepting that was found later, or an enterprise that does not cooperate."""

    EMERGENCY_LINE = "EMERGENCY_LINE"
    OTHER_LEGAL_CHANNEL = "OTHER_LEGAL_CHANNEL"
    SECRET_OR_PRIVATE = "SECRET_OR_PRIVATE"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    UNLAWFUL = "UNLAWFUL"
    NOT_COOPERATING = "NOT_COOPERATING"


assert {ground.value for ground in RejectGround} < {ground.value for ground in TerminationGround}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskTermination:
    """申请终止: ask to close the issue without a result."""

    act: Literal["ask_termination"] = "ask_termination"
    ground: TerminationGround
    reason: str
    other_channel: str = ""


class AppealGround(StrEnum):
    """The only two grounds to set a rating aside."""

    MISTAKEN = "MISTAKEN"
    MALICIOUS = "MALICIOUS"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealRating:
    """差评申诉: ask that a bad rating be set aside."""

    act: Literal["appeal_rating"] = "appeal_rating"
    ground: AppealGround
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRequest:
    """裁定申请: decide a side request of somebody else."""

    act: Literal["rule_request"] = "rule_request"
    request: str
    ruling: Ruling
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRequest:
    """撤回申请: take back one's own request while it is open."""

    act: Literal["withdraw_request"] = "withdraw_request"
    request: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """撤单: audited first where an order stands or a unit has just acted. ``proof``: as in ``Rate``."""

    act: Literal["withdraw"] = "withdraw"
    reason: str = ""
    proof: str = ""


class AuditVerdict(StrEnum):
    """What the enterprise said when asked whether it withdrew of its own will."""

    GENUINE = "genuine"
    KEPT = "kept"
    """It does not withdraw after all."""
    PRESSED = "pressed"
    """Somebody made it withdraw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditWithdrawal:
    """撤单质检: say what the enterprise answered. ``record``: with whom one spoke, and what was said."""

    act: Literal["audit_withdrawal"] = "audit_withdrawal"
    verdict: AuditVerdict
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyOrder:
    act: Literal["reply_order"] = "reply_order"
    order: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftOrder:
    act: Literal["lift_order"] = "lift_order"
    order: str
    conclusion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOut:
    act: Literal["close_out"] = "close_out"
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """重新打开. ``proof``: as in ``Rate``."""

    act: Literal["reopen"] = "reopen"
    reason: str
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend:
    """Correct the text or the contact; dates are never amended. Empty leaves what is there."""

    act: Literal["amend"] = "amend"
    title: str = ""
    description: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    act: Literal["note"] = "note"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptCalendar:
    """更换日历: go by this version of the calendar from now on. What is in it, whoever sends the command looks up."""

    act: Literal["adopt_calendar"] = "adopt_calendar"
    version: str
    calendar: CalendarVersion | None = None


Act = (
    Complete
    | Accept
    | Answer
    | AskInfo
    | Supply
    | Reject
    | Merge
    | Absorb
    | ConfirmMerge
    | RefuseMerge
    | SettleMerge
    | Follow
    | Unfollow
    | FollowedBy
    | Inherit
    | Classify
    | HandOver
    | Sign
    | AskReturn
    | RuleReturn
    | Designate
    | Transfer
    | Report
    | SubmitResult
    | AddAssist
    | SubmitPart
    | AcceptPart
    | ReturnPart
    | ReleaseAssist
    | Check
    | Deliver
    | Rate
    | CallBack
    | Rework
    | AskExtension
    | AskSuspension
    | Resume
    | AskTermination
    | AppealRating
    | RuleRequest
    | WithdrawRequest
    | Withdraw
    | AuditWithdrawal
    | ReplyOrder
    | LiftOrder
    | CloseOut
    | Reopen
    | Amend
    | Note
    | AdoptCalendar
    | BatchAct
    | LadderAct
)

ACT_ZH = {
    "submit": "提交",
    "complete": "补全",
    "accept": "受理",
    "answer": "直接答复",
    "ask_info": "要求补正",
    "supply": "补正",
    "reject": "不予受理",
    "merge": "并单",
    "absorb": "接收并单",
    "confirm_merge": "确认并单",
    "refuse_merge": "不予并单",
    "settle_merge": "并单登记",
    "follow": "随批",
    "unfollow": "脱离随批",
    "followed_by": "随批登记",
    "inherit": "承接结果",
    "classify": "分类",
    "hand_over": "交办",
    "sign": "签收",
    "ask_return": "申请退回",
    "rule_return": "退回裁定",
    "designate": "指定承办",
    "transfer": "转办",
    "report": "阶段性反馈",
    "submit_result": "提交结果",
    "add_assist": "增加协办",
    "submit_part": "提交协办",
    "accept_part": "采纳协办",
    "return_part": "退回协办",
    "release_assist": "免除协办",
    "check": "审核",
    "deliver": "反馈企业",
    "rate": "评价",
    "call_back": "回访",
    "rework": "重办",
    "ask_extension": "申请延期",
    "ask_suspension": "申请挂起",
    "resume": "恢复办理",
    "ask_termination": "申请终止",
    "appeal_rating": "差评申诉",
    "rule_request": "裁定申请",
    "withdraw_request": "撤回申请",
    "withdraw": "撤单",
    "audit_withdrawal": "撤单质检",
    "reply_order": "回复督办",
    "lift_order": "解除督办",
    "close_out": "销号",
    "reopen": "重新打开",
    "amend": "更正",
    "note": "备注",
    "adopt_calendar": "更换日历",
    **BATCH_ACT_ZH,
    **LADDER_ACT_ZH,
}


BETWEEN_ISSUES = frozenset({"followed_by", "inherit", "absorb", "confirm_merge", "refuse_merge", "settle_merge"})
"""What one issue tells another; no person says it."""


@dataclass(frozen=True, slots=True)
class Command:
    """One act of one person. ``id`` makes its repetition harmless; ``request_id`` is the sending that came first."""

    id: str
    actor: Actor
    act: Act
    request_id: str = ""


ADDED_LATER = frozenset({"co_units", "open_parts_reason", "proof"})
"""Fields younger than the first fingerprints. Empty, they are left out: a repetition is known across a release."""


def fingerprint(actor: Actor, act: Act | Submit) -> str:
    """A digest of who asks for what: the same id with another fingerprint is another command."""
    said = {name: value for name, value in asdict(act).items() if value or name not in ADDED_LATER}
    body = json.dumps([asdict(actor), said], sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(body.encode()).hexdigest()[:32]


def _plain(value: object) -> str:
    """A moment is told by one name, whatever offset it was written with; a set in one order."""
    if isinstance(value, frozenset):
        return str(sorted(value))
    return str(value.timestamp()) if isinstance(value, datetime) and value.tzinfo else str(value)
