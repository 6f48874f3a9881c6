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
    "faults/test_small_dose.py",
    "loop/test_notice.py",
    "loop/test_quiet_hours.py",
    "loop/test_batch.py",
    "loop/test_schedules.py",
    "rules/test_simulating.py",
    "api/test_hearing.py",
    "faults/test_habits.py",
    "loop/test_errand.py",
    "house/test_readme.py",
    "rules/test_retelling.py",
    "rules/test_batches_properties.py",
    "api/test_odd_texts.py",
    "ledger/test_looking_ahead_and_back.py",
)
"""Half a minute or more each; begun first, so that no process works alone at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays in one process (see the Makefile), and files are handed out in this order."""
    begun = {f"tests/{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: begun.get(item.nodeid.partition("::")[0], len(begun)))


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
