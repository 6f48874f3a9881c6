"""A request that does not match its schema is answered in Chinese and English, field by field."""

from typing import Annotated, Any

import httpx
import pytest
from fastapi import Body, FastAPI, Query
from pydantic import BaseModel, field_validator

from api.problem_handlers import add_problem_handlers
from api.problems import explanations
from api.schemas import ActBody
from api.validation_messages import MESSAGES_ZH, message_zh


class Odd(BaseModel):
    """A body with an error of a kind that is not translated."""

    value: str

    @field_validator("value")
    @classmethod
    def _never(cls, value: str) -> str:
        raise ValueError(value)


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    add_problem_handlers(app)

    @app.post("/acts")
    async def act(body: Annotated[ActBody, Body()], limit: Annotated[int, Query(ge=1, le=200)] = 1) -> None: ...

    @app.post("/odd")
    async def odd(body: Odd) -> None: ...

    return app


async def answer(app: FastAPI, path: str, body: Any) -> Any:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        response = await http.post(path, json=body)
    assert (response.status_code, response.json()["name"]) == (422, "invalid-request")
    return response.json()


@pytest.mark.parametrize(
    ("path", "body", "pointer", "zh"),
    [
        ("/acts", {"act": "hand_over"}, "/unit", "必填"),
        ("/acts", {"act": "accept", "speed": 1}, "/speed", "没有这个字段"),
        ("/acts", {"act": "conjure"}, "/", "没有这个动作"),
        ("/acts", {}, "/", "须以 act 写明动作"),
        ("/acts", {"act": "hand_over", "unit": 16}, "/unit", "应为文字"),
        ("/acts", "accept", "/", "应为 JSON 对象"),
        ("/acts?limit=many", {"act": "accept"}, "/limit", "应为整数"),
        ("/acts?limit=201", {"act": "accept"}, "/limit", "应不大于 200"),
        ("/acts", {"act": "ask_suspension", "until": "soon"}, "/until", "应为 ISO 8601 时刻"),
        ("/acts", {"act": "rate", "score": "five"}, "/score", "应为整数"),
    ],
)
async def test_what_is_wrong_is_said_in_chinese_first(
    app: FastAPI, path: str, body: Any, pointer: str, zh: str
) -> None:
    problem = await answer(app, path, body)
    (error,) = [one for one in problem["errors"] if (one["pointer"], one["title"]) == (pointer, zh)]
    assert error["detail"].isascii()
    assert problem["title"].startswith("请求内容有误：")
    assert f"{pointer} {zh}" in problem["title"]
    assert f"{pointer}: {error['detail']}" in problem["detail"]


async def test_a_kind_without_a_translation_keeps_its_english_and_names_the_field(app: FastAPI) -> None:
    problem = await answer(app, "/odd", {"value": "so"})
    assert problem["errors"] == [{"pointer": "/value", "title": "有误（Value error, so）", "detail": "Value error, so"}]


def test_every_template_is_filled_in() -> None:
    facts = dict.fromkeys(("expected", "min_length", "max_length", "gt", "ge", "lt", "le"), 7)
    for kind in MESSAGES_ZH:
        assert "{" not in message_zh({"type": kind, "msg": "", "ctx": facts})


def test_the_problem_has_a_page_that_explains_it() -> None:
    assert explanations()["invalid-request"]["zh"] == "请求内容有误。"
