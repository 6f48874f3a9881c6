"""Sending a notice again."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client

from api.dependencies import provided
from bihuan.client.notices import last_order
from bihuan.domain.parties import Party
from bihuan.wire import NoticeOrder
from tests.support.inbox import NUMBER, RAISED, Desk
from tests.support.puyang import ENTERPRISE, USCC, submission
from tests.support.waiting import within_reason
from workflows.chat_digest import Desk as ChatDesk
from workflows.messages import Chat
from workflows.names import desk_id
from workflows.notice import Notice
from workflows.timeouts import Patience


async def first_notice(desk: Desk, **fields: Any) -> tuple[str, str]:
    """An issue just submitted, with its first notice on record as ended: its id, and the same escaped."""
    receipt = (await provided(desk.app).use_cases.submission.submit(ENTERPRISE, submission(), uuid4().hex)).receipt
    async with within_reason(f"{receipt.issue_no} in the ledger"):
        while not (events := await desk.reader.all_events(receipt.issue_no)):
            await asyncio.sleep(0.05)
    party = str(events[0].tell[0])
    escaped = await desk.told(party, 1, receipt.issue_no, event="submitted", **fields)
    return f"{receipt.issue_no}:1:{party}", escaped


async def test_a_notice_that_has_ended_is_sent_again_in_the_same_words(running: Desk, client: Client) -> None:
    notice_id, escaped = await first_notice(running, state="GIVEN_UP")
    before = await last_order(client, notice_id)
    assert before is not None
    under_way = await running.post(f"/notices/{escaped}/resend", "COO")
    assert (under_way.status_code, under_way.json()["name"]) == (409, "notice-under-way")
    for again in (1, 2):
        await client.get_workflow_handle(notice_id).terminate()
        first = await running.post(f"/notices/{escaped}/resend", "COO", "", "李四", key=f"k{again}")
        repeated = await running.post(f"/notices/{escaped}/resend", "COO", "", "李四", key=f"k{again}")
        assert (first.status_code, first.json()["again"]) == (202, again), first.text
        assert repeated.json() == first.json()
        assert repeated.headers["idempotent-replayed"] == "true"
        assert await last_order(client, notice_id) == replace(before, again=again)
    told = (await running.get(f"/notices/{escaped}", "COO")).json()
    assert [(one["what"], one["by"]) for one in told["steps"]][1:] == [("RESENT", "COO 李四")] * 2
    await client.get_workflow_handle(notice_id).terminate()


async def test_what_a_group_chats_desk_holds_is_sent_again_only_once_the_desk_is_no_more(
    running: Desk, client: Client
) -> None:
    notice_id, escaped = await first_notice(
        running, state="HANDED", channel="chat", address=f"group:{uuid4().hex}@chat"
    )
    await client.get_workflow_handle(notice_id).terminate()
    told = await running.kept(escaped)
    chat = Chat(told.channel, told.address, "第一督导组", 3, 60)
    desk = await client.start_workflow(
        ChatDesk.run,
        args=[chat, Patience(), 0, (), ()],
        id=desk_id(told.channel, told.address),
        task_queue=f"nobody-{uuid4().hex}",
    )
    under_way = await running.post(f"/notices/{escaped}/resend", "COO")
    assert (under_way.status_code, under_way.json()["name"]) == (409, "notice-under-way")
    await desk.terminate()
    again = await running.post(f"/notices/{escaped}/resend", "COO")
    assert (again.status_code, again.json()["again"]) == (202, 1), again.text
    await client.get_workflow_handle(notice_id).terminate()


@pytest.mark.parametrize(
    ("state", "status", "name"),
    [
        ("TRYING", 409, "notice-under-way"),
        ("HELD", 409, "notice-under-way"),
        ("HANDED", 503, "temporal-away"),
        ("RECALLED", 409, "notice-recalled"),
        ("DELIVERED", 503, "temporal-away"),
        ("REFUSED", 503, "temporal-away"),
        ("GIVEN_UP", 503, "temporal-away"),
        ("UNADDRESSED", 503, "temporal-away"),
    ],
)
async def test_only_what_has_ended_is_sent_again(desk: Desk, state: str, status: int, name: str) -> None:
    notice = await desk.told("unit-head:D16", state=state)
    answer = await desk.post(f"/notices/{notice}/resend", "COO")
    assert (answer.status_code, answer.json()["name"]) == (status, name)
    assert await desk.reader.traces(f"{NUMBER}:3:unit-head:D16") == ()


@pytest.mark.parametrize(
    ("role", "unit", "name"),
    [
        ("COO", "", "notice-under-way"),
        ("ADM", "", "notice-under-way"),
        ("SUP", "G1", "notice-under-way"),
        ("SUP", "G2", "NotYourIssue"),
        ("HED", "D16", "RoleNotAllowed"),
        ("ENT", USCC, "RoleNotAllowed"),
    ],
)
async def test_who_may_send_again(desk: Desk, role: str, unit: str, name: str) -> None:
    notice = await desk.told("unit-head:D16", state="TRYING")
    assert (await desk.post(f"/notices/{notice}/resend", role, unit)).json()["name"] == name


REPORT = NoticeOrder(
    id="report:digest:2026-07-06:group:G1",
    issue_no="",
    seq=0,
    to=Party.parse("group:G1"),
    event="digest",
    at=RAISED,
    title="第一督导组日报",
    facts={"period": "2026-07-06", "lines": "无"},
)


async def report_on_record(desk: Desk, state: str = "GIVEN_UP") -> str:
    return await desk.told("group:G1", 0, "", notice_id=REPORT.id, event="digest", state=state)


async def test_a_report_is_sent_again_in_the_same_words(running: Desk, client: Client) -> None:
    escaped = await report_on_record(running)
    gone = await running.post(f"/notices/{escaped}/resend", "COO")
    assert (gone.status_code, gone.json()["name"]) == (410, "report-gone"), "nothing holds what it said"
    run = await client.start_workflow(
        Notice.run, args=[REPORT, Patience(), ()], id=REPORT.id, task_queue=f"nobody-{uuid4().hex}"
    )
    await run.terminate()
    first = await running.post(f"/notices/{escaped}/resend", "SUP", "G1", "王五", key="k1")
    assert (first.status_code, first.json()["again"]) == (202, 1), first.text
    assert await last_order(client, REPORT.id) == replace(REPORT, again=1)
    await client.get_workflow_handle(REPORT.id).terminate()


@pytest.mark.parametrize(
    ("role", "unit", "reads", "resends"),
    [
        ("COO", "", 200, "notice-under-way"),
        ("ADM", "", 200, "notice-under-way"),
        ("SUP", "G1", 200, "notice-under-way"),
        ("SUP", "G2", 403, "not-your-notice"),
        ("HED", "D16", 403, "not-your-notice"),
        ("ENT", USCC, 403, "not-your-notice"),
    ],
)
async def test_who_may_look_after_a_report(desk: Desk, role: str, unit: str, reads: int, resends: str) -> None:
    report = await report_on_record(desk, "TRYING")
    assert (await desk.get(f"/notices/{report}", role, unit)).status_code == reads
    assert (await desk.post(f"/notices/{report}/resend", role, unit)).json()["name"] == resends
