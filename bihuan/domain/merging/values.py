"""An issue to be merged, as the one that takes it in knows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Absorbed:
    """An issue that by our event ``seq`` may merge into this one, and has not said yet whether it did."""

    child: str
    seq: int
