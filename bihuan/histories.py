"""What Temporal itself holds of an issue: every publication of every run, read back from the histories."""

from collections.abc import AsyncIterator

from temporalio.client import Client, WorkflowHistory

from bihuan.domain.life import Receipt
from bihuan.domain.policy import Policy
from bihuan.wire import Entry
from workflows.messages import Publication


async def runs(client: Client, issue_no: str) -> AsyncIterator[WorkflowHistory]:
    """The history of every run of an issue that Temporal still keeps."""
    async for execution in client.list_workflows(f"WorkflowId='{issue_no}'"):
        yield await client.get_workflow_handle(issue_no, run_id=execution.run_id).fetch_history()


async def publications(client: Client, history: WorkflowHistory) -> list[Publication]:
    """The inputs of every ``publish`` of one run, in order."""
    found = []
    for event in history.events:
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name == "publish":
            found += await client.data_converter.decode(list(scheduled.input.payloads), [Publication])
    return found


class Contradiction(Exception):
    """Two runs told the same event, or the same receipt, differently."""


async def entries_of(client: Client, issue_no: str) -> tuple[list[Entry], dict[str, Receipt]]:
    """All events of an issue in order and all its receipts, from histories alone. Raises Contradiction."""
    entries: dict[int, Entry] = {}
    receipts: dict[str, Receipt] = {}
    async for history in runs(client, issue_no):
        for publication in await publications(client, history):
            for entry in publication.entries:
                if entries.setdefault(entry.seq, entry) != entry:
                    raise Contradiction(f"{issue_no}: event {entry.seq} was told twice, differently")
            for receipt in publication.receipts:
                if receipts.setdefault(receipt.command_id, receipt) != receipt:
                    raise Contradiction(f"{issue_no}: command {receipt.command_id} was answered twice, differently")
    return [entries[seq] for seq in sorted(entries)], receipts


async def policy_of(client: Client, issue_no: str) -> Policy | None:
    """The policy that came with the first event, where its history is still kept."""
    async for history in runs(client, issue_no):
        for publication in await publications(client, history):
            if publication.policy is not None:
                return publication.policy
    return None
