"""A supervision order (督办单) as a value, and why one is withdrawn."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.people import Actor


@dataclass(frozen=True, slots=True)
class Order:
    """A supervision order (督办单, docs/rules.md 5.3). ``presses``: keys of the clocks whose obligations it demands.

    ``team_leader``: the desk that leads the supervision; who sits there is looked up when a notice is sent.
    ``reply_due``: the date on the paper. ``poor``: the last reply was returned as not good enough. ``issued_by``: None
    where the clock issued it. ``joined``: a later alarm of its unit joined it. ``withdrawn_at``: when it proved to be
    addressed to the wrong unit, or premature.
    """

    no: str
    rung: Rung
    group: str
    unit: str
    authorisation_ref: str
    issued_at: datetime
    presses: tuple[str, ...]
    replied_at: datetime | None = None
    lifted_at: datetime | None = None
    done_at: datetime | None = None
    team_leader: str = ""
    scope: str = ""
    reply_due: datetime | None = None
    ground: str = ""
    issued_by: Actor | None = None
    lifted_by: Actor | None = None
    poor: bool = False
    objected_at: datetime | None = None
    objection_ruled_at: datetime | None = None
    withdrawn_at: datetime | None = None
    joined: bool = False

    @property
    def open(self) -> bool:
        return self.lifted_at is None and self.done_at is None and self.withdrawn_at is None

    @property
    def demands_reply_only(self) -> bool:
        """It demands only a reply, so that no other act ends it."""
        return all(clock.startswith(f"{Obligation.REPLY}#") for clock in self.presses)

    @property
    def by_clock(self) -> bool:
        """It was issued for an alarm, or an alarm joined it."""
        return self.issued_by is None or self.joined

    @property
    def objection_open(self) -> bool:
        return self.objected_at is not None and self.objection_ruled_at is None


class WithdrawalGround(StrEnum):
    """Why an order is withdrawn."""

    RETURN_APPROVED = "RETURN_APPROVED"
    """The issue was never the unit's."""
    EXTENDED = "EXTENDED"
    """What it demands is not due yet."""


WITHDRAWAL_GROUND_ZH = {WithdrawalGround.RETURN_APPROVED: "退回已同意", WithdrawalGround.EXTENDED: "延期已批准"}
assert set(WITHDRAWAL_GROUND_ZH) == set(WithdrawalGround)
