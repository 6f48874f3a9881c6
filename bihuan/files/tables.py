"""Tables that people wrote: a CSV as their programs save it, or the first sheet of an .xlsx workbook."""

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from bihuan.domain.codes import normalize
from bihuan.files.texts import A_FILE, BYTES_MAX, ENDS, NOT_TOO_LARGE, UNREADABLE, read_text
from bihuan.files.validation import Faults, Line

Row = tuple[int, list[str]]
"""The number of its line, and its cells."""
WORKBOOK = ".xlsx"
NOT_ABOVE = "上文各行没有的值 · a value that no row above has"
ONE_LINE = "一行一条记录，引号成对 · one row on one line, with every quotation mark that opens a field closed on it"
ONE_OF_BOTH = "只留 .csv 与 .xlsx 之一 · one of .csv and .xlsx, not both"
A_WORKBOOK = "可读的 .xlsx 工作簿 · an .xlsx workbook that can be read"


def read_table(
    path: Path,
    columns: Sequence[str],
    faults: Faults,
    *,
    key: str = "",
    optional: Sequence[str] = (),
    codes: Sequence[str] = (),
) -> list[Line]:
    """The rows of a table with exactly these columns, the ``optional`` ones after them. ``path`` names the CSV; a
    workbook of the same name may stand in its place. ``key``: a column whose values must differ; ``codes``: columns of
    codes, each read in its one form.

    A row that is empty or begins with ``#`` says nothing.
    """
    own = _in_place_of(path, faults)
    before = len(faults.found)
    lines = [_folded(line, codes) for line in _lines(own, _rows(own, faults), columns, optional, faults)]
    if len(faults.found) > before:
        faults.unread.add(path.name)
    seen = set()
    for line in lines if key else ():
        value = line.maybe(key)
        if value in seen:
            line.fault(key, NOT_ABOVE)
        seen.add(value)
    return lines


def _folded(line: Line, codes: Sequence[str]) -> Line:
    if not codes:
        return line
    return replace(
        line, values={name: normalize(said) if name in codes else said for name, said in line.values.items()}
    )


def _in_place_of(path: Path, faults: Faults) -> Path:
    """A name may be one that no file can have, which only ``os.path`` takes for absence."""
    workbook = path.parent / f"{path.stem}{WORKBOOK}"
    if path.suffix == WORKBOOK or not os.path.exists(workbook):
        return path
    if os.path.exists(path):
        faults.add(path.name, "file", workbook.name, ONE_OF_BOTH)
    return workbook


def _lines(
    path: Path, rows: Sequence[Row], columns: Sequence[str], optional: Sequence[str], faults: Faults
) -> Iterator[Line]:
    if path.name in faults.unread:
        return
    (number, header), *rest = rows or [(1, [])]
    named = [name.strip() for name in header]
    if named not in ([*columns, *optional[:count]] for count in range(len(optional) + 1)):
        faults.add(f"{path.name}:{number}", "columns", ",".join(header), ",".join(columns))
        return
    for number, row in rest:
        place = f"{path.name}:{number}"
        cells = row if path.suffix != WORKBOOK else row + [""] * (len(named) - len(row))
        if len(cells) == len(named):
            yield Line(place, dict(zip(named, cells, strict=True)), faults)
        else:
            faults.add(place, "fields", len(cells), f"{len(named)} 列 · {len(named)}, one for each column")


def _rows(path: Path, faults: Faults) -> list[Row]:
    """The rows that say something, the heading first."""
    if path.suffix == WORKBOOK:
        sheets = read_sheets(path, faults)
        rows = next(iter(sheets.values())) if sheets else []
    else:
        rows = list(_csv_rows(path, read_text(path, faults) or "", faults))
    return [(number, row) for number, row in rows if any(map(str.strip, row)) and not row[0].startswith("#")]


def _csv_rows(path: Path, text: str, faults: Faults) -> Iterator[Row]:
    """Line by line: so a quotation mark that nobody closed takes no row but its own."""
    for number, line in enumerate(ENDS.split(text), 1):
        try:
            yield from ((number, row) for row in csv.reader([line], strict=True) if not line.startswith("#"))
        except csv.Error:
            faults.add(f"{path.name}:{number}", "row", line, ONE_LINE)


def read_sheets(path: Path, faults: Faults) -> dict[str, list[Row]]:
    """Every sheet of a workbook by its name, in their order; none where it cannot be read, which is a fault."""
    try:
        if path.stat().st_size > BYTES_MAX:
            faults.add(path.name, "file", path.stat().st_size, NOT_TOO_LARGE)
            return _unread(path, faults)
        book = CalamineWorkbook.from_path(str(path))
        return {name: _sheet_rows(book, name) for name in book.sheet_names}
    except (CalamineError, ValueError) as trouble:
        faults.add(path.name, "file", type(trouble).__name__, A_WORKBOOK)
    except OSError as trouble:
        faults.add(path.name, "file", type(trouble).__name__, UNREADABLE.get(type(trouble), A_FILE))
    return _unread(path, faults)


def _unread(path: Path, faults: Faults) -> dict[str, list[Row]]:
    faults.unread.add(path.name)
    return {}


def _sheet_rows(book: CalamineWorkbook, name: str) -> list[Row]:
    """Cells after the last that says something are none."""
    rows = []
    for number, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1):
        cells = [_told(cell) for cell in row]
        while cells and not cells[-1].strip():
            cells.pop()
        rows.append((number, cells))
    return rows


def _told(cell: object) -> str:
    """A cell as one would write it into a CSV: whole numbers without a point, days and moments by ISO 8601."""
    match cell:
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer():
            return str(int(cell)) if abs(cell) < 1e15 else repr(cell)  # noqa: PLR2004 - Excel keeps fifteen digits
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case date() | datetime():
            return cell.isoformat()
        case time():
            return cell.isoformat("minutes")
        case _:
            return str(cell)
