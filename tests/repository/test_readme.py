"""A promise in a README is executed: its commands by a stranger's shell, its tables and links against what is there."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from bihuan.cli import app
from bihuan.runtime.settings import Settings
from tests.repository.files import TOP, tracked
from tests.support.waiting import HANGS_AFTER_S

READMES = ("README.md", "README.zh-CN.md")
PAGES = [path for path in tracked() if path.suffix == ".md"]
EMPTY = ("empty", "空")
TOLD = r"\nanswered %{http_code} %header{idempotent-replayed}\n"

LOOK_AT_UI = """
curl "$(said var/try/ready.json temporal_ui)/api/v1/settings"
"""
SECOND_START = """
BIHUAN_DATA=var/try .venv/bin/bihuan up --json
echo "left with $?"
"""
STOP = """
children=$(cat /proc/$up/task/*/children)
kill -TERM $up; wait $up
echo "left with $?"
for child in $children; do kill -0 $child 2> /dev/null && echo "$child lives" || echo "$child is gone"; done
"""


@dataclass(frozen=True)
class Said:
    """What the shell showed while it ran one part of the story."""

    lines: list[str]

    @property
    def answers(self) -> list[str]:
        """Of each curl: the status, and ``true`` where it was a repetition."""
        return [line.removeprefix("answered ").strip() for line in self.lines if line.startswith("answered ")]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(line) for line in self.lines if line.startswith("{")]

    @property
    def end(self) -> list[str]:
        return [line.removeprefix("left with ") for line in self.lines if line.startswith("left with ")]


def section(page: str, language: str) -> str:
    """The one block of this language in the page."""
    (block,) = re.findall(rf"^```{language}\n(.*?)^```", (TOP / page).read_text(), re.DOTALL | re.MULTILINE)
    return str(block)


def commands(page: str) -> str:
    """The shell block, free of what it says in words."""
    return re.sub(r"\s+# .*$", "", section(page, "sh"), flags=re.MULTILINE)


def story() -> str:
    """The README as it is, everything again, a second start, an orderly end, and a start on the same folder."""
    written = section("README.md", "sh")
    start, submit, act = written.split("\n\n")
    look = act.strip().splitlines()[-1]
    parts = {
        "readme": f"{written}\nup=$!",
        "again": f"{submit}\n{act}",
        "ui": LOOK_AT_UI,
        "second": SECOND_START,
        "stop": STOP,
        "restart": f"{start}\nup=$!\n{look}",
        "end": STOP,
    }
    return "\n".join(f"echo '== {name}'\n{part}" for name, part in parts.items())


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Said]:
    """The whole story, told once, in a folder that has nothing but what the README builds on."""
    home = tmp_path_factory.mktemp("stranger")
    (home / ".venv").symlink_to(sys.prefix)
    (home / "deploy").symlink_to(TOP / "deploy")
    (home / ".curlrc").write_text(f'silent\nnoproxy = "*"\nwrite-out = "%{{stderr}}{TOLD}"\n')
    ports = {f"BIHUAN_{name}_PORT": "0" for name in ("API", "TEMPORAL", "TEMPORAL_UI", "METRICS")}
    ours = {name: value for name, value in os.environ.items() if not name.startswith("BIHUAN_")}
    shell = subprocess.Popen(
        ["bash", "-c", story()],
        cwd=home,
        env={**ours, **ports, "CURL_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )
    try:
        output, _ = shell.communicate(timeout=HANGS_AFTER_S)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)
    _, *parts = re.split(r"^== ", output, flags=re.MULTILINE)
    return {part.splitlines()[0]: Said(part.splitlines()[1:]) for part in parts}


slow = pytest.mark.slow


@slow
def test_what_the_readme_says_to_type_takes_an_issue_in_and_accepts_it(told: dict[str, Said]) -> None:
    assert told["readme"].answers == ["201", "200", "200"]
    accepted, whole = told["readme"].bodies
    assert accepted["status"] == whole["issue"]["status"] == "ACCEPTED"
    assert {act["act"] for act in whole["acts"] if act["allowed"]} >= {"hand_over"}


@slow
def test_typed_again_it_happens_once_and_says_so(told: dict[str, Said]) -> None:
    assert told["again"].answers == ["201 true", "200 true", "200"]
    assert told["again"].bodies[0] == told["readme"].bodies[0]
    assert told["again"].bodies[1]["issue"]["revision"] == told["readme"].bodies[1]["issue"]["revision"]


@slow
def test_the_temporal_ui_is_there_and_asks_no_other_host_for_news(told: dict[str, Said]) -> None:
    assert told["ui"].answers == ["200"]
    assert told["ui"].bodies[0]["DisableNewsFetch"] is True


@slow
def test_a_second_start_on_the_folder_says_who_has_it_and_leaves_with_1(told: dict[str, Said]) -> None:
    assert told["second"].end == ["1"]
    said = list(takewhile(lambda line: not line.startswith("left"), told["second"].lines))
    assert len(said) == 1
    assert re.fullmatch(r"var/try 已由进程 \d+ 使用 · is in use by process \d+", said[0])


@slow
@pytest.mark.parametrize("ending", ["stop", "end"])
def test_asked_to_stop_it_leaves_with_0_and_no_child_stays(told: dict[str, Said], ending: str) -> None:
    assert told[ending].end == ["0"]
    children = [line.split(" ", 1)[1] for line in told[ending].lines if re.match(r"\d+ (lives|is gone)$", line)]
    assert children == ["is gone"] * 4


@slow
def test_started_again_on_the_folder_the_issue_is_still_there(told: dict[str, Said]) -> None:
    assert told["restart"].answers == ["200"]
    before, after = told["again"].bodies[1]["issue"], told["restart"].bodies[0]["issue"]
    assert after["issue_no"] == before["issue_no"]
    assert after["revision"] >= before["revision"]


def test_both_readmes_have_the_same_commands() -> None:
    assert commands("README.md") == commands("README.zh-CN.md")


@pytest.mark.parametrize("page", READMES)
def test_the_table_of_settings_names_every_setting_and_its_default(page: str) -> None:
    rows = [row.split("|")[1:3] for row in (TOP / page).read_text().splitlines() if re.match(r"\| `[A-Z_]+`", row)]
    written = dict(pair for names, defaults in rows for pair in each(names, defaults))
    known = {n.upper(): field.get_default(call_default_factory=True) for n, field in Settings.model_fields.items()}
    assert written == {name: told_as(default) for name, default in known.items()}


def each(names: str, defaults: str) -> Iterator[tuple[str, str]]:
    """The names of a row with their defaults; one default stands for all."""
    ours = re.findall(r"`(\w+)`", names)
    said = ["" if one.strip() in EMPTY else one.strip(" `") for one in defaults.split(" · ")]
    yield from zip(ours, said * len(ours) if len(said) == 1 else said, strict=True)


def told_as(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_a_page_names_exists(page: Path) -> None:
    verbs = set(re.findall(r"^([a-z]+):", (TOP / "Makefile").read_text(), re.MULTILINE))
    ours = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    ours |= {str(group.name) for group in app.registered_groups}
    text = page.read_text()
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)) <= verbs
    assert set(re.findall(r"(?:/|`)bihuan ([a-z]+)", text)) <= ours


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target, heading in re.findall(r"\]\((?!\w+:)([^)#]*)(?:#([^)]*))?\)", page.read_text()):
        there = page.parent / target if target else page
        assert there.exists(), target
        assert not heading or heading in headings(there), f"{target}#{heading}"


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them; the second of a name is numbered."""
    prose = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    named = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    anchors = [re.sub(r"[^\w -]", "", name).strip().lower().replace(" ", "-") for name in named]
    return {f"{one}-{before}" if (before := anchors[:place].count(one)) else one for place, one in enumerate(anchors)}


@pytest.mark.parametrize("page", READMES)
def test_every_folder_the_readme_describes_is_there(page: str) -> None:
    first = [row.split("|")[1] for row in (TOP / page).read_text().splitlines() if row.startswith("| `")]
    named = [path for cell in first for path in re.findall(r"`([\w./-]+)`", cell) if "/" in path]
    assert len(named) >= 8
    assert [path for path in named if not (TOP / path).exists()] == []
