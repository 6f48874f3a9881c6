"""Why a clock is due when it is, and how an issue stood, over a real server, workers and ledger."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.api import Caller
from tests.support.puyang import OTHER_UNIT, UNIT, USCC

STEPS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("COO", "ask_info", "", {"question": "容量多少"}),
    ("ENT", "supply", USCC, {"text": "800 千伏安"}),
    ("COO", "accept", "", {}),
    ("COO", "hand_over", "", {"unit": UNIT}),
    ("DEP", "sign", UNIT, {}),
    ("HED", "submit_result", UNIT, {"outcome": "SOLVED", "text": "已办结"}),
    ("COO", "check", "", {"verdict": "send_back", "reason": "缺材料"}),
)


async def done(api: Caller, number: str, step: tuple[str, str, str, dict[str, Any]]) -> int:
    role, act, org, fields = step
    answer = await api.act(number, role, act, org, **fields)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["revision"])


async def test_the_past_of_an_issue_stands_as_it_stood(api: Caller) -> None:
    number, revision = await api.submit(), 1
    seen: dict[int, Any] = {1: (await api.get(f"/issues/{number}", at_least=1)).json()}
    for step in STEPS:
        revision = await done(api, number, step)
        seen[revision] = (await api.get(f"/issues/{number}", at_least=revision)).json()
    items = (await api.get(f"/issues/{number}/events")).json()["items"]
    moments = {item["seq"]: item["at"] for item in items if item["seq"] in seen}
    assert len(moments) == len(STEPS) + 1
    for seq, whole in seen.items():
        then = (await api.get(f"/issues/{number}", as_of=moments[seq])).json()
        assert then.pop("as_of") == moments[seq]
        assert then.pop("acts") == []
        whole.pop("as_of")
        whole.pop("acts")
        assert then == whole
    now = (await api.get(f"/issues/{number}")).json()
    assert (now["as_of"], bool(now["acts"])) == (None, True)


async def test_every_clock_is_explained_and_its_account_sums_to_the_deadline(api: Caller) -> None:
    number, revision = await api.submit(), 1
    for step in STEPS:
        revision = await done(api, number, step)
    whole = (await api.get(f"/issues/{number}", at_least=revision)).json()
    told = (await api.get(f"/issues/{number}/clock", at_least=revision)).json()
    assert (told["issue_no"], told["revision"], told["profile"]) == (number, revision, "PY-13710")
    assert told["policy_version"] == whole["issue"]["policy_version"]
    assert told["calendar_version"]
    assert [clock["clock"] for clock in told["clocks"]] == [clock["clock"] for clock in whole["clocks"]]
    for clock, stored in zip(told["clocks"], whole["clocks"], strict=True):
        assert clock["due_at"] == stored["due_at"]
        assert clock["ran_s"] == pytest.approx(clock["budget"]["counted_s"], abs=1e-5)
        assert (clock["granted_s"], clock["late_s"], clock["left_s"]) == (0, 0, 0)
        if clock["budget"]["counted_in"] == "office":
            assert sum(day["counted_s"] for day in clock["days"]) == pytest.approx(clock["ran_s"], abs=1e-5)
        assert clock["text_zh"].endswith("。")
        assert "due 20" in clock["text_en"]
    own = told["clocks"][0]
    assert own["anchor"]["event"] == "submitted"
    assert (own["budget"]["limit"], own["budget"]["zh"]) == ("7wd", "7个工作日")
    assert [turn["what"] for turn in own["turns"]] == ["started", "paused", "resumed", "met", "runs_on"]
    assert own["owes"] == f"unit:{UNIT}"
    charged = sum(one["elapsed_s"] for one in told["owed_by"])
    since, until = (datetime.fromisoformat(text) for text in (whole["issue"]["received_at"], told["as_of"]))
    assert charged == pytest.approx((until - since).total_seconds(), abs=1e-5)


async def test_a_paused_clock_tells_what_is_known_and_that_its_end_is_open(api: Caller) -> None:
    number = await api.submit()
    before = (await api.get(f"/issues/{number}/clock", at_least=1)).json()
    revision = await done(api, number, STEPS[0])
    own = (await api.get(f"/issues/{number}/clock", at_least=revision)).json()["clocks"][0]
    assert own["due_at"] is None
    assert own["stretches"][-1]["until"] is None
    assert own["left_s"] + own["ran_s"] == own["budget"]["counted_s"]
    assert "恢复后才知何时到期" in own["text_zh"]
    then = (await api.get(f"/issues/{number}/clock", as_of=before["as_of"])).json()
    assert then == before, "as it was told then"


async def test_a_moment_is_refused_by_name_where_it_cannot_be_answered(api: Caller) -> None:
    number = await api.submit()
    received = datetime.fromisoformat((await api.get(f"/issues/{number}", at_least=1)).json()["issue"]["received_at"])
    asked = {
        "2021-09-30T10:00:00": (422, "moment-unclear"),
        "yesterday": (422, "moment-unclear"),
        "0001-01-01T00:00:00+08:00": (422, "moment-unclear"),
        "2021-09-30T10:00:00+08:00": (404, "not-received-yet"),
        "2021-09-30T10:00:00 08:00": (404, "not-received-yet"),  # a plus that was not escaped
        (received - timedelta(microseconds=1)).isoformat(): (404, "not-received-yet"),
        "9000-01-01T00:00:00Z": (422, "moment-ahead"),
    }
    for path in (f"/issues/{number}", f"/issues/{number}/clock"):
        for moment, (status, name) in asked.items():
            answer = await api.get(path, as_of=moment)
            assert (answer.status_code, answer.json()["name"]) == (status, name), moment
            assert [error["pointer"] for error in answer.json()["errors"]] == ["/as_of"]
        assert (await api.get(path, as_of=received.isoformat())).status_code == 200


async def test_only_who_may_read_an_issue_is_told(api: Caller) -> None:
    number = await api.submit()
    await api.get(f"/issues/{number}", at_least=1)
    for path in ("", "/clock"):
        foreign = await api.get(f"/issues/{number}{path}", "HED", **{"as": f'{{"unit": "{OTHER_UNIT}"}}'})
        assert (foreign.status_code, foreign.json()["name"]) == (403, "NotYourIssue")
    assert (await api.get("/issues/BH-NONE/clock")).status_code == 404
