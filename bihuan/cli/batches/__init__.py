"""Running a batch from the command line: progress while it runs, its results, and errors in a sentence."""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress
from temporalio.service import RPCError

from bihuan.application.batches import BatchService, InvalidOrder
from bihuan.client.errors import ClientError
from bihuan.domain.batches.order import ALREADY, DONE, KIND_ZH, NOT_RUNNING, STUCK, BatchOrder, BatchProgress
from bihuan.domain.refusals import BY_NAME, Refusal
from bihuan.ledger.engine import LEDGER_AWAY

POLL_EVERY_S = 0.3
NOT_A_REFUSAL = {
    NOT_RUNNING: "流程未在运行 · its workflow does not run",
    STUCK: "流程任务反复失败，修复后请再次下令 · its workflow tasks fail; order again once it is repaired",
}
"""Results that no rule gave."""


def run_reporting(work: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run a command and return its exit code: 2 for an order that cannot be given, 1 where a service is away."""
    try:
        return asyncio.run(work())
    except InvalidOrder as invalid:
        option = f"--{invalid.field} " if invalid.field else ""
        _report_invalid(invalid.name, f"{option}{invalid.zh}", invalid.en)
        return 2
    except Refusal as refusal:
        _report_invalid(refusal.name, refusal.sentence_zh, refusal.sentence_en)
        return 2
    except (ClientError, RPCError, RuntimeError) as error:
        typer.echo(f"流程引擎不可用 · Temporal is away: {error}".splitlines()[0], err=True)
    except LEDGER_AWAY as error:
        typer.echo(f"台账不可用 · the ledger is away: {error}".splitlines()[0], err=True)
    return 1


def _report_invalid(name: str, zh: str, en: str) -> None:
    typer.echo(f"未下达 · nothing was ordered: {name}: {zh} · {en}", err=True)


async def run_watched(service: BatchService, order: BatchOrder, *, as_json: bool) -> int:
    """Run a batch with a progress bar, print its results, and return the exit code."""
    running = asyncio.ensure_future(service.run(order))
    with Progress(disable=as_json, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"{KIND_ZH[order.kind]} · {order.id}", total=None)
        while not running.done():
            await asyncio.wait({running}, timeout=POLL_EVERY_S)
            so_far = await service.ledger.progress(order.id)
            bar.update(task, completed=so_far.touched, total=max(so_far.total, so_far.touched) or None)
    return print_results(order, await running, as_json=as_json)


def print_results(order: BatchOrder, progress: BatchProgress, *, as_json: bool) -> int:
    """How many issues obeyed, and why others did not. Exit code 1: some refused, each with its reason on record."""
    refused = {name: count for name, count in progress.results.items() if name not in {DONE, ALREADY}}
    if as_json:
        heading = {"batch": order.id, "kind": order.kind, "version": order.version}
        body = heading | {"total": progress.total, "results": dict(progress.results)}
        typer.echo(json.dumps(body, ensure_ascii=False))
        return 1 if refused else 0
    done, already = progress.results.get(DONE, 0), progress.results.get(ALREADY, 0)
    typer.echo(
        f"{KIND_ZH[order.kind]} {order.id}：{done} 件已办 done, {already} 件无须变更 already, "
        f"{sum(refused.values())} 件未办 refused"
    )
    for name, count in sorted(refused.items()):
        typer.echo(f"  {name}: {count} 件 · {reason(name)}")
    return 1 if refused else 0


def reason(name: str) -> str:
    """A recorded result in Chinese; ``…`` stands for facts that differ from issue to issue."""
    known = BY_NAME.get(name)
    return re.sub(r"\{\w+\}", "…", known.zh) if known else NOT_A_REFUSAL.get(name, name)
