"""A city of one's own that tells its desks over servers of the test's own, and the worker that does it."""

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client

from activities.attempts import Attempts
from activities.channels.http import Http
from activities.channels.port import EXCHANGE_MAX_S
from activities.rendering import Telling
from bihuan.city.notification_files import load_notifying
from bihuan.client.connection import connect
from bihuan.domain.clocks.workdays import WorkCalendar
from bihuan.domain.parties import Desk, Party
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import Delivery
from bihuan.ledger.writing import LedgerWriter
from bihuan.notify.secrets import Secrets
from bihuan.notify.tokens import Tokens
from bihuan.runtime.settings import Settings
from bihuan.wire import NoticeOrder, notice_id
from tests.support.notify_files import folder_of
from tests.support.puyang import city
from tests.support.servers import real_temporal
from tests.support.waiting import HANGS_AFTER_S, within_reason
from workers.channels import gates
from workers.processes import notice_worker
from workflows.names import NOTICE_QUEUE
from workflows.notice import Notice
from workflows.timeouts import Patience

G1 = Party(Desk.GROUP, "G1")
NOTHING = {
    "channels.yaml": "channels:\n  webhook: {kind: webhook}\n",
    "routes.yaml": "routes: []\n",
    "contacts.csv": "desk,ref,channel,address\n",
    "absences.csv": "desk,ref,from,until,deputy_desk,deputy_ref\n",
    "duty.csv": "desk,ref,day,hours,channel,address\n",
}
CHAT = {
    "channels.yaml": "channels:\n  chat: {kind: wecom_bot}\n",
    "routes.yaml": "routes:\n  - {to: [group], channels: [chat]}\n",
    "contacts.csv": "desk,ref,channel,address\ngroup,G1,chat,secret:g1\n",
}
"""The first group is told by a robot, whose address is the secret g1."""
QUICK = Patience(first_s=1, longest_s=1)


@dataclass
class Post:
    """A notice worker with its ledger, and a way to have somebody told."""

    client: Client
    reader: LedgerReader
    writer: LedgerWriter
    patience: Patience

    def order(
        self, to: Party = G1, *, event: str = "order_issued", urgent: bool = True, rung: str = "R2"
    ) -> NoticeOrder:
        number = f"BH{uuid4().hex[:16].upper()}"
        return NoticeOrder(
            id=notice_id(number, 7, to),
            issue_no=number,
            seq=7,
            to=to,
            event=event,
            at=datetime.now(UTC),
            title="用电增容",
            facts={"rung": rung},
            urgent=urgent,
        )

    async def tell(self, order: NoticeOrder) -> str:
        """Have it told; returns how the notice's own life ended."""
        return await self.client.execute_workflow(
            Notice.run, args=[order, self.patience, ()], id=order.id, task_queue=NOTICE_QUEUE
        )


@asynccontextmanager
async def post(
    temporal: str | Client,
    folder: Path,
    files: Mapping[str, str] | None = None,
    *,
    webhook: str = "",
    key: str = "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0",
    give_up_s: float = HANGS_AFTER_S,
    patience: Patience = QUICK,
    seconds: float = EXCHANGE_MAX_S,
    gate_clock: Callable[[], float] = time.monotonic,
    calendar: Callable[[], WorkCalendar] | None = None,
) -> AsyncIterator[Post]:
    """``files`` take the place of those in the sample city's ``notify/``; ``seconds``: the limit of one attempt."""
    own = folder_of(folder, {**NOTHING, **(files or {})})
    notifying = load_notifying(own, city(), webhook_url=webhook, give_up_s=give_up_s, calendar=calendar)
    ledger_url = f"sqlite:///{folder / 'ledger.db'}"
    await migrate(ledger_url)
    engine = ledger_engine(ledger_url)
    client = temporal if isinstance(temporal, Client) else await connect(Settings(temporal_address=temporal))
    ledger = LedgerWriter(engine)
    http = Http(private_allowed=True, seconds=seconds)
    telling = Telling(
        notifying.routing, notifying.templates, Secrets(folder), key, Tokens(b"a secret of the test's own")
    )
    by_name = gates(notifying.routing.channels, http)
    for gate in by_name.values():
        gate.clock = gate_clock
    async with notice_worker(client, Attempts(telling, by_name, ledger)):
        yield Post(client, LedgerReader(engine), ledger, patience)
    await http.aclose()
    await engine.dispose()


@pytest.fixture(scope="module")
def temporal() -> Iterator[str]:
    """A server of our own: on the shared one the notices of other tests wait for a worker."""
    with real_temporal() as address:
        yield address


async def told(office: Post, order: NoticeOrder) -> Delivery:
    """Have it told and read how it stands."""
    async with within_reason(f"{order.id} is told"):
        await office.tell(order)
    row = await office.reader.delivery(order.id)
    assert row is not None
    return row
