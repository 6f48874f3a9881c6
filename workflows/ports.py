"""What the workflows want done in the world. Activities implement it; tests may stand in for it."""

from abc import ABC, abstractmethod

from temporalio import activity

from bihuan.domain.batches.order import BatchOrder, BatchProgress
from bihuan.domain.timetable import ReportSchedule
from bihuan.wire import NoticeOrder
from workflows.messages import (
    BatchPortion,
    Compiled,
    DeliveryOutcome,
    Digest,
    ErrandOrder,
    PortionDone,
    Posted,
    Publication,
    Reported,
    Tried,
)
from workflows.timeouts import Patience


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
    """Bring notices to whoever sits at their desks today."""

    @activity.defn(name="deliver")
    @abstractmethod
    async def deliver(self, notice: NoticeOrder, tried: tuple[Tried, ...], patience: Patience) -> DeliveryOutcome:
        """Go the first way not tried yet. Where the notice ends with it, that is put on record, if the ledger is there.

        Raises a retryable error while trouble on this way may pass.
        """

    @activity.defn(name="record_delivery")
    @abstractmethod
    async def record_delivery(self, outcome: DeliveryOutcome) -> None: ...


class Posting(ABC):
    """Say in a group chat what its desk has."""

    @activity.defn(name="post")
    @abstractmethod
    async def post(self, digest: Digest, patience: Patience) -> Posted:
        """Say as many of the cards as fit in one message. Raises a retryable error while trouble may pass."""

    @activity.defn(name="record_posted")
    @abstractmethod
    async def record_posted(self, digest: Digest, posted: Posted) -> None:
        """Put on record how it went with every card that was taken. Repeatable without effect."""

    @activity.defn(name="hand_back")
    @abstractmethod
    async def hand_back(self, digest: Digest, posted: Posted, patience: Patience) -> None:
        """Let the notices a chat will not take go on with their next way. Repeatable without effect."""


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


class Reporting(ABC):
    """Make what a schedule asks for of the ledger, and have it told. Any part may be repeated."""

    @activity.defn(name="compile_report")
    @abstractmethod
    async def compile_report(self, timed: ReportSchedule, last: Reported | None = None) -> Compiled:
        """The report of the newest period that is due. ``last``: what the schedule's last run told."""

    @activity.defn(name="tell_report")
    @abstractmethod
    async def tell_report(self, notice: NoticeOrder) -> None:
        """Start its notice, which exists once for each period and desk."""
