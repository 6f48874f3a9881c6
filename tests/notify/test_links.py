"""The link in a message: with a token only where one person reads it, and none where nobody said how to reach us."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from activities.rendering import TOKEN_FOR, MessageRenderer
from bihuan.city.notification_files import NotificationSettings
from bihuan.domain.parties import Party
from bihuan.notify.kinds import Kind
from bihuan.notify.routing import DeliveryStep
from bihuan.notify.samples import sample
from bihuan.notify.secrets import Secrets
from bihuan.notify.tokens import TokenExpired, Tokens
from tests.support.notify_files import G1, HEAD
from workflows.messages import Card, Chat

SITE = "https://loop.example.org"
TOKENS = Tokens(b"a secret of the test's own")


@pytest.fixture
def telling(told: NotificationSettings, tmp_path: Path) -> MessageRenderer:
    return MessageRenderer(told.routing, told.templates, Secrets(tmp_path), "", TOKENS, SITE)


def step(kind: Kind, party: Party) -> DeliveryStep:
    return DeliveryStep("some", kind, "key", party, "某席", 60)


@pytest.mark.parametrize("kind", [Kind.EMAIL, Kind.SMS, Kind.WECOM_APP])
def test_on_a_personal_channel_it_lets_one_addressee_in_for_a_time(telling: MessageRenderer, kind: Kind) -> None:
    order = sample("order_issued", HEAD)
    link = urlsplit(telling.link(order, step(kind, HEAD)))
    assert unquote(link.path) == f"/n/{order.id}"
    (token,) = parse_qs(link.query)["t"]
    assert TOKENS.verify(token, order.id, order.at) == HEAD
    with pytest.raises(TokenExpired):
        TOKENS.verify(token, order.id, order.at + TOKEN_FOR + timedelta(seconds=1))


@pytest.mark.parametrize("kind", [Kind.WECOM_BOT, Kind.DINGTALK_BOT, Kind.FEISHU_BOT, Kind.WEBHOOK])
def test_where_many_read_it_or_a_program_does_it_holds_no_token(telling: MessageRenderer, kind: Kind) -> None:
    order = sample("order_issued", G1)
    assert telling.link(order, step(kind, G1)) == f"{SITE}/n/{order.id.replace(':', '%3A')}"


def test_a_message_that_tells_several_links_to_the_page_of_all_of_them(telling: MessageRenderer) -> None:
    chat = Chat("chat", "group:G1@chat", "第一督导组", 4, 60)
    cards = [Card(sample(event, G1), G1) for event in ("order_issued", "alarm_raised")]
    said = telling.digest(chat, cards, "chat:chat:group:G1@chat:7")
    assert said.link == f"{SITE}/n/chat%3Achat%3Agroup%3AG1%40chat%3A7"


def test_where_nobody_said_how_people_reach_us_there_is_none(telling: MessageRenderer) -> None:
    silent = MessageRenderer(telling.routing, telling.templates, telling.secrets, "", TOKENS)
    assert silent.link(sample("order_issued", HEAD), step(Kind.EMAIL, HEAD)) == ""
    assert silent.digest(Chat("chat", "k", "组", 4, 60), [Card(sample("rated", G1), G1)], "chat:1").link == ""
