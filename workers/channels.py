"""The city's channels, each with what it was set to, behind a gate of its own."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from activities.attempts import Attempts
from activities.channels.dingtalk_bot import DingTalkBot
from activities.channels.email import EmailChannel, Security, Server
from activities.channels.feishu_bot import FeishuBot
from activities.channels.http import Http
from activities.channels.port import Channel
from activities.channels.sms import Sms
from activities.channels.webhook import WebhookChannel
from activities.channels.wecom_app import WeComApp
from activities.channels.wecom_bot import WeComBot
from activities.gate import Gate
from activities.telling import Telling
from bihuan.city import City
from bihuan.keys import link_secret, webhook_secret
from bihuan.ledger.writing import LedgerWriter
from bihuan.notify.files import load_notifying
from bihuan.notify.gateway import Gateway
from bihuan.notify.kinds import Kind
from bihuan.notify.routing import ChannelEntry
from bihuan.notify.secrets import Secrets
from bihuan.notify.tokens import Tokens
from bihuan.settings import Settings


def http_for(settings: Settings) -> Http:
    """Public hosts only, but those the operator named: the notice address, and ``private_hosts``."""
    named = {urlsplit(settings.webhook_url).hostname, *settings.private_hosts.split(",")}
    return Http(private_allowed={host.strip() for host in named if host and host.strip()})


def attempts_for(settings: Settings, city: City, ledger: LedgerWriter, http: Http) -> Attempts:
    """The city's routes, words and channels, ready to deliver."""
    notifying = load_notifying(
        settings.city, city, webhook_url=settings.webhook_url, give_up_s=settings.notice_give_up_s
    )
    telling = Telling(
        notifying.routing,
        notifying.templates,
        Secrets(settings.data),
        webhook_secret(settings),
        Tokens(link_secret(settings.data)),
        settings.public_url.rstrip("/"),
    )
    return Attempts(telling, gates(notifying.routing.channels, http), ledger)


def gates(channels: Mapping[str, ChannelEntry], http: Http) -> dict[str, Gate]:
    """One for each channel that reaches outside; an inbox is the ledger's own."""
    return {name: Gate(_channel(entry, http)) for name, entry in channels.items() if entry.kind is not Kind.INBOX}


def _channel(entry: ChannelEntry, http: Http) -> Channel:
    given: Mapping[str, Any] = entry.settings
    match entry.kind:
        case Kind.WECOM_BOT:
            return WeComBot(http)
        case Kind.WECOM_APP:
            return WeComApp(http, given["corp"], given["agent"], **_only(given, "site"))
        case Kind.DINGTALK_BOT:
            return DingTalkBot(http)
        case Kind.FEISHU_BOT:
            return FeishuBot(http)
        case Kind.EMAIL:
            named = _only(given, "host", "port", "sender", "sender_name", "user")
            return EmailChannel(Server(**named, security=Security(given.get("security", Security.STARTTLS))))
        case Kind.SMS:
            return Sms(http, Gateway(**given))
        case _:
            return WebhookChannel(http)


def _only(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}
