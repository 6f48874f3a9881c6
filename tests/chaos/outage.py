"""``python -m tests.chaos.outage``: an endpoint down for a whole day, in skipped time, beside one that is well.

Half of the notices go to each. The last line is JSON; exit code 1 where a promise is broken.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from bihuan.domain.parties import Desk, Party
from bihuan.wire import NoticeOrder
from tests.chaos.notice_checks import p95_of
from tests.chaos.notice_city import A_SECOND
from tests.support.endpoints import Fault, serving
from tests.support.notice_worker import Post, post
from tests.support.platforms import Hook
from tests.support.servers import pass_time, skipping_time
from tests.support.waiting import until
from workflows.names import NOTICE_QUEUE
from workflows.notice import Notice
from workflows.timeouts import Patience

HOURS_DOWN = 24
PATIENCE = Patience(longest_s=3600)
"""Longer pauses than a city's: with every attempt the server that skips time grows slower."""
RECOVERS_WITHIN_H = 2
"""After the longest pause between two attempts, and what it is longer by chance, every notice has been tried again."""
DOWN, WELL = Party(Desk.UNIT, "D06"), Party(Desk.UNIT, "D05")
FILES = {
    "channels.yaml": "channels:\n  down: {kind: webhook, give_up: 3d}\n  well: {kind: webhook, give_up: 3d}\n",
    "routes.yaml": 'routes:\n  - {to: ["unit:D06"], channels: [down]}\n  - {to: ["unit:D05"], channels: [well]}\n',
}


class Outage:
    """Every attempt is refused a connection until it is over."""

    def __init__(self) -> None:
        self.over = False
        self.attempts = 0

    def __iter__(self) -> Iterator[Fault]:
        while True:
            self.attempts += not self.over
            yield Fault.NONE if self.over else Fault.RESET


async def a_day(count: int, folder: Path) -> dict[str, Any]:
    outage, down, well = Outage(), Hook(), Hook()
    async with AsyncExitStack() as stack:
        sites = [
            await stack.enter_async_context(serving(down, outage)),
            await stack.enter_async_context(serving(well)),
        ]
        contacts = [
            f"{to.desk},{to.ref},{name},{site.site}/hook"
            for to, name, site in zip((DOWN, WELL), ("down", "well"), sites, strict=True)
        ]
        files = FILES | {"contacts.csv": "\n".join(["desk,ref,channel,address", *contacts, ""])}
        environment = await stack.enter_async_context(skipping_time())
        on = await stack.enter_async_context(
            post(environment.client, folder, files, key=down.key, patience=PATIENCE, gate_clock=server_time)
        )
        at = await environment.get_current_time()
        orders = [replace(on.order(DOWN if number % 2 else WELL), at=at) for number in range(count)]
        runs = await _start(environment.client, on, orders)
        half = len(orders) - len(orders) // 2
        await until(lambda: len(well.ids) >= half, "the sound channel")  # before any time is skipped
        for passed in range(HOURS_DOWN):
            await pass_an_hour(environment)
            print(f"{passed + 1} of {HOURS_DOWN} h down, {outage.attempts} attempts", file=sys.stderr, flush=True)
        early = set(down.ids)
        outage.over = True
        for _ in range(RECOVERS_WITHIN_H):
            await pass_an_hour(environment)
        return await _judged(on, orders, runs, outage, early, [*down.ids, *well.ids])


def server_time() -> float:
    """For the gates, in whose eyes the day must pass too."""
    return activity.info().started_time.timestamp()


async def pass_an_hour(environment: WorkflowEnvironment) -> None:
    """Bit by bit: a call that skips hundreds of attempts would last longer than a call may."""
    for _ in range(60):
        await pass_time(environment, timedelta(minutes=1))


async def _start(client: Client, on: Post, orders: list[NoticeOrder]) -> list[WorkflowHandle[Any, Any]]:
    """One after the other, as issues would bring them."""
    runs = []
    for order in orders:
        runs.append(
            await client.start_workflow(Notice.run, args=[order, on.patience, ()], id=order.id, task_queue=NOTICE_QUEUE)
        )
        await asyncio.sleep(1 / A_SECOND)
    return runs


async def _judged(
    on: Post,
    orders: list[NoticeOrder],
    runs: list[WorkflowHandle[Any, Any]],
    outage: Outage,
    early: set[str],
    told: list[str],
) -> dict[str, Any]:
    rows = {order.id: await on.reader.delivery(order.id) for order in orders}
    well = [run for order, run in zip(orders, runs, strict=True) if order.to == WELL]
    told_of = [await run.describe() for run in well]
    late = [(one.close_time - one.start_time).total_seconds() for one in told_of if one.close_time is not None]
    p95 = p95_of(late)
    missing = [order.id for order in orders if order.id not in told]
    breaches = {
        "not delivered": missing[:5],
        "otherwise on record": [id_ for id_, row in rows.items() if row is None or row.state != "DELIVERED"][:5],
        "doubled": sorted({id_ for id_ in told if told.count(id_) > 1})[:5],
        "delivered while it was down": sorted(early)[:5],
        "the sound channel held up": [len(late)] if len(late) < len(well) else [],
    }
    return {
        "notices": len(orders),
        "delivered": len(orders) - len(missing),
        "attempts_while_down": outage.attempts,
        "hours_down": HOURS_DOWN,
        "sound_channel_p95_s": p95,
        "breaches": {name: found for name, found in breaches.items() if found},
    }


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.chaos.outage")
    asked.add_argument("--notices", type=int, default=1000)
    with tempfile.TemporaryDirectory() as folder:
        told = asyncio.run(a_day(asked.parse_args().notices, Path(folder)))
    print(json.dumps(told))
    return 1 if told["breaches"] else 0


if __name__ == "__main__":
    sys.exit(main())
