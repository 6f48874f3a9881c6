"""Making Temporal's schedules match the city's file, and the differences."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleDescription,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.converter import DataConverter
from temporalio.service import RPCError, RPCStatusCode

from bihuan.client.calls import temporal_call
from bihuan.domain.bounds import cut
from bihuan.domain.timetable import PlannedSchedule, ReportKind, ReportSchedule
from bihuan.language.phrases import REPORT_ZH
from workflows.names import REPORT_QUEUE, SCHEDULES, schedule_id
from workflows.report import ScheduledReport

ZONE = "Asia/Shanghai"
OVERLAP = ScheduleOverlapPolicy.SKIP
"""After an outage one run starts instead of several: it reports the newest period, so others would add nothing."""


class ScheduleChange(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"


SCHEDULE_CHANGE_ZH = {
    ScheduleChange.NEW: "新增",
    ScheduleChange.CHANGED: "变更",
    ScheduleChange.UNCHANGED: "不变",
    ScheduleChange.REMOVED: "移除",
}
assert set(SCHEDULE_CHANGE_ZH) == set(ScheduleChange)


@dataclass(frozen=True, slots=True)
class ScheduleDifference:
    """The change of one schedule. ``fields``: for each field that changes its name, old and new value."""

    id: str
    verdict: ScheduleChange
    when: str
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ScheduleStatus:
    """One of our schedules in Temporal. ``ran``, ``skipped``, ``missed``: numbers of runs."""

    id: str
    when: str
    paused: bool
    next_at: datetime | None
    last_at: datetime | None
    ran: int
    skipped: int
    missed: int


def schedule_of(planned: PlannedSchedule) -> Schedule:
    timed = planned.timed
    return Schedule(
        action=ScheduleActionStartWorkflow(
            ScheduledReport.run,
            timed,
            id=schedule_id(timed.name),
            task_queue=REPORT_QUEUE,
            static_summary=cut(f"{REPORT_ZH[timed.kind]} {timed.group}"),
        ),
        spec=_spec(timed),
        policy=SchedulePolicy(overlap=OVERLAP, catchup_window=timedelta(seconds=planned.catch_up_s)),
    )


def _spec(timed: ReportSchedule) -> ScheduleSpec:
    """Digests start every day: their workflow asks the city's calendar, which may change, for working days."""
    if timed.every_s:
        return ScheduleSpec(intervals=[ScheduleIntervalSpec(timedelta(seconds=timed.every_s))], time_zone_name=ZONE)
    hour, minute = map(int, timed.at.split(":"))
    daily = ScheduleCalendarSpec(hour=[ScheduleRange(hour)], minute=[ScheduleRange(minute)])
    if timed.kind is ReportKind.BULLETIN:
        daily = replace(daily, day_of_week=[ScheduleRange(timed.weekday % 7)])
    return ScheduleSpec(calendars=[_on(daily, day) for day in timed.days] or [daily], time_zone_name=ZONE)


def _on(daily: ScheduleCalendarSpec, day: str) -> ScheduleCalendarSpec:
    month, number = map(int, day.split("-"))
    return replace(daily, month=[ScheduleRange(month)], day_of_month=[ScheduleRange(number)])


async def apply_schedules(
    client: Client, planned: Sequence[PlannedSchedule], *, dry: bool = False
) -> tuple[ScheduleDifference, ...]:
    """Create, update and delete schedules; the differences in the order of the file. Paused ones stay paused.

    ``dry``: change nothing, only return the differences.

    Raises a ClientError.
    """
    planned_by_id = {schedule_id(one.timed.name): one for one in planned}
    async with temporal_call():
        differences = [await _apply_one(client, id_, one, dry=dry) for id_, one in planned_by_id.items()]
        for id_ in sorted(await _ours(client) - planned_by_id.keys()):
            differences.append(ScheduleDifference(id_, ScheduleChange.REMOVED, ""))
            if not dry:
                await client.get_schedule_handle(id_).delete()
    return tuple(differences)


async def _apply_one(client: Client, id_: str, planned: PlannedSchedule, *, dry: bool) -> ScheduleDifference:
    schedule, when = schedule_of(planned), planned.timed.zh
    described = await _described(client, id_)
    if described is None:
        if not dry:
            await _create(client, id_, schedule)
        return ScheduleDifference(id_, ScheduleChange.NEW, when)
    was, now = await _fields(client, described.schedule), await _fields(client, schedule)
    names = [*now, *(name for name in was if name not in now)]
    fields = tuple(
        (name, was.get(name, ""), now.get(name, "")) for name in names if was.get(name, "") != now.get(name, "")
    )
    if not fields:
        return ScheduleDifference(id_, ScheduleChange.UNCHANGED, when)
    if not dry:
        await client.get_schedule_handle(id_).update(lambda current: _updated(current, schedule))
    return ScheduleDifference(id_, ScheduleChange.CHANGED, when, fields)


async def _create(client: Client, id_: str, schedule: Schedule) -> None:
    try:
        await client.create_schedule(id_, schedule)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(id_).update(lambda current: _updated(current, schedule))


def _updated(current: ScheduleUpdateInput, schedule: Schedule) -> ScheduleUpdate:
    return ScheduleUpdate(replace(schedule, state=current.description.schedule.state))


async def _described(client: Client, id_: str) -> ScheduleDescription | None:
    try:
        return await client.get_schedule_handle(id_).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise


async def _ours(client: Client) -> set[str]:
    return {one.id async for one in await client.list_schedules() if one.id.startswith(SCHEDULES)}


async def list_schedules(client: Client) -> tuple[ScheduleStatus, ...]:
    """The status of each of our schedules, by id. Raises a ClientError."""
    found = []
    async with temporal_call():
        for id_ in sorted(await _ours(client)):
            described = await _described(client, id_)
            if described is not None:
                found.append(await _status_of(client, described))
    return tuple(found)


async def _status_of(client: Client, described: ScheduleDescription) -> ScheduleStatus:
    info, state = described.info, described.schedule.state
    timed = await _input_of(client.data_converter, described.schedule)
    return ScheduleStatus(
        described.id,
        timed.zh if timed else "",
        state.paused,
        info.next_action_times[0] if info.next_action_times else None,
        info.recent_actions[-1].started_at if info.recent_actions else None,
        info.num_actions,
        info.num_actions_skipped_overlap,
        info.num_actions_missed_catchup_window,
    )


async def _fields(client: Client, schedule: Schedule) -> dict[str, str]:
    """What we set of a schedule, in the form in which the server returns it."""
    action, policy = schedule.action, schedule.policy
    assert isinstance(action, ScheduleActionStartWorkflow), "each of our schedules starts a workflow"
    timed = await _input_of(client.data_converter, schedule)
    return {
        "spec": _spec_text(schedule.spec),
        "time_zone": schedule.spec.time_zone_name or "",
        "overlap": policy.overlap.name,
        "catch_up": f"{policy.catchup_window.total_seconds():.0f}s" if policy.catchup_window else "",
        "workflow": action.workflow,
        "task_queue": action.task_queue,
        **(_plain(timed) if timed else {}),
    }


def _plain(timed: ReportSchedule) -> dict[str, str]:
    values = {name: getattr(timed, name) for name in ReportSchedule.__dataclass_fields__}
    return {name: "、".join(value) if isinstance(value, tuple) else str(value) for name, value in values.items()}


async def _input_of(converter: DataConverter, schedule: Schedule) -> ReportSchedule | None:
    """The input of its runs; None where it is not one of our reports."""
    action = schedule.action
    if not isinstance(action, ScheduleActionStartWorkflow) or len(action.args) != 1:
        return None
    (only,) = action.args
    if isinstance(only, ReportSchedule):
        return only
    if not isinstance(only, Payload):
        return None
    try:
        (timed,) = await converter.decode([only], [ReportSchedule])
    except (ValueError, RuntimeError):
        return None
    return timed if isinstance(timed, ReportSchedule) else None


def _spec_text(spec: ScheduleSpec) -> str:
    """As a text that does not depend on what the server adds."""
    calendars = [
        " ".join(f"{name} {_ranges(ranges)}" for name in _UNITS if (ranges := getattr(one, name)))
        for one in spec.calendars
    ]
    intervals = [f"every {one.every.total_seconds():.0f}s" for one in spec.intervals]
    return "; ".join([*calendars, *intervals, *spec.cron_expressions])


_UNITS = ("month", "day_of_month", "day_of_week", "hour", "minute", "second")


def _ranges(ranges: Sequence[ScheduleRange]) -> str:
    return ",".join(str(one.start) if one.end in (0, one.start) else f"{one.start}-{one.end}" for one in ranges)
