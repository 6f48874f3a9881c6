"""Every text of every act, long, odd, invisible and broken, over HTTP to a real server: refused by name, or the issue
lives on and all is on record.
"""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_type_hints
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.publication import Publisher
from api.schemas import COMMANDS, LOOKED_UP
from bihuan.client.connection import connect
from bihuan.domain import commands as do
from bihuan.domain.access.authorization import RULES
from bihuan.domain.bounds import LISTS
from bihuan.domain.people import Role
from bihuan.domain.stage import Status
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.writing import LedgerWriter
from bihuan.runtime.keys import demo_keys
from bihuan.runtime.settings import Settings
from tests.support.api import BODY, Caller, serving
from tests.support.puyang import CITY_FOLDER, OTHER_UNIT, UNIT, USCC
from workers.processes import issue_worker
from workflows.timeouts import Patience

ODD = st.one_of(
    st.text(st.characters(codec=None), max_size=60),
    st.sampled_from(
        ("长" * 10_001, "𠮷" * 10_000, "𠮷" * 200, "𠮷" * 64, '"\\\n' * 66, "\ud800", "\u200b\ufeff", "\x00", "", UNIT)
    ),
)
FORWARD: dict[Status, tuple[str, str, dict[str, Any]]] = {
    Status.UNTRIAGED: ("COO", "accept", {}),
    Status.ACCEPTED: ("COO", "hand_over", {"unit": UNIT, "co_units": [OTHER_UNIT]}),
    Status.DISPATCHED: ("DEP", "sign", {}),
    Status.IN_PROGRESS: ("HED", "submit_result", {"outcome": "SOLVED", "text": "已办结", "open_parts_reason": "先行"}),
    Status.CHECKING: ("COO", "check", {"verdict": "pass"}),
    Status.TO_DELIVER: ("HED", "deliver", {"to": "经办人", "how": "电话"}),
}
"""From each status to the next."""
ORG = {Role.ENT: USCC, Role.DEP: UNIT, Role.HED: UNIT, Role.HUB: "410902", Role.SUP: "G1", Role.SVG: "S1"}
CHOSEN = {"score": 5, "solved": True, "until": "2030-01-01T09:00:00+08:00"}


def texts(kind: type[Any]) -> list[str]:
    said = [name for name, hint in get_type_hints(kind).items() if hint is str or name in LISTS]
    return [name for name in said if name not in LOOKED_UP]


def body(kind: type[Any], odd: dict[str, str]) -> dict[str, Any]:
    """What somebody says: plain where it must be said, and odd where it is odd."""
    said: dict[str, Any] = {name: [text] if name in LISTS else text for name, text in odd.items()}
    for field in fields(kind):
        hint = get_type_hints(kind)[field.name]
        if field.name in said or field.default is not MISSING:
            continue
        plain = next(iter(hint)).value if hasattr(hint, "__members__") else UNIT
        said[field.name] = CHOSEN.get(field.name, plain)
    return said


class City:
    """The whole of it in one event loop, and one issue in each status that can be reached by hand."""

    def __init__(self, runner: asyncio.Runner, caller: Caller) -> None:
        self._runner = runner
        self._caller = caller
        self._numbers: dict[Status, str] = {}

    def says(self, act: str, odd: dict[str, str]) -> None:
        """Somebody who may says it, where it may be said; refused by name, or the issue lives on and is on record."""
        self._runner.run(self._submits(odd) if act == "submit" else self._acts(act, odd))

    async def _submits(self, odd: dict[str, str]) -> None:
        answer = await self._post("ENT", "/issues", {**BODY, **odd})
        if answer.status_code == 201:
            await self._lives(answer.json()["issue_no"])
        else:
            named(answer, do.Submit)

    async def _acts(self, act: str, odd: dict[str, str]) -> None:
        number, said = await self._issue(RULES[act].statuses), {"act": act, **body(COMMANDS[act], odd)}
        for role in (role for role in RULES[act].who if role is not Role.SYS):
            answer = await self._post(role, f"/issues/{number}/acts", said)
            if answer.status_code == 422:
                named(answer, COMMANDS[act])
            if answer.status_code != 403:
                break
        assert answer.status_code in (200, 403, 409, 422), answer.text
        await self._lives(number)

    async def _issue(self, statuses: frozenset[Status]) -> str:
        """One that has a status of these, as far as that is reached by hand."""
        wanted = next((one for one in (*FORWARD, Status.EVALUATING) if one in statuses), Status.UNTRIAGED)
        number = self._numbers.get(wanted, "")
        if number and await self._status(number) is wanted:
            return number
        number = str((await self._post("ENT", "/issues", BODY)).json()["issue_no"])
        for status, (role, act, said) in FORWARD.items():
            if status is wanted:
                break
            moved = await self._post(role, f"/issues/{number}/acts", {"act": act, **said})
            assert moved.status_code == 200, moved.text
        self._numbers[wanted] = number
        return number

    async def _status(self, number: str) -> Status:
        return Status((await self._caller.get(f"/issues/{number}")).json()["issue"]["status"])

    async def _lives(self, number: str) -> None:
        """It obeys the next act, and the ledger has all of it."""
        note = await self._post("COO", f"/issues/{number}/acts", {"act": "note", "text": "还在"})
        assert note.status_code == 200, note.text
        known = await self._caller.get(f"/issues/{number}", at_least=note.json()["revision"])
        assert known.status_code == 200, known.text

    async def _post(self, role: str, path: str, said: dict[str, Any]) -> httpx.Response:
        stands = {"unit": ORG.get(Role(role), ""), "person": role.lower()}
        key = {"Idempotency-Key": uuid4().hex, "Content-Type": "application/json", **self._caller._auth(role)}
        return await self._caller.http.post(f"/api/v1{path}", content=json.dumps({**said, "as": stands}), headers=key)


def named(answer: httpx.Response, kind: type[Any]) -> None:
    """Which field it was is told in the answer."""
    assert answer.status_code == 422, answer.text
    if answer.json()["name"] == "NothingToChange":
        return
    pointers = [error["pointer"].split("/") for error in answer.json().get("errors", ())]
    assert pointers, answer.text
    known = {field.name for field in fields(kind)}
    assert all(known & set(pointer) for pointer in pointers), answer.text


@pytest.fixture(scope="module")
def city(temporal: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        caller = runner.run(_begun(stack, temporal, tmp_path_factory.mktemp("city")))
        yield City(runner, caller)
        runner.run(stack.aclose())


async def _begun(stack: AsyncExitStack, temporal: str, data: Path) -> Caller:
    place = Settings(data=data, city=CITY_FOLDER, temporal_address=temporal)
    demo_keys(data)
    await migrate(place.ledger)
    engine = ledger_engine(place.ledger)
    stack.push_async_callback(engine.dispose)
    client = await connect(place)
    await stack.enter_async_context(issue_worker(client, Publisher(client, LedgerWriter(engine), Patience())))
    return await stack.enter_async_context(serving(place))


@pytest.mark.parametrize("act", ["submit", *COMMANDS])
@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_said_is_refused_by_name_or_the_issue_lives_on(city: City, act: str, data: st.DataObject) -> None:
    said = texts(do.Submit if act == "submit" else COMMANDS[act])
    odd = data.draw(st.dictionaries(st.sampled_from(said), ODD, min_size=1, max_size=2) if said else st.just({}))
    city.says(act, odd)
