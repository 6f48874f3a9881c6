"""``make idle``: what ten thousand open issues cost that nobody touches. The last line is JSON, memory in MiB.

Exit code 1 unless the server and the issue worker together stay within 2 GiB, and every issue is in the ledger.
"""

import argparse
import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from bihuan.city.configuration import load_city
from bihuan.domain.people import Actor, Role
from bihuan.ledger.engine import ledger_engine
from bihuan.ledger.reading import LedgerReader
from tests.bench.__main__ import ASKED, USCC, quiet, system
from workflows.issue_loop import IssueLoop
from workflows.messages import Opening
from workflows.names import ISSUE_QUEUE

TOGETHER_MIB_MAX = 2048
AT_ONCE = 20


def memory_mib(pid: int) -> int:
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


async def idle(issues: int) -> dict[str, int]:
    async with system() as running:
        client, city = running.client, running.settings.city
        policy = load_city(city, "PY-13710", since_year=datetime.now(UTC).year - 1).policy
        engine = ledger_engine(running.settings.ledger)
        waiting = iter(range(issues))

        async def caller() -> None:
            for place in waiting:
                opening = Opening(policy, ASKED, Actor(Role.ENT, "idle", USCC), datetime.now(UTC), "submit")
                await client.start_workflow(IssueLoop.run, opening, id=f"idle-{place}", task_queue=ISSUE_QUEUE)
                if place % 1000 == 0:
                    print(f"{place} of {issues}", file=sys.stderr, flush=True)

        await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
        reader = LedgerReader(engine)
        while (recorded := (await reader.issue_counts()).total) < issues:
            print(f"{recorded} of {issues} in the ledger", file=sys.stderr, flush=True)
            await asyncio.sleep(5)
        await quiet(client)
        await engine.dispose()
        server, worker = (memory_mib(running.supervisor.pid(name)) for name in ("temporal", "loops"))
    return {
        "issues": issues,
        "recorded": recorded,
        "server_mib": server,
        "worker_mib": worker,
        "together_mib": server + worker,
    }


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.bench.idle")
    asked.add_argument("--issues", type=int, default=10_000)
    issues = asked.parse_args().issues
    figures = asyncio.run(idle(issues))
    print(json.dumps(figures))
    return 0 if figures["together_mib"] <= TOGETHER_MIB_MAX else 1


if __name__ == "__main__":
    sys.exit(main())
