"""YAML mappings that people wrote, each name and list entry with its line number."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bihuan.files.texts import read_text
from bihuan.files.validation import A_MAPPING, Findings, Line, builtin_name, mapping_line

A_YAML = "YAML 格式的一组“名称: 值” · a YAML mapping"
ONCE = "每个名称只写一次 · each name once"
A_NAME = "文字作名称 · a text for a name"
WRITTEN_OUT = "写明的内容，不用别名 · the content itself, no alias"
A_NUMBER = "可读的数 · a number that can be read"
NOT_SO_DEEP = "层次较浅的内容 · content that is nested less deeply"
DEPTH_MAX = 12
YES = ("true", "yes", "on", "y")
TAG = "tag:yaml.org,2002:"


class LocatedMapping(dict[str, Any]):
    """A mapping read from ``file``. ``lines``: the line number of each of its names."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.lines: dict[str, int] = {}


class LocatedList(list[Any]):
    """A list. ``lines``: the line number of each entry."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


def read_mapping(
    path: Path, names: Sequence[str], findings: Findings, *, optional: Sequence[str] = (), under: str = ""
) -> Line:
    """Read a YAML mapping with exactly these names; ``optional`` ones may be left out.

    ``under``: the folder that findings name before the file, ending in a slash.
    """
    content = _content(path, f"{under}{path.name}", findings)
    if content is None:
        return unread_line(path.name, findings)
    return mapping_line(content, content.file, names, findings, f"{content.file}:1", optional=optional)


def read_entries(path: Path, findings: Findings) -> Line:
    """Read a YAML mapping with any names."""
    content = _content(path, path.name, findings)
    if content is None:
        return unread_line(path.name, findings)
    return mapping_line(content, content.file, (), findings, f"{path.name}:1", optional=tuple(content))


def unread_line(file: str, findings: Findings) -> Line:
    """What stands in for a mapping that cannot be read, once that has been reported."""
    return Line(file, {}, findings, file=file, unread=True)


def rows_of(line: Line, name: str, names: Sequence[str], *, optional: Sequence[str] = ()) -> Iterator[Line]:
    """The mappings in the list under this name, each with exactly these names and the optional ones."""
    for number, content in enumerate(line.listing(name, "一个列表 · a list")):
        place = f"{line.file}:{line.values[name].lines[number]}"
        yield mapping_line(content, line.file, names, line.findings, place, optional=optional)


def _content(path: Path, file: str, findings: Findings) -> LocatedMapping | None:
    """The mapping; None if the file cannot be read or holds something else, which has been reported."""
    text = read_text(path, findings, file)
    if text is None:
        return None
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except (
        YAMLError,
        RecursionError,
        ValueError,
        ArithmeticError,
        LookupError,
    ) as trouble:  # ruamel.yaml lets some of these through on broken input
        mark = trouble.problem_mark if isinstance(trouble, MarkedYAMLError) else None
        place = f"{file}:{mark.line + 1}" if mark else file
        findings.add(place, "file", type(trouble).__name__, A_YAML)
        return None
    content = None if node is None else _NodeReader(file, findings).value(node, 0)
    if not isinstance(content, LocatedMapping):
        findings.add(f"{file}:1", "content", builtin_name(content), A_MAPPING)
        return None
    return content


class _NodeReader:
    """Turns YAML nodes into plain values: texts, numbers, booleans, lists and mappings; no tags, no aliases."""

    def __init__(self, file: str, findings: Findings) -> None:
        self._file = file
        self._findings = findings
        self._met: set[int] = set()

    def value(self, node: Node, depth: int) -> object:
        if id(node) in self._met or depth > DEPTH_MAX:
            self._reject(node, "…", NOT_SO_DEEP if depth > DEPTH_MAX else WRITTEN_OUT)
            return None
        self._met.add(id(node))
        match node:
            case MappingNode():
                return self._named(node, depth)
            case SequenceNode():
                return self._numbered(node, depth)
            case _:
                return self._scalar(node)

    def _numbered(self, node: SequenceNode, depth: int) -> LocatedList:
        listed = LocatedList()
        for one in node.value:
            listed.append(self.value(one, depth + 1))
            listed.lines.append(_line(one))
        return listed

    def _named(self, node: MappingNode, depth: int) -> LocatedMapping:
        named = LocatedMapping(self._file)
        for key, content in node.value:
            if not isinstance(key, ScalarNode):
                self._reject(key, "?", A_NAME)
                continue
            name = str(key.value)
            if name in named:
                self._findings.add(f"{self._file}:{_line(key)}", name, name, ONCE)
            named[name] = self.value(content, depth + 1)
            named.lines[name] = _line(key)
        return named

    def _scalar(self, node: Node) -> object:
        text = str(node.value)
        kind = str(node.tag).removeprefix(TAG)
        try:
            match kind:
                case "null":
                    return None
                case "bool":
                    return text.lower() in YES
                case "int":
                    return int(text.replace("_", ""), 10 if text.lstrip("+-0").isdigit() else 0)
                case "float":
                    return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
                case _:
                    return text
        except ValueError:
            self._reject(node, text, A_NUMBER)
            return None

    def _reject(self, node: Node, found: str, expected: str) -> None:
        self._findings.add(f"{self._file}:{_line(node)}", "content", found, expected)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
