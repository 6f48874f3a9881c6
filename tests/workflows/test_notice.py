"""One notice over servers that answer as real ones do, with the real delivery and a real ledger."""

import asyncio
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
from prometheus_client import REGISTRY

from bihuan.domain.access.desks import Seats
from bihuan.domain.parties import Desk as AtDesk
from bihuan.domain.parties import Party
from tests.support.endpoints import Fault, serving
from tests.support.mail_server import PostOffice, post_office
from tests.support.notice_worker import post, told
from tests.support.platforms import Hook
from tests.support.waiting import within_reason

LEADER = Party(AtDesk.GROUP_LEADER, "G1")


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
            counted("bihuan_notice_attempts_total", channel="webhook", verdict="PASSING"),
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
