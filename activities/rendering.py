"""Messages rendered from the city's routes, templates and secrets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import quote

from bihuan.notify.kinds import TRAITS, Kind
from bihuan.notify.message import Address, Message
from bihuan.notify.routing import DeliveryStep, Routing
from bihuan.notify.secrets import Secrets
from bihuan.notify.templates import Templates
from bihuan.notify.tokens import Tokens
from bihuan.wire import NoticeOrder
from workflows.messages import Card, Chat

TOKEN_FOR = timedelta(days=14)
"""How long a link is valid: the longest holiday is nine days. Counted from the event, so that every copy of a message
has the same link."""


@dataclass(frozen=True)
class MessageRenderer:
    """``signing``: the secret for webhooks without one of their own. ``public_url``: where people reach the API; empty:
    messages have no link.
    """

    routing: Routing
    templates: Templates
    secrets: Secrets
    signing: str
    tokens: Tokens
    public_url: str = ""

    def kind(self, channel: str) -> Kind:
        return self.routing.channels[channel].kind

    def message(self, notice: NoticeOrder, step: DeliveryStep | None) -> Message:
        """The message for one addressee; ``step`` None: as it is recorded."""
        return self.templates.render(notice, step.name if step else "", self.link(notice, step))

    def link(self, notice: NoticeOrder, step: DeliveryStep | None) -> str:
        """Where the notice is read and acknowledged; empty where there is no such link."""
        if not self.public_url or step is None:
            return ""
        facts, link = TRAITS[step.kind], self._page(notice.id)
        if facts.shared or facts.machine:  # the page asks its readers who they are
            return link
        return f"{link}?t={self.tokens.sign(notice.id, step.party, notice.at + TOKEN_FOR)}"

    def digest(self, chat: Chat, cards: Sequence[Card], id_: str) -> Message:
        """One message with a line for each card, and a link to the page where they are acknowledged."""
        lines = [self.templates.line(card.order) for card in cards]
        message = self.templates.digest(lines, chat.name)
        urgent = any(card.order.urgent for card in cards)
        link = self._page(id_) if self.public_url else ""
        return replace(message, id=id_, items=tuple(lines), urgent=urgent, link=link)

    def _page(self, id_: str) -> str:
        return f"{self.public_url}/n/{quote(id_, safe='')}"

    def address(self, channel: str, contact: str) -> Address | None:
        """The address of a contact with its secrets; None: the city's files lack it. Raises SecretMissing."""
        webhook = channel in self.routing.channels and self.kind(channel) is Kind.WEBHOOK
        return self.secrets.address(self.routing, channel, contact, self.signing if webhook else "")
