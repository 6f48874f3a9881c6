"""Publishing: start the notices an event calls for, then write it into the ledger. Any part may be repeated."""

import asyncio

from temporalio import activity
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.carrying import send_word
from bihuan import telemetry
from bihuan.domain.bounds import cut
from bihuan.domain.events import AlarmRaised
from bihuan.domain.issue import Party
from bihuan.ledger.engine import LEDGER_AWAY
from bihuan.ledger.writing import LedgerWriter
from bihuan.wire import Entry
from bihuan.wording import notice_order
from workflows.messages import Publication
from workflows.names import NOTICE_QUEUE
from workflows.notice import Notice
from workflows.patience import Patience
from workflows.ports import Publishing

STARTED_AT_ONCE = 8


class Publisher(Publishing):
    """Notices first: a ledger that is down delays no alarm."""

    def __init__(self, client: Client, ledger: LedgerWriter, patience: Patience) -> None:
        self._client = client
        self._ledger = ledger
        self._patience = patience
        self._starting = asyncio.Semaphore(STARTED_AT_ONCE)

    @activity.defn(name="publish")
    async def publish(self, publication: Publication) -> bool:
        fresh = [entry for entry in publication.entries if entry.seq > publication.announced]
        await asyncio.gather(*(self._start(publication, entry, to) for entry in fresh for to in entry.tell))
        await send_word(self._client, publication.issue.issue_no, fresh)
        try:
            await self._ledger.record(
                publication.issue, publication.entries, publication.receipts, publication.policy, publication.former
            )
        except LEDGER_AWAY:
            activity.logger.warning("ledger_away", exc_info=True)
            return False
        telemetry.PUBLISHED_EVENTS.inc(len(publication.entries))
        for entry in publication.entries:
            if isinstance(entry.event, AlarmRaised):
                telemetry.ALARMS.labels(entry.event.rung).inc()
        return True

    async def _start(self, publication: Publication, entry: Entry, to: Party) -> None:
        order = notice_order(publication.issue, entry, to)
        async with self._starting:
            try:
                await self._client.start_workflow(
                    Notice.run,
                    args=[order, self._patience, ()],
                    id=order.id,
                    task_queue=NOTICE_QUEUE,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    static_summary=cut(f"{order.event} → {to}"),
                )
            except WorkflowAlreadyStartedError:
                return
