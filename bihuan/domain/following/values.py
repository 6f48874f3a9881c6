"""An issue that follows another, as that one knows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Follower:
    """An issue that follows this one, or did, by its own word as of its event ``seq``."""

    issue_no: str
    seq: int
    follows: bool
