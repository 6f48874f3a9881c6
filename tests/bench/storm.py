"""``make storm``: a thousand open issues fall due in one instant, as they do when office hours end.

Prints how late each rung was raised and each notice queued, from the ledger and from Temporal. The last line is JSON;
exit code 1 unless every issue was escalated exactly once and every notice queued within a minute.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from bihuan.city.configuration import load_city
from bihuan.domain import commands as do
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.events import AlarmRaised
from bihuan.domain.ladder.rungs import Rung
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy, Urgency
from bihuan.ledger.engine import ledger_engine
from bihuan.ledger.reading import LedgerReader
from bihuan.wire import ActCommand
from tests.bench.__main__ import ASKED, COORDINATOR, USCC, system
from workflows.issue_loop import IssueLoop
from workflows.messages import Opening
from workflows.names import ISSUE_QUEUE

QUEUED_WITHIN_S = 60
AT_ONCE = 20
FIRST_FEW = 40
WAIT = Limit.parse("36000s")


def one_instant(policy: Policy) -> Policy:
    """Ten hours to solve, warned of at once, and nothing else that could fall due meanwhile."""
    far = dict.fromkeys(("triage", "sign", "sup_after"), Limit.parse("72000s"))
    limits = replace(policy.limits[Urgency.GENERAL], solve=WAIT, blue=WAIT, **far)
    limits = replace(limits, report=None, crit_after=None, repeat_every=None)
    return replace(policy, limits={**policy.limits, Urgency.GENERAL: limits})


class Storm:
    """Issues in the hands of units, all due at one moment."""

    def __init__(self, client: Client, policy: Policy) -> None:
        self._client = client
        self._policy = policy

    async def gather(self, numbers: list[str], due: datetime) -> None:
        waiting = iter(numbers)

        async def caller() -> None:
            for number in waiting:
                await self._hand_over(number, due)

        await asyncio.gather(*(caller() for _ in range(AT_ONCE)))

    async def _hand_over(self, number: str, due: datetime) -> None:
        received = due - WAIT.elapsed
        opening = Opening(self._policy, ASKED, Actor(Role.ENT, "storm", USCC), received, "submit")
        handle = await self._client.start_workflow(IssueLoop.run, opening, id=number, task_queue=ISSUE_QUEUE)
        for id_, act in (("accept", do.Accept()), ("hand", do.HandOver(unit="D16"))):
            await handle.execute_update(IssueLoop.act, ActCommand(id_, COORDINATOR, act), id=id_)

    async def queued_after(self, due: datetime) -> list[float]:
        """How many seconds after the moment each notice of it was queued."""
        query = f"WorkflowType='Notice' AND StartTime >= '{due.isoformat()}'"
        return [(one.start_time - due).total_seconds() async for one in self._client.list_workflows(query)]


async def raised_after(reader: LedgerReader, numbers: list[str]) -> dict[str, list[float]]:
    """For each issue, how many seconds after its moment R1 was raised, as often as it was."""
    late = {}
    for number in numbers:
        entries = await reader.all_events(number)
        late[number] = [
            (entry.at - entry.event.moment).total_seconds()
            for entry in entries
            if isinstance(entry.event, AlarmRaised) and entry.event.rung is Rung.R1
        ]
    return late


async def storm(issues: int) -> dict[str, object]:
    async with system() as running:
        policy = one_instant(load_city(running.settings.city, "demo").policy)
        it, engine = Storm(running.client, policy), ledger_engine(running.settings.ledger)
        began = time.monotonic()
        await it.gather([f"pace-{place}" for place in range(FIRST_FEW)], datetime.now(UTC) + timedelta(days=1))
        pace = (time.monotonic() - began) / FIRST_FEW
        due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=60 + 2 * pace * issues)
        numbers = [f"storm-{place:05}" for place in range(issues)]
        print(f"{issues} issues are handed over; all due at {due:%H:%M:%S}", file=sys.stderr, flush=True)
        await it.gather(numbers, due)
        ready = (due - datetime.now(UTC)).total_seconds()
        assert ready > 0, "the issues were not ready in time; the machine slowed down meanwhile"
        print(f"ready {ready:.0f} s before the moment", file=sys.stderr, flush=True)
        await asyncio.sleep(ready)  # the moment itself; nothing announces it
        raised = await _all_raised(LedgerReader(engine), numbers)
        queued = await it.queued_after(due)
        await engine.dispose()
    return _figures(raised, queued)


async def _all_raised(reader: LedgerReader, numbers: list[str]) -> dict[str, list[float]]:
    """Looks seldom, and only for the last of them: what is measured here shares its cores with whoever looks."""
    async with asyncio.timeout(10 * QUEUED_WITHIN_S):
        left = numbers
        while left := [number for number, late in (await raised_after(reader, left)).items() if not late]:
            await asyncio.sleep(5)
    return await raised_after(reader, numbers)


def _figures(raised: dict[str, list[float]], queued: list[float]) -> dict[str, object]:
    times = Counter(map(len, raised.values()))
    late = sorted(one[0] for one in raised.values())
    for name, values in (("raised", late), ("queued", sorted(queued))):
        shares = statistics.quantiles(values, n=100)
        told = "  ".join(f"p{share} {shares[share - 1]:6.2f} s" for share in (50, 90, 99))
        print(f"{name:7} {told}  max {values[-1]:6.2f} s")
    return {
        "issues": len(raised),
        "escalated_once": times[1],
        "notices": len(queued),
        "raised_p50_s": round(statistics.median(late), 2),
        "raised_max_s": round(late[-1], 2),
        "queued_p50_s": round(statistics.median(queued), 2),
        "queued_max_s": round(max(queued), 2),
    }


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.bench.storm")
    asked.add_argument("--issues", type=int, default=1000)
    issues = asked.parse_args().issues
    figures = asyncio.run(storm(issues))
    print(json.dumps(figures))
    once, within = figures["escalated_once"] == issues, float(str(figures["queued_max_s"])) <= QUEUED_WITHIN_S
    return 0 if once and within and figures["notices"] == 2 * issues else 1


if __name__ == "__main__":
    sys.exit(main())
