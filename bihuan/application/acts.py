"""Performing one act on an issue, with the facts that its caller cannot supply."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from temporalio.client import Client

from bihuan.application.errors import IssueArchived, IssueUnknown, LedgerAway, TargetUnknown
from bihuan.application.receipts import CommandResult, result_of
from bihuan.city.calendar_store import CalendarStore
from bihuan.city.enterprises import EnterpriseRegister
from bihuan.client.calls import temporal_call
from bihuan.client.errors import IssueNotRunning, ReceiptInLedgerOnly
from bihuan.client.issues import DECISION_TIMEOUT_S, act
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
    """Acts on issues that were submitted."""

    client: Client
    reader: LedgerReader
    register: EnterpriseRegister
    shelf: CalendarStore

    async def act(self, issue_no: str, actor: Actor, requested: Act, key: str) -> CommandResult:
        """Perform the act; repeating it with the same key returns the first receipt.

        Raises a Refusal, a UseCaseError or a ClientError; Refused where the workflow refuses.
        """
        check(requested)
        complete = self.register.filled(await self._with_facts(issue_no, requested))
        command = ActCommand(key, actor, complete, str(uuid.uuid4()))
        try:
            receipt = await act(self.client, issue_no, command)
        except (IssueNotRunning, ReceiptInLedgerOnly):
            receipt = await self._recorded_receipt(issue_no, key)
        return result_of(receipt, fingerprint(actor, command.act), command.request_id)

    async def _recorded_receipt(self, issue_no: str, key: str) -> Receipt:
        """The receipt in the ledger, for an issue whose workflow does not have it.

        Raises IssueUnknown, IssueArchived, or IssueNotRunning where an operator ended the workflow.
        """
        receipt = await self.reader.receipt(issue_no, key)
        if receipt is not None:
            return receipt
        row = await self.reader.issue(issue_no, datetime.now(UTC))
        if row is None:
            raise IssueUnknown
        raise IssueArchived if row.status == "ARCHIVED" else IssueNotRunning

    async def _with_facts(self, issue_no: str, requested: Act) -> Act:
        """The act with the facts that only the ledger and the calendar store know."""
        match requested:
            case Merge(into=into):
                await self._require_issue(into)
                return requested
            case Follow(parent=parent):
                return await self._with_parent(requested, parent)
            case AdoptCalendar(version=version):
                life, known = await self._life(issue_no), self.shelf.find(version)
                calendar = known.since(first_year(life[0].matter.received_at)) if known and life else known
                return replace(requested, calendar=calendar)
            case _:
                return requested

    async def _require_issue(self, into: str) -> None:
        """Raise TargetUnknown unless there is, or was, such an issue; its own workflow decides on the merge."""
        if not is_issue_number(into):
            raise TargetUnknown(field="into")
        async with temporal_call(DECISION_TIMEOUT_S):
            runs = await is_running(self.client, into)
        if not runs and await self._life(into) is None:
            raise TargetUnknown(field="into")

    async def _with_parent(self, requested: Follow, parent: str) -> Follow:
        life = await self._life(parent)
        if life is None:
            return replace(requested, parent_open=False)
        issue, _ = life
        return replace(requested, parent_open=may_lead(issue), parent_category=issue.matter.category)

    async def _life(self, issue_no: str) -> tuple[Issue, Policy] | None:
        try:
            return await self.reader.issue_state(issue_no)
        except LEDGER_AWAY as error:
            raise LedgerAway from error
