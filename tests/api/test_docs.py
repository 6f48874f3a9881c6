"""The documentation of the API: it needs no other host, and says what a caller needs."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from bihuan.domain.batches.commands import BATCH_ACT_ZH
from bihuan.domain.commands import ACT_ZH, BETWEEN_ISSUES
from bihuan.runtime.settings import Settings
from tests.support.puyang import CITY_FOLDER


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The application as it is before anything it depends on was reached."""
    transport = httpx.ASGITransport(create_app(Settings(data=tmp_path, city=CITY_FOLDER)))
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        yield client


async def test_the_page_loads_all_it_needs_from_the_api_itself(http: httpx.AsyncClient) -> None:
    page = (await http.get("/docs")).text
    named = re.findall(r"""(?:src|href)="([^"]+)"|\burl: '([^']+)'""", page)
    needed = [one or other for one, other in named]
    assert {Path(path).suffix for path in needed} >= {".js", ".css", ".json"}
    for path in needed:
        assert re.match(r"/(?!/)", path), f"{path} is on another host"
        assert (await http.get(path)).status_code == 200, path
    style = (await http.get(next(path for path in needed if path.endswith(".css")))).text
    for text in (page, style):
        assert re.findall(r"(?:@import|url\(|src=|href=)\W*(?:https?:)?//[^)\"']+", text) == []


async def test_every_operation_has_a_name_in_both_languages_and_says_how_it_refuses(http: httpx.AsyncClient) -> None:
    described = (await http.get("/openapi.json")).json()
    operations = [one for path in described["paths"].values() for one in path.values()]
    for operation in operations:
        assert re.search(r"[\u4e00-\u9fff].* · [a-z]", operation["summary"]), operation["operationId"]
        refused = operation["responses"]["4XX"]["content"]
        assert list(refused) == ["application/problem+json"]
        assert "422" not in operation["responses"], "FastAPI's own shape of an error is not ours"


async def test_every_act_is_explained_in_chinese(http: httpx.AsyncClient) -> None:
    schemas = (await http.get("/openapi.json")).json()["components"]["schemas"]
    bodies = {name: body for name, body in schemas.items() if name.endswith("Body")}
    explained = {body["properties"]["act"]["const"]: body["description"] for body in bodies.values()}
    assert set(explained) == set(ACT_ZH) - BETWEEN_ISSUES - set(BATCH_ACT_ZH)
    assert {act for act in explained if not explained[act].startswith(ACT_ZH[act])} == set()


async def test_what_a_caller_must_send_and_in_which_form_is_said(http: httpx.AsyncClient) -> None:
    paths = (await http.get("/openapi.json")).json()["paths"]
    said = {
        (name, method, one["name"]): one
        for name, path in paths.items()
        for method, operation in path.items()
        for one in operation.get("parameters", ())
    }
    keys = {place: one for place, one in said.items() if one["name"] == "Idempotency-Key"}
    assert {name for name, _, _ in keys} >= {"/api/v1/issues", "/api/v1/issues/{issue_no}/acts"}
    assert all(one["required"] and one["schema"]["pattern"] == "^[!-~]{1,200}$" for one in keys.values())
    cursors = {name: one["schema"] for (name, _, parameter), one in said.items() if parameter == "cursor"}
    assert set(cursors) == {
        "/api/v1/issues",
        "/api/v1/issues/{issue_no}/deliveries",
        "/api/v1/orders",
        "/api/v1/inbox",
    }
    assert all(schema["pattern"] == "^[A-Za-z0-9_-]*$" for schema in cursors.values())
    assert {one["schema"]["format"] for one in said.values() if one["name"] == "as_of"} == {"date-time"}


async def test_every_list_has_pages(http: httpx.AsyncClient) -> None:
    described = (await http.get("/openapi.json")).json()
    for name, path in described["paths"].items():
        answer = path.get("get", {}).get("responses", {}).get("200", {}).get("content", {}).get("application/json", {})
        shape = described["components"]["schemas"].get(answer.get("schema", {}).get("$ref", "").rpartition("/")[2], {})
        if "items" in shape.get("properties", {}):
            assert {"cursor", "next_after"} & set(shape["properties"]), name
            assert {"limit"} <= {one["name"] for one in path["get"]["parameters"]}, name


async def test_a_key_can_be_given_once_for_the_whole_page(http: httpx.AsyncClient) -> None:
    described = (await http.get("/openapi.json")).json()
    assert described["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, methods in described["paths"].items():
        if path.startswith("/api/"):
            assert all(operation["security"] == [{"key": []}] for operation in methods.values()), path
