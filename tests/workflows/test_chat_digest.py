"""Group chats: a burst becomes few messages, and every notice has its record."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
from sqlalchemy.exc import OperationalError
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError

from activities.attempts import body_hash
from bihuan.ledger.views import Delivery
from bihuan.wire import NoticeOrder
from tests.support.endpoints import Fault, serving
from tests.support.notice_worker import CHAT, Post, post
from tests.support.platforms import Hook, WeComRobot
from tests.support.puyang import city
from tests.support.waiting import until, within_reason
from workflows import chat_digest
from workflows.chat_digest import Desk
from workflows.messages import Card, Chat
from workflows.names import NOTICE_QUEUE, desk_id
from workflows.notice import Notice


@asynccontextmanager
async def chatting(
    temporal: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    robot: WeComRobot,
    key: str = "",
    faults: Iterable[Fault] = (),
) -> AsyncIterator[Post]:
    """A city that tells its first group by this robot, whose key it knows or believes to be another."""
    async with serving(robot, faults) as site:
        url = f"{site.site}/cgi-bin/webhook/send?key={key or robot.key}"
        monkeypatch.setenv("BIHUAN_SECRET_G1", url)
        async with post(temporal, folder, CHAT) as on:
            yield on


async def delivered(on: Post, orders: list[NoticeOrder]) -> list[Delivery]:
    async def ended() -> list[Delivery]:
        rows = [await on.reader.delivery(order.id) for order in orders]
        known = [row for row in rows if row is not None and row.ended_at is not None]
        return known if len(known) == len(orders) else []

    return await until(ended, f"the end of {len(orders)} notices")


async def test_a_burst_for_one_chat_becomes_few_messages_that_name_every_notice(
    temporal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot = WeComRobot()
    async with chatting(temporal, tmp_path, monkeypatch, robot) as on:
        orders = [on.order() for _ in range(60)]
        await asyncio.gather(*(on.tell(order) for order in orders))
        rows = await delivered(on, orders)
    assert {row.state for row in rows} == {"DELIVERED"}
    assert robot.over == 0
    assert 1 < len(robot.taken) < len(orders) / 6
    for order, row in zip(orders, rows, strict=True):
        assert sum(order.id in one.text for one in robot.taken) == 1, "each is said once"
        assert row.body_sha256 == body_hash(order, city().desk(order.to).name), "its own, as if it were told alone"


async def test_what_a_chat_did_not_take_is_on_the_record_of_each_notice(
    temporal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot = WeComRobot()
    async with chatting(temporal, tmp_path, monkeypatch, robot, faults=[Fault.BUSY]) as on:
        orders = [on.order() for _ in range(2)]
        await asyncio.gather(*(on.tell(order) for order in orders))
        await delivered(on, orders)
        traces = [[(trace.state, trace.status) for trace in await on.reader.traces(order.id)] for order in orders]
    assert traces == [[("HANDED", 0), ("TRYING", 503), ("DELIVERED", 200)]] * 2


async def test_a_chat_that_is_gone_hands_its_cards_back_and_they_go_on(
    temporal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot = WeComRobot()
    async with chatting(temporal, tmp_path, monkeypatch, robot, "no-such-key") as on:
        orders = [on.order() for _ in range(3)]
        await asyncio.gather(*(on.tell(order) for order in orders))
        rows = await delivered(on, orders)
        traces = [trace.state for trace in await on.reader.traces(orders[0].id)]
    assert {(row.state, row.channel, row.reached) for row in rows} == {("DELIVERED", "inbox", "group-leader:G1")}
    assert traces == ["HANDED", "REFUSED", "DELIVERED"]


async def put(on: Post, order: NoticeOrder, chat: Chat) -> None:
    """A card at the desk of this chat, as its notice would put it there."""
    await on.client.start_workflow(
        Desk.run,
        args=[chat, on.patience, 0, (), ()],
        id=desk_id(chat.channel, chat.contact),
        task_queue=NOTICE_QUEUE,
        start_signal="put",
        start_signal_args=[Card(order, order.to), chat],
    )


async def test_cards_that_wait_for_a_channel_that_is_no_more_go_on(temporal: str, tmp_path: Path) -> None:
    gone = Chat("gone", "group:G1@gone", "第一督导组", 1, 60)
    async with post(temporal, tmp_path) as on:
        order = on.order()
        await put(on, order, gone)
        (row,) = await delivered(on, [order])
        traces = [(trace.channel, trace.state, trace.detail) for trace in await on.reader.traces(order.id)]
    assert (row.state, row.channel) == ("DELIVERED", "inbox")
    assert traces[0] == ("gone", "REFUSED", "no channel gone")


async def test_a_card_is_handed_back_once_the_run_that_brought_it_has_ended(temporal: str, tmp_path: Path) -> None:
    gone = Chat("gone", "group:G1@late", "第一督导组", 1, 60)
    async with post(temporal, tmp_path) as on:
        order = on.order()
        first = await on.client.start_workflow(
            Notice.run, args=[order, on.patience, ()], id=order.id, task_queue="nobody works here"
        )
        await put(on, order, gone)
        await tried_again(on, desk_id(gone.channel, gone.contact), "hand_back")
        await first.terminate()
        (row,) = await delivered(on, [order])
        others = await delivered(on, [await _also(on, gone)])
    assert (row.state, row.channel) == ("DELIVERED", "inbox")
    assert others[0].state == "DELIVERED", "the desk goes on"


async def test_a_card_that_waits_for_its_run_to_end_has_no_other_that_was_handed_back_sent_twice(
    temporal: str, tmp_path: Path
) -> None:
    """Sent again by hand, so that no record of the first time keeps it from being sent."""
    gone, hook = Chat("gone", "group:G1@twice", "第一督导组", 1, 60), Hook()
    async with serving(hook) as site, post(temporal, tmp_path, webhook=f"{site.site}/hook", key=hook.key) as on:
        by_hand, late = replace(on.order(), again=1), on.order()
        before = await on.client.start_workflow(
            Notice.run, args=[late, on.patience, ()], id=late.id, task_queue="nobody works here"
        )
        for order in (by_hand, late):
            await put(on, order, gone)
        await delivered(on, [by_hand])
        await tried_again(on, desk_id(gone.channel, gone.contact), "hand_back", attempts=5)
        await before.terminate()
        await delivered(on, [late])
    assert sorted(hook.ids) == sorted([by_hand.id, late.id])


async def _also(on: Post, chat: Chat) -> NoticeOrder:
    order = on.order()
    await put(on, order, chat)
    return order


async def tried_again(on: Post, workflow_id: str, name: str, *, attempts: int = 1) -> None:
    """Until an activity of this name has failed so often."""

    async def tried() -> bool:
        described = await on.client.get_workflow_handle(workflow_id).describe()
        pending = described.raw_description.pending_activities
        return any(one.activity_type.name == name and one.attempt > attempts for one in pending)

    await until(tried, f"{name} of {workflow_id} has failed {attempts} times")


@pytest.mark.parametrize("digests_a_run", [chat_digest.DIGESTS_MAX, 1])
async def test_a_ledger_that_is_away_holds_back_no_chat_and_has_it_on_record_afterwards(
    temporal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digests_a_run: int
) -> None:
    monkeypatch.setattr(chat_digest, "DIGESTS_MAX", digests_a_run)
    robot = WeComRobot()
    async with chatting(temporal, tmp_path, monkeypatch, robot) as on:
        with suppress(RPCError):  # its run, replayed with another length, would be another run
            await on.client.get_workflow_handle(desk_id("chat", "group:G1@chat")).terminate()
        there = on.writer.record_delivery
        away = OperationalError("insert", {}, ConnectionError())
        monkeypatch.setattr(on.writer, "record_delivery", AsyncMock(side_effect=away))
        orders = [on.order() for _ in range(2)]
        for order in orders:
            await on.tell(order)
            await until(lambda: order.id in robot.ids, f"{order.id} in the chat")  # noqa: B023 - awaited here
        monkeypatch.setattr(on.writer, "record_delivery", there)
        rows = await delivered(on, orders)
    assert {row.state for row in rows} == {"DELIVERED"}
    assert {row.words_version for row in rows} == {"2026-11.5"}


async def test_a_ledger_that_is_away_holds_back_nothing_that_a_chat_refused(
    temporal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_digest, "RECORD_TIMEOUT", timedelta(seconds=2))
    monkeypatch.setattr(chat_digest, "DIGESTS_MAX", 1)
    gone, hook = Chat("gone", "group:G1@away", "第一督导组", 1, 60), Hook()
    async with serving(hook) as site, post(temporal, tmp_path, webhook=f"{site.site}/hook", key=hook.key) as on:
        away = OperationalError("insert", {}, ConnectionError())
        monkeypatch.setattr(on.writer, "record_delivery", AsyncMock(side_effect=away))
        for order in (on.order(), on.order()):
            await put(on, order, gone)
            await until(lambda: order.id in hook.ids, f"{order.id} at the endpoint")  # noqa: B023 - awaited here
        described = await on.client.get_workflow_handle(desk_id(gone.channel, gone.contact)).describe()
    assert described.status is WorkflowExecutionStatus.RUNNING


async def test_a_desk_with_more_waiting_than_a_run_may_hand_to_the_next_loses_none(
    temporal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand signs are what people may write, in every field; two megabytes are what Temporal carries."""
    monkeypatch.setattr(chat_digest, "DIGESTS_MAX", 1)
    monkeypatch.setattr(chat_digest, "MERGED_FOR", timedelta(milliseconds=100))
    robot = WeComRobot(per_minute=1000)
    async with chatting(temporal, tmp_path, monkeypatch, robot) as on:
        with suppress(RPCError):
            await on.client.get_workflow_handle(desk_id("chat", "group:G1@chat")).terminate()
        long = {"rung": "R2", "reason": "字" * 10_000}
        orders = [replace(on.order(), facts=long) for _ in range(100)]
        chat = Chat("chat", "group:G1@chat", "第一督导组", 0.1, 60)
        for order in orders:
            await put(on, order, chat)
        async with within_reason("a desk tells what it holds"):
            while not all(any(order.id in one.text for one in robot.taken) for order in orders):
                described = await on.client.get_workflow_handle(desk_id("chat", "group:G1@chat")).describe()
                assert described.status is WorkflowExecutionStatus.RUNNING
                await asyncio.sleep(0.3)
