"""The mark is needed: without it, a crowd of callers and a worker that forgets break the loop within seconds.

The worker remembers no issue between its tasks, so every update meets it as after a crash. Publishing is kept in
memory; the programme beside this file runs the same shapes with everything real.
"""

import asyncio
import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

from bihuan.client.connection import connect
from bihuan.client.runs import histories
from bihuan.domain import commands as do
from bihuan.domain.people import Actor
from bihuan.domain.policy import Urgency
from bihuan.runtime.settings import Settings
from bihuan.wire import ActCommand
from tests.chaos.programme import seconds_policy
from tests.chaos.worker import SHAPES
from tests.support.bystander import LOST_ITS_WAY, Bystander, bystander_worker, end_of_history
from tests.support.puyang import COORDINATOR, ENTERPRISE, HANDLER, HEAD, UNIT, submission
from tests.support.town import Kept
from tests.support.waiting import Stuck, called_off
from workflows.issue_loop import MOVING, IssueLoop
from workflows.messages import Opening

ISSUES, CALLERS = 4, 12
CONTINUE_AFTER = 12


class Crowd:
    """Callers at a few issues of one shape of the loop."""

    def __init__(self, client: Client, shape: str) -> None:
        self._client = client
        self._beside = Bystander(client)
        self._shape = SHAPES[shape]
        self._numbers = [f"{shape}-{place}" for place in range(ISSUES)]
        self._dice = random.Random(13710)
        self._looked_at: set[str] = set()
        self.broken: list[str] = []

    async def come(self, *, times: int) -> None:
        """So many times a hundred and fifty commands, or until something broke."""
        worker = Worker(
            self._client,
            task_queue=self._shape.__name__,
            workflows=[self._shape],
            activities=[Kept().publish],
            workflow_runner=UnsandboxedWorkflowRunner(),
            max_cached_workflows=0,
        )
        async with worker, bystander_worker(self._client), self._beside.going():
            for number in self._numbers:
                await self._open(number)
            places = itertools.count()
            for _ in range(times):
                few = itertools.takewhile(lambda _: not self.broken, itertools.islice(places, 150))
                await asyncio.gather(*(self._caller(few) for _ in range(CALLERS)))
                for number in self._numbers:
                    await self._look_back(number)

    async def _open(self, number: str) -> None:
        asked = submission(urgency=Urgency.COMPLEX)
        opening = Opening(seconds_policy(), asked, ENTERPRISE, datetime.now(UTC), continue_after=CONTINUE_AFTER)
        await self._client.start_workflow(IssueLoop.run, opening, id=number, task_queue=self._shape.__name__)
        for id_, actor, act in (
            ("accept", COORDINATOR, do.Accept()),
            ("hand", COORDINATOR, do.HandOver(unit=UNIT)),
            ("sign", HANDLER, do.Sign()),
        ):
            await self._act(number, id_, actor, act)

    async def _caller(self, places: Iterator[int]) -> None:
        acts = ((COORDINATOR, do.Note(text="催")), (HEAD, do.Report(text="进展")), (HANDLER, do.CloseOut()))
        for place in places:
            actor, act = self._dice.choices(acts, (7, 1, 2))[0]
            await self._act(self._dice.choice(self._numbers), f"c{place}", actor, act)
            await asyncio.sleep(self._dice.uniform(0, 0.1))

    async def _act(self, number: str, id_: str, actor: Actor, act: do.Act) -> None:
        """Until it is answered or refused; an issue that does neither while its history stands still is stuck."""
        answer = self._until_answered(number, ActCommand(id_, actor, act))
        try:
            await self._beside.while_it_moves(
                answer, lambda: end_of_history(self._client, number), f"{number} answers no more"
            )
        except Stuck as stuck:
            self.broken.append(str(stuck))

    async def _until_answered(self, number: str, command: ActCommand) -> None:
        while not await self._answered(number, command):
            await asyncio.sleep(0.02)

    async def _answered(self, number: str, command: ActCommand) -> bool:
        handle = self._client.get_workflow_handle(number)
        try:
            await handle.execute_update(IssueLoop.act, command, id=command.id)
        except WorkflowUpdateFailedError as failed:
            return getattr(failed.cause, "type", "") != MOVING
        except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError):
            return called_off()
        return True

    async def _look_back(self, number: str) -> None:
        """Every run replays, and no task of it failed."""
        replayer = Replayer(
            workflows=[self._shape],
            workflow_runner=UnsandboxedWorkflowRunner(),
            data_converter=pydantic_data_converter,
        )
        async for history in histories(self._client, number):
            if history.run_id in self._looked_at:
                continue
            if history.events[-1].HasField("workflow_execution_continued_as_new_event_attributes"):
                self._looked_at.add(history.run_id)
            causes = [event.workflow_task_failed_event_attributes.cause for event in history.events]
            if LOST_ITS_WAY in causes:
                self.broken.append(f"{number}: a task of run {history.run_id} failed")
            result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
            if result.replay_failure is not None:
                self.broken.append(f"{number}: run {history.run_id} does not replay: {result.replay_failure}"[:300])


async def broken(temporal: str, shape: str, *, times: int) -> list[str]:
    crowd = Crowd(await connect(Settings(temporal_address=temporal)), shape)
    await crowd.come(times=times)
    return crowd.broken


async def test_the_loop_keeps_its_word_in_a_crowd(temporal: str) -> None:
    assert await broken(temporal, "real", times=1) == []


async def test_without_the_mark_the_loop_breaks(temporal: str) -> None:
    assert await broken(temporal, "without-mark", times=10)
