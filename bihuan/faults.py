"""Reading files that people wrote: every fault is named by file, line, field, what was found and what was expected."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bihuan.domain.codes import fold

Value = TypeVar("Value")


class FilesInvalid(Exception):
    """Files that cannot be taken as they are. Carries every fault found; nothing of them was applied."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


@dataclass
class Faults:
    """Faults found so far."""

    found: list[str] = field(default_factory=list)

    def add(self, place: str, name: str, value: object, expected: str) -> None:
        self.found.append(f"{place}: {name}: found {value!r}, expected {expected}")

    def raise_if_any(self) -> None:
        if self.found:
            raise FilesInvalid(self.found)


@dataclass(frozen=True)
class Line:
    """One row or one mapping of a file, and where it stands. Reading a field wrongly becomes a fault, not an error."""

    place: str
    values: Mapping[str, Any]
    faults: Faults
    lines: Mapping[str, int] = field(default_factory=dict)
    file: str = ""

    def fault(self, name: str, expected: str) -> None:
        place = f"{self.file}:{self.lines[name]}" if name in self.lines else self.place
        self.faults.add(place, name, self.values.get(name), expected)

    def text(self, name: str) -> str:
        """A text that says something."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value.strip():
            self.fault(name, "a text")
            return ""
        return value.strip()

    def maybe(self, name: str) -> str:
        return str(self.values.get(name) or "").strip()

    def parsed(self, name: str, parse: Callable[[str], Value], expected: str) -> Value | None:
        """The field as ``parse`` reads it; a ValueError or KeyError of it is a fault."""
        try:
            return parse(str(self.values.get(name, "")).strip())
        except (ValueError, KeyError):
            self.fault(name, expected)
            return None

    def number(self, name: str, low: float, high: float) -> float:
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.fault(name, f"a number from {low} to {high}")
            return low
        return float(value)

    def one_of(self, name: str, known: Iterable[str], what: str) -> str:
        value = self.maybe(name)
        if value not in set(known):
            self.fault(name, f"{what}")
        return value


def read_table(
    path: Path, columns: Sequence[str], faults: Faults, *, key: str = "", codes: Sequence[str] = ()
) -> list[Line]:
    """The rows of a CSV with exactly these columns. ``key``: a column whose values must differ; ``codes``: columns of
    codes, each read in its one form.

    A line that begins with ``#`` says nothing.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            rows = [(reader.line_num, row) for row in reader if row and not row[0].startswith("#")]
    except (OSError, UnicodeDecodeError) as trouble:
        faults.add(path.name, "file", type(trouble).__name__, "a CSV file in UTF-8")
        return []
    if header != list(columns):
        faults.add(f"{path.name}:1", "columns", ",".join(header), ",".join(columns))
        return []
    lines, seen = [], set()
    for number, row in rows:
        place = f"{path.name}:{number}"
        if len(row) != len(columns):
            faults.add(place, "row", f"{len(row)} fields", f"{len(columns)} fields")
            continue
        values = {name: fold(value) if name in codes else value for name, value in zip(columns, row, strict=True)}
        line = Line(place, values, faults)
        if key and line.values[key] in seen:
            line.fault(key, "a value that no row above has")
        seen.add(line.values.get(key))
        lines.append(line)
    return lines


def read_mapping(path: Path, names: Sequence[str], faults: Faults, *, optional: Sequence[str] = ()) -> Line:
    """A YAML mapping with exactly these names; ``optional`` ones may be left out."""
    content = _yaml(path, faults)
    if content is None:
        return Line(path.name, {}, faults)
    return mapping_line(content, path.name, names, faults, optional=optional)


def read_entries(path: Path, faults: Faults) -> Line:
    """A YAML mapping whose names are the writer's own."""
    content = _yaml(path, faults)
    if content is None:
        return Line(path.name, {}, faults)
    return mapping_line(content, path.name, (), faults, optional=tuple(content) if isinstance(content, Mapping) else ())


def _yaml(path: Path, faults: Faults) -> object:
    """None: it cannot be read, which is a fault, or is empty, which is another."""
    try:
        content = YAML().load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as trouble:
        mark = getattr(trouble, "problem_mark", None)
        place = f"{path.name}:{mark.line + 1}" if mark else path.name
        faults.add(place, "file", type(trouble).__name__, "a YAML mapping in UTF-8")
        return None
    if content is None:
        faults.add(f"{path.name}:1", "content", "NoneType", "a mapping")
    return content


def mapping_line(
    content: object, file: str, names: Sequence[str], faults: Faults, place: str = "", *, optional: Sequence[str] = ()
) -> Line:
    """A mapping inside a YAML file, with exactly these names; ``optional`` ones may be left out."""
    place = place or f"{file}:1"
    if not isinstance(content, Mapping):
        faults.add(place, "content", type(content).__name__, "a mapping")
        return Line(place, {}, faults)
    marks = getattr(content, "lc", None)
    lines = {str(name): at[0] + 1 for name, at in (marks.data or {}).items()} if marks else {}
    line = Line(place, content, faults, lines, file)
    for name in content:
        if name not in (*names, *optional):
            line.fault(str(name), "no such name; known are " + ", ".join((*names, *optional)))
    for name in names:
        if name not in content:
            faults.add(place, name, None, "to be given")
    return line
