"""What the ledger is asked, and what it answers: frozen values, free of SQL."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Any

from pydantic import StringConstraints

from bihuan.domain.bounds import CODE, NAME, READABLE
from bihuan.domain.ladder.rungs import Light, Rung
from bihuan.domain.stage import Outcome, Stage, Status
from bihuan.wire import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow:
    """One issue in a list, with its light at the moment it was asked for."""

    issue_no: str
    ledger_no: int
    revision: int
    stage: Stage
    status: Status
    outcome: Outcome | None
    enterprise_name: str
    uscc: str
    title: str
    county: str
    unit: str
    supervision_group: str
    service_group: str
    category: str
    urgency: str
    triager: str
    round: int
    rung: str
    received_at: datetime
    entered_at: datetime
    due_at: datetime | None
    unit_due_at: datetime | None
    next_due_clock: str
    next_due_at: datetime | None
    owes: str
    light: Light
    overdue: bool
    closed_at: datetime | None
    updated_at: datetime
    fingerprint: str
    policy_version: str


Code = Annotated[str, StringConstraints(max_length=CODE, pattern=READABLE)]
Name = Annotated[str, StringConstraints(max_length=NAME, pattern=READABLE)]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFilter:
    """All that is named must hold; what is empty does not count.

    ``unit`` holds the issue, or owes a part of it. ``enterprise`` is a credit code or a part of a name.
    ``overdue``: an act that is owed is late (light red or yellow).
    """

    stage: Stage | None = None
    status: Status | None = None
    county: Code = ""
    unit: Code = ""
    group: Code = ""
    light: Light | None = None
    overdue: bool | None = None
    category: Code = ""
    enterprise: Name = ""
    rung: Rung | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What somebody may see at all: an issue shows where any one of these holds. All empty: nothing shows."""

    county: str = ""
    unit: str = ""
    group: str = ""
    service_group: str = ""
    uscc: str = ""


@dataclass(frozen=True, slots=True)
class IssuePage:
    """``cursor`` asks for the next page; empty after the last."""

    items: tuple[IssueRow, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event and its place in the chain."""

    entry: Entry
    hash: str
    prev_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    no: str
    issue_no: str
    rung: str
    supervision_group: str
    unit: str
    authorisation_ref: str
    issued_at: datetime
    reply_due_at: datetime | None
    replied_at: datetime | None
    lifted_at: datetime | None
    done_at: datetime | None
    light: Light

    @property
    def open(self) -> bool:
        return self.lifted_at is None and self.done_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How the telling of one desk stands; ``ended_at`` is None while it is still being tried."""

    notice_id: str
    issue_no: str
    seq: int
    desk: str
    ref: str
    event: str
    state: str
    channel: str
    address: str
    attempts: int
    status: int
    detail: str
    body_sha256: str
    first_at: datetime
    ended_at: datetime | None = None
    reached: str = ""
    """Whose desk it was brought to, where that is not its own."""
    title: str = ""
    text: str = ""
    words_version: str = ""
    """The version of the city's templates that made them."""
    urgent: bool = False
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""

    def columns(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def message_marker(message_id: str) -> str:
    """What the trace of a notice says that was told with others in one message."""
    return f"in {message_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One thing that happened to a notice on its way; ``key`` is its own, so that it is on record once."""

    notice_id: str
    key: str
    at: datetime
    state: str
    channel: str
    contact: str
    reached: str
    status: int
    detail: str

    def columns(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Slice:
    """Open issues that share ``key``: how many, how long the oldest has been open, and how long one has stood still."""

    key: str
    count: int
    oldest_s: float
    longest_here_s: float


@dataclass(frozen=True, slots=True)
class Pipeline:
    """All open issues, cut five ways; each way adds up to ``open``."""

    open: int
    by_stage: tuple[Slice, ...]
    by_county: tuple[Slice, ...]
    by_unit: tuple[Slice, ...]
    by_group: tuple[Slice, ...]
    by_light: tuple[Slice, ...]


@dataclass(frozen=True, slots=True)
class IssueCounts:
    """``total`` is ``open`` and one count per outcome. ``living``: every issue whose workflow must still be there."""

    total: int
    open: int
    closed: dict[Outcome, int]
    active: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch; ``body`` is its order, ``total`` how many issues it matched when it began."""

    id: str
    kind: str
    fingerprint: str
    body: str
    total: int
    opened_at: datetime
    ended_at: datetime | None = None

    def columns(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """What came of one issue of a batch; ``revision``: the last event its act caused, 0 where there is none."""

    batch: str
    issue_no: str
    result: str
    revision: int
    at: datetime

    def columns(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}
