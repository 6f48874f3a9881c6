"""The chat platforms, each against an endpoint that checks what it gets and answers as the real one does."""

import json
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from activities.channels import dingtalk_bot, feishu_bot, wecom_app, wecom_bot
from activities.channels.dingtalk_bot import DingTalkBot
from activities.channels.feishu_bot import FeishuBot
from activities.channels.http import Http, Reply
from activities.channels.port import Address, Answer, Channel, Message, Verdict
from activities.channels.robots import Meaning, judged
from activities.channels.wecom_bot import WeComBot
from tests.support.endpoints import Fault, serving
from tests.support.odd_texts import OUTSIDE
from tests.support.platforms import DingTalkRobot, FeishuRobot, WeComRobot

Robot = WeComRobot | DingTalkRobot | FeishuRobot


@dataclass(frozen=True)
class Kind:
    name: str
    channel: Callable[[Http], Channel]
    robot: Callable[[], Robot]
    limit_code: int
    wait: timedelta
    wrong_address: int

    def __str__(self) -> str:
        return self.name


KINDS = [
    Kind("wecom", WeComBot, WeComRobot, 45009, timedelta(minutes=1), 93000),
    Kind("dingtalk", DingTalkBot, DingTalkRobot, 130101, timedelta(minutes=10), 300005),
    Kind("feishu", FeishuBot, FeishuRobot, 11232, timedelta(minutes=1), 19001),
]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=str)


def address(robot: Robot, site: str) -> Address:
    return Address(robot.url(site), getattr(robot, "secret", ""))


@each_kind
async def test_a_message_arrives_signed_with_its_id_and_link(http: Http, message: Message, kind: Kind) -> None:
    robot = kind.robot()
    async with serving(robot) as endpoint:
        answer = await kind.channel(http).send(message, address(robot, endpoint.site))
    assert answer == Answer(Verdict.DELIVERED, 200)
    assert robot.ids == [message.id]
    told = robot.taken[0].text
    assert all(part in told for part in (message.link, "【紧急】事项即将超期", "请尽快办理。"))


@each_kind
async def test_http_200_with_the_code_of_the_limit_is_no_success(http: Http, message: Message, kind: Kind) -> None:
    robot = kind.robot()
    robot.per_minute = 1
    async with serving(robot) as endpoint:
        await kind.channel(http).send(message, address(robot, endpoint.site))
        answer = await kind.channel(http).send(message, address(robot, endpoint.site))
    assert (answer.verdict, answer.status, answer.wait) == (Verdict.PASSING, kind.limit_code, kind.wait)
    assert (len(robot.taken), robot.over) == (1, 1)


@each_kind
async def test_a_robot_that_is_not_there_is_refused(http: Http, message: Message, kind: Kind) -> None:
    robot = kind.robot()
    async with serving(robot) as endpoint:
        answer = await kind.channel(http).send(message, Address(robot.url(endpoint.site) + "x", "SEC-x"))
    assert (answer.verdict, answer.status) == (Verdict.REFUSED, kind.wrong_address)


@pytest.mark.parametrize(("kind", "code"), [(KINDS[1], 310000), (KINDS[2], 19021)], ids=str)
async def test_a_wrong_signature_is_refused(http: Http, message: Message, kind: Kind, code: int) -> None:
    robot = kind.robot()
    async with serving(robot) as endpoint:
        answer = await kind.channel(http).send(message, Address(robot.url(endpoint.site), "SEC-another"))
    assert (answer.verdict, answer.status) == (Verdict.REFUSED, code)


@pytest.mark.parametrize("kind", KINDS[1:], ids=str)
async def test_a_robot_without_a_secret_is_not_signed_for(http: Http, message: Message, kind: Kind) -> None:
    robot = kind.robot()
    assert not isinstance(robot, WeComRobot)
    robot.secret = ""
    async with serving(robot) as endpoint:
        answer = await kind.channel(http).send(message, Address(robot.url(endpoint.site)))
    assert answer.verdict is Verdict.DELIVERED
    assert "sign" not in endpoint.requests[0].query
    assert "sign" not in endpoint.requests[0].json()


@each_kind
@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (Fault.RESET, Verdict.PASSING),
        (Fault.TORN, Verdict.PASSING),
        (Fault.CUT, Verdict.PASSING),
        (Fault.BUSY, Verdict.PASSING),
        (Fault.THROTTLED, Verdict.PASSING),
        (Fault.NOT_JSON, Verdict.PASSING),
        (Fault.HUGE, Verdict.PASSING),
        (Fault.NOT_FOUND, Verdict.REFUSED),
        (Fault.REDIRECT, Verdict.REFUSED),
    ],
)
async def test_each_fault_has_its_class(
    http: Http, message: Message, kind: Kind, fault: Fault, verdict: Verdict
) -> None:
    robot = kind.robot()
    async with serving(robot, [fault]) as endpoint:
        answer = await kind.channel(http).send(message, address(robot, endpoint.site))
    assert answer.verdict is verdict
    assert len(robot.taken) == (fault is Fault.CUT)
    if fault is Fault.THROTTLED:
        assert answer.wait == timedelta(seconds=7)


@each_kind
@pytest.mark.parametrize("fault", [Fault.HANG, Fault.DRIP])
async def test_nobody_is_waited_for_beyond_the_limit(hurried: Http, message: Message, kind: Kind, fault: Fault) -> None:
    robot = kind.robot()
    async with serving(robot, [fault]) as endpoint:
        answer = await kind.channel(hurried).send(message, address(robot, endpoint.site))
    assert answer.verdict is Verdict.PASSING


@each_kind
async def test_what_others_wrote_mentions_nobody_and_links_nowhere(http: Http, message: Message, kind: Kind) -> None:
    robot = kind.robot()
    message = replace(message, title=OUTSIDE, text=OUTSIDE, items=(OUTSIDE,))
    async with serving(robot) as endpoint:
        await kind.channel(http).send(message, address(robot, endpoint.site))
    body = endpoint.requests[0].body.decode()
    told = robot.taken[0].text
    assert not any(acting in told for acting in ("@", "<at", "<@", "https://evil", "http://evil", "evil.example"))
    assert "mentioned" not in body
    assert endpoint.requests[0].json().get("at") in (None, {"isAtAll": False})
    if kind.name == "dingtalk":
        assert told.count("](") == 1
        assert f"[查看]({message.link})" in told


@each_kind
async def test_a_long_text_is_cut_and_id_and_link_are_kept(http: Http, message: Message, kind: Kind) -> None:
    robot = kind.robot()
    async with serving(robot) as endpoint:
        answer = await kind.channel(http).send(
            replace(message, text='长"文\\\n' * 20_000), address(robot, endpoint.site)
        )
    assert answer.verdict is Verdict.DELIVERED
    assert robot.ids == [message.id]
    assert message.link in robot.taken[0].text
    assert "…" in robot.taken[0].text


@each_kind
async def test_a_digest_is_whole_or_refused(http: Http, message: Message, kind: Kind) -> None:
    robot = kind.robot()
    channel = kind.channel(http)
    items = tuple(f"BH{number:04} 超期未办" for number in range(1, 1001))
    counts = range(1, len(items))
    most = bisect_left(counts, True, key=lambda count: not channel.fits(replace(message, items=items[:count])))
    async with serving(robot) as endpoint:
        whole = replace(message, items=items[:most])
        answer = await channel.send(whole, address(robot, endpoint.site))
        assert answer.verdict is Verdict.DELIVERED
        assert all(item in robot.taken[0].text for item in whole.items)
        answer = await channel.send(replace(message, items=items[: most + 1]), address(robot, endpoint.site))
    assert answer.verdict is Verdict.REFUSED
    assert f"{most + 1} items do not fit" in answer.detail
    assert len(endpoint.requests) == 1


@each_kind
async def test_no_answer_names_a_secret(http: Http, message: Message, kind: Kind) -> None:
    """The endpoints repeat keys in their words, as real ones do."""
    robot = kind.robot()
    faults = [Fault.NONE, Fault.RESET, Fault.NOT_FOUND, Fault.NOT_JSON]
    async with serving(robot, faults) as endpoint:
        there = Address(robot.url(endpoint.site) + "-leaked", "SEC-leaked-secret")
        details = [(await kind.channel(http).send(message, there)).detail for _ in faults]
    assert all(details)
    said = " ".join(details) + repr(there)
    assert not any(secret in said for secret in ("leaked", "token-", "robot-key", "127.0.0.1", "SEC"))


@pytest.mark.parametrize(
    "codes",
    [wecom_bot.CODES, wecom_app.GETTING_CODES, wecom_app.SENDING_CODES, dingtalk_bot.CODES, feishu_bot.CODES],
)
def test_each_code_means_what_the_table_says(codes: dict[int, Meaning]) -> None:
    for code, meaning in codes.items():
        answer = judged(Reply(200, json.dumps({"errcode": code}).encode()), codes)
        assert (answer.verdict, answer.status) == (meaning.verdict, code)
        assert answer.wait == (timedelta(seconds=meaning.wait_s) if meaning.wait_s else None)
        assert meaning.words in answer.detail


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, '{"errcode": 0}', Verdict.DELIVERED),
        (200, '{"errcode": "0"}', Verdict.DELIVERED),
        (200, '{"errcode": 777}', Verdict.PASSING),
        (200, '{"errcode": -1}', Verdict.PASSING),
        (200, '{"errcode": true}', Verdict.PASSING),
        (200, '{"errcode": null}', Verdict.PASSING),
        (200, "{}", Verdict.PASSING),
        (200, "[]", Verdict.PASSING),
        (200, "", Verdict.PASSING),
        (200, "[" * 60_000, Verdict.PASSING),
        (200, "<html>登录", Verdict.PASSING),
        (400, '{"errcode": 777}', Verdict.REFUSED),
        (400, '{"errcode": 45009}', Verdict.PASSING),
        (500, '{"errcode": 0}', Verdict.PASSING),
        (502, "<html>", Verdict.PASSING),
        (404, "<html>", Verdict.REFUSED),
    ],
)
def test_what_an_answer_means(status: int, body: str, verdict: Verdict) -> None:
    assert judged(Reply(status, body.encode()), wecom_bot.CODES).verdict is verdict


async def test_a_wait_that_is_asked_for_wins_over_our_own() -> None:
    reply = Reply(200, b'{"errcode": 45009}', timedelta(seconds=5))
    assert judged(reply, wecom_bot.CODES).wait == timedelta(seconds=5)


async def test_dingtalk_is_deaf_for_ten_minutes_after_too_many(http: Http, message: Message) -> None:
    """The endpoint does as the real one, for the tests that lean on it."""
    now = [0.0]
    robot = DingTalkRobot(clock=lambda: now[0])
    channel = DingTalkBot(http)
    async with serving(robot) as endpoint:
        there = address(robot, endpoint.site)
        answers = [await channel.send(replace(message, id=str(number)), there) for number in range(21)]
        now[0] = 599
        deaf = await channel.send(message, there)
        now[0] = 600
        heard = await channel.send(message, there)
    assert [answer.verdict for answer in answers] == [Verdict.DELIVERED] * 20 + [Verdict.PASSING]
    assert (deaf.verdict, heard.verdict, robot.over) == (Verdict.PASSING, Verdict.DELIVERED, 2)
