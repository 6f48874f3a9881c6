"""Reading an exported event log and verifying it line by line."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from bihuan.files.validation import REQUIRED, invalid_file
from bihuan.ledger.canonical import order_of, policy_of, reads, receipt_of
from bihuan.ledger.chain import GENESIS, entry_of, event_hash
from bihuan.ledger.log_format import (
    LINE,
    AnyLine,
    BatchItemLine,
    BatchLine,
    DeliveryLine,
    EndLine,
    EventLine,
    HeadLine,
    IssueLine,
    LoggedIssue,
    LoggedPolicy,
    LogRecord,
    PolicyLine,
    ReceiptLine,
)
from bihuan.ledger.rows import Row, receipt_row

FOUND_MAX = 80
"""How many characters of a wrong value are quoted."""


def read_log(path: Path) -> Iterator[LogRecord]:
    """The records of an exported log, verified as it is read. Raises FilesInvalid at the first wrong line."""
    reading = _LogReader(path.name)
    try:
        with path.open("rb") as file:
            for text in file:
                yield from reading.take(text)
    except OSError as trouble:
        reading.refuse("file", type(trouble).__name__, "导出的事件日志 · an exported event log")
    reading.finish()


class _LogReader:
    """The position in an exported log, and the issue being read there."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._number = 0
        self._issue: LoggedIssue | None = None
        self._seen: set[str | int] = set()
        self._ended = False

    def take(self, text: bytes) -> Iterable[LogRecord]:
        self._number += 1
        line = self._parsed(text)
        if self._ended:
            self.refuse("kind", line.kind, "末行之后没有内容 · nothing after the end")
        if (self._number == 1) is not isinstance(line, HeadLine):
            self.refuse("kind", line.kind, "首行说明日志，且只有首行 · the first line, and no other, to name the log")
        match line:
            case EventLine():
                self._event(line.row())
            case ReceiptLine():
                self._receipt(line)
            case _:
                yield from self._closed()
                yield from self._other(line)

    def finish(self) -> None:
        if not self._ended:
            self._number += 1
            self.refuse(
                "line", "the end of the file", "kind 为 end 的一行：日志不全 · a line of kind 'end': the log is cut off"
            )

    def refuse(self, name: str, found: object, expected: str) -> NoReturn:
        quoted = found[:FOUND_MAX] if isinstance(found, str) else found
        raise invalid_file(f"{self._file}:{self._number}" if self._number else self._file, name, quoted, expected)

    def _parsed(self, text: bytes) -> AnyLine:
        try:
            return LINE.validate_json(text)
        except ValidationError as invalid:
            first = invalid.errors(include_url=False)[0]
            said = first["input"].decode(errors="replace") if isinstance(first["input"], bytes) else first["input"]
            found = said if isinstance(said, str | int) else None
            self.refuse(".".join(map(str, first["loc"][1:])) or "line", found, _expected(first["msg"]))

    def _closed(self) -> Iterable[LogRecord]:
        issue, self._issue = self._issue, None
        if issue is None:
            return
        number = len(issue.events) + 1
        if number != issue.revision + 1:
            self.refuse(
                "line", "the end of an issue", f"{issue.issue_no} 的第 {number} 条 · event {number} of {issue.issue_no}"
            )
        yield issue

    def _other(self, line: AnyLine) -> Iterable[LogRecord]:
        match line:
            case PolicyLine():
                if not reads(policy_of, line.body):
                    self.refuse("body", line.body, f"完整的方案 {line.version} · the policy {line.version} whole")
                yield LoggedPolicy(line.version, line.body)
            case IssueLine():
                self._once("issue_no", line.issue_no)
                self._once("ledger_no", line.ledger_no)
                self._issue = LoggedIssue(self._file, self._number, line.issue_no, line.ledger_no, line.revision)
            case DeliveryLine():
                yield line.delivery
            case BatchLine():
                if not reads(order_of, line.batch.body):
                    self.refuse(
                        "body",
                        line.batch.body,
                        f"完整的批次令 {line.batch.id} · the order of batch {line.batch.id} whole",
                    )
                yield line.batch
            case BatchItemLine():
                yield line.item
            case EndLine():
                self._ended = True
                if line.lines != self._number - 1:
                    self.refuse(
                        "lines",
                        line.lines,
                        f"{self._number - 1}，即其前的行数 · {self._number - 1}, the lines before it",
                    )

    def _once(self, name: str, value: str | int) -> None:
        if value in self._seen:
            self.refuse(name, value, "上文问题所没有的 · one that no issue above has")
        self._seen.add(value)

    def _event(self, row: Row) -> None:
        issue = self._of(row["issue_no"])
        before = issue.events[-1]["hash"] if issue.events else GENESIS
        expected = {"seq": len(issue.events) + 1, "prev_hash": before}
        for name, value in (expected | {"hash": event_hash(row, before)}).items():
            if row[name] != value:
                self.refuse(
                    name, row[name], f"{value}，依 {issue.issue_no} 的链 · {value}, in the chain of {issue.issue_no}"
                )
        if not reads(entry_of, row):
            self.refuse("body", row["body"], "本版本认得的事件 · an event that this version knows")
        issue.events.append(row)

    def _receipt(self, line: ReceiptLine) -> None:
        issue = self._of(line.issue_no)
        if not reads(receipt_of, line.body):
            self.refuse("body", line.body, "一份回执 · a receipt")
        row = receipt_row(receipt_of(line.body))
        if row["issue_no"] != issue.issue_no or row["revision"] > len(issue.events):
            count, number = len(issue.events), issue.issue_no
            expected = f"{number} 的 {count} 条事件之一的回执 · a receipt for one of the {count} events of {number}"
            self.refuse("body", line.body, expected)
        issue.receipts.append(row)

    def _of(self, issue_no: str) -> LoggedIssue:
        if self._issue is None or self._issue.issue_no != issue_no:
            self.refuse("issue_no", issue_no, "上文所列的问题 · the issue named above")
        return self._issue


def _expected(message: str) -> str:
    if message.startswith("Invalid JSON"):
        return "完整一行 UTF-8 的 JSON · a whole line of JSON in UTF-8"
    if message == "Field required":
        return REQUIRED
    constraint = message.removeprefix("Input should be ")
    return f"合乎格式的值（{constraint}） · {constraint}"
