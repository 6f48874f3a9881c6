"""Notices that meet quiet hours: none is stuck, none is forgotten, none goes out before; all in skipped time."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from bihuan.city.calendar_store import CalendarStore, PolicyInForce
from bihuan.client.connection import connect
from bihuan.domain.clocks.special_days import CalendarVersion, SpecialDay
from bihuan.domain.clocks.workdays import CHINA_TIME, WorkCalendar
from bihuan.domain.parties import Desk as AtDesk
from bihuan.domain.parties import Party
from bihuan.runtime.ports import free_port
from bihuan.runtime.settings import Settings
from bihuan.wire import NoticeOrder
from tests.chaos.outage import server_time
from tests.support.endpoints import Down, Fault, serving
from tests.support.mail_server import PostOffice, post_office
from tests.support.notice_worker import CHAT, Post, post
from tests.support.platforms import WeComRobot
from tests.support.puyang import city, policy
from tests.support.servers import advance_time, time_skipping_server
from tests.support.waiting import until, within_reason
from workflows.messages import DeliveryOutcome, Tried
from workflows.names import NOTICE_QUEUE
from workflows.notice import Notice
from workflows.sandbox import runner
from workflows.timeouts import Patience

SELDOM = Patience(longest_s=3600)
"""With every attempt the server that skips time grows slower."""
GIVE_UP = timedelta(days=3)
A_MOMENT = timedelta(minutes=2)
LEADER = Party(AtDesk.GROUP_LEADER, "G1")
CALENDAR = policy().calendar


@pytest.fixture
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    async with time_skipping_server() as environment:
        yield environment


def mailing(port: int) -> dict[str, str]:
    """A city that tells the leader of its first group by this mail server."""
    return {
        "channels.yaml": "channels:\n"
        f"  mail: {{kind: email, host: 127.0.0.1, port: {port}, sender: loop@example.org, security: none}}\n",
        "routes.yaml": "routes:\n  - {to: [group-leader], channels: [mail, inbox]}\n",
        "contacts.csv": "desk,ref,channel,address\ngroup-leader,G1,mail,leader@example.org\n",
    }


@asynccontextmanager
async def working(
    environment: WorkflowEnvironment,
    folder: Path,
    files: Mapping[str, str],
    patience: Patience = SELDOM,
    calendar: Callable[[], WorkCalendar] = lambda: CALENDAR,
) -> AsyncIterator[Post]:
    seconds = GIVE_UP.total_seconds()
    async with post(
        environment.client,
        folder,
        files,
        patience=patience,
        gate_clock=server_time,
        give_up_s=seconds,
        calendar=calendar,
    ) as on:
        yield on


async def pass_until(environment: WorkflowEnvironment, *, is_open: bool) -> None:
    """Until the office is open, or closed."""
    while (CALENDAR.add_office(now := await environment.get_current_time(), timedelta()) == now) is not is_open:
        await advance_time(environment, timedelta(minutes=15))


async def stands(on: Post, order: NoticeOrder, *states: str) -> bool:
    row = await on.reader.delivery(order.id)
    return row is not None and row.state in states


async def raised(
    environment: WorkflowEnvironment, on: Post, to: Party, *, urgent: bool = False
) -> tuple[NoticeOrder, WorkflowHandle[Notice, str]]:
    order = replace(on.order(to, urgent=urgent), at=await environment.get_current_time())
    run = await on.client.start_workflow(
        Notice.run, args=[order, on.patience, ()], id=order.id, task_queue=NOTICE_QUEUE
    )
    return order, run


async def test_a_notice_held_until_a_moment_that_is_over_goes_on(temporal: str) -> None:
    """Its worker was down when the office opened, or the moment came while the hold was being put on record."""
    client = await connect(Settings(temporal_address=temporal))
    opened = datetime.now(UTC) - timedelta(minutes=1)
    notice = NoticeOrder("BHHELD:7:group:G1", "BHHELD", 7, Party(AtDesk.GROUP, "G1"), "rated", opened, "用电增容", {})
    outcomes = iter(
        (
            DeliveryOutcome(notice, "HELD", opened, last=False, until=opened),
            DeliveryOutcome(notice, "DELIVERED", opened, recorded=True),
        )
    )

    @activity.defn(name="deliver")
    async def deliver(_notice: NoticeOrder, _tried: tuple[Tried, ...], _patience: Patience) -> DeliveryOutcome:
        return next(outcomes)

    async with (
        Worker(client, task_queue=notice.id, workflows=[Notice], activities=[deliver], workflow_runner=runner()),
        within_reason(f"{notice.id} is told"),
    ):
        ended = await client.execute_workflow(
            Notice.run, args=[notice, Patience(), ()], id=notice.id, task_queue=notice.id
        )
    assert ended == "DELIVERED"


async def test_a_way_is_given_up_after_its_time_however_many_quiet_hours_came_between(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with working(skipping, tmp_path, mailing(free_port())) as on:
        await pass_until(skipping, is_open=True)
        order, _ = await raised(skipping, on, LEADER)
        await until(lambda: stands(on, order, "TRYING"), f"{order.id} stands so")
        await advance_time(skipping, GIVE_UP - timedelta(hours=1))
        early = await on.reader.delivery(order.id)
        await pass_until(skipping, is_open=True)
        await advance_time(skipping, timedelta(days=1))
        await pass_until(skipping, is_open=True)
        await advance_time(skipping, A_MOMENT)
        await until(lambda: stands(on, order, "DELIVERED"), f"{order.id} stands so")
        row = await on.reader.delivery(order.id)
        states = {trace.state for trace in await on.reader.traces(order.id)}
    assert early is not None
    assert early.state in {"TRYING", "HELD"}
    assert row is not None
    assert (row.state, row.channel) == ("DELIVERED", "inbox")
    assert states == {"TRYING", "HELD", "GIVEN_UP", "DELIVERED"}


async def test_a_calendar_imported_while_the_worker_runs_governs_the_next_notice(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    shelf = CalendarStore(tmp_path)
    governing = PolicyInForce(policy(), shelf, 2019)
    async with (
        post_office(PostOffice()) as office,
        working(skipping, tmp_path, mailing(office.port), calendar=governing.calendar) as on,
    ):
        await pass_until(skipping, is_open=True)
        before, _ = await raised(skipping, on, LEADER)
        await until(lambda: stands(on, before, "DELIVERED"), f"{before.id} stands so")
        today = (await skipping.get_current_time()).astimezone(CHINA_TIME).date()
        shelf.put(calendar_with("flood", SpecialDay(today, works=False, name="防汛放假")), datetime.now(UTC))
        on_the_day_off, _ = await raised(skipping, on, LEADER)
        await until(lambda: stands(on, on_the_day_off, "HELD", "DELIVERED"), f"{on_the_day_off.id} stands so")
        held = await stands(on, on_the_day_off, "HELD")
        shelf.put(calendar_with("flood-over"), datetime.now(UTC))
        after, _ = await raised(skipping, on, LEADER)
        await until(lambda: stands(on, after, "HELD", "DELIVERED"), f"{after.id} stands so")
        delivered = await stands(on, after, "DELIVERED")
    assert held
    assert delivered


def calendar_with(version: str, *days: SpecialDay) -> CalendarVersion:
    known = city().calendar
    return replace(known, version=version, days=(*known.days, *days))


async def test_what_arrived_before_the_quiet_hours_is_not_sent_again_after_them(
    skipping: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker died before it was on record, and it is taken up again when the office is closed."""
    half_a_day = timedelta(hours=12).total_seconds()
    async with (
        post_office(PostOffice()) as office,
        working(skipping, tmp_path, mailing(office.port), Patience(half_a_day, half_a_day)) as on,
    ):
        record = on.writer.record_delivery
        monkeypatch.setattr(on.writer, "record_delivery", AsyncMock(side_effect=[RuntimeError("died")]))
        await pass_until(skipping, is_open=True)
        order, _ = await raised(skipping, on, LEADER)
        await until(lambda: bool(office.mails), "a mail")
        monkeypatch.setattr(on.writer, "record_delivery", record)
        await advance_time(skipping, timedelta(hours=13))
        await until(lambda: stands(on, order, "DELIVERED", "HELD"), f"{order.id} stands so")
        await pass_until(skipping, is_open=True)
        await advance_time(skipping, A_MOMENT)
        await until(lambda: stands(on, order, "DELIVERED"), f"{order.id} stands so")
    assert len(office.mails) == 1


async def test_what_a_chat_could_not_take_by_day_is_not_said_there_at_night(
    skipping: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot, down = WeComRobot(), Down(Fault.BUSY)
    async with serving(robot, iter(down)) as site:
        monkeypatch.setenv("BIHUAN_SECRET_G1", robot.url(site.site))
        async with working(skipping, tmp_path, CHAT) as on:
            await pass_until(skipping, is_open=True)
            order, _ = await raised(skipping, on, Party(AtDesk.GROUP, "G1"))
            await until(lambda: bool(site.requests), "a request")
            await pass_until(skipping, is_open=False)
            down.up = True
            await advance_time(skipping, timedelta(hours=2))
            by_night = list(robot.ids)
            pressing, _ = await raised(skipping, on, Party(AtDesk.GROUP, "G1"), urgent=True)
            await advance_time(skipping, A_MOMENT)
            await until(lambda: bool(robot.ids), "a message in the chat")
            pressed = list(robot.ids)
            await pass_until(skipping, is_open=True)
            await advance_time(skipping, A_MOMENT)
            await until(lambda: stands(on, order, "DELIVERED"), f"{order.id} stands so")
    assert by_night == []
    assert pressed == [pressing.id], "what presses is said at once all the same"
    assert robot.ids == [pressing.id, order.id]


async def test_cards_that_wait_behind_others_are_given_up_with_them_and_not_one_message_after_the_other(
    skipping: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot = WeComRobot()
    async with serving(robot, iter(Down(Fault.BUSY))) as site:
        monkeypatch.setenv("BIHUAN_SECRET_G1", robot.url(site.site))
        async with working(skipping, tmp_path, CHAT) as on:
            orders = [(await raised(skipping, on, Party(AtDesk.GROUP, "G1"), urgent=True))[0] for _ in range(40)]
            await until(lambda: bool(site.requests), "a request")
            await advance_time(skipping, timedelta(days=3, hours=12))
            rows = [await on.reader.delivery(order.id) for order in orders]
    assert {(row.state, row.channel) for row in rows if row} == {("DELIVERED", "inbox")}
