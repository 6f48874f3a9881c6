"""``make notices``: a thousand notices over endpoints that fail, hang, cut and stay down, workers killed meanwhile.

A third goes to the chats of the eight supervision groups, whose robots count what comes beyond their limit; a third to
an endpoint that fails at random; the rest by mail, which is well, and to an endpoint that is down until near the end.
The last line is JSON; exit code 1 where a promise is broken. Time is scaled: a pause that grows to hours in a city
grows to seconds here, and a day without an endpoint is a minute.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from temporalio.client import Client

from bihuan.client.connection import connect
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import Delivery
from bihuan.runtime.settings import Settings
from bihuan.runtime.supervisor import Child, Supervisor
from bihuan.wire import NoticeOrder
from tests.chaos.notice_checks import judged
from tests.chaos.notice_city import A_SECOND, HOOK, PATIENCE, World, city, orders, standing
from tests.support.bystander import Bystander
from tests.support.servers import RealTemporal
from tests.support.waiting import Stuck, found, until
from workflows.names import NOTICE_QUEUE
from workflows.notice import Notice

WORKERS = ("notice-worker-1", "notice-worker-2")
PAUSE_LONGEST_S = 0.5


async def keep_killing(world: World, workers: Supervisor, kills: int, dice: random.Random, beside: Bystander) -> None:
    """Two workers, so that a city goes on telling while one of them is gone: killed by turns, while work goes on."""
    victims = itertools.cycle(WORKERS)
    while world.kills < kills:
        gone = beside.rounds
        await until(lambda: beside.rounds > gone, "work after a kill")  # noqa: B023 - awaited here
        await asyncio.sleep(dice.uniform(1.5, 4.5))
        os.kill(workers.pid(next(victims)), signal.SIGKILL)
        world.kills += 1


async def all_ended(reader: LedgerReader, told: list[NoticeOrder], beside: Bystander) -> list[Delivery | None]:
    """Each as it ended. None where it had not when nothing was tried any more though the workers worked."""
    rows: dict[str, Delivery] = {}

    async def look() -> bool:
        for order in told:
            known = rows.get(order.id)
            if known is None or known.ended_at is None:
                row = await reader.delivery(order.id)
                rows.update({order.id: row} if row is not None else {})
        return len(ended()) == len(told)

    def ended() -> dict[str, Delivery]:
        return {id_: row for id_, row in rows.items() if row.ended_at is not None}

    async def tried() -> tuple[int, int]:
        print(f"{len(ended())} of {len(told)} ended", file=sys.stderr, flush=True)
        return len(ended()), sum(row.attempts for row in rows.values())

    with suppress(Stuck):  # those that are missing are told by name
        await beside.while_it_moves(found(look), tried, "no notice moves")
    return [ended().get(order.id) for order in told]


async def programme(count: int, kills: int, seed: int, *, storm: bool, down_s: float = 60) -> dict[str, Any]:
    dice, world = random.Random(seed), World()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = RealTemporal(folder)
        server.start()
        try:
            await server.serving()
            async with standing(world, dice) as (outage, at):
                settings = Settings(
                    data=folder / "data",
                    city=city(folder, at),
                    temporal_address=server.address,
                    private_hosts="127.0.0.1",
                    webhook_secret=HOOK.key,
                    notice_first_pause_s=PATIENCE.first_s,
                )
                secrets = {f"BIHUAN_SECRET_{ref}": url for ref, url in at.items() if ref.startswith("G")}
                environment = settings.as_environment() | secrets
                told = orders(count, storm=storm)
                asyncio.get_running_loop().call_later(down_s, setattr, outage, "up", True)
                return await _run(world, settings, environment, told, kills, dice, storm=storm)
        finally:
            server.kill()


async def _run(
    world: World,
    settings: Settings,
    environment: dict[str, str],
    told: list[NoticeOrder],
    kills: int,
    dice: random.Random,
    *,
    storm: bool,
) -> dict[str, Any]:
    settings.data.mkdir(parents=True)
    await migrate(settings.ledger)
    engine, client = ledger_engine(settings.ledger), await connect(settings)
    workers = Supervisor(settings.data / "log", pause_longest_s=PAUSE_LONGEST_S)
    for name in WORKERS:
        await workers.start(Child(name, [sys.executable, "-m", "tests.chaos.notice_worker"], environment))
    beside = Bystander(client)
    killing = asyncio.create_task(keep_killing(world, workers, kills, dice, beside))
    try:
        async with beside.going():
            await _start(client, told, 0 if storm else 1 / A_SECOND)
            rows = await all_ended(LedgerReader(engine), told, beside)
    finally:
        killing.cancel()
        await asyncio.gather(killing, return_exceptions=True)
        await workers.stop()
        await engine.dispose()
    return judged(world, told, rows, beside)


async def _start(client: Client, told: list[NoticeOrder], apart_s: float) -> None:
    """A storm all at once, else as issues would bring them. The first shows that the worker is there."""
    first, *others = told
    await client.execute_workflow(Notice.run, args=[first, PATIENCE, ()], id=first.id, task_queue=NOTICE_QUEUE)
    async with asyncio.TaskGroup() as starting:
        for order in others:
            args = [replace(order, at=datetime.now(UTC)), PATIENCE, ()]
            starting.create_task(client.start_workflow(Notice.run, args=args, id=order.id, task_queue=NOTICE_QUEUE))
            await asyncio.sleep(apart_s)


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.chaos.notices")
    asked.add_argument("--notices", type=int, default=1000)
    asked.add_argument("--kills", type=int, default=20)
    asked.add_argument("--seed", type=int, default=13710)
    asked.add_argument("--storm", action="store_true", help="all of them to the chats of the eight groups")
    said = asked.parse_args()
    told = asyncio.run(programme(said.notices, said.kills, said.seed, storm=said.storm))
    print(json.dumps(told, ensure_ascii=False))
    return 1 if told["breaches"] else 0


if __name__ == "__main__":
    sys.exit(main())
