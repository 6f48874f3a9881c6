"""The ledger's tables. Texts are VARCHAR, moments are UTC, bodies are JSON as text."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, Index, MetaData, String, Table, Text, TypeDecorator
from sqlmodel import Field, SQLModel

NUL, NUL_SHOWN = "\0", "\ufffd"


class UTCDateTime(TypeDecorator[datetime]):
    """A moment. Rejects naive values, stores and returns UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else utc(value)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PrintableText(TypeDecorator[str]):
    """Text for people and filters. NUL, which PostgreSQL cannot store, becomes U+FFFD; the JSON bodies keep it."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else without_nul(value)


def utc(value: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a naive value."""
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone")
    return value.astimezone(UTC)


def without_nul(value: str) -> str:
    """The text with every NUL replaced by U+FFFD."""
    return value.replace(NUL, NUL_SHOWN)


class _Record(SQLModel):
    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _text(**column: Any) -> Any:
    return Field(sa_type=PrintableText, **column)


def _moment(**column: Any) -> Any:
    return Field(sa_type=UTCDateTime, **column)


def _body() -> Any:
    return Field(sa_type=Text)


class PolicyRecord(_Record, table=True):
    """A policy that some issue is stamped with, in full."""

    __tablename__ = "policies"

    version: str = _text(primary_key=True)
    body: str = _body()


class IssueRecord(_Record, table=True):
    """The present state of one issue. Its light is computed when read, from ``blue_at``, ``yellow_at``, ``red_at``."""

    __tablename__ = "issues"
    __table_args__ = (Index("ix_issues_newest", "received_at", "issue_no"),)

    issue_no: str = _text(primary_key=True)
    ledger_no: int = Field(unique=True)
    revision: int
    stage: str = _text(index=True)
    status: str = _text(index=True)
    outcome: str | None = _text(nullable=True)
    enterprise_name: str = _text()
    uscc: str = _text(index=True)
    title: str = _text()
    county: str = _text(index=True)
    unit: str = _text(index=True)
    supervision_group: str = _text(index=True)
    service_group: str = _text(index=True)
    category: str = _text(index=True)
    urgency: str = _text()
    triager: str = _text()
    round: int
    rung: str = _text()
    received_at: datetime = _moment()
    entered_at: datetime = _moment()
    due_at: datetime | None = _moment(nullable=True)
    unit_due_at: datetime | None = _moment(nullable=True)
    next_due_clock: str = _text()
    next_due_at: datetime | None = _moment(nullable=True)
    owes: str = _text()
    blue_at: datetime | None = _moment(nullable=True)
    yellow_at: datetime | None = _moment(nullable=True, index=True)
    red_at: datetime | None = _moment(nullable=True, index=True)
    closed_at: datetime | None = _moment(nullable=True)
    updated_at: datetime = _moment()
    fingerprint: str = _text()
    policy_version: str = _text(foreign_key="policies.version")
    state: str = _body()


class EventRecord(_Record, table=True):
    """One event of one issue, hashed onto the one before it. Actor fields are empty for events of the clock.

    ``act``: the act that caused the event, on the first of the events it caused; empty on all others.
    """

    __tablename__ = "events"

    issue_no: str = _text(primary_key=True)
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = _moment()
    event: str = _text()
    actor_role: str = _text()
    actor_person: str = _text()
    actor_org: str = _text()
    command_id: str = _text()
    body: str = _body()
    tell: str = _body()
    act: str = _body()
    hash: str = _text()
    prev_hash: str = _text()


class ReceiptRecord(_Record, table=True):
    """The answer to a command, returned again for every repetition of it."""

    __tablename__ = "receipts"

    issue_no: str = _text(primary_key=True)
    command_id: str = _text(primary_key=True)
    body: str = _body()
    fingerprint: str = _text()
    revision: int


class OrderRecord(_Record, table=True):
    """A supervision order (督办单)."""

    __tablename__ = "orders"

    no: str = _text(primary_key=True)
    issue_no: str = _text(index=True)
    rung: str = _text()
    supervision_group: str = _text(index=True)
    unit: str = _text()
    authorisation_ref: str = _text()
    issued_at: datetime = _moment(index=True)
    reply_due_at: datetime | None = _moment(nullable=True)
    replied_at: datetime | None = _moment(nullable=True)
    lifted_at: datetime | None = _moment(nullable=True)
    done_at: datetime | None = _moment(nullable=True)


class PartRecord(_Record, table=True):
    """The part of an issue that an assisting unit (协办单位) is responsible for."""

    __tablename__ = "parts"

    issue_no: str = _text(primary_key=True)
    clock: str = _text(primary_key=True)
    unit: str = _text(index=True)
    state: str = _text()
    asked_at: datetime = _moment()
    due_at: datetime | None = _moment(nullable=True)
    handed_in_at: datetime | None = _moment(nullable=True)
    ended_at: datetime | None = _moment(nullable=True)


class DeliveryRecord(_Record, table=True):
    """The state of one notice: an event, sent to one desk."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_desk_ref", "desk", "ref"),)

    notice_id: str = _text(primary_key=True)
    issue_no: str = _text(index=True)
    seq: int
    desk: str = _text()
    ref: str = _text()
    event: str = _text()
    state: str = _text(index=True)
    channel: str = _text()
    address: str = _text()
    attempts: int
    status: int
    detail: str = _text()
    body_sha256: str = _text()
    first_at: datetime = _moment()
    ended_at: datetime | None = _moment(nullable=True)
    reached: str = _text()
    title: str = _text()
    text: str = _text()
    words_version: str = _text()
    urgent: bool
    acknowledged_at: datetime | None = _moment(nullable=True)
    acknowledged_by: str = _text()


class TraceRecord(_Record, table=True):
    """One step in the delivery of a notice."""

    __tablename__ = "traces"

    notice_id: str = _text(primary_key=True)
    key: str = _text(primary_key=True)
    at: datetime = _moment()
    state: str = _text()
    channel: str = _text()
    contact: str = _text()
    reached: str = _text()
    status: int
    detail: str = _text()


class BatchRecord(_Record, table=True):
    """A batch as it was ordered and approved; ``body`` is the order."""

    __tablename__ = "batches"

    id: str = _text(primary_key=True)
    kind: str = _text()
    fingerprint: str = _text()
    body: str = _body()
    total: int
    opened_at: datetime = _moment(index=True)
    ended_at: datetime | None = _moment(nullable=True)


class BatchItemRecord(_Record, table=True):
    """The result for one issue of a batch. ``revision``: the last event its act caused, 0 if none."""

    __tablename__ = "batch_items"

    batch: str = _text(primary_key=True)
    issue_no: str = _text(primary_key=True)
    result: str = _text()
    revision: int
    at: datetime = _moment()


METADATA = _Record.metadata


def _table(name: str) -> Table:
    return METADATA.tables[name]


POLICIES, ISSUES, EVENTS = _table("policies"), _table("issues"), _table("events")
RECEIPTS, ORDERS, PARTS, DELIVERIES = _table("receipts"), _table("orders"), _table("parts"), _table("deliveries")
BATCHES, BATCH_ITEMS = _table("batches"), _table("batch_items")
TRACES = _table("traces")
