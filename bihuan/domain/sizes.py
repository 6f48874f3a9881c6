"""What a value weighs on the wire, and how much of it Temporal can carry: two megabytes in one piece.

An act may take a quarter of the room an issue has left, and its events as much. So no act passes the bound, however
many come, and what comes by itself, which is short, always finds some. What was asked for stands once more beside the
events, and is bounded by itself (``bounds``).
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
"""What Temporal carries in one piece; it ends a workflow that hands it more."""
ISSUE_BYTES = 800_000
SHARE = 4
CHARACTER_BYTES = 4
"""What is counted for one sign where room is told to people."""
POLICY_BYTES = 150_000
"""A city's policy travels with each of its issues."""
BACKLOG_BYTES = 200_000
"""What of one issue may wait for a ledger that is away, before no more acts are taken: some two hundred acts."""
RUN_BYTES = 10_000_000
"""After so much the history of a run goes on in another; Temporal ends one of fifty megabytes."""
NUMBER, QUOTES = 20, 2
ATOMS: Mapping[type[Any], int] = {
    **dict.fromkeys((type(None), bool), 5),
    **dict.fromkeys((int, float), NUMBER),
    **dict.fromkeys((date, datetime, timedelta), 36),
    Limit: 48,
}
COLLECTIONS = (tuple, list, frozenset, set)


def weight(value: Any) -> int:
    """Its bytes on the wire, or some more."""
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
    """Raise the reason why an issue has no room for what an act says, or adds to it."""
    room = max(ISSUE_BYTES - weight(before), 0)
    if max(_added(before, after), weight(said)) > room // SHARE:
        raise TooMuchSaid(room=str(room // CHARACTER_BYTES))


def _added(before: Any, after: Any) -> int:
    """By how much an issue grew; what an act left as it was is not weighed again."""
    kind: type = type(after)
    parts, _ = _frame(kind)
    return sum(
        weight(new) - weight(old) for new, old in zip(parts(after), parts(before), strict=True) if new is not old
    )


@cache
def _frame(kind: type[Any]) -> tuple[Callable[[Any], tuple[Any, ...]], int]:
    """What takes the fields out of a value of this kind, and what their names weigh. Nothing for what has none."""
    if not is_dataclass(kind):
        return lambda _value: (), NUMBER
    named = tuple(field.name for field in fields(kind))
    one_by_one = attrgetter(*named) if len(named) > 1 else lambda value: tuple(getattr(value, name) for name in named)
    return one_by_one, QUOTES + sum(len(name) + 4 for name in named)
