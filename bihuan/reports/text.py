"""The text of reports: names in Chinese and English, and lists cut to what a notice may hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from bihuan.city.configuration import City
from bihuan.domain.clocks.clock import OBLIGATION_ZH, Obligation
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.ladder.rungs import LIGHT_ZH, Light
from bihuan.domain.parties import Desk, Party
from bihuan.domain.stage import Outcome

LINES_BYTES_MAX = 3600
"""So that the whole notice, with its title and other facts, stays within 4 KB."""
LINK = "{link}"
"""Where the template puts the link to the rest of a list that was cut."""
OUTCOME_ZH = {
    Outcome.SOLVED: "已解决",
    Outcome.EXPLAINED: "解释说明",
    Outcome.PLANNED: "列入计划",
    Outcome.REFERRED: "转送",
    Outcome.WITHDRAWN: "撤单",
    Outcome.TERMINATED: "终止",
    Outcome.REJECTED: "不予受理",
    Outcome.MERGED: "并单",
}
assert set(OUTCOME_ZH) == set(Outcome)


@dataclass
class Section:
    """A heading and its rows; the last rows are left out where there is not enough room."""

    heading: str
    rows: list[str] = field(default_factory=list)


def fitted(sections: Sequence[Section], room: int = LINES_BYTES_MAX) -> str:
    """All sections as lines, in at most ``room`` bytes of UTF-8 where headings allow.

    The longest list is cut first; a line says how many of its rows are left out.
    """
    shown = [len(section.rows) for section in sections]
    while len((text := _joined(sections, shown)).encode()) > room and any(shown):
        longest = max(range(len(sections)), key=lambda one: len("".join(sections[one].rows[: shown[one]]).encode()))
        shown[longest] -= 1
    return text


def _joined(sections: Sequence[Section], shown: Sequence[int]) -> str:
    lines = []
    for section, count in zip(sections, shown, strict=True):
        lines += [section.heading, *(f"· {row}" for row in section.rows[:count])]
        if left := len(section.rows) - count:
            lines.append(f"· ……另有 {left} 项 · {left} more：{LINK}")
    return "\n".join(lines)


def rate(part: int, whole: int) -> str:
    """Percent to two decimals, half up, beside its numerator and denominator (docs/rules.md 8)."""
    if not whole:
        return "—"
    percent = (Decimal(100) * part / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{percent}%({part}/{whole})"


def change(now: int, before: int) -> str:
    """The number, and in brackets its change."""
    return f"{now}({now - before:+})"


def at(moment: datetime | None) -> str:
    return moment.astimezone(CHINA_TIME).strftime("%m-%d %H:%M") if moment else "—"


def counts(pairs: Iterable[tuple[str, int]]) -> str:
    return "、".join(f"{name} {count}" for name, count in pairs) or "无"


def light_text(light: Light) -> str:
    return f"{LIGHT_ZH[light]} {light.lower()}"


def clock_text(key: str) -> str:
    name, _, number = key.partition("#")
    return OBLIGATION_ZH[Obligation(name)] + (f"第{number}次" if number not in ("", "1") else "")


def party_text(party: str, city: City) -> str:
    desk, _, ref = party.partition(":")
    return city.desk(Party(Desk(desk), ref)).name if desk else "无人"


def category_text(category: str, city: City) -> str:
    return city.categories.get(category, category) or "未分类 unclassified"


def group_text(group: str, city: City) -> str:
    known = {**city.policy.groups, city.policy.coordination.id: city.policy.coordination}
    return known[group].name if group in known else group or "未定 none"
