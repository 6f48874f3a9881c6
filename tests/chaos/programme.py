"""Kill workers and the server under load, then prove that nothing was lost, doubled or told differently.

A dozen issues; callers who repeat each command under its id until it is answered and send old ones again; reports
owed every few seconds so that alarms fall due all along; runs that continue as new every few events.
"""

import asyncio
import itertools
import os
import random
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from bihuan.city.configuration import load_city
from bihuan.cli.demo.receiver import Receiver
from bihuan.client.connection import connect
from bihuan.domain import commands as do
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.loop.step import Receipt
from bihuan.domain.policy import Policy, Urgency
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.runtime.keys import webhook_secret
from bihuan.runtime.ports import free_port
from bihuan.runtime.settings import Settings
from bihuan.runtime.supervisor import Child, Supervisor
from bihuan.runtime.up import children, with_ports
from bihuan.wire import ActCommand
from tests.chaos.checks import RESENT_SHARE, Verdict, compare_ledger, count_breaches, count_notices, count_replays
from tests.chaos.worker import SHAPES
from tests.support.bystander import Bystander, end_of_history
from tests.support.puyang import CITY_FOLDER, COORDINATOR, ENTERPRISE, HANDLER, HEAD, UNIT, submission
from tests.support.waiting import Stuck, called_off, found, until
from workflows.issue_loop import MOVING, IssueLoop
from workflows.messages import Opening
from workflows.names import ISSUE_QUEUE

CONTINUE_AFTER = 12
SUGGEST_AFTER = 10
"""Events of a history after which the server suggests to continue as new; only a broken shape listens."""


@dataclass
class Dose:
    """How much of everything; ``seed`` makes the same choices again.

    ``cold``: the worker remembers no issue, so that every task is taken as after a crash.
    """

    commands: int = 1000
    worker_kills: int = 30
    server_kills: int = 5
    issues: int = 12
    callers: int = 12
    pause_s: float = 0.3
    cold: bool = False
    shape: str = "real"
    seed: int = 13710


def seconds_policy() -> Policy:
    """The demo's policy, with a report owed every three seconds and everything else out of the way."""
    policy = load_city(CITY_FOLDER, "demo").policy
    changed = {
        "report": "3s",
        "report_every": "3s",
        "sup_after": "1s",
        "solve": "3600s",
        "blue": "1s",
        "sign": "600s",
        "triage": "600s",
        "reply": "600s",
    }
    limits = replace(policy.limits[Urgency.COMPLEX], **{name: Limit.parse(text) for name, text in changed.items()})
    return replace(policy, limits={**policy.limits, Urgency.COMPLEX: limits})


class Load:
    """The callers, and what was promised to them."""

    def __init__(self, client: Client, dose: Dose, beside: Bystander) -> None:
        self._client = client
        self._beside = beside
        self._dose = dose
        self._dice = random.Random(dose.seed)
        self.numbers = [f"FAULT-{place:02}" for place in range(dose.issues)]
        self.promised: dict[tuple[str, str], Receipt] = {}
        self._commands: dict[tuple[str, str], ActCommand] = {}
        self.breaches: list[str] = []

    async def _open(self) -> None:
        policy = seconds_policy()
        for number in self.numbers:
            asked = submission(urgency=Urgency.COMPLEX)
            opening = Opening(
                policy, asked, ENTERPRISE, datetime.now(UTC), "open", "f", "r", continue_after=CONTINUE_AFTER
            )
            await self._until_started(number, opening)
            await self.send(number, ActCommand("accept", COORDINATOR, do.Accept()))
            await self.send(number, ActCommand("hand", COORDINATOR, do.HandOver(unit=UNIT)))
            await self.send(number, ActCommand("sign", HANDLER, do.Sign()))

    async def under(self, kills: Callable[[], Coroutine[None, None, None]]) -> None:
        """At least the commands of the dose, and on until the last kill. Whoever answers no more is a breach."""
        try:
            await self._open()
            async with asyncio.TaskGroup() as group:
                killing = group.create_task(kills())
                waiting = itertools.takewhile(
                    lambda place: place < self._dose.commands or not killing.done(), itertools.count()
                )
                for _ in range(self._dose.callers):
                    group.create_task(self._caller(waiting))
        except* Stuck as stuck:
            self.breaches += map(str, stuck.exceptions)

    async def _caller(self, waiting: Iterator[int]) -> None:
        for place in waiting:
            number = self._dice.choice(self.numbers)
            act: do.Act = do.Note(text=f"第{place}条") if self._dice.random() < 0.9 else do.Report(text=f"第{place}报")
            actor = COORDINATOR if isinstance(act, do.Note) else HEAD
            await self.send(number, ActCommand(f"c{place}", actor, act))
            await asyncio.sleep(self._dice.uniform(0, self._dose.pause_s))
            if self._dice.random() < RESENT_SHARE:
                again = self._dice.choice(list(self._commands))
                await self.send(again[0], self._commands[again])

    async def send(self, number: str, command: ActCommand) -> None:
        """Repeat under the same id until answered; an answer given before must be given again. Raises Stuck."""
        answer = await self._beside.while_it_moves(
            self._answer(number, command), lambda: end_of_history(self._client, number), f"{number} answers no more"
        )
        key = (number, command.id)
        if answer is not None:
            if self.promised.setdefault(key, answer) != answer:
                self.breaches.append(f"{number} {command.id}: answered twice, differently")
            self._commands[key] = command

    async def _answer(self, number: str, command: ActCommand) -> Receipt | None:
        """None: it was refused, which is a breach. A try is cut short where the server that heard it is gone."""
        while True:
            try:
                async with asyncio.timeout(4):
                    return await self._client.get_workflow_handle(number).execute_update(
                        IssueLoop.act, command, id=command.id, rpc_timeout=timedelta(seconds=3)
                    )
            except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError):
                if called_off():
                    raise
                await asyncio.sleep(0.2)
            except WorkflowUpdateFailedError as failed:
                if getattr(failed.cause, "type", "") != MOVING:
                    self.breaches.append(f"{number} {command.id}: refused: {failed.cause}")
                    return None
                await asyncio.sleep(0.05)

    async def _until_started(self, number: str, opening: Opening) -> None:
        while True:
            try:
                await self._client.start_workflow(IssueLoop.run, opening, id=number, task_queue=ISSUE_QUEUE)
            except WorkflowAlreadyStartedError:
                return
            except RPCError:
                await asyncio.sleep(0.2)
            else:
                return


async def kill(supervisor: Supervisor, dose: Dose, beside: Bystander) -> None:
    """kill -9 at random moments while work goes on, until the dose is given."""
    dice = random.Random(dose.seed + 1)
    victims = ["issue-worker"] * dose.worker_kills + ["temporal"] * dose.server_kills
    dice.shuffle(victims)
    for place, victim in enumerate(victims, 1):
        gone = beside.rounds
        await until(lambda: beside.rounds > gone, f"work after kill {place - 1}")  # noqa: B023 - awaited here
        await asyncio.sleep(dice.uniform(0.5, 3.0))
        os.kill(supervisor.pid(victim), signal.SIGKILL)
        print(f"kill -9 {victim} ({place} of {len(victims)})", file=sys.stderr, flush=True)


async def programme(dose: Dose, data: Path) -> Verdict:
    """The whole of it on a fresh data folder."""
    settings = with_ports(
        Settings(
            data=data,
            city=CITY_FOLDER,
            profile="demo",
            temporal_port=0,
            temporal_ui_port=0,
            api_port=0,
            metrics_port=0,
            notice_first_pause_s=1,
            webhook_url=f"http://127.0.0.1:{free_port()}/notices",
        )
    )
    supervisor = Supervisor(data / "log", pause_longest_s=0.5)
    receiver = Receiver(int(settings.webhook_url.rpartition(":")[2].partition("/")[0]), webhook_secret(settings))
    await receiver.start()
    await migrate(settings.ledger)
    temporal, _, notices, _ = children(settings)
    suggest = ("--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={SUGGEST_AFTER}")
    temporal = replace(temporal, command=(*temporal.command, *suggest))
    how = ("cold" if dose.cold else "warm", dose.shape)
    worker = Child("issue-worker", [sys.executable, "-m", "tests.chaos.worker", *how], settings.as_environment())
    try:
        for child in (temporal, worker, notices):
            await supervisor.start(child)
        client = await connect(settings)
        beside = Bystander(client)
        load = Load(client, dose, beside)
        async with beside.going():
            await load.under(lambda: kill(supervisor, dose, beside))
            if load.breaches:  # what an issue that answers no more has not told yet will not come
                return Verdict(commands=len(load.promised), breaches=load.breaches)
            return await judge(client, settings, load, receiver, dose, beside)
    finally:
        await supervisor.stop()
        await receiver.stop()


async def judge(
    client: Client, settings: Settings, load: Load, receiver: Receiver, dose: Dose, beside: Bystander
) -> Verdict:
    """All promises against the ledger, the histories and what the receiver was told."""
    verdict = Verdict(commands=len(load.promised))
    engine = ledger_engine(settings.ledger)
    reader = LedgerReader(engine)
    for number in load.numbers:
        promised = {id_: receipt for (of, id_), receipt in load.promised.items() if of == number}
        try:
            await _settled(reader, number, max(receipt.revision for receipt in promised.values()), beside)
        except Stuck as stuck:
            verdict.breaches.append(str(stuck))
        entries = await reader.all_events(number)
        count_breaches(verdict, number, promised, entries)
        await compare_ledger(verdict, client, reader, number)
        await count_replays(verdict, client, number, SHAPES[dose.shape])
        await count_notices(verdict, number, entries, reader, receiver, beside)
    await engine.dispose()
    return verdict


async def _settled(reader: LedgerReader, number: str, revision: int, beside: Bystander) -> None:
    """Until the ledger has reached what was acknowledged. Raises Stuck."""

    async def reached() -> int:
        return max((entry.seq for entry in await reader.all_events(number)), default=0)

    async def there() -> bool:
        return await reached() >= revision

    await beside.while_it_moves(found(there), reached, f"{number} publishes no more")
