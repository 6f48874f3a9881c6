"""What is said and where to: the same whatever carries it."""

from dataclasses import dataclass


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
