"""The files of the repository."""

import subprocess
from pathlib import Path

TOP = Path(__file__).parents[2]


def tracked() -> list[Path]:
    """Every file git knows of, and that is there."""
    listed = subprocess.run(["git", "ls-files"], cwd=TOP, capture_output=True, text=True, check=True)
    return [TOP / line for line in listed.stdout.splitlines() if (TOP / line).is_file()]
