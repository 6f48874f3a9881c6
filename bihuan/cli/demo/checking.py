"""What the demo promises, checked from the outside: the ledger, Temporal's histories and what the receiver was told."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from bihuan.city import City
from bihuan.cli.demo.driving import Caller, Driven
from bihuan.cli.demo.receiving import Receiver
from bihuan.domain.escalation import agenda
from bihuan.domain.events import AlarmRaised, OrderIssued
from bihuan.domain.evolve import evolve, opened
from bihuan.domain.issue import Desk, Issue, Party, Rung
from bihuan.domain.life import fold
from bihuan.domain.stage import Stage
from bihuan.histories import Contradiction, entries_of
from bihuan.ledger.reading import LedgerReader
from bihuan.wire import Entry
from workflows.names import notice_id

GRACE = timedelta(seconds=5)
NOTICES_WITHIN_S = 90
LEDGER_WITHIN_S = 60


@dataclass(frozen=True, slots=True)
class Checked:
    """One promise: what it says, and what is wrong with it; nothing: it holds."""

    promise: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lived:
    """One row with all that happened to it."""

    driven: Driven
    entries: tuple[Entry, ...]
    issue: Issue

    @property
    def rungs(self) -> tuple[str, ...]:
        return tuple(f"{a.clock}:{a.rung}" for a in alarms(self.entries))

    @property
    def stages(self) -> list[Stage]:
        """The stage after each event."""
        recorded = [entry.recorded() for entry in self.entries]
        return [fold(self.driven.number, recorded[: place + 1]).stage for place in range(len(recorded))]


def alarms(entries: Iterable[Entry]) -> list[AlarmRaised]:
    return [entry.event for entry in entries if isinstance(entry.event, AlarmRaised)]


class Checker:
    def __init__(self, reader: LedgerReader, client: Client, city: City, receiver: Receiver, caller: Caller) -> None:
        self._reader = reader
        self._client = client
        self._city = city
        self._receiver = receiver
        self._caller = caller

    async def lived(self, rows: Sequence[Driven]) -> list[Lived]:
        """All rows as the ledger has them, once it has caught up with what was acknowledged."""
        lived = []
        for driven in rows:
            if driven.number:
                await self._caught_up(driven)
                entries = await self._reader.all_events(driven.number)
                lived.append(Lived(driven, entries, fold(driven.number, [e.recorded() for e in entries])))
        return lived

    async def check(self, rows: Sequence[Driven], lived: Sequence[Lived]) -> AsyncIterator[Checked]:
        """Every promise in turn."""
        yield Checked("样例中的每一步都已办到 · every step of the sample was taken", tuple(_untaken(rows)))
        yield Checked("每件问题都到达预期终点 · every issue ended where expected", tuple(_elsewhere(lived)))
        yield Checked(
            "逾期必升级、未逾期不升级、每级只一次 · a rung was raised if and only if its moment passed unmet, once",
            tuple(fault for one in lived for fault in self._ladder(one)),
        )
        yield Checked(
            "放任不管者恰升到预期各级 · the neglected climbed exactly the expected rungs", tuple(_rotten(lived))
        )
        yield Checked(
            "升级告知了名册上的督导组 · rungs were told to the group the roster names", tuple(await self._told(lived))
        )
        yield Checked("每条通知都已送达 · every notice arrived, signed", tuple(await self._delivered(lived)))
        yield Checked(
            "每张回执在流程与台账中各有一件 · every receipt is once in Temporal and once in the ledger",
            tuple(await self._counted(lived)),
        )
        yield Checked(
            "台账等于流程历史的折叠 · the ledger equals the fold of the histories", tuple(await self._folded(lived))
        )

    async def _caught_up(self, driven: Driven) -> None:
        async with asyncio.timeout(LEDGER_WITHIN_S):
            await self._caller.get(f"/issues/{driven.number}", at_least=max(driven.revision, 1))

    def _ladder(self, one: Lived) -> Iterable[str]:
        """Walk the issue's own history: nothing raised early or twice, nothing due left unraised before an act."""
        policy, issue, seen = self._city.policy, None, set[str]()
        for entry in one.entries:
            if issue is None:
                issue = opened(one.driven.number, entry.event, entry.at)  # type: ignore[arg-type]  # the first event
                continue
            if isinstance(entry.event, AlarmRaised):
                if entry.event.moment > entry.at:
                    yield f"{one.driven.row.ref}: {entry.event.key} was raised before its moment"
                if entry.event.key in seen:
                    yield f"{one.driven.row.ref}: {entry.event.key} was raised twice"
                seen.add(entry.event.key)
            elif entry.actor is not None:
                missed = [due.key for due in agenda(issue, policy) if due.at <= entry.at]
                yield from (
                    f"{one.driven.row.ref}: {key} was due before act {entry.seq} and not raised" for key in missed
                )
            issue = evolve(issue, entry.event, entry.at, entry.actor)
        late = datetime.now(UTC) - GRACE
        missed = [due.key for due in agenda(issue, policy) if due.at <= late] if issue else []
        yield from (f"{one.driven.row.ref}: {key} is due and not raised" for key in missed)

    async def _told(self, lived: Sequence[Lived]) -> list[str]:
        await self._all_notices(lived)
        return [fault for one in lived for fault in self._untold(one)]

    def _untold(self, one: Lived) -> Iterable[str]:
        group = self._city.policy.group_for(one.issue.holder, one.issue.county)
        for entry in one.entries:
            id_ = notice_id(one.driven.number, entry.seq, Party(Desk.GROUP, group))
            if _names_group(entry) and id_ not in self._receiver.told:
                yield f"{one.driven.row.ref}: group {group} was not told of event {entry.seq}"

    async def _delivered(self, lived: Sequence[Lived]) -> list[str]:
        missing = await self._all_notices(lived)
        return [f"{id_} did not arrive" for id_ in sorted(missing)] + (
            [f"{self._receiver.forged} notices came with a wrong signature"] if self._receiver.forged else []
        )

    async def _all_notices(self, lived: Sequence[Lived]) -> set[str]:
        """The notices the events call for that have not arrived; waits for the last of them."""
        due = {notice_id(one.driven.number, e.seq, to) for one in lived for e in one.entries for to in e.tell}
        for _ in range(NOTICES_WITHIN_S * 4):
            if due <= set(self._receiver.told):
                break
            await asyncio.sleep(0.25)
        return due - set(self._receiver.told)

    async def _counted(self, lived: Sequence[Lived]) -> list[str]:
        kept = Counter(one.driven.number for one in lived)
        census = await self._caller.get("/census")
        faults = [f"{number} was given to {count} rows" for number, count in kept.items() if count > 1]
        running = [
            execution.id
            async for execution in self._client.list_workflows("WorkflowType='IssueLoop' AND ExecutionStatus='Running'")
        ]
        faults += [
            f"{number} runs {running.count(number)} times in Temporal" for number in kept if running.count(number) != 1
        ]
        total = census["open"] + sum(census["closed"].values())
        if not (census["ok"] and census["total"] == total == len(kept)):
            faults.append(
                f"receipts {len(kept)}, ledger {census['total']}, open + closed {total}, lost {census['lost']}"
            )
        return faults

    async def _folded(self, lived: Sequence[Lived]) -> list[str]:
        faults = []
        for one in lived:
            try:
                entries, _ = await entries_of(self._client, one.driven.number)
            except Contradiction as contradiction:
                faults.append(str(contradiction))
                continue
            stored = await self._reader.life(one.driven.number)
            folded = fold(one.driven.number, [entry.recorded() for entry in entries[: len(one.entries)]])
            if tuple(entries[: len(one.entries)]) != one.entries or folded != one.issue:
                faults.append(f"{one.driven.row.ref}: the ledger's events differ from Temporal's")
            elif (
                stored is None
                or fold(one.driven.number, [e.recorded() for e in entries][: stored[0].revision]) != stored[0]
            ):
                faults.append(f"{one.driven.row.ref}: the ledger's row differs from the fold of its events")
        return faults


def _names_group(entry: Entry) -> bool:
    """An alarm or order of a unit, which its supervision group must hear of."""
    if isinstance(entry.event, OrderIssued):
        return True
    event = entry.event
    return isinstance(event, AlarmRaised) and event.rung is Rung.R1 and event.debtor.desk is Desk.UNIT


def _untaken(rows: Iterable[Driven]) -> Iterable[str]:
    return (f"{driven.row.ref}: step {driven.steps + 1}: {driven.fault}" for driven in rows if driven.fault)


def _elsewhere(lived: Iterable[Lived]) -> Iterable[str]:
    for one in lived:
        expected, issue = one.driven.row.expected, one.issue
        outcome = issue.outcome if issue.closed else None
        if (issue.stage, outcome or "") != (expected.stage, expected.outcome or ""):
            yield (
                f"{one.driven.row.ref}: ended in {issue.stage} {outcome or ''}, "
                f"expected {expected.stage} {expected.outcome or ''}"
            )


def is_rotten(driven: Driven) -> bool:
    """Left to rot on purpose: the sample ends with rungs, not with an act."""
    return bool(driven.script.trace) and driven.script.trace[-1][0] == "rung"


def _rotten(lived: Iterable[Lived]) -> Iterable[str]:
    for one in lived:
        if is_rotten(one.driven) and sorted(one.rungs) != sorted(one.driven.row.expected.rungs):
            yield f"{one.driven.row.ref}: climbed {sorted(one.rungs)}, expected {sorted(one.driven.row.expected.rungs)}"


def groups_alerted(receiver: Receiver, number: str) -> list[str]:
    """The supervision groups that were told of an alarm or an order of this issue."""
    told: Mapping[str, dict[str, dict[str, str]]] = receiver.told
    kinds = ("issue.alarm_raised", "issue.order_issued")
    return sorted(
        {
            str(n["to"]["ref"])
            for n in told.values()
            if str(n["issue_no"]) == number and str(n["type"]) in kinds and n["to"]["desk"] == Desk.GROUP
        }
    )
