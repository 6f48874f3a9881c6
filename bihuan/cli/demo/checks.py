"""The promises of the demo, checked from outside: ledger, Temporal's histories, and the notices received."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from temporalio.client import Client

from bihuan.city.configuration import City
from bihuan.cli.demo.driver import Caller, DrivenRow
from bihuan.cli.demo.judgement import PlayedIssue, failed_steps, ladder_faults, missing_rungs, wrong_endings
from bihuan.cli.demo.receiver import Receiver
from bihuan.domain.events import AlarmRaised, OrderIssued
from bihuan.domain.ladder.escalation import agenda
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.loop.step import fold
from bihuan.domain.parties import Desk, Party
from bihuan.ledger.reading import LedgerReader
from bihuan.operations.histories import HistoriesContradict, entries_of
from bihuan.wire import Entry, notice_id

LOOK_EVERY_S = 0.25
NONE_FOR_S = 90
"""After so many seconds without a notice the missing ones are given up."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One promise in words, and how it was broken; no faults: it holds."""

    promise: str
    faults: tuple[str, ...]


@dataclass(slots=True)
class Notices:
    """The ids of the notices that the events require, of those recalled and of those that did not arrive."""

    due: set[str] = field(default_factory=set)
    recalled: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)


class Checker:
    """``awaiting``: called with the number of notices settled and of those required, at every poll."""

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

    async def issues(self, rows: Sequence[DrivenRow]) -> list[PlayedIssue]:
        """The issues of all rows, once the ledger has every acknowledged act."""
        return [await self._settled(driven) for driven in rows if driven.number]

    async def _settled(self, driven: DrivenRow) -> PlayedIssue:
        """Waits until no due alarm is missing, at most as long as the caller's patience."""
        give_up = asyncio.get_running_loop().time() + self._caller.patience_s
        await self._caller.get(f"/issues/{driven.number}", at_least=max(driven.revision, 1))
        while True:
            now = datetime.now(UTC)
            entries = await self._reader.all_events(driven.number)
            issue = fold(driven.number, [entry.recorded() for entry in entries])
            overdue = tuple(due.key for due in agenda(issue, self._city.policy) if due.at <= now)
            if not overdue or asyncio.get_running_loop().time() > give_up:
                return PlayedIssue(driven, entries, issue, overdue)
            await asyncio.sleep(LOOK_EVERY_S)

    async def check(self, rows: Sequence[DrivenRow], issues: Sequence[PlayedIssue]) -> AsyncIterator[CheckResult]:
        """Each promise in turn."""
        yield CheckResult(
            "样例中的每一步都已办到 · every step of the sample was taken", tuple(failed_steps(rows, issues))
        )
        yield CheckResult("每件问题都到达预期终点 · every issue ended where expected", tuple(wrong_endings(issues)))
        yield CheckResult(
            "逾期必升级、未逾期不升级、每级只一次 · a rung was raised once, if and only if its deadline passed",
            tuple(fault for one in issues for fault in ladder_faults(one, self._city.policy)),
        )
        yield CheckResult(
            "放任不管者升到了预期各级 · neglected issues climbed all the expected rungs", tuple(missing_rungs(issues))
        )
        yield CheckResult(
            "升级告知了名册上的督导组 · the supervision group in the roster was notified of rungs",
            tuple(await self._unnotified_groups(issues)),
        )
        yield CheckResult(
            "每条通知都已送达，或因问题已了结而撤回 · every notice arrived, signed, or was settled before",
            tuple(self._delivered()),
        )
        yield CheckResult(
            "每张回执在流程与台账中各有一件 · every receipt is once in Temporal and once in the ledger",
            tuple(await self._counted(issues)),
        )
        yield CheckResult(
            "台账等于流程历史的折叠 · the ledger equals the fold of the histories", tuple(await self._folded(issues))
        )

    async def _unnotified_groups(self, issues: Sequence[PlayedIssue]) -> list[str]:
        await self._all_notices(issues)
        return [fault for one in issues for fault in self._unnotified(one)]

    def _unnotified(self, one: PlayedIssue) -> Iterable[str]:
        group = self._city.policy.group_for(one.issue.assignment.holder, one.issue.matter.county)
        for entry in one.entries:
            id_ = notice_id(one.driven.number, entry.seq, Party(Desk.GROUP, group))
            if _names_group(entry) and id_ not in self._receiver.received.keys() | self.notices.recalled:
                yield f"{one.driven.row.ref}: group {group} was not notified of event {entry.seq}"

    def _delivered(self) -> list[str]:
        forged = self._receiver.forged
        wrong = [f"{forged} notices came with a wrong signature"] if forged else []
        return [f"{id_} did not arrive" for id_ in sorted(self.notices.missing)] + wrong

    async def _all_notices(self, issues: Sequence[PlayedIssue]) -> None:
        """Wait until every required notice has arrived or was recalled, as long as any still arrives."""
        due = {notice_id(one.driven.number, e.seq, to): one for one in issues for e in one.entries for to in e.tell}
        self.notices, still_s, before = Notices(due=set(due)), 0.0, -1
        while missing := due.keys() - self._receiver.received.keys() - self.notices.recalled:
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

    async def _recalled(self, id_: str, one: PlayedIssue) -> bool:
        """Whether it was recalled because its issue was closed; for an open issue it would be lost."""
        delivery = await self._reader.delivery(id_) if one.issue.closed else None
        return delivery is not None and delivery.state == "RECALLED"

    async def _counted(self, issues: Sequence[PlayedIssue]) -> list[str]:
        kept = Counter(one.driven.number for one in issues)
        reconciliation = await self._caller.get("/census")
        faults = [f"{number} was given to {count} rows" for number, count in kept.items() if count > 1]
        running = [
            execution.id
            async for execution in self._client.list_workflows("WorkflowType='IssueLoop' AND ExecutionStatus='Running'")
        ]
        faults += [
            f"{number} runs {running.count(number)} times in Temporal" for number in kept if running.count(number) != 1
        ]
        total = reconciliation["open"] + sum(reconciliation["closed"].values())
        if not (reconciliation["ok"] and reconciliation["total"] == total == len(kept)):
            counts = f"ledger {reconciliation['total']}, open + closed {total}, lost {reconciliation['lost']}"
            faults.append(f"receipts {len(kept)}, {counts}")
        return faults

    async def _folded(self, issues: Sequence[PlayedIssue]) -> list[str]:
        faults = []
        for one in issues:
            try:
                entries, _ = await entries_of(self._client, one.driven.number)
            except HistoriesContradict as contradiction:
                faults.append(str(contradiction))
                continue
            stored = await self._reader.issue_state(one.driven.number)
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
    """Whether it is an alarm or order for a unit, of which its supervision group must be notified."""
    if isinstance(entry.event, OrderIssued):
        return True
    event = entry.event
    return isinstance(event, AlarmRaised) and event.rung is Rung.R1 and event.debtor.desk is Desk.UNIT


def groups_alerted(receiver: Receiver, number: str) -> list[str]:
    """The supervision groups that received an alarm or an order of this issue."""
    received: Mapping[str, dict[str, dict[str, str]]] = receiver.received
    kinds = ("issue.alarm_raised", "issue.order_issued")
    return sorted(
        {
            str(n["to"]["ref"])
            for n in received.values()
            if str(n["issue_no"]) == number and str(n["type"]) in kinds and n["to"]["desk"] == Desk.GROUP
        }
    )
