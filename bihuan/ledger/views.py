"""Queries of the ledger and their results, as frozen values without SQL."""

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
    """One issue in a list, with its light at the moment of the query."""

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
    """Conditions that must all hold; empty ones are ignored.

    ``unit``: holds the issue or is responsible for a part of it. ``enterprise``: a credit code or part of a name.
    ``overdue``: an act that is due is late (light red or yellow).
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
    """What a person may see: issues for which at least one of these holds; none if all are empty."""

    county: str = ""
    unit: str = ""
    group: str = ""
    service_group: str = ""
    uscc: str = ""


@dataclass(frozen=True, slots=True)
class IssuePage:
    """One page of issues. ``cursor``: continues with the next page; empty after the last."""

    items: tuple[IssueRow, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event, its hash and that of the event before it."""

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
    """The state of one notice to one desk. ``ended_at``: None while delivery is still being tried."""

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
    """The deputy's desk it was delivered to, if not its own."""
    title: str = ""
    text: str = ""
    words_version: str = ""
    """The version of the city's templates that ``title`` and ``text`` were made with."""
    urgent: bool = False
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""

    def columns(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def message_marker(message_id: str) -> str:
    """The ``detail`` in the trace of a notice that was sent with others in one message."""
    return f"in {message_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One step in the delivery of a notice. ``key``: unique within the notice, so that it is recorded once."""

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
    """Open issues that share ``key``. In seconds: the age of the oldest, and the longest time in one status."""

    key: str
    count: int
    oldest_s: float
    longest_here_s: float


@dataclass(frozen=True, slots=True)
class Pipeline:
    """All open issues, grouped in five ways; each adds up to ``open``."""

    open: int
    by_stage: tuple[Slice, ...]
    by_county: tuple[Slice, ...]
    by_unit: tuple[Slice, ...]
    by_group: tuple[Slice, ...]
    by_light: tuple[Slice, ...]


@dataclass(frozen=True, slots=True)
class IssueCounts:
    """Issues by outcome; ``total`` is ``open`` plus ``closed``. ``active``: those that must have a running workflow."""

    total: int
    open: int
    closed: dict[Outcome, int]
    active: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch. ``body``: its order as JSON; ``total``: how many issues it matched when it began."""

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
    """The result for one issue of a batch. ``revision``: the last event its act caused, 0 if none."""

    batch: str
    issue_no: str
    result: str
    revision: int
    at: datetime

    def columns(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}
