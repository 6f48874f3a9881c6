"""Issues merged into each other, over HTTP on a real server: the words cross as they will, and one stays."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.support.api import Caller
from tests.support.puyang import USCC

ANSWERS = {"merged", "merge_refused", "merge_lapsed"}
PATIENCE_S = 60


async def merge(api: Caller, number: str, into: str, after_s: float = 0) -> httpx.Response:
    await asyncio.sleep(after_s)
    return await api.act(number, "COO", "merge", into=into)


async def answered(api: Caller, number: str) -> dict[str, Any]:
    """The event that answers what was asked."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            entries = (await api.get(f"/issues/{number}/events")).json().get("items", [])
            for entry in reversed(entries):
                if entry["event"]["event"] in ANSWERS:
                    return dict(entry)
            await asyncio.sleep(0.05)


async def all_answered(api: Caller, said: dict[str, httpx.Response]) -> dict[str, dict[str, Any]]:
    """The issues as they are on record once every merge that was taken has its answer."""
    assert {answer.status_code for answer in said.values()} <= {200, 409}
    for number, answer in said.items():
        if answer.status_code == 200:
            await answered(api, number)
    return {number: (await api.get(f"/issues/{number}", at_least=1)).json() for number in said}


def one_stays(issues: dict[str, dict[str, Any]]) -> None:
    (stays,) = [number for number, whole in issues.items() if whole["issue"]["stage"] != "CLOSED"]
    assert issues[stays]["issue"]["status"] == "UNTRIAGED"
    for number in issues:
        assert issues[number]["merging"] == ""
        assert _end(issues, number) == stays


def _end(issues: dict[str, dict[str, Any]], number: str) -> str:
    been = set[str]()
    while issues[number]["merged_into"]:
        assert number not in been
        assert issues[number]["issue"]["outcome"] == "MERGED"
        been.add(number)
        number = issues[number]["merged_into"]
    return number


@pytest.mark.parametrize("apart_s", [0, 0.05])
async def test_of_two_merged_into_each_other_one_stays(api: Caller, apart_s: float) -> None:
    one, other = await api.submit(), await api.submit()
    answers = await asyncio.gather(merge(api, one, other), merge(api, other, one, apart_s))
    one_stays(await all_answered(api, dict(zip((one, other), answers, strict=True))))


async def test_of_a_ring_of_three_one_stays(api: Caller) -> None:
    ring = [await api.submit() for _ in range(3)]
    asks = (merge(api, number, into) for number, into in zip(ring, [*ring[1:], ring[0]], strict=True))
    one_stays(await all_answered(api, dict(zip(ring, await asyncio.gather(*asks), strict=True))))


async def withdrawn(api: Caller, number: str) -> None:
    assert (await api.act(number, "ENT", "withdraw", USCC)).status_code == 200


async def rejected(api: Caller, number: str) -> None:
    proposal = {"ground": "ALREADY_DECIDED", "reason": "已有结论"}
    assert (await api.act(number, "COO", "reject", **proposal)).status_code == 200
    ruling = {"act": "rule_request", "request": f"{number}-Q1", "ruling": "approve", "reason": "属实"}
    answer = await api.post("COO", f"/issues/{number}/acts", {**ruling, "as": {"person": "deputy"}})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("ends", [withdrawn, rejected])
@pytest.mark.parametrize("first", ["the merge", "the end", "both"])
async def test_merged_into_what_ends_meanwhile_it_is_taken_in_or_goes_on_and_its_triager_told(
    api: Caller, ends: Callable[[Caller, str], Awaitable[None]], first: str
) -> None:
    child, into = await api.submit(), await api.submit()
    if first == "the merge":
        assert (await merge(api, child, into)).status_code == 200
        await ends(api, into)
    elif first == "the end":
        await ends(api, into)
        assert (await merge(api, child, into)).status_code == 200
    else:
        await asyncio.gather(merge(api, child, into), ends(api, into))
    entry = await answered(api, child)
    whole = (await api.get(f"/issues/{child}", at_least=entry["seq"])).json()
    if entry["event"]["event"] == "merged":
        assert first != "the end"
        taken = [one["event"] for one in (await api.get(f"/issues/{into}/events")).json()["items"]]
        assert any(one["event"] == "merge_taken" and one["child"] == child for one in taken)
    else:
        assert (whole["issue"]["status"], whole["merging"]) == ("UNTRIAGED", "")
        assert entry["event"]["why"] in {"MergeTargetNotOpen", "MergeTargetEnding"}
        assert {party["desk"] for party in entry["tell"]} == {"coordination"}


@pytest.mark.parametrize("into", ["BHAAAAAAAAAAAAAAAA", "并" * 342, "bihuan:census"])
async def test_a_merge_into_what_does_not_exist_is_refused_at_once(api: Caller, into: str) -> None:
    number = await api.submit()
    answer = await merge(api, number, into)
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/into"]


async def test_a_merge_into_another_enterprises_issue_comes_to_nothing(api: Caller) -> None:
    child = await api.submit()
    answer = await api.post(
        "LIA",
        "/issues",
        {"enterprise": {"name": "别家"}, "description": "x", "county": "410902", "contact": "x", "channel": "走访"},
        unit="x",
    )
    assert answer.status_code == 201, answer.text
    assert (await merge(api, child, answer.json()["issue_no"])).status_code == 200
    assert (await answered(api, child))["event"]["why"] == "MergeOtherEnterprise"
