"""The city's templates for every notice, as data: versioned, and checked when they are loaded."""

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
"""Every fact that any notice has."""
PARTS = ("zh_title", "zh", "en_title", "en")
LINE_BYTES = 120
LINK = "{link}"
"""Where a report that was cut has the link to the rest."""
FREE_TEXT = frozenset({"question", "reason", "reason_en", "text"})
"""Facts in somebody's own words, which may name persons or enterprises."""
UNIT_FACTS = ("unit", "assisting_unit", "lead")
"""Facts that name a unit the issue concerns."""
ENTERPRISE_SIDE = frozenset({Desk.ENTERPRISE, Desk.LIAISON})
"""Desks that deal with the enterprise directly, and so may read telephone numbers."""
Words = Mapping[str, Template]


@dataclass(frozen=True, slots=True)
class Templates:
    """``version``: recorded with each message. ``events``: four parts by event; ``default``: those of any other."""

    version: str
    events: Mapping[str, Words]
    default: Words
    layout: Template

    def render(self, order: NoticeOrder, name: str, link: str) -> Message:
        """The message for one addressee, Chinese first, English below. ``name``: the desk's; ``link``: may be empty."""
        words = self.events.get(order.event, self.default)
        values = template_values(order, name, link)
        zh_title, zh, en_title, en = (words[part].render(values).strip() for part in PARTS)
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
        """One line of a merged message: what happened to which issue, and the id. The title is cut first."""
        head = " ".join(part for part in (order.facts.get("rung", ""), _what(order)) if part)
        tail = f"编号 {order.id}"
        room = LINE_BYTES - len(f"{head}：{tail} ".encode())
        title = _cut(str(template_values(order, "", "")["title"]), room)
        return f"{head}：{title} {tail}" if title else f"{head} {tail}"

    def digest(self, lines: Sequence[str], group_name: str) -> Message:
        """Merged notices as one message: each line is an item, and no item is ever cut. The chat digest sets the id."""
        return Message(
            id="",
            title=f"{group_name}：{len(lines)} 条通知 · {len(lines)} notices",
            text=f"合并发送 {len(lines)} 条，逐条如下 · {len(lines)} notices in one, each below",
            items=tuple(lines),
        )


def _what(order: NoticeOrder) -> str:
    """The event in Chinese; a reminder is called by its rung."""
    rung = order.facts.get("rung", "")
    zh = event_text(order.event, Language.ZH)
    return RUNG_ZH[Rung(rung)] if order.event in REMINDERS and rung in set(Rung) else zh


def webhook_body(order: NoticeOrder, name: str) -> str:
    """The JSON body of the signed webhook, with all facts, for a program to read."""
    content = {
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
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def template_values(order: NoticeOrder, name: str, link: str) -> dict[str, object]:
    """The values a template may use. A fact that this notice lacks is empty; a name that no notice has is an error."""
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
    """The facts this addressee may see. Outsiders see no free text, except of a paper signed for publication."""
    published = order.event == "draft_signed"
    if published or not _is_outsider(order):
        return order.facts
    return {name: value for name, value in order.facts.items() if name not in FREE_TEXT}


def _is_outsider(order: NoticeOrder) -> bool:
    """Whether it is the bulletin that all units read, or a unit (or its head) that the issue does not concern."""
    if order.to.desk in (Desk.UNIT, Desk.UNIT_HEAD):
        return order.to.ref not in {order.facts.get(name) for name in UNIT_FACTS}
    return order.to.desk is Desk.BULLETIN


def _masked(text: str, order: NoticeOrder) -> str:
    """Numbers of people are masked, but for the enterprise's side."""
    return text if order.to.desk in ENTERPRISE_SIDE else masked(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, room: int) -> str:
    """At most ``room`` bytes of the text, with an ellipsis where it was cut; never half a character."""
    if len(text.encode()) <= room:
        return text
    kept = text.encode()[: max(room - len("…".encode()), 0)].decode(errors="ignore")
    return f"{kept}…" if kept else ""
