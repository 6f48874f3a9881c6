"""A supervisor of child processes: started in order, restarted when they die, stopped in reverse order."""

import asyncio
import ctypes
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

PAUSE_FIRST_S = 0.2
PAUSE_LONGEST_S = 30.0
STEADY_AFTER_S = 30.0
STOP_PATIENCE_S = 15.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Child:
    """A process to supervise. ``ready`` returns once it serves, and is awaited before the next one starts."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], Awaitable[None]] | None = None


class Supervisor:
    """Keeps children alive until asked to stop. Their output goes to ``<logs>/<name>.log``.

    ``pause_longest_s``: the longest pause before a child that keeps dying is restarted.
    """

    def __init__(self, logs: Path, *, pause_longest_s: float = PAUSE_LONGEST_S) -> None:
        self._logs = logs
        self._pause_longest_s = pause_longest_s
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._keeping: dict[str, asyncio.Task[None]] = {}

    async def start(self, child: Child) -> None:
        """Start a child; returns when it is ready."""
        await self._spawn(child)
        self._keeping[child.name] = asyncio.create_task(self._keep(child))
        if child.ready is not None:
            await child.ready()

    def pid(self, name: str) -> int:
        return self._processes[name].pid

    async def stop(self) -> None:
        """Terminate the children, the last started first; kill one that takes longer than ``STOP_PATIENCE_S``."""
        for name in reversed(list(self._keeping)):
            self._keeping[name].cancel()
            await _end(self._processes[name])

    async def _keep(self, child: Child) -> None:
        pause = PAUSE_FIRST_S
        while True:
            born = time.monotonic()
            code = await self._processes[child.name].wait()
            if time.monotonic() - born > STEADY_AFTER_S:
                pause = PAUSE_FIRST_S
            log.warning("child_died", child=child.name, code=code, restart_in_s=round(pause, 2))
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - jitter, not a secret
            pause = min(pause * 2, self._pause_longest_s)
            await self._spawn(child)

    async def _spawn(self, child: Child) -> None:
        self._logs.mkdir(parents=True, exist_ok=True)
        with (self._logs / f"{child.name}.log").open("ab") as output:
            self._processes[child.name] = await asyncio.create_subprocess_exec(
                *child.command,
                env={**os.environ, **child.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_PATIENCE_S)
    except TimeoutError:
        process.kill()
        await process.wait()


def _die_with_parent() -> None:
    """Ask Linux to kill the child with its supervisor, so that no orphan keeps the ports; no effect elsewhere."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):
        return
