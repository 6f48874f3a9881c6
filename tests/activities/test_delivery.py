"""One attempt at a moment of our choosing: what waits for the office, what is recalled, what is sent once more."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
from temporalio.testing import ActivityEnvironment

from activities.attempts import Attempts
from activities.channels.port import Address, Channel, Message, SendResult, SendVerdict
from activities.delivery import Deliverer
from activities.gate import Gate
from activities.rendering import MessageRenderer
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.writing import LedgerWriter
from bihuan.notify.samples import sample
from bihuan.notify.secrets import Secrets
from bihuan.notify.tokens import Tokens
from bihuan.wire import NoticeOrder
from tests.support.notify_files import HEAD, telling
from workflows.messages import DeliveryOutcome
from workflows.timeouts import Patience

NIGHT = datetime.fromisoformat("2026-11-25T23:00:00+08:00")
MORNING = datetime.fromisoformat("2026-11-26T08:30:00+08:00")


@dataclass
class Mailbox(Channel):
    """A channel that takes everything."""

    sent: list[str] = field(default_factory=list)

    async def send(self, message: Message, address: Address) -> SendResult:
        self.sent.append(message.id)
        return SendResult(SendVerdict.DELIVERED, 250)


@dataclass
class Office:
    """A deliverer over a real ledger, its mail and text messages in one box."""

    deliverer: Deliverer
    box: Mailbox
    writer: LedgerWriter
    reader: LedgerReader

    async def deliver(self, order: NoticeOrder, at: datetime) -> DeliveryOutcome:
        environment = ActivityEnvironment()
        environment.info = replace(environment.info, started_time=at, scheduled_time=at, activity_id=str(at))
        return await environment.run(self.deliverer.deliver, order, (), Patience())


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.setenv("BIHUAN_SECRET_SMS", "the gateway's key")
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    await migrate(url)
    engine = ledger_engine(url)
    told, box, writer = telling(tmp_path), Mailbox(), LedgerWriter(engine)
    said = MessageRenderer(told.routing, told.templates, Secrets(tmp_path), "", Tokens(b"a secret of the test's own"))
    gates = {name: Gate(box) for name in ("mail", "sms")}
    yield Office(Deliverer(Attempts(said, gates, writer), None), box, writer, LedgerReader(engine))  # type: ignore[arg-type]
    await engine.dispose()


def order(event: str, raised: datetime) -> NoticeOrder:
    return replace(sample(event, HEAD, at=raised), urgent=event == "order_issued")


async def test_what_does_not_press_is_held_until_the_office_opens_and_is_sent_then(office: Office) -> None:
    notice = order("rework_ordered", NIGHT)
    held = await office.deliver(notice, NIGHT)
    assert (held.state, held.until, held.last, office.box.sent) == ("HELD", MORNING, False, [])
    assert (await office.deliver(notice, MORNING)).state == "DELIVERED"
    assert [trace.state for trace in await office.reader.traces(notice.id)] == ["HELD", "DELIVERED"]


async def test_what_presses_goes_at_night(office: Office) -> None:
    notice = order("order_issued", NIGHT)
    assert (await office.deliver(notice, NIGHT)).state == "DELIVERED"
    assert office.box.sent == [notice.id]


async def test_a_reminder_that_was_not_sent_before_its_issue_was_closed_is_recalled(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = order("alarm_raised", NIGHT)
    await office.deliver(notice, NIGHT)
    monkeypatch.setattr(office.writer, "closed", AsyncMock(return_value=True))
    recalled = await office.deliver(notice, MORNING)
    row = await office.reader.delivery(notice.id)
    assert row is not None
    assert (recalled.state, recalled.last, row.state, office.box.sent) == ("RECALLED", True, "RECALLED", [])


@pytest.mark.parametrize("event", ["closed_out", "rework_ordered"])
async def test_what_is_no_reminder_is_told_though_the_issue_is_closed(
    office: Office, monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    monkeypatch.setattr(office.writer, "closed", AsyncMock(return_value=True))
    assert (await office.deliver(order(event, NIGHT), MORNING)).state == "DELIVERED"


async def test_what_was_delivered_is_not_sent_again_but_by_hand(office: Office) -> None:
    notice = order("rework_ordered", MORNING)
    for one in (notice, notice, replace(notice, again=1)):
        assert (await office.deliver(one, MORNING + timedelta(hours=1))).state == "DELIVERED"
    assert office.box.sent == [notice.id] * 2, "under the same id"
