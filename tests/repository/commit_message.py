"""``python -m tests.repository.commit_message FILE``: a commit says what in one short line, and why below it.

Held before the commit, as a hook of ``.pre-commit-config.yaml``: once it is in the history nothing can be mended.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

SUBJECT_MAX = 72
OF_GIT = ("Merge", "Revert ", "fixup! ", "squash! ", "amend! ")
"""What git writes itself, or melts away."""


def faults(message: str) -> Iterator[str]:
    """What is wrong with it; nothing is wrong with what git writes itself."""
    said = message.partition("\n# ------------------------ >8")[0]  # below it stands the change, where git shows it
    lines = [line.rstrip() for line in said.splitlines() if not line.startswith("#")]
    subject, *rest = lines or [""]
    if subject.startswith(OF_GIT):
        return
    if not subject:
        yield "the first line is empty; expected what the commit does"
    if len(subject) > SUBJECT_MAX:
        yield f"the first line has {len(subject)} signs; expected {SUBJECT_MAX} at most"
    if rest and rest[0]:
        yield "the second line is not empty; expected one between what and why"
    if not any(rest[1:]):
        yield "there is no body; expected why"


def main() -> int:
    found = list(faults(Path(sys.argv[1]).read_text(encoding="utf-8")))
    print(*found, sep="\n", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
