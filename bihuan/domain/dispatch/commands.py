"""What people ask so that a unit has the issue: 交办, 转办, 退回, and their rulings."""

from dataclasses import dataclass
from typing import Literal

from bihuan.domain.ruling import Ruling


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


DispatchAct = HandOver | Sign | AskReturn | RuleReturn | Designate | Transfer

DISPATCH_ACT_ZH = {
    "hand_over": "交办",
    "sign": "签收",
    "ask_return": "申请退回",
    "rule_return": "退回裁定",
    "designate": "指定承办",
    "transfer": "转办",
}
