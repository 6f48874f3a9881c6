"""``bihuan demo``: forty issues of the sample ledger go through the loop, and every promise is checked."""

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
from bihuan.cli.demo.display import Display, notice_statistics
from bihuan.cli.demo.driver import Caller, DrivenRow, Driver, script
from bihuan.cli.demo.pace import measure_pace, slowed_city
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
START_APART_S = 0.3
"""Seconds between the starts of two issues."""
BURST = 12
"""How many submissions at once measure the machine's speed."""
HTTP_S = 60
"""The timeout of one request in seconds, long enough for slow machines."""
Outcome = TypeVar("Outcome")


def run_demo(*, as_json: bool) -> int:
    """Exit code 0 if every promise holds; otherwise 1, naming what failed, and the data is kept."""
    log_to_console("WARNING", as_json=False)
    home = Path("var/demo")
    home.mkdir(parents=True, exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix="run-", dir=home))
    display = Display(quiet=as_json)
    display.say(f"启动并测速 · starting and measuring this machine's speed, data in {data}")
    first = _settings(data / "pace")
    slower = _run(first, _pace)
    if slower is None:
        return 1
    display.say(f"按本机快慢，时钟放慢至 {slower:.1f} 倍 · clocks run {slower:.1f} times slower than in the profile")
    city = slowed_city(first.city, first.profile, slower, data / "city")
    code = _run(_settings(data / "run", city=city), lambda running: _play(running, slower, display))
    if code == 0:
        shutil.rmtree(data, ignore_errors=True)
    else:
        print(f"演示数据保留在 · the data is kept in: {data}", file=sys.stderr)
    return 1 if code is None else code


@dataclass(frozen=True, slots=True)
class _RunningCity:
    """The running system, the receiver of its notices, and the rows to play by their reference."""

    settings: Settings
    addresses: Addresses
    receiver: Receiver
    rows: dict[str, DrivenRow]


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


def _run(settings: Settings, play: Callable[[_RunningCity], Awaitable[Outcome]]) -> Outcome | None:
    """The result of ``play``, once the system is down again; None: it did not start, or was stopped."""
    results: list[Outcome] = []

    async def ready(addresses: Addresses) -> None:
        receiver = Receiver(int(settings.webhook_url.rpartition(":")[2].partition("/")[0]), webhook_secret(settings))
        await receiver.start()
        results.append(await play(_RunningCity(settings, addresses, receiver, _rows(settings))))
        await receiver.stop()

    asyncio.run(up(settings, ready))
    return results[0] if results else None


def _rows(settings: Settings) -> dict[str, DrivenRow]:
    real = load_city(settings.city, "PY-13710")
    rows = [row for row in read_ledger(settings.city / SAMPLE) if row.batch == BATCH]
    return {row.ref: DrivenRow(row, play(row, real.policy, CUT_OFF, lambda ref: ref)) for row in rows}


async def _pace(running: _RunningCity) -> float:
    async with httpx.AsyncClient(base_url=running.addresses.api, timeout=HTTP_S) as http:
        return await measure_pace(
            Caller(http, running.addresses.keys), running.receiver, list(running.rows.values())[:BURST]
        )


async def _play(running: _RunningCity, slower: float, display: Display) -> int:
    settings, receiver, driven = running.settings, running.receiver, running.rows
    city = load_city(settings.city, settings.profile)
    display.say(f"API {running.addresses.api} · Temporal UI {running.addresses.temporal_ui}")
    async with httpx.AsyncClient(base_url=running.addresses.api, timeout=HTTP_S) as http:
        caller = Caller(http, running.addresses.keys, slower)
        with display.progress("办理中 · in progress", sum(len(script(one)) for one in driven.values())) as bar:
            driver = Driver(caller, driven, bar.step, slower)
            waits = (place * START_APART_S * slower for place in range(len(driven)))
            await asyncio.gather(*(driver.drive(one, wait) for one, wait in zip(driven.values(), waits, strict=True)))
        engine = ledger_engine(settings.ledger)
        with display.progress("通知送达 · notices", None) as bar:
            checker = Checker(LedgerReader(engine), await connect(settings), city, receiver, caller, bar.to)
            issues = await checker.issues(list(driven.values()))
            checks = [checked async for checked in checker.check(list(driven.values()), issues)]
        await engine.dispose()
    display.result(issues, checks, notice_statistics(receiver, checker.notices), city)
    return 0 if all(not one.faults for one in checks) else 1
