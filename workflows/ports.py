"""What the workflows want done in the world. Activities implement it; tests may stand in for it."""

from abc import ABC, abstractmethod

from temporalio import activity

from bihuan.domain.batches import BatchOrder, BatchProgress
from workflows.messages import BatchPortion, DeliveryOutcome, ErrandOrder, NoticeOrder, PortionDone, Publication


class Publishing(ABC):
    """Make events known: start their notices, then write the ledger. Repeatable without effect."""

    @activity.defn(name="publish")
    @abstractmethod
    async def publish(self, publication: Publication) -> bool:
        """Whether the ledger has it; False where the ledger is away and the notices have started all the same."""


class Carrying(ABC):
    """Put an act to another issue. Repeatable without effect."""

    @activity.defn(name="carry")
    @abstractmethod
    async def carry(self, errand: ErrandOrder) -> str:
        """Empty where it was obeyed, else the reason why it was refused. Raises while it cannot be known."""


class Delivering(ABC):
    """Bring one notice to whoever sits at its desk today."""

    @activity.defn(name="deliver")
    @abstractmethod
    async def deliver(self, notice: NoticeOrder) -> DeliveryOutcome:
        """Delivers and puts the outcome on record, saying whether the ledger took it.

        Raises a retryable error while trouble may pass, ``Refused`` (not retryable) where it will not.
        """

    @activity.defn(name="record_delivery")
    @abstractmethod
    async def record_delivery(self, outcome: DeliveryOutcome) -> None: ...


class Batching(ABC):
    """Put a batch to its issues. Any part may be repeated: an issue obeys a batch once."""

    @activity.defn(name="open_batch")
    @abstractmethod
    async def open_batch(self, order: BatchOrder) -> BatchProgress:
        """On record before any issue is touched. Raises ``BatchIdReused`` (not retryable) where the id is taken."""

    @activity.defn(name="touch_portion")
    @abstractmethod
    async def touch_portion(self, portion: BatchPortion) -> PortionDone:
        """Put it to the next issues that match; what each answers is on record before this returns."""

    @activity.defn(name="close_batch")
    @abstractmethod
    async def close_batch(self, batch: str) -> BatchProgress: ...
