"""Acts of the ladder: urging, orders and objections to them, level-up, consultation, papers to sign."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from bihuan.domain.ladder.papers import Paper
from bihuan.domain.ruling import Ruling


class OrderGround(StrEnum):
    """Why a supervision group orders by hand (docs/rules.md 5.3)."""

    OVERDUE = "OVERDUE"
    POOR_WORK = "POOR_WORK"
    REFUSES_TO_SIGN = "REFUSES_TO_SIGN"
    BAD_RATING = "BAD_RATING"
    PRESSED_TO_WITHDRAW = "PRESSED_TO_WITHDRAW"
    OTHER = "OTHER"


ORDER_GROUND_ZH = {
    OrderGround.OVERDUE: "逾期未办",
    OrderGround.POOR_WORK: "办理不力",
    OrderGround.REFUSES_TO_SIGN: "拒不签收",
    OrderGround.BAD_RATING: "企业差评",
    OrderGround.PRESSED_TO_WITHDRAW: "迫使企业撤单",
    OrderGround.OTHER: "其他",
}
assert set(ORDER_GROUND_ZH) == set(OrderGround)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """收到催办: the notice was seen and no longer repeats; its clock runs on. ``alarm``: a key like ``sign#1/0/R1``."""

    act: Literal["acknowledge"] = "acknowledge"
    alarm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Urge:
    """催办: urge the party responsible for the next act, by hand."""

    act: Literal["urge"] = "urge"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueOrder:
    """签发督办单: an order by hand, in the group's name. ``text``: what it demands."""

    act: Literal["issue_order"] = "issue_order"
    ground: OrderGround
    text: str


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
class ReturnReply:
    """退回督办回复: the reply is not good enough; another is due."""

    act: Literal["return_reply"] = "return_reply"
    order: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectOrder:
    """督办申诉: the ordered unit objects to the order, which stays in force meanwhile."""

    act: Literal["object_order"] = "object_order"
    order: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleObjection:
    """督办申诉裁定: if approved, the order is withdrawn."""

    act: Literal["rule_objection"] = "rule_objection"
    order: str
    decision: Ruling
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLevelUp:
    """申请提级: it cannot be solved at this level."""

    act: Literal["ask_level_up"] = "ask_level_up"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLevelUp:
    """提级裁定: if approved, the paper goes to a leader for signature."""

    act: Literal["rule_level_up"] = "rule_level_up"
    decision: Ruling
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Convene:
    """召集会商: ``participants`` are units."""

    act: Literal["convene"] = "convene"
    topic: str
    participants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordConsultation:
    """会商纪要: ``lead`` and ``by`` are what was decided, on record only."""

    act: Literal["record_consultation"] = "record_consultation"
    consultation: str
    minutes: str
    decision: str
    lead: str = ""
    by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft:
    """提请出文: propose a paper above R2 on a ground that no clock raises."""

    act: Literal["open_draft"] = "open_draft"
    paper: Paper
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignDraft:
    """签发文稿: only the signature notifies recipients outside."""

    act: Literal["sign_draft"] = "sign_draft"
    draft: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardDraft:
    """不予出文: do not send the draft, with the reason."""

    act: Literal["discard_draft"] = "discard_draft"
    draft: str
    reason: str


LadderAct = (
    Acknowledge
    | Urge
    | IssueOrder
    | ReplyOrder
    | LiftOrder
    | ReturnReply
    | ObjectOrder
    | RuleObjection
    | AskLevelUp
    | RuleLevelUp
    | Convene
    | RecordConsultation
    | OpenDraft
    | SignDraft
    | DiscardDraft
)

LADDER_ACT_ZH = {
    "acknowledge": "收到催办",
    "urge": "催办",
    "issue_order": "签发督办单",
    "reply_order": "回复督办",
    "lift_order": "解除督办",
    "return_reply": "退回督办回复",
    "object_order": "督办申诉",
    "rule_objection": "督办申诉裁定",
    "ask_level_up": "申请提级",
    "rule_level_up": "提级裁定",
    "convene": "召集会商",
    "record_consultation": "会商纪要",
    "open_draft": "提请出文",
    "sign_draft": "签发文稿",
    "discard_draft": "不予出文",
}
