"""What crosses Temporal: the inputs and answers of workflows, updates and activities.

Pydantic's dataclasses, because these are built once, at import: the sandbox would build the reader of a plain one
anew for every workflow, at some fifty milliseconds each (measured).
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

    ``obeyed``: digests of the ids of older ones, whose receipts only the ledger has.
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

    ``received_at`` None: received when the server started it, as is right for every intake; a moment given is that of a
    submission that is told again. ``continue_after``: the number of events after which the run continues as new.
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
        """The first step of an issue that begins with a submission, and what is answered to it. Raises a Refusal."""
        assert self.submission is not None, "an issue begins with a submission"
        assert self.actor is not None, "somebody submits it"
        at = self.received_at or started_at
        step = open_issue(issue_no, self.submission, self.actor, at, self.policy, self.command_id)
        return step, receipt(step.issue, self.command_id, self.fingerprint, self.request_id, at, self.policy)


@dataclass(frozen=True, slots=True)
class Publication:
    """A batch of one issue's events for the ledger and the notice desk.

    ``issue`` is the issue after the last of them; ``policy`` governs it then and comes with the first event and with
    those that changed it; ``former`` are policies that were replaced before the ledger had them. Events up to
    ``announced`` have had their notices started by an earlier batch that the ledger did not take.
    """

    issue: Issue
    entries: tuple[Entry, ...]
    receipts: tuple[Receipt, ...] = ()
    policy: Policy | None = None
    announced: int = 0
    former: tuple[Policy, ...] = ()

    @property
    def policies(self) -> tuple[Policy, ...]:
        """All that come with it, in the order in which they governed."""
        return (*self.former, self.policy) if self.policy else self.former


@dataclass(frozen=True, slots=True)
class Tried:
    """A way to the addressee that led nowhere: ``step`` is its key, ``state`` REFUSED or GIVEN_UP."""

    step: str
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """What one way led to. ``last``: the notice has ended; ``recorded``: the ledger has it.

    ``state``: DELIVERED; REFUSED or GIVEN_UP, with the next way still to be tried unless it is the last;
    RECALLED: what it pressed for was over before it was first sent; HANDED: the desk of a group chat has it, and
    sends it merged with others; HELD: it waits for the end of the quiet hours, ``until`` then. ``address`` is the key
    of a contact, never an address; ``reached``: whose desk that is. ``notice`` goes on from here.
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
    """One group chat: the channel and the contact by which it is reached, and how long it is tried, in seconds."""

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
    """A notice that waits at a desk: whom it reaches there, and the ways that were tried before."""

    order: NoticeOrder
    reached: Party
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """How a digest went: its first ``count`` cards were in it. ``state``: DELIVERED, REFUSED, GIVEN_UP, or HELD where
    nothing was said because of quiet hours.
    """

    count: int
    state: str
    at: datetime
    detail: str = ""
    status: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """What a desk wants said: ``cards`` in their order, of which the first are taken, as many as fit; ``id`` is the
    message's.
    """

    id: str
    chat: Chat
    cards: tuple[Card, ...]

    def taken(self, posted: Posted) -> tuple[Card, ...]:
        return self.cards[: posted.count]


@dataclass(frozen=True, slots=True)
class CrossIssueOrder:
    """Word for another issue. ``id`` is also its command's, so that it is obeyed once however often it is carried.

    ``if_refused`` is then put to ``sender``. ``to`` may send it on to another issue.
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

    ``portions``: after so many the run continues as new. ``portion``: the issues of one. ``silence_s``: a portion whose
    worker has not been heard of for so long is taken up by another. Tests lower all three.
    """

    batch: str
    order: BatchOrder | None = None
    progress: BatchProgress = BatchProgress()
    portions: int = 40
    portion: int = 50
    silence_s: float = 30


@dataclass(frozen=True, slots=True)
class BatchPortion:
    """The next issues of a batch, at most so many."""

    batch: str
    size: int


@dataclass(frozen=True, slots=True)
class PortionDone:
    """How many issues a portion had, and how far the batch is after it."""

    touched: int
    progress: BatchProgress


@dataclass(frozen=True, slots=True)
class ReportOutcome:
    """What the last run of a schedule told: of which period, and until when its figures went."""

    period: str
    until: datetime
    summary: str


@dataclass(frozen=True, slots=True)
class CompiledReport:
    """A report, ready to be told. ``reported`` None: nothing is due today."""

    outcome: ReportOutcome | None
    notices: tuple[NoticeOrder, ...] = ()
