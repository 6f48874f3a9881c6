"""The size of a value on the wire in bytes, and the bounds: Temporal carries two megabytes in one payload.

An act may use a quarter of the room an issue has left, and its events as much. So no number of acts exceeds the bound,
and events of the clock, which are short, always fit. The act recorded beside its events is bounded on its own
(``bounds``).
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any

from bihuan.domain.clocks.limits import Limit
from bihuan.domain.refusals import TooMuchSaid

PIECE_BYTES = 2_097_152
"""The largest payload Temporal carries; it terminates a workflow that exceeds it."""
ISSUE_BYTES = 800_000
SHARE = 4
CHARACTER_BYTES = 4
"""Bytes counted for one character where people are shown how much room is left."""
POLICY_BYTES = 150_000
"""A city's policy travels with each of its issues."""
BACKLOG_BYTES = 200_000
"""How much of one issue may wait for an unavailable ledger before acts are refused: about two hundred acts."""
RUN_BYTES = 10_000_000
"""The history size after which a workflow continues as a new run; Temporal terminates one of fifty megabytes."""
NUMBER, QUOTES = 20, 2
ATOMS: Mapping[type[Any], int] = {
    **dict.fromkeys((type(None), bool), 5),
    **dict.fromkeys((int, float), NUMBER),
    **dict.fromkeys((date, datetime, timedelta), 36),
    Limit: 48,
}
COLLECTIONS = (tuple, list, frozenset, set)


def weight(value: Any) -> int:
    """An upper bound of its bytes on the wire."""
    kind: type = type(value)
    known = ATOMS.get(kind)
    if known is not None:
        return known
    if isinstance(value, str):
        signs = 2 * len(value)
        return QUOTES + (signs if value.isascii() else max(len(value.encode(errors="replace")), signs))
    if kind in COLLECTIONS:
        return QUOTES + len(value) + sum(map(weight, value))
    if isinstance(value, Mapping):
        return QUOTES + 2 * len(value) + sum(map(weight, value)) + sum(map(weight, value.values()))
    parts, frame = _frame(kind)
    return frame + sum(map(weight, parts(value)))


def fits(before: Any, after: Any, said: Any) -> None:
    """Raise TooMuchSaid where the act's events (``said``), or what they add to the issue, exceed the room left."""
    room = max(ISSUE_BYTES - weight(before), 0)
    if max(_added(before, after), weight(said)) > room // SHARE:
        raise TooMuchSaid(room=str(room // CHARACTER_BYTES))


def _added(before: Any, after: Any) -> int:
    """By how many bytes an issue grew; unchanged fields are not weighed again."""
    kind: type = type(after)
    parts, _ = _frame(kind)
    return sum(
        weight(new) - weight(old) for new, old in zip(parts(after), parts(before), strict=True) if new is not old
    )


@cache
def _frame(kind: type[Any]) -> tuple[Callable[[Any], tuple[Any, ...]], int]:
    """The getter of all fields of a dataclass, and the bytes of their names; for other types no fields."""
    if not is_dataclass(kind):
        return lambda _value: (), NUMBER
    named = tuple(field.name for field in fields(kind))
    one_by_one = attrgetter(*named) if len(named) > 1 else lambda value: tuple(getattr(value, name) for name in named)
    return one_by_one, QUOTES + sum(len(name) + 4 for name in named)
