"""The sample through the workflow itself, on a server that skips time, compared event by event with the rules alone.

That server's clock begins now and is one for all its issues. So the sample is moved by whole weeks into the future, and
the calendar with it: every day keeps its weekday, its holidays and its make-up days. All acts of its issues are done
in the order of their moments; between two of them time is skipped.
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
from bihuan.runtime.embedded import pass_time, skipping_time
from bihuan.simulation.comparison import compared, moved, weeks_ahead
from bihuan.simulation.player import Played, play
from bihuan.simulation.workbook import CUT_OFF, SUBMISSIONS, Row
from bihuan.wire import ActCommand, Entry
from workflows.issue_loop import IssueLoop
from workflows.messages import Opening, Publication
from workflows.names import ISSUE_QUEUE
from workflows.ports import Publishing
from workflows.sandbox import runner

AT_ONCE = 50
"""Issues on one server: so few that what they do in one moment takes no time worth the name."""
PATIENCE_S = 120


@dataclass
class Rehearsed:
    """What the workflows did with some rows. ``apart_s``: the furthest that any moment lay from the rules' own."""

    issues: int = 0
    events: int = 0
    alarms: int = 0
    acts: int = 0
    solved: int = 0
    apart_s: float = 0.0
    differences: list[str] = field(default_factory=list)
    alarms_by_rung: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Rehearsed") -> None:
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            setattr(self, each.name, max(mine, theirs) if each.name == "apart_s" else mine + theirs)


def rehearse_all(rows: Sequence[Row], policy: Policy, processes: int = 0) -> Iterator[Rehearsed]:
    """Every row, some at a time, in as many processes as there are cores, each with servers of its own."""
    portions = [rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE)]
    many = processes or min(os.cpu_count() or 1, len(portions))
    if many == 1:
        yield from (_rehearse(policy, portion) for portion in portions)
        return
    with ProcessPoolExecutor(many, get_context("spawn")) as pool:
        for done in as_completed([pool.submit(_rehearse, policy, portion) for portion in portions]):
            yield done.result()


def _rehearse(policy: Policy, rows: Sequence[Row]) -> Rehearsed:
    return asyncio.run(rehearse(rows, policy))


async def rehearse(rows: Sequence[Row], policy: Policy) -> Rehearsed:
    """These rows on one server."""
    kept = _Kept()
    async with skipping_time() as environment, _worker(environment.client, kept):
        stage = _Stage(environment, kept, rows, policy, await environment.get_current_time())
        await stage.perform()
        return stage.judged()


def _worker(client: Client, publishing: Publishing) -> Worker:
    return Worker(
        client,
        task_queue=ISSUE_QUEUE,
        workflows=[IssueLoop],
        activities=[publishing.publish],
        workflow_runner=runner(),
    )


class _Kept(Publishing):
    """A ledger in memory."""

    def __init__(self) -> None:
        self.entries: dict[str, dict[int, Entry]] = {}

    @activity.defn(name="publish")
    async def publish(self, publication: Publication) -> bool:
        told = self.entries.setdefault(publication.issue.issue_no, {})
        told.update((entry.seq, entry) for entry in publication.entries)
        return True


class _Stage:
    """One server, and the rows as the rules played them in its time."""

    def __init__(
        self, environment: WorkflowEnvironment, kept: _Kept, rows: Sequence[Row], policy: Policy, now: datetime
    ) -> None:
        self._by = weeks_ahead(min(row.acts[0].at for row in rows), now)
        self._environment = environment
        self._kept = kept
        self._policy = moved(policy, self._by)
        self._end = CUT_OFF + self._by
        self._rows = {row.ref: moved(row, self._by) for row in rows}
        self._played = {ref: play(row, self._policy, self._end, str) for ref, row in self._rows.items()}
        self._refused: dict[str, str] = {}
        self._unmoved = {row.ref: play(row, policy, CUT_OFF, str) for row in rows}

    async def perform(self) -> None:
        """Every act at its moment, then the time to the end; returns when all is published or nothing more comes."""
        deeds = [(at, ref, command) for ref, played in self._played.items() for at, command in _deeds(played)]
        for moment, together in groupby(sorted(deeds, key=itemgetter(0)), key=itemgetter(0)):
            await self._until(moment)
            async with asyncio.timeout(PATIENCE_S):
                by_issue = groupby(sorted(together, key=itemgetter(1)), key=itemgetter(1))
                await asyncio.gather(*(self._do(ref, [what for _, _, what in its]) for ref, its in by_issue))
        await self._until(self._end + timedelta(seconds=1))
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S if not self._refused else 1):
                while not all(self._told(ref) >= len(played.recorded) for ref, played in self._played.items()):
                    await asyncio.sleep(0.05)

    async def _until(self, moment: datetime) -> None:
        left = moment - await self._environment.get_current_time()
        if left > timedelta():
            await pass_time(self._environment, left)

    async def _do(self, ref: str, commands: Sequence[Command | None]) -> None:
        for command in commands:
            if ref in self._refused:
                return
            if command is None:
                await self._open(ref)
                continue
            said = ActCommand(command.id, command.actor, command.act)
            try:
                await act(self._environment.client, ref, said, within_s=PATIENCE_S)
            except Refused as refusal:
                self._refused[ref] = f"{ref}: {command.act.act}: {refusal}"

    async def _open(self, ref: str) -> None:
        first = self._rows[ref].acts[0]
        asked = SUBMISSIONS.validate_python(first.fields)
        mark = fingerprint(first.actor, asked)
        opening = Opening(self._policy, asked, first.actor, first.at, "0", mark, "")
        await start_issue(self._environment.client, ref, opening, within_s=PATIENCE_S)

    def _told(self, ref: str) -> int:
        return len(self._kept.entries.get(ref, {}))

    def judged(self) -> Rehearsed:
        """Rules and workflow side by side."""
        done = Rehearsed(differences=list(self._refused.values()))
        for ref, played in self._played.items():
            told = self._kept.entries.get(ref, {})
            recorded = [told[seq].recorded() for seq in sorted(told)]
            done.issues += 1
            done.events += len(recorded)
            done.acts += len({one.command_id for one in recorded if one.actor})
            raised = [one.event for one in recorded if isinstance(one.event, AlarmRaised)]
            done.alarms += len(raised)
            done.alarms_by_rung.update(str(alarm.rung) for alarm in raised)
            done.solved += _solved(ref, recorded)
            apart, difference = compared(played.recorded, recorded, -self._by)
            done.apart_s = max(done.apart_s, apart)
            if difference and ref not in self._refused:
                done.differences.append(f"{ref} {difference}")
            if moved(self._unmoved[ref].alerts, self._by) != played.alerts:
                done.differences.append(f"{ref}: the rules say otherwise {self._by.days // 7} weeks on")
        return done


def _deeds(played: Played) -> Iterator[tuple[datetime, Command | None]]:
    """None is the submission."""
    yield played.recorded[0].at, None
    yield from played.done


def _solved(ref: str, recorded: Sequence[RecordedEvent]) -> bool:
    if not recorded:
        return False
    issue = fold(ref, recorded)
    return issue.closed and issue.outcome is Outcome.SOLVED
