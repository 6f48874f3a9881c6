"""What is on record and changes nothing."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    event: Literal["noted"] = "noted"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRequested:
    """An operator asked Temporal to cancel the workflow. Nothing changes; that it was asked is on record."""

    event: Literal["cancel_requested"] = "cancel_requested"


LoopEvent = Noted | CancelRequested
