"""Taking an issue in."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from temporalio.client import Client

from bihuan.application.receipts import Answered, first_answer
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

LEDGER_LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class Submission:
    """``governing``: the policy of this moment. ``continue_after``: events after which a run continues as new."""

    client: Client
    reader: LedgerReader
    register: EnterpriseRegister
    governing: Callable[[], Policy]
    continue_after: int

    async def submit(self, actor: Actor, said: Submit, key: str) -> Answered:
        """The same caller and key find the same issue; its first receipt is the answer.

        Raises a Refusal, or a ClientError.
        """
        check(said)
        asked, request_id = self.register.filled(said), str(uuid.uuid4())
        number, mark = issue_number(f"{actor.role}/{actor.person}/{actor.org}", key), fingerprint(actor, asked)
        receipt = await self._from_ledger(number, key)
        if receipt is None:
            opening = Opening(
                self.governing(), asked, actor, None, key, mark, request_id, continue_after=self.continue_after
            )
            receipt = await start_issue(self.client, number, opening)
        return first_answer(receipt, mark, request_id)

    async def _from_ledger(self, number: str, key: str) -> Receipt | None:
        """Past Temporal's retention only the ledger remembers an intake. A ledger that is away stops no intake."""
        try:
            async with asyncio.timeout(LEDGER_LOOK_S):
                return await self.reader.receipt(number, key)
        except LEDGER_AWAY:
            return None
