"""What a value weighs on the wire, and how much of it Temporal can carry: two megabytes in one piece.

An act may take a quarter of the room an issue has left. So no act passes the bound, however many come, and what
comes by itself, which is short, always finds some.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from bihuan.domain.clocks.limits import Limit
from bihuan.domain.refusals import TooMuchSaid

PIECE_BYTES = 2_097_152
"""What Temporal carries in one piece; it ends a workflow that hands it more."""
ISSUE_BYTES = 800_000
SHARE = 4
SPOKEN_BYTES = 4
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
        return QUOTES + max(len(value.encode(errors="replace")), 2 * len(value))
    if kind in COLLECTIONS:
        return QUOTES + sum(weight(one) + 1 for one in value)
    if isinstance(value, Mapping):
        return QUOTES + sum(weight(key) + weight(one) + 2 for key, one in value.items())
    return _weight_of(_Same(value)) if is_dataclass(kind) else NUMBER


def fits(before: Any, after: Any, said: Any) -> None:
    """Raise the reason why an issue has no room for what an act says, or adds to it."""
    known = weight(before)
    room = max(ISSUE_BYTES - known, 0)
    if max(weight(after) - known, weight(said)) > room // SHARE:
        raise TooMuchSaid(room=str(room // SPOKEN_BYTES))


class _Same:
    """A value as the key of what is known of it: itself, not its equals, since comparing costs as much as weighing."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value


@lru_cache(maxsize=4096)
def _weight_of(one: _Same) -> int:
    """What a frozen value weighs; from one revision of an issue to the next most of its values are the same."""
    kind: type = type(one.value)
    named, frame = _frame(kind)
    return frame + sum([weight(getattr(one.value, name)) for name in named])


@cache
def _frame(kind: type[Any]) -> tuple[tuple[str, ...], int]:
    """The fields of a value of this kind, and what their names weigh."""
    named = tuple(field.name for field in fields(kind))
    return named, QUOTES + sum(len(name) + 4 for name in named)
