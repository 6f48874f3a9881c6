"""Carrying word from issue to issue: started once for each event that sends it, then put as a command."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.service import RPCError, RPCStatusCode

from activities.children import COORDINATION, Start
from bihuan.client.connection import described
from bihuan.domain.bounds import cut
from bihuan.domain.cross_issue import AGAIN, ELSEWHERE, errands
from bihuan.domain.cross_issue import Errand as Word
from bihuan.domain.people import SYSTEM
from bihuan.domain.refusals import LedgerTooFarBehind
from bihuan.wire import ActCommand, Entry
from workflows.cross_issue import Errand
from workflows.issue_loop import MOVING, IssueLoop
from workflows.messages import ErrandOrder
from workflows.names import ISSUE_QUEUE, errand_id
from workflows.ports import Carrying
from workflows.receipts import AnsweredBefore

ANSWERED_WITHIN = timedelta(seconds=10)
GONE = "IssueArchived"
WAITING = LedgerTooFarBehind.__name__
"""A refusal that passes by itself: the word is carried again."""


def words(client: Client, issue_no: str, entries: Iterable[Entry]) -> Iterator[Start]:
    """The errands of these events. One that exists already is not sent again."""
    for entry in entries:
        for word in errands(entry.event, issue_no, entry.seq):
            yield _errand(client, issue_no, entry, word)


def _errand(client: Client, issue_no: str, entry: Entry, word: Word) -> Start:
    id_ = errand_id(issue_no, entry.seq, word.to)

    async def begin() -> None:
        await client.start_workflow(
            Errand.run,
            ErrandOrder(id_, word.to, word.act, issue_no, word.if_refused),
            id=id_,
            task_queue=ISSUE_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary=cut(f"{word.act.act} → {word.to}"),
        )

    title = f"转告 {word.to} 未能发起 · word to it could not be sent"
    return Start(id_, issue_no, entry, COORDINATION, title, begin)


class Carrier(Carrying):
    """Puts the act to the other issue's workflow, or to the one it sends us on to."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @activity.defn(name="carry")
    async def carry(self, errand: ErrandOrder) -> str:
        to, been = errand.to, set[str]()
        while to not in been:
            been.add(to)
            refused, elsewhere = await self._put(to, errand)
            if refused != ELSEWHERE:
                return refused
            to = elsewhere
        raise _later(f"{errand.to} leads around in a ring that {errand.sender} is not of")

    async def _put(self, to: str, errand: ErrandOrder) -> tuple[str, str]:
        """The refusal's name, empty where it was obeyed, and where the word is sent on to."""
        command = ActCommand(errand.id, SYSTEM, errand.act)
        try:
            other = self._client.get_workflow_handle(to)
            await other.execute_update(IssueLoop.act, command, id=errand.id, rpc_timeout=ANSWERED_WITHIN)
        except WorkflowUpdateFailedError as failed:
            return _reason(failed)
        except RPCError as trouble:
            if trouble.status is RPCStatusCode.NOT_FOUND and await self._gone(to):
                return GONE, ""
            raise
        return "", ""

    async def _gone(self, issue_no: str) -> bool:
        """Whether it ended as an issue ends, or is past retention. One that an operator ended may be revived."""
        run = await described(self._client, issue_no)
        return run is None or run.status is WorkflowExecutionStatus.COMPLETED


def _reason(failed: WorkflowUpdateFailedError) -> tuple[str, str]:
    """The refusal's name, and the issue it names; what is no refusal, or none for good, may pass, and what was obeyed
    before is no refusal.
    """
    cause = failed.cause
    if isinstance(cause, ApplicationError) and cause.type == AnsweredBefore.__name__:
        return "", ""
    if not isinstance(cause, ApplicationError) or cause.type in (None, MOVING, WAITING) or not cause.details:
        raise failed
    if cause.type == AGAIN:
        raise _later(str(cause)) from failed
    return str(cause.type), cause.details[0].get("into", "")


def _later(why: str) -> ApplicationError:
    """Nothing is wrong: the answer is not there yet."""
    return ApplicationError(why, type=AGAIN, category=ApplicationErrorCategory.BENIGN)
