"""What every channel does: carry one message to one address, and say in the same words how that went."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

RETRY_AFTER_MAX_S = 24 * 3600


class Verdict(StrEnum):
    """How one attempt ended."""

    DELIVERED = "DELIVERED"
    PASSING = "PASSING"
    """Trouble that may pass: it is tried again."""
    REFUSED = "REFUSED"
    """It will not pass, however often it is tried."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said, the same whatever carries it; each adapter lays it out in its own way.

    ``id`` is the notice's, or that of the digest that holds ``items``; every adapter makes it visible, so that a copy
    is recognised. ``title`` is one line, ``text`` plain text of several, ``html`` the same for who can show it.
    ``link``: where it is looked at or acknowledged; empty: nowhere. ``data``: the JSON body of the signed webhook.
    """

    id: str
    title: str
    text: str
    html: str = ""
    link: str = ""
    urgent: bool = False
    items: tuple[str, ...] = ()
    data: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where one addressee is reached: an URL, a mailbox, a number, a user's id; ``secret``: what signs or opens it.

    Both are resolved at the last moment and are in no history and no log.
    """

    to: str
    secret: str = ""

    def __repr__(self) -> str:
        return "Address(…)"


@dataclass(frozen=True, slots=True)
class Answer:
    """``status``: the protocol's own code, 0 where nothing was answered. ``detail`` is for people and names no secret.

    ``wait``: how long the other side asks us to.
    """

    verdict: Verdict
    status: int = 0
    detail: str = ""
    wait: timedelta | None = None


class Channel(ABC):
    """One kind of channel. An implementation keeps nothing between two messages but what it may lose."""

    @abstractmethod
    async def send(self, message: Message, address: Address) -> Answer:
        """One attempt, within the time the caller's client allows. Raises nothing for trouble of the other side."""

    def fits(self, message: Message) -> bool:
        """Whether everything of a digest would be said in one message; its maker splits it until it is."""
        return True
