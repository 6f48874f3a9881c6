"""The issue loop on the time-skipping server, with a ledger in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from bihuan.domain import commands as do
from bihuan.domain.events import AlarmRaised
from bihuan.domain.loop.step import Receipt
from bihuan.domain.people import Actor
from bihuan.wire import ActCommand, Entry
from tests.support import waiting
from tests.support.puyang import ENTERPRISE, policy, submission
from tests.support.servers import pass_time, skipping_time
from tests.support.waiting import within_reason
from workers.processes import issue_worker
from workflows.issue_loop import IssueLoop
from workflows.messages import Archive, Opening, Publication
from workflows.names import ISSUE_QUEUE
from workflows.ports import Publishing
from workflows.sandbox import runner

PROMPTLY = timedelta(minutes=5)
"""In skipped time: the worker's own work passes on the clock on the wall, and anything else is hours away."""
Handle = WorkflowHandle[IssueLoop, Archive]


class Kept(Publishing):
    """A ledger in memory. ``down`` makes it fail until it is set back."""

    def __init__(self) -> None:
        self.publications: list[Publication] = []
        self.down = False
        self.failed = 0
        self.announced: list[int] = []

    @activity.defn(name="publish")
    async def publish(self, publication: Publication) -> bool:
        self.announced += [entry.seq for entry in publication.entries if entry.seq > publication.announced]
        if self.down:
            self.failed += 1
            return False
        self.publications.append(publication)
        return True

    @property
    def entries(self) -> list[Entry]:
        entries = {entry.seq: entry for publication in self.publications for entry in publication.entries}
        return [entries[seq] for seq in sorted(entries)]

    @property
    def alarms(self) -> list[AlarmRaised]:
        return [entry.event for entry in self.entries if isinstance(entry.event, AlarmRaised)]


class Town:
    """A worker with its ledger, and a way to speak to one issue."""

    def __init__(self, environment: WorkflowEnvironment, kept: Kept) -> None:
        self.client = environment.client
        self.kept = kept
        self.sleep = partial(pass_time, environment)
        self.now = environment.get_current_time

    async def submit(self, *, continue_after: int = 300, category: str = "ENERGY") -> Handle:
        received = await self.now()
        asked = submission(category=category)
        opening = Opening(policy(), asked, ENTERPRISE, received, "c0", "f", "r", continue_after=continue_after)
        return await self.client.start_workflow(IssueLoop.run, opening, id=f"t-{uuid4().hex}", task_queue=ISSUE_QUEUE)

    async def act(self, handle: Handle, id_: str, actor: Actor, act: do.Act) -> Receipt:
        command = ActCommand(id_, actor, act)
        async with within_reason(f"{handle.id} answers"):
            return await self.client.get_workflow_handle(handle.id).execute_update(
                IssueLoop.act, command, id=uuid4().hex
            )

    async def replays(self, handle: Handle) -> int:
        """Replay every run; returns how many there were."""
        replayer = Replayer(workflows=[IssueLoop], workflow_runner=runner(), data_converter=pydantic_data_converter)
        count, run_id = 0, handle.first_execution_run_id
        while run_id:
            history = await self.client.get_workflow_handle(handle.id, run_id=run_id).fetch_history()
            await replayer.replay_workflow(history)
            count += 1
            last = history.events[-1].workflow_execution_continued_as_new_event_attributes
            run_id = last.new_execution_run_id
        return count

    async def replays_in(self, runs: int, handle: Handle) -> None:
        """So many runs there are some day: a busy run leaves once a task of it finds nothing else to do."""

        async def so_many() -> bool:
            return await self.replays(handle) >= runs

        await waiting.until(so_many, f"{runs} runs of {handle.id}")


@asynccontextmanager
async def town() -> AsyncIterator[Town]:
    kept = Kept()
    async with skipping_time() as environment, issue_worker(environment.client, kept):
        yield Town(environment, kept)


async def until(kept: Kept, seq: int) -> None:
    """Until the event of this number is published; the publisher is another task of the same loop."""
    await waiting.until(lambda: len(kept.entries) >= seq, f"event {seq} in the ledger")


async def refusal_if_any(t: Town, handle: Handle, id_: str, actor: Actor, act: do.Act) -> str | None:
    try:
        await t.act(handle, id_, actor, act)
    except WorkflowUpdateFailedError as refused:
        return getattr(refused.cause, "type", None)
    return None


async def refusal(t: Town, handle: Handle, id_: str, actor: Actor, act: do.Act) -> str | None:
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await t.act(handle, id_, actor, act)
    assert isinstance(refused.value.cause, ApplicationError)
    return refused.value.cause.type
