"""What Temporal itself holds of an issue: every publication of every run, and where a run was when it was ended."""

from dataclasses import replace
from typing import Any

from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, WorkflowInstance, WorkflowInstanceDetails

from bihuan.client.issues import opening_of
from bihuan.client.runs import histories
from bihuan.domain.loop.step import Receipt
from bihuan.domain.policy import Policy
from bihuan.wire import Entry
from workflows.issue_loop import IssueLoop
from workflows.messages import Life, Opening, Publication


async def publications(client: Client, history: WorkflowHistory) -> list[Publication]:
    """The inputs of every ``publish`` of one run, in order."""
    found = []
    for event in history.events:
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name == "publish":
            found += await client.data_converter.decode(list(scheduled.input.payloads), [Publication])
    return found


class HistoriesContradict(Exception):
    """Two runs told the same event, or the same receipt, differently."""


async def entries_of(client: Client, issue_no: str) -> tuple[list[Entry], dict[str, Receipt]]:
    """All events of an issue in order and all its receipts, from histories alone. Raises Contradiction."""
    entries: dict[int, Entry] = {}
    receipts: dict[str, Receipt] = {}
    async for history in histories(client, issue_no):
        for publication in await publications(client, history):
            for entry in publication.entries:
                known = entries.setdefault(entry.seq, entry)
                if not known.agrees(entry):
                    raise HistoriesContradict(f"{issue_no}: event {entry.seq} was told twice, differently")
                if known.act is None:
                    entries[entry.seq] = entry
            for receipt in publication.receipts:
                if receipts.setdefault(receipt.command_id, receipt) != receipt:
                    raise HistoriesContradict(
                        f"{issue_no}: command {receipt.command_id} was answered twice, differently"
                    )
    return [entries[seq] for seq in sorted(entries)], receipts


async def policies_of(client: Client, issue_no: str) -> tuple[Policy, ...]:
    """Every policy that was published with the issue, where its history is still kept."""
    found: dict[str, Policy] = {}
    async for history in histories(client, issue_no):
        for publication in await publications(client, history):
            found |= {policy.version: policy for policy in publication.policies}
    return tuple(found.values())


async def continuation_of(client: Client, history: WorkflowHistory) -> Opening | None:
    """How another run goes on exactly where this one was ended, found by replaying it. None: it never began.

    Raises what the replayer raises where the history is not of this code.
    """
    opening = await opening_of(client, history.events[0])
    watching = _StateObserver()
    replayer = Replayer(workflows=[IssueLoop], workflow_runner=watching, data_converter=client.data_converter)
    await replayer.replay_workflow(history)
    if watching.life is None or watching.policy is None:
        return None
    return replace(opening, policy=watching.policy, submission=None, actor=None, received_at=None, life=watching.life)


class _StateObserver(UnsandboxedWorkflowRunner):
    """Keeps what the loop holds after each step of its history."""

    life: Life | None = None
    policy: Policy | None = None

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance: Any = super().create_instance(det)
        step = instance.activate

        def activate(activation: Any) -> Any:
            done = step(activation)
            # leaving the cache cancels the loop's tasks, which the loop takes for a cancel request: no part of the life
            if not any(job.HasField("remove_from_cache") for job in activation.jobs):
                loop = instance.workflow_instance()
                self.life = loop.life if loop else None
                self.policy = loop.policy if loop else None
            return done

        instance.activate = activate
        kept: WorkflowInstance = instance
        return kept
