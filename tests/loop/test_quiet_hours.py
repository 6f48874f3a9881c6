"""Notices that wait for the end of quiet hours: none is stuck, none is forgotten, none goes out before."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from bihuan.connection import connect
from bihuan.domain.issue import Desk as AtDesk
from bihuan.domain.issue import Party
from bihuan.settings import Settings
from workers.sandbox import runner
from workflows.messages import DeliveryOutcome, NoticeOrder, Tried
from workflows.notice import Notice
from workflows.patience import Patience

PATIENCE_S = 20
G1 = Party(AtDesk.GROUP, "G1")


def order() -> NoticeOrder:
    number = f"BH{uuid4().hex[:16].upper()}"
    return NoticeOrder(f"{number}:7:{G1}", number, 7, G1, "order_issued", datetime.now(UTC), "用电增容", {})


async def test_a_notice_held_until_a_moment_that_is_over_goes_on(temporal: str) -> None:
    """Its worker was down when the office opened, or the moment came while the hold was being put on record."""
    client: Client = await connect(Settings(temporal_address=temporal))
    notice, opened = order(), datetime.now(UTC) - timedelta(minutes=1)

    outcomes = iter(
        (
            DeliveryOutcome(notice, "HELD", opened, last=False, until=opened),
            DeliveryOutcome(notice, "DELIVERED", opened, recorded=True),
        )
    )

    @activity.defn(name="deliver")
    async def deliver(_notice: NoticeOrder, _tried: tuple[Tried, ...], _patience: Patience) -> DeliveryOutcome:
        return next(outcomes)

    queue = f"held-{notice.id}"
    async with (
        Worker(client, task_queue=queue, workflows=[Notice], activities=[deliver], workflow_runner=runner()),
        asyncio.timeout(PATIENCE_S),
    ):
        ended = await client.execute_workflow(Notice.run, args=[notice, Patience(), ()], id=notice.id, task_queue=queue)
    assert ended == "DELIVERED"
