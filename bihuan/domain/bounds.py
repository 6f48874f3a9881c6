"""How long the texts of acts may be, and which characters they may hold: one table for every text of every act.

A character takes at most four bytes, so a bound in characters is also one in bytes. ``tests/domain/test_bounds.py``
checks that the table's sums stay within what Temporal carries.
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

CHARACTER_BYTES_MAX = 4
CODE, NAME, KEY, TEXT = 64, 200, 400, 10_000
"""In characters. A code identifies something of the city or the loop; a name is one line; a key is a caller's own."""
PIECE = 500
SUMMARY_BYTES = 190
"""Of a summary for operators: Temporal takes 400, and a byte may need two where it is escaped."""

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
"""The most characters of each text, by field name; for a list, of each element."""
LISTS: Mapping[str, int] = {"co_units": 20, "participants": 50, "evidence": 50}
"""The most elements of each list."""
SUPPLIED_BY_US = (Policy, CalendarVersion)
"""Values that the sender of a command looks up in the city's files; no person enters them."""

READABLE = r"^\P{C}*$"
"""A pattern in Rust's syntax for one-line query parameters; bodies may hold line breaks."""
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"})
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are drawn as nothing."""


def check(said: Any, at: str = "") -> None:
    """Raise TextTooLong, TextUnreadable or ListTooLong naming the field. ``at``: its path; empty: the top."""
    for field, value in _values(said):
        where = f"{at}/{field}" if at else field
        match value:
            case Enum():
                continue
            case str():
                check_text(where, value, BOUNDS.get(field, CODE))
            case tuple():
                check_list(where, value, LISTS[field], BOUNDS[field])
            case _ if is_dataclass(value) and not isinstance(value, SUPPLIED_BY_US):
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
    """Whether nothing of the text is visible: only blanks of any kind and characters drawn as nothing."""
    return all(unicodedata.category(sign) in INVISIBLE or sign in BLANK_LETTERS for sign in text)


def cut(text: str, size: int = SUMMARY_BYTES) -> str:
    """The text on one line, in at most ``size`` bytes; no character is cut in two."""
    return " ".join(text.split()).encode(errors="replace")[:size].decode(errors="ignore")


def _values(said: Any) -> Iterator[tuple[str, Any]]:
    return ((field.name, getattr(said, field.name)) for field in fields(said))


def texts(kind: type[Any]) -> Iterator[tuple[str, bool]]:
    """The texts a command of this type can hold: each field name, and whether it is a list of texts."""
    for name, hint in get_type_hints(kind).items():
        yield from _of_hint(name, hint)


def _of_hint(name: str, hint: Any) -> Iterator[tuple[str, bool]]:
    if hint is str:
        yield name, False
    elif get_origin(hint) is tuple and str in get_args(hint):
        yield name, True
    elif is_dataclass(hint) and isinstance(hint, type) and not issubclass(hint, SUPPLIED_BY_US):
        yield from texts(hint)
    elif get_origin(hint) is not None:
        for one in get_args(hint):
            yield from _of_hint(name, one)


_NAMED = {named for kind in (*get_args(Act), Submit, Command, Actor) for named in texts(kind)}
assert {name for name, _ in _NAMED} == set(BOUNDS), "every text of every act has its bound, and no other"
assert {name for name, is_list in _NAMED if is_list} == set(LISTS), "every list has one too"
