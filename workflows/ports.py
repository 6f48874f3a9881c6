"""What the workflows ask of the outside world. Activities implement these ports; tests may replace them.

Every method is an activity: it may be repeated, and a repetition has no further effect.
"""

from abc import ABC, abstractmethod

from temporalio import activity

from bihuan.domain.batches.order import BatchOrder, BatchProgress
from bihuan.domain.timetable import ReportSchedule
from bihuan.wire import NoticeOrder
from workflows.messages import (
    BatchPortion,
    ChatMessage,
    CompiledReport,
    CrossIssueOrder,
    DeliveryOutcome,
    PortionDone,
    Posted,
    Publication,
    ReportOutcome,
    Tried,
)
from workflows.timeouts import Patience


class Publishing(ABC):
    """Publish events: start their notices, then write the ledger."""

    @activity.defn(name="publish")
    @abstractmethod
    async def publish(self, publication: Publication) -> bool:
        """Whether the ledger has it. False: the ledger is unavailable; the notices have been started all the same."""


class CommandSending(ABC):
    """Send a command to another issue."""

    @activity.defn(name="send_command")
    @abstractmethod
    async def send_command(self, order: CrossIssueOrder) -> str:
        """The name of the refusal, empty where it was obeyed. Raises a retryable error while neither is known."""


class Delivering(ABC):
    """Deliver notices to the people who hold their desks today."""

    @activity.defn(name="deliver")
    @abstractmethod
    async def deliver(self, notice: NoticeOrder, tried: tuple[Tried, ...], patience: Patience) -> DeliveryOutcome:
        """Make one attempt on the first way not in ``tried``. The outcome is recorded if the ledger is available.

        Raises a retryable error where the attempt failed and this way is to be tried again.
        """

    @activity.defn(name="record_delivery")
    @abstractmethod
    async def record_delivery(self, outcome: DeliveryOutcome) -> None:
        """Record an outcome that ``deliver`` could not record. Raises while the ledger is unavailable."""


class ChatPosting(ABC):
    """Post the messages of a chat digest."""

    @activity.defn(name="post")
    @abstractmethod
    async def post(self, digest: ChatMessage, patience: Patience) -> Posted:
        """Post as many of the cards as fit in one message. Raises a retryable error while a failure may pass."""

    @activity.defn(name="record_posted")
    @abstractmethod
    async def record_posted(self, digest: ChatMessage, posted: Posted) -> None:
        """Record the result for every card that was taken. Raises while the ledger is unavailable."""

    @activity.defn(name="continue_notices")
    @abstractmethod
    async def continue_notices(self, digest: ChatMessage, posted: Posted, patience: Patience) -> None:
        """Start the notices that the chat did not take again, with their next way."""


class Batching(ABC):
    """Carry out a batch. An issue obeys a batch once, however often a portion is repeated."""

    @activity.defn(name="open_batch")
    @abstractmethod
    async def open_batch(self, order: BatchOrder) -> BatchProgress:
        """Record the order before any issue is touched. Raises ``BatchIdReused`` (not retryable)."""

    @activity.defn(name="touch_portion")
    @abstractmethod
    async def touch_portion(self, portion: BatchPortion) -> PortionDone:
        """Send the batch's act to the next matching issues; each result is recorded before this returns."""

    @activity.defn(name="close_batch")
    @abstractmethod
    async def close_batch(self, batch: str) -> BatchProgress:
        """Record that the batch has ended."""


class Reporting(ABC):
    """Compile the report of a schedule from the ledger, and send it."""

    @activity.defn(name="compile_report")
    @abstractmethod
    async def compile_report(self, timed: ReportSchedule, last: ReportOutcome | None = None) -> CompiledReport:
        """The report of the newest period that is due. ``last``: the outcome of the schedule's last run."""

    @activity.defn(name="send_report")
    @abstractmethod
    async def send_report(self, notice: NoticeOrder) -> None:
        """Start a notice of the report, which exists once for each period and desk."""
