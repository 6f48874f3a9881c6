"""Carrying word from issue to issue: started once for each event that sends it, then put as a command."""

from collections.abc import Iterable, Iterator

from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.children import COORDINATION, Start
from bihuan.client.cross_issue import start_errand
from bihuan.client.errors import AnsweredBefore, IssueNotRunning, Refused
from bihuan.client.issues import act
from bihuan.client.runs import described
from bihuan.domain.cross_issue import REDIRECTED, RETRY, cross_issue_acts
from bihuan.domain.cross_issue import CrossIssueAct as Word
from bihuan.domain.people import SYSTEM
from bihuan.domain.refusals import LedgerTooFarBehind
from bihuan.wire import ActCommand, Entry
from workflows.messages import ErrandOrder
from workflows.names import errand_id
from workflows.ports import Carrying

ANSWERED_WITHIN_S = 10.0
GONE = "IssueArchived"
WAITING = LedgerTooFarBehind.__name__
"""A refusal that passes by itself: the word is carried again."""


def words(client: Client, issue_no: str, entries: Iterable[Entry]) -> Iterator[Start]:
    """The errands of these events. One that exists already is not sent again."""
    for entry in entries:
        for word in cross_issue_acts(entry.event, issue_no, entry.seq):
            yield _errand(client, issue_no, entry, word)


def _errand(client: Client, issue_no: str, entry: Entry, word: Word) -> Start:
    id_ = errand_id(issue_no, entry.seq, word.to)

    async def begin() -> None:
        await start_errand(client, ErrandOrder(id_, word.to, word.act, issue_no, word.if_refused))

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
            if refused != REDIRECTED:
                return refused
            to = elsewhere
        raise _later(f"{errand.to} leads around in a ring that {errand.sender} is not of")

    async def _put(self, to: str, errand: ErrandOrder) -> tuple[str, str]:
        """The refusal's name, empty where it was obeyed, and where the word is sent on to."""
        command = ActCommand(errand.id, SYSTEM, errand.act)
        try:
            await act(self._client, to, command, within_s=ANSWERED_WITHIN_S)
        except AnsweredBefore:  # what was obeyed before is no refusal
            return "", ""
        except Refused as refused:
            return _reason(refused)
        except IssueNotRunning:
            if await self._gone(to):
                return GONE, ""
            raise
        return "", ""

    async def _gone(self, issue_no: str) -> bool:
        """Whether it ended as an issue ends, or is past retention. One that an operator ended may be revived."""
        run = await described(self._client, issue_no)
        return run is None or run.status is WorkflowExecutionStatus.COMPLETED


def _reason(refused: Refused) -> tuple[str, str]:
    """The refusal's name, and the issue it names; one that passes by itself is raised, to be tried again."""
    if refused.name == WAITING:
        raise refused
    if refused.name == RETRY:
        raise _later(str(refused)) from refused
    return refused.name, refused.facts.get("into", "")


def _later(why: str) -> ApplicationError:
    """Nothing is wrong: the answer is not there yet."""
    return ApplicationError(why, type=RETRY, category=ApplicationErrorCategory.BENIGN)
