"""The exported event log, as JSON lines: everything that Temporal's histories do not keep for ever.

The first line names the format. Then follow the policies; each issue with its number, then its events in order and its
receipts; the deliveries; the batches and the result for each of their issues. The last line counts the lines before it.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PositiveInt, TypeAdapter

from bihuan.ledger.rows import Row
from bihuan.ledger.views import BatchItem, BatchRow, Delivery


class LogLine(BaseModel):
    """One line of the log; ``kind`` tells which."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def row(self) -> Row:
        return self.model_dump(exclude={"kind"})


class HeadLine(LogLine):
    kind: Literal["log"] = "log"
    form: Literal[1] = 1


class PolicyLine(LogLine):
    kind: Literal["policy"] = "policy"
    version: str
    body: str


class IssueLine(LogLine):
    kind: Literal["issue"] = "issue"
    issue_no: str
    ledger_no: PositiveInt
    revision: PositiveInt


class EventLine(LogLine):
    kind: Literal["event"] = "event"
    issue_no: str
    seq: PositiveInt
    at: AwareDatetime
    event: str
    actor_role: str
    actor_person: str
    actor_org: str
    command_id: str
    body: str
    tell: str
    act: str = ""
    hash: str
    prev_hash: str


class ReceiptLine(LogLine):
    kind: Literal["receipt"] = "receipt"
    issue_no: str
    body: str


class DeliveryLine(LogLine):
    kind: Literal["delivery"] = "delivery"
    delivery: Delivery


class BatchLine(LogLine):
    kind: Literal["batch"] = "batch"
    batch: BatchRow


class BatchItemLine(LogLine):
    kind: Literal["batch_item"] = "batch_item"
    item: BatchItem


class EndLine(LogLine):
    kind: Literal["end"] = "end"
    lines: int


AnyLine = (
    HeadLine | PolicyLine | IssueLine | EventLine | ReceiptLine | DeliveryLine | BatchLine | BatchItemLine | EndLine
)
LINE: TypeAdapter[AnyLine] = TypeAdapter(Annotated[AnyLine, Field(discriminator="kind")])


@dataclass(frozen=True)
class LoggedPolicy:
    """A policy of an exported log; ``body`` is its JSON."""

    version: str
    body: str


@dataclass
class LoggedIssue:
    """An issue of an exported log as rows, its hash chain verified. Event ``n`` is on line ``line + n`` of ``file``."""

    file: str
    line: int
    issue_no: str
    ledger_no: int
    revision: int
    events: list[Row] = field(default_factory=list)
    receipts: list[Row] = field(default_factory=list)


LogRecord = LoggedPolicy | LoggedIssue | Delivery | BatchRow | BatchItem
