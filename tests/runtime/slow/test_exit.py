"""A command leaves as the workers do: at once, with all it said and the code it means."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FINISHED = "the interpreter finished"
RUN = f"""
import atexit, sys
atexit.register(print, {FINISHED!r})
from bihuan.cli import main
sys.argv = ["bihuan", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (["revive", "--help"], 0, "--from-ledger"),
        (["calendar", "due", "--from", "2021-07-05T09:00:00+08:00", "--limit", "3wd", "--json"], 0, "2021-07-08"),
        (["config", "check", "nowhere"], 2, "city.yaml"),
        (["no-such-command"], 2, "no-such-command"),
    ],
)
def test_a_command_says_all_and_leaves_without_the_interpreters_own_end(asked: list[str], code: int, said: str) -> None:
    left = ran(asked)
    assert left.returncode == code, left.stderr
    assert said in left.stdout + left.stderr
    assert FINISHED not in left.stdout


@pytest.mark.parametrize("asked", [["revive", "BH-1"], ["rebuild"]])
def test_a_command_that_needs_temporal_says_where_it_looked_for_it(asked: list[str], tmp_path: Path) -> None:
    left = ran(asked, BIHUAN_DATA=str(tmp_path), BIHUAN_TEMPORAL_ADDRESS="127.0.0.1:1")
    assert left.returncode == 1
    assert "127.0.0.1:1" in left.stderr
    assert "Traceback" not in left.stderr


def ran(asked: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, *asked],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
