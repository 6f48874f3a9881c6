"""Reading issues from the ledger, which follows the workflows by milliseconds."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.client import Client

from bihuan.application.errors import IssueUnknown, MomentAhead, NotReceivedYet, NotRecordedYet
from bihuan.client.calls import temporal_call
from bihuan.client.errors import OutcomeUnknown, TemporalAway
from bihuan.client.issues import is_known
from bihuan.domain.access.authorization import may_read
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import fold, known_at
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import NotYourIssue
from bihuan.ledger.as_of import row_as_of
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import IssueRow
from bihuan.operations.reconciliation import Reconciliation, reconcile
from bihuan.wire import Entry

LEDGER_WAIT_S = 3.0
POLL_EVERY_S = 0.03
EXISTENCE_TIMEOUT_S = 1.0
RECONCILIATION_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class IssueReading:
    """Issues as the ledger has them, each for those who may read it."""

    client: Client
    reader: LedgerReader

    async def row_at(self, issue_no: str, at_least: int) -> IssueRow | None:
        """The row, once it has reached the revision; polls, because another process writes it.

        Raises IssueUnknown at once where neither the ledger nor Temporal knows the issue; NotRecordedYet after
        ``LEDGER_WAIT_S``.
        """
        until, checked = time.monotonic() + LEDGER_WAIT_S, False
        while True:
            row = await self.reader.issue(issue_no, datetime.now(UTC))
            if at_least <= (row.revision if row else 0):
                return row
            if row is None and not checked and not await self._may_come(issue_no):
                raise IssueUnknown
            checked = True
            if time.monotonic() > until:
                raise NotRecordedYet
            await asyncio.sleep(POLL_EVERY_S)

    async def _may_come(self, issue_no: str) -> bool:
        """Whether there may be a workflow whose first events are not in the ledger yet."""
        try:
            async with temporal_call(EXISTENCE_TIMEOUT_S):
                return await is_known(self.client, issue_no)
        except (TemporalAway, OutcomeUnknown):
            return True

    async def readable(self, issue_no: str, who: Actor) -> tuple[Issue, Policy]:
        """The issue and its policy, if this person may read it. Raises IssueUnknown, NotYourIssue."""
        life = await self.reader.issue_state(issue_no)
        if life is None:
            raise IssueUnknown
        if not may_read(life[0], who, life[1]):
            raise NotYourIssue(act="read", act_zh="查看")
        return life

    async def events_by(self, issue_no: str, moment: datetime | None) -> tuple[Entry, ...]:
        """The events that were on record by a moment; all of them for None. Raises MomentAhead, NotReceivedYet."""
        if moment is not None and moment > datetime.now(UTC):
            raise MomentAhead(field="as_of")
        entries = await self.reader.all_events(issue_no)
        if moment is not None:
            entries = known_at(entries, moment)
        if not entries:
            raise NotReceivedYet(field="as_of")
        return entries

    async def as_of(self, row: IssueRow, moment: datetime) -> tuple[IssueRow, Issue, Policy]:
        """Row, issue and policy as they were at a past moment. Raises MomentAhead, NotReceivedYet."""
        entries = await self.events_by(row.issue_no, moment)
        state = fold(row.issue_no, (entry.recorded() for entry in entries))
        policy = await self.reader.policy(state.governance.policy_version)
        return row_as_of(row, state, policy, entries, moment), state, policy

    async def reconciled(self) -> Reconciliation:
        """The ledger compared with the workflows that run. Raises a ClientError."""
        async with temporal_call(RECONCILIATION_TIMEOUT_S):
            return await reconcile(self.client, self.reader, datetime.now(UTC))
