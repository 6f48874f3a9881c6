"""Issues over HTTP, from collection to close-out: real server, workers and ledger, all in this process."""

import json
from datetime import datetime, timedelta
from typing import Any

from tests.support.api import BODY, Caller
from tests.support.puyang import OTHER_UNIT, UNIT, USCC


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
