"""What is wrong in files that people wrote: every fault by file, line and field, what was found and what was expected.

What was expected is said as ``中文 · English``; without the dot between, it is the same in both.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

Value = TypeVar("Value")

LISTED_MAX = 20
"""So many findings are told; whoever mends these sees the next."""
FOUND_MAX = 200
"""So many characters of what was found are told."""
BETWEEN = " · "
REQUIRED = "须填写 · to be given"
A_MAPPING = "一组“名称: 值” · a mapping"
A_TEXT = "文字 · a text"
TRUE_OR_FALSE = "true 或 false · true or false"


@dataclass(frozen=True, slots=True)
class Finding:
    """``place``: file and line. ``found`` as Python writes it, so that blanks and empty texts can be seen."""

    place: str
    name: str
    found: str
    expected: str

    @property
    def zh(self) -> str:
        expected = self.expected.partition(BETWEEN)[0]
        return f"见到 {self.found}，应为{' ' if expected[:1].isascii() else ''}{expected}"

    @property
    def en(self) -> str:
        zh, _, en = self.expected.partition(BETWEEN)
        return f"found {self.found}, expected {en or zh}"

    def __str__(self) -> str:
        return f"{self.place}: {self.name}: {self.zh}{BETWEEN}{self.en}"


class FilesInvalid(Exception):
    """Files that cannot be taken as they are. Carries every fault found; nothing of them was applied."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(self.lines_to_print()))

    def lines_to_print(self) -> list[str]:
        """A line for each fault, at most twenty; and how many there are besides."""
        lines = [str(fault) for fault in self.findings[:LISTED_MAX]]
        more = len(self.findings) - len(lines)
        return [*lines, f"另有 {more} 处 · and {more} more"] if more else lines


@dataclass
class Findings:
    """Findings found so far. ``unread``: files whose rows are not all known, so that nobody is measured by them."""

    found: list[Finding] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def add(self, place: str, name: str, value: object, expected: str) -> None:
        found = repr(value)
        self.found.append(Finding(place, name, found if len(found) <= FOUND_MAX else f"{found[:FOUND_MAX]}…", expected))

    def raise_if_any(self) -> None:
        if self.found:
            raise FilesInvalid(self.found)


def invalid_file(place: str, name: str, value: object, expected: str) -> FilesInvalid:
    """One fault that ends the reading."""
    findings = Findings()
    findings.add(place, name, value, expected)
    return FilesInvalid(findings.found)


def any_of(names: Iterable[str]) -> str:
    """What is expected where one of these is."""
    listed = tuple(names)
    return f"以下之一：{'、'.join(listed)}{BETWEEN}one of {', '.join(listed)}"


def no_such_name(known: Iterable[str]) -> str:
    listed = tuple(known)
    return f"已知名称：{'、'.join(listed)}{BETWEEN}no such name; known are {', '.join(listed)}"


@dataclass(frozen=True)
class Line:
    """One row or one mapping of a file, and where it stands. Reading a field wrongly becomes a fault, not an error.

    ``unread``: there is no such row or mapping, which was said; so nothing more is said of its fields. ``missing``: the
    same of single fields.
    """

    place: str
    values: Mapping[str, Any]
    findings: Findings
    lines: Mapping[str, int] = field(default_factory=dict)
    file: str = ""
    unread: bool = False
    missing: frozenset[str] = frozenset()

    def reject(self, name: str, expected: str) -> None:
        if not self.unread and name not in self.missing:
            self.findings.add(self.at(name), name, self.values.get(name), expected)

    def at(self, name: str) -> str:
        """Where the field stands, as exactly as is known."""
        return f"{self.file}:{self.lines[name]}" if name in self.lines else self.place

    def text(self, name: str) -> str:
        """A text that says something."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value.strip():
            self.reject(name, A_TEXT)
            return ""
        return value.strip()

    def maybe(self, name: str) -> str:
        return str(self.values.get(name) or "").strip()

    def parsed(self, name: str, parse: Callable[[str], Value], expected: str) -> Value | None:
        """The field as ``parse`` reads it; a ValueError or KeyError of it is a fault."""
        try:
            return parse(str(self.values.get(name, "")).strip())
        except (ValueError, KeyError):
            self.reject(name, expected)
            return None

    def number(self, name: str, low: float, high: float) -> float:
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.reject(name, f"{low} 至 {high} 的数{BETWEEN}a number from {low} to {high}")
            return low
        return float(value)

    def flag(self, name: str) -> bool:
        value = self.values.get(name)
        if not isinstance(value, bool):
            self.reject(name, TRUE_OR_FALSE)
        return value is True

    def yes(self, name: str) -> bool:
        return self.one_of(name, ("yes", "no"), "yes 或 no · yes or no") == "yes"

    def one_of(self, name: str, known: Iterable[str], expected: str = "") -> str:
        value, names = self.maybe(name), tuple(known)
        if value not in names:
            self.reject(name, expected or any_of(names))
        return value

    def listed(self, name: str, known: Collection[str], file: str, what: str) -> str:
        """One of those that another file lists, called ``what`` (``中文 · English``); any, where it was not read."""
        value = self.maybe(name)
        if value not in known and file not in self.findings.unread:
            zh, _, en = what.partition(BETWEEN)
            self.reject(name, f"{file} 所列的{zh}{BETWEEN}{en} of {file}")
        return value

    def mapping(self, name: str, names: Sequence[str], *, optional: Sequence[str] = ()) -> "Line":
        """The mapping under this name, with exactly these names; ``optional`` ones may be left out."""
        if name not in self.values:  # whoever needs it has said so
            return Line(self.at(name), {}, self.findings, file=self.file, unread=True)
        return mapping_line(self.values[name], self.file, names, self.findings, self.at(name), optional=optional)

    def entries(self, name: str) -> "Line":
        """The mapping under this name, whose names are the writer's own."""
        content = self.values.get(name)
        return self.mapping(name, (), optional=tuple(content) if isinstance(content, Mapping) else ())

    def listing(self, name: str, expected: str, fits: Callable[[Any], bool] = lambda _: True) -> list[Any]:
        """The list under this name, nothing where one of it does not fit."""
        value = self.values.get(name)
        if isinstance(value, list) and all(map(fits, value)):
            return value
        self.reject(name, expected)
        return []


def builtin_name(content: object) -> str:
    """What Python calls it, whoever made it."""
    return next(kind.__name__ for kind in type(content).__mro__ if kind.__module__ == "builtins")


def mapping_line(
    content: object, file: str, names: Sequence[str], findings: Findings, place: str, *, optional: Sequence[str] = ()
) -> Line:
    """A mapping inside a file, with exactly these names; ``optional`` ones may be left out."""
    if not isinstance(content, Mapping):
        findings.add(place, "content", builtin_name(content), A_MAPPING)
        return Line(place, {}, findings, file=file, unread=True)
    missing = frozenset(name for name in names if name not in content)
    lines, file = getattr(content, "lines", {}), getattr(content, "file", file)  # a mapping may come from another file
    line = Line(place, content, findings, lines, file, missing=missing)
    for name in content:
        if name not in (*names, *optional):
            line.reject(name, no_such_name((*names, *optional)))
    for name in (name for name in names if name in missing):
        findings.add(place, name, None, REQUIRED)
    return line
