"""Another calendar in the middle of a life: on the time-skipping server, continued as new, and replayed."""

from datetime import timedelta

from bihuan.domain import commands as do
from bihuan.domain.clocks.calendar_adoption import governed_by
from bihuan.domain.clocks.clock import Obligation
from bihuan.domain.clocks.special_days import CalendarVersion
from bihuan.domain.loop.step import fold
from bihuan.domain.people import Actor, Role
from tests.support.calendars import flooded
from tests.support.puyang import COORDINATOR, UNIT, policy
from tests.support.town import refusal, town, until
from tests.support.waiting import within_reason

ADMIN = Actor(Role.ADM, "operator")


def adopt(calendar: CalendarVersion) -> do.AdoptCalendar:
    return do.AdoptCalendar(version=calendar.version, calendar=calendar)


async def test_the_timer_moves_with_the_calendar_and_every_run_replays() -> None:
    async with town() as t:
        handle = await t.submit(continue_after=4)
        await t.act(handle, "a", COORDINATOR, do.Accept())
        before = await t.act(handle, "b", COORDINATOR, do.HandOver(unit=UNIT))
        received = (await handle.describe()).start_time
        calendar = flooded(received)
        first = await t.act(handle, "c", ADMIN, adopt(calendar))
        assert before.due_at is not None
        assert first.due_at is not None
        assert first.due_at - before.due_at > timedelta(days=7)
        assert await t.act(handle, "c", ADMIN, adopt(calendar)) == first
        await t.act(handle, "d", COORDINATOR, do.Note(text="备注"))
        await t.act(handle, "e", COORDINATOR, do.Note(text="备注"))
        assert await refusal(t, handle, "f", ADMIN, adopt(calendar)) == "NothingToChange"
        due = fold(handle.id, [e.recorded() for e in t.kept.entries]).clock(Obligation.ISSUE)
        assert due is not None
        assert first.due_at == due.due(governed_by(policy(), calendar).calendar)
        async with within_reason("the rung at the new deadline"):
            while not [a for a in t.kept.alarms if a.clock == "issue#1" and a.rung == "R1"]:
                await t.sleep(timedelta(days=2))
        (late,) = [a for a in t.kept.alarms if a.clock == "issue#1" and a.rung == "R1"]
        assert (late.moment, late.grant) == (first.due_at, 1)
        await t.replays_in(2, handle)


async def test_each_policy_reaches_the_ledger_once_be_it_replaced_before_the_ledger_is_there() -> None:
    async with town() as t:
        t.kept.down = True
        handle = await t.submit(continue_after=3)
        received = (await handle.describe()).start_time
        one, two = flooded(received), flooded(received, "cn-flood.2", days=20)
        await t.act(handle, "a", ADMIN, adopt(one))
        await t.act(handle, "b", ADMIN, adopt(two))
        await t.act(handle, "c", COORDINATOR, do.Accept())
        await t.act(handle, "d", COORDINATOR, do.Note(text="备注"))
        t.kept.down = False
        await t.sleep(timedelta(minutes=2))
        await until(t.kept, 5)
        await t.act(handle, "e", COORDINATOR, do.Note(text="备注"))
        await until(t.kept, 6)
        told = [policy.version for publication in t.kept.publications for policy in publication.policies]
        second = governed_by(policy(), one)
        assert told == [policy().version, second.version, governed_by(second, two).version]
        assert t.kept.publications[-1].issue.policy_version == told[-1]
        assert await t.replays(handle) >= 1
