"""What is too much or cannot be read is refused by name at the border, and nothing that passes it ends an issue."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from api.app import create_app
from api.limits import BODY_BYTES_MAX
from api.problems import problem_of, told
from bihuan.domain.refusals import LedgerTooFarBehind
from bihuan.runtime.settings import Settings
from tests.support.api import BODY, Caller
from tests.support.puyang import CITY_FOLDER, UNIT, USCC
from workflows import receipts

HUGE = 9_223_372_036_854_775_808


def pointer(answer: Any) -> str:
    return str(answer.json()["errors"][0]["pointer"])


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"county": "华" * 342}, "/county"),
        ({"enterprise": {"uscc": "华" * 330}}, "/enterprise/uscc"),
        ({"enterprise": {"name": "华" * 201}}, "/enterprise/name"),
        ({"title": "题\x00"}, "/title"),
        ({"description": "\u200b\ufeff\u3000"}, "/description"),
        ({"channel": "渠" * 201}, "/channel"),
        ({"description": "\ud83d"}, "/description"),
        ({"category": "X" * 65}, "/category"),
        ({"category": "X"}, "/category"),
    ],
)
async def test_an_intake_that_cannot_be_carried_is_refused_by_name(
    api: Caller, changes: dict[str, Any], where: str
) -> None:
    said = json.dumps({**BODY, **changes, "as": {"unit": USCC, "person": "p"}})
    answer = await sent(api, "ENT", "/issues", said.encode())
    assert answer.status_code == 422, answer.text
    assert pointer(answer) == where


async def sent(api: Caller, role: str, path: str, body: bytes, **headers: str) -> Any:
    named = {**api._auth(role), "Idempotency-Key": uuid4().hex, "Content-Type": "application/json", **headers}
    return await api.http.post(f"/api/v1{path}", content=body, headers=named)


async def test_a_county_that_comes_late_is_bounded_as_one_that_comes_at_once(api: Caller) -> None:
    receipt = await api.post("ENT", "/issues", {"enterprise": {"uscc": USCC}, "description": "扩产"}, unit=USCC)
    number = receipt.json()["issue_no"]
    late = await api.act(number, "ENT", "complete", USCC, county="华" * 342, contact="经办人", channel="走访")
    assert (late.status_code, pointer(late)) == (422, "/county")
    good = await api.act(number, "ENT", "complete", USCC, contact="经办人", channel="走访")
    assert good.status_code == 200, good.text


@pytest.mark.parametrize("field", ["act", "into", "名\ud800"])
async def test_half_a_pair_is_refused_wherever_it_stands(api: Caller, field: str) -> None:
    number = await api.submit()
    said = json.dumps({"act": "merge", "into": "BH-1", field: "\ud800"}).encode()
    answer = await sent(api, "COO", f"/issues/{number}/acts", said)
    assert answer.status_code == 422, answer.text
    assert "errors" in answer.json()
    stands_in = json.dumps({**BODY, "as": {"unit": USCC, "person": "\udc00"}}).encode()
    assert (await sent(api, "ENT", "/issues", stands_in)).status_code == 422


async def test_whom_a_demo_key_stands_in_for_is_bounded(api: Caller) -> None:
    answer = await api.post("ENT", "/issues", {**BODY, "as": {"unit": USCC, "person": "长" * 65}})
    assert (answer.status_code, pointer(answer)) == (422, "/as/person")
    listed = await api.get("/issues", **{"as": json.dumps({"unit": "长" * 65})})
    assert listed.status_code == 422


def test_a_ledger_too_far_behind_asks_for_a_repetition() -> None:
    answer = told(problem_of(LedgerTooFarBehind()))
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


@pytest.mark.parametrize("said", ["{", "[]", "null", '{"unit":1}', '{"x":""}', "[" * 1900])
async def test_a_stand_in_that_cannot_be_read_is_refused_by_name(api: Caller, said: str) -> None:
    answer = await api.get("/issues", **{"as": said})
    assert (answer.status_code, pointer(answer)) == (422, "/as"), answer.text


async def test_nobody_acts_under_a_name_that_cannot_be_seen(api: Caller) -> None:
    number = await api.submit()
    for unseen in ("\u200b", " ", "\u3164"):
        said = {"act": "note", "text": "x", "as": {"person": unseen}}
        answer = await api.post("COO", f"/issues/{number}/acts", said)
    await api.get(f"/issues/{number}", at_least=answer.json()["revision"])
    heard = (await api.get(f"/issues/{number}/events")).json()["items"]
    assert {one["actor"]["person"] for one in heard[1:]} == {"demo-coo"}


async def test_a_body_that_is_too_large_is_refused_as_it_comes(api: Caller) -> None:
    number = await api.submit()
    large = json.dumps({"act": "submit_result", "outcome": "SOLVED", "text": "x", "evidence": ["长" * 10_000] * 120})

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(BODY_BYTES_MAX // 1000 + 1):
            yield b" " * 1000

    headers = {**api._auth("HED"), "Idempotency-Key": "k", "Content-Type": "application/json"}
    path = f"/api/v1/issues/{number}/acts"
    for content in (large.encode(), chunks()):
        answer = await api.http.post(path, content=content, headers=headers)
        assert (answer.status_code, answer.json()["name"]) == (413, "body-too-large")
        assert answer.headers["content-type"] == "application/problem+json"
        assert "1,000,000" in answer.json()["detail"]
    assert (await api.act(number, "COO", "accept")).status_code == 200


async def test_the_answer_to_an_old_command_comes_from_the_ledger(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "KEPT", 2)
    number = await api.submit()
    first = await api.act(number, "COO", "note", key="first", text="第一次")
    for _ in range(3):
        last = await api.act(number, "COO", "note", text="又一次")
    await api.get(f"/issues/{number}", at_least=last.json()["revision"])
    again = await api.act(number, "COO", "note", key="first", text="第一次")
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    other = await api.act(number, "COO", "note", key="first", text="别的")
    assert (other.status_code, other.json()["name"]) == (422, "CommandIdReused")
    assert (await api.get(f"/issues/{number}")).json()["issue"]["revision"] == last.json()["revision"]


async def test_more_pieces_of_evidence_than_can_be_carried_are_refused_by_name(api: Caller) -> None:
    number = await api.submit()
    await api.act(number, "COO", "accept")
    await api.act(number, "COO", "hand_over", unit=UNIT)
    await api.act(number, "DEP", "sign", UNIT)
    result = {"outcome": "SOLVED", "text": "已办结"}
    many = await api.act(number, "HED", "submit_result", UNIT, evidence=["照片"] * 51, **result)
    long = await api.act(number, "HED", "submit_result", UNIT, evidence=["照片", "长" * 501], **result)
    assert [(one.status_code, pointer(one)) for one in (many, long)] == [(422, "/evidence"), (422, "/evidence/1")]
    most = await api.act(
        number, "HED", "submit_result", UNIT, evidence=["𠮷" * 500] * 50, outcome="SOLVED", text="𠮷" * 10_000
    )
    assert most.status_code == 200, most.text
    assert (await api.get(f"/issues/{number}", at_least=most.json()["revision"])).status_code == 200


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/issues/BH-1", "at_least"),
        ("/issues/BH-1/clock", "at_least"),
        ("/issues/BH-1/events", "after"),
        ("/issues/BH-1/events", "limit"),
        ("/issues", "limit"),
        ("/inbox", "limit"),
    ],
)
async def test_a_number_nobody_can_mean_is_refused_by_name(api: Caller, path: str, name: str) -> None:
    for number in (HUGE, -1, 2**31):
        answer = await api.get(path, **{name: str(number)})
        assert (answer.status_code, pointer(answer)) == (422, f"/{name}"), answer.text


@pytest.mark.parametrize("name", ["county", "unit", "group", "category", "enterprise", "cursor"])
async def test_a_text_nobody_can_mean_is_refused_by_name(api: Caller, name: str) -> None:
    for odd in ("长" * 1001, "\x00"):
        answer = await api.get("/issues", **{name: odd})
        assert (answer.status_code, pointer(answer)) == (422, f"/{name}"), answer.text


def test_every_number_and_every_text_of_every_route_has_its_bounds() -> None:
    schema = create_app(Settings(city=CITY_FOLDER)).openapi()
    for path, methods in schema["paths"].items():
        for method in methods.values():
            for one in (one for one in method.get("parameters", ()) if one["in"] != "header"):
                for kind in one["schema"].get("anyOf", [one["schema"]]):
                    where = (path, one["name"])
                    if kind.get("type") in ("integer", "number"):
                        assert {"minimum", "maximum"} <= set(kind), where
                    if kind.get("type") == "string" and "enum" not in kind:
                        assert "maxLength" in kind, where
