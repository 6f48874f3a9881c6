"""An issue whose run was taken away goes on with every act acknowledged: on a real server, with a real ledger."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.client import Client

from bihuan.client.connection import connect
from bihuan.client.issues import act, first_receipt
from bihuan.client.runs import last_run
from bihuan.domain import commands as do
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.loop.step import Receipt, execute, open_issue, receipt
from bihuan.domain.people import Actor
from bihuan.domain.policy import Policy
from bihuan.domain.stage import Status
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.rebuilding import verify
from bihuan.ledger.writing import LedgerWriter
from bihuan.operations.histories import continuation_of
from bihuan.operations.revival import NotRevivable, revive
from bihuan.runtime.settings import Settings
from bihuan.wire import ActCommand, Entry
from tests.support.other_code import OtherCode
from tests.support.puyang import CITY_FOLDER, COORDINATOR, ENTERPRISE, UNIT, policy, submission
from tests.support.waiting import within_reason
from workers.processes import issue_worker
from workflows.issue_loop import IssueLoop
from workflows.messages import Opening, Publication
from workflows.names import ISSUE_QUEUE
from workflows.ports import Publishing


class Falling(Publishing):
    """A real ledger that can be down. Tells nobody of anything."""

    def __init__(self, writer: LedgerWriter) -> None:
        self.down = False
        self._writer = writer

    @activity.defn(name="publish")
    async def publish(self, publication: Publication) -> bool:
        if not self.down:
            await self._writer.record(publication.issue, publication.entries, publication.receipts, publication.policy)
        return not self.down


@dataclass
class Issue:
    """One issue, what was acknowledged of it, and the means to end it and to bring it back."""

    client: Client
    settings: Settings
    engine: AsyncEngine
    ledger: Falling
    no: str = field(default_factory=lambda: f"t-{uuid4().hex}")
    acknowledged: list[Receipt] = field(default_factory=list)

    async def submit(self, rules: Policy | None = None, *, continue_after: int = 300) -> None:
        asked, now = submission(), datetime.now(UTC)
        opening = Opening(rules or policy(), asked, ENTERPRISE, now, "c0", "f", "r", continue_after=continue_after)
        await self.client.start_workflow(IssueLoop.run, opening, id=self.no, task_queue=ISSUE_QUEUE)

    async def act(self, id_: str, said: do.Act, actor: Actor = COORDINATOR) -> Receipt:
        return await act(self.client, self.no, ActCommand(id_, actor, said))

    async def does(self, id_: str, act: do.Act) -> None:
        self.acknowledged.append(await self.act(id_, act))

    async def reaches(self, status: Status) -> None:
        """Until it stands so, by its history alone."""
        async with within_reason(f"{self.no} is {status}"):
            while True:
                _, history = await last_run(self.client, self.no)
                opening = await continuation_of(self.client, history) if history else None
                if opening and opening.life and opening.life.issue.status is status:
                    return
                await asyncio.sleep(0.2)

    async def terminate(self) -> None:
        await self.client.get_workflow_handle(self.no).terminate("an operator's slip")

    async def revive(self, *, from_ledger: bool = False) -> int:
        return await revive(self.settings, self.no, from_ledger=from_ledger)

    async def recorded(self, seq: int) -> tuple[Entry, ...]:
        """The ledger's events once it has this one."""
        reader = LedgerReader(self.engine)
        async with within_reason(f"event {seq} of {self.no} in the ledger"):
            while len(entries := await reader.all_events(self.no)) < seq:
                await asyncio.sleep(0.05)
        return entries


@pytest.fixture
async def issue(temporal: str, tmp_path: Path) -> AsyncIterator[Issue]:
    settings = Settings(data=tmp_path, city=CITY_FOLDER, temporal_address=temporal)
    await migrate(settings.ledger)
    engine = ledger_engine(settings.ledger)
    yield Issue(await connect(settings), settings, engine, Falling(LedgerWriter(engine)))
    await engine.dispose()


@asynccontextmanager
async def working(issue: Issue, loop: type = IssueLoop) -> AsyncIterator[None]:
    async with issue_worker(issue.client, issue.ledger, loop):
        yield


async def test_a_revived_issue_keeps_every_act_that_was_acknowledged_and_never_published(issue: Issue) -> None:
    async with working(issue):
        await issue.submit()
        await issue.does("a", do.Accept())
        before = await issue.recorded(2)
        issue.ledger.down = True
        await issue.does("b", do.HandOver(unit=UNIT))
        await issue.does("c", do.Note(text="催一下"))
        await issue.terminate()
        assert await issue.revive() == 4
        issue.ledger.down = False
        entries = await issue.recorded(4)
        assert entries[:2] == before
        assert [(e.seq, e.command_id) for e in entries] == [(1, "c0"), (2, "a"), (3, "b"), (4, "c")]
        again = [
            await issue.act("a", do.Accept()),
            await issue.act("b", do.HandOver(unit=UNIT)),
            await issue.act("c", do.Note(text="催一下")),
        ]
        assert again == issue.acknowledged
        assert [one for one in await LedgerReader(issue.engine).receipts(issue.no) if one.revision > 1] == again
        assert (await issue.act("d", do.Note(text="再催"))).revision == 5
        await issue.recorded(5)
        assert await verify(issue.engine) == []


async def test_an_issue_the_ledger_never_heard_of_is_revived_from_its_history(issue: Issue) -> None:
    issue.ledger.down = True
    async with working(issue):
        await issue.submit(continue_after=3)
        for number in range(7):
            await issue.does(f"n{number}", do.Note(text="催一下"))
        await issue.terminate()
        assert await issue.revive() == 8
        first = await first_receipt(issue.client, issue.no)
        assert (first.command_id, first.revision) == ("c0", 1)
        issue.ledger.down = False
        assert [entry.seq for entry in await issue.recorded(8)] == list(range(1, 9))
        assert await verify(issue.engine) == []


async def test_an_issue_taken_away_before_anyone_worked_on_it_is_revived(issue: Issue) -> None:
    await issue.submit()
    await issue.terminate()
    assert await issue.revive() == 1
    async with working(issue):
        await issue.recorded(1)
        assert (await issue.act("a", do.Accept())).revision == 2


async def test_where_no_history_is_kept_an_issue_goes_on_from_the_ledger_or_not_at_all(issue: Issue) -> None:
    step = open_issue(issue.no, submission(), ENTERPRISE, datetime.now(UTC), policy(), "c0")
    answer = receipt(step.issue, "c0", "f", "r", datetime.now(UTC), policy())
    writer, entries = LedgerWriter(issue.engine), tuple(map(Entry.of, step.recorded))
    await writer.record(step.issue, entries, (answer,), policy())
    async with working(issue):
        assert await issue.revive() == 1
        assert (await issue.act("a", do.Accept())).revision == 2
        with pytest.raises(NotRevivable, match="is running"):
            await issue.revive()
    issue.no = "t-nobody"
    with pytest.raises(NotRevivable, match="neither history nor ledger"):
        await issue.revive()


async def test_an_issue_archived_but_not_published_is_revived_to_be_published(issue: Issue) -> None:
    limits = {name: replace(of, archive=Limit.parse("1s")) for name, of in policy().limits.items()}
    issue.ledger.down = True
    async with working(issue):
        await issue.submit(replace(policy(), version="hasty", limits=limits))
        await issue.act("a", do.Withdraw(), ENTERPRISE)
        await issue.reaches(Status.ARCHIVED)
        await issue.terminate()
        assert await issue.revive() == 3
        issue.ledger.down = False
        assert [entry.event.event for entry in await issue.recorded(3)] == ["submitted", "withdrawn", "archived"]
        async with within_reason(f"{issue.no} ends"):
            await issue.client.get_workflow_handle(issue.no).result()
    with pytest.raises(NotRevivable, match="is archived"):
        await issue.revive()


async def test_a_ledger_that_is_further_on_than_the_history_is_believed(issue: Issue) -> None:
    """Temporal's own file was brought back from a copy."""
    async with working(issue):
        await issue.submit()
        await issue.recorded(1)
        await issue.terminate()
        life = await LedgerReader(issue.engine).issue_state(issue.no)
        assert life is not None
        step = execute(life[0], do.Command("x", COORDINATOR, do.Accept()), datetime.now(UTC), life[1])
        await LedgerWriter(issue.engine).record(step.issue, tuple(map(Entry.of, step.recorded)), ())
        assert await issue.revive() == 2


async def test_a_history_of_other_code_is_refused_until_the_ledger_is_asked_for(issue: Issue) -> None:
    async with working(issue, OtherCode):
        await issue.submit()
        await issue.recorded(1)
        issue.ledger.down = True
        await issue.does("a", do.Accept())
        await issue.terminate()
    with pytest.raises(NotRevivable, match="cannot be replayed"):
        await issue.revive()
    assert await issue.revive(from_ledger=True) == 1
