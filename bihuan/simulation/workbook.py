"""A workbook of issues and acts, read as a whole; every error is reported with its sheet, line and column."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bihuan.domain.clocks.workdays import YEARS
from bihuan.domain.commands import Submit
from bihuan.domain.people import Actor, Role
from bihuan.domain.stage import Outcome, Stage
from bihuan.files.tables import Row as Cells
from bihuan.files.tables import read_sheets
from bihuan.files.validation import Findings, Line, any_of
from bihuan.wire import AnyAct

SAMPLE = "ledger-749.xlsx"
"""The name of the sample among the files of a city."""

CUT_OFF = datetime.fromisoformat("2021-12-31T18:00:00+08:00")
"""The sample's half-year ends here."""

ACTS: TypeAdapter[Any] = TypeAdapter(AnyAct)
SUBMISSIONS = TypeAdapter(Submit)
LEDGER = ("row", "batch_no", "received_at", "enterprise_name", "uscc", "county", "category_l1", "urgency", "title")
ACT_COLUMNS = ("issue", "at", "actor", "act", "fields", "if_status")
A_MOMENT = "带时区的时刻，如 2021-07-05T09:00:00+08:00 · a time with its offset, such as 2021-07-05T09:00:00+08:00"
AN_OUTCOME = "办理结果，未结时空白 · an outcome, or nothing while open"
SUBMITTED = "acts 表中首个行为是 submit 的行 · a row whose first act in the sheet acts is submit"
EXPECTED = "expected 表列有的行 · a row that the sheet expected names"
EXPECTED_COLUMNS = ("issue", "stage", "outcome", "rungs", "group")


@dataclass(frozen=True, slots=True)
class PlayedAct:
    """One act of the sample. ``if_status``: it is played only in this status; empty: always."""

    at: datetime
    actor: Actor
    act: str
    fields: Mapping[str, Any]
    if_status: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """The state of an issue at the cut-off. ``rungs``: as ``clock:rung``, in the order in which they were raised."""

    stage: Stage
    outcome: Outcome | None
    rungs: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True)
class Row:
    """One issue of the workbook; the first of its ``acts`` is the submission. ``ref``: its reference there."""

    ref: str
    batch: str
    title: str
    acts: tuple[PlayedAct, ...]
    expected: Expected


def read_ledger(path: Path) -> tuple[Row, ...]:
    """The rows of a workbook. Raises FilesInvalid with every error: sheet, line, column, and what was expected."""
    faults = Findings()
    book = read_sheets(path, faults)
    faults.raise_if_any()
    ledger = _sheet(book, path.name, "ledger", LEDGER, faults)
    acts: dict[str, list[PlayedAct]] = {}
    for line in _sheet(book, path.name, "acts", ACT_COLUMNS, faults):
        played = _played(line)
        if played is not None:
            acts.setdefault(line.text("issue"), []).append(played)
    expected = {
        line.text("issue"): _expected(line) for line in _sheet(book, path.name, "expected", EXPECTED_COLUMNS, faults)
    }
    rows = [_row(line, acts, expected) for line in ledger]
    faults.raise_if_any()
    return tuple(row for row in rows if row is not None)


def _sheet(
    book: Mapping[str, Sequence[Cells]], file: str, name: str, columns: Sequence[str], faults: Findings
) -> list[Line]:
    if name not in book:
        faults.add(file, "sheets", ", ".join(book), f"有名为 {name} 的工作表 · a sheet named {name}")
        faults.unread.add(name)
        return []
    (first, header), *rows = [row for row in book[name] if row[1]] or [(1, [])]
    missing = ", ".join(column for column in columns if column not in header)
    if missing:
        faults.add(f"{file}/{name}:{first}", "columns", ", ".join(header), f"还有 {missing} · also {missing}")
        faults.unread.add(name)
        return []
    return [
        Line(f"{file}/{name}:{number}", dict(zip_longest(header, row[: len(header)], fillvalue="")), faults)
        for number, row in rows
    ]


def _row(line: Line, acts: Mapping[str, list[PlayedAct]], expected: Mapping[str, Expected | None]) -> Row | None:
    ref = line.text("row")
    done, end = acts.get(ref), expected.get(ref)
    if (not done or done[0].act != "submit") and "acts" not in line.findings.unread:
        line.reject("row", SUBMITTED)
    if end is None and "expected" not in line.findings.unread:
        line.reject("row", EXPECTED)
    if not done or end is None:
        return None
    return Row(ref, line.maybe("batch_no"), line.text("title"), tuple(done), end)


def _played(line: Line) -> PlayedAct | None:
    at = line.parsed("at", _moment, A_MOMENT)
    actor = line.parsed("actor", _actor, "角色/人员/单位 · ROLE/person/org")
    fields = line.parsed("fields", _fields, "一个 JSON 对象 · a JSON object")
    act = line.text("act")
    if at is None or actor is None or fields is None:
        return None
    try:
        if act == "submit":
            SUBMISSIONS.validate_python(fields)
        else:
            parsed = ACTS.validate_python({"act": act, **fields})
            # parsed like every other moment, so that the half-year can be shifted as a whole
            moments = {name: value for name in fields if isinstance(value := getattr(parsed, name, None), datetime)}
            if any(moment.tzinfo is None for moment in moments.values()):
                line.reject("fields", A_MOMENT)
            fields |= moments
    except ValidationError as invalid:
        wrong = invalid.errors()[0]
        error = f"{'/'.join(map(str, wrong['loc']))}: {wrong['msg']}"
        line.reject("fields", f"行为 {act} 的各项（{error}） · fields of the act {act} ({error})")
    return PlayedAct(at, actor, act, fields, line.maybe("if_status"))


def _moment(text: str) -> datetime:
    """An ISO 8601 moment. Raises ValueError without an offset, as its meaning would differ from machine to machine."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or moment.year not in YEARS:
        raise ValueError(text)
    return moment


def _fields(text: str) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except RecursionError as trouble:
        raise ValueError("too deep") from trouble
    if not isinstance(fields, dict):
        raise ValueError("no object")
    return fields


def _actor(text: str) -> Actor:
    role, person, org = text.split("/")
    return Actor(Role(role), person, org)


def _expected(line: Line) -> Expected | None:
    stage = line.parsed("stage", Stage, any_of(Stage))
    outcome = line.parsed("outcome", lambda name: Outcome(name) if name else None, AN_OUTCOME)
    if stage is None:
        return None
    return Expected(stage, outcome, tuple(line.maybe("rungs").split()), line.text("group"))
