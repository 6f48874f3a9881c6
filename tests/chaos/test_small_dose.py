"""A small dose of each fault programme, for every test run; ``make faults`` and ``make notices`` give the full ones."""

from pathlib import Path

from tests.chaos import notices
from tests.chaos.checks import as_data, failed
from tests.chaos.outage import a_day
from tests.chaos.programme import Dose, programme


async def test_nothing_is_lost_or_doubled_when_worker_and_server_are_killed(tmp_path: Path) -> None:
    verdict = await programme(Dose(commands=120, worker_kills=3, server_kills=1, issues=6, callers=8), tmp_path)
    assert not failed(verdict), as_data(verdict)
    assert verdict.commands >= 120
    assert verdict.escalations
    assert verdict.runs_replayed > 12, "runs continue as new all along"


async def test_a_day_without_an_endpoint_costs_no_notice_and_delays_nobody_else(tmp_path: Path) -> None:
    told = await a_day(20, tmp_path)
    assert not told["breaches"], told
    assert told["attempts_while_down"] > 10 * 10, "they were tried all day"


async def test_notices_over_endpoints_that_fail_arrive_though_the_worker_is_killed() -> None:
    told = await notices.programme(48, kills=1, seed=1, storm=False, down_s=10)
    assert not told["breaches"], told
    assert told["kills"] == 1
    assert told["delivered"] == 48
