"""Notices as those hear them who were told: inbox, timeline, acknowledgement in the API and by link, sending again."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from activities.publication import Publisher
from api.app import create_app
from api.dependencies import provided
from bihuan.client.connection import connect
from bihuan.client.notices import last_order
from bihuan.domain import commands as do
from bihuan.domain.issue import Issue
from bihuan.domain.parties import Party
from bihuan.domain.people import Role
from bihuan.ledger.engine import ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import Delivery, Trace, message_marker
from bihuan.ledger.writing import LedgerWriter
from bihuan.notify.tokens import Tokens
from bihuan.runtime.keys import demo_keys, link_secret
from bihuan.runtime.ports import free_port
from bihuan.runtime.settings import Settings
from bihuan.wire import Entry, NoticeOrder
from tests.support.puyang import CITY_FOLDER, COORDINATOR, ENTERPRISE, USCC, at, handed_over, policy, submission
from tests.support.waiting import within_reason
from workers.processes import issue_worker
from workflows.chat_digest import ChatDigest as ChatDesk
from workflows.issue_loop import IssueLoop
from workflows.messages import Chat, Opening
from workflows.names import ISSUE_QUEUE, chat_digest_id
from workflows.notice import Notice
from workflows.timeouts import Patience

NUMBER = "BH-TEST"
RAISED = datetime(2021, 7, 5, 3, 0, tzinfo=UTC)
SCRIPT = "<script>alert('1')</script>"
SECRET_TEXT = "只给收件人看的正文"


@dataclass
class Desk:
    """The application, its ledger, and how people ask it."""

    http: httpx.AsyncClient
    reader: LedgerReader
    writer: LedgerWriter
    tokens: Tokens
    keys: dict[Role, str]
    app: Any = None

    async def get(self, path: str, role: str, unit: str = "", person: str = "", **asked: str) -> httpx.Response:
        said = {"as": json.dumps({"unit": unit, "person": person})} if unit or person else {}
        return await self.http.get(f"/api/v1{path}", headers=self._auth(role), params=asked | said)

    async def post(self, path: str, role: str, unit: str = "", person: str = "", key: str = "") -> httpx.Response:
        said = {"as": {"unit": unit, "person": person}} if unit or person else None
        headers = self._auth(role) | {"Idempotency-Key": key or uuid4().hex}
        return await self.http.post(f"/api/v1{path}", headers=headers, json=said)

    async def told(self, party: str, seq: int = 3, issue_no: str = NUMBER, **fields: Any) -> str:
        """A notice on record; its id, escaped for a path."""
        desk, _, ref = party.partition(":")
        plain: dict[str, Any] = {
            "notice_id": f"{issue_no}:{seq}:{party}",
            "issue_no": issue_no,
            "seq": seq,
            "desk": desk,
            "ref": ref,
            "event": "dispatched",
            "state": "DELIVERED",
            "channel": "mail",
            "address": "unit-d16",
            "attempts": 1,
            "status": 250,
            "detail": "",
            "body_sha256": "",
            "first_at": RAISED,
            "title": f"用电增容{SCRIPT}",
            "text": f"{SECRET_TEXT}{SCRIPT}",
        }
        told = Delivery(**plain | fields)
        await self.writer.record_delivery(told)
        return quote(told.notice_id, safe="")

    async def kept(self, escaped: str) -> Delivery:
        known = await self.reader.delivery(escaped.replace("%3A", ":"))
        assert known is not None
        return known

    def token(self, escaped: str, party: str, **ahead: float) -> str:
        expires = datetime.now(UTC) + timedelta(**ahead or {"days": 3})
        return self.tokens.sign(escaped.replace("%3A", ":"), Party.parse(party), expires)

    def form(self, role: str, person: str = "张三", unit: str = "") -> dict[str, str]:
        return {"key": self.keys[Role(role)], "person": person, "unit": unit}

    def _auth(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[Role(role)]}"}


async def opened(settings: Settings, engine: AsyncEngine) -> AsyncIterator[Desk]:
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://t") as http:
        tokens, keys = Tokens(link_secret(settings.data)), demo_keys(settings.data)
        yield Desk(http, LedgerReader(engine), LedgerWriter(engine), tokens, keys, app)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """An issue in the hands of unit D16, on record; Temporal is away, and nothing here needs it."""
    settings = Settings(data=tmp_path, city=CITY_FOLDER, temporal_address=f"127.0.0.1:{free_port()}")
    await migrate(settings.ledger)
    engine, life = ledger_engine(settings.ledger), handed_over()
    await LedgerWriter(engine).record(life.issue, [Entry.of(one) for one in life.recorded], (), policy())
    async for one in opened(settings, engine):
        yield one
    await engine.dispose()


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


# Acknowledging


@pytest.mark.parametrize(
    ("party", "reached", "role", "unit", "person", "status"),
    [
        ("unit:D16", "", "HED", "D16", "", 200),
        ("unit:D16", "", "DEP", "D16", "", 200),
        ("unit-head:D16", "", "HED", "D16", "", 200),
        ("unit-head:D16", "", "DEP", "D16", "", 403),
        ("unit-head:D16", "", "HED", "D05", "", 403),
        ("unit-head:D16", "", "COO", "", "", 403),
        ("unit-head:D16", "unit-head:D05", "HED", "D05", "", 200),
        ("unit-head:D16", "unit-head:D05", "HED", "D16", "", 200),
        ("unit-head:D16", "coordination", "COO", "", "", 200),
        ("group:G1", "", "SUP", "G1", "", 200),
        ("group:G1", "", "SUP", "G2", "", 403),
        ("liaison:O0001", "", "LIA", "", "O0001", 200),
        ("liaison:O0001", "", "LIA", "", "O0002", 403),
        (f"enterprise:{USCC}", "", "ENT", USCC, "", 200),
        (f"enterprise:{USCC}", "", "ENT", "91410922MA00000013", "", 403),
        ("coordination", "", "ADM", "", "", 403),
    ],
)
async def test_whoever_sits_at_the_desk_or_where_it_was_brought_acknowledges(
    desk: Desk, party: str, reached: str, role: str, unit: str, person: str, status: int
) -> None:
    notice = await desk.told(party, reached=reached)
    answer = await desk.post(f"/notices/{notice}/acknowledge", role, unit, person)
    assert answer.status_code == status, answer.text
    if status == 403:
        assert answer.json()["name"] == "not-your-notice"
    assert bool((await desk.kept(notice)).acknowledged_at) == (status == 200)


async def test_the_second_to_acknowledge_hears_who_was_the_first(desk: Desk) -> None:
    notice = await desk.told("unit:D16")
    first = await desk.post(f"/notices/{notice}/acknowledge", "HED", "D16", "李四")
    second = await desk.post(f"/notices/{notice}/acknowledge", "DEP", "D16", "张三")
    assert second.json() == first.json()
    assert first.json()["acknowledged_by"] == "HED D16 李四"
    assert ("idempotent-replayed" in first.headers, second.headers["idempotent-replayed"]) == (False, "true")


# The page


def words(answer: httpx.Response) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", answer.text))


async def test_a_link_with_a_token_shows_the_notice_and_one_click_acknowledges_it(desk: Desk) -> None:
    notice = await desk.told("unit-head:D16", urgent=True)
    token = desk.token(notice, "unit-head:D16")
    page = await desk.http.get(f"/n/{notice}", params={"t": token})
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for expected in (SECRET_TEXT, "用电增容", NUMBER, "紧急", "收到", "派单"):
        assert expected in words(page)
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]+)"', page.text))
    assert re.search(r'<form method="post" action="([^"]+)"', page.text)[1] == f"/n/{notice}"  # type: ignore[index]
    clicked = await desk.http.post(f"/n/{notice}", data=hidden)
    assert clicked.status_code == 200
    assert "已确认收到：承办单位负责人 市供电公司，" in words(clicked)
    assert "Acknowledged by unit head 市供电公司," in words(clicked)
    assert (await desk.kept(notice)).acknowledged_by == "unit-head:D16"


async def test_a_token_counts_once_and_then_says_who_has_seen_it(desk: Desk) -> None:
    notice = await desk.told("unit-head:D16")
    token = desk.token(notice, "unit-head:D16")
    await desk.post(f"/notices/{notice}/acknowledge", "HED", "D16", "李四")
    before = await desk.kept(notice)
    for answer in (
        await desk.http.get(f"/n/{notice}", params={"t": token}),
        await desk.http.post(f"/n/{notice}", data={"t": token}),
    ):
        assert answer.status_code == 200
        assert "此前已确认收到：承办单位负责人 D16 李四" in words(answer)
        assert "<form" not in answer.text
    assert await desk.kept(notice) == before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("agent", ["Mozilla/5.0", "WeChat-Preview", "Feishu-Link-Preview", "MailScanner"])
async def test_whoever_only_looks_acknowledges_nothing(desk: Desk, method: str, agent: str) -> None:
    notice = await desk.told("unit-head:D16")
    before, token = await desk.kept(notice), desk.token(notice, "unit-head:D16")
    for said in ({}, {"t": token}, {"t": token, "key": desk.keys[Role.HED], "person": "x", "unit": "D16"}):
        answer = await desk.http.request(method, f"/n/{notice}", params=said, headers={"User-Agent": agent})
        assert answer.status_code == 200
    assert await desk.kept(notice) == before
    assert await desk.reader.traces(before.notice_id) == ()


@pytest.mark.parametrize(
    ("made", "status", "sentence", "asks"),
    [
        (lambda desk, notice: desk.token(notice, "unit-head:D16", seconds=-1), 410, "链接已过期", True),
        (lambda desk, notice: desk.token(notice, "unit-head:D16")[:-8], 403, "链接无效", False),
        (
            lambda _desk, notice: Tokens(b"x").sign(notice, Party.parse("mayor"), datetime.now(UTC)),
            403,
            "链接无效",
            False,
        ),
        (lambda desk, _notice: desk.token("BH-OTHER:3:mayor", "mayor"), 403, "属于另一条通知", False),
        (lambda _desk, _notice: "cut", 400, "链接不完整", True),
    ],
    ids=["expired", "cut at its mark", "forged", "of another notice", "no token"],
)
async def test_a_token_that_is_not_good_shows_nothing_and_does_nothing(
    desk: Desk, made: Any, status: int, sentence: str, asks: bool
) -> None:
    notice = await desk.told("unit-head:D16")
    token = made(desk, notice)
    looked = await desk.http.get(f"/n/{notice}", params={"t": token})
    clicked = await desk.http.post(f"/n/{notice}", data={"t": token})
    for answer in (looked, clicked):
        assert answer.status_code == status
        assert sentence in words(answer)
        assert SECRET_TEXT not in answer.text
        assert ('name="key"' in answer.text) == asks
    assert (await desk.kept(notice)).acknowledged_at is None


async def test_a_token_in_the_address_of_a_post_counts_for_nothing(desk: Desk) -> None:
    """Only what stands in the form: another site cannot put it there."""
    notice = await desk.told("unit-head:D16")
    for body in ({}, {"person": "x"}):
        url = f"/n/{notice}?t={desk.token(notice, 'unit-head:D16')}"
        assert (await desk.http.post(url, data=body)).status_code == 401
    assert (await desk.kept(notice)).acknowledged_at is None


async def test_a_link_from_a_group_chat_shows_nothing_and_asks_who_you_are(desk: Desk) -> None:
    notice = await desk.told("group:G1")
    for id_ in (notice, "BH-NOTHING%3A3%3Agroup%3AG1"):
        page = await desk.http.get(f"/n/{id_}")
        assert page.status_code == 200
        assert set(re.findall(r'<input[^>]* name="(\w+)"', page.text)) == {"key", "person", "unit"}
        assert SECRET_TEXT not in page.text
        assert "用电增容" not in page.text


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"key": "wrong"}, 401, "无效的访问密钥"),
        ({}, 401, "无效的访问密钥"),
        ({"role": "SUP", "unit": "G2"}, 403, "不是发给您的"),
        ({"role": "HED", "unit": "D16"}, 403, "不是发给您的"),
        ({"role": "SUP", "unit": "G1"}, 200, "已确认收到：专项督导组 G1 张三"),
    ],
)
async def test_who_a_group_chat_hears_acknowledges_with_a_key(
    desk: Desk, said: dict[str, str], status: int, sentence: str
) -> None:
    notice = await desk.told("group:G1")
    form = desk.form(said["role"], unit=said["unit"]) if "role" in said else {"person": "张三", **said}
    answer = await desk.http.post(f"/n/{notice}", data=form)
    assert answer.status_code == status
    assert sentence in words(answer)
    assert (SECRET_TEXT in answer.text) == (status == 200)
    assert ('name="key"' in answer.text) == (status != 200)
    assert form.get("key", "none") not in answer.text
    assert (await desk.kept(notice)).acknowledged_by == ("SUP G1 张三" if status == 200 else "")


async def test_the_link_of_a_message_that_told_several_acknowledges_all_that_are_for_whoever_says_who_they_are(
    desk: Desk,
) -> None:
    message = "chat:chat:group:G1@chat:7"
    mine = [await desk.told("group:G1", seq, title=f"第{seq}件") for seq in (3, 4)]
    others, apart = await desk.told("group:G2", 5), await desk.told("group:G1", 6, title="另发")
    for notice in (*mine, others):
        await desk.writer.trace(traced(notice.replace("%3A", ":"), message_marker(message)))
    asked = await desk.http.get(f"/n/{quote(message, safe='')}")
    assert 'name="key"' in asked.text
    assert "第3件" not in asked.text
    stranger = await desk.http.post(f"/n/{quote(message, safe='')}", data=desk.form("SUP", unit="G7"))
    assert stranger.status_code == 403
    assert SECRET_TEXT not in stranger.text
    heard = await desk.http.post(f"/n/{quote(message, safe='')}", data=desk.form("SUP", unit="G1"))
    assert heard.status_code == 200
    assert words(heard).count("已确认收到：专项督导组 G1 张三") == len(mine)
    assert "第3件" in words(heard)
    assert "第4件" in words(heard)
    assert "另发" not in words(heard)
    by = [(await desk.kept(notice)).acknowledged_by for notice in (*mine, others, apart)]
    assert by == ["SUP G1 张三", "SUP G1 张三", "", ""]


async def test_a_message_that_is_not_on_record_yet_may_be_asked_for_again(desk: Desk) -> None:
    answer = await desk.http.post(f"/n/{quote('chat:chat:group:G1@chat:8', safe='')}", data=desk.form("SUP", unit="G1"))
    assert answer.status_code == 503
    assert 'name="key"' in answer.text


def traced(notice_id: str, detail: str) -> Trace:
    where = {"channel": "chat", "contact": "group:G1@chat", "reached": "group:G1"}
    return Trace(notice_id=notice_id, key=detail, at=RAISED, state="DELIVERED", status=200, detail=detail, **where)


@pytest.mark.parametrize(
    "body", [b"key=" + b"k" * 5000, "key=密".encode(), b"\xff\xfe", b"&".join([b"a=1"] * 20), b'{"key": "x"}']
)
async def test_a_form_that_is_none_names_nobody(desk: Desk, body: bytes) -> None:
    notice = await desk.told("group:G1")
    answer = await desk.http.post(f"/n/{notice}", content=body)
    assert answer.status_code == 401


async def test_nothing_in_a_page_runs_or_comes_from_elsewhere(desk: Desk) -> None:
    notice = await desk.told("unit-head:D16")
    token = desk.token(notice, "unit-head:D16")
    pages = [
        await desk.http.get(f"/n/{notice}", params={"t": token}),
        await desk.http.get(f"/n/{notice}"),
        await desk.http.get(f"/n/{quote('<script>alert(1)', safe='')}"),
        await desk.http.get(f"/n/{notice}", params={"t": f'"><script>{token}'}),
        await desk.http.post(f"/n/{notice}", data={"t": token}),
        await desk.http.post(f"/n/{notice}", data={"key": SCRIPT, "person": SCRIPT}),
    ]
    for page in pages:
        assert "<script" not in page.text
        assert not re.search(r"""(?:src|href)=|https?://|url\(|@import|\son\w+=""", page.text)
        assert page.text.startswith('<!doctype html>\n<html lang="zh-CN">')
        assert 'name="viewport"' in page.text
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        rules = dict(rule.split(" ", 1) for rule in page.headers["content-security-policy"].split("; "))
        assert (rules["default-src"], rules["form-action"], rules["frame-ancestors"]) == ("'none'", "'self'", "'none'")
    assert SCRIPT in words(pages[0]), "it is shown as it was written"


# Through the loop


@pytest.fixture
async def client(temporal: str) -> Client:
    return await connect(Settings(temporal_address=temporal))


@pytest.fixture
async def running(temporal: str, client: Client, tmp_path: Path) -> AsyncIterator[Desk]:
    """The same with Temporal and a worker for issues; notices wait for a worker that does not come."""
    settings = Settings(data=tmp_path, city=CITY_FOLDER, temporal_address=temporal)
    await migrate(settings.ledger)
    engine = ledger_engine(settings.ledger)
    async with issue_worker(client, Publisher(client, LedgerWriter(engine), Patience())):
        async for one in opened(settings, engine):
            yield one
    await engine.dispose()


async def overdue(desk: Desk) -> tuple[Issue, Entry]:
    """An issue that nobody has triaged for ten days, and an event that told of an alarm that still stands."""
    long_ago = datetime.now(UTC) - timedelta(days=10)
    opening, number = Opening(policy(), submission(), ENTERPRISE, long_ago, "c0", "f", "r"), f"BH{uuid4().hex}"
    client = provided(desk.app).use_cases.reading.client
    await client.start_workflow(IssueLoop.run, opening, id=number, task_queue=ISSUE_QUEUE)
    async with within_reason(f"an alarm of {number} in the ledger"):
        while True:
            life = await desk.reader.issue_state(number)
            if life is not None and life[0].supervision.unheeded:
                break
            await asyncio.sleep(0.05)
    alarm = life[0].supervision.unheeded[0].alarm
    for entry in reversed(await desk.reader.all_events(number)):
        if getattr(entry.event, "key", getattr(entry.event, "alarm", "")) == alarm:
            return life[0], entry
    raise AssertionError("an alarm that stands was told of")


async def standing(desk: Desk, issue_no: str, revision: int) -> set[str]:
    """The alarms that stand once the ledger has more than this revision."""
    async with within_reason(f"revision {revision + 1} of {issue_no} in the ledger"):
        while True:
            life = await desk.reader.issue_state(issue_no)
            if life is not None and life[0].revision > revision:
                return {one.alarm for one in life[0].supervision.unheeded}
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("way", ["key", "token", "deputy"])
async def test_acknowledging_a_notice_of_an_alarm_ends_its_repetition(running: Desk, way: str) -> None:
    issue, entry = await overdue(running)
    party, alarm = entry.tell[0], issue.supervision.unheeded[0].alarm
    assert str(party).startswith("coordination")
    reached = "unit-head:D05" if way == "deputy" else ""
    notice = await running.told(str(party), entry.seq, issue.issue_no, event=entry.event.event, reached=reached)
    match way:
        case "key":
            answer = await running.post(f"/notices/{notice}/acknowledge", "COO", "", "李四")
            again = await running.post(f"/notices/{notice}/acknowledge", "COO", "", "王五")
            assert again.json() == answer.json()
        case "token":
            form = {"t": running.token(notice, str(party))}
            answer = await running.http.post(f"/n/{notice}", data=form)
            assert (await running.http.post(f"/n/{notice}", data=form)).status_code == 200
        case _:
            answer = await running.post(f"/notices/{notice}/acknowledge", "HED", "D05", "李四")
    assert answer.status_code == 200, answer.text
    assert alarm not in await standing(running, issue.issue_no, issue.revision)
    events = await running.reader.all_events(issue.issue_no)
    heeded = [one for one in events if one.event.event == "alarm_acknowledged"]
    assert [one.command_id for one in heeded] == [f"acknowledge:{issue.issue_no}:{entry.seq}:{party}"]
    assert heeded[0].actor is not None
    assert (heeded[0].actor.role, heeded[0].actor.person) == ("COO", str(party) if way == "token" else "李四")


async def test_coordination_that_only_keeps_a_lost_notice_heeds_no_alarm_for_others(running: Desk) -> None:
    issue, entry = await overdue(running)
    lost = {"state": "GIVEN_UP", "reached": "callback"}
    notice = await running.told(str(entry.tell[0]), entry.seq, issue.issue_no, event=entry.event.event, **lost)
    answer = await running.post(f"/notices/{notice}/acknowledge", "CBK", "", "李四")
    assert (answer.status_code, answer.json()["acknowledged_by"]) == (200, "CBK 李四")
    note = await running.http.post(
        f"/api/v1/issues/{issue.issue_no}/acts",
        headers={"Authorization": f"Bearer {running.keys[Role.COO]}", "Idempotency-Key": "n"},
        json={"act": "note", "text": "已阅"},
    )
    assert note.status_code == 200
    assert issue.supervision.unheeded[0].alarm in await standing(running, issue.issue_no, issue.revision)


async def test_while_temporal_is_away_nothing_is_half_acknowledged(desk: Desk) -> None:
    life = handed_over(number="BH-LATE")
    life.then(at("07-07 09:00"), COORDINATOR, do.Note(text="催"))
    await desk.writer.record(life.issue, [Entry.of(one) for one in life.recorded], (), policy())
    alarm = life.issue.supervision.unheeded[0]
    seq = next(one.seq for one in life.recorded if getattr(one.event, "key", "") == alarm.alarm)
    notice = await desk.told(str(alarm.told[0]), seq, "BH-LATE", event="alarm_raised")
    token = desk.token(notice, str(alarm.told[0]))
    answer = await desk.http.post(f"/n/{notice}", data={"t": token})
    assert answer.status_code == 503
    assert "请稍后再点一次" in words(answer)
    assert 'name="t"' in answer.text, "the button is there for another try"
    assert (await desk.kept(notice)).acknowledged_at is None


# Sending again


async def first_notice(desk: Desk, **fields: Any) -> tuple[str, str]:
    """An issue just submitted, with its first notice on record as ended: its id, and the same escaped."""
    receipt = (await provided(desk.app).use_cases.submission.submit(ENTERPRISE, submission(), uuid4().hex)).receipt
    async with within_reason(f"{receipt.issue_no} in the ledger"):
        while not (events := await desk.reader.all_events(receipt.issue_no)):
            await asyncio.sleep(0.05)
    party = str(events[0].tell[0])
    escaped = await desk.told(party, 1, receipt.issue_no, event="submitted", **fields)
    return f"{receipt.issue_no}:1:{party}", escaped


async def test_a_notice_that_has_ended_is_sent_again_in_the_same_words(running: Desk, client: Client) -> None:
    notice_id, escaped = await first_notice(running, state="GIVEN_UP")
    before = await last_order(client, notice_id)
    assert before is not None
    under_way = await running.post(f"/notices/{escaped}/resend", "COO")
    assert (under_way.status_code, under_way.json()["name"]) == (409, "notice-under-way")
    for again in (1, 2):
        await client.get_workflow_handle(notice_id).terminate()
        first = await running.post(f"/notices/{escaped}/resend", "COO", "", "李四", key=f"k{again}")
        repeated = await running.post(f"/notices/{escaped}/resend", "COO", "", "李四", key=f"k{again}")
        assert (first.status_code, first.json()["again"]) == (202, again), first.text
        assert repeated.json() == first.json()
        assert repeated.headers["idempotent-replayed"] == "true"
        assert await last_order(client, notice_id) == replace(before, again=again)
    told = (await running.get(f"/notices/{escaped}", "COO")).json()
    assert [(one["what"], one["by"]) for one in told["steps"]][1:] == [("RESENT", "COO 李四")] * 2
    await client.get_workflow_handle(notice_id).terminate()


async def test_what_a_group_chats_desk_holds_is_sent_again_only_once_the_desk_is_no_more(
    running: Desk, client: Client
) -> None:
    notice_id, escaped = await first_notice(
        running, state="HANDED", channel="chat", address=f"group:{uuid4().hex}@chat"
    )
    await client.get_workflow_handle(notice_id).terminate()
    told = await running.kept(escaped)
    chat = Chat(told.channel, told.address, "第一督导组", 3, 60)
    desk = await client.start_workflow(
        ChatDesk.run,
        args=[chat, Patience(), 0, (), ()],
        id=chat_digest_id(told.channel, told.address),
        task_queue=f"nobody-{uuid4().hex}",
    )
    under_way = await running.post(f"/notices/{escaped}/resend", "COO")
    assert (under_way.status_code, under_way.json()["name"]) == (409, "notice-under-way")
    await desk.terminate()
    again = await running.post(f"/notices/{escaped}/resend", "COO")
    assert (again.status_code, again.json()["again"]) == (202, 1), again.text
    await client.get_workflow_handle(notice_id).terminate()


@pytest.mark.parametrize(
    ("state", "status", "name"),
    [
        ("TRYING", 409, "notice-under-way"),
        ("HELD", 409, "notice-under-way"),
        ("HANDED", 503, "temporal-away"),
        ("RECALLED", 409, "notice-recalled"),
        ("DELIVERED", 503, "temporal-away"),
        ("REFUSED", 503, "temporal-away"),
        ("GIVEN_UP", 503, "temporal-away"),
        ("UNADDRESSED", 503, "temporal-away"),
    ],
)
async def test_only_what_has_ended_is_sent_again(desk: Desk, state: str, status: int, name: str) -> None:
    notice = await desk.told("unit-head:D16", state=state)
    answer = await desk.post(f"/notices/{notice}/resend", "COO")
    assert (answer.status_code, answer.json()["name"]) == (status, name)
    assert await desk.reader.traces(f"{NUMBER}:3:unit-head:D16") == ()


@pytest.mark.parametrize(
    ("role", "unit", "name"),
    [
        ("COO", "", "notice-under-way"),
        ("ADM", "", "notice-under-way"),
        ("SUP", "G1", "notice-under-way"),
        ("SUP", "G2", "NotYourIssue"),
        ("HED", "D16", "RoleNotAllowed"),
        ("ENT", USCC, "RoleNotAllowed"),
    ],
)
async def test_who_may_send_again(desk: Desk, role: str, unit: str, name: str) -> None:
    notice = await desk.told("unit-head:D16", state="TRYING")
    assert (await desk.post(f"/notices/{notice}/resend", role, unit)).json()["name"] == name


REPORT = NoticeOrder(
    id="report:digest:2026-07-06:group:G1",
    issue_no="",
    seq=0,
    to=Party.parse("group:G1"),
    event="digest",
    at=RAISED,
    title="第一督导组日报",
    facts={"period": "2026-07-06", "lines": "无"},
)


async def report_on_record(desk: Desk, state: str = "GIVEN_UP") -> str:
    return await desk.told("group:G1", 0, "", notice_id=REPORT.id, event="digest", state=state)


async def test_a_report_is_sent_again_in_the_same_words(running: Desk, client: Client) -> None:
    escaped = await report_on_record(running)
    gone = await running.post(f"/notices/{escaped}/resend", "COO")
    assert (gone.status_code, gone.json()["name"]) == (410, "report-gone"), "nothing holds what it said"
    run = await client.start_workflow(
        Notice.run, args=[REPORT, Patience(), ()], id=REPORT.id, task_queue=f"nobody-{uuid4().hex}"
    )
    await run.terminate()
    first = await running.post(f"/notices/{escaped}/resend", "SUP", "G1", "王五", key="k1")
    assert (first.status_code, first.json()["again"]) == (202, 1), first.text
    assert await last_order(client, REPORT.id) == replace(REPORT, again=1)
    await client.get_workflow_handle(REPORT.id).terminate()


@pytest.mark.parametrize(
    ("role", "unit", "reads", "resends"),
    [
        ("COO", "", 200, "notice-under-way"),
        ("ADM", "", 200, "notice-under-way"),
        ("SUP", "G1", 200, "notice-under-way"),
        ("SUP", "G2", 403, "not-your-notice"),
        ("HED", "D16", 403, "not-your-notice"),
        ("ENT", USCC, 403, "not-your-notice"),
    ],
)
async def test_who_may_look_after_a_report(desk: Desk, role: str, unit: str, reads: int, resends: str) -> None:
    report = await report_on_record(desk, "TRYING")
    assert (await desk.get(f"/notices/{report}", role, unit)).status_code == reads
    assert (await desk.post(f"/notices/{report}/resend", role, unit)).json()["name"] == resends
