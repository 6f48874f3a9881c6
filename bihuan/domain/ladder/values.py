"""How an issue is supervised: alarms, orders, papers, consultations, and notices not heeded yet."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.domain.ladder.orders import Order
from bihuan.domain.ladder.papers import Consultation, Draft, LevelUpAsk
from bihuan.domain.ladder.rungs import UnacknowledgedAlarm
from bihuan.domain.parties import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """``raised``: the keys of the alarms raised. ``levelled_up``: a task force has it."""

    raised: frozenset[str] = frozenset()
    orders: tuple[Order, ...] = ()
    drafts: tuple[Draft, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    level_up_asked: LevelUpAsk | None = None
    levelled_up: bool = False
    urged_at: datetime | None = None
    unheeded: tuple[UnacknowledgedAlarm, ...] = ()
    alerted: tuple[Party, ...] = ()
    """Whoever was told of R1 or R2 since it was opened or reopened, and so is to hear when it is over."""

    @property
    def open_orders(self) -> tuple[Order, ...]:
        return tuple(order for order in self.orders if order.open)

    @property
    def open_drafts(self) -> tuple[Draft, ...]:
        return tuple(draft for draft in self.drafts if draft.open)

    def draft(self, no: str) -> Draft | None:
        return next((draft for draft in self.drafts if draft.no == no), None)

    def order(self, no: str) -> Order | None:
        return next((order for order in self.orders if order.no == no), None)
