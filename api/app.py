"""The HTTP face of the loop, put together."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api import commands, explanations, inbox, links, problems, queries
from api.limits import BodyLimit
from api.loop import QUICK, Loop
from api.principals import Named
from bihuan.city.calendar_store import Governing, Shelf
from bihuan.city.configuration import load_city
from bihuan.city.enterprises import Register
from bihuan.client.connection import connect
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.ledger.engine import LEDGER_AWAY, at_head, ledger_engine, migrate
from bihuan.ledger.reading import LedgerReader
from bihuan.ledger.writing import LedgerWriter
from bihuan.notify.tokens import Tokens
from bihuan.runtime import telemetry
from bihuan.runtime.keys import link_secret, principals
from bihuan.runtime.settings import Settings
from workflows.timeouts import Patience

log = structlog.get_logger(__name__)


def create_app(settings: Settings) -> FastAPI:
    """The application for one city. Starts, and reads, while Temporal is away."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await migrate(settings.ledger)
        engine = ledger_engine(settings.ledger)
        since, shelf = datetime.now(CHINA_TIME).year - 1, Shelf(settings.data)
        city = load_city(settings.city, settings.profile, since_year=since, imported=shelf.newest())
        governing = Governing(city.policy, shelf, since)
        telemetry.CALENDAR_DAYS_AHEAD.set_function(lambda: governing.days_ahead(datetime.now(CHINA_TIME).date()))
        client = await connect(settings, retry=QUICK, lazy=True)
        app.state.engine = engine
        app.state.city = city
        app.state.register = Register(city)
        app.state.reader = LedgerReader(engine)
        app.state.writer = LedgerWriter(engine)
        app.state.shelf = shelf
        app.state.loop = Loop(client, city.policy, settings.continue_after, governing.policy)
        app.state.patience = Patience(settings.notice_first_pause_s)
        app.state.principals = principals(settings.data)
        app.state.tokens = Tokens(link_secret(settings.data))
        yield
        await engine.dispose()

    app = FastAPIOffline(
        title="闭环 Bihuan",
        version="1",
        summary="企业问题闭环办理 · the closed loop for enterprise issues",
        lifespan=lifespan,
        docs_url="/docs",
        redoc_url=None,
        swagger_ui_parameters={"defaultModelsExpandDepth": 0},
        responses=problems.RESPONSES,
    )
    problems.install(app)
    app.include_router(commands.router)
    app.include_router(queries.router)
    app.include_router(explanations.router)
    app.include_router(inbox.router)
    app.include_router(links.router)
    _add_health(app)
    app.add_middleware(BodyLimit)
    app.middleware("http")(_measure)
    return app


async def _measure(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    began = time.perf_counter()
    response = await call(request)
    route = request.scope.get("route")
    path = getattr(route, "path", "unmatched")
    telemetry.REQUEST_SECONDS.labels(request.method, path, str(response.status_code)).observe(
        time.perf_counter() - began
    )
    return response


def _add_health(app: FastAPI) -> None:
    @app.get("/livez", include_in_schema=False)
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz(request: Request) -> JSONResponse:
        checks = {"ledger": await _ledger_ready(request), "temporal": await request.app.state.loop.reachable()}
        return JSONResponse({"ready": all(checks.values()), "checks": checks}, 200 if all(checks.values()) else 503)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    @app.get(
        "/problems/{name}",
        tags=["拒绝理由 · problems"],
        summary="某一理由的含义 · what a reason means",
        operation_id="explainProblem",
    )
    async def problem(name: Named) -> dict[str, Any]:
        """What a problem's ``type`` means."""
        known = problems.explanations()
        if name not in known:
            raise problems.IssueUnknown
        return {"name": name, **known[name]}


async def _ledger_ready(request: Request) -> bool:
    try:
        return await at_head(request.app.state.engine)
    except LEDGER_AWAY:
        return False
