"""``make bench``: acts per second and the acknowledgement's delay, side by side with a bare workflow in one run.

Both take seven updates a workflow from one client, on one server, from one worker process, in turns; the loop's
notices and ledger run meanwhile. The last line is JSON. Machines differ and are shared: read the ratio.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from temporalio.client import Client

from bihuan.city.configuration import load_city
from bihuan.client.connection import connect
from bihuan.domain import commands as do
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.stage import Outcome
from bihuan.ledger.engine import migrate
from bihuan.runtime.settings import Settings
from bihuan.runtime.supervisor import Child, Supervisor
from bihuan.runtime.up import children, with_ports
from bihuan.wire import ActCommand
from tests.bench.bare import Bare
from workflows.issue_loop import IssueLoop
from workflows.messages import Opening
from workflows.names import ISSUE_QUEUE

ROUNDS = 3
ALONE, TOGETHER = 8, 80
CALLERS = 20
USCC = "91410902MA00000001"
ASKED = do.Submit(
    enterprise=do.Enterprise("恒捷化工有限公司", USCC),
    title="用电增容",
    description="扩产需要增容",
    county="410902",
    contact="联系人",
    channel="web",
    category="ENERGY",
)
COORDINATOR, HEAD = Actor(Role.COO, "bench"), Actor(Role.HED, "bench head", "D16")
ACTS: tuple[tuple[Actor, do.Act], ...] = (
    (COORDINATOR, do.Accept()),
    (COORDINATOR, do.HandOver(unit="D16")),
    (HEAD, do.Sign()),
    (HEAD, do.Report(text="已到现场")),
    (HEAD, do.SubmitResult(outcome=Outcome.SOLVED, text="已增容")),
    (COORDINATOR, do.Check(verdict=do.Verdict.PASS)),
    (HEAD, do.Deliver(to="企业联系人", how="电话")),
)

Life = Callable[[Client], Awaitable[list[float]]]


def loop_life(policy: Policy) -> Life:
    """One issue from intake to its delivery; the delays of its seven acknowledgements in seconds."""

    async def live(client: Client) -> list[float]:
        number = f"bench-{uuid.uuid4().hex}"
        opening = Opening(policy, ASKED, Actor(Role.ENT, "bench", USCC), datetime.now(UTC), "submit")
        handle = await client.start_workflow(IssueLoop.run, opening, id=number, task_queue=ISSUE_QUEUE)
        delays = []
        for place, (actor, act) in enumerate(ACTS):
            began = time.perf_counter()
            await handle.execute_update(IssueLoop.act, ActCommand(str(place), actor, act), id=str(place))
            delays.append(time.perf_counter() - began)
        return delays

    return live


async def bare_life(client: Client) -> list[float]:
    """The same seven updates to a workflow that does nothing."""
    handle = await client.start_workflow(Bare.run, len(ACTS), id=f"bare-{uuid.uuid4().hex}", task_queue="bare")
    delays = []
    for place, (actor, act) in enumerate(ACTS):
        began = time.perf_counter()
        await handle.execute_update(Bare.act, ActCommand(str(place), actor, act), id=str(place))
        delays.append(time.perf_counter() - began)
    return delays


async def burst(client: Client, life: Life, lives: int, callers: int) -> tuple[float, list[float]]:
    """Acts per second and every delay, so many lives by so many callers."""
    waiting = iter(range(lives))
    delays: list[float] = []

    async def caller() -> None:
        for _ in waiting:
            delays.extend(await life(client))

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return len(delays) / (time.perf_counter() - began), delays


async def measure(client: Client, policy: Policy) -> dict[str, float]:
    kinds: dict[str, Life] = {"floor": bare_life, "loop": loop_life(policy)}
    rates: dict[str, list[float]] = {"floor": [], "loop": []}
    alone: dict[str, list[float]] = {"floor": [], "loop": []}
    together: dict[str, list[float]] = {"floor": [], "loop": []}
    for life in kinds.values():  # the first tasks of a worker are slow, and nobody's
        await burst(client, life, 4, 4)
    for turn in range(ROUNDS):
        for kind, life in kinds.items():
            print(f"round {turn + 1} of {ROUNDS}: {kind}", file=sys.stderr, flush=True)
            alone[kind] += (await burst(client, life, ALONE, 1))[1]
            rate, delays = await burst(client, life, TOGETHER, CALLERS)
            rates[kind].append(rate)
            together[kind] += delays
            await quiet(client)
    for kind in kinds:
        _print(kind, statistics.median(rates[kind]), alone[kind], together[kind])
    return {
        "floor_acts_per_s": round(statistics.median(rates["floor"]), 1),
        "acts_per_s": round(statistics.median(rates["loop"]), 1),
        "ratio": round(statistics.median(rates["loop"]) / statistics.median(rates["floor"]), 3),
        "ack_p50_ms": round(statistics.median(alone["loop"]) * 1e3, 2),
        "floor_ack_p50_ms": round(statistics.median(alone["floor"]) * 1e3, 2),
    }


async def quiet(client: Client) -> None:
    """Until the notices of the burst are all told: one turn must not pay for another."""
    async with asyncio.timeout(1800):
        while (await client.count_workflows("WorkflowType='Notice' AND ExecutionStatus='Running'")).count:
            await asyncio.sleep(0.2)


def _print(kind: str, rate: float, alone: list[float], together: list[float]) -> None:
    def of(delays: list[float], share: int) -> str:
        return f"{statistics.quantiles(delays, n=100)[share - 1] * 1e3:7.1f} ms"

    print(
        f"{kind:6} {rate:7.1f} acts/s at {CALLERS} callers · alone p50 {of(alone, 50)} p99 {of(alone, 99)}"
        f" · at {CALLERS} p50 {of(together, 50)} p99 {of(together, 99)}"
    )


@dataclass(frozen=True)
class System:
    """What runs: the children ``temporal``, ``loops`` and ``notices``, and the way to them."""

    settings: Settings
    supervisor: Supervisor
    client: Client


@asynccontextmanager
async def system() -> AsyncIterator[System]:
    """The real server and the benchmark's own workers, on a folder and on ports of their own."""
    with tempfile.TemporaryDirectory() as data:
        settings = with_ports(
            Settings(data=Path(data), temporal_port=0, temporal_ui_port=0, api_port=0, metrics_port=0)
        )
        supervisor = Supervisor(settings.data / "log")
        python = [sys.executable, "-m", "tests.bench.worker"]
        try:
            await supervisor.start(children(settings)[0])
            await migrate(settings.ledger)
            for kind in ("loops", "notices"):
                await supervisor.start(Child(kind, [*python, kind], settings.as_environment()))
            yield System(settings, supervisor, await connect(settings))
        finally:
            await supervisor.stop()


async def main() -> None:
    async with system() as running:
        city = running.settings.city
        policy = load_city(city, "PY-13710", since_year=datetime.now(UTC).year - 1).policy
        figures = await measure(running.client, policy)
    print(json.dumps(figures))


if __name__ == "__main__":
    asyncio.run(main())
