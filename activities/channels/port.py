"""What every channel does: send one message to one address, and report the result in the same terms."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bihuan.notify.message import Address, Message

__all__ = ["Address", "Channel", "Message", "SendResult", "SendVerdict"]

RETRY_AFTER_MAX_S = 24 * 3600
EXCHANGE_MAX_S = 20.0
"""The time limit of one exchange with another server, the name look-up included."""


class SendVerdict(StrEnum):
    """How one attempt ended."""

    DELIVERED = "DELIVERED"
    TRANSIENT = "TRANSIENT"
    """A transient failure: it is tried again."""
    NOT_ASKED = "NOT_ASKED"
    """Nothing was sent, because the channel is busy or resting: it is tried again."""
    REFUSED = "REFUSED"
    """A permanent failure: it is not tried again on this way."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """``status``: the protocol's own code, 0 without an answer. ``detail``: for people; it never holds a secret.

    ``wait``: how long the other side asks us to wait.
    """

    verdict: SendVerdict
    status: int = 0
    detail: str = ""
    wait: timedelta | None = None


class Channel(ABC):
    """One kind of channel. Between two messages an implementation keeps only what it can afford to lose."""

    @abstractmethod
    async def send(self, message: Message, address: Address) -> SendResult:
        """Make one attempt. Failures of the other side are results; none is raised."""

    def fits(self, message: Message) -> bool:
        """Whether a merged message fits whole; its maker takes fewer notices until it does."""
        return True
