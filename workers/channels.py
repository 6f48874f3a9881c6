"""The city's channels, each with its settings, behind a gate of its own."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog

from activities.attempts import Attempts
from activities.channels.dingtalk_bot import DingTalkBot
from activities.channels.email import EmailChannel
from activities.channels.feishu_bot import FeishuBot
from activities.channels.http import Http
from activities.channels.port import Address, Channel, Message, SendResult, SendVerdict
from activities.channels.sms import Sms
from activities.channels.webhook import WebhookChannel
from activities.channels.wecom_app import WeComApp
from activities.channels.wecom_bot import WeComBot
from activities.gate import Gate
from activities.rendering import MessageRenderer
from bihuan.city.configuration import City
from bihuan.city.notification_files import load_notification_settings
from bihuan.domain.clocks.workdays import WorkCalendar
from bihuan.ledger.writing import LedgerWriter
from bihuan.notify.gateway import Gateway, SettingInvalid
from bihuan.notify.kinds import Kind
from bihuan.notify.mail_server import MailServer
from bihuan.notify.routing import ChannelEntry
from bihuan.notify.secrets import Secrets
from bihuan.notify.tokens import Tokens
from bihuan.runtime import telemetry
from bihuan.runtime.keys import link_secret, webhook_secret
from bihuan.runtime.settings import Settings

log = structlog.get_logger(__name__)


def http_for(settings: Settings) -> Http:
    """A client for public hosts and those the operator named: the notice address, and ``private_hosts``."""
    named = {urlsplit(settings.webhook_url).hostname, *settings.private_hosts.split(",")}
    return Http(private_allowed={host.strip() for host in named if host and host.strip()})


def attempts_for(
    settings: Settings, city: City, ledger: LedgerWriter, http: Http, calendar: Callable[[], WorkCalendar]
) -> Attempts:
    """The city's routes, templates and channels, ready to deliver. ``calendar``: see ``load_notification_settings``."""
    notifying = load_notification_settings(
        settings.city,
        city,
        webhook_url=settings.webhook_url,
        give_up_s=settings.notice_give_up_s,
        calendar=calendar,
    )
    renderer = MessageRenderer(
        notifying.routing,
        notifying.templates,
        Secrets(settings.data),
        webhook_secret(settings),
        Tokens(link_secret(settings.data)),
        settings.public_url.rstrip("/"),
    )
    return Attempts(renderer, gates(notifying.routing.channels, http), ledger)


def gates(channels: Mapping[str, ChannelEntry], http: Http) -> dict[str, Gate]:
    """A gate for each channel that reaches outside; an inbox is in the ledger."""
    return {name: Gate(_started(entry, http)) for name, entry in channels.items() if entry.kind is not Kind.INBOX}


class NotStarted(Channel):
    """Stands for a channel that cannot start: it refuses every message and says why, so that the next way is tried."""

    def __init__(self, why: str) -> None:
        self._why = why

    async def send(self, message: Message, address: Address) -> SendResult:
        return SendResult(SendVerdict.REFUSED, detail=f"the channel could not start: {self._why}")


def _started(entry: ChannelEntry, http: Http) -> Channel:
    """The channel, or NotStarted where it cannot start: the others must start all the same."""
    telemetry.CHANNELS_STARTED.labels(entry.name).set(1)
    try:
        return _channel(entry, http)
    except Exception as trouble:
        telemetry.CHANNELS_STARTED.labels(entry.name).set(0)
        log.exception("channel_not_started", channel=entry.name)
        return NotStarted(trouble.name if isinstance(trouble, SettingInvalid) else type(trouble).__name__)


def _channel(entry: ChannelEntry, http: Http) -> Channel:
    given: Mapping[str, Any] = entry.settings
    match entry.kind:
        case Kind.WECOM_BOT:
            return WeComBot(http)
        case Kind.WECOM_APP:
            return WeComApp(
                http, given["corp"], given["agent"], **{name: given[name] for name in ("site",) if name in given}
            )
        case Kind.DINGTALK_BOT:
            return DingTalkBot(http)
        case Kind.FEISHU_BOT:
            return FeishuBot(http)
        case Kind.EMAIL:
            return EmailChannel(MailServer.of(given))
        case Kind.SMS:
            return Sms(http, Gateway(**given))
        case _:
            return WebhookChannel(http)
