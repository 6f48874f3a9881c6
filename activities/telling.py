"""What the city says to whom: its routes, its words and its secrets, put together for one message."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote

from bihuan.notify.templates import Templates

from activities.channels.port import Address, Message
from bihuan.notify.kinds import FACTS, Kind
from bihuan.notify.routing import Routing, Step
from workflows.messages import Card, Digest, NoticeOrder

FRAME_BYTES = 400
"""What a digest needs beside its lines: its title, its id, its link."""


@dataclass(frozen=True)
class Telling:
    """``kinds``: each channel's kind, by name. ``secret`` resolves a reference at the last moment. ``public_url``:
    where people reach the API; empty: messages carry no link.
    """

    routing: Routing
    kinds: dict[str, Kind]
    templates: Templates
    secret: Callable[[str], str]
    public_url: str = ""

    def message(self, notice: NoticeOrder, step: Step | None) -> Message:
        """The message for one addressee; None: as it is kept on record."""
        return self.templates.render(notice, step.name if step else "", self.link(notice))

    def link(self, notice: NoticeOrder) -> str:
        return f"{self.public_url}/n/{quote(notice.id, safe='')}" if self.public_url else ""

    def digest(self, digest: Digest) -> Message:
        """As many of the cards as fit, in their order; one at least. ``items`` names them."""
        room = (FACTS[self.kinds[digest.chat.channel]].bytes_max or 20_000) - FRAME_BYTES
        taken: list[Card] = []
        for card in digest.cards:
            room -= len(self.templates.line(card.order).encode()) + 1
            if taken and room < 0:
                break
            taken.append(card)
        said = self.templates.digest([self.templates.line(card.order) for card in taken], digest.chat.name)
        urgent = any(card.order.urgent for card in taken)
        return replace(said, id=digest.id, items=tuple(card.order.id for card in taken), urgent=urgent)

    def address(self, contact: str) -> Address | None:
        """Where a contact is, its secrets resolved; None: the city names no such contact."""
        to = self.routing.addresses.get(contact)
        return None if to is None else Address(self.secret(to))
