"""``bihuan demo``: forty issues of the sample ledger travel the loop, and everything promised is checked."""

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bihuan.city import City, load_city
from bihuan.cli.demo.checking import Checked, Checker, Lived, groups_alerted, is_rotten
from bihuan.cli.demo.driving import Caller, Driven, Driver, script
from bihuan.cli.demo.receiving import Receiver
from bihuan.cli.tables import line, show
from bihuan.connection import connect
from bihuan.domain.issue import Rung, highest
from bihuan.domain.stage import STAGE_ZH
from bihuan.keys import webhook_secret
from bihuan.ledger.engine import ledger_engine
from bihuan.ledger.reading import LedgerReader
from bihuan.playing import play
from bihuan.ports import free_port
from bihuan.sample import CUT_OFF, SAMPLE, read_ledger
from bihuan.settings import Settings
from bihuan.telemetry import log_to_console
from bihuan.up import Addresses, up, with_ports

BATCH = "首批"
APART_S = 0.3
BESIDE = {
    "extended": "延期 extended",
    "suspended": "挂起 suspended",
    "level_up_ruled": "提级 levelled up",
    "order_replied": "督办回复 order answered",
    "order_lifted": "督办解除 order lifted",
}


def run_demo(*, as_json: bool) -> int:
    """Exit code 0 if every promise holds; 1 naming what failed. A failed demo leaves its data for a look."""
    log_to_console("WARNING", as_json=False)
    home = Path("var/demo")
    home.mkdir(parents=True, exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix="run-", dir=home))
    given = Settings()
    settings = with_ports(
        given.model_copy(
            update={
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
        )
    )
    show = _Show(quiet=as_json)
    ended: list[int] = []

    async def ready(addresses: Addresses) -> None:
        ended.append(await _play(settings, addresses, show))

    show.say(f"启动中 · starting under {data}")
    asyncio.run(up(settings, ready))
    code = ended[0] if ended else 1
    if code == 0:
        shutil.rmtree(data, ignore_errors=True)
    else:
        print(f"演示数据保留在 · kept for a look: {data}", file=sys.stderr)
    return code


async def _play(settings: Settings, addresses: Addresses, show: "_Show") -> int:
    real = load_city(settings.city, "PY-13710")
    city = load_city(settings.city, settings.profile)
    receiver = Receiver(int(settings.webhook_url.rpartition(":")[2].partition("/")[0]), webhook_secret(settings))
    await receiver.start()
    rows = [row for row in read_ledger(settings.city / SAMPLE) if row.batch == BATCH]
    driven = {row.ref: Driven(row, play(row, real.policy, CUT_OFF, lambda ref: ref)) for row in rows}
    show.say(f"API {addresses.api} · Temporal UI {addresses.temporal_ui}")
    async with httpx.AsyncClient(base_url=addresses.api, timeout=15) as http:
        caller = Caller(http, addresses.keys)
        with show.progress(sum(len(script(one)) for one in driven.values())) as moved:
            driver = Driver(caller, driven, moved)
            await asyncio.gather(*(driver.drive(one, place * APART_S) for place, one in enumerate(driven.values())))
        engine = ledger_engine(settings.ledger)
        checker = Checker(LedgerReader(engine), await connect(settings), city, receiver, caller)
        lived = await checker.lived(list(driven.values()))
        checks = [checked async for checked in checker.check(list(driven.values()), lived)]
        await engine.dispose()
    await receiver.stop()
    show.result(lived, checks, receiver, city)
    return 0 if all(not one.faults for one in checks) else 1


class _Show:
    """What a person sees; or, quiet, one JSON document at the end."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._console = Console(quiet=quiet)

    def say(self, line: str) -> None:
        self._console.print(line)

    def progress(self, total: int) -> "_Moving":
        return _Moving(self._console, total)

    def result(self, lived: Sequence[Lived], checks: Sequence[Checked], receiver: Receiver, city: City) -> None:
        if self._quiet:
            print(json.dumps(_as_data(lived, checks, receiver), ensure_ascii=False))
            return
        columns = ("问题 issue", "经过 path taken", "终点 end", "准时或最高级 rung", "督导组 group alerted")
        rows = [_row(one, receiver, city) for one in lived]
        show(self._console, "闭环演示 · the loop, forty times", columns, rows)
        for one in checks:
            self._console.print(("[green]✓[/] " if not one.faults else "[red]✗[/] ") + one.promise)
            for fault in one.faults:
                self._console.print(f"    [red]{fault}[/]", markup=True)
        line(self._console, f"{len(lived)} 件问题，{len(receiver.told)} 条通知 · issues, notices")


class _Moving:
    """A progress bar that is moved on by calling it."""

    def __init__(self, console: Console, total: int) -> None:
        self._bar = Progress(
            TextColumn("办理中 · in hand"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
        )
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> "_Moving":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self) -> None:
        self._bar.advance(self._task)


def path_taken(one: Lived) -> str:
    """The stages the issue went through, in order."""
    stages = [STAGE_ZH[stage] for stage in one.stages]
    return "→".join(stage for place, stage in enumerate(stages) if place == 0 or stages[place - 1] != stage)


def worst(one: Lived) -> str:
    reached = {rung.partition(":")[2] for rung in one.rungs}
    return highest(Rung(rung) for rung in reached) or "按时 on time"


def beside(one: Lived) -> tuple[str, ...]:
    """What happened beside the stages that a visitor should see."""
    return tuple(dict.fromkeys(BESIDE[entry.event.event] for entry in one.entries if entry.event.event in BESIDE))


def _row(one: Lived, receiver: Receiver, city: City) -> tuple[str, ...]:
    groups = [city.policy.group(group).name for group in groups_alerted(receiver, one.driven.number)]
    end = f"{one.issue.stage} {one.issue.outcome or ''}"
    title = f"{one.driven.row.ref} {one.issue.title}"
    reached = worst(one) + (" 放任 left to rot" if is_rotten(one.driven) else "")
    return title, path_taken(one), end, "\n".join((reached, *beside(one))), "、".join(groups)


def _as_data(lived: Sequence[Lived], checks: Sequence[Checked], receiver: Receiver) -> dict[str, object]:
    return {
        "issues": [
            {
                "row": one.driven.row.ref,
                "issue_no": one.driven.number,
                "title": one.issue.title,
                "stage": one.issue.stage,
                "outcome": one.issue.outcome if one.issue.closed else None,
                "rungs": one.rungs,
                "beside": beside(one),
                "left_to_rot": is_rotten(one.driven),
                "groups_alerted": groups_alerted(receiver, one.driven.number),
            }
            for one in lived
        ],
        "checks": [{"promise": one.promise, "holds": not one.faults, "faults": one.faults} for one in checks],
        "notices": len(receiver.told),
        "ok": all(not one.faults for one in checks),
    }
