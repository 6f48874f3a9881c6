"""Commands from one issue to another: one workflow for each, which sends the command until it is answered."""

from collections.abc import Iterable, Iterator

from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.children import COORDINATION, Start
from bihuan.client.cross_issue import start_cross_issue_command
from bihuan.client.errors import IssueNotRunning, ReceiptInLedgerOnly, Refused
from bihuan.client.issues import act
from bihuan.client.runs import describe
from bihuan.domain.cross_issue import REDIRECTED, RETRY, CrossIssueAct, cross_issue_acts
from bihuan.domain.people import SYSTEM
from bihuan.domain.refusals import LedgerTooFarBehind
from bihuan.wire import ActCommand, Entry
from workflows.messages import CrossIssueOrder
from workflows.names import cross_issue_id
from workflows.ports import CommandSending

ANSWERED_WITHIN_S = 10.0
GONE = "IssueArchived"
LEDGER_BEHIND = LedgerTooFarBehind.__name__
"""A refusal that passes by itself: the command is sent again."""


def starts_of(client: Client, issue_no: str, entries: Iterable[Entry]) -> Iterator[Start]:
    """The commands that these events have for other issues, as workflows to be started; each exists once."""
    for entry in entries:
        for one in cross_issue_acts(entry.event, issue_no, entry.seq):
            yield _start_of(client, issue_no, entry, one)


def _start_of(client: Client, issue_no: str, entry: Entry, one: CrossIssueAct) -> Start:
    id_ = cross_issue_id(issue_no, entry.seq, one.to)

    async def begin() -> None:
        await start_cross_issue_command(client, CrossIssueOrder(id_, one.to, one.act, issue_no, one.if_refused))

    title = f"转告 {one.to} 未能发起 · the command to it could not be sent"
    return Start(id_, issue_no, entry, COORDINATION, title, begin)


class CommandSender(CommandSending):
    """Sends the command to the workflow of the other issue, or of the issue it redirects us to."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @activity.defn(name="send_command")
    async def send_command(self, order: CrossIssueOrder) -> str:
        to, visited = order.to, set[str]()
        while to not in visited:
            visited.add(to)
            refused, elsewhere = await self._send(to, order)
            if refused != REDIRECTED:
                return refused
            to = elsewhere
        raise _retry(f"{order.to} redirects in a cycle without {order.sender}")

    async def _send(self, to: str, order: CrossIssueOrder) -> tuple[str, str]:
        """The name of the refusal, empty where it was obeyed, and the issue it redirects to."""
        command = ActCommand(order.id, SYSTEM, order.act)
        try:
            await act(self._client, to, command, within_s=ANSWERED_WITHIN_S)
        except ReceiptInLedgerOnly:  # obeyed long ago
            return "", ""
        except Refused as refused:
            return _reason(refused)
        except IssueNotRunning:
            if await self._gone(to):
                return GONE, ""
            raise
        return "", ""

    async def _gone(self, issue_no: str) -> bool:
        """Whether it is archived, or past retention. One that an operator terminated may still be revived."""
        run = await describe(self._client, issue_no)
        return run is None or run.status is WorkflowExecutionStatus.COMPLETED


def _reason(refused: Refused) -> tuple[str, str]:
    """The name of the refusal, and the issue it redirects to. One that passes by itself is raised, to be retried."""
    if refused.name == LEDGER_BEHIND:
        raise refused
    if refused.name == RETRY:
        raise _retry(str(refused)) from refused
    return refused.name, refused.facts.get("into", "")


def _retry(why: str) -> ApplicationError:
    """A retryable error: nothing is wrong, but the answer is not known yet."""
    return ApplicationError(why, type=RETRY, category=ApplicationErrorCategory.BENIGN)
