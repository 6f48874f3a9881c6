"""What every channel does: carry one message to one address, and say in the same words how that went."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bihuan.notify.message import Address, Message

__all__ = ["Address", "Channel", "Message", "SendResult", "SendVerdict"]

RETRY_AFTER_MAX_S = 24 * 3600
EXCHANGE_MAX_S = 20.0
"""One exchange with another server, the look-up of its name included."""


class SendVerdict(StrEnum):
    """How one attempt ended."""

    DELIVERED = "DELIVERED"
    PASSING = "PASSING"
    """Trouble that may pass: it is tried again."""
    NOT_ASKED = "NOT_ASKED"
    """It was not its turn: nothing was sent, and it comes again."""
    REFUSED = "REFUSED"
    """It will not pass, however often it is tried."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """``status``: the protocol's own code, 0 where nothing was answered. ``detail`` is for people and names no secret.

    ``wait``: how long the other side asks us to.
    """

    verdict: SendVerdict
    status: int = 0
    detail: str = ""
    wait: timedelta | None = None


class Channel(ABC):
    """One kind of channel. An implementation keeps nothing between two messages but what it may lose."""

    @abstractmethod
    async def send(self, message: Message, address: Address) -> SendResult:
        """One attempt. Raises nothing for trouble of the other side."""

    def fits(self, message: Message) -> bool:
        """Whether everything of a digest would be said in one message; its maker splits it until it is."""
        return True
