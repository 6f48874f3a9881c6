"""Schedules on a real server: applied once, told once, and one run for however many an outage missed."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.client import (
    Client,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionResult,
    ScheduleHandle,
    WorkflowExecutionDescription,
)
from temporalio.service import RPCError, RPCStatusCode
from typer.testing import CliRunner

from activities.reports import Reporter
from bihuan.city.configuration import load_city
from bihuan.city.schedule_files import load_schedules
from bihuan.cli import app
from bihuan.client.connection import connect
from bihuan.client.schedules import ScheduleChange, ScheduleDifference, apply_schedules, list_schedules
from bihuan.domain.clocks.special_days import SpecialDay
from bihuan.domain.clocks.workdays import CHINA_TIME, WorkCalendar
from bihuan.domain.parties import Desk, Party
from bihuan.domain.timetable import PlannedSchedule, ReportKind, ReportSchedule
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.writing import LedgerWriter
from bihuan.runtime import telemetry
from bihuan.runtime.settings import Settings
from bihuan.wire import Entry, NoticeOrder
from tests.support.puyang import CITY_FOLDER, Told, city, policy
from tests.support.servers import RealTemporal, real_temporal
from tests.support.waiting import until, within_reason
from workers.reports import report_worker
from workflows.messages import CompiledReport, ReportOutcome
from workflows.names import REPORT_QUEUE, report_id, schedule_id
from workflows.ports import Reporting
from workflows.report import ScheduledReport
from workflows.timeouts import Patience

TOP = Path(__file__).parents[2]
OPEN = load_city(CITY_FOLDER, "demo")
DIGEST = PlannedSchedule(ReportSchedule(ReportKind.DIGEST, at="00:00", group="G1"), 86_400)
MAYBE: Any = ReportOutcome | None


@pytest.fixture(scope="module")
def temporal() -> Iterator[str]:
    """A server of our own: schedules are known by name, and notices here wait for a worker."""
    with real_temporal() as address:
        yield address


@dataclass
class Place:
    client: Client
    engine: AsyncEngine
    settings: Settings

    def reporter(self, calendar: WorkCalendar | None = None) -> Reporter:
        its = calendar or OPEN.policy.calendar
        return Reporter(self.client, self.engine, OPEN, lambda: its, Patience())


@pytest.fixture
async def place(temporal: str, tmp_path: Path) -> AsyncIterator[Place]:
    settings = Settings(temporal_address=temporal, data=tmp_path, city=CITY_FOLDER)
    await migrate(settings.ledger)
    engine = ledger_engine(settings.ledger)
    yield Place(await connect(settings), engine, settings)
    await engine.dispose()


@pytest.fixture
async def scheduled(place: Place) -> AsyncIterator[ScheduleHandle]:
    """The digest of G1 of a group that no other test has, due at midnight and triggered by hand."""
    timed = replace(DIGEST.timed, group=f"G{uuid4().hex[:8]}")
    handle = place.client.get_schedule_handle(schedule_id(timed.name))
    await apply_schedules(place.client, [replace(DIGEST, timed=timed)])
    yield handle
    await handle.delete()


async def runs(handle: ScheduleHandle, count: int) -> list[ScheduleActionResult]:
    async def so_many() -> list[ScheduleActionResult] | None:
        recent = (await handle.describe()).info.recent_actions
        return list(recent) if len(recent) >= count else None

    return await until(so_many, f"{count} runs of {handle.id}")


async def triggered(place: Place, handle: ScheduleHandle) -> ReportOutcome | None:
    """Run it by hand once more, and wait for its end."""
    before = (await handle.describe()).info.num_actions
    await handle.trigger()

    async def one_more() -> str | None:
        info = (await handle.describe()).info
        if info.num_actions <= before:
            return None
        action = info.recent_actions[-1].action
        assert isinstance(action, ScheduleActionExecutionStartWorkflow)
        return action.workflow_id

    workflow = place.client.get_workflow_handle(await until(one_more, f"a run of {handle.id}"), result_type=MAYBE)
    async with within_reason(f"{workflow.id} ends"):
        result: ReportOutcome | None = await workflow.result()
    return result


async def notice(place: Place, handle: ScheduleHandle, period: str) -> WorkflowExecutionDescription | None:
    name = handle.id.removeprefix(schedule_id(""))
    id_ = report_id("digest", period, Party(Desk.GROUP, name.partition(":")[2]))
    try:
        return await place.client.get_workflow_handle(id_).describe()
    except RPCError as trouble:
        if trouble.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None


def today() -> str:
    return datetime.now(CHINA_TIME).date().isoformat()


async def test_a_triggered_schedule_runs_once_and_its_notice_is_started_once(
    place: Place, scheduled: ScheduleHandle
) -> None:
    async with report_worker(place.client, place.reporter()):
        first = await triggered(place, scheduled)
        assert first is not None
        told = await notice(place, scheduled, first.period)
        assert told is not None
        assert told.workflow_type == "Notice"
        assert told.task_queue == "notices"
        again = await triggered(place, scheduled)
        assert again is not None
        if again.period == first.period:  # it was not midnight in between
            assert again == first, "the next digest begins where the first one ended"
        same = await notice(place, scheduled, first.period)
        assert same is not None
        assert same.run_id == told.run_id


async def test_a_run_repeated_without_its_memory_says_nothing_twice(place: Place) -> None:
    timed = replace(DIGEST.timed, group=f"G{uuid4().hex[:8]}")
    started = []
    async with report_worker(place.client, place.reporter()):
        for number in range(2):
            id_ = f"{timed.name}-{number}"
            answer = await place.client.execute_workflow(ScheduledReport.run, timed, id=id_, task_queue=REPORT_QUEUE)
            assert answer is not None
            handle = place.client.get_schedule_handle(schedule_id(timed.name))
            started.append((answer.period, await notice(place, handle, answer.period)))
            if number == 0:
                told = report_id("digest", answer.period, Party(Desk.GROUP, timed.group))
                await place.client.get_workflow_handle(told).terminate("brought")
    (one, first), (other, second) = started
    assert first is not None
    assert second is not None
    assert one != other or first.run_id == second.run_id


async def test_a_worker_killed_after_telling_tells_nothing_twice(
    place: Place, scheduled: ScheduleHandle, tmp_path: Path
) -> None:
    env = {**os.environ, **place.settings.as_environment(), "BIHUAN_CITY": str(CITY_FOLDER)}
    dying = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.support.dying_reporter", env=env, cwd=TOP)
    await scheduled.trigger()
    (ran,) = await runs(scheduled, 1)
    async with within_reason("the reporter dies"):
        assert await dying.wait() == -9
    assert isinstance(ran.action, ScheduleActionExecutionStartWorkflow)
    workflow = place.client.get_workflow_handle(ran.action.workflow_id, result_type=ReportOutcome)
    async with report_worker(place.client, place.reporter()), within_reason(f"{workflow.id} ends"):
        answer: ReportOutcome = await workflow.result()
    told = await notice(place, scheduled, answer.period)
    assert told is not None
    assert (await scheduled.describe()).info.num_actions == 1
    query = f"WorkflowId='{told.id}'"
    assert await until(lambda: _counted(place.client, query), query) == 1


async def _counted(client: Client, query: str) -> int:
    return (await client.count_workflows(query)).count


async def test_a_rest_day_sends_none(place: Place, scheduled: ScheduleHandle) -> None:
    now = datetime.now(CHINA_TIME).date()
    days = tuple(SpecialDay(now + timedelta(days=one), works=False, name="国庆节") for one in range(2))
    resting = replace(city().policy.calendar, days=days)
    async with report_worker(place.client, place.reporter(resting)):
        assert await triggered(place, scheduled) is None
    assert await notice(place, scheduled, now.isoformat()) is None


async def test_the_census_tells_what_is_lost_and_nothing_that_runs(place: Place) -> None:
    lost, runs_, fresh = (f"BH{uuid4().hex}" for _ in range(3))
    writer = LedgerWriter(place.engine)
    for number in (lost, runs_):
        told = Told(number)
        await writer.record(told.issue, tuple(map(Entry.of, told.recorded)), (), policy())
    for number in (runs_, fresh):
        await place.client.start_workflow("IssueLoop", id=number, task_queue="nobody")
    compiled = await place.reporter().compile_report(ReportSchedule(ReportKind.CENSUS, every_s=3600))
    (order,) = compiled.notices
    assert order.to == Party(Desk.COORDINATION)
    assert "lost 1\n· " + lost in order.facts["lines"]
    assert "unrecorded 0" in order.facts["lines"], "a workflow may be ahead of the ledger for moments"
    assert runs_ not in order.facts["lines"]
    assert telemetry.CENSUS_FINDINGS.labels("lost")._value.get() == 1
    again = await place.reporter().compile_report(ReportSchedule(ReportKind.CENSUS, every_s=3600), compiled.outcome)
    assert again.notices[0].id == order.id or compiled.outcome is None or compiled.outcome.period != today()
    await place.client.start_workflow("IssueLoop", id=lost, task_queue="nobody")
    found = await place.reporter().compile_report(ReportSchedule(ReportKind.CENSUS, every_s=3600))
    assert found.notices == ()
    assert telemetry.CENSUS_FINDINGS.labels("lost")._value.get() == 0


def verdicts(differences: tuple[ScheduleDifference, ...]) -> set[ScheduleChange]:
    return {one.verdict for one in differences}


@asynccontextmanager
async def only_ours(client: Client, planned: tuple[PlannedSchedule, ...]) -> AsyncIterator[None]:
    try:
        yield
    finally:
        for one in planned:
            try:
                await client.get_schedule_handle(schedule_id(one.timed.name)).delete()
            except RPCError as trouble:
                if trouble.status is not RPCStatusCode.NOT_FOUND:
                    raise


async def test_applied_twice_nothing_changes_and_every_difference_is_told(place: Place) -> None:
    planned = load_schedules(CITY_FOLDER, city().policy.groups)
    ids = {schedule_id(one.timed.name) for one in planned}
    client = place.client
    async with only_ours(client, planned):
        assert verdicts(await apply_schedules(client, planned, dry=True)) == {ScheduleChange.NEW}
        assert [one for one in await list_schedules(client) if one.id in ids] == []
        assert verdicts(await apply_schedules(client, planned)) == {ScheduleChange.NEW}
        again = await apply_schedules(client, planned)
        assert [one.id for one in again if one.verdict is not ScheduleChange.UNCHANGED] == []

        first, *rest = planned
        later = replace(first, timed=replace(first.timed, at="09:15"), catch_up_s=3600)
        paused = client.get_schedule_handle(schedule_id(first.timed.name))
        await paused.pause(note="整改期间")
        for dry in (True, False):
            (changed, *others) = await apply_schedules(client, [later, *rest], dry=dry)
            assert changed.verdict is ScheduleChange.CHANGED
            assert set(changed.fields) == {
                ("spec", _daily(8, 30), _daily(9, 15)),
                ("at", "08:30", "09:15"),
                ("catch_up", "604800s", "3600s"),
            }
            assert verdicts(tuple(others)) == {ScheduleChange.UNCHANGED}
        assert (await paused.describe()).schedule.state.paused, "what an operator paused stays paused"

        async def all_listed() -> bool:
            return ids <= {one.id for one in await list_schedules(client)}

        await until(all_listed, "every schedule listed")
        gone = await apply_schedules(client, rest)
        assert [one.id for one in gone if one.verdict is ScheduleChange.REMOVED] == [paused.id]

        async def no_longer() -> bool:
            return paused.id not in {one.id for one in await list_schedules(client)}

        await until(no_longer, "it is listed no more")
        assert verdicts(await apply_schedules(client, rest)) == {ScheduleChange.UNCHANGED}


def _daily(hour: int, minute: int) -> str:
    return f"month 1-12 day_of_month 1-31 day_of_week 0-6 hour {hour} minute {minute} second 0"


async def test_a_schedule_changed_by_hand_is_brought_back(place: Place) -> None:
    timed = replace(DIGEST.timed, group=f"G{uuid4().hex[:8]}")
    planned = (replace(DIGEST, timed=timed),)
    async with only_ours(place.client, planned):
        await apply_schedules(place.client, [*planned])
        await apply_schedules(place.client, [replace(planned[0], catch_up_s=60)])
        (told,) = [one for one in await apply_schedules(place.client, planned) if one.id == schedule_id(timed.name)]
        assert told.fields == (("catch_up", "60s", "86400s"),)


async def test_the_command_tells_the_difference_in_chinese_first(place: Place) -> None:
    planned = load_schedules(CITY_FOLDER, city().policy.groups)
    env = {name: value for name, value in place.settings.as_environment().items() if "PORT" not in name}

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, ["schedules", *words], env=env)
        assert done.exit_code == 0, done.output
        return done.stdout

    async with only_ours(place.client, planned):
        preview = await asyncio.to_thread(run, "apply", "--dry-run")
        assert "新增 new       bihuan:digest:G1  每个工作日 08:30" in preview
        assert "仅预览，未作变更" in preview
        assert "新增 new       bihuan:bulletin  每周一 09:00" in await asyncio.to_thread(run, "apply")
        assert "不变 unchanged bihuan:census" in await asyncio.to_thread(run, "apply")

        async def all_there() -> bool:
            return "bihuan:retention" in await asyncio.to_thread(run, "list", "--json")

        await until(all_there, "every schedule there")


def test_a_server_that_is_away_is_told_and_not_waited_for(tmp_path: Path) -> None:
    env = {"BIHUAN_CITY": str(CITY_FOLDER), "BIHUAN_TEMPORAL_ADDRESS": "127.0.0.1:1", "BIHUAN_DATA": str(tmp_path)}
    done = CliRunner().invoke(app, ["schedules", "apply"], env=env)
    assert done.exit_code == 1
    assert "Temporal 不可达" in done.stderr


class Counting(Reporting):
    """Makes nothing, and says when it was asked."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    @activity.defn(name="compile_report")
    async def compile_report(self, timed: ReportSchedule, last: ReportOutcome | None = None) -> CompiledReport:
        self.asked.set()
        return CompiledReport(ReportOutcome(timed.name, datetime.now(UTC), ""))

    @activity.defn(name="send_report")
    async def send_report(self, notice: NoticeOrder) -> None: ...


EVERY = timedelta(seconds=2)
MISSED = 4


async def test_what_an_outage_missed_is_made_up_once_and_not_once_for_each(tmp_path: Path) -> None:
    server = RealTemporal(tmp_path)
    planned = PlannedSchedule(ReportSchedule(ReportKind.CENSUS, every_s=int(EVERY.total_seconds())), 3600)
    try:
        server.start()
        await server.serving()
        settings = Settings(temporal_address=server.address)
        client = await connect(settings)
        await apply_schedules(client, [planned])
        counting = Counting()
        async with report_worker(client, counting), within_reason("a run by the schedule"):
            await counting.asked.wait()
        handle = client.get_schedule_handle(schedule_id(planned.timed.name))
        under_way = (await handle.describe()).info.running_actions
        server.kill()
        down = datetime.now(UTC)
        await asyncio.sleep((down + MISSED * EVERY - datetime.now(UTC)).total_seconds())  # the outage itself
        up = datetime.now(UTC)
        server.start()
        await server.serving()
        client = await connect(settings)
        handle = client.get_schedule_handle(schedule_id(planned.timed.name))
        async with report_worker(client, Counting()):
            made_up = await until(lambda: _run_after(handle, up), f"a run of {handle.id} after the outage")
            info = (await handle.describe()).info
        made_up = [one for one in made_up if one.scheduled_at < up]
        assert len(made_up) == 1 or (under_way and not made_up), (
            "where the outage met a run, that goes on and is the one"
        )
        assert info.num_actions_skipped_overlap >= MISSED - 2
        assert info.num_actions_missed_catchup_window == 0
    finally:
        server.kill()


async def _run_after(handle: ScheduleHandle, up: datetime) -> list[ScheduleActionResult] | None:
    """All that was started since, once one of them is a regular one again."""
    recent = [one for one in (await handle.describe()).info.recent_actions if one.started_at >= up]
    return recent if any(one.scheduled_at >= up for one in recent) else None
