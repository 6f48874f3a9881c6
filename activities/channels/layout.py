"""How a message becomes text: nothing a user wrote acts as markup, mention or link, and length limits are kept."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from activities.channels.port import Message, SendResult, SendVerdict
from bihuan.notify.kinds import TRAITS, Kind

TITLE_MAX = 80
CUT = "…"
URGENT = "【紧急】"
INVISIBLE_GAP = "\u200b"

_ACTIVE = str.maketrans("@<>", "＠＜＞")
_MARKDOWN = str.maketrans("@<>\\`*_{}[]()#|~!&$^", "＠＜＞＼｀＊＿｛｝［］（）＃｜～！＆＄＾")
"""Full-width forms look the same in Chinese text and have no effect in any client; not all obey a backslash."""
_LINE_START = re.compile(r"^(?:[-+=]+|\d+\.)", re.MULTILINE)
_LINE_START_TWINS = str.maketrans("-+=.", "－＋＝．")
_LINES = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ADDRESS = re.compile(r"(?<=\w)(?=:/|[.][^\W\d_])")
_JOINS = frozenset("\u200d\ufe0e\ufe0f")

Form = TypeVar("Form")


def clean(text: str) -> str:
    """The text without invisible characters, with LF as the only line end."""
    text = text.encode("utf-8", "replace").decode()
    text = _INVISIBLE.sub("", _LINES.sub("\n", text).replace("\t", " "))
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def title(message: Message) -> str:
    """One line, short enough for every channel."""
    line = one_line(message.title)
    line = line if len(line) <= TITLE_MAX else _prefix(line, TITLE_MAX - 1) + CUT
    return URGENT + line if message.urgent else line


def neutralized(text: str, link: str, gap: str = INVISIBLE_GAP) -> str:
    """The text without mentions and tags, and without links except into the site of ``link``."""
    return _outside_own_links(clean(text), link, lambda part: _unlinked(part.translate(_ACTIVE), gap))


def neutralized_markdown(text: str, link: str) -> str:
    """The same, and no character acts as markdown."""
    return _outside_own_links(
        _flat(clean(text)), link, lambda part: _unlinked(part.translate(_MARKDOWN), INVISIBLE_GAP)
    )


def numbered(message: Message) -> list[str]:
    """The items of a merged message, one line each."""
    return [f"{number}. {one_line(item)}" for number, item in enumerate(message.items, 1)]


def footer(message: Message) -> str:
    return f"编号 {one_line(message.id)}"


def plain(message: Message, gap: str = INVISIBLE_GAP) -> str:
    """The whole message as plain text."""
    text = "\n".join((title(message), message.text, *numbered(message)))
    return "\n".join(
        part for part in (neutralized(text, message.link, gap), link_line(message), footer(message)) if part
    )


def link_line(message: Message) -> str:
    return f"查看 {one_line(message.link)}" if message.link else ""


def fitted(message: Message, lay_out: Callable[[Message], Form], fits: Callable[[Form], bool]) -> Form | None:
    """The message laid out with as much of its text as fits. None: it does not fit even without the text."""
    whole = lay_out(message)
    if fits(whole):
        return whole
    best = lay_out(replace(message, text=""))
    if not fits(best):
        return None
    low, high = 0, len(message.text)
    while high - low > 1:
        middle = (low + high) // 2
        tried = lay_out(replace(message, text=_prefix(message.text, middle) + CUT))
        low, high, best = (middle, high, tried) if fits(tried) else (low, middle, best)
    return best


def too_long(message: Message) -> SendResult:
    what = f"{len(message.items)} items do not" if message.items else "the message does not"
    return SendResult(SendVerdict.REFUSED, detail=f"{what} fit into one message of this channel: nothing was sent")


def bytes_max(kind: Kind) -> int:
    longest = TRAITS[kind].bytes_max
    assert longest is not None
    return longest


def size(text: str) -> int:
    return len(text.encode())


def _outside_own_links(text: str, link: str, neutralize: Callable[[str], str]) -> str:
    """The text with ``neutralize`` applied to all but the addresses of the site of ``link``."""
    site = re.match(r"https?://[^/?#\s]+", link)
    if site is None:
        return neutralize(text)
    ours = re.compile(rf"({re.escape(site[0])}(?:/(?!/)[A-Za-z0-9?=&%.~_-]*+)++(?![:/]))")
    parts = ours.split(text)
    return "".join(part if index % 2 else neutralize(part) for index, part in enumerate(parts))


def _unlinked(text: str, gap: str) -> str:
    """It reads as before; the gap keeps clients from turning what looks like an address into a link."""
    return _ADDRESS.sub(gap, text)


def _flat(text: str) -> str:
    return _LINE_START.sub(lambda found: found[0].translate(_LINE_START_TWINS), text)


def _prefix(text: str, length: int) -> str:
    """At most so many characters, never cut between a character and what combines with it."""
    while 0 < length < len(text) and (unicodedata.combining(text[length]) or _joined(text, length)):
        length -= 1
    return text[:length]


def _joined(text: str, at: int) -> bool:
    return text[at] in _JOINS or text[at - 1] == "\u200d"
