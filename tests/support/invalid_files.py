"""What is said of files that people wrote wrongly, as tests look at it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bihuan.files.texts import CHINESE
from bihuan.files.validation import FilesInvalid


def english(invalid: FilesInvalid) -> str:
    """Every fault in English: ``place: name: found …, expected …``. A sentence must be one in Chinese too."""
    assert all(_in_both(fault.expected) for fault in invalid.findings), str(invalid)
    return "\n".join(f"{fault.place}: {fault.name}: {fault.en}" for fault in invalid.findings)


@contextmanager
def refused_for(*parts: str) -> Iterator[None]:
    """The files must be refused, and each of these be said, in English."""
    with pytest.raises(FilesInvalid) as refused:
        yield
    said = english(refused.value)
    assert all(part in said for part in parts), said


def _in_both(expected: str) -> bool:
    zh, between, _ = expected.partition(" · ")
    return bool(CHINESE.search(zh)) if between else " " not in expected
