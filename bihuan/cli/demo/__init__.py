"""``bihuan demo``: forty issues of the sample ledger travel the loop, and everything promised is checked."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from bihuan.city.configuration import load_city
from bihuan.cli.demo.checks import Checker
from bihuan.cli.demo.display import Show, telling
from bihuan.cli.demo.driver import Caller, Driven, Driver, script
from bihuan.cli.demo.pace import pace, slowed
from bihuan.cli.demo.receiver import Receiver
from bihuan.client.connection import connect
from bihuan.ledger.engine import ledger_engine
from bihuan.ledger.reading import LedgerReader
from bihuan.runtime.keys import webhook_secret
from bihuan.runtime.ports import free_port
from bihuan.runtime.settings import Settings
from bihuan.runtime.stack import Addresses, up, with_ports
from bihuan.runtime.telemetry import log_to_console
from bihuan.simulation.player import play
from bihuan.simulation.workbook import CUT_OFF, SAMPLE, read_ledger

BATCH = "首批"
APART_S = 0.3
BURST = 12
"""So many receipts at once, by which the machine's pace is measured."""
HTTP_S = 60
"""For one answer; a slow machine is not a dead one."""
Found = TypeVar("Found")


def run_demo(*, as_json: bool) -> int:
    """Exit code 0 if every promise holds; 1 naming what failed. A failed demo leaves its data for a look."""
    log_to_console("WARNING", as_json=False)
    home = Path("var/demo")
    home.mkdir(parents=True, exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix="run-", dir=home))
    show = Show(quiet=as_json)
    show.say(f"启动并测速 · starting, and measuring this machine's pace, under {data}")
    first = _settings(data / "pace")
    slower = _run(first, _pace)
    if slower is None:
        return 1
    show.say(f"按本机快慢，时钟放慢至 {slower:.1f} 倍 · clocks are {slower:.1f} times as slow as the profile's")
    city = slowed(first.city, first.profile, slower, data / "city")
    code = _run(_settings(data / "run", city=city), lambda stage: _play(stage, slower, show))
    if code == 0:
        shutil.rmtree(data, ignore_errors=True)
    else:
        print(f"演示数据保留在 · kept for a look: {data}", file=sys.stderr)
    return 1 if code is None else code


@dataclass(frozen=True, slots=True)
class _Stage:
    """The system that is up, the other end of its notices, the real city, and the rows to be played."""

    settings: Settings
    addresses: Addresses
    receiver: Receiver
    rows: dict[str, Driven]


def _settings(data: Path, **changes: object) -> Settings:
    ours = {
        "data": data,
        "profile": "demo",
        "ledger_url": "",
        "temporal_address": "",
        "api_port": 0,
        "temporal_port": 0,
        "temporal_ui_port": 0,
        "metrics_port": 0,
        "webhook_url": f"http://127.0.0.1:{free_port()}/notices",
        "notice_first_pause_s": 1,
    }
    return with_ports(Settings().model_copy(update={**ours, **changes}))


def _run(settings: Settings, play: Callable[[_Stage], Awaitable[Found]]) -> Found | None:
    """What came of it, once the system is down again; None: it never came up, or was told to stop."""
    found: list[Found] = []

    async def ready(addresses: Addresses) -> None:
        receiver = Receiver(int(settings.webhook_url.rpartition(":")[2].partition("/")[0]), webhook_secret(settings))
        await receiver.start()
        found.append(await play(_Stage(settings, addresses, receiver, _rows(settings))))
        await receiver.stop()

    asyncio.run(up(settings, ready))
    return found[0] if found else None


def _rows(settings: Settings) -> dict[str, Driven]:
    real = load_city(settings.city, "PY-13710")
    rows = [row for row in read_ledger(settings.city / SAMPLE) if row.batch == BATCH]
    return {row.ref: Driven(row, play(row, real.policy, CUT_OFF, lambda ref: ref)) for row in rows}


async def _pace(stage: _Stage) -> float:
    async with httpx.AsyncClient(base_url=stage.addresses.api, timeout=HTTP_S) as http:
        return await pace(Caller(http, stage.addresses.keys), stage.receiver, list(stage.rows.values())[:BURST])


async def _play(stage: _Stage, slower: float, show: Show) -> int:
    settings, receiver, driven = stage.settings, stage.receiver, stage.rows
    city = load_city(settings.city, settings.profile)
    show.say(f"API {stage.addresses.api} · Temporal UI {stage.addresses.temporal_ui}")
    async with httpx.AsyncClient(base_url=stage.addresses.api, timeout=HTTP_S) as http:
        caller = Caller(http, stage.addresses.keys, slower)
        with show.progress("办理中 · in hand", sum(len(script(one)) for one in driven.values())) as moved:
            driver = Driver(caller, driven, moved.step, slower)
            waits = (place * APART_S * slower for place in range(len(driven)))
            await asyncio.gather(*(driver.drive(one, wait) for one, wait in zip(driven.values(), waits, strict=True)))
        engine = ledger_engine(settings.ledger)
        with show.progress("通知送达 · notices", None) as moved:
            checker = Checker(LedgerReader(engine), await connect(settings), city, receiver, caller, moved.to)
            lived = await checker.lived(list(driven.values()))
            checks = [checked async for checked in checker.check(list(driven.values()), lived)]
        await engine.dispose()
    show.result(lived, checks, telling(receiver, checker.notices), city)
    return 0 if all(not one.faults for one in checks) else 1
