"""One notice against a real HTTP endpoint that answers as told, with the real delivery and a real ledger."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from standardwebhooks import Webhook

from activities.delivering import Addressee, WebhookDelivery
from bihuan.connection import connect
from bihuan.domain.issue import Desk, Party
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import Delivery
from bihuan.ledger.writing import LedgerWriter
from bihuan.settings import Settings
from tests.servers import real_temporal
from workers.processes import notice_worker
from workflows.messages import NoticeOrder
from workflows.names import NOTICE_QUEUE, notice_id
from workflows.notice import Notice
from workflows.patience import Patience


@pytest.fixture(scope="module")
def temporal() -> Iterator[str]:
    """A server of our own: on the shared one the notices of other tests wait for a worker."""
    with real_temporal() as address:
        yield address


SECRET = "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"


@dataclass
class Endpoint:
    """Answers with the next of its script, the last one again and again. ``cut``: closes without a word."""

    script: list[str]
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        original = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        self.bodies.append(await reader.readexactly(int(headers["content-length"])))
        self.headers.append({name.lower(): value for name, value in original.items()})
        said = self.script[min(len(self.bodies), len(self.script)) - 1]
        if said != "cut":
            writer.write(f"HTTP/1.1 {said}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
            await writer.drain()
        writer.close()


@asynccontextmanager
async def endpoint(*script: str) -> AsyncIterator[tuple[Endpoint, str]]:
    scripted = Endpoint(list(script))
    server = await asyncio.start_server(scripted.answer, "127.0.0.1", 0)
    async with server:
        yield scripted, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"


async def told(temporal: str, folder: Path, url: str, patience: Patience) -> tuple[NoticeOrder, Delivery]:
    """Send one notice and return its row in the ledger."""
    ledger_url = f"sqlite:///{folder / 'ledger.db'}"
    await migrate(ledger_url)
    engine = ledger_engine(ledger_url)
    client = await connect(Settings(temporal_address=temporal))
    to = Party(Desk.GROUP, "G1")
    number = f"BH{uuid4().hex}"
    order = NoticeOrder(
        id=notice_id(number, 7, to),
        issue_no=number,
        seq=7,
        to=to,
        event="order_issued",
        at=datetime.now(UTC),
        title="用电增容",
        facts={"rung": "R2"},
    )
    async with httpx.AsyncClient(timeout=2) as http:
        delivery = WebhookDelivery(http, SECRET, lambda _: Addressee("第一专项督导组", url), LedgerWriter(engine))
        async with notice_worker(client, delivery), asyncio.timeout(60):
            await client.execute_workflow(Notice.run, args=[order, patience], id=order.id, task_queue=NOTICE_QUEUE)
    (row,) = await LedgerReader(engine).deliveries(number)
    await engine.dispose()
    return order, row


QUICK = Patience(first_s=1, longest_s=1, give_up_after_s=30)


@pytest.mark.parametrize(
    ("script", "state", "calls", "status"),
    [
        (["200 OK"], "DELIVERED", 1, 200),
        (["500 Oops", "204 No Content"], "DELIVERED", 2, 204),
        (["429 Slow\r\nretry-after: 1", "200 OK"], "DELIVERED", 2, 200),
        (["cut", "200 OK"], "DELIVERED", 2, 200),
        (["404 Nobody"], "REFUSED", 1, 404),
        (["302 Elsewhere\r\nlocation: http://127.0.0.1:1/"], "REFUSED", 1, 302),
    ],
)
async def test_a_notice_arrives_or_its_end_is_on_record(
    temporal: str, tmp_path: Path, script: list[str], state: str, calls: int, status: int
) -> None:
    async with endpoint(*script) as (scripted, url):
        order, row = await told(temporal, tmp_path, url, QUICK)
    assert (row.state, len(scripted.bodies), row.status, row.attempts) == (state, calls, status, calls)
    assert len(set(scripted.bodies)) == 1, "every copy is the same, letter for letter"
    for body, headers in zip(scripted.bodies, scripted.headers, strict=True):
        assert headers["webhook-id"] == order.id
        Webhook(SECRET).verify(body.decode(), headers)


async def test_a_notice_that_never_gets_through_is_given_up_and_says_why(temporal: str, tmp_path: Path) -> None:
    async with endpoint("503 Down") as (scripted, url):
        _, row = await told(temporal, tmp_path, url, Patience(first_s=1, longest_s=1, give_up_after_s=3))
    assert row.state == "GIVEN_UP"
    assert scripted.bodies
    assert "503" in row.detail


async def test_a_desk_nobody_can_be_reached_at_is_on_record(temporal: str, tmp_path: Path) -> None:
    _, row = await told(temporal, tmp_path, "", QUICK)
    assert row.state == "UNADDRESSED"
