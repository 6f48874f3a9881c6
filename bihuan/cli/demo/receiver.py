"""The receiver of notices: an HTTP endpoint that checks every signature and keeps each notice."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import uvicorn
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class Receiver:
    """``received``: each notice by its id. ``lags``: seconds from its event to its arrival, by id.

    ``forged``: how many came with a wrong signature.
    """

    def __init__(self, port: int, secret: str) -> None:
        self.received: dict[str, dict[str, Any]] = {}
        self.lags: dict[str, float] = {}
        self.forged = 0
        self.url = f"http://127.0.0.1:{port}/notices"
        self._webhook = Webhook(secret)
        app = Starlette(routes=[Route("/notices", self._take, methods=["POST"])])
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
        self._server = uvicorn.Server(config)
        self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the process has handlers of its own
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._serving = asyncio.create_task(self._server._serve())  # noqa: SLF001 - serve() would replace our signal handlers
        while not self._server.started:
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        try:
            self._webhook.verify(body.decode(), dict(request.headers))
        except WebhookVerificationError:
            self.forged += 1
            return Response(status_code=401)
        notice = json.loads(body)
        lag = (datetime.now(UTC) - datetime.fromisoformat(notice["at"])).total_seconds()
        self.lags.setdefault(notice["id"], lag)
        self.received[notice["id"]] = notice
        return Response(status_code=204)
