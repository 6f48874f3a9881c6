"""The API over a real server, real workers and a real ledger, all in this process."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from activities.publication import Publisher
from api.app import create_app
from bihuan.client.connection import connect
from bihuan.domain.people import Role
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.rebuilding import rebuild, verify
from bihuan.ledger.views import IssueRow
from bihuan.ledger.writing import LedgerWriter
from bihuan.operations.rebuilding import kept_histories
from bihuan.operations.revival import NotRevivable, revive
from bihuan.runtime.keys import demo_keys
from bihuan.runtime.ports import free_port
from bihuan.runtime.settings import Settings
from tests.support.puyang import CITY_FOLDER, OTHER_UNIT, UNIT, USCC
from workers.processes import issue_worker
from workflows.timeouts import Patience

BODY: dict[str, Any] = {
    "enterprise": {"uscc": USCC},
    "title": "用电增容",
    "description": "扩产需要增容",
    "contact": "经办人",
    "channel": "线上平台",
    "category": "ENERGY",
}


class Caller:
    def __init__(self, http: httpx.AsyncClient, data: Path) -> None:
        self.http = http
        self._keys = demo_keys(data)

    async def post(self, role: str, path: str, body: Any, *, unit: str = "", key: str = "") -> httpx.Response:
        said = {**body, "as": {"unit": unit, "person": "somebody"}} if unit else body
        return await self.http.post(
            f"/api/v1{path}", json=said, headers={**self._auth(role), "Idempotency-Key": key or uuid4().hex}
        )

    async def get(self, path: str, role: str = "COO", **params: Any) -> httpx.Response:
        return await self.http.get(f"/api/v1{path}", headers=self._auth(role), params=params)

    async def act(
        self, number: str, role: str, act: str, org: str = "", key: str = "", **fields: Any
    ) -> httpx.Response:
        return await self.post(role, f"/issues/{number}/acts", {"act": act, **fields}, unit=org, key=key)

    async def submit(self, **changes: Any) -> str:
        answer = await self.post("ENT", "/issues", {**BODY, **changes}, unit=USCC)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["issue_no"])

    def _auth(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._keys[Role(role)]}"}


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Caller]:
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://t") as http:
        yield Caller(http, settings.data)


@pytest.fixture
async def api(temporal: str, tmp_path: Path) -> AsyncIterator[Caller]:
    settings = Settings(data=tmp_path, city=CITY_FOLDER, temporal_address=temporal)
    demo_keys(tmp_path)
    await migrate(settings.ledger)
    engine = ledger_engine(settings.ledger)
    client = await connect(settings)
    async with issue_worker(client, Publisher(client, LedgerWriter(engine), Patience())), serving(settings) as caller:
        yield caller
    await engine.dispose()


async def test_an_issue_goes_from_collection_to_close_out(api: Caller) -> None:
    number = await api.submit()
    steps: list[tuple[str, str, str, dict[str, Any]]] = [
        ("COO", "accept", "", {}),
        ("COO", "hand_over", "", {"unit": UNIT}),
        ("DEP", "sign", UNIT, {}),
        ("HED", "report", UNIT, {"text": "已到现场"}),
        ("HED", "submit_result", UNIT, {"outcome": "SOLVED", "text": "已办结"}),
        ("COO", "check", "", {"verdict": "pass"}),
        ("HED", "deliver", UNIT, {"to": "经办人", "how": "电话"}),
        ("ENT", "rate", USCC, {"score": 5, "solved": True}),
    ]
    for role, act, unit, fields in steps:
        answer = await api.act(number, role, act, unit, **fields)
        assert answer.status_code == 200, answer.text
    if answer.json()["status"] == "CALLBACK":
        answer = await api.act(number, "CBK", "call_back", result="confirmed")
    answer = await api.act(number, "COO", "close_out")
    assert (answer.json()["stage"], answer.json()["outcome"]) == ("CLOSED", "SOLVED")
    whole = (await api.get(f"/issues/{number}", at_least=answer.json()["revision"])).json()
    assert whole["issue"]["revision"] == answer.json()["revision"]
    assert whole["issue"]["light"] == "GREEN"
    census = (await api.get("/census")).json()
    assert census["ok"]
    assert census["closed"]["SOLVED"] >= 1
    assert census["total"] == census["open"] + sum(census["closed"].values())


async def test_an_issue_says_which_limits_govern_it_and_why(api: Caller) -> None:
    whole = (await api.get(f"/issues/{await api.submit()}", at_least=1)).json()
    assert (whole["policy"]["name"], whole["policy"]["row"], whole["policy"]["citation"]) == ("PY-13710", "GENERAL", "")
    assert whole["policy"]["provisional"]
    assert "PY-13710" in whole["policy"]["reason_zh"]
    number = await api.submit(category="COMPLAINT_BE", urgency="URGENT")
    policy = (await api.get(f"/issues/{number}", at_least=1)).json()["policy"]
    assert (policy["name"], policy["row"], policy["longest"]) == ("LAW-HENAN-BE", "COMPLAINT_BE", "60d")
    assert policy["silence_accepts"]
    assert policy["accepted_by_silence_at"] is None
    assert "第七十八条" in policy["citation"]
    assert "whatever the urgency" in policy["reason_en"]
    await api.act(number, "COO", "accept")
    answer = await api.act(number, "COO", "hand_over", unit=UNIT)
    policy = (await api.get(f"/issues/{number}", at_least=answer.json()["revision"])).json()["policy"]
    assert not policy["provisional"]


async def test_the_same_key_and_body_find_the_same_issue_and_another_body_is_refused(api: Caller) -> None:
    first = await api.post("ENT", "/issues", BODY, unit=USCC, key="k")
    again = await api.post("ENT", "/issues", BODY, unit=USCC, key="k")
    other = await api.post("ENT", "/issues", {**BODY, "title": "别的"}, unit=USCC, key="k")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.json() == first.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert other.json()["name"] == "CommandIdReused"


async def test_a_repeated_act_gets_its_first_receipt(api: Caller) -> None:
    number = await api.submit()
    first = await api.act(number, "COO", "accept", key="a")
    again = await api.act(number, "COO", "accept", key="a")
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert (await api.act(number, "COO", "note", key="a", text="x")).status_code == 422


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


async def test_the_acts_open_to_the_caller_are_listed_and_why_the_rest_are_not(api: Caller) -> None:
    number = await api.submit()
    acts = {a["act"]: a for a in (await api.get(f"/issues/{number}", at_least=1)).json()["acts"]}
    assert acts["accept"]["allowed"]
    assert not acts["sign"]["allowed"]
    assert acts["sign"]["reason"] == "RoleNotAllowed"
    stand_in = json.dumps({"unit": USCC, "person": "x"})
    own = (await api.get(f"/issues/{number}", "ENT", **{"as": stand_in})).json()
    assert {a["act"] for a in own["acts"] if a["allowed"]} >= {"withdraw", "note"}
    foreign = json.dumps({"unit": "91410922MA00000013"})
    for part in ("", "/events", "/deliveries"):
        assert (await api.get(f"/issues/{number}{part}", "ENT", **{"as": stand_in})).status_code == 200
        assert (await api.get(f"/issues/{number}{part}", "ENT", **{"as": foreign})).status_code == 403


async def test_an_extension_is_asked_ruled_on_by_another_and_shown_with_who_may_rule(api: Caller) -> None:
    number = await api.submit()
    await api.act(number, "COO", "accept")
    await api.act(number, "COO", "hand_over", unit=UNIT)
    due = (await api.act(number, "DEP", "sign", UNIT)).json()["due_at"]
    later = (datetime.fromisoformat(due) + timedelta(hours=2)).isoformat()
    without_offset = await api.act(number, "HED", "ask_extension", UNIT, until=later[:19], reason="设备推迟")
    assert without_offset.status_code == 422
    assert without_offset.json()["errors"][0]["pointer"] == "/until"
    asked = await api.act(number, "HED", "ask_extension", UNIT, until=later, reason="设备推迟")
    assert (asked.status_code, asked.json()["due_at"]) == (200, due)
    read = {"at_least": asked.json()["revision"]}
    open_to = {
        role: (await api.get(f"/issues/{number}", role, **read, **said)).json()["requests"][0]
        for role, said in {"COO": {}, "HED": {"as": json.dumps({"unit": UNIT, "person": "somebody"})}}.items()
    }
    assert {role: (one["to_rule"], one["to_withdraw"]) for role, one in open_to.items()} == {
        "COO": (True, False),
        "HED": (False, True),
    }
    no = open_to["COO"]["request"]
    ruled = await api.act(number, "COO", "rule_request", request=no, ruling="approve", reason="属实")
    assert datetime.fromisoformat(ruled.json()["due_at"]) == datetime.fromisoformat(later)
    whole = (await api.get(f"/issues/{number}", at_least=ruled.json()["revision"])).json()
    assert (whole["requests"][0]["state"], whole["requests"][0]["ruled_by"]) == ("APPROVED", "demo-coo")


async def test_an_issue_is_levelled_up_by_three_people_and_its_paper_is_shown(api: Caller) -> None:
    number = await api.submit()
    await api.act(number, "COO", "accept")
    await api.act(number, "COO", "hand_over", unit=UNIT)
    await api.act(number, "DEP", "sign", UNIT)
    await api.act(number, "HED", "ask_level_up", UNIT, reason="本级无权决定")
    ruled = (await api.act(number, "COO", "rule_level_up", decision="approve", reason="确需提级")).json()
    (paper,) = (await api.get(f"/issues/{number}", at_least=ruled["revision"])).json()["drafts"]
    assert (paper["paper"], paper["zh"], paper["signer"], paper["open"]) == ("LEVEL_UP", "提级会商", "LDR", True)
    not_theirs = await api.act(number, "COO", "sign_draft", draft=paper["no"])
    assert (not_theirs.status_code, not_theirs.json()["name"]) == (403, "NotYourIssue")
    unknown = await api.act(number, "LDR", "sign_draft", draft=f"{number}-N9")
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/draft")
    signed = await api.act(number, "LDR", "sign_draft", draft=paper["no"], text="成立专班")
    read = {"at_least": signed.json()["revision"]}
    whole = (await api.get(f"/issues/{number}", "LDR", **read)).json()
    assert (whole["issue"]["rung"], whole["drafts"][0]["open"], whole["drafts"][0]["signed_by"]["role"]) == (
        "R4",
        False,
        "LDR",
    )
    assert "level_up#1" in [clock["clock"] for clock in whole["clocks"]]


async def test_an_order_by_hand_is_listed_with_its_light(api: Caller) -> None:
    number = await api.submit()
    await api.act(number, "COO", "accept")
    await api.act(number, "COO", "hand_over", unit=UNIT)
    group = (await api.get(f"/issues/{number}", at_least=3)).json()["issue"]["supervision_group"]
    said = {"ground": "POOR_WORK", "text": "限期办结并报告"}
    ordered = await api.act(number, "SUP", "issue_order", group, **said)
    again = await api.act(number, "SUP", "issue_order", group, **said)
    assert (ordered.status_code, again.json()["name"]) == (200, "OrderStands")
    await api.get(f"/issues/{number}", at_least=ordered.json()["revision"])
    (order,) = (await api.get("/orders", group=group, open="true")).json()["items"]
    assert (order["no"], order["unit"], order["light"]) == (f"{number}-D1", UNIT, "GREEN")


async def test_lists_filter_and_page_through_everything_once(api: Caller) -> None:
    numbers = {await api.submit(title=f"第{i}件", category="LOGI") for i in range(5)}
    for number in numbers:
        await api.get(f"/issues/{number}", at_least=1)
    seen, cursor = [], ""
    while True:
        page = (await api.get("/issues", limit=2, cursor=cursor, status="UNTRIAGED", category="LOGI")).json()
        seen += [item["issue_no"] for item in page["items"]]
        cursor = page["cursor"]
        if not cursor:
            break
    assert sorted(seen) == sorted(numbers)
    assert (await api.get("/issues", stage="CLOSED", category="LOGI")).json()["items"] == []
    assert (await api.get("/pipeline")).json()["open"] >= 5
    assert (await api.get("/orders", open="true")).json()["items"] == []
    for path in ("/issues", "/orders", "/inbox", f"/issues/{numbers.pop()}/deliveries"):
        for cursor in ("nonsense", "WzEsICJ4Il0x", "🏭"):
            assert (await api.get(path, cursor=cursor)).status_code == 400, path


async def test_an_issue_nobody_knows_is_unknown_at_once_and_one_on_its_way_is_waited_for(
    api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = 0
    look = LedgerReader.issue

    async def late(self: LedgerReader, issue_no: str, now: datetime) -> IssueRow | None:
        nonlocal looked
        looked += 1
        return None if looked < 3 else await look(self, issue_no, now)

    number = await api.submit()
    monkeypatch.setattr(LedgerReader, "issue", late)
    assert (await api.get(f"/issues/{number}", at_least=1)).status_code == 200
    for unknown in ("BHNOSUCHISSUE", "x" * 64):
        for part in ("", "/clock"):
            looked = 0
            answer = await api.get(f"/issues/{unknown}{part}", at_least=1)
            assert (answer.status_code, answer.json()["name"]) == (404, "issue-unknown")
            assert looked == 1


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
    again = await LedgerReader(fresh).issue_state(number)
    assert again is not None
    assert again[0].revision == 2
    entries = await LedgerReader(fresh).all_events(number)
    assert [entry.act.act if entry.act else "" for entry in entries] == ["", "accept"]
    assert await verify(fresh) == []
    await fresh.dispose()


async def noted_at(api: Caller, number: str, name: str) -> str:
    """When the event was recorded."""
    events = (await api.get(f"/issues/{number}/events")).json()["items"]
    assert not [one for one in events if "act" in one], "what was asked for is the ledger's own"
    return str(next(one["at"] for one in events if one["event"]["event"] == name))


async def test_an_assisting_unit_finds_reads_and_does_its_part(api: Caller) -> None:
    number = await api.submit()
    await api.act(number, "COO", "accept")
    handed = await api.act(number, "COO", "hand_over", unit=UNIT, co_units=[OTHER_UNIT])
    assert handed.status_code == 200, handed.text
    await api.get(f"/issues/{number}", at_least=handed.json()["revision"])
    listed = await api.get("/issues", unit=OTHER_UNIT)
    assert [item["issue_no"] for item in listed.json()["items"]] == [number]
    await api.act(number, "DEP", "sign", UNIT)
    early = await api.act(number, "HED", "submit_result", UNIT, outcome="SOLVED", text="已办结")
    assert (early.status_code, early.json()["name"]) == (422, "OpenPartsNeedReason")
    part = await api.act(number, "HED", "submit_part", OTHER_UNIT, text="已核定", evidence=["核定书"])
    assert part.status_code == 200, part.text
    stand_in = json.dumps({"unit": OTHER_UNIT, "person": "somebody"})
    whole = await api.get(f"/issues/{number}", "HED", at_least=part.json()["revision"], **{"as": stand_in})
    (told,) = whole.json()["parts"]
    assert (told["unit"], told["state"], told["text"], told["open"]) == (OTHER_UNIT, "HANDED_IN", "已核定", True)
    assert told["due_at"]
    other = json.dumps({"unit": "D06", "person": "somebody"})
    assert (await api.get(f"/issues/{number}", "HED", **{"as": other})).status_code == 403
    (before,) = (await api.get(f"/issues/{number}", as_of=await noted_at(api, number, "signed"))).json()["parts"]
    assert (before["state"], before["due_at"]) == ("OWED", told["due_at"]), "as it stood"
    clocks = (await api.get(f"/issues/{number}/clock")).json()["clocks"]
    (its,) = [one for one in clocks if one["clock"] == told["clock"]]
    assert (its["owes"], its["due_at"]) == (f"unit:{OTHER_UNIT}", told["due_at"])
    accepted = await api.act(number, "HED", "accept_part", UNIT, unit=OTHER_UNIT)
    await api.get(f"/issues/{number}", at_least=accepted.json()["revision"])
    assert (await api.get("/issues", unit=OTHER_UNIT)).json()["items"] == []


async def test_a_batch_follows_its_parent_inherits_and_is_rated_each_for_itself(api: Caller) -> None:
    parent = await api.submit()
    for act, fields in (("accept", {}), ("hand_over", {"unit": UNIT})):
        handed = await api.act(parent, "COO", act, **fields)
    await api.get(f"/issues/{parent}", at_least=handed.json()["revision"])
    children = [await api.submit(title=f"用电增容之{n}") for n in (1, 2)]
    other = await api.submit(category="LOGI")
    answer = await api.act(other, "COO", "follow", parent=parent)
    assert (answer.status_code, answer.json()["name"]) == (422, "OtherMatter")
    answer = await api.act(other, "COO", "follow", parent="BHNONE")
    assert (answer.status_code, answer.json()["name"]) == (409, "ParentNotOpen")
    for child in children:
        answer = await api.act(child, "COO", "follow", parent=parent)
        assert (answer.status_code, answer.json()["status"]) == (200, "FOLLOWING"), answer.text
    whole = (await api.get(f"/issues/{parent}", at_least=handed.json()["revision"] + 2)).json()
    assert sorted(whole["batch"]["waiting"]) == sorted(children)
    assert not {"inherit", "followed_by"} & {act["act"] for act in whole["acts"]}
    answer = await api.act(children[0], "COO", "inherit", parent=parent, outcome="SOLVED", text="x", unit=UNIT)
    assert answer.status_code == 422, "no person tells an issue what another one tells it"
    await api.act(parent, "DEP", "sign", UNIT)
    await api.act(parent, "HED", "submit_result", UNIT, outcome="SOLVED", text="统一增容")
    await api.act(parent, "COO", "check", verdict="pass")
    for child in children:
        inherited = (await api.get(f"/issues/{child}", at_least=3)).json()
        assert (inherited["issue"]["status"], inherited["issue"]["unit"]) == ("TO_DELIVER", UNIT)
        assert inherited["batch"]["inherited_from"] == parent
        await api.act(child, "HED", "deliver", UNIT, to="经办人", how="电话")
        answer = await api.act(child, "ENT", "rate", USCC, score=4, solved=True)
        assert answer.json()["status"] in ("EVALUATED", "CALLBACK")
