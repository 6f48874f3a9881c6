"""The signed webhook: Standard Webhooks 1.0.0 (standardwebhooks.com), 2xx only, no redirects."""

import json
from datetime import UTC, datetime
from string import punctuation
from urllib.parse import quote

from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from activities.channels.http import Http, result_by_status
from activities.channels.port import Address, Channel, Message, SendResult, SendVerdict


class WebhookChannel(Channel):
    """``address.to``: the URL; ``address.secret``: a ``whsec_…``; several with spaces between while keys rotate."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def send(self, message: Message, address: Address) -> SendResult:
        body = message.data or _body(message)
        id_ = quote(message.id, safe=punctuation)
        now = datetime.now(UTC)
        try:
            signature = " ".join(Webhook(key).sign(id_, now, body) for key in address.secret.split())
        except (ValueError, EmptyWebhookSecretError):
            signature = ""
        if not signature:
            return SendResult(SendVerdict.REFUSED, detail="the signing secret cannot be used")
        headers = {
            "content-type": "application/json",
            "webhook-id": id_,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
        reply = await self._http.exchange(address.to, body.encode(), headers)
        return reply if isinstance(reply, SendResult) else result_by_status(reply)


def _body(message: Message) -> str:
    content = {
        "id": message.id,
        "title": message.title,
        "text": message.text,
        "items": message.items,
        "link": message.link,
        "urgent": message.urgent,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True)
