"""A small dose of the fault programme, for every test run; ``make faults`` gives the full one."""

from pathlib import Path

from tests.faults.programme import Dose, as_data, failed, programme


async def test_nothing_is_lost_or_doubled_when_worker_and_server_are_killed(tmp_path: Path) -> None:
    verdict = await programme(Dose(commands=120, worker_kills=3, server_kills=1, callers=8), tmp_path)
    assert not failed(verdict), as_data(verdict)
    assert verdict.commands >= 120
    assert verdict.escalations
    assert verdict.runs_replayed > 12, "runs continue as new all along"
