"""What crosses Temporal: the inputs and answers of workflows, updates and activities.

Pydantic's dataclasses, because these are built once, at import: the sandbox would build the reader of a plain one
again for every workflow, at some fifty milliseconds each (measured).
"""

from datetime import datetime

from pydantic.dataclasses import dataclass

from bihuan.domain.batches.order import BatchOrder, BatchProgress
from bihuan.domain.commands import Submit
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import Receipt, Step, open_issue, receipt
from bihuan.domain.parties import Party
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.wire import AnyAct, Entry, NoticeOrder


@dataclass(frozen=True, slots=True)
class Life:
    """What a run hands to the next: the issue, what is not published yet, and the receipts of the commands obeyed.

    ``obeyed``: hashes of the ids of older commands, whose receipts only the ledger has.
    """

    issue: Issue
    unpublished: tuple[Entry, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    unpublished_receipts: tuple[Receipt, ...] = ()
    unpublished_policies: tuple[Policy, ...] = ()
    obeyed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """How a run of ``IssueLoop`` begins: with a submission, or, ``life`` given, where an earlier run left off.

    ``received_at`` None: the time at which the server started it, as for every intake; given only where a recorded
    submission is played again. ``continue_after``: the number of events after which the run continues as new.
    """

    policy: Policy
    submission: Submit | None
    actor: Actor | None
    received_at: datetime | None = None
    command_id: str = ""
    fingerprint: str = ""
    request_id: str = ""
    life: Life | None = None
    continue_after: int = 300

    def intake(self, issue_no: str, started_at: datetime) -> tuple[Step, Receipt]:
        """The first step of an issue that begins with a submission, and the receipt for it. Raises a Refusal."""
        assert self.submission is not None, "an issue begins with a submission"
        assert self.actor is not None, "somebody submits it"
        at = self.received_at or started_at
        step = open_issue(issue_no, self.submission, self.actor, at, self.policy, self.command_id)
        return step, receipt(step.issue, self.command_id, self.fingerprint, self.request_id, at, self.policy)


@dataclass(frozen=True, slots=True)
class Publication:
    """Some events of one issue, to be recorded in the ledger and announced by notices.

    ``issue``: as it is after the last of them. ``policy``: the one in force then; it comes with the first event and
    with those that changed it. ``former``: policies replaced before the ledger had them. ``announced``: the notices
    of events up to this number were started by an earlier publication that the ledger did not take.
    """

    issue: Issue
    entries: tuple[Entry, ...]
    receipts: tuple[Receipt, ...] = ()
    policy: Policy | None = None
    announced: int = 0
    former: tuple[Policy, ...] = ()

    @property
    def policies(self) -> tuple[Policy, ...]:
        """All policies in it, in the order in which they came into force."""
        return (*self.former, self.policy) if self.policy else self.former


@dataclass(frozen=True, slots=True)
class Tried:
    """A way to the addressee that failed: ``step`` is its key, ``state`` REFUSED or GIVEN_UP."""

    step: str
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """The result of one way to the addressee. ``last``: the notice has ended; ``recorded``: the ledger has it.

    ``state``: DELIVERED; REFUSED or GIVEN_UP, with the next way still to be tried unless it is the last; RECALLED: its
    issue was closed before this reminder was first sent; HANDED: a chat digest has it, and sends it merged with
    others; HELD: it waits for the end of the quiet hours, which is ``until``.
    ``address`` is the key of a contact, never an address; ``reached``: whose contact that is. ``notice``: the order
    with which the workflow continues.
    """

    notice: NoticeOrder
    state: str
    ended_at: datetime
    last: bool = True
    step: str = ""
    channel: str = ""
    address: str = ""
    reached: str = ""
    attempts: int = 0
    status: int = 0
    detail: str = ""
    body_sha256: str = ""
    until: datetime | None = None
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Chat:
    """One group chat: the channel and the contact by which it is reached.

    ``apart_s``: seconds between two messages; ``give_up_s``: for how many seconds a message is tried.
    """

    channel: str
    contact: str
    name: str
    apart_s: float
    give_up_s: float

    @property
    def key(self) -> str:
        return f"{self.channel}/{self.contact}"


@dataclass(frozen=True, slots=True)
class Card:
    """A notice waiting to be posted in a chat: whom it reaches there, and the ways that were tried before."""

    order: NoticeOrder
    reached: Party
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """The result of a chat message: its first ``count`` cards were in it.

    ``state``: DELIVERED, REFUSED, GIVEN_UP, or HELD where nothing was posted because of quiet hours.
    """

    count: int
    state: str
    at: datetime
    detail: str = ""
    status: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message to be posted. ``cards``: in their order, of which as many are taken as fit."""

    id: str
    chat: Chat
    cards: tuple[Card, ...]

    def taken(self, posted: Posted) -> tuple[Card, ...]:
        return self.cards[: posted.count]


@dataclass(frozen=True, slots=True)
class CrossIssueOrder:
    """A command for another issue. ``id`` is the command's too, so that it is obeyed once however often it is sent.

    ``to`` may redirect it to another issue. ``if_refused``: the act that ``sender`` gets where it is refused.
    """

    id: str
    to: str
    act: AnyAct
    sender: str = ""
    if_refused: AnyAct | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    """How an issue's loop ended."""

    issue_no: str
    outcome: str
    revision: int


@dataclass(frozen=True, slots=True)
class BatchRun:
    """How a run of ``Batch`` begins: with its order, or where an earlier run left off.

    ``portions``: after so many the run continues as new. ``portion``: how many issues one has. ``heartbeat_s``: the
    heartbeat timeout of a portion, in seconds, after which another worker takes it. Tests lower all three.
    """

    batch: str
    order: BatchOrder | None = None
    progress: BatchProgress = BatchProgress()
    portions: int = 40
    portion: int = 50
    heartbeat_s: float = 30


@dataclass(frozen=True, slots=True)
class BatchPortion:
    """The next issues of a batch, at most ``size``."""

    batch: str
    size: int


@dataclass(frozen=True, slots=True)
class PortionDone:
    """How many issues a portion had, and the progress of the batch after it."""

    touched: int
    progress: BatchProgress


@dataclass(frozen=True, slots=True)
class ReportOutcome:
    """The report a run of a schedule has sent: its period, the end of its figures, and one line about it."""

    period: str
    until: datetime
    summary: str


@dataclass(frozen=True, slots=True)
class CompiledReport:
    """A report with its notices, ready to be sent. ``outcome`` None: nothing is due today."""

    outcome: ReportOutcome | None
    notices: tuple[NoticeOrder, ...] = ()
