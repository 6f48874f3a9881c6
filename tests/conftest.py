"""What all tests share."""

import os
from collections.abc import Iterator

import pytest

from tests.servers import real_temporal


@pytest.fixture(scope="session")
def temporal() -> Iterator[str]:
    """The address of the one real Temporal server of this test process."""
    with real_temporal() as address:
        yield address


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.getreports("skipped"):
        terminalreporter.write_line(f"skipped: {report.nodeid}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test proves nothing, so CI does not pass with one."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
