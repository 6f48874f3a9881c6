"""A mass suspension (统一停钟) of one issue as a value."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """A mass suspension (统一停钟) of one issue: by which batch, on what basis, and the clock that ends it."""

    batch: str
    basis: str
    since: datetime
    until: datetime
    clock: str
    over_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.over_at is None
