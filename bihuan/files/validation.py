"""Findings in files that people wrote: each names file, line and field, what was found and what was expected.

The expectation is written as ``中文 · English``; a text without the dot serves both languages.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

Value = TypeVar("Value")

LISTED_MAX = 20
"""How many findings are listed; once these are corrected, the next appear."""
FOUND_MAX = 200
"""How many characters of a wrong value are quoted."""
BETWEEN = " · "
REQUIRED = "须填写 · to be given"
A_MAPPING = "一组“名称: 值” · a mapping"
A_TEXT = "文字 · a text"
TRUE_OR_FALSE = "true 或 false · true or false"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a file. ``place``: file and line; ``name``: the field; ``found``: the value's ``repr``."""

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
    """Files that were refused. Carries every finding; nothing of the files was applied."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(self.lines_to_print()))

    def lines_to_print(self) -> list[str]:
        """One line for each finding, at most ``LISTED_MAX``, and a last one that counts the others."""
        lines = [str(finding) for finding in self.findings[:LISTED_MAX]]
        more = len(self.findings) - len(lines)
        return [*lines, f"另有 {more} 处 · and {more} more"] if more else lines


@dataclass
class Findings:
    """The findings so far. ``unread``: files not fully read, so that references into them are not checked."""

    found: list[Finding] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def add(self, place: str, name: str, value: object, expected: str) -> None:
        found = repr(value)
        self.found.append(Finding(place, name, found if len(found) <= FOUND_MAX else f"{found[:FOUND_MAX]}…", expected))

    def raise_if_any(self) -> None:
        if self.found:
            raise FilesInvalid(self.found)


def invalid_file(place: str, name: str, value: object, expected: str) -> FilesInvalid:
    """The error for a single finding that ends the reading."""
    findings = Findings()
    findings.add(place, name, value, expected)
    return FilesInvalid(findings.found)


def any_of(names: Iterable[str]) -> str:
    """The expectation "one of these", in both languages."""
    listed = tuple(names)
    return f"以下之一：{'、'.join(listed)}{BETWEEN}one of {', '.join(listed)}"


def no_such_name(known: Iterable[str]) -> str:
    listed = tuple(known)
    return f"已知名称：{'、'.join(listed)}{BETWEEN}no such name; known are {', '.join(listed)}"


@dataclass(frozen=True)
class Line:
    """One row or mapping of a file and its place. Its readers record a finding for a wrong field and never raise.

    ``place``: file and line; ``lines``: the line of each field, where known. ``unread``: the row or mapping is missing,
    which has been reported, so its fields cause no further findings; ``missing``: the same for single fields.
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
        """File and line of the field; those of the row where the field has none of its own."""
        return f"{self.file}:{self.lines[name]}" if name in self.lines else self.place

    def text(self, name: str) -> str:
        """A text that is not blank, stripped; empty after a finding."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value.strip():
            self.reject(name, A_TEXT)
            return ""
        return value.strip()

    def maybe(self, name: str) -> str:
        """The field as stripped text; empty if it is not there."""
        return str(self.values.get(name) or "").strip()

    def parsed(self, name: str, parse: Callable[[str], Value], expected: str) -> Value | None:
        """The field as ``parse`` reads it; None and a finding where that raises ValueError or KeyError."""
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
        """A value that ``file`` lists; not checked if that file is unread. ``what``: its kind, ``中文 · English``."""
        value = self.maybe(name)
        if value not in known and file not in self.findings.unread:
            zh, _, en = what.partition(BETWEEN)
            self.reject(name, f"{file} 所列的{zh}{BETWEEN}{en} of {file}")
        return value

    def mapping(self, name: str, names: Sequence[str], *, optional: Sequence[str] = ()) -> "Line":
        """The mapping under this name, with exactly these names; ``optional`` ones may be left out."""
        if name not in self.values:  # reported where the names were checked
            return Line(self.at(name), {}, self.findings, file=self.file, unread=True)
        return mapping_line(self.values[name], self.file, names, self.findings, self.at(name), optional=optional)

    def entries(self, name: str) -> "Line":
        """The mapping under this name, with any names."""
        content = self.values.get(name)
        return self.mapping(name, (), optional=tuple(content) if isinstance(content, Mapping) else ())

    def listing(self, name: str, expected: str, fits: Callable[[Any], bool] = lambda _: True) -> list[Any]:
        """The list under this name; empty, with a finding, unless every entry fits."""
        value = self.values.get(name)
        if isinstance(value, list) and all(map(fits, value)):
            return value
        self.reject(name, expected)
        return []


def builtin_name(content: object) -> str:
    """The name of the value's built-in type, also for our subclasses of it."""
    return next(kind.__name__ for kind in type(content).__mro__ if kind.__module__ == "builtins")


def mapping_line(
    content: object, file: str, names: Sequence[str], findings: Findings, place: str, *, optional: Sequence[str] = ()
) -> Line:
    """Check a mapping inside a file: exactly these names; ``optional`` ones may be left out."""
    if not isinstance(content, Mapping):
        findings.add(place, "content", builtin_name(content), A_MAPPING)
        return Line(place, {}, findings, file=file, unread=True)
    missing = frozenset(name for name in names if name not in content)
    lines, file = (
        getattr(content, "lines", {}),
        getattr(content, "file", file),
    )  # a profile is completed from another's file
    line = Line(place, content, findings, lines, file, missing=missing)
    for name in content:
        if name not in (*names, *optional):
            line.reject(name, no_such_name((*names, *optional)))
    for name in (name for name in names if name in missing):
        findings.add(place, name, None, REQUIRED)
    return line
