"""Publishing: start the notices of the events, then write the events into the ledger. Any part may be repeated."""

from collections.abc import Iterable, Iterator

from temporalio import activity
from temporalio.client import Client

from activities.children import Start, record_refused, start_all
from activities.cross_issue import starts_of
from bihuan.client.notices import start_notice
from bihuan.domain.events import AlarmRaised
from bihuan.domain.parties import Party
from bihuan.ledger.engine import LEDGER_AWAY
from bihuan.ledger.writing import LedgerWriter
from bihuan.runtime import telemetry
from bihuan.wire import Entry, NoticeOrder, notice_id
from workflows.messages import Publication
from workflows.ports import Publishing
from workflows.timeouts import Patience


class Publisher(Publishing):
    """Notices come first, so that an unavailable ledger delays no alarm."""

    def __init__(self, client: Client, ledger: LedgerWriter, patience: Patience) -> None:
        self._client = client
        self._ledger = ledger
        self._patience = patience

    @activity.defn(name="publish")
    async def publish(self, publication: Publication) -> bool:
        fresh = [entry for entry in publication.entries if entry.seq > publication.announced]
        issue_no = publication.issue.issue_no
        started = await start_all((*self._notices(publication, fresh), *starts_of(self._client, issue_no, fresh)))
        recorded = await self._record(publication)
        if recorded:
            await record_refused(self._ledger, (one for one in started if one.refused))
        trouble = next((one.trouble for one in started if one.trouble), None)
        if trouble is not None:  # what is recorded and started by now is skipped by the next attempt
            raise trouble
        return recorded

    async def _record(self, publication: Publication) -> bool:
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

    def _notices(self, publication: Publication, entries: Iterable[Entry]) -> Iterator[Start]:
        return (self._notice(publication, entry, to) for entry in entries for to in entry.tell)

    def _notice(self, publication: Publication, entry: Entry, to: Party) -> Start:
        issue = publication.issue

        async def begin() -> None:
            await start_notice(self._client, NoticeOrder.of(issue, entry, to), self._patience)

        id_ = notice_id(issue.issue_no, entry.seq, to)
        return Start(id_, issue.issue_no, entry, to, issue.matter.heading(), begin)
