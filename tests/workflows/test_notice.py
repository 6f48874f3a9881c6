"""One notice over servers that answer as real ones do, with the real delivery and a real ledger."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
from prometheus_client import REGISTRY
from sqlalchemy.exc import OperationalError
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError

from activities.attempts import body_hash
from bihuan.domain.access.desks import Seats
from bihuan.domain.parties import Desk as AtDesk
from bihuan.domain.parties import Party
from bihuan.ledger.views import Delivery
from bihuan.wire import NoticeOrder
from tests.support.endpoints import Fault, serving
from tests.support.mail_server import PostOffice, post_office
from tests.support.notice_worker import CHAT, Post, post
from tests.support.platforms import Hook, WeComRobot
from tests.support.puyang import city
from tests.support.servers import real_temporal
from tests.support.waiting import until, within_reason
from workflows import chat_digest
from workflows.chat_digest import ChatDigest
from workflows.messages import Card, Chat
from workflows.names import NOTICE_QUEUE, chat_digest_id
from workflows.notice import Notice

LEADER = Party(AtDesk.GROUP_LEADER, "G1")


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


@pytest.mark.parametrize(
    ("faults", "calls"),
    [
        ([], 1),
        ([Fault.BUSY], 2),
        ([Fault.RESET, Fault.BUSY], 3),
        ([Fault.CUT], 2),
    ],
)
async def test_a_notice_arrives_however_often_it_takes(
    temporal: str, tmp_path: Path, faults: list[Fault], calls: int
) -> None:
    hook = Hook()
    async with serving(hook, faults) as site, post(temporal, tmp_path, webhook=f"{site.site}/hook", key=hook.key) as on:
        order = on.order()
        row = await told(on, order)
        traces = await on.reader.traces(order.id)
    assert (row.state, row.channel, row.reached) == ("DELIVERED", "webhook", "group:G1")
    assert [trace.state for trace in traces] == ["TRYING"] * (calls - 1) + ["DELIVERED"]
    assert {one.text for one in hook.taken} == {hook.taken[0].text}, "every copy is the same, letter for letter"
    assert set(hook.ids) == {order.id}
    assert len(row.body_sha256) == 64
    assert row.title
    assert row.text


@pytest.mark.parametrize("fault", [Fault.NOT_FOUND, Fault.REDIRECT])
async def test_what_is_refused_for_good_goes_the_next_way_at_once_and_says_why(
    temporal: str, tmp_path: Path, fault: Fault
) -> None:
    async with serving(Hook(), [fault] * 9) as site, post(temporal, tmp_path, webhook=f"{site.site}/hook") as on:
        order = on.order()
        row = await told(on, order)
        traces = await on.reader.traces(order.id)
    assert (row.state, row.channel) == ("DELIVERED", "inbox")
    assert "REFUSED webhook/" in row.detail
    assert [(trace.channel, trace.state) for trace in traces] == [("webhook", "REFUSED"), ("inbox", "DELIVERED")]


async def test_a_way_that_never_gets_through_is_given_up_and_the_next_is_gone(temporal: str, tmp_path: Path) -> None:
    files = {
        "channels.yaml": "channels:\n  chat: {kind: wecom_bot, give_up: 2s}\n"
        "  mail: {kind: email, host: 127.0.0.1, port: PORT, sender: loop@example.org, security: none}\n",
        "routes.yaml": "routes:\n  - {to: [group-leader], channels: [webhook, mail]}\n",
        "contacts.csv": "desk,ref,channel,address\ngroup-leader,G1,mail,leader@example.org\n",
    }
    async with post_office(PostOffice()) as office, serving(Hook(), iter(lambda: Fault.BUSY, None)) as site:
        files["channels.yaml"] = files["channels.yaml"].replace("PORT", str(office.port))
        async with post(temporal, tmp_path, files, webhook=f"{site.site}/hook", give_up_s=3) as on:
            order = on.order(LEADER)
            row = await told(on, order)
            states = [(trace.channel, trace.state) for trace in await on.reader.traces(order.id)]
    assert (row.state, row.channel, row.reached) == ("DELIVERED", "mail", "group-leader:G1")
    assert states[-2:] == [("webhook", "GIVEN_UP"), ("mail", "DELIVERED")]
    assert states[0] == ("webhook", "TRYING")
    assert len(office.mails) == 1


async def test_a_server_that_asks_us_to_stay_away_for_longer_than_its_way_may_take_is_given_up_at_once(
    temporal: str, tmp_path: Path
) -> None:
    async with (
        serving(Hook(), [Fault.THROTTLED]) as site,
        post(temporal, tmp_path, webhook=f"{site.site}/hook", give_up_s=5) as on,
    ):
        row = await told(on, on.order())
    assert (row.state, row.channel, len(site.requests)) == ("DELIVERED", "inbox", 1)
    assert "GIVEN_UP webhook/" in row.detail


async def test_a_desk_nobody_can_be_reached_at_has_it_in_its_inbox(temporal: str, tmp_path: Path) -> None:
    async with post(temporal, tmp_path) as on:
        order = on.order()
        row = await told(on, order)
        (mine,), _ = await on.reader.inbox(Seats(frozenset({AtDesk.GROUP}), "G1"))
    assert (row.state, row.channel, row.address) == ("DELIVERED", "inbox", "group:G1@inbox")
    assert (mine.notice_id, mine.acknowledged_at) == (order.id, None)


async def test_a_notice_that_reached_nobody_lies_in_coordinations_inbox_and_is_no_success(
    temporal: str, tmp_path: Path
) -> None:
    files = {"routes.yaml": "routes:\n  - {to: [group, group-leader], channels: [webhook]}\n"}
    async with (
        serving(Hook(), [Fault.GONE] * 9) as site,
        post(temporal, tmp_path, files, webhook=f"{site.site}/hook") as on,
    ):
        order = on.order()
        row = await told(on, order)
        (last,), _ = await on.reader.inbox(Seats(frozenset({AtDesk.COORDINATION})))
    assert (row.state, row.reached) == ("REFUSED", "coordination")
    assert last.notice_id == order.id


async def test_operators_see_lag_attempts_and_dead_notices_by_channel(temporal: str, tmp_path: Path) -> None:
    """Read from the registry that /metrics serves; counters grow over all tests of the process."""

    def counted(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0

    def seen() -> tuple[float, float, float, float]:
        return (
            counted("bihuan_notice_lag_seconds_count", channel="webhook"),
            counted("bihuan_notice_attempts_total", channel="webhook", verdict="DELIVERED"),
            counted("bihuan_notice_attempts_total", channel="webhook", verdict="TRANSIENT"),
            counted("bihuan_dead_notices_total", channel=""),
        )

    before = seen()
    files = {"routes.yaml": "routes:\n  - {to: [unit, unit-head], channels: [webhook]}\n"}
    hook = Hook()
    async with (
        serving(hook, [Fault.BUSY]) as site,
        post(temporal, tmp_path, webhook=f"{site.site}/hook", key=hook.key) as on,
    ):
        await told(on, on.order())
    async with post(temporal, tmp_path / "other", files) as on:
        nobody = await told(on, on.order(Party(AtDesk.UNIT, "D16")))
    assert nobody.state == "UNADDRESSED"
    assert tuple(now - then for now, then in zip(seen(), before, strict=True)) == (1, 1, 1, 1)


async def test_the_same_notice_started_again_is_not_sent_again(temporal: str, tmp_path: Path) -> None:
    hook = Hook()
    async with serving(hook) as site, post(temporal, tmp_path, webhook=f"{site.site}/hook", key=hook.key) as on:
        order = on.order()
        await told(on, order)
        await on.client.get_workflow_handle(order.id).result()
        await told(on, order)
    assert hook.ids == [order.id]


async def test_what_arrived_is_not_sent_again_though_its_worker_failed_before_it_was_on_record(
    temporal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = Hook()
    async with serving(hook) as site, post(temporal, tmp_path, webhook=f"{site.site}/hook", key=hook.key) as on:
        record = on.writer.record_delivery
        monkeypatch.setattr(on.writer, "record_delivery", AsyncMock(side_effect=[RuntimeError("died"), None]))
        order = on.order()
        async with within_reason(f"{order.id} is told"):
            assert await on.tell(order) == "DELIVERED"
        monkeypatch.setattr(on.writer, "record_delivery", record)
    assert hook.ids == [order.id]


async def test_a_ledger_that_hangs_holds_no_notice_back(
    temporal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database whose machine was paused answers nothing and refuses nothing."""

    async def hangs(_notice_id: str) -> str:
        await asyncio.Event().wait()
        return ""

    hook = Hook()
    async with serving(hook) as site, post(temporal, tmp_path, webhook=f"{site.site}/hook", key=hook.key) as on:
        monkeypatch.setattr(on.writer, "delivery_state", hangs)
        row = await told(on, on.order())
    assert row.state == "DELIVERED"


# Group chats


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
        ChatDigest.run,
        args=[chat, on.patience, 0, (), ()],
        id=chat_digest_id(chat.channel, chat.contact),
        task_queue=NOTICE_QUEUE,
        start_signal="add_card",
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
        await tried_again(on, chat_digest_id(gone.channel, gone.contact), "continue_notices")
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
        await tried_again(on, chat_digest_id(gone.channel, gone.contact), "continue_notices", attempts=5)
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


@pytest.mark.parametrize("digests_a_run", [chat_digest.MESSAGES_PER_RUN, 1])
async def test_a_ledger_that_is_away_holds_back_no_chat_and_has_it_on_record_afterwards(
    temporal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digests_a_run: int
) -> None:
    monkeypatch.setattr(chat_digest, "MESSAGES_PER_RUN", digests_a_run)
    robot = WeComRobot()
    async with chatting(temporal, tmp_path, monkeypatch, robot) as on:
        with suppress(RPCError):  # its run, replayed with another length, would be another run
            await on.client.get_workflow_handle(chat_digest_id("chat", "group:G1@chat")).terminate()
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
    monkeypatch.setattr(chat_digest, "MESSAGES_PER_RUN", 1)
    gone, hook = Chat("gone", "group:G1@away", "第一督导组", 1, 60), Hook()
    async with serving(hook) as site, post(temporal, tmp_path, webhook=f"{site.site}/hook", key=hook.key) as on:
        away = OperationalError("insert", {}, ConnectionError())
        monkeypatch.setattr(on.writer, "record_delivery", AsyncMock(side_effect=away))
        for order in (on.order(), on.order()):
            await put(on, order, gone)
            await until(lambda: order.id in hook.ids, f"{order.id} at the endpoint")  # noqa: B023 - awaited here
        described = await on.client.get_workflow_handle(chat_digest_id(gone.channel, gone.contact)).describe()
    assert described.status is WorkflowExecutionStatus.RUNNING


async def test_a_desk_with_more_waiting_than_a_run_may_hand_to_the_next_loses_none(
    temporal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand signs are what people may write, in every field; two megabytes are what Temporal carries."""
    monkeypatch.setattr(chat_digest, "MESSAGES_PER_RUN", 1)
    monkeypatch.setattr(chat_digest, "MERGE_WINDOW", timedelta(milliseconds=100))
    robot = WeComRobot(per_minute=1000)
    async with chatting(temporal, tmp_path, monkeypatch, robot) as on:
        with suppress(RPCError):
            await on.client.get_workflow_handle(chat_digest_id("chat", "group:G1@chat")).terminate()
        long = {"rung": "R2", "reason": "字" * 10_000}
        orders = [replace(on.order(), facts=long) for _ in range(100)]
        chat = Chat("chat", "group:G1@chat", "第一督导组", 0.1, 60)
        for order in orders:
            await put(on, order, chat)
        async with within_reason("a desk tells what it holds"):
            while not all(any(order.id in one.text for one in robot.taken) for order in orders):
                described = await on.client.get_workflow_handle(chat_digest_id("chat", "group:G1@chat")).describe()
                assert described.status is WorkflowExecutionStatus.RUNNING
                await asyncio.sleep(0.3)
