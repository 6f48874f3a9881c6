"""``make structure``: what the house rules count: rooms, sizes, layers, names, and how far an act reaches.

It reads the source and imports none of it. Rooms are our packages; production is what the wheel carries; lines of a
function are from its ``def`` to its end.
"""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from tests.repository.files import TOP

PRODUCTION = ("bihuan", "workflows", "activities", "workers", "api")
OURS = (*PRODUCTION, "deploy", "tests")
FUNCTION_LINES_MAX, FILE_LINES_MAX, TEST_FILE_LINES_MAX = 40, 300, 400
MIGRATIONS = TOP / "bihuan" / "ledger" / "migrations"
GLOSSARY, CONTRIBUTING = TOP / "docs" / "glossary.md", TOP / "CONTRIBUTING.md"
ADDING_AN_ACT = "Adding an act"
NAMED_ELSEWHERE = frozenset({"events", "commands", "refusals"})
"""Modules of the domain whose classes the glossary names by their acts."""
LISTED_ENUMS = frozenset({"Stage", "Status", "Outcome", "Role", "Urgency", "Rung", "Light", "Obligation", "Paper"})
"""What an officer meets by name: each member stands in the glossary."""
EXAMPLE = re.compile(r"\d+[a-z]{0,2}")
"""Such as ``3wd``: a value, and no name."""


@dataclass(frozen=True, slots=True)
class Structure:
    """The whole of it. What should be empty is a list, so that whoever reads it knows where to look."""

    rooms: dict[str, int]
    """Every package of ours, and how many files lie in it."""
    rooms_in_no_contract: tuple[str, ...]
    broken_contracts: int
    long_functions: tuple[str, ...]
    long_files: tuple[str, ...]
    long_test_files: tuple[str, ...]
    tests_that_import_tests: tuple[str, ...]
    nameless_functions: tuple[str, ...]
    missing_in_glossary: tuple[str, ...]
    missing_in_code: tuple[str, ...]
    files_of_an_act: tuple[str, ...]


def structure() -> Structure:
    return Structure(
        rooms=rooms(),
        rooms_in_no_contract=rooms_in_no_contract(),
        broken_contracts=broken_contracts(),
        long_functions=long_functions(),
        long_files=long_files(),
        long_test_files=long_test_files(),
        tests_that_import_tests=tests_that_import_tests(),
        nameless_functions=nameless_functions(),
        missing_in_glossary=missing_in_glossary(),
        missing_in_code=missing_in_code(),
        files_of_an_act=files_of_an_act(),
    )


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((TOP / folder).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def at(path: Path, line: int = 0) -> str:
    name = path.relative_to(TOP).as_posix()
    return f"{name}:{line}" if line else name


# Rooms and layers


def rooms() -> dict[str, int]:
    found = sorted(path.parent for path in sources(*PRODUCTION) if path.name == "__init__.py")
    return {at(room): sum(1 for _ in room.glob("*.py")) for room in found}


def contracts() -> list[dict[str, object]]:
    """Of import-linter, as they stand in ``pyproject.toml``."""
    with (TOP / "pyproject.toml").open("rb") as file:
        found: list[dict[str, object]] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return found


def rooms_in_no_contract() -> tuple[str, ...]:
    """The rooms that no contract names, neither themselves nor a room around them that is not the whole project."""
    named = set(re.findall(r"[a-z_]+(?:\.[a-z_]+)*", json.dumps(contracts())))

    def stands(room: str) -> bool:
        parts = room.split("/")
        return any(".".join(parts[:end]) in named - {"bihuan"} for end in range(1, len(parts) + 1))

    return tuple(room for room in rooms() if room != "bihuan" and not stands(room))


def broken_contracts() -> int:
    """How many contracts import-linter finds broken, with the imports behind them on standard error."""
    linter = Path(sys.executable).with_name("lint-imports")
    said = subprocess.run([linter, "--no-cache"], cwd=TOP, capture_output=True, text=True, check=False)
    found = re.search(r"(\d+) kept, (\d+) broken", said.stdout)
    if found is None:
        raise RuntimeError(f"import-linter gave no answer: {said.stdout}{said.stderr}")
    if found[2] != "0":
        print(said.stdout, file=sys.stderr)
    return int(found[2])


# Sizes


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def long_functions() -> tuple[str, ...]:
    """Everywhere but in migrations, which are lists of columns."""
    written = (path for path in sources(*OURS) if MIGRATIONS not in path.parents)
    found = ((path, one) for path in written for one in functions(path) if length(one) > FUNCTION_LINES_MAX)
    return tuple(f"{at(path, one.lineno)} {one.name}" for path, one in found)


def long_files() -> tuple[str, ...]:
    """Of production."""
    return _longer_than(FILE_LINES_MAX, *PRODUCTION)


def long_test_files() -> tuple[str, ...]:
    return _longer_than(TEST_FILE_LINES_MAX, "tests")


def _longer_than(most: int, *folders: str) -> tuple[str, ...]:
    written = ((path, len(path.read_text(encoding="utf-8").splitlines())) for path in sources(*folders))
    return tuple(f"{at(path)} {lines}" for path, lines in written if lines > most)


def tests_that_import_tests() -> tuple[str, ...]:
    """What several tests need stands in ``tests/support``, so that a test can be moved without breaking another."""
    imports = (
        (path, node) for path in sources("tests") for node in tree(path).body if isinstance(node, ast.ImportFrom)
    )
    named = ((path, node.lineno, [node.module or "", *(one.name for one in node.names)]) for path, node in imports)
    found = [
        (path, line)
        for path, line, (module, *names) in named
        if module.partition(".")[0] == "tests"
        and (module.rpartition(".")[2].startswith("test_") or any(name.startswith("test_") for name in names))
    ]
    return tuple(at(path, line) for path, line in found)


def nameless_functions() -> tuple[str, ...]:
    """Functions called ``_``, of production: a traceback would not say which."""
    found = ((path, one) for path in sources(*PRODUCTION) for one in functions(path) if one.name == "_")
    return tuple(at(path, one.lineno) for path, one in found)


# Names


def glossary_names() -> frozenset[str]:
    """Every word between backticks in the glossary's table."""
    rows = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    quoted = (token for row in rows for token in re.findall(r"`([^`]+)`", row))
    words = (word for token in quoted for word in re.findall(r"\w+", token))
    return frozenset(word for word in words if not EXAMPLE.fullmatch(word))


def missing_in_glossary() -> tuple[str, ...]:
    return tuple(sorted(set(names_to_explain()) - glossary_names()))


def missing_in_code() -> tuple[str, ...]:
    return tuple(sorted(glossary_names() - code_words()))


def names_to_explain() -> Iterator[str]:
    """What stands in the glossary: acts, members of the listed enums, and the public values of the domain."""
    for path in sources("bihuan/domain"):
        of_acts = NAMED_ELSEWHERE & {path.stem, path.parent.name}
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield from acts(node)
                yield from members(node) if node.name in LISTED_ENUMS else ()
                yield from (node.name,) if is_value(node) and not of_acts else ()


def is_value(node: ast.ClassDef) -> bool:
    """A frozen record or an enumeration; not a protocol, nor a helper with behaviour of its own."""
    said = {word for one in (*node.bases, *node.decorator_list) for word in re.findall(r"\w+", ast.unparse(one))}
    return bool(said & {"dataclass", "StrEnum", "IntEnum", "Enum"})


def acts(node: ast.ClassDef) -> Iterator[str]:
    """The name on the wire of a command: ``act: Literal["sign"] = "sign"``."""
    for line in node.body:
        match line:
            case ast.AnnAssign(target=ast.Name(id="act"), value=ast.Constant(value=str(name))):
                yield name


def members(node: ast.ClassDef) -> Iterator[str]:
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            yield line.targets[0].id


@cache
def code_words() -> frozenset[str]:
    """Every name in our code, every word of its texts, and the names of files; no comments and no docstrings."""
    named = (word for path in sources(*PRODUCTION) for word in _words(path))
    files = (word for path in (TOP / "deploy").rglob("*") for word in re.findall(r"\w+", path.name))
    ours = (word for path in sources(*PRODUCTION) for word in re.findall(r"\w+", at(path)))
    return frozenset((*named, *files, *ours))


def _words(path: Path) -> Iterator[str]:
    spoken = {id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree(path)):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Constant(value=str(text)) if id(node) not in spoken:
                yield from re.findall(r"\w+", text)


# How far an act reaches


def files_of_an_act() -> tuple[str, ...]:
    """The files of production that CONTRIBUTING names for adding an act."""
    _, _, rest = CONTRIBUTING.read_text(encoding="utf-8").partition(f"## {ADDING_AN_ACT}")
    listed, _, _ = rest.partition("\n## ")
    always, _, _ = listed.partition("Only where")
    named = dict.fromkeys(re.findall(r"`([\w/]+\.py|bihuan/domain/notifications/)`", always))
    return tuple(name for name in named if not name.startswith(("tests/", "deploy/")))


def main() -> None:
    found = structure()
    for name, value in asdict(found).items():
        title = name.replace("_", " ")
        match value:
            case dict():
                print(f"{title}: {len(value)}", *(f"  {room:32} {files:3}" for room, files in value.items()), sep="\n")
            case tuple():
                print(f"{title}: {len(value)}", *(f"  {one}" for one in value), sep="\n")
            case _:
                print(f"{title}: {value}")
    print(json.dumps({n: len(v) if isinstance(v, tuple) else v for n, v in asdict(found).items()}, ensure_ascii=False))


if __name__ == "__main__":
    main()
