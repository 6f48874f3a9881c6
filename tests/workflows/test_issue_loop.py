"""The loop as a workflow: on the time-skipping server with the ledger faked, and every history replayed."""

from datetime import date, timedelta

import pytest

from bihuan.domain import commands as do
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.events import AcceptedBySilence, AlarmRaised, Resumed
from bihuan.domain.ladder import commands as press
from bihuan.domain.ladder.events import AlarmRepeated
from bihuan.domain.loop.step import fold
from bihuan.domain.people import Actor, Role
from bihuan.domain.stage import Status
from tests.support import waiting
from tests.support.puyang import COORDINATOR, HEAD, UNIT
from tests.support.town import PROMPTLY, refusal, refusal_if_any, town, until
from tests.support.waiting import within_reason
from workflows import issue_loop, receipts
from workflows.messages import Archive
from workflows.timeouts import again_after

DEPUTY = Actor(Role.COO, "deputy")
LEADER = Actor(Role.LDR, "leader")


async def test_a_neglected_issue_climbs_the_ladder_each_rung_once_and_at_its_moment() -> None:
    async with town() as t:
        handle = await t.submit()
        async with within_reason("eleven alarms"):
            while len(t.kept.alarms) < 11:
                await t.sleep(timedelta(days=5))
        first = [f"{a.clock}:{a.rung}" for a in t.kept.alarms]
        assert first == [
            *(f"triage#1:{rung}" for rung in ("R0", "R1", "R2", "R3")),
            *(f"{clock}#1:{rung}" for rung in ("R0", "R1", "R2") for clock in ("issue", "sign_draft")),
            "issue#1:R3",
        ]
        again = [e for e in t.kept.entries if isinstance(e.event, AlarmRepeated) and e.event.alarm == "triage#1/0/R1"]
        assert [e.event.count for e in again if isinstance(e.event, AlarmRepeated)] == [1, 2, 3, 4, 5]
        assert all((e.at.astimezone(CHINA_TIME).hour, e.at.minute) == (8, 30) for e in again)
        for entry in t.kept.entries:
            if isinstance(entry.event, AlarmRaised):
                assert timedelta() <= entry.at - entry.event.moment < PROMPTLY
        assert fold(handle.id, [e.recorded() for e in t.kept.entries]).raised == {a.key for a in t.kept.alarms}
        assert await t.replays(handle) == 1


async def test_a_complaint_nobody_triages_is_accepted_by_silence_at_its_moment_and_then_owed_its_hand_over() -> None:
    async with town() as t:
        handle = await t.submit(category="COMPLAINT_BE")
        async with within_reason("four alarms"):
            while len(t.kept.alarms) < 4:
                await t.sleep(timedelta(days=3))
        happened = [e.event.event for e in t.kept.entries][:3]
        assert happened == ["submitted", "alarm_raised", "accepted_by_silence"]
        silence = t.kept.entries[2]
        assert isinstance(silence.event, AcceptedBySilence)
        assert timedelta() <= silence.at - silence.event.moment < PROMPTLY
        raised = [f"{a.clock}:{a.rung}" for a in t.kept.alarms][:4]
        assert raised == ["triage#1:R0", "triage#2:R0", "triage#2:R1", "triage#2:R2"]
        answer = await t.act(handle, "a", COORDINATOR, do.HandOver(unit=UNIT))
        assert answer.status is Status.DISPATCHED
        await until(t.kept, answer.revision)
        assert fold(handle.id, [e.recorded() for e in t.kept.entries]).silence_accepted_at == silence.event.moment
        assert await t.replays(handle) == 1


async def test_a_repeated_command_gets_its_first_receipt_and_has_one_effect() -> None:
    async with town() as t:
        handle = await t.submit()
        first = await t.act(handle, "a", COORDINATOR, do.Accept())
        again = await t.act(handle, "a", COORDINATOR, do.Accept())
        assert again == first
        await until(t.kept, 2)
        assert [e.event.event for e in t.kept.entries] == ["submitted", "accepted"]


async def test_a_command_id_cannot_be_used_for_another_command() -> None:
    async with town() as t:
        handle = await t.submit()
        await t.act(handle, "a", COORDINATOR, do.Accept())
        assert await refusal(t, handle, "a", COORDINATOR, do.Note(text="x")) == "CommandIdReused"


async def test_what_stands_beside_the_status_crosses_the_wire_a_new_run_and_a_replay() -> None:
    async with town() as t:
        handle = await t.submit(continue_after=4)
        await t.act(handle, "a", COORDINATOR, do.Accept())
        await t.act(handle, "b", COORDINATOR, do.HandOver(unit=UNIT))
        await t.act(handle, "c", HEAD, press.AskLevelUp(reason="本级无权决定"))
        await t.act(handle, "d", COORDINATOR, press.RuleLevelUp(decision=press.Decision.APPROVE, reason="确需提级"))
        await t.act(handle, "e", LEADER, press.SignDraft(draft=f"{handle.id}-N1"))
        await t.act(handle, "f", LEADER, press.Convene(topic="增容方案", participants=(UNIT,)))
        minutes = press.RecordConsultation(
            consultation=f"{handle.id}-H1", minutes="各方已到", decision="限期办结", lead=UNIT, by=date(2027, 1, 15)
        )
        answer = await t.act(handle, "g", LEADER, minutes)
        await until(t.kept, answer.revision)
        issue = fold(handle.id, [entry.recorded() for entry in t.kept.entries])
        assert (issue.levelled_up, issue.consultations[0].by) == (True, date(2027, 1, 15))
        await t.replays_in(2, handle)


async def test_a_refused_act_leaves_nothing_in_history() -> None:
    async with town() as t:
        handle = await t.submit()
        await until(t.kept, 1)
        assert await refusal(t, handle, "a", HEAD, do.Sign()) == "NotYourIssue"
        history = await handle.fetch_history()
        kinds = [e.WhichOneof("attributes") for e in history.events]
        assert not any("update" in str(kind) for kind in kinds)


async def test_acts_and_notices_go_on_while_the_ledger_is_down_and_all_is_recorded_afterwards() -> None:
    async with town() as t:
        t.kept.down = True
        handle = await t.submit()
        await t.act(handle, "a", COORDINATOR, do.Accept())
        answer = await t.act(handle, "b", COORDINATOR, do.HandOver(unit=UNIT))
        assert answer.status is Status.DISPATCHED
        # each announced once, and none waits for the ledger
        await waiting.until(lambda: t.kept.announced == [1, 2, 3], "each event announced once")
        assert t.kept.entries == []
        t.kept.down = False
        await t.sleep(timedelta(minutes=2))
        await until(t.kept, 3)
        assert t.kept.failed
        assert [e.seq for e in t.kept.entries] == [1, 2, 3]
        assert t.kept.announced == [1, 2, 3]
        assert await t.replays(handle) == 1


async def test_a_long_outage_of_the_ledger_grows_no_history_without_end() -> None:
    async with town() as t:
        t.kept.down = True
        handle = await t.submit(continue_after=5)
        for _ in range(6):
            await t.sleep(timedelta(minutes=1))
        t.kept.down = False
        await t.sleep(timedelta(minutes=2))
        await until(t.kept, 1)
        await t.replays_in(2, handle)


async def test_what_waits_for_a_ledger_that_is_away_is_bounded_and_all_of_it_is_recorded_afterwards() -> None:
    async with town() as t:
        t.kept.down = True
        handle = await t.submit()
        said = 0
        while said < 20:
            refused = await refusal_if_any(t, handle, f"n{said}", COORDINATOR, do.Note(text="长" * 10_000))
            if refused:
                break
            said += 1
        assert refused == "LedgerTooFarBehind"
        assert said > 3
        every = list(range(1, said + 2))  # all that waits is carried, and told of
        await waiting.until(lambda: t.kept.announced == every, "each event announced once")
        t.kept.down = False
        await t.sleep(timedelta(minutes=3))
        await until(t.kept, said + 1)
        last = await t.act(handle, "after", COORDINATOR, do.Note(text="台账已恢复"))
        await until(t.kept, last.revision)
        assert [e.seq for e in t.kept.entries] == list(range(1, last.revision + 1))
        assert await t.replays(handle) >= 1


async def test_a_run_that_has_grown_large_goes_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issue_loop, "RUN_BYTES", 200_000)
    async with town() as t:
        handle = await t.submit()
        for number in range(8):
            last = await t.act(handle, f"n{number}", COORDINATOR, do.Note(text="长" * 10_000))
        await until(t.kept, last.revision)
        await t.replays_in(2, handle)


async def test_publishing_that_ends_by_an_error_of_ours_is_a_task_that_fails_and_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(refused: int) -> timedelta:
        assert not refused, "a fault of ours"
        return again_after(refused)

    async with town() as t:
        monkeypatch.setattr(issue_loop, "again_after", broken)
        t.kept.down = True
        handle = await t.submit()

        async def failed() -> bool:
            return "nothing more would be published" in str((await handle.fetch_history()).events)

        await waiting.until(failed, "a failed task that says why")
        monkeypatch.undo()
        t.kept.down = False
        await t.sleep(timedelta(minutes=10))
        await until(t.kept, 1)


async def test_of_an_old_command_it_is_known_that_it_was_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "KEPT", 3)
    async with town() as t:
        handle = await t.submit(continue_after=4)
        for number in range(6):
            last = await t.act(handle, f"n{number}", COORDINATOR, do.Note(text="提醒"))
        await until(t.kept, last.revision)
        assert await refusal(t, handle, "n0", COORDINATOR, do.Note(text="提醒")) == "AnsweredBefore"
        assert await t.act(handle, "n5", COORDINATOR, do.Note(text="提醒")) == last
        assert len(t.kept.entries) == last.revision
        await t.replays_in(2, handle)


async def test_continuing_as_new_forgets_nothing() -> None:
    async with town() as t:
        handle = await t.submit(continue_after=3)
        first = await t.act(handle, "a", COORDINATOR, do.Accept())
        await t.act(handle, "b", COORDINATOR, do.HandOver(unit=UNIT))
        for number in range(7):
            await t.act(handle, f"n{number}", COORDINATOR, do.Note(text=f"第{number}次提醒"))
        assert await t.act(handle, "a", COORDINATOR, do.Accept()) == first
        await until(t.kept, 10)
        assert [e.seq for e in t.kept.entries] == list(range(1, 11))
        await t.replays_in(2, handle)


async def test_a_cancel_request_changes_nothing_and_is_on_record() -> None:
    async with town() as t:
        handle = await t.submit()
        await t.act(handle, "a", COORDINATOR, do.Accept())
        await handle.cancel()
        await until(t.kept, 3)
        assert t.kept.entries[-1].event.event == "cancel_requested"
        answer = await t.act(handle, "b", COORDINATOR, do.HandOver(unit=UNIT))
        assert answer.status is Status.DISPATCHED
        assert await t.replays(handle) == 1


async def test_the_loop_ends_with_the_archive_when_all_is_published() -> None:
    async with town() as t:
        handle = await t.submit()
        reject = do.Reject(ground=do.RejectGround.ALREADY_DECIDED, reason="已有生效决定")
        await t.act(handle, "a", COORDINATOR, reject)
        ruling = do.RuleRequest(request=f"{handle.id}-Q1", ruling=do.Ruling.APPROVE, reason="属实")
        await t.act(handle, "b", DEPUTY, ruling)
        await t.sleep(timedelta(days=45))
        async with within_reason(f"{handle.id} ends"):
            ended = await t.client.get_workflow_handle(handle.id, result_type=Archive).result()
        assert (ended.outcome, ended.revision) == ("REJECTED", 5)
        assert [e.event.event for e in t.kept.entries] == [
            "submitted",
            "request_asked",
            "request_approved",
            "rejected",
            "archived",
        ]
        assert await t.replays(handle) == 1


async def test_a_suspended_issue_goes_on_by_itself_at_its_review_date() -> None:
    async with town() as t:
        handle = await t.submit()
        await t.act(handle, "a", COORDINATOR, do.Accept())
        await t.act(handle, "b", COORDINATOR, do.HandOver(unit=UNIT))
        await t.act(handle, "c", HEAD, do.Sign())
        until_ = await t.now() + timedelta(days=5)
        ask = do.AskSuspension(basis=do.SuspensionBasis.COURT, until=until_, reason="待法院裁定")
        await t.act(handle, "d", HEAD, ask)
        ruling = do.RuleRequest(request=f"{handle.id}-Q1", ruling=do.Ruling.APPROVE, reason="属实")
        answer = await t.act(handle, "e", COORDINATOR, ruling)
        assert (answer.status, answer.due_at) == (Status.SUSPENDED, None)
        assert answer == await t.act(handle, "e", COORDINATOR, ruling)
        await t.sleep(timedelta(days=5, minutes=1))
        answer = await t.act(handle, "f", HEAD, do.Note(text="已恢复"))
        assert answer.status is Status.IN_PROGRESS
        await until(t.kept, answer.revision)
        resumed = next(entry for entry in t.kept.entries if isinstance(entry.event, Resumed))
        assert isinstance(resumed.event, Resumed)
        assert (resumed.event.lapsed, resumed.event.moment) == (True, until_)
        assert timedelta() <= resumed.at - until_ < PROMPTLY
        assert await t.replays(handle) == 1
