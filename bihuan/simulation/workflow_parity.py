"""The sample played through the workflow, on a time-skipping server, and compared event by event with the rules alone.

The server's clock starts now and is shared by all its issues. So the sample is shifted into the future by whole weeks,
and the calendar with it: every day keeps its weekday, its holidays and its make-up days. The acts of all issues are
done in the order of their moments; between two of them time is skipped.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from itertools import groupby
from multiprocessing import get_context
from operator import itemgetter

from temporalio import activity
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from bihuan.client.errors import Refused
from bihuan.client.issues import act, start_issue
from bihuan.domain.commands import Command, fingerprint
from bihuan.domain.events import AlarmRaised
from bihuan.domain.loop.step import RecordedEvent, fold
from bihuan.domain.policy import Policy
from bihuan.domain.stage import Outcome
from bihuan.runtime.embedded import advance_time, time_skipping_server
from bihuan.simulation.comparison import compare_records, shifted, weeks_ahead
from bihuan.simulation.player import Played, play
from bihuan.simulation.workbook import CUT_OFF, SUBMISSIONS, Row
from bihuan.wire import ActCommand, Entry
from workflows.issue_loop import IssueLoop
from workflows.messages import Opening, Publication
from workflows.names import ISSUE_QUEUE
from workflows.ports import Publishing
from workflows.sandbox import runner

AT_ONCE = 50
"""Issues on one server: few enough that what they do in one moment takes next to no time."""
ANSWER_S = 120


@dataclass
class ParityResult:
    """What the workflows did with some rows. ``apart_s``: the largest gap to a moment of the rules, in seconds."""

    issues: int = 0
    events: int = 0
    alarms: int = 0
    acts: int = 0
    solved: int = 0
    apart_s: float = 0.0
    differences: list[str] = field(default_factory=list)
    alarms_by_rung: Counter[str] = field(default_factory=Counter)

    def add(self, other: "ParityResult") -> None:
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            setattr(self, each.name, max(mine, theirs) if each.name == "apart_s" else mine + theirs)


def check_parity_of_all(rows: Sequence[Row], policy: Policy, processes: int = 0) -> Iterator[ParityResult]:
    """Check all rows in portions, in as many processes as there are cores (0), each with servers of its own."""
    portions = [rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE)]
    many = processes or min(os.cpu_count() or 1, len(portions))
    if many == 1:
        yield from (_check_portion(policy, portion) for portion in portions)
        return
    with ProcessPoolExecutor(many, get_context("spawn")) as pool:
        for done in as_completed([pool.submit(_check_portion, policy, portion) for portion in portions]):
            yield done.result()


def _check_portion(policy: Policy, rows: Sequence[Row]) -> ParityResult:
    return asyncio.run(check_parity(rows, policy))


async def check_parity(rows: Sequence[Row], policy: Policy) -> ParityResult:
    """Check these rows on one server."""
    ledger = _MemoryLedger()
    async with time_skipping_server() as environment, _worker(environment.client, ledger):
        run = _ParityRun(environment, ledger, rows, policy, await environment.get_current_time())
        await run.run()
        return run.result()


def _worker(client: Client, publishing: Publishing) -> Worker:
    return Worker(
        client,
        task_queue=ISSUE_QUEUE,
        workflows=[IssueLoop],
        activities=[publishing.publish],
        workflow_runner=runner(),
    )


class _MemoryLedger(Publishing):
    """A ledger in memory."""

    def __init__(self) -> None:
        self.entries: dict[str, dict[int, Entry]] = {}

    @activity.defn(name="publish")
    async def publish(self, publication: Publication) -> bool:
        published = self.entries.setdefault(publication.issue.issue_no, {})
        published.update((entry.seq, entry) for entry in publication.entries)
        return True


class _ParityRun:
    """One server, and the rows as the rules play them, shifted to its time."""

    def __init__(
        self,
        environment: WorkflowEnvironment,
        ledger: _MemoryLedger,
        rows: Sequence[Row],
        policy: Policy,
        now: datetime,
    ) -> None:
        self._by = weeks_ahead(min(row.acts[0].at for row in rows), now)
        self._environment = environment
        self._ledger = ledger
        self._policy = shifted(policy, self._by)
        self._end = CUT_OFF + self._by
        self._rows = {row.ref: shifted(row, self._by) for row in rows}
        self._played = {ref: play(row, self._policy, self._end, str) for ref, row in self._rows.items()}
        self._refused: dict[str, str] = {}
        self._unmoved = {row.ref: play(row, policy, CUT_OFF, str) for row in rows}

    async def run(self) -> None:
        """Do every act at its moment, then skip to the end, and wait until all is published."""
        commands = [(at, ref, command) for ref, played in self._played.items() for at, command in _commands_of(played)]
        for moment, together in groupby(sorted(commands, key=itemgetter(0)), key=itemgetter(0)):
            await self._until(moment)
            async with asyncio.timeout(ANSWER_S):
                by_issue = groupby(sorted(together, key=itemgetter(1)), key=itemgetter(1))
                await asyncio.gather(*(self._do(ref, [what for _, _, what in its]) for ref, its in by_issue))
        await self._until(self._end + timedelta(seconds=1))
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_S if not self._refused else 1):
                while not all(self._published(ref) >= len(played.recorded) for ref, played in self._played.items()):
                    await asyncio.sleep(0.05)

    async def _until(self, moment: datetime) -> None:
        left = moment - await self._environment.get_current_time()
        if left > timedelta():
            await advance_time(self._environment, left)

    async def _do(self, ref: str, commands: Sequence[Command | None]) -> None:
        for command in commands:
            if ref in self._refused:
                return
            if command is None:
                await self._open(ref)
                continue
            sent = ActCommand(command.id, command.actor, command.act)
            try:
                await act(self._environment.client, ref, sent, within_s=ANSWER_S)
            except Refused as refusal:
                self._refused[ref] = f"{ref}: {command.act.act}: {refusal}"

    async def _open(self, ref: str) -> None:
        first = self._rows[ref].acts[0]
        asked = SUBMISSIONS.validate_python(first.fields)
        mark = fingerprint(first.actor, asked)
        opening = Opening(self._policy, asked, first.actor, first.at, "0", mark, "")
        await start_issue(self._environment.client, ref, opening, within_s=ANSWER_S)

    def _published(self, ref: str) -> int:
        return len(self._ledger.entries.get(ref, {}))

    def result(self) -> ParityResult:
        """Compare what the workflows published with what the rules say."""
        done = ParityResult(differences=list(self._refused.values()))
        for ref, played in self._played.items():
            published = self._ledger.entries.get(ref, {})
            recorded = [published[seq].recorded() for seq in sorted(published)]
            done.issues += 1
            done.events += len(recorded)
            done.acts += len({one.command_id for one in recorded if one.actor})
            raised = [one.event for one in recorded if isinstance(one.event, AlarmRaised)]
            done.alarms += len(raised)
            done.alarms_by_rung.update(str(alarm.rung) for alarm in raised)
            done.solved += _solved(ref, recorded)
            apart, difference = compare_records(played.recorded, recorded, -self._by)
            done.apart_s = max(done.apart_s, apart)
            if difference and ref not in self._refused:
                done.differences.append(f"{ref} {difference}")
            if shifted(self._unmoved[ref].alerts, self._by) != played.alerts:
                done.differences.append(f"{ref}: the rules say otherwise {self._by.days // 7} weeks on")
        return done


def _commands_of(played: Played) -> Iterator[tuple[datetime, Command | None]]:
    """When to send which command; None is the submission."""
    yield played.recorded[0].at, None
    yield from played.done


def _solved(ref: str, recorded: Sequence[RecordedEvent]) -> bool:
    if not recorded:
        return False
    issue = fold(ref, recorded)
    return issue.closed and issue.evaluation.outcome is Outcome.SOLVED
