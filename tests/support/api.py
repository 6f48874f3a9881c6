"""The API in this process, and a caller of it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.app import create_app
from bihuan.city.configuration import City, load_city
from bihuan.domain.clocks.special_days import CalendarVersion
from bihuan.domain.people import Role
from bihuan.runtime.keys import demo_keys
from bihuan.runtime.settings import Settings
from tests.support.puyang import CITY_FOLDER, USCC


@cache
def _sample_city(profile: str, since_year: int) -> City:
    return load_city(CITY_FOLDER, profile, since_year=since_year)


@pytest.fixture(autouse=True, scope="session")
def the_sample_city_is_read_once() -> Iterator[None]:
    """Not for each of some hundred applications. A city of a test's own is read every time."""

    def read(folder: Path, profile: str, *, since_year: int = 0, imported: CalendarVersion | None = None) -> City:
        if folder == CITY_FOLDER and imported is None:
            return _sample_city(profile, since_year)
        return load_city(folder, profile, since_year=since_year, imported=imported)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bihuan.city.calendar_store.load_city", read)
        yield


BODY: dict[str, Any] = {
    "enterprise": {"uscc": USCC},
    "title": "用电增容",
    "description": "扩产需要增容",
    "contact": "经办人",
    "channel": "线上平台",
    "category": "ENERGY",
}


class Caller:
    def __init__(self, http: httpx.AsyncClient, data: Path) -> None:
        self.http = http
        self._keys = demo_keys(data)

    async def post(self, role: str, path: str, body: Any, *, unit: str = "", key: str = "") -> httpx.Response:
        said = {**body, "as": {"unit": unit, "person": "somebody"}} if unit else body
        return await self.http.post(
            f"/api/v1{path}", json=said, headers={**self._auth(role), "Idempotency-Key": key or uuid4().hex}
        )

    async def get(self, path: str, role: str = "COO", **params: Any) -> httpx.Response:
        return await self.http.get(f"/api/v1{path}", headers=self._auth(role), params=params)

    async def act(
        self, number: str, role: str, act: str, org: str = "", key: str = "", **fields: Any
    ) -> httpx.Response:
        return await self.post(role, f"/issues/{number}/acts", {"act": act, **fields}, unit=org, key=key)

    async def submit(self, **changes: Any) -> str:
        answer = await self.post("ENT", "/issues", {**BODY, **changes}, unit=USCC)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["issue_no"])

    def _auth(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._keys[Role(role)]}"}


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Caller]:
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://t") as http:
        yield Caller(http, settings.data)
