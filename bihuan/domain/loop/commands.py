"""What may be said of an issue in any phase."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    act: Literal["note"] = "note"
    text: str


LoopAct = Note

LOOP_ACT_ZH = {
    "note": "备注",
}
