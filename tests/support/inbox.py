"""The API as those use it who have notices: the application, its ledger, and how people ask it."""

import html
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from api.app import create_app
from bihuan.domain.parties import Party
from bihuan.domain.people import Role
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.views import Delivery
from bihuan.ledger.writing import LedgerWriter
from bihuan.notify.tokens import Tokens
from bihuan.runtime.keys import demo_keys, link_secret
from bihuan.runtime.settings import Settings

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


def words(answer: httpx.Response) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", answer.text))
