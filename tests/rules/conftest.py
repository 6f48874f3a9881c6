"""Under ``make mutants`` a test that does not end has failed: some mutants loop for ever."""

import os
import signal
from collections.abc import Generator

import pytest

CPU_SECONDS_MAX = 20
"""Many times what the longest test takes; of the processor, so that a busy machine fails nothing."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, None, None]:
    if "__mutmut_" not in os.environ.get("MUTANT_UNDER_TEST", ""):
        return (yield)
    signal.signal(signal.SIGVTALRM, _fail)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS_MAX)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _fail(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"no end after {CPU_SECONDS_MAX} seconds")
