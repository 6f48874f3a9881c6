"""Bringing Temporal's schedules to what the city's file says, and saying what that changes."""

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

from bihuan.client.calls import answered
from bihuan.domain.bounds import cut
from bihuan.domain.timetable import PlannedSchedule, ReportKind, ReportSchedule
from bihuan.language.phrases import REPORT_ZH
from workflows.names import REPORT_QUEUE, SCHEDULES, schedule_id
from workflows.report import Report

ZONE = "Asia/Shanghai"
OVERLAP = ScheduleOverlapPolicy.SKIP
"""Of all that were missed, one starts; it tells the newest period due, so that the others have nothing to add."""


class Verdict(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"


VERDICT_ZH = {
    Verdict.NEW: "新增",
    Verdict.CHANGED: "变更",
    Verdict.UNCHANGED: "不变",
    Verdict.REMOVED: "移除",
}
assert set(VERDICT_ZH) == set(Verdict)


@dataclass(frozen=True, slots=True)
class Difference:
    """What becomes of one schedule. ``fields``: each field that changes, from what to what."""

    id: str
    verdict: Verdict
    when: str
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One schedule of ours as Temporal has it."""

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
            Report.run,
            timed,
            id=schedule_id(timed.name),
            task_queue=REPORT_QUEUE,
            static_summary=cut(f"{REPORT_ZH[timed.kind]} {timed.group}"),
        ),
        spec=_spec(timed),
        policy=SchedulePolicy(overlap=OVERLAP, catchup_window=timedelta(seconds=planned.catch_up_s)),
    )


def _spec(timed: ReportSchedule) -> ScheduleSpec:
    """Digests are looked at on every day: the city's calendar, which may be revised, decides when each runs."""
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


async def apply(client: Client, planned: Sequence[PlannedSchedule], *, dry: bool = False) -> tuple[Difference, ...]:
    """What changes, in the order of the file. What an operator paused stays paused. ``dry``: nothing is changed.

    Raises a ClientError.
    """
    wanted = {schedule_id(one.timed.name): one for one in planned}
    async with answered():
        differences = [await _brought(client, id_, one, dry=dry) for id_, one in wanted.items()]
        for id_ in sorted(await _ours(client) - wanted.keys()):
            differences.append(Difference(id_, Verdict.REMOVED, ""))
            if not dry:
                await client.get_schedule_handle(id_).delete()
    return tuple(differences)


async def _brought(client: Client, id_: str, planned: PlannedSchedule, *, dry: bool) -> Difference:
    schedule, when = schedule_of(planned), planned.timed.zh
    described = await _described(client, id_)
    if described is None:
        if not dry:
            await _create(client, id_, schedule)
        return Difference(id_, Verdict.NEW, when)
    was, now = await _fields(client, described.schedule), await _fields(client, schedule)
    names = [*now, *(name for name in was if name not in now)]
    fields = tuple(
        (name, was.get(name, ""), now.get(name, "")) for name in names if was.get(name, "") != now.get(name, "")
    )
    if not fields:
        return Difference(id_, Verdict.UNCHANGED, when)
    if not dry:
        await client.get_schedule_handle(id_).update(lambda standing: _updated(standing, schedule))
    return Difference(id_, Verdict.CHANGED, when, fields)


async def _create(client: Client, id_: str, schedule: Schedule) -> None:
    try:
        await client.create_schedule(id_, schedule)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(id_).update(lambda standing: _updated(standing, schedule))


def _updated(standing: ScheduleUpdateInput, schedule: Schedule) -> ScheduleUpdate:
    return ScheduleUpdate(replace(schedule, state=standing.description.schedule.state))


async def _described(client: Client, id_: str) -> ScheduleDescription | None:
    try:
        return await client.get_schedule_handle(id_).describe()
    except RPCError as trouble:
        if trouble.status is RPCStatusCode.NOT_FOUND:
            return None
        raise


async def _ours(client: Client) -> set[str]:
    return {one.id async for one in await client.list_schedules() if one.id.startswith(SCHEDULES)}


async def listed(client: Client) -> tuple[Listed, ...]:
    """Every schedule of ours that the server has. Raises a ClientError."""
    found = []
    async with answered():
        for id_ in sorted(await _ours(client)):
            described = await _described(client, id_)
            if described is not None:
                found.append(await _listed(client, described))
    return tuple(found)


async def _listed(client: Client, described: ScheduleDescription) -> Listed:
    info, state = described.info, described.schedule.state
    timed = await _asked(client.data_converter, described.schedule)
    return Listed(
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
    """All we say of a schedule, as the server tells it back."""
    action, policy = schedule.action, schedule.policy
    assert isinstance(action, ScheduleActionStartWorkflow), "all of ours start a workflow"
    timed = await _asked(client.data_converter, schedule)
    return {
        "spec": _spec_told(schedule.spec),
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


async def _asked(converter: DataConverter, schedule: Schedule) -> ReportSchedule | None:
    """What its runs are started with; None where that is nothing of ours."""
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


def _spec_told(spec: ScheduleSpec) -> str:
    """In one form, whatever the server adds on its way."""
    calendars = [
        " ".join(f"{name} {_ranges(ranges)}" for name in _UNITS if (ranges := getattr(one, name)))
        for one in spec.calendars
    ]
    intervals = [f"every {one.every.total_seconds():.0f}s" for one in spec.intervals]
    return "; ".join([*calendars, *intervals, *spec.cron_expressions])


_UNITS = ("month", "day_of_month", "day_of_week", "hour", "minute", "second")


def _ranges(ranges: Sequence[ScheduleRange]) -> str:
    return ",".join(str(one.start) if one.end in (0, one.start) else f"{one.start}-{one.end}" for one in ranges)
