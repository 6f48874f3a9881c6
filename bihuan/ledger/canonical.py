"""The rules' values as canonical JSON and back: equal values give equal text, on every machine.

The ``*_of`` functions raise ValueError for text that holds no such value.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from bihuan.domain.batches.order import BatchOrder
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import Receipt
from bihuan.domain.parties import Party
from bihuan.domain.policy import Policy
from bihuan.ledger.tables import utc
from bihuan.wire import AnyAct, AnyEvent

SUB_VALUES = {one.name: [each.name for each in fields(one.type)] for one in fields(Issue) if is_dataclass(one.type)}
"""What an issue groups in values of its concepts, with the names in each."""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def issue_text(issue: Issue) -> str:
    return _text(Issue, issue)


def issue_of(text: str) -> Issue:
    """An issue from its JSON, also from that of an older version, which had every field at the top."""
    if '"matter":' not in text:  # within a string the quotes would be escaped
        text = json.dumps(_grouped(json.loads(text)))
    issue: Issue = _adapter(Issue).validate_json(text)
    return issue


def _grouped(flat: Mapping[str, Any]) -> dict[str, Any]:
    return {**flat, **{one: {name: flat[name] for name in names if name in flat} for one, names in SUB_VALUES.items()}}


def policy_text(policy: Policy) -> str:
    return _text(Policy, policy)


def policy_of(text: str) -> Policy:
    policy: Policy = _adapter(Policy).validate_json(text)
    return policy


def order_text(order: BatchOrder) -> str:
    return _text(BatchOrder, order)


def order_of(text: str) -> BatchOrder:
    order: BatchOrder = _adapter(BatchOrder).validate_json(text)
    return order


def receipt_text(receipt: Receipt) -> str:
    return _text(Receipt, receipt)


def receipt_of(text: str) -> Receipt:
    receipt: Receipt = _adapter(Receipt).validate_json(text)
    return receipt


def event_text(event: Any) -> str:
    return _text(AnyEvent, event)


def event_of(text: str) -> Any:
    return _adapter(AnyEvent).validate_json(text)


def act_text(act: Any) -> str:
    return _text(AnyAct, act)


def act_of(text: str) -> Any:
    return _adapter(AnyAct).validate_json(text)


def parties_text(parties: tuple[Party, ...]) -> str:
    return _text(tuple[Party, ...], parties)


def parties_of(text: str) -> tuple[Party, ...]:
    parties: tuple[Party, ...] = _adapter(tuple[Party, ...]).validate_json(text)
    return parties


def reads(parse: Callable[[Any], object], value: object) -> bool:
    """Whether ``parse`` accepts the value."""
    try:
        parse(value)
    except (ValueError, TypeError):
        return False
    return True


def canonical(value: Any) -> str:
    """JSON with sorted keys and sets, moments in UTC with microseconds, no blanks, Chinese unescaped."""
    return json.dumps(value, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _text(kind: Any, value: Any) -> str:
    return canonical(_adapter(kind).dump_python(value))


def _plain(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, datetime):
        return utc(value).isoformat(timespec="microseconds")
    return to_jsonable_python(value)
