"""What all tests share."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.servers import real_temporal

CI = os.environ.get("CI") == "true"

settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=CI)
settings.load_profile("ours")
"""No property depends on a timing; and what landed green is judged by the same examples again."""
settings.register_profile("mutants", max_examples=25, derandomize=True, phases=[Phase.explicit, Phase.generate])
"""For ``make mutants``: a mutant is killed by any example, however long."""


LONGEST = (
    "tests/faults/test_small_dose.py",
    "tests/house/test_readme.py",
    "tests/faults/test_habits.py",
    "tests/rules/test_tracing.py",
    "tests/rules/test_requests_properties.py",
    "tests/rules/test_rules_properties.py",
    "tests/rules/test_batches_properties.py",
)
"""A minute or so each; begun first, so that no process waits for another at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


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
    if CI and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
