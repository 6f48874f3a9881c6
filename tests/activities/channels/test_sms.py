"""Text messages through a gateway that a template describes."""

import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.channels.http import Http
from activities.channels.port import Address, Message, SendResult, SendVerdict
from activities.channels.sms import Sms, parts
from bihuan.notify.gateway import Gateway
from tests.support.endpoints import Endpoint, Fault, Request, serving
from tests.support.platforms import SmsSite

NUMBER = "+8613800000000"
TO = Address(NUMBER, "sms-key")
SHORT = Sms(Http(), Gateway("https://sms.test/", parts_max=3))


def gateway(endpoint: Endpoint) -> Gateway:
    return Gateway(
        url=f"{endpoint.site}/send",
        body={"mobile": "{to}", "content": "{text}", "key": "{secret}", "extra": {"ref": ["{id}"], "flag": True}},
        pointer="/result/code",
        success="OK",
        refused=frozenset({"InvalidKey", "MOBILE_NUMBER_ILLEGAL"}),
    )


async def test_a_message_arrives_as_the_template_says(http: Http, message: Message) -> None:
    site = SmsSite()
    async with serving(site) as endpoint:
        answer = await Sms(http, gateway(endpoint)).send(message, TO)
    told = endpoint.requests[0].json()
    assert answer == SendResult(SendVerdict.DELIVERED, 200)
    assert (told["mobile"], told["extra"]) == (NUMBER, {"ref": [message.id], "flag": True})
    assert site.ids == [message.id]
    assert message.link in site.taken[0].text
    assert site.taken[0].text.startswith("［紧急］事项即将超期 ")


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("OK", SendVerdict.DELIVERED),
        ("MOBILE_NUMBER_ILLEGAL", SendVerdict.REFUSED),
        ("BUSINESS_LIMIT", SendVerdict.TRANSIENT),
    ],
)
async def test_success_is_what_the_gateway_says_at_the_pointer(
    http: Http, message: Message, code: str, verdict: SendVerdict
) -> None:
    async with serving(SmsSite(code=code)) as endpoint:
        assert (await Sms(http, gateway(endpoint)).send(message, TO)).verdict is verdict


async def test_a_wrong_key_is_refused_and_not_named(http: Http, message: Message) -> None:
    async with serving(SmsSite()) as endpoint:
        answer = await Sms(http, gateway(endpoint)).send(message, Address(NUMBER, "wrong-key"))
    assert answer.verdict is SendVerdict.REFUSED
    assert "wrong-key" not in answer.detail


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (Fault.RESET, SendVerdict.TRANSIENT),
        (Fault.CUT, SendVerdict.TRANSIENT),
        (Fault.BUSY, SendVerdict.TRANSIENT),
        (Fault.THROTTLED, SendVerdict.TRANSIENT),
        (Fault.NOT_JSON, SendVerdict.TRANSIENT),
        (Fault.NOT_FOUND, SendVerdict.REFUSED),
        (Fault.REDIRECT, SendVerdict.REFUSED),
    ],
)
async def test_each_fault_has_its_class(http: Http, message: Message, fault: Fault, verdict: SendVerdict) -> None:
    async with serving(SmsSite(), [fault]) as endpoint:
        assert (await Sms(http, gateway(endpoint)).send(message, TO)).verdict is verdict


class Anything:
    def take(self, request: Request) -> tuple[int, object]:
        return 200, {}


async def test_a_form_a_query_and_headers_are_filled_safely(http: Http) -> None:
    message = Message(id="1&to=666\r\nX: y", title="甲&to=666 {secret} {to}", text="乙")
    async with serving(Anything()) as endpoint:
        form = Gateway(
            url=endpoint.site + "/send?id={id}&static=1",
            headers={"authorization": "Bearer {secret}", "x-id": "{id}"},
            body={"to": "{to}", "text": "{text}"},
            form=True,
        )
        answer = await Sms(http, form).send(message, TO)
    request = endpoint.requests[0]
    assert answer.verdict is SendVerdict.DELIVERED
    assert request.query == {"id": message.id, "static": "1"}
    assert request.headers["authorization"] == "Bearer sms-key"
    assert request.headers["x-id"] == "1&to=666 X: y"
    told = parse_qs(request.body.decode())
    assert told["to"] == [NUMBER]
    assert told["text"][0].startswith("甲&to=666 {secret} {to} 乙")


async def test_a_get_has_no_body(http: Http, message: Message) -> None:
    async with serving(Anything()) as endpoint:
        get = Gateway(url=endpoint.site + "/send?to={to}&text={text}", method="GET")
        assert (await Sms(http, get).send(message, TO)).verdict is SendVerdict.DELIVERED
    assert (endpoint.requests[0].method, endpoint.requests[0].body) == ("GET", b"")
    assert endpoint.requests[0].query["to"] == NUMBER


async def test_a_quotation_mark_breaks_no_json(http: Http, message: Message) -> None:
    site = SmsSite()
    async with serving(site) as endpoint:
        await Sms(http, gateway(endpoint)).send(replace(message, text='"}, "mobile": "666'), TO)
    assert json.loads(endpoint.requests[0].body)["mobile"] == NUMBER


@pytest.mark.parametrize("to", ["", "110;666", "abc", "+86 138", "1" * 30, "１３８００００００００"])
async def test_what_is_no_number_is_refused(http: Http, message: Message, to: str) -> None:
    async with serving(SmsSite()) as endpoint:
        answer = await Sms(http, gateway(endpoint)).send(message, Address(to, "sms-key"))
    assert answer.verdict is SendVerdict.REFUSED
    assert endpoint.requests == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("中" * 70, 1),
        ("中" * 71, 2),
        ("中" * 134, 2),
        ("中" * 135, 3),
        ("a" * 69 + "中", 1),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_how_many_parts_the_network_makes(text: str, count: int) -> None:
    assert parts(text) == count


@given(st.text(max_size=800))
def test_a_text_is_shortened_and_the_id_is_kept(text: str) -> None:
    told = SHORT._text(Message(id="BH1:2:x", title="题", text=text))
    assert told is not None
    assert told.endswith("编号 BH1:2:x")
    assert parts(told) <= 3
    assert len(told.encode()) <= 500
    assert not set(told) & set("【】")
