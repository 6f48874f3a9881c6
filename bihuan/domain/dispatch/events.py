"""What happened as a unit was given the issue, or gave it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bihuan.domain.clocks.changes import LateRulingCredit
from bihuan.domain.clocks.governing import Governing
from bihuan.domain.clocks.limits import Limit

Route = Literal["hand_over", "transfer", "reassign", "designate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    """A unit was given the issue. ``own_limit``: it gets its full time, whatever is left on the issue's clock.

    ``solve``: which time that is, None in older histories: the class's; ``until``: when it ends at the latest.
    """

    event: Literal["dispatched"] = "dispatched"
    route: Route
    unit: str
    group: str
    own_limit: bool
    by_unit: bool = False
    basis: str = ""
    reason: str = ""
    governed_by: Governing | None = None
    """From the first hand-over on, final."""
    co_units: tuple[str, ...] = ()
    solve: Limit | None = None
    until: datetime | None = None
    waited: LateRulingCredit | None = None
    """For a late ruling on its return, where the unit keeps the issue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    event: Literal["signed"] = "signed"
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAsked:
    event: Literal["return_asked"] = "return_asked"
    reason: str
    basis: str
    suggested_unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRefused:
    event: Literal["return_refused"] = "return_refused"
    reason: str
    waited: LateRulingCredit | None = None


DispatchEvent = Dispatched | Signed | ReturnAsked | ReturnRefused
