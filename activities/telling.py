"""What the city says to whom: its routes, its words and its secrets, put together for one message."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from activities.channels.port import Address, Message
from bihuan.notify.kinds import Kind
from bihuan.notify.routing import Routing, Step
from bihuan.notify.templates import Templates
from workflows.messages import Card, Chat, NoticeOrder


@dataclass(frozen=True)
class Telling:
    """``kinds``: each channel's kind, by name. ``secret`` resolves a reference at the last moment. ``public_url``:
    where people reach the API; empty: messages carry no link.
    """

    routing: Routing
    kinds: Mapping[str, Kind]
    templates: Templates
    secret: Callable[[str], str]
    public_url: str = ""

    def message(self, notice: NoticeOrder, step: Step | None) -> Message:
        """The message for one addressee; None: as it is kept on record."""
        return self.templates.render(notice, step.name if step else "", self.link(notice))

    def link(self, notice: NoticeOrder) -> str:
        return f"{self.public_url}/n/{quote(notice.id, safe='')}" if self.public_url else ""

    def digest(self, chat: Chat, cards: Sequence[Card], id_: str) -> Message:
        """One message with a line for each card."""
        lines = [self.templates.line(card.order) for card in cards]
        said = self.templates.digest(lines, chat.name)
        return replace(said, id=id_, items=tuple(lines), urgent=any(card.order.urgent for card in cards))

    def address(self, contact: str) -> Address | None:
        """Where a contact is, its secrets resolved; None: the city names no such contact."""
        to = self.routing.addresses.get(contact)
        return None if to is None else Address(self.secret(to))
