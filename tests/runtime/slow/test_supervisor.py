"""Children stay up, a folder is served once, and the end is orderly."""

import os
import signal
import sys
from pathlib import Path

import pytest

from bihuan.runtime.supervisor import Child, Supervisor
from bihuan.runtime.up import AlreadyRunning, sole_use
from tests.support.waiting import until

FOREVER = [sys.executable, "-c", "import signal; signal.pause()"]


async def test_a_killed_child_comes_back_and_its_sibling_never_left(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, pause_longest_s=0.1)
    await supervisor.start(Child("one", FOREVER))
    await supervisor.start(Child("two", FOREVER))
    first, sibling = supervisor.pid("one"), supervisor.pid("two")
    os.kill(first, signal.SIGKILL)
    await until(lambda: supervisor.pid("one") != first, "another in its place")
    assert supervisor.pid("two") == sibling
    again = supervisor.pid("one")
    await supervisor.stop()
    for pid in (again, sibling):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_folder_in_use_is_refused_naming_who_uses_it(tmp_path: Path) -> None:
    with sole_use(tmp_path), pytest.raises(AlreadyRunning, match=str(os.getpid())), sole_use(tmp_path):
        pass
    with sole_use(tmp_path):
        pass
