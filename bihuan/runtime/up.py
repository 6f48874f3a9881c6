"""The system for one city on one machine: Temporal, the workers and the API as children of one supervisor."""

import asyncio
import fcntl
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import httpx
from temporalio.client import Client

from bihuan.city.configuration import load_city
from bihuan.city.schedule_files import load_schedules
from bihuan.client.connection import connect, keep_closed_for, register_search_attributes
from bihuan.client.errors import TemporalAway
from bihuan.client.schedules import apply
from bihuan.domain.timetable import PlannedSchedule
from bihuan.ledger.engine import migrate
from bihuan.runtime.embedded import embedded_server
from bihuan.runtime.keys import demo_keys, webhook_secret
from bihuan.runtime.ports import free_port
from bihuan.runtime.settings import Settings
from bihuan.runtime.supervisor import Child, Supervisor

Answer = TypeVar("Answer")

LOCK = "in-use"
READY_WITHIN_S = 180
"""A machine may be slow to start what it runs; a child that cannot start is in the log long before."""
LOOK_EVERY_S = 0.1
RETENTION_DAYS = 30


class AlreadyRunning(Exception):
    """Another process serves this data folder."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything is, once it is ready."""

    api: str
    docs: str
    temporal: str
    temporal_ui: str
    metrics: dict[str, str]
    keys: dict[str, str]

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


@contextmanager
def sole_use(data: Path) -> Iterator[None]:
    """Hold the data folder. Raises AlreadyRunning naming the process that holds it."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            file.seek(0)
            holder = file.read().strip()
            raise AlreadyRunning(f"{data} 已由进程 {holder} 使用 · is in use by process {holder}") from held
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


async def up(settings: Settings, ready: Callable[[Addresses], Awaitable[None]]) -> None:
    """Start everything, call ``ready`` once all serve, and keep it up until SIGTERM, SIGINT or ``ready``'s end.

    ``ready`` decides how long: the plain command waits for ever, the demo until it has finished.
    """
    city = load_city(settings.city, settings.profile)
    planned = load_schedules(settings.city, city.policy.groups)
    settings = with_ports(settings)
    webhook_secret(settings)
    keys = demo_keys(settings.data)
    await migrate(settings.ledger)
    supervisor = Supervisor(settings.data / "log")
    work = asyncio.create_task(
        _serve(settings, supervisor, planned, ready, {role.value: key for role, key in keys.items()})
    )
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, work.cancel)
    try:
        await work
    except asyncio.CancelledError:
        pass
    finally:
        await supervisor.stop()


async def _serve(
    settings: Settings,
    supervisor: Supervisor,
    planned: Sequence[PlannedSchedule],
    ready: Callable[[Addresses], Awaitable[None]],
    keys: dict[str, str],
) -> None:
    for child in children(settings):
        await supervisor.start(child)
    await apply(await connect(settings), planned)
    await ready(addresses(settings, keys))


def with_ports(settings: Settings) -> Settings:
    """The settings with a port that is held for its child in place of every 0."""
    asked = ("api_port", "temporal_port", "temporal_ui_port")
    chosen = {name: free_port() for name in asked if getattr(settings, name) == 0}
    if settings.metrics_port == 0:
        chosen["metrics_port"] = free_port(count=6)
    return settings.model_copy(update=chosen)


def children(settings: Settings) -> list[Child]:
    """What runs, in the order it starts."""
    environment = settings.as_environment()
    started = []
    if not settings.temporal_address:
        server = embedded_server(
            settings.data / "temporal.db",
            port=settings.temporal_port,
            ui_port=settings.temporal_ui_port,
            metrics_port=settings.metrics_port + 4,
            http_port=settings.metrics_port + 5,
        )
        started.append(Child("temporal", server, ready=lambda: _prepared(settings)))
    python = [sys.executable, "-m"]
    started.append(Child("issue-worker", [*python, "workers", "issues"], environment))
    started.append(Child("notice-worker", [*python, "workers", "notices"], environment))
    started.append(Child("api", [*python, "api"], environment, ready=lambda: _serving(settings)))
    return started


def addresses(settings: Settings, keys: dict[str, str]) -> Addresses:
    def local(port: int) -> str:
        return f"http://127.0.0.1:{port}"

    api = local(settings.api_port)
    return Addresses(
        api=api,
        docs=f"{api}/docs",
        temporal=settings.temporal,
        temporal_ui="" if settings.temporal_address else local(settings.temporal_ui_port),
        metrics={
            "api": f"{api}/metrics",
            "issue_worker_sdk": f"{local(settings.metrics_port)}/metrics",
            "issue_worker": f"{local(settings.metrics_port + 1)}/metrics",
            "notice_worker_sdk": f"{local(settings.metrics_port + 2)}/metrics",
            "notice_worker": f"{local(settings.metrics_port + 3)}/metrics",
            "temporal": f"{local(settings.metrics_port + 4)}/metrics",
        },
        keys=keys,
    )


async def _prepared(settings: Settings) -> None:
    """The server answers, knows our search attributes and keeps closed workflows long enough."""
    client: Client = await _until(lambda: connect(settings))
    await _until(lambda: register_search_attributes(client))
    await _until(lambda: keep_closed_for(client, RETENTION_DAYS))


async def _serving(settings: Settings) -> None:
    async def ask() -> None:
        async with httpx.AsyncClient() as http:
            (await http.get(f"http://127.0.0.1:{settings.api_port}/readyz")).raise_for_status()

    await _until(ask)


async def _until(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """Ask until it is answered: a child that is starting sends no other sign."""
    async with asyncio.timeout(READY_WITHIN_S):
        while True:
            try:
                return await ask()
            except (TemporalAway, RuntimeError, OSError, httpx.HTTPError):
                await asyncio.sleep(LOOK_EVERY_S)
