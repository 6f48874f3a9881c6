"""The page a link opens: one click acknowledges, and nothing in it runs."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from bihuan.domain.parties import Party
from bihuan.domain.people import Role
from bihuan.ledger.views import Trace, within
from bihuan.notify.tokens import Tokens
from tests.support.inbox import NUMBER, RAISED, SCRIPT, SECRET_TEXT, Desk, words


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
    message = "desk:chat:group:G1@chat:7"
    mine = [await desk.told("group:G1", seq, title=f"第{seq}件") for seq in (3, 4)]
    others, apart = await desk.told("group:G2", 5), await desk.told("group:G1", 6, title="另发")
    for notice in (*mine, others):
        await desk.writer.trace(traced(notice.replace("%3A", ":"), within(message)))
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
    answer = await desk.http.post(f"/n/{quote('desk:chat:group:G1@chat:8', safe='')}", data=desk.form("SUP", unit="G1"))
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
