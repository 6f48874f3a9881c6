"""The API while Temporal is away, and over what was revived or rebuilt."""

from pathlib import Path

import pytest

from bihuan.client.connection import connect
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.rebuilding import rebuild, verify
from bihuan.operations.rebuilding import kept_histories
from bihuan.operations.revival import NotRevivable, revive
from bihuan.runtime.keys import demo_keys
from bihuan.runtime.ports import free_port
from bihuan.runtime.settings import Settings
from tests.support.api import BODY, Caller, serving
from tests.support.puyang import CITY_FOLDER, UNIT, USCC


async def test_with_temporal_away_acts_are_told_to_come_back_and_reads_go_on(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, city=CITY_FOLDER, temporal_address=f"127.0.0.1:{free_port()}")
    demo_keys(tmp_path)
    async with serving(settings) as api:
        for answering in (
            api.post("ENT", "/issues", BODY, unit=USCC),
            api.act("BHANY", "COO", "accept"),
        ):
            answer = await answering
            told = (answer.status_code, answer.json()["name"])
            assert told == (503, "temporal-away"), "not waited out, which would be outcome-unknown"
            assert answer.headers["retry-after"]
        assert (await api.get("/issues")).status_code == 200
        assert (await api.http.get("/livez")).status_code == 200
        assert (await api.http.get("/readyz")).status_code == 503
        assert (await api.http.get("/metrics")).status_code == 200


async def test_a_terminated_issue_shows_red_and_goes_on_after_it_is_revived(
    api: Caller, temporal: str, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path, city=CITY_FOLDER, temporal_address=temporal)
    number = await api.submit()
    first = await api.act(number, "COO", "accept", key="a")
    await api.get(f"/issues/{number}", at_least=2)
    with pytest.raises(NotRevivable):
        await revive(settings, number)
    client = await connect(settings)
    await client.get_workflow_handle(number).terminate("an operator's slip")
    census = (await api.get("/census")).json()
    assert (census["ok"], census["lost"]) == (False, [number])
    assert (await api.act(number, "COO", "note", text="x")).json()["name"] == "issue-not-running"
    assert await revive(settings, number) == 2
    assert (await api.act(number, "COO", "accept", key="a")).json() == first.json()
    assert (await api.act(number, "COO", "hand_over", unit=UNIT)).status_code == 200
    with pytest.raises(NotRevivable):
        await revive(settings, "BHNOTHING")


async def test_a_ledger_thrown_away_is_rebuilt_from_the_histories(api: Caller, temporal: str, tmp_path: Path) -> None:
    number = await api.submit()
    await api.act(number, "COO", "accept")
    before = (await api.get(f"/issues/{number}", at_least=2)).json()
    settings = Settings(data=tmp_path, city=CITY_FOLDER, temporal_address=temporal)
    client = await connect(settings)
    fresh = ledger_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    await migrate(f"sqlite:///{tmp_path / 'fresh.db'}")
    mine = [one async for one in kept_histories(client) if one.issue_no == number]
    assert (await rebuild(fresh, mine)).events == before["issue"]["revision"]
    again = await LedgerReader(fresh).life(number)
    assert again is not None
    assert again[0].revision == 2
    entries = await LedgerReader(fresh).all_events(number)
    assert [entry.act.act if entry.act else "" for entry in entries] == ["", "accept"]
    assert await verify(fresh) == []
    await fresh.dispose()
