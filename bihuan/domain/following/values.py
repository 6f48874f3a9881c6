"""How an issue is linked to others: those it follows or is merged into, and those that follow or merge into it."""

from dataclasses import dataclass

from bihuan.domain.merging.values import Absorbed


@dataclass(frozen=True, slots=True)
class Follower:
    """An issue that follows this one, or did, by its own word as of its event ``seq``."""

    issue_no: str
    seq: int
    follows: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The other issues that an issue is linked to, by number; empty: none. ``followers`` includes those that left.

    ``following``: the parent it follows; ``inherited_from``: the one whose result it has; ``left_parent``: it followed
    one and no longer does. ``absorbing``: those that may be merged into this one.
    """

    merging: str = ""
    """The issue it asked to be merged into; nothing else of it changes until the answer is here."""
    merged_into: str = ""
    absorbing: tuple[Absorbed, ...] = ()
    following: str = ""
    inherited_from: str = ""
    left_parent: bool = False
    followers: tuple[Follower, ...] = ()
