"""Submitting an issue."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from temporalio.client import Client

from bihuan.application.receipts import CommandResult, result_of
from bihuan.city.enterprises import EnterpriseRegister
from bihuan.client.issues import start_issue
from bihuan.domain.bounds import check
from bihuan.domain.commands import Submit, fingerprint
from bihuan.domain.loop.step import Receipt
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.ledger.engine import LEDGER_AWAY
from bihuan.ledger.reading import LedgerReader
from workflows.messages import Opening
from workflows.names import issue_number

LEDGER_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True)
class Submission:
    """``governing``: returns the policy in force now. ``continue_after``: events after which a run continues as new."""

    client: Client
    reader: LedgerReader
    register: EnterpriseRegister
    governing: Callable[[], Policy]
    continue_after: int

    async def submit(self, actor: Actor, requested: Submit, key: str) -> CommandResult:
        """Submit an issue; the same caller and key return the same issue, with its first receipt.

        Raises a Refusal or a ClientError.
        """
        check(requested)
        complete, request_id = self.register.filled(requested), str(uuid.uuid4())
        number, print_ = issue_number(f"{actor.role}/{actor.person}/{actor.org}", key), fingerprint(actor, complete)
        receipt = await self._from_ledger(number, key)
        if receipt is None:
            opening = Opening(
                self.governing(), complete, actor, None, key, print_, request_id, continue_after=self.continue_after
            )
            receipt = await start_issue(self.client, number, opening)
        return result_of(receipt, print_, request_id)

    async def _from_ledger(self, number: str, key: str) -> Receipt | None:
        """After Temporal's retention only the ledger has the receipt. Submitting does not depend on the ledger."""
        try:
            async with asyncio.timeout(LEDGER_TIMEOUT_S):
                return await self.reader.receipt(number, key)
        except LEDGER_AWAY:
            return None
