"""A message and an address, the same for every channel."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be sent; each channel lays it out in its own way.

    ``id``: of the notice, or of the chat message that has ``items``; every channel shows it, so that a copy is
    recognised. ``title``: one line; ``text``: plain text of several lines; ``html``: the same as HTML.
    ``link``: where it is read or acknowledged; empty: nowhere. ``data``: the JSON body of the signed webhook.
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
    """``to``: a URL, a mailbox, a telephone number or a user's id; ``secret``: the key that goes with it, or empty.

    Both are looked up just before sending, and are in no history and no log.
    """

    to: str
    secret: str = ""

    def __repr__(self) -> str:
        return "Address(…)"
