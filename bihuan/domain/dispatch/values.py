"""Who triages an issue, which unit holds it, and which held it before."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.parties import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Whose the issue is. ``group`` supervises ``holder``, the unit that holds it, empty where none does.

    ``given_at``: when the holder was given it; ``designated``: by coordination, so that it cannot give it away.
    """

    triager: Party
    group: str
    holder: str = ""
    earlier_holders: tuple[str, ...] = ()
    given_at: datetime | None = None
    designated: bool = False
    transfers_by_units: int = 0
    transfers: int = 0
    returns_asked: int = 0
    missed_by: tuple[str, ...] = ()
    """The units that held it when the time for its result ran out."""
    handled_by: tuple[str, ...] = ()
    """The persons who handled it, answered it, asked for a ruling or handed in a part: none of them judges it."""
    unit_acted_at: datetime | None = None
    """When a unit last did something about it."""

    @property
    def holders(self) -> tuple[str, ...]:
        """The units that held it, the earliest first, and the one that does."""
        return (*self.earlier_holders, self.holder) if self.holder else self.earlier_holders
