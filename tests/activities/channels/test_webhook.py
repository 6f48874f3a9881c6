"""The signed webhook, against a receiver that checks the signature."""

import json
from dataclasses import replace

import pytest
from standardwebhooks import Webhook

from activities.channels.http import Http
from activities.channels.port import Address, Message, SendResult, SendVerdict
from activities.channels.webhook import WebhookChannel
from tests.support.endpoints import Fault, serving
from tests.support.platforms import Hook


async def test_the_receiver_can_verify_what_it_got(http: Http, message: Message) -> None:
    message = replace(message, id="BH1:12:lead_unit", data='{"id": "BH1:12:lead_unit", "名": "甲"}')
    hook = Hook()
    async with serving(hook) as endpoint:
        answer = await WebhookChannel(http).send(message, Address(endpoint.site, hook.key))
    request = endpoint.requests[0]
    assert answer == SendResult(SendVerdict.DELIVERED, 204)
    assert request.body.decode() == message.data
    assert request.headers["content-type"] == "application/json"
    Webhook(hook.key).verify(request.body, request.headers)


async def test_while_a_key_is_changed_both_sign(http: Http, message: Message) -> None:
    message = replace(message, id="BH1:12:lead_unit")
    old, new = Hook(), Hook(secret=b"another key, just as long")
    for hook in (old, new):
        async with serving(hook) as endpoint:
            answer = await WebhookChannel(http).send(message, Address(endpoint.site, f"{old.key} {new.key}"))
        assert answer.verdict is SendVerdict.DELIVERED


async def test_without_a_body_of_its_own_a_message_says_all_of_itself(http: Http, message: Message) -> None:
    message = replace(message, id="D1", items=("甲", "乙"))
    hook = Hook()
    async with serving(hook) as endpoint:
        await WebhookChannel(http).send(message, Address(endpoint.site, hook.key))
    told = json.loads(hook.taken[0].text)
    assert (told["id"], told["items"], told["link"]) == ("D1", ["甲", "乙"], message.link)


async def test_throttling_is_obeyed_and_gone_is_gone(http: Http, message: Message) -> None:
    hook = Hook()
    async with serving(hook, [Fault.THROTTLED, Fault.GONE]) as endpoint:
        throttled = await WebhookChannel(http).send(message, Address(endpoint.site, hook.key))
        gone = await WebhookChannel(http).send(message, Address(endpoint.site, hook.key))
    assert (throttled.verdict, throttled.status) == (SendVerdict.TRANSIENT, 429)
    assert throttled.wait is not None
    assert throttled.wait.total_seconds() == 7
    assert (gone.verdict, gone.status) == (SendVerdict.REFUSED, 410)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!!!", "whsec_a", "whsec_钥匙"])
async def test_a_key_that_cannot_sign_is_refused_without_being_named(http: Http, message: Message, secret: str) -> None:
    async with serving(Hook()) as endpoint:
        answer = await WebhookChannel(http).send(message, Address(endpoint.site, secret))
    assert answer == SendResult(SendVerdict.REFUSED, detail="the signing secret cannot be used")
    assert endpoint.requests == []
