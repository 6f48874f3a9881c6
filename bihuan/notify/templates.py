"""The city's own words for every notice: templates as data, proved when they are loaded, versioned."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Template

from bihuan.domain.ladder.rungs import RUNG_ZH, Rung
from bihuan.domain.notifications.registry import REMINDERS
from bihuan.domain.notifications.samples import FACTS
from bihuan.domain.parties import Desk
from bihuan.language.explanations import event_text
from bihuan.language.phrases import Language
from bihuan.notify.masking import masked
from bihuan.notify.message import Message
from bihuan.notify.samples import REPORT_FACTS
from bihuan.wire import NoticeOrder

ALL_FACTS = (*FACTS, *REPORT_FACTS)
"""Every fact that some notice carries."""
PARTS = ("zh_title", "zh", "en_title", "en")
LINE_BYTES = 120
LINK = "{link}"
"""Where a report that was cut says that there is more."""
FREE_TEXT = frozenset({"question", "reason", "reason_en", "text"})
"""Facts in somebody's own words, which may name whom they are about."""
UNIT_FACTS = ("unit", "assisting_unit", "lead")
"""Facts that name a unit which the issue concerns."""
ENTERPRISE_SIDE = frozenset({Desk.ENTERPRISE, Desk.LIAISON})
"""Who deals with the enterprise itself, and so may read a number it is to be called at."""
Words = Mapping[str, Template]


@dataclass(frozen=True, slots=True)
class Templates:
    """``version`` is recorded with each message. ``events``: by event, its four parts; ``default``: any other's."""

    version: str
    events: Mapping[str, Words]
    default: Words
    layout: Template

    def render(self, order: NoticeOrder, name: str, link: str) -> Message:
        """What one addressee is told; Chinese first, English beneath. ``name``: who sits there today."""
        words = self.events.get(order.event, self.default)
        may = template_values(order, name, link)
        zh_title, zh, en_title, en = (words[part].render(may).strip() for part in PARTS)
        zh_title, en_title = _one_line(zh_title), _one_line(en_title)
        page = self.layout.render(zh_title=zh_title, zh=zh, en_title=en_title, en=en, link=link, urgent=order.urgent)
        return Message(
            id=order.id,
            title=zh_title,
            text=f"{zh}\n\n{en_title}\n{en}",
            html=page,
            link=link,
            urgent=order.urgent,
            data=webhook_body(order, name),
        )

    def line(self, order: NoticeOrder) -> str:
        """One line of a digest: what happened to which issue, and the id. The title gives way first."""
        head = " ".join(part for part in (order.facts.get("rung", ""), _what(order)) if part)
        tail = f"编号 {order.id}"
        room = LINE_BYTES - len(f"{head}：{tail} ".encode())
        title = _cut(str(template_values(order, "", "")["title"]), room)
        return f"{head}：{title} {tail}" if title else f"{head} {tail}"

    def digest(self, lines: Sequence[str], group_name: str) -> Message:
        """A burst as one card: each line is an item, and no item is ever cut. Its id is the desk's to give."""
        return Message(
            id="",
            title=f"{group_name}：{len(lines)} 条通知 · {len(lines)} notices",
            text=f"合并发送 {len(lines)} 条，逐条如下 · {len(lines)} notices in one, each below",
            items=tuple(lines),
        )


def _what(order: NoticeOrder) -> str:
    """What presses is called by its rung."""
    rung = order.facts.get("rung", "")
    zh = event_text(order.event, Language.ZH)
    return RUNG_ZH[Rung(rung)] if order.event in REMINDERS and rung in set(Rung) else zh


def webhook_body(order: NoticeOrder, name: str) -> str:
    """The JSON of the signed webhook: all that is known, for a program to read."""
    says = {
        "id": order.id,
        "type": f"issue.{order.event}",
        "at": order.at.isoformat(),
        "issue_no": order.issue_no,
        "revision": order.seq,
        "to": {"desk": order.to.desk, "ref": order.to.ref, "name": name},
        "title": order.title,
        "urgent": order.urgent,
        "facts": order.facts,
    }
    return json.dumps(says, ensure_ascii=False, sort_keys=True)


def template_values(order: NoticeOrder, name: str, link: str) -> dict[str, object]:
    """What a template may use. A fact that this notice does not carry is empty; a name no notice carries is a fault."""
    facts = {one: _masked(value.replace(LINK, link), order) for one, value in _visible_facts(order).items()}
    return {
        **dict.fromkeys(ALL_FACTS, ""),
        **facts,
        "event": order.event,
        "event_zh": event_text(order.event, Language.ZH),
        "event_en": event_text(order.event, Language.EN),
        "issue_no": order.issue_no,
        "title": "" if order.to.desk is Desk.BULLETIN else _one_line(_masked(order.title, order)),
        "at": order.at.isoformat(),
        "urgent": order.urgent,
        "name": name,
        "link": link,
    }


def _visible_facts(order: NoticeOrder) -> dict[str, str]:
    """The facts this audience may see. What a leader signed to be published is; other units see codes alone."""
    published = order.event == "draft_signed"
    if published or not _is_outsider(order):
        return order.facts
    return {name: value for name, value in order.facts.items() if name not in FREE_TEXT}


def _is_outsider(order: NoticeOrder) -> bool:
    """The board that all units read, and a unit that the issue does not name, with its head."""
    if order.to.desk in (Desk.UNIT, Desk.UNIT_HEAD):
        return order.to.ref not in {order.facts.get(name) for name in UNIT_FACTS}
    return order.to.desk is Desk.BULLETIN


def _masked(text: str, order: NoticeOrder) -> str:
    """Numbers of people are told to nobody but who deals with them."""
    return text if order.to.desk in ENTERPRISE_SIDE else masked(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, room: int) -> str:
    """As much as the bytes hold, never half a character."""
    if len(text.encode()) <= room:
        return text
    kept = text.encode()[: max(room - len("…".encode()), 0)].decode(errors="ignore")
    return f"{kept}…" if kept else ""
