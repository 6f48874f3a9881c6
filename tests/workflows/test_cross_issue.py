"""Word from issue to issue: carried until it is heard, and obeyed once, whatever is lost on the way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, Worker

from activities.children import start_all
from activities.cross_issue import Carrier, words
from bihuan.domain import commands as do
from bihuan.domain.events import Merged, MergeSettled
from bihuan.domain.loop.step import Receipt
from bihuan.domain.people import Actor
from bihuan.domain.stage import Outcome
from bihuan.wire import ActCommand, Entry
from tests.support.puyang import COORDINATOR, ENTERPRISE, HEAD, UNIT, policy, submission
from tests.support.servers import pass_time, skipping_time
from tests.support.town import Kept
from tests.support.waiting import until, within_reason
from workflows.cross_issue import Errand
from workflows.issue_loop import IssueLoop
from workflows.messages import Archive, ErrandOrder, Opening, Publication
from workflows.names import ISSUE_QUEUE, errand_id
from workflows.sandbox import runner

Handle = WorkflowHandle[IssueLoop, Archive]


class Sending(Kept):
    """A ledger in memory that sends word as the real publisher does, and may be told to send it twice."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client

    @activity.defn(name="publish")
    async def publish(self, publication: Publication) -> bool:
        for _ in range(2):
            await start_all(words(self._client, publication.issue.issue_no, publication.entries))
        if publication not in self.publications:
            self.publications.append(publication)
        return True

    def seq_of(self, handle: Handle, event: str) -> int:
        return next(entry.seq for entry in self.entries_of(handle) if entry.event.event == event)

    def entries_of(self, handle: Handle) -> list[Entry]:
        return [entry for one in self.publications if one.issue.issue_no == handle.id for entry in one.entries]

    def names(self, handle: Handle) -> list[str]:
        return [entry.event.event for entry in self.entries_of(handle)]


class Faltering(Carrier):
    """The first answers are lost on the way back: the word was heard, and nobody knows it."""

    def __init__(self, client: Client, lost: int) -> None:
        super().__init__(client)
        self.carried: list[str] = []
        self._lost = lost

    @activity.defn(name="carry")
    async def carry(self, errand: ErrandOrder) -> str:
        answer = await super().carry(errand)
        self.carried.append(errand.id)
        if self.carried.count(errand.id) <= self._lost:
            raise ApplicationError("the answer was lost")
        return answer


class Towns:
    """Issues, their ledger and who carries word between them."""

    def __init__(self, environment: WorkflowEnvironment, lost: int) -> None:
        self.client = environment.client
        self.ledger = Sending(self.client)
        self.carrier = Faltering(self.client, lost)
        self._now = environment.get_current_time
        self.sleep = partial(pass_time, environment)

    def worker(self, *, carries: bool = True) -> Worker:
        """An issue worker, which for a while may carry nothing."""
        return Worker(
            self.client,
            task_queue=ISSUE_QUEUE,
            workflows=[IssueLoop, Errand] if carries else [IssueLoop],
            activities=[self.ledger.publish, self.carrier.carry] if carries else [self.ledger.publish],
            workflow_runner=runner(),
            max_cached_workflows=0,  # a worker that is gone has kept nothing for itself
        )

    async def submit(self) -> Handle:
        received = await self._now()
        opening = Opening(policy(), submission(), ENTERPRISE, received, "c0", "f", "r")
        return await self.client.start_workflow(IssueLoop.run, opening, id=f"t-{uuid4().hex}", task_queue=ISSUE_QUEUE)

    async def act(self, handle: Handle, actor: Actor, act: do.Act) -> Receipt:
        command = ActCommand(uuid4().hex, actor, act)
        async with within_reason(f"{handle.id} answers"):
            return await handle.execute_update(IssueLoop.act, command, id=command.id)

    async def heard(self, handle: Handle, event: str, times: int = 1) -> None:
        await until(lambda: self.ledger.names(handle).count(event) >= times, f"{event} of {handle.id} in the ledger")

    async def ended(self, errand: str) -> str:
        async with within_reason(f"{errand} ends"):
            return str(await self.client.get_workflow_handle(errand).result())


@asynccontextmanager
async def towns(lost: int = 0) -> AsyncIterator[Towns]:
    async with skipping_time() as environment:
        yield Towns(environment, lost)


def follow(parent: Handle) -> do.Follow:
    return do.Follow(parent=parent.id, parent_open=True, parent_category="ENERGY")


async def in_hand(t: Towns, handle: Handle) -> None:
    for actor, act in ((COORDINATOR, do.Accept()), (COORDINATOR, do.HandOver(unit=UNIT)), (HEAD, do.Sign())):
        await t.act(handle, actor, act)


async def passed(t: Towns, handle: Handle) -> None:
    await t.act(handle, HEAD, do.SubmitResult(outcome=Outcome.SOLVED, text="统一增容"))
    await t.act(handle, COORDINATOR, do.Check(verdict=do.Verdict.PASS))


async def test_a_batch_is_told_and_served_once_though_answers_are_lost_and_word_is_sent_twice() -> None:
    async with towns(lost=2) as t, t.worker():
        parent, children = await t.submit(), [await t.submit(), await t.submit()]
        await in_hand(t, parent)
        for child in children:
            await t.act(child, COORDINATOR, follow(parent))
        await t.heard(parent, "follower_told", 2)
        await passed(t, parent)
        for child in children:
            await t.heard(child, "inherited")
        served = errand_id(parent.id, t.ledger.seq_of(parent, "followers_served"), children[0].id)
        assert await t.ended(served) == ""
        assert t.carrier.carried.count(served) == 3
        run = (await t.client.get_workflow_handle(served).describe()).run_id
        for publication in list(t.ledger.publications):
            await t.ledger.publish(publication)
        assert (await t.client.get_workflow_handle(served).describe()).run_id == run, "not sent again once it ended"
        for child in children:
            assert t.ledger.names(child) == ["submitted", "followed", "inherited"]
        assert t.ledger.names(parent).count("follower_told") == 2
        await replayed(t, served, Errand)
        await replayed(t, parent.id, IssueLoop)


async def test_word_waits_for_a_worker_that_carries_it() -> None:
    """The worker is stopped with the word under way; the next one brings it."""
    async with towns() as t:
        async with t.worker(carries=False):
            parent, child = await t.submit(), await t.submit()
            await in_hand(t, parent)
            await t.act(child, COORDINATOR, follow(parent))
            await t.heard(child, "followed")
        async with t.worker():
            await t.heard(parent, "follower_told")
            await passed(t, parent)
            await t.heard(child, "inherited")


async def test_a_child_that_comes_too_late_goes_on_alone() -> None:
    async with towns() as t, t.worker():
        parent, child = await t.submit(), await t.submit()
        await in_hand(t, parent)
        await passed(t, parent)
        await t.act(child, COORDINATOR, follow(parent))
        await t.heard(child, "unfollowed")
        assert await t.ended(errand_id(child.id, 2, parent.id)) == "WrongStatus"


async def test_a_parent_that_is_withdrawn_frees_its_children() -> None:
    async with towns() as t, t.worker():
        parent, child = await t.submit(), await t.submit()
        await t.act(child, COORDINATOR, follow(parent))
        await t.heard(parent, "follower_told")
        await t.act(parent, ENTERPRISE, do.Withdraw())
        await t.heard(child, "unfollowed")


async def test_a_merge_is_made_once_though_answers_are_lost_and_word_is_sent_twice() -> None:
    async with towns(lost=2) as t, t.worker():
        child, into = await t.submit(), await t.submit()
        await t.act(child, COORDINATOR, do.Merge(into=into.id))
        await t.heard(into, "merge_settled")
        for publication in list(t.ledger.publications):
            await t.ledger.publish(publication)
        assert t.ledger.names(child) == ["submitted", "merge_asked", "merged"]
        assert t.ledger.names(into) == ["submitted", "merge_taken", "merge_settled"]
        await replayed(t, errand_id(child.id, 2, into.id), Errand)
        await replayed(t, child.id, IssueLoop)
        await replayed(t, into.id, IssueLoop)


async def test_a_ring_of_merges_leaves_one_and_what_is_merged_says_where_it_went() -> None:
    async with towns() as t:
        async with t.worker(carries=False):
            ring = sorted([await t.submit() for _ in range(3)], key=lambda handle: handle.id)
            for child, into in zip(ring, [*ring[1:], ring[0]], strict=True):
                await t.act(child, COORDINATOR, do.Merge(into=into.id))
        async with t.worker():
            await t.heard(ring[0], "merge_refused")
            for child in ring[1:]:
                await t.heard(child, "merged")
            late = await t.submit()
            await t.act(late, COORDINATOR, do.Merge(into=ring[1].id))
            await t.heard(late, "merged")
            (merged,) = [entry.event for entry in t.ledger.entries_of(late) if isinstance(entry.event, Merged)]
            assert (merged.asked, merged.into) == (ring[1].id, ring[0].id)
            assert "merged" not in t.ledger.names(ring[0])


async def test_a_yes_that_finds_the_issue_handed_over_is_void_and_the_other_hears_of_it() -> None:
    async with towns() as t:
        async with t.worker(carries=False):
            child, into = await t.submit(), await t.submit()
            await t.act(child, COORDINATOR, do.Merge(into=into.id))
            await in_hand(t, child)
        async with t.worker():
            await t.heard(into, "merge_settled")
            settled = t.ledger.entries_of(into)[-1].event
            assert isinstance(settled, MergeSettled)
            assert not settled.merged
            assert t.ledger.names(child)[-1] == "signed"
            await t.act(into, COORDINATOR, do.Merge(into=child.id))
            await t.heard(into, "merged")


async def test_a_merge_into_what_is_archived_or_gone_comes_to_nothing() -> None:
    async with towns() as t, t.worker():
        into = await t.submit()
        await t.act(into, ENTERPRISE, do.Withdraw())
        await t.sleep(timedelta(days=60))
        assert (await into.result()).outcome == Outcome.WITHDRAWN
        for gone in (into.id, "BHAAAAAAAAAAAAAAAA"):
            child = await t.submit()
            await t.act(child, COORDINATOR, do.Merge(into=gone))
            await t.heard(child, "merge_refused")
            assert await t.ended(errand_id(child.id, 2, gone)) == "IssueArchived"


async def replayed(t: Towns, id_: str, kind: type) -> None:
    replayer = Replayer(workflows=[kind], workflow_runner=runner(), data_converter=pydantic_data_converter)
    await replayer.replay_workflow(await t.client.get_workflow_handle(id_).fetch_history())
