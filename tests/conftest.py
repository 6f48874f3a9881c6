"""What all tests share."""

import os
import signal
from collections.abc import Generator, Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.support.servers import real_temporal

CI = os.environ.get("CI") == "true"

settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=CI)
settings.load_profile("ours")
"""No property depends on a timing; and what landed green is judged by the same examples again."""
settings.register_profile("mutants", max_examples=25, derandomize=True, phases=[Phase.explicit, Phase.generate])
"""For ``make mutants``: a mutant is killed by any example, however long."""


LONGEST = (
    "chaos/test_small_dose.py",
    "workflows/test_notice.py",
    "workflows/test_chat_digest.py",
    "workflows/test_quiet_hours.py",
    "workflows/test_batch.py",
    "workflows/test_report.py",
    "simulation/slow/test_command.py",
    "api/test_acknowledgement.py",
    "chaos/test_habits.py",
    "workflows/test_cross_issue.py",
    "repository/test_readme.py",
    "simulation/slow/test_command_inference.py",
    "domain/slow/test_batches.py",
    "api/test_odd_texts.py",
    "ledger/test_backtest_and_drill.py",
)
"""Half a minute or more each; begun first, so that no process works alone at the end."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What lies in a folder called ``slow`` is marked so; and files are handed out in the order of ``LONGEST``.

    A file stays in one process (see the Makefile).
    """
    for item in items:
        if item.path.parent.name == "slow":
            item.add_marker(pytest.mark.slow)
    begun = {f"tests/{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: begun.get(item.nodeid.partition("::")[0], len(begun)))


@pytest.fixture(scope="session")
def temporal() -> Iterator[str]:
    """The address of the one real Temporal server of this test process."""
    with real_temporal() as address:
        yield address


CPU_SECONDS_MAX = 20
"""For each test under ``make mutants``, where some mutants loop for ever: many times what the longest test takes.

Of the processor, so that a busy machine fails nothing."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, None, None]:
    if "__mutmut_" not in os.environ.get("MUTANT_UNDER_TEST", ""):
        return (yield)
    signal.signal(signal.SIGVTALRM, _no_end)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS_MAX)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _no_end(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"no end after {CPU_SECONDS_MAX} seconds")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.getreports("skipped"):
        terminalreporter.write_line(f"skipped: {report.nodeid}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test proves nothing, so CI does not pass with one."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if CI and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
