"""The same half-year elsewhere on the time axis, and two records of it compared event by event."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Any, TypeVar

from bihuan.domain.loop.step import RecordedEvent

WEEK = timedelta(weeks=1)
SLACK = timedelta(seconds=30)
"""How far two tellings of one moment may lie apart: acts of one moment take a server some real time."""

MOMENTS = frozenset({"until"})

Value = TypeVar("Value")


def weeks_ahead(first: datetime, now: datetime) -> timedelta:
    """So many whole weeks that the first moment lies ahead of now."""
    return WEEK * max(0, 1 + (now + timedelta(hours=1) - first) // WEEK)


def moved(value: Value, by: timedelta) -> Value:
    """The same value with every day and moment in it so much later."""
    return _moved(value, by)  # type: ignore[no-any-return]


def _moved(value: Any, by: timedelta) -> Any:
    match value:
        case date():
            return value + by
        case tuple() | frozenset() | list():
            return type(value)(_moved(one, by) for one in value)
        case dict():
            return {name: _named(name, one, by) for name, one in value.items()}
    if not is_dataclass(value) or isinstance(value, type):
        return value
    return replace(value, **{each.name: _moved(getattr(value, each.name), by) for each in fields(value) if each.init})


def _named(name: str, value: Any, by: timedelta) -> Any:
    """A field of a sample's act, where a moment stands as text."""
    if name in MOMENTS and isinstance(value, str):
        return (datetime.fromisoformat(value) + by).isoformat()
    return _moved(value, by)


def compared(rules: Sequence[RecordedEvent], workflow: Sequence[RecordedEvent], back: timedelta) -> tuple[float, str]:
    """How far their moments lay apart at most, in seconds, and the first difference, told in the sample's own time."""
    apart = 0.0
    for one, other in zip_longest(rules, workflow):
        gap = _apart(one, other)
        if gap is None or gap > SLACK:
            return apart, f"rules {_brief(moved(one, back))}, workflow {_brief(moved(other, back))}"
        apart = max(apart, gap.total_seconds())
    return apart, ""


def _apart(one: Any, other: Any) -> timedelta | None:
    """The furthest that two moments in them lie apart; None where anything else differs."""
    match one, other:
        case datetime(), datetime():
            return abs(one - other)
        case (tuple(), tuple()) if len(one) == len(other):
            gaps = [_apart(*pair) for pair in zip(one, other, strict=True)]
        case _ if is_dataclass(one) and type(one) is type(other):
            gaps = [_apart(getattr(one, each.name), getattr(other, each.name)) for each in fields(one)]
        case _:
            return timedelta() if one == other else None
    known = [gap for gap in gaps if gap is not None]
    return max(known, default=timedelta()) if len(known) == len(gaps) else None


def _brief(one: RecordedEvent | None) -> str:
    if one is None:
        return "nothing"
    said = [f"{each.name}={value}" for each in fields(one.event) if (value := getattr(one.event, each.name)) != ""]
    return f"#{one.seq} {one.at.isoformat()} {' '.join(said)[:300]}"
