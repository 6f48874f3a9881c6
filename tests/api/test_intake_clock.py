"""The moment of receipt is the server's, whatever the intake's own clock says."""

import asyncio
from datetime import UTC, datetime, timedelta, tzinfo
from uuid import uuid4

import pytest

from bihuan.client.connection import connect
from bihuan.runtime.settings import Settings
from tests.support.api import BODY, Caller
from tests.support.puyang import USCC
from workflows.names import DUE_AT


class TenMinutesFast(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "TenMinutesFast":
        ahead = datetime.now(tz) + timedelta(minutes=10)
        return cls.fromisoformat(ahead.isoformat())


async def test_an_intake_whose_clock_is_fast_receives_at_the_servers_time(
    api: Caller, temporal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, key = datetime.now(UTC), uuid4().hex
    with monkeypatch.context() as patched:
        patched.setattr("bihuan.client.issues.datetime", TenMinutesFast)
        taken = await api.post("ENT", "/issues", {**BODY, "category": "ENERGY"}, unit=USCC, key=key)
        again = await api.post("ENT", "/issues", {**BODY, "category": "ENERGY"}, unit=USCC, key=key)
    number = taken.json()["issue_no"]
    assert again.json() == taken.json()
    accepted = await api.act(number, "COO", "accept")
    whole = (await api.get(f"/issues/{number}", at_least=accepted.json()["revision"])).json()
    received = datetime.fromisoformat(whole["issue"]["received_at"])
    events = (await api.get(f"/issues/{number}/events")).json()["items"]
    acted = datetime.fromisoformat(events[-1]["at"])
    assert before <= received <= acted
    assert datetime.fromisoformat(taken.json()["due_at"]) == datetime.fromisoformat(whole["issue"]["due_at"])
    then = (await api.get(f"/issues/{number}", as_of=acted.isoformat())).json()
    assert then["issue"]["status"] == "ACCEPTED", "no act is missing from what was known then"
    told = (await api.get(f"/issues/{number}/clock", as_of=acted.isoformat())).json()
    assert sum(one["elapsed_s"] for one in told["owed_by"]) == pytest.approx(
        (acted - received).total_seconds(), abs=1e-3
    )
    client = await connect(Settings(temporal_address=temporal))
    async with asyncio.timeout(30):
        while True:
            shown = (await client.get_workflow_handle(number).describe()).typed_search_attributes.get(DUE_AT)
            if shown == datetime.fromisoformat(whole["issue"]["due_at"]):
                break
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("urgency", ["CONSULT", "URGENT", "GENERAL", "COMPLEX"])
async def test_what_is_answered_is_what_the_workflow_holds(api: Caller, urgency: str) -> None:
    key = uuid4().hex
    taken = await api.post("ENT", "/issues", {**BODY, "urgency": urgency}, unit=USCC, key=key)
    await api.get(f"/issues/{taken.json()['issue_no']}", at_least=1)
    from_ledger = await api.post("ENT", "/issues", {**BODY, "urgency": urgency}, unit=USCC, key=key)
    assert from_ledger.headers["idempotent-replayed"] == "true"
    assert from_ledger.json() == taken.json()
