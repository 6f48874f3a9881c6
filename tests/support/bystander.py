"""By what another is found stuck: a bystander that goes on, on the same machine, server and worker process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from temporalio import workflow
from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from tests.support.waiting import HANGS_AFTER_S, Found, Stuck

A_ROUND = timedelta(seconds=0.5)
ROUNDS = 240
"""Of the bystander, while another does not move: longer than a robot's minute, and several times what a server
waits for a worker that was killed."""
LOOKS_EVERY_S = 1.0
QUEUE = "bystander"
LOST_ITS_WAY = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR


@workflow.defn(name="Round")
class Round:
    """A timer of the server, and a workflow task before and after it."""

    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(A_ROUND)


def bystander_worker(client: Client) -> Worker:
    """Belongs into the process whose work is judged."""
    return Worker(client, task_queue=QUEUE, workflows=[Round], workflow_runner=UnsandboxedWorkflowRunner())


class Bystander:
    """``rounds``: how many it has gone; ``ended``: when each of them was over."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.rounds = 0
        self.ended: list[datetime] = []

    @asynccontextmanager
    async def going(self) -> AsyncIterator[None]:
        walk = asyncio.create_task(self._go())
        try:
            yield
        finally:
            walk.cancel()
            await asyncio.gather(walk, return_exceptions=True)

    async def _go(self) -> None:
        while True:
            try:
                await self._client.execute_workflow(Round.run, id=f"round-{uuid4().hex}", task_queue=QUEUE)
            except RPCError:  # the server is away
                await asyncio.sleep(0.2)
            else:
                self.rounds += 1
                self.ended.append(datetime.now(UTC))

    def between(self, since: datetime, until: datetime) -> int:
        """How many rounds ended meanwhile: a length of time that grows with the slowness of the machine."""
        return sum(since <= ended < until for ended in self.ended)

    async def while_it_moves(
        self, awaited: Awaitable[Found], stands: Callable[[], Awaitable[object]], what: str
    ) -> Found:
        """What is awaited. Raises Stuck once where it ``stands`` stays the same while we go our rounds."""
        answer, clock = asyncio.ensure_future(awaited), asyncio.get_running_loop().time
        stood, since, seen = None, self.rounds, (self.rounds, clock())
        try:
            while not (await asyncio.wait({answer}, timeout=LOOKS_EVERY_S))[0]:
                if self.rounds != seen[0]:
                    seen = (self.rounds, clock())
                elif clock() - seen[1] > HANGS_AFTER_S:
                    raise Stuck(f"{what}, and the bystander hangs")
                try:
                    now = await stands()
                except RPCError:  # the server is away, and we go no rounds either
                    continue
                if now != stood:
                    stood, since = now, self.rounds
                elif self.rounds - since >= ROUNDS:
                    raise Stuck(f"{what}: stood at {stood} for {ROUNDS} rounds of a bystander")
            return await answer
        finally:
            answer.cancel()
            await asyncio.gather(answer, return_exceptions=True)


async def end_of_history(client: Client, workflow_id: str) -> tuple[str, int]:
    """Where an issue stands: its newest run, and the length of its history. Raises Stuck where a task lost its way."""
    handle = client.get_workflow_handle(workflow_id)
    told = await handle.describe()
    if told.raw_description.pending_workflow_task.attempt > 1:
        history = await client.get_workflow_handle(workflow_id, run_id=told.run_id).fetch_history()
        if any(event.workflow_task_failed_event_attributes.cause == LOST_ITS_WAY for event in history.events):
            raise Stuck(f"{workflow_id}: a task of run {told.run_id} failed")
    return told.run_id, told.history_length
