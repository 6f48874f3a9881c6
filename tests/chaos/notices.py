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
import shutil
import signal
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from temporalio.client import Client

from bihuan.client.connection import connect
from bihuan.domain.parties import Desk, Party
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import Delivery
from bihuan.runtime.settings import Settings
from bihuan.runtime.supervisor import Child, Supervisor
from bihuan.wire import NoticeOrder, notice_id
from tests.support.bystander import Bystander
from tests.support.endpoints import Down, Endpoint, Fault, serving
from tests.support.mail_server import PostOffice, post_office
from tests.support.platforms import Hook, WeComRobot
from tests.support.puyang import CITY_FOLDER
from tests.support.servers import RealTemporal
from tests.support.waiting import Stuck, found, until
from workflows.names import NOTICE_QUEUE
from workflows.notice import Notice
from workflows.timeouts import Patience

GROUPS = tuple(Party(Desk.GROUP, f"G{number}") for number in range(1, 9))
SHAKY, WELL, DOWN = Party(Desk.UNIT, "D16"), Party(Desk.UNIT, "D05"), Party(Desk.UNIT, "D06")
FAULTS = (Fault.NONE,) * 13 + (Fault.BUSY, Fault.BUSY, Fault.RESET, Fault.CUT, Fault.CUT, Fault.HANG, Fault.DRIP)
PATIENCE = Patience(first_s=1, longest_s=8)
P95_ROUNDS = 20
"""Of a bystander by the same workers, half a second each on a quiet machine: what a sound channel may take."""
A_SECOND = 20
"""How fast they come: the load that the fault programme asks for."""
IN_HAND = 1
"""What one kill may add: a message whose answer was on its way to a worker that is no more. To the other side that is a
cut like any other. Without the word an attempt gives the server when it arrived, a kill added five (measured).
"""
WORKERS = ("notice-worker-1", "notice-worker-2")
PAUSE_LONGEST_S = 0.5
HOOK = Hook()


@dataclass
class World:
    """Every place a notice may come to."""

    shaky: Hook = field(default_factory=Hook)
    down: Hook = field(default_factory=Hook)
    office: PostOffice = field(default_factory=PostOffice)
    robots: dict[str, WeComRobot] = field(default_factory=lambda: {group.ref: WeComRobot() for group in GROUPS})
    cuts: int = 0
    kills: int = 0


def shaking(world: World, dice: random.Random) -> Iterator[Fault]:
    while True:
        fault = dice.choice(FAULTS)
        world.cuts += fault is Fault.CUT
        yield fault


@asynccontextmanager
async def standing(world: World, dice: random.Random) -> AsyncIterator[tuple[Down, dict[str, str]]]:
    """The endpoints, and where each is."""
    outage, at = Down(Fault.RESET), dict[str, str]()
    async with AsyncExitStack() as stack:
        sites: dict[str, Endpoint] = {
            "SHAKY": await stack.enter_async_context(serving(world.shaky, shaking(world, dice))),
            "DOWN": await stack.enter_async_context(serving(world.down, iter(outage))),
        }
        at |= {name: f"{site.site}/hook" for name, site in sites.items()}
        for ref, robot in world.robots.items():
            site = await stack.enter_async_context(serving(robot))
            at[ref] = f"{site.site}/cgi-bin/webhook/send?key={robot.key}"
        office = await stack.enter_async_context(post_office(world.office))
        at["MAIL"] = str(office.port)
        yield outage, at


def city(folder: Path, at: dict[str, str]) -> Path:
    """The sample city, telling its desks at our places."""
    own = folder / "city"
    shutil.copytree(CITY_FOLDER, own)
    (own / "notify" / "channels.yaml").write_text(
        "channels:\n  chat: {kind: wecom_bot, give_up: 3d}\n  shaky: {kind: webhook, give_up: 3d}\n"
        "  down: {kind: webhook, give_up: 3d}\n"
        f"  mail: {{kind: email, host: 127.0.0.1, port: {at['MAIL']}, sender: loop@example.org, security: none}}\n"
    )
    (own / "notify" / "routes.yaml").write_text(
        "routes:\n  - {to: [group], channels: [chat]}\n"
        + "".join(f'  - {{to: ["{to}"], channels: [{name}]}}\n' for to, name in _routes())
    )
    contacts = [f"group,{ref},chat,secret:{ref.lower()}" for ref in at if ref.startswith("G")]
    contacts += [f"unit,{SHAKY.ref},shaky,{at['SHAKY']}", f"unit,{DOWN.ref},down,{at['DOWN']}"]
    contacts += [f"unit,{WELL.ref},mail,well@example.org"]
    (own / "notify" / "contacts.csv").write_text("\n".join(["desk,ref,channel,address", *contacts, ""]))
    return own


def _routes() -> Sequence[tuple[Party, str]]:
    return ((SHAKY, "shaky"), (DOWN, "down"), (WELL, "mail"))


def orders(count: int, *, storm: bool) -> list[NoticeOrder]:
    """What is to be told, each to its desk."""
    places = GROUPS if storm else (*GROUPS, *(SHAKY,) * 8, *(WELL,) * 5, *(DOWN,) * 3)
    return [_order(number, places[number % len(places)]) for number in range(count)]


def _order(number: int, to: Party) -> NoticeOrder:
    issue = f"BH{number:014}"
    return NoticeOrder(
        id=notice_id(issue, 9, to),
        issue_no=issue,
        seq=9,
        to=to,
        event="alarm_raised",
        at=datetime.now(UTC),
        title="用电增容",
        facts={"rung": "R2", "clock": "issue#1"},
        urgent=True,
    )


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


def judged(world: World, told: list[NoticeOrder], rows: list[Delivery | None], beside: Bystander) -> dict[str, Any]:
    """What holds of it, and what does not. A digest sent twice is one message twice, whatever it holds."""
    hooks = [(one.id, one.text) for hook in (world.shaky, world.down) for one in hook.taken]
    mails = [(id_, id_) for id_ in map(_mailed_id, world.office.mails)]
    chats = [(robot_ref, one.text) for robot_ref, robot in world.robots.items() for one in robot.taken]
    said = {id_ for id_, _ in (*hooks, *mails)}
    lines = Counter(
        order.id for order in told for ref, text in set(chats) if ref == order.to.ref and f"{order.id}\n" in f"{text}\n"
    )
    missing = [order.id for order in told if order.id not in said and not lines[order.id]]
    by_kind = {name: len(sent) - len(set(sent)) for name, sent in (("hooks", hooks), ("mail", mails), ("chat", chats))}
    doubled = sum(by_kind.values())
    states = Counter(row.state if row else "NEVER" for row in rows)
    well = [row for order, row in zip(told, rows, strict=True) if row and row.ended_at and order.to == WELL]
    took = [(row.first_at, row.ended_at) for row in well if row.ended_at]
    rounds = p95_of([beside.between(*stretch) for stretch in took])
    breaches = {
        "not delivered": missing[:5],
        "otherwise on record": [state for state in states if state != "DELIVERED"],
        "copies that differ": [id_ for id_, count in Counter(id_ for id_, _ in set(hooks)).items() if count > 1][:5],
        "in two digests": [id_ for id_, count in lines.items() if count > 1][:5],
        "beyond a robot's limit": [ref for ref, robot in world.robots.items() if robot.over],
        "more doubled than cut": [doubled] if doubled > world.cuts + IN_HAND * world.kills else [],
        "a sound channel held up": [rounds] if rounds > P95_ROUNDS else [],
    }
    return {
        "notices": len(told),
        "delivered": len(told) - len(missing),
        "states": dict(states),
        "messages": len(hooks) + len(mails) + len(chats),
        "doubled": by_kind,
        "cuts": world.cuts,
        "kills": world.kills,
        "chat_messages": len(chats),
        "over_the_limit": sum(robot.over for robot in world.robots.values()),
        "mail_p95_s": p95_of([(ended - first).total_seconds() for first, ended in took]),
        "mail_p95_rounds": rounds,
        "breaches": {name: found for name, found in breaches.items() if found},
    }


def p95_of(late: Sequence[float]) -> float:
    """0 where there are too few for one in twenty to be any."""
    return round(statistics.quantiles(late, n=20)[-1], 1) if len(late) >= 20 else 0.0


def _mailed_id(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    text = body.get_content() if body else ""
    return next((line.removeprefix("编号 ") for line in text.splitlines() if line.startswith("编号 ")), "")


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
