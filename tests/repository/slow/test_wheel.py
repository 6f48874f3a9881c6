"""The wheel, installed where there is no checkout: it carries the sample city, and everything else it reads."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.repository.files import TOP
from tests.support.waiting import HANGS_AFTER_S

COMMANDS = {
    ("config", "check"): "濮阳市 PY-13710",
    ("migrate",): "up to date",
    ("simulate", "--only", "PY-0010", "--alerts"): "PY-0010",
}


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own with the wheel in it; its dependencies are those of ours, which are there already."""
    home = tmp_path_factory.mktemp("stranger")
    hatchling = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(home)]
    subprocess.run(hatchling, cwd=TOP, check=True, capture_output=True, timeout=HANGS_AFTER_S)
    (wheel,) = home.glob("*.whl")
    venv.create(home / "env", with_pip=False, symlinks=True)
    python = home / "env" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(pip, check=True, capture_output=True, timeout=HANGS_AFTER_S)
    (site,) = (home / "env" / "lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    (home / "away").mkdir()
    return home


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_it_works_without_a_checkout(stranger: Path, command: tuple[str, ...]) -> None:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("BIHUAN_", "PYTHON"))}
    done = subprocess.run(
        [stranger / "env" / "bin" / "bihuan", *command],
        cwd=stranger / "away",
        env=ours,
        capture_output=True,
        text=True,
        timeout=HANGS_AFTER_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert COMMANDS[command] in done.stdout


def test_it_is_the_wheel_that_answers_and_no_tool_of_ours_is_in_it(stranger: Path) -> None:
    (carried,) = (stranger / "env" / "lib").glob("python*/site-packages/bihuan/samples/puyang")
    assert (carried / "city.yaml").read_bytes() == (TOP / "deploy" / "puyang" / "city.yaml").read_bytes()
    assert not (carried / "tools").exists()
