"""The FastAPI application: routes, error handlers, health, metrics."""

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

from api import commands, explanations, inbox, links, problem_handlers, problems, queries
from api.dependencies import Dependencies, ReadinessDep, provide
from api.limits import BodyLimit
from api.principals import ProblemName
from bihuan.application.assembly import use_cases
from bihuan.application.errors import IssueUnknown
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.notify.tokens import Tokens
from bihuan.runtime import telemetry
from bihuan.runtime.keys import link_secret, principals
from bihuan.runtime.settings import Settings

log = structlog.get_logger(__name__)


def create_app(settings: Settings) -> FastAPI:
    """The application for one city. It starts, and answers what only the ledger is needed for, without Temporal."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with use_cases(settings) as cases:
            days_ahead = cases.governing.days_ahead
            telemetry.CALENDAR_DAYS_AHEAD.set_function(lambda: days_ahead(datetime.now(CHINA_TIME).date()))
            provide(app, Dependencies(cases, principals(settings.data), Tokens(link_secret(settings.data))))
            yield

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
    problem_handlers.add_problem_handlers(app)
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
    async def readyz(readiness: ReadinessDep) -> JSONResponse:
        checks = await readiness.checks()
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
    async def problem(name: ProblemName) -> dict[str, Any]:
        """A problem's sentence in Chinese and English, by the name at the end of its ``type``."""
        known = problems.explanations()
        if name not in known:
            raise IssueUnknown
        return {"name": name, **known[name]}
