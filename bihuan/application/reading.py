"""Reading an issue: the ledger follows the loop by milliseconds, and who cannot wait says so."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.client import Client

from bihuan.application.errors import IssueUnknown, MomentAhead, NotReceivedYet, NotRecordedYet
from bihuan.client.calls import answered
from bihuan.client.errors import OutcomeUnknown, TemporalAway
from bihuan.client.issues import is_kept
from bihuan.domain.access.authorization import may_read
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import fold, known_at
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import NotYourIssue
from bihuan.ledger.as_of import row_then
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import IssueRow
from bihuan.operations.reconciliation import Standing, standing
from bihuan.wire import Entry

WAIT_FOR_WRITE_S = 3.0
LOOK_EVERY_S = 0.03
LOOKED_WITHIN_S = 1.0
COUNTED_WITHIN_S = 30


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of issues, each to whoever may see it."""

    client: Client
    reader: LedgerReader

    async def reached(self, issue_no: str, at_least: int) -> IssueRow | None:
        """The row once it has reached the revision. Looks again at short intervals: the writer is another process.

        Raises IssueUnknown at once where neither the ledger nor Temporal knows the issue; NotRecordedYet.
        """
        until, asked = time.monotonic() + WAIT_FOR_WRITE_S, False
        while True:
            row = await self.reader.issue(issue_no, datetime.now(UTC))
            if at_least <= (row.revision if row else 0):
                return row
            if row is None and not asked and not await self._may_come(issue_no):
                raise IssueUnknown
            asked = True
            if time.monotonic() > until:
                raise NotRecordedYet
            await asyncio.sleep(LOOK_EVERY_S)

    async def _may_come(self, issue_no: str) -> bool:
        """Whether its first events may still be on their way to the ledger."""
        try:
            async with answered(LOOKED_WITHIN_S):
                return await is_kept(self.client, issue_no)
        except (TemporalAway, OutcomeUnknown):
            return True

    async def readable(self, issue_no: str, who: Actor) -> tuple[Issue, Policy]:
        """The issue, if it is the caller's to see. Raises IssueUnknown, NotYourIssue."""
        life = await self.reader.life(issue_no)
        if life is None:
            raise IssueUnknown
        if not may_read(life[0], who, life[1]):
            raise NotYourIssue(act="read", act_zh="查看")
        return life

    async def known(self, issue_no: str, moment: datetime | None) -> tuple[Entry, ...]:
        """The issue's events that were on record by then; all without a moment. Raises MomentAhead, NotReceivedYet."""
        if moment is not None and moment > datetime.now(UTC):
            raise MomentAhead(field="as_of")
        entries = await self.reader.all_events(issue_no)
        if moment is not None:
            entries = known_at(entries, moment)
        if not entries:
            raise NotReceivedYet(field="as_of")
        return entries

    async def stood(self, row: IssueRow, moment: datetime) -> tuple[IssueRow, Issue, Policy]:
        """The issue at a moment that is over, under the policy it then had."""
        entries = await self.known(row.issue_no, moment)
        state = fold(row.issue_no, (entry.recorded() for entry in entries))
        policy = await self.reader.policy(state.governance.policy_version)
        return row_then(row, state, policy, entries, moment), state, policy

    async def standing(self) -> Standing:
        """Every issue accounted for: what the ledger holds against what runs."""
        async with answered(COUNTED_WITHIN_S):
            return await standing(self.client, self.reader, datetime.now(UTC))
