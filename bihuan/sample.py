"""A ledger workbook of what people did, and when: read whole, every fault named by sheet, line and column."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from python_calamine import CalamineError, CalamineWorkbook

from bihuan.domain.commands import Submit
from bihuan.domain.people import Actor, Role
from bihuan.domain.stage import Outcome, Stage
from bihuan.faults import Faults, Line
from bihuan.wire import AnyAct

SAMPLE = "ledger-749.xlsx"
"""The sample among a city's files."""

CUT_OFF = datetime.fromisoformat("2021-12-31T18:00:00+08:00")
"""The sample's half-year ends here."""

ACTS: TypeAdapter[Any] = TypeAdapter(AnyAct)
SUBMISSIONS = TypeAdapter(Submit)
LEDGER = ("row", "batch_no", "received_at", "enterprise_name", "uscc", "county", "category_l1", "urgency", "title")
ACT_COLUMNS = ("issue", "at", "actor", "act", "fields", "if_status")
EXPECTED_COLUMNS = ("issue", "stage", "outcome", "rungs", "group")


@dataclass(frozen=True, slots=True)
class PlayedAct:
    """One act of the sample. ``if_status``: only played where the issue stands there; empty: always."""

    at: datetime
    actor: Actor
    act: str
    fields: Mapping[str, Any]
    if_status: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """Where an issue stands at the cut-off. ``rungs`` as ``clock:rung`` in the order raised."""

    stage: Stage
    outcome: Outcome | None
    rungs: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True)
class Row:
    ref: str
    batch: str
    title: str
    acts: tuple[PlayedAct, ...]
    expected: Expected


def read_ledger(path: Path) -> tuple[Row, ...]:
    """The rows of a ledger workbook. Raises FilesInvalid with every fault: sheet, line, column, what was expected."""
    faults = Faults()
    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as trouble:
        faults.add(path.name, "file", type(trouble).__name__, "an .xlsx workbook")
        faults.raise_if_any()
        raise
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


def _sheet(book: CalamineWorkbook, file: str, name: str, columns: Sequence[str], faults: Faults) -> list[Line]:
    if name not in book.sheet_names:
        faults.add(file, "sheets", ", ".join(book.sheet_names), f"a sheet named {name}")
        return []
    header, *rows = book.get_sheet_by_name(name).to_python() or [[]]
    missing = [column for column in columns if column not in header]
    if missing:
        faults.add(f"{file}/{name}:1", "columns", ", ".join(map(str, header)), "also " + ", ".join(missing))
        return []
    return [
        Line(f"{file}/{name}:{number}", dict(zip(map(str, header), row, strict=False)), faults)
        for number, row in enumerate(rows, 2)
    ]


def _row(line: Line, acts: Mapping[str, list[PlayedAct]], expected: Mapping[str, Expected | None]) -> Row | None:
    ref = line.text("row")
    done, end = acts.get(ref), expected.get(ref)
    if not done or done[0].act != "submit":
        line.fault("row", "a row whose first act in the sheet acts is submit")
        return None
    if end is None:
        line.fault("row", "a row that the sheet expected names")
        return None
    return Row(ref, line.maybe("batch_no"), line.text("title"), tuple(done), end)


def _played(line: Line) -> PlayedAct | None:
    at = line.parsed("at", datetime.fromisoformat, "a time such as 2021-07-05T09:00:00+08:00")
    actor = line.parsed("actor", _actor, "ROLE/person/org")
    fields = line.parsed("fields", json.loads, "a JSON object")
    act = line.text("act")
    if at is None or actor is None or not isinstance(fields, dict):
        return None
    try:
        if act == "submit":
            SUBMISSIONS.validate_python(fields)
        else:
            said = ACTS.validate_python({"act": act, **{n: v for n, v in fields.items() if n != "enterprise"}})
            # a date a person names is a moment like the others, so that the half-year can be moved as a whole
            fields |= {name: value for name in fields if isinstance(value := getattr(said, name, None), datetime)}
    except ValidationError as invalid:
        wrong = invalid.errors()[0]
        line.fault("fields", f"fields of the act {act} ({'/'.join(map(str, wrong['loc']))}: {wrong['msg']})")
    return PlayedAct(at, actor, act, fields, line.maybe("if_status"))


def _actor(text: str) -> Actor:
    role, person, org = text.split("/")
    return Actor(Role(role), person, org)


def _expected(line: Line) -> Expected | None:
    stage = line.parsed("stage", Stage, "one of " + ", ".join(Stage))
    outcome = line.parsed("outcome", lambda name: Outcome(name) if name else None, "an outcome, or nothing while open")
    if stage is None:
        return None
    return Expected(stage, outcome, tuple(line.maybe("rungs").split()), line.text("group"))
