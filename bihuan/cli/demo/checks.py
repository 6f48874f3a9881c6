"""What the demo promises, checked from the outside: the ledger, Temporal's histories and what the receiver was told."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from temporalio.client import Client

from bihuan.city.configuration import City
from bihuan.cli.demo.driver import Caller, Driven
from bihuan.cli.demo.judgement import Lived, elsewhere, ladder, rotten, untaken
from bihuan.cli.demo.receiver import Receiver
from bihuan.domain.events import AlarmRaised, OrderIssued
from bihuan.domain.ladder.escalation import agenda
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import fold
from bihuan.domain.parties import Desk, Party
from bihuan.ledger.reading import LedgerReader
from bihuan.operations.histories import Contradiction, entries_of
from bihuan.wire import Entry, notice_id

LOOK_EVERY_S = 0.25
NONE_FOR_S = 90
"""Where no notice has come for so long, those that are missing will not come."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One promise: what it says, and what is wrong with it; nothing: it holds."""

    promise: str
    faults: tuple[str, ...]


@dataclass(slots=True)
class Notices:
    """What became of the notices that the events call for."""

    due: set[str] = field(default_factory=set)
    recalled: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)


class Checker:
    """``awaiting`` is told how many notices of how many are settled, as often as that is looked at."""

    def __init__(
        self,
        reader: LedgerReader,
        client: Client,
        city: City,
        receiver: Receiver,
        caller: Caller,
        awaiting: Callable[[int, int], None] = lambda _settled, _due: None,
    ) -> None:
        self._reader = reader
        self._client = client
        self._city = city
        self._receiver = receiver
        self._caller = caller
        self._awaiting = awaiting
        self.notices = Notices()

    async def lived(self, rows: Sequence[Driven]) -> list[Lived]:
        """All rows as the ledger has them, once it has caught up with what was acknowledged."""
        return [await self._settled(driven) for driven in rows if driven.number]

    async def _settled(self, driven: Driven) -> Lived:
        """Once no rung is waited for whose moment has passed; a machine may be slow to raise it, but not for ever."""
        give_up = asyncio.get_running_loop().time() + self._caller.patience_s
        await self._caller.get(f"/issues/{driven.number}", at_least=max(driven.revision, 1))
        while True:
            now = datetime.now(UTC)
            entries = await self._reader.all_events(driven.number)
            issue = fold(driven.number, [entry.recorded() for entry in entries])
            overdue = tuple(due.key for due in agenda(issue, self._city.policy) if due.at <= now)
            if not overdue or asyncio.get_running_loop().time() > give_up:
                return Lived(driven, entries, issue, overdue)
            await asyncio.sleep(LOOK_EVERY_S)

    async def check(self, rows: Sequence[Driven], lived: Sequence[Lived]) -> AsyncIterator[Checked]:
        """Every promise in turn."""
        yield Checked("样例中的每一步都已办到 · every step of the sample was taken", tuple(untaken(rows, lived)))
        yield Checked("每件问题都到达预期终点 · every issue ended where expected", tuple(elsewhere(lived)))
        yield Checked(
            "逾期必升级、未逾期不升级、每级只一次 · a rung was raised if and only if its moment passed unmet, once",
            tuple(fault for one in lived for fault in ladder(one, self._city.policy)),
        )
        yield Checked("放任不管者升到了预期各级 · the neglected climbed all the expected rungs", tuple(rotten(lived)))
        yield Checked(
            "升级告知了名册上的督导组 · rungs were told to the group the roster names", tuple(await self._told(lived))
        )
        yield Checked(
            "每条通知都已送达，或因问题已了结而撤回 · every notice arrived, signed, or was over before",
            tuple(self._delivered()),
        )
        yield Checked(
            "每张回执在流程与台账中各有一件 · every receipt is once in Temporal and once in the ledger",
            tuple(await self._counted(lived)),
        )
        yield Checked(
            "台账等于流程历史的折叠 · the ledger equals the fold of the histories", tuple(await self._folded(lived))
        )

    async def _told(self, lived: Sequence[Lived]) -> list[str]:
        await self._all_notices(lived)
        return [fault for one in lived for fault in self._untold(one)]

    def _untold(self, one: Lived) -> Iterable[str]:
        group = self._city.policy.group_for(one.issue.assignment.holder, one.issue.matter.county)
        for entry in one.entries:
            id_ = notice_id(one.driven.number, entry.seq, Party(Desk.GROUP, group))
            if _names_group(entry) and id_ not in self._receiver.told.keys() | self.notices.recalled:
                yield f"{one.driven.row.ref}: group {group} was not told of event {entry.seq}"

    def _delivered(self) -> list[str]:
        forged = self._receiver.forged
        wrong = [f"{forged} notices came with a wrong signature"] if forged else []
        return [f"{id_} did not arrive" for id_ in sorted(self.notices.missing)] + wrong

    async def _all_notices(self, lived: Sequence[Lived]) -> None:
        """Wait until every notice the events call for has arrived or was recalled, as long as any still comes."""
        due = {notice_id(one.driven.number, e.seq, to): one for one in lived for e in one.entries for to in e.tell}
        self.notices, still_s, before = Notices(due=set(due)), 0.0, -1
        while missing := due.keys() - self._receiver.told.keys() - self.notices.recalled:
            self.notices.recalled |= {id_ for id_ in missing if await self._recalled(id_, due[id_])}
            settled = len(due) - len(missing)
            self._awaiting(settled, len(due))
            still_s = 0.0 if settled != before else still_s + LOOK_EVERY_S
            if still_s > NONE_FOR_S:
                break
            before = settled
            await asyncio.sleep(LOOK_EVERY_S)
        self._awaiting(len(due) - len(missing), len(due))
        self.notices.missing = missing

    async def _recalled(self, id_: str, one: Lived) -> bool:
        """A notice that only presses is not sent once its issue is over; of an open one it would be lost."""
        delivery = await self._reader.delivery(id_) if one.issue.closed else None
        return delivery is not None and delivery.state == "RECALLED"

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
