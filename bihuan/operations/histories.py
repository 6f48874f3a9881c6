"""What Temporal's histories hold of an issue: the publications of every run, and the last state of a run."""

from dataclasses import replace
from typing import Any

from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, WorkflowInstance, WorkflowInstanceDetails

from bihuan.client.issues import decode_opening
from bihuan.client.runs import histories
from bihuan.domain.loop.step import Receipt
from bihuan.domain.policy import Policy
from bihuan.wire import Entry
from workflows.issue_loop import IssueLoop
from workflows.messages import Life, Opening, Publication


async def publications(client: Client, history: WorkflowHistory) -> list[Publication]:
    """The inputs of all ``publish`` activities of one run, in order."""
    found = []
    for event in history.events:
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name == "publish":
            found += await client.data_converter.decode(list(scheduled.input.payloads), [Publication])
    return found


class HistoriesContradict(Exception):
    """The histories of two runs differ in the same event or receipt."""


async def entries_of(client: Client, issue_no: str) -> tuple[list[Entry], dict[str, Receipt]]:
    """All events of an issue in order, and its receipts by command id, from Temporal's histories alone.

    Raises HistoriesContradict.
    """
    entries: dict[int, Entry] = {}
    receipts: dict[str, Receipt] = {}
    async for history in histories(client, issue_no):
        for publication in await publications(client, history):
            for entry in publication.entries:
                known = entries.setdefault(entry.seq, entry)
                if not known.agrees(entry):
                    raise HistoriesContradict(f"{issue_no}: event {entry.seq} differs between two histories")
                if known.act is None:
                    entries[entry.seq] = entry
            for receipt in publication.receipts:
                if receipts.setdefault(receipt.command_id, receipt) != receipt:
                    raise HistoriesContradict(
                        f"{issue_no}: the answer to command {receipt.command_id} differs between two histories"
                    )
    return [entries[seq] for seq in sorted(entries)], receipts


async def policies_of(client: Client, issue_no: str) -> tuple[Policy, ...]:
    """All policies published with the issue, as far as its histories are kept."""
    found: dict[str, Policy] = {}
    async for history in histories(client, issue_no):
        for publication in await publications(client, history):
            found |= {policy.version: policy for policy in publication.policies}
    return tuple(found.values())


async def continuation_of(client: Client, history: WorkflowHistory) -> Opening | None:
    """The input for a new run that continues exactly where this run ended, found by replaying it.

    None if the run never started. Raises the replayer's errors if the history does not fit this code.
    """
    opening = await decode_opening(client, history.events[0])
    observer = _StateObserver()
    replayer = Replayer(workflows=[IssueLoop], workflow_runner=observer, data_converter=client.data_converter)
    await replayer.replay_workflow(history)
    if observer.life is None or observer.policy is None:
        return None
    return replace(opening, policy=observer.policy, submission=None, actor=None, received_at=None, life=observer.life)


class _StateObserver(UnsandboxedWorkflowRunner):
    """Keeps the state of the loop after each activation of the replay."""

    life: Life | None = None
    policy: Policy | None = None

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance: Any = super().create_instance(det)
        step = instance.activate

        def activate(activation: Any) -> Any:
            done = step(activation)
            # eviction cancels the loop's tasks, which changes its state in a way the real run never did
            if not any(job.HasField("remove_from_cache") for job in activation.jobs):
                loop = instance.workflow_instance()
                self.life = loop.life if loop else None
                self.policy = loop.policy if loop else None
            return done

        instance.activate = activate
        observed: WorkflowInstance = instance
        return observed
