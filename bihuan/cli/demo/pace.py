"""This machine's speed, measured with the real system, and a city whose clocks are slowed to match."""

import asyncio
import math
import re
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from bihuan.cli.demo.driver import Caller, DrivenRow, script, submission
from bihuan.cli.demo.receiver import Receiver

QUIET_S = 2.0
"""Seconds the burst takes at most on two idle cores."""
SLOWEST = 3.0
"""With slower clocks the demo would last too long; acts that come late nevertheless are reported, not failed."""
LOOK_EVERY_S = 0.05
PATIENCE_S = 180


async def measure_pace(caller: Caller, receiver: Receiver, rows: Sequence[DrivenRow]) -> float:
    """How many times longer than on an idle machine a burst of submissions takes until its notices arrive, 1 to 3."""
    await _burst(caller, receiver, rows[:1], "warm")
    began = time.monotonic()
    await _burst(caller, receiver, rows, "burst")
    return min(max((time.monotonic() - began) / QUIET_S, 1.0), SLOWEST)


async def _burst(caller: Caller, receiver: Receiver, rows: Sequence[DrivenRow], key: str) -> None:
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as all_at_once:
        for one in rows:
            all_at_once.create_task(_received(caller, receiver, one, key))


async def _received(caller: Caller, receiver: Receiver, one: DrivenRow, key: str) -> None:
    (act, *_) = (step[1] for step in script(one) if step[0] == "act")
    answer = await caller.post("/issues", act.actor, f"{key}-{one.row.ref}", submission(act))
    await caller.get(f"/issues/{answer['issue_no']}", at_least=1)
    while not any(notice["issue_no"] == answer["issue_no"] for notice in receiver.received.values()):
        await asyncio.sleep(LOOK_EVERY_S)


def slowed_city(city: Path, profile: str, factor: float, into: Path) -> Path:
    """A copy of the city's folder in ``into``, with the limits in seconds of this profile multiplied."""
    shutil.copytree(city, into)
    file = into / "profiles" / f"{profile}.yaml"
    file.write_text(slowed_profile(file.read_text(encoding="utf-8"), factor), encoding="utf-8")
    return into


def slowed_profile(profile: str, factor: float) -> str:
    """The text of a profile with every limit in seconds multiplied and rounded up."""
    return re.sub(r"\b(\d+)s\b", lambda length: f"{math.ceil(int(length[1]) * factor)}s", profile)
