"""The sample through the workflow itself: alarm for alarm and event for event what the rules alone say."""

from dataclasses import replace
from typing import Any

import pytest

from bihuan.domain.clocks.limits import Limit
from bihuan.domain.policy import Policy
from bihuan.simulation import workflow_parity
from bihuan.simulation.player import play
from bihuan.simulation.workbook import CUT_OFF, SAMPLE, Row, read_ledger
from bihuan.simulation.workflow_parity import ParityResult, check_parity, check_parity_of_all
from tests.support.puyang import CITY_FOLDER, policy
from workflows.messages import Opening

A_DOZEN = 12


def different(count: int) -> list[Row]:
    """Rows that go different ways: of each way that ends in rungs one, then of others."""
    ways: dict[tuple[str, ...], Row] = {}
    for row in sorted(read_ledger(CITY_FOLDER / SAMPLE), key=lambda row: -len(row.expected.rungs)):
        ways.setdefault((*(act.act for act in row.acts), *row.expected.rungs), row)
    some = list(ways.values())
    quiet = count // 3
    return some[: count - quiet] + some[len(some) - quiet :]


async def test_rules_and_workflow_agree_on_a_dozen_different_ways() -> None:
    rows = different(A_DOZEN)
    done = await check_parity(rows, policy())
    assert done.differences == []
    assert done.issues == A_DOZEN
    assert done.alarms == sum(len(row.expected.rungs) for row in rows) > A_DOZEN
    assert done.solved == sum(row.expected.outcome == "SOLVED" for row in rows)
    assert done.acts == sum(1 + len(play(row, policy(), CUT_OFF, str).done) for row in rows)


async def test_a_workflow_that_strays_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def under_another(policy: Policy, *given: Any) -> Opening:
        later = {name: replace(limits, sup_after=Limit.parse("2wd")) for name, limits in policy.limits.items()}
        return Opening(replace(policy, limits=later), *given)

    monkeypatch.setattr(workflow_parity, "Opening", under_another)
    row = next(row for row in different(5) if all(row.ref not in str(act.fields) for act in row.acts))
    (difference,) = (await check_parity([row], policy())).differences
    assert difference.startswith(f"{row.ref} rules #1 {row.acts[0].at.isoformat()}")


def test_portions_are_added_up() -> None:
    total = ParityResult()
    for part in check_parity_of_all(different(2), policy(), processes=1):
        total.add(part)
    assert total.issues == 2
