"""Acknowledging a notice, on record and through the loop."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from api.dependencies import provided
from bihuan.domain import commands as do
from bihuan.domain.issue import Issue
from bihuan.domain.people import Role
from bihuan.wire import Entry
from tests.support.inbox import Desk, words
from tests.support.puyang import COORDINATOR, ENTERPRISE, USCC, at, handed_over, policy, submission
from tests.support.waiting import within_reason
from workflows.issue_loop import IssueLoop
from workflows.messages import Opening
from workflows.names import ISSUE_QUEUE


@pytest.mark.parametrize(
    ("party", "reached", "role", "unit", "person", "status"),
    [
        ("unit:D16", "", "HED", "D16", "", 200),
        ("unit:D16", "", "DEP", "D16", "", 200),
        ("unit-head:D16", "", "HED", "D16", "", 200),
        ("unit-head:D16", "", "DEP", "D16", "", 403),
        ("unit-head:D16", "", "HED", "D05", "", 403),
        ("unit-head:D16", "", "COO", "", "", 403),
        ("unit-head:D16", "unit-head:D05", "HED", "D05", "", 200),
        ("unit-head:D16", "unit-head:D05", "HED", "D16", "", 200),
        ("unit-head:D16", "coordination", "COO", "", "", 200),
        ("group:G1", "", "SUP", "G1", "", 200),
        ("group:G1", "", "SUP", "G2", "", 403),
        ("liaison:O0001", "", "LIA", "", "O0001", 200),
        ("liaison:O0001", "", "LIA", "", "O0002", 403),
        (f"enterprise:{USCC}", "", "ENT", USCC, "", 200),
        (f"enterprise:{USCC}", "", "ENT", "91410922MA00000013", "", 403),
        ("coordination", "", "ADM", "", "", 403),
    ],
)
async def test_whoever_sits_at_the_desk_or_where_it_was_brought_acknowledges(
    desk: Desk, party: str, reached: str, role: str, unit: str, person: str, status: int
) -> None:
    notice = await desk.told(party, reached=reached)
    answer = await desk.post(f"/notices/{notice}/acknowledge", role, unit, person)
    assert answer.status_code == status, answer.text
    if status == 403:
        assert answer.json()["name"] == "not-your-notice"
    assert bool((await desk.kept(notice)).acknowledged_at) == (status == 200)


async def test_the_second_to_acknowledge_hears_who_was_the_first(desk: Desk) -> None:
    notice = await desk.told("unit:D16")
    first = await desk.post(f"/notices/{notice}/acknowledge", "HED", "D16", "李四")
    second = await desk.post(f"/notices/{notice}/acknowledge", "DEP", "D16", "张三")
    assert second.json() == first.json()
    assert first.json()["acknowledged_by"] == "HED D16 李四"
    assert ("idempotent-replayed" in first.headers, second.headers["idempotent-replayed"]) == (False, "true")


async def overdue(desk: Desk) -> tuple[Issue, Entry]:
    """An issue that nobody has triaged for ten days, and an event that told of an alarm that still stands."""
    long_ago = datetime.now(UTC) - timedelta(days=10)
    opening, number = Opening(policy(), submission(), ENTERPRISE, long_ago, "c0", "f", "r"), f"BH{uuid4().hex}"
    client = provided(desk.app).use_cases.reading.client
    await client.start_workflow(IssueLoop.run, opening, id=number, task_queue=ISSUE_QUEUE)
    async with within_reason(f"an alarm of {number} in the ledger"):
        while True:
            life = await desk.reader.life(number)
            if life is not None and life[0].unheeded:
                break
            await asyncio.sleep(0.05)
    alarm = life[0].unheeded[0].alarm
    for entry in reversed(await desk.reader.all_events(number)):
        if getattr(entry.event, "key", getattr(entry.event, "alarm", "")) == alarm:
            return life[0], entry
    raise AssertionError("an alarm that stands was told of")


async def standing(desk: Desk, issue_no: str, revision: int) -> set[str]:
    """The alarms that stand once the ledger has more than this revision."""
    async with within_reason(f"revision {revision + 1} of {issue_no} in the ledger"):
        while True:
            life = await desk.reader.life(issue_no)
            if life is not None and life[0].revision > revision:
                return {one.alarm for one in life[0].unheeded}
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("way", ["key", "token", "deputy"])
async def test_acknowledging_a_notice_of_an_alarm_ends_its_repetition(running: Desk, way: str) -> None:
    issue, entry = await overdue(running)
    party, alarm = entry.tell[0], issue.unheeded[0].alarm
    assert str(party).startswith("coordination")
    reached = "unit-head:D05" if way == "deputy" else ""
    notice = await running.told(str(party), entry.seq, issue.issue_no, event=entry.event.event, reached=reached)
    match way:
        case "key":
            answer = await running.post(f"/notices/{notice}/acknowledge", "COO", "", "李四")
            again = await running.post(f"/notices/{notice}/acknowledge", "COO", "", "王五")
            assert again.json() == answer.json()
        case "token":
            form = {"t": running.token(notice, str(party))}
            answer = await running.http.post(f"/n/{notice}", data=form)
            assert (await running.http.post(f"/n/{notice}", data=form)).status_code == 200
        case _:
            answer = await running.post(f"/notices/{notice}/acknowledge", "HED", "D05", "李四")
    assert answer.status_code == 200, answer.text
    assert alarm not in await standing(running, issue.issue_no, issue.revision)
    events = await running.reader.all_events(issue.issue_no)
    heeded = [one for one in events if one.event.event == "alarm_acknowledged"]
    assert [one.command_id for one in heeded] == [f"acknowledge:{issue.issue_no}:{entry.seq}:{party}"]
    assert heeded[0].actor is not None
    assert (heeded[0].actor.role, heeded[0].actor.person) == ("COO", str(party) if way == "token" else "李四")


async def test_coordination_that_only_keeps_a_lost_notice_heeds_no_alarm_for_others(running: Desk) -> None:
    issue, entry = await overdue(running)
    lost = {"state": "GIVEN_UP", "reached": "callback"}
    notice = await running.told(str(entry.tell[0]), entry.seq, issue.issue_no, event=entry.event.event, **lost)
    answer = await running.post(f"/notices/{notice}/acknowledge", "CBK", "", "李四")
    assert (answer.status_code, answer.json()["acknowledged_by"]) == (200, "CBK 李四")
    note = await running.http.post(
        f"/api/v1/issues/{issue.issue_no}/acts",
        headers={"Authorization": f"Bearer {running.keys[Role.COO]}", "Idempotency-Key": "n"},
        json={"act": "note", "text": "已阅"},
    )
    assert note.status_code == 200
    assert issue.unheeded[0].alarm in await standing(running, issue.issue_no, issue.revision)


async def test_while_temporal_is_away_nothing_is_half_acknowledged(desk: Desk) -> None:
    life = handed_over(number="BH-LATE")
    life.then(at("07-07 09:00"), COORDINATOR, do.Note(text="催"))
    await desk.writer.record(life.issue, [Entry.of(one) for one in life.recorded], (), policy())
    alarm = life.issue.unheeded[0]
    seq = next(one.seq for one in life.recorded if getattr(one.event, "key", "") == alarm.alarm)
    notice = await desk.told(str(alarm.told[0]), seq, "BH-LATE", event="alarm_raised")
    token = desk.token(notice, str(alarm.told[0]))
    answer = await desk.http.post(f"/n/{notice}", data={"t": token})
    assert answer.status_code == 503
    assert "请稍后再点一次" in words(answer)
    assert 'name="t"' in answer.text, "the button is there for another try"
    assert (await desk.kept(notice)).acknowledged_at is None
