"""Codes over HTTP: read as they were meant, refused by their field; and the register, asked whenever one is known."""

from typing import Any

import pytest

from tests.support.api import BODY, Caller
from tests.support.puyang import UNIT, USCC, city

NAME = city().enterprises[USCC].name
OFFICIAL = city().enterprises[USCC].liaison
BY_NAME = {**BODY, "enterprise": {"name": "某企业"}, "contact": ""}


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


async def seen(api: Caller, number: str, revision: int, role: str = "COO", **params: Any) -> dict[str, Any]:
    answer = await api.get(f"/issues/{number}", role, at_least=revision, **params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("said", [f" {USCC}", USCC.lower(), full_width(USCC), f"{USCC[:8]}\u3000{USCC[8:]}"])
async def test_an_enterprise_is_known_however_its_code_is_typed(api: Caller, said: str) -> None:
    answer = await api.post("ENT", "/issues", {**BODY, "enterprise": {"uscc": said}}, unit=said)
    assert (answer.status_code, answer.json()["status"]) == (201, "UNTRIAGED"), answer.text
    issue = (await seen(api, answer.json()["issue_no"], 1))["issue"]
    assert (issue["uscc"], issue["enterprise_name"], issue["county"]) == (USCC, NAME, "410902")
    liaison = await api.get(f"/issues/{issue['issue_no']}", "LIA", **{"as": f'{{"person": "{OFFICIAL}"}}'})
    assert liaison.status_code == 200
    listed = (await api.get("/issues", enterprise=said, limit=200)).json()["items"]
    assert issue["issue_no"] in {one["issue_no"] for one in listed}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"enterprise": {"uscc": USCC[:-1] + "2"}}, "/enterprise/uscc"),
        ({"enterprise": {"name": NAME, "uscc": "x"}}, "/enterprise/uscc"),
        ({"county": "某县"}, "/county"),
        ({"category": "WEATHER"}, "/category"),
    ],
)
async def test_a_code_that_is_none_is_refused_by_its_field(
    api: Caller,
    changes: dict[str, Any],
    pointer: str,
) -> None:
    answer = await api.post("COO", "/issues", {**BODY, **changes})
    assert answer.status_code == 422, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


async def test_a_county_by_its_name_goes_to_its_group_and_is_searched_by_it(api: Caller) -> None:
    answer = await api.post("COO", "/issues", {**BODY, "enterprise": {"name": "某企业"}, "county": "华龙区"})
    issue = (await seen(api, answer.json()["issue_no"], 1))["issue"]
    assert (issue["county"], issue["supervision_group"]) == ("410902", "G1")
    for params in ({"county": "华龙区"}, {"county": " ４１０９０２"}, {"group": "ｇ1"}, {"category": "energy"}):
        listed = (await api.get("/issues", limit=200, **params)).json()["items"]
        assert issue["issue_no"] in {one["issue_no"] for one in listed}, params
    unknown = await api.get("/issues", county="某县")
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/county")
    assert (await api.act(issue["issue_no"], "COO", "accept")).status_code == 200
    handed = await api.act(issue["issue_no"], "COO", "hand_over", unit=f" {UNIT.lower()}")
    assert (await api.act(issue["issue_no"], "DEP", "sign", UNIT.lower())).status_code == 200, handed.text


async def test_whoever_answers_for_an_enterprise_is_told_when_it_becomes_known(api: Caller) -> None:
    answer = await api.post("COO", "/issues", BY_NAME)
    number, reading = answer.json()["issue_no"], {"as": f'{{"person": "{OFFICIAL}"}}'}
    await seen(api, number, 1)
    assert (await api.get(f"/issues/{number}", "LIA", **reading)).status_code == 403
    done = await api.act(number, "COO", "complete", uscc=USCC.lower(), contact="经办人")
    assert done.status_code == 200, done.text
    issue = (await seen(api, number, done.json()["revision"], "LIA", **reading))["issue"]
    assert (issue["uscc"], issue["enterprise_name"], issue["county"]) == (USCC, "某企业", "410902")
    completed = (await api.get(f"/issues/{number}/events")).json()["items"][-1]
    assert {"desk": "liaison", "ref": OFFICIAL} in completed["tell"]


async def test_a_name_that_one_enterprise_of_the_register_has_makes_it_known(api: Caller) -> None:
    done = await api.post("COO", "/issues", {**BODY, "enterprise": {"name": f" {NAME}"}})
    assert (await seen(api, done.json()["issue_no"], 1))["issue"]["uscc"] == USCC
    elsewhere = await api.post("COO", "/issues", {**BODY, "enterprise": {"name": NAME}, "county": "清丰县"})
    assert (await seen(api, elsewhere.json()["issue_no"], 1))["issue"]["uscc"] == ""


async def test_what_the_register_knows_cannot_be_said_by_a_caller(api: Caller) -> None:
    number = (await api.post("COO", "/issues", BY_NAME)).json()["issue_no"]
    for name in ("liaison", "registered_name", "registered_county"):
        answer = await api.act(number, "COO", "complete", contact="经办人", **{name: "x"})
        assert answer.status_code == 422, name
