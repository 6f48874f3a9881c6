"""What is wrong is answered with a name, in both languages, saying where."""

from typing import Any

import pytest

from tests.support.api import Caller


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"act": "dance"}, 422, "/"),
        ({"act": "note"}, 422, "/text"),
        ({"act": "note", "text": "x", "txet": "y"}, 422, "/txet"),
        ({"act": "note", "text": " "}, 422, "/text"),
        ({"act": "note", "text": "空\u0000"}, 422, "/text"),
        ({"act": "note", "text": "长" * 10_001}, 422, "/text"),
        ({"act": "hand_over", "unit": "D99"}, 409, None),
        ({"act": "merge", "into": "BHNOTHING"}, 422, "/into"),
        ([], 422, "/"),
    ],
)
async def test_bad_input_is_refused_naming_where(api: Caller, body: Any, status: int, pointer: str | None) -> None:
    number = await api.submit()
    answer = await api.post("COO", f"/issues/{number}/acts", body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    if pointer is not None:
        assert any(e["pointer"].startswith(pointer) for e in answer.json()["errors"]), answer.text


@pytest.mark.parametrize(
    "text", ["𠮷野家", "<script>alert(1)</script>", "'; drop table issues; --", "\u202eabc", "=1+1"]
)
async def test_strange_words_come_back_as_they_went_in(api: Caller, text: str) -> None:
    number = await api.submit(title=text, description=text)
    whole = (await api.get(f"/issues/{number}", at_least=1)).json()
    assert (whole["issue"]["title"], whole["description"]) == (text, text)


async def test_refusals_carry_their_name_and_both_languages(api: Caller) -> None:
    number = await api.submit()
    late = (await api.act(number, "COO", "close_out")).json()
    assert (late["status"], late["name"]) == (409, "WrongStatus")
    assert "销号" in late["title"]
    assert "close_out" in late["detail"]
    assert (await api.act(number, "HED", "sign", org="D01")).status_code == 403
    assert (await api.act("BHNOSUCHISSUE", "COO", "accept")).status_code == 404
    assert (await api.get("/issues/BHNOSUCHISSUE")).status_code == 404


async def test_nobody_acts_without_a_key(api: Caller) -> None:
    number = await api.submit()
    bare = await api.http.get(f"/api/v1/issues/{number}")
    assert (bare.status_code, bare.headers["content-type"]) == (401, "application/problem+json")
    without = await api.http.post(f"/api/v1/issues/{number}/acts", json={"act": "accept"}, headers=api._auth("COO"))
    assert (without.status_code, without.json()["name"]) == (400, "idempotency-key-missing")


async def test_malformed_json_is_a_bad_request(api: Caller) -> None:
    headers = {**api._auth("COO"), "Idempotency-Key": "k", "content-type": "application/json"}
    for body in (b"{", b'{"title":"\xff"}', b"[" * 100_000, b'{"complex":' + b"9" * 5_000 + b"}"):
        answer = await api.http.post("/api/v1/issues", content=body, headers=headers)
        assert answer.status_code == 400
        told_in_both_languages(answer.json())


async def test_an_address_or_a_method_there_is_not_is_told_in_both_languages(api: Caller) -> None:
    for method, path, status in (("GET", "/api/v1/nothing", 404), ("PATCH", "/api/v1/inbox", 405)):
        answer = await api.http.request(method, path)
        assert answer.status_code == status
        told_in_both_languages(answer.json())


def told_in_both_languages(problem: Any) -> None:
    assert not problem["title"].isascii(), problem
    assert problem["detail"].isascii(), problem
