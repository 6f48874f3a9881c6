"""Putting one act to an issue, with the facts that its caller cannot say."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from temporalio.client import Client

from bihuan.application.errors import IssueArchived, IssueUnknown, LedgerAway, TargetUnknown
from bihuan.application.receipts import Answered, first_answer
from bihuan.city.calendar_store import Shelf
from bihuan.city.enterprises import Register
from bihuan.client.calls import answered
from bihuan.client.errors import AnsweredBefore, IssueNotRunning
from bihuan.client.issues import DECIDED_WITHIN_S, act
from bihuan.client.runs import is_running
from bihuan.domain.bounds import check
from bihuan.domain.clocks.calendar_adoption import first_year
from bihuan.domain.commands import Act, AdoptCalendar, Follow, Merge, fingerprint
from bihuan.domain.following.admission import may_lead
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import Receipt
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.ledger.engine import LEDGER_AWAY
from bihuan.ledger.reading import LedgerReader
from bihuan.wire import ActCommand
from workflows.names import is_issue_number


@dataclass(frozen=True, slots=True)
class Acts:
    client: Client
    reader: LedgerReader
    register: Register
    shelf: Shelf

    async def act(self, issue_no: str, actor: Actor, said: Act, key: str) -> Answered:
        """A repetition under the same key gets the first answer.

        Raises a Refusal, a UseCaseError or a ClientError; Refused where the workflow refuses.
        """
        check(said)
        asked = self.register.filled(await self._looked_up(issue_no, said))
        command = ActCommand(key, actor, asked, str(uuid.uuid4()))
        try:
            receipt = await act(self.client, issue_no, command)
        except (IssueNotRunning, AnsweredBefore):
            receipt = await self._ended(issue_no, key)
        return first_answer(receipt, fingerprint(actor, command.act), command.request_id)

    async def _ended(self, issue_no: str, key: str) -> Receipt:
        """No workflow runs under this number: unknown, archived, or taken from us by an operator."""
        receipt = await self.reader.receipt(issue_no, key)
        if receipt is not None:
            return receipt
        row = await self.reader.issue(issue_no, datetime.now(UTC))
        if row is None:
            raise IssueUnknown
        raise IssueArchived if row.status == "ARCHIVED" else IssueNotRunning

    async def _looked_up(self, issue_no: str, said: Act) -> Act:
        match said:
            case Merge(into=into):
                await self._require_issue(into)
                return said
            case Follow(parent=parent):
                return await self._to_follow(said, parent)
            case AdoptCalendar(version=version):
                life, known = await self._life(issue_no), self.shelf.find(version)
                carried = known.since(first_year(life[0].matter.received_at)) if known and life else known
                return replace(said, calendar=carried)
            case _:
                return said

    async def _require_issue(self, into: str) -> None:
        """Raise TargetUnknown unless there is, or was, such an issue. Whether it takes another in, it says itself."""
        if not is_issue_number(into):
            raise TargetUnknown(field="into")
        async with answered(DECIDED_WITHIN_S):
            runs = await is_running(self.client, into)
        if not runs and await self._life(into) is None:
            raise TargetUnknown(field="into")

    async def _to_follow(self, said: Follow, parent: str) -> Follow:
        """With the facts of the issue to follow."""
        life = await self._life(parent)
        if life is None:
            return replace(said, parent_open=False)
        issue, _ = life
        return replace(said, parent_open=may_lead(issue), parent_category=issue.matter.category)

    async def _life(self, issue_no: str) -> tuple[Issue, Policy] | None:
        try:
            return await self.reader.life(issue_no)
        except LEDGER_AWAY as trouble:
            raise LedgerAway from trouble
