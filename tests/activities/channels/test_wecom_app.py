"""WeCom's app message: one token for many messages, renewed when it is not taken."""

import asyncio
from dataclasses import replace

import pytest

from activities.channels.http import Http
from activities.channels.port import Address, Message, SendResult, SendVerdict
from activities.channels.wecom_app import WeComApp
from tests.support.endpoints import Endpoint, Fault, serving
from tests.support.platforms import WeComSite


def app(http: Http, site: WeComSite, endpoint: Endpoint, now: list[float] | None = None) -> WeComApp:
    clock = now or [0.0]
    return WeComApp(http, site.corp_id, site.agent_id, site=endpoint.site, clock=lambda: clock[0])


def person(site: WeComSite, to: str = "zhang.san") -> Address:
    return Address(to, site.secret)


async def test_many_messages_need_one_token(http: Http, message: Message) -> None:
    site = WeComSite()
    async with serving(site) as endpoint:
        channel = app(http, site, endpoint)
        answers = await asyncio.gather(
            *(channel.send(replace(message, id=f"BH1:{number}:x"), person(site)) for number in range(10))
        )
    assert {answer.verdict for answer in answers} == {SendVerdict.DELIVERED}
    assert sorted(site.ids) == [f"BH1:{number}:x" for number in range(10)]
    assert site.tokens == 1


@pytest.mark.parametrize("code", [40014, 42001, 40001])
async def test_a_token_that_is_not_taken_is_renewed_at_once(http: Http, message: Message, code: int) -> None:
    site = WeComSite()
    async with serving(site) as endpoint:
        channel = app(http, site, endpoint)
        await channel.send(message, person(site))
        site.expire(code)
        answer = await channel.send(replace(message, id="2"), person(site))
    assert answer.verdict is SendVerdict.DELIVERED
    assert site.ids == [message.id, "2"]
    assert site.tokens == 2


async def test_many_that_find_the_token_spent_renew_it_once(http: Http, message: Message) -> None:
    site = WeComSite()
    async with serving(site) as endpoint:
        channel = app(http, site, endpoint)
        await channel.send(message, person(site))
        site.expire()
        answers = await asyncio.gather(
            *(channel.send(replace(message, id=str(number)), person(site)) for number in range(10))
        )
    assert {answer.verdict for answer in answers} == {SendVerdict.DELIVERED}
    assert site.tokens == 2


async def test_a_token_is_renewed_before_its_end(http: Http, message: Message) -> None:
    site, now = WeComSite(), [0.0]
    async with serving(site) as endpoint:
        channel = app(http, site, endpoint, now)
        await channel.send(message, person(site))
        now[0] = 7200 - 300
        await channel.send(replace(message, id="2"), person(site))
    assert site.tokens == 2


async def test_a_fresh_token_that_is_not_taken_either_passes(http: Http, message: Message) -> None:
    class Forgetful(WeComSite):
        def take(self, request):  # type: ignore[no-untyped-def]
            answer = super().take(request)
            self.expire(40014)
            return answer

    site = Forgetful()
    async with serving(site) as endpoint:
        answer = await app(http, site, endpoint).send(message, person(site))
    assert (answer.verdict, answer.status) == (SendVerdict.TRANSIENT, 40014)
    assert site.tokens == 2


async def test_a_wrong_secret_or_corporation_is_refused(http: Http, message: Message) -> None:
    site = WeComSite()
    async with serving(site) as endpoint:
        secret = await app(http, site, endpoint).send(message, Address("zhang.san", "another-secret"))
        other = WeComApp(http, "ww-other", site.agent_id, site=endpoint.site)
        corporation = await other.send(message, person(site))
    assert (secret.verdict, secret.status) == (SendVerdict.REFUSED, 40001)
    assert (corporation.verdict, corporation.status) == (SendVerdict.REFUSED, 40013)
    assert "another-secret" not in secret.detail


async def test_a_person_the_app_cannot_reach_is_refused(http: Http, message: Message) -> None:
    site = WeComSite()
    async with serving(site) as endpoint:
        answer = await app(http, site, endpoint).send(message, person(site, "nobody"))
    assert (answer.verdict, answer.status) == (SendVerdict.REFUSED, 81013)


@pytest.mark.parametrize("left_out", ["invaliduser", "unlicenseduser"])
async def test_code_nought_with_the_person_left_out_is_no_success(http: Http, message: Message, left_out: str) -> None:
    class Partly(WeComSite):
        def take(self, request):  # type: ignore[no-untyped-def]
            status, told = super().take(request)
            assert isinstance(told, dict)
            return status, told | {left_out: "zhang.san"}

    site = Partly()
    async with serving(site) as endpoint:
        answer = await app(http, site, endpoint).send(message, person(site))
    assert answer.verdict is SendVerdict.REFUSED


@pytest.mark.parametrize("to", ["@all", "zhang.san|li.si", "", "zhang.san\n", "张三"])
async def test_nobody_reaches_more_than_one_person(http: Http, message: Message, to: str) -> None:
    site = WeComSite()
    async with serving(site) as endpoint:
        answer = await app(http, site, endpoint).send(message, person(site, to))
    assert answer == SendResult(SendVerdict.REFUSED, detail="the address is not one person's user id")
    assert endpoint.requests == []


async def test_a_retry_after_a_lost_answer_is_not_seen_twice(http: Http, message: Message) -> None:
    site = WeComSite()
    async with serving(site, [Fault.NONE, Fault.CUT]) as endpoint:
        channel = app(http, site, endpoint)
        lost = await channel.send(message, person(site))
        answer = await channel.send(message, person(site))
    assert (lost.verdict, answer.verdict) == (SendVerdict.TRANSIENT, SendVerdict.DELIVERED)
    assert (site.ids, site.dropped) == ([message.id], 1)


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.BUSY, Fault.NOT_JSON, Fault.TORN])
async def test_a_site_that_gives_no_token_passes(http: Http, message: Message, fault: Fault) -> None:
    site = WeComSite()
    async with serving(site, [fault]) as endpoint:
        channel = app(http, site, endpoint)
        answer = await channel.send(message, person(site))
        again = await channel.send(message, person(site))
    assert (answer.verdict, again.verdict) == (SendVerdict.TRANSIENT, SendVerdict.DELIVERED)


async def test_a_caller_that_gives_up_leaves_the_token_to_the_others(http: Http, message: Message) -> None:
    site = WeComSite()
    async with serving(site, [Fault.HANG]) as endpoint:
        channel = app(http, site, endpoint)
        stuck = asyncio.ensure_future(channel.send(message, person(site)))
        while not endpoint.requests:
            await asyncio.sleep(0)
        stuck.cancel()
        await asyncio.gather(stuck, return_exceptions=True)
        answer = await channel.send(message, person(site))
    assert answer.verdict is SendVerdict.DELIVERED
