"""The inbox, and the timeline of a notice."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bihuan.ledger.views import Trace
from tests.support.inbox import NUMBER, RAISED, SCRIPT, Desk
from tests.support.puyang import USCC

# The inbox


@pytest.mark.parametrize(
    ("role", "unit", "person", "expected"),
    [
        ("HED", "D16", "", ["unit-head:D16", "unit:D16"]),
        ("DEP", "D16", "", ["unit:D16"]),
        ("HED", "D05", "", ["unit:D05"]),
        ("SUP", "G1", "", ["group:G1"]),
        ("SUP", "G2", "", []),
        ("LIA", "", "O0001", ["liaison:O0001"]),
        ("ENT", USCC, "", [f"enterprise:{USCC}"]),
        ("COO", "", "", ["coordination-head", "coordination"]),
        ("LDR", "410902", "", ["county-leader:410902"]),
        ("CBK", "", "", ["callback"]),
        ("ADM", "", "", []),
    ],
)
async def test_everybody_finds_what_was_told_to_the_own_desks(
    desk: Desk, role: str, unit: str, person: str, expected: list[str]
) -> None:
    everybody = "unit:D16 unit:D05 unit-head:D16 group:G1 liaison:O0001 coordination coordination-head callback"
    for minute, party in enumerate([*everybody.split(), f"enterprise:{USCC}", "county-leader:410902"]):
        await desk.told(party, first_at=RAISED + timedelta(minutes=minute))
    answer = await desk.get("/inbox", role, unit, person)
    assert [one["notice"].split(":", 2)[2] for one in answer.json()["items"]] == expected


async def test_an_inbox_is_read_page_by_page_and_shows_what_nobody_has_seen(desk: Desk) -> None:
    ids = [await desk.told("unit:D16", seq, first_at=RAISED + timedelta(minutes=seq)) for seq in range(1, 4)]
    assert (await desk.post(f"/notices/{ids[2]}/acknowledge", "HED", "D16", "李四")).status_code == 200
    first = (await desk.get("/inbox", "HED", "D16", limit="2")).json()
    rest = (await desk.get("/inbox", "HED", "D16", limit="2", cursor=first["cursor"])).json()
    assert [one["notice"].split(":")[1] for one in first["items"] + rest["items"]] == ["3", "2", "1"]
    assert (first["items"][0]["acknowledged_by"], rest["cursor"]) == ("HED D16 李四", "")
    assert first["items"][0]["title"] == f"用电增容{SCRIPT}"
    unseen = (await desk.get("/inbox", "HED", "D16", unseen="true")).json()
    assert [one["acknowledged_at"] for one in unseen["items"]] == [None, None]
    assert (await desk.get("/inbox", "HED", "D16", cursor="?")).json()["name"] == "cursor"


# The timeline


async def test_a_notice_tells_its_life_in_order(desk: Desk) -> None:
    notice = await desk.told("group:G1", state="HANDED")
    steps = [("HELD", "", 0), ("HANDED", "bot", 0), ("TRYING", "bot", 429), ("DELIVERED", "bot", 200)]
    for minute, (state, channel, status) in enumerate(steps, 1):
        trace = Trace(
            notice_id=f"{NUMBER}:3:group:G1",
            key=str(minute),
            at=RAISED + timedelta(minutes=minute),
            state=state,
            channel=channel,
            contact="g1-chat",
            reached="group:G1",
            status=status,
            detail="",
        )
        await desk.writer.record_delivery(replace(await desk.kept(notice), state=state), trace)
    assert (await desk.post(f"/notices/{notice}/acknowledge", "SUP", "G1", "王五")).status_code == 200
    told = (await desk.get(f"/notices/{notice}", "SUP", "G1")).json()
    steps_told = [(one["what"], one["channel"], one["status"], one["by"]) for one in told["steps"]]
    assert steps_told == [
        ("RAISED", "", 0, ""),
        ("HELD", "", 0, ""),
        ("QUEUED", "bot", 0, ""),
        ("TRIED", "bot", 429, ""),
        ("DELIVERED", "bot", 200, ""),
        ("ACKNOWLEDGED", "", 0, "SUP G1 王五"),
    ]
    assert datetime.fromisoformat(told["steps"][0]["at"]) == RAISED, "the moment of the event itself"
    assert (told["notice"]["state"], told["steps"][2]["zh"]) == ("DELIVERED", "排队归并")


@pytest.mark.parametrize(
    ("role", "unit", "status"),
    [
        ("HED", "D16", 200),
        ("HED", "D05", 200),
        ("HED", "D06", 403),
        ("COO", "", 200),
        ("SUP", "G1", 200),
        ("SUP", "G2", 403),
        ("ENT", USCC, 200),
        ("ENT", "91410922MA00000013", 403),
    ],
)
async def test_a_timeline_is_for_the_desk_and_for_readers_of_the_issue(
    desk: Desk, role: str, unit: str, status: int
) -> None:
    """D05 has nothing to do with the issue, and stands in for the head of D16."""
    notice = await desk.told("unit-head:D16", reached="unit-head:D05")
    assert (await desk.get(f"/notices/{notice}", role, unit)).status_code == status


async def test_a_notice_that_is_not_on_record_is_unknown(desk: Desk) -> None:
    for answer in (
        await desk.get("/notices/BH-TEST%3A99%3Aunit%3AD16", "COO"),
        await desk.post("/notices/BH-TEST%3A99%3Aunit%3AD16/acknowledge", "COO"),
        await desk.post("/notices/BH-TEST%3A99%3Aunit%3AD16/resend", "COO"),
    ):
        assert (answer.status_code, answer.json()["name"]) == (404, "notice-unknown")
