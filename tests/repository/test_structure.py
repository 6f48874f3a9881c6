"""What ``make structure`` counts is held here where it must be nothing; and its counters can count."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.repository import structure
from tests.repository.files import TOP, tracked

ARCHITECTURE = TOP / "docs" / "architecture.md"
RULES = TOP / "docs" / "rules.md"
LONG = "def long() -> None:\n" + "    print()\n" * structure.FUNCTION_LINES_MAX


def test_the_glossary_has_every_name_the_rules_use() -> None:
    assert structure.missing_in_glossary() == ()


def test_tests_are_short_and_import_no_other_test() -> None:
    assert structure.long_test_files() == ()
    assert structure.tests_that_import_tests() == ()


def test_production_is_in_short_files_and_functions_with_names() -> None:
    assert structure.long_files() == ()
    assert structure.long_functions() == ()
    assert structure.nameless_functions() == ()
    assert structure.rooms_in_no_contract() == ()


def test_no_module_imports_in_a_circle() -> None:
    """The contracts hold rooms and the modules beside one another; the concepts of the domain speak of one another."""
    paths = {".".join(path.relative_to(TOP).with_suffix("").parts): path for path in structure.sources("bihuan/domain")}
    known = {name.removesuffix(".__init__") for name in paths}
    TopologicalSorter({name: set(imported(path)) & known for name, path in paths.items()}).prepare()


def imported(path: Path) -> Iterator[str]:
    for node in structure.tree(path).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def test_an_act_costs_six_files_of_production() -> None:
    assert len(structure.files_of_an_act()) <= 6


def test_the_code_has_every_name_the_glossary_gives() -> None:
    assert structure.missing_in_code() == ()


def test_the_architecture_names_every_room() -> None:
    named = set(re.findall(r"`([\w/]+)`", ARCHITECTURE.read_text(encoding="utf-8")))
    assert set(structure.rooms()) - named == set()


def test_every_path_the_architecture_and_testing_name_is_there() -> None:
    pages = [ARCHITECTURE.read_text(encoding="utf-8"), (TOP / "docs" / "testing.md").read_text(encoding="utf-8")]
    top = "|".join((*structure.OURS, "docs"))
    named = {path for page in pages for path in re.findall(rf"\b((?:{top})(?:/[\w.]+)+)", page)}
    assert len(named) > 30
    assert [path for path in sorted(named) if not (TOP / path).exists()] == []


def test_every_rule_that_is_cited_is_there() -> None:
    sections = set(re.findall(r"^#+ (\d+(?:\.\d+)?)\.? ", RULES.read_text(encoding="utf-8"), re.MULTILINE))
    read = [path for path in tracked() if path.suffix in {".py", ".md", ".yaml"} and path != RULES]
    cited = {(path.name, number) for path in read for number in cited_in(path.read_text(encoding="utf-8"))}
    assert [(name, number) for name, number in sorted(cited) if number not in sections] == []


def cited_in(text: str) -> set[str]:
    """The sections named after ``docs/rules.md``: one number, or several by commas and "and"."""
    rows = re.findall(r"docs/rules\.md ((?:\d+(?:\.\d+)?(?:, | and )?)+)", text)
    return {number for row in rows for number in re.findall(r"\d+(?:\.\d+)?", row)}


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one room and one file of everything that is counted."""
    room = tmp_path / "bihuan" / "domain"
    room.mkdir(parents=True)
    (room / "__init__.py").write_text("")
    (room / "acts.py").write_text(
        '@dataclass\nclass Urge:\n    act: Literal["urge"] = "urge"\n\n\nclass Rung(StrEnum):\n    R0 = "R0"\n\n\n'
        "class Shape(Protocol):\n    ...\n\n\ndef _():\n    ...\n\n\n" + LONG
    )
    (room / "wide.py").write_text("x = 1\n" * (structure.FILE_LINES_MAX + 1))
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_wide.py").write_text("from tests.test_a import b\n" + "x = 1\n" * structure.TEST_FILE_LINES_MAX)
    glossary = tmp_path / "glossary.md"
    glossary.write_text("| 催办 | `Urge`, `urge`, `nothing`, `3wd` | |\n")
    for name, path in (("TOP", tmp_path), ("GLOSSARY", glossary)):
        monkeypatch.setattr(structure, name, path)
    structure.code_words.cache_clear()
    return tmp_path


def test_the_counters_count(elsewhere: Path) -> None:
    assert structure.rooms() == {"bihuan/domain": 3}
    assert [one.split()[1] for one in structure.long_functions()] == ["long"]
    assert structure.long_files() == ("bihuan/domain/wide.py 301",)
    assert structure.long_test_files() == ("tests/test_wide.py 401",)
    assert structure.tests_that_import_tests() == ("tests/test_wide.py:1",)
    assert structure.nameless_functions() == ("bihuan/domain/acts.py:14",)
    assert structure.missing_in_glossary() == ("R0", "Rung")
    assert structure.missing_in_code() == ("nothing",)
    structure.code_words.cache_clear()
