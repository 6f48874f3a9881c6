"""The signatures of the handlers of acts and events, and how their tables are assembled so that none is missing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from bihuan.domain.events import Event
from bihuan.domain.issue import Issue
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy

Decider = Callable[[Any, Issue, Actor, datetime, Policy], Iterator[Event]]
"""Decides an act: ``(act, issue, actor, now, policy)`` becomes events, or raises a Refusal."""
Fold = Callable[[Any, Issue, datetime], Issue]
"""Folds an event: ``(event, issue, at)`` becomes the issue after it."""

Key = TypeVar("Key")
Row = TypeVar("Row")


def assemble(keys: Iterable[Key], *tables: Mapping[Key, Row]) -> Mapping[Key, Row]:
    """The tables as one. Raises TypeError naming each key without a row, with two rows, or not in ``keys``."""
    wanted = set(keys)
    rows = Counter(key for table in tables for key in table)
    wrong = sorted(getattr(key, "__name__", str(key)) for key in {*wanted, *rows} if rows[key] != (key in wanted))
    if wrong:
        raise TypeError(f"not exactly one row: {', '.join(wrong)}")
    return {key: row for table in tables for key, row in table.items()}
