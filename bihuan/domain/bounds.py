"""How long what people say may be, and what of it can be read: one table for every text of every act.

A sign takes at most four bytes, so a bound in signs is one in bytes. The sums that follow from the table, and what
Temporal carries, are set against each other in ``tests/domain/test_bounds.py``.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

from bihuan.domain.clocks.special_days import CalendarVersion
from bihuan.domain.commands import Act, Command, Submit
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import ListTooLong, TextTooLong, TextUnreadable

SIGN_BYTES_MAX = 4
CODE, NAME, KEY, TEXT = 64, 200, 400, 10_000
"""In signs. A code names something of the city's or of the loop's; a name is one line; a key is a caller's own."""
PIECE = 500
SUMMARY_BYTES = 190
"""Of a line for operators: Temporal takes 400, and a sign may need two where it is quoted."""

BOUNDS: Mapping[str, int] = {
    **dict.fromkeys(("county", "category", "uscc", "liaison", "unit", "suggested_unit", "lead", "person", "org"), CODE),
    **dict.fromkeys(("into", "parent", "child", "parent_category", "version", "undoes", "batch", "hold"), CODE),
    **dict.fromkeys(("order", "draft", "consultation", "request", "alarm"), CODE),
    **dict.fromkeys(("co_units", "participants", "registered_county", "asked", "why"), CODE),
    **dict.fromkeys(
        ("name", "title", "contact", "channel", "source_ref", "other_channel", "to", "how", "registered_name"), NAME
    ),
    "registered_name": NAME,
    **dict.fromkeys(("id", "request_id"), KEY),
    **dict.fromkeys(("description", "text", "question", "reason", "requirement", "task", "note", "summary"), TEXT),
    **dict.fromkeys(("basis", "comment", "record", "proof", "conclusion", "open_parts_reason", "ground"), TEXT),
    **dict.fromkeys(("topic", "minutes", "decision"), TEXT),
    "evidence": PIECE,
}
"""The most signs of each text, by the name of its field; of a list, of each of its elements."""
LISTS: Mapping[str, int] = {"co_units": 20, "participants": 50, "evidence": 50}
"""The most elements of each list."""
LOOKED_UP = (Policy, CalendarVersion)
"""What whoever sends a command looks up in the city's files, and nobody says."""

READABLE = r"^\P{C}*$"
"""As a pattern of Rust, for what is asked in one line; bodies may hold line breaks."""
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"})
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that are drawn as nothing."""


def check(said: Any, at: str = "") -> None:
    """Raise the reason why this command, or any part of it, cannot be taken, naming the field. ``at``: where it is."""
    for field, value in _told(said):
        where = f"{at}/{field}" if at else field
        match value:
            case Enum():
                continue
            case str():
                check_text(where, value, BOUNDS.get(field, CODE))
            case tuple():
                check_list(where, value, LISTS[field], BOUNDS[field])
            case _ if is_dataclass(value) and not isinstance(value, LOOKED_UP):
                check(value, where)


def check_text(field: str, text: str, signs: int) -> None:
    if len(text) > signs:
        raise TextTooLong(field=field, length=str(signs))
    if UNREADABLE.search(text):
        raise TextUnreadable(field=field)


def check_list(field: str, listed: tuple[str, ...], elements: int, signs: int) -> None:
    if len(listed) > elements:
        raise ListTooLong(field=field, length=str(elements))
    for place, text in enumerate(listed):
        check_text(f"{field}/{place}", text, signs)


def blank(text: str) -> bool:
    """Whether nothing of it can be seen: blanks of any kind, and what is drawn as nothing."""
    return all(unicodedata.category(sign) in UNSEEN or sign in BLANK_LETTERS for sign in text)


def cut(text: str, size: int = SUMMARY_BYTES) -> str:
    """On one line, and in no more bytes than this; no sign is cut in two."""
    return " ".join(text.split()).encode(errors="replace")[:size].decode(errors="ignore")


def _told(said: Any) -> Iterator[tuple[str, Any]]:
    return ((field.name, getattr(said, field.name)) for field in fields(said))


def texts(kind: type[Any]) -> Iterator[tuple[str, bool]]:
    """The texts a command of this kind can hold, each by the name of its field, and whether it is a list of them."""
    for name, hint in get_type_hints(kind).items():
        yield from _of_hint(name, hint)


def _of_hint(name: str, hint: Any) -> Iterator[tuple[str, bool]]:
    if hint is str:
        yield name, False
    elif get_origin(hint) is tuple and str in get_args(hint):
        yield name, True
    elif is_dataclass(hint) and isinstance(hint, type) and not issubclass(hint, LOOKED_UP):
        yield from texts(hint)
    elif get_origin(hint) is not None:
        for one in get_args(hint):
            yield from _of_hint(name, one)


_NAMED = {named for kind in (*get_args(Act), Submit, Command, Actor) for named in texts(kind)}
assert {name for name, _ in _NAMED} == set(BOUNDS), "every text of every act has its bound, and no other"
assert {name for name, is_list in _NAMED if is_list} == set(LISTS), "every list has one too"
