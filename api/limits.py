"""The most a request may hold, counted as it comes: whoever sends more is told so, and nothing of it is read."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import BodyTooLarge, problem_response

BODY_BYTES_MAX = 1_000_000


class BodyLimit:
    """Hands a body on whole, or refuses it with 413, whatever its header says of its length."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        first = await _read(receive)
        if first is None:
            await problem_response(BodyTooLarge())(scope, receive, send)
            return
        kept = [first]

        async def again() -> Message:
            return kept.pop() if kept else await receive()

        await self._app(scope, again, send)


async def _read(receive: Receive) -> Message | None:
    """The body in one message, or that the caller has gone; None: it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return message
        body += message.get("body", b"")
        if len(body) > BODY_BYTES_MAX:
            return None
        if not message.get("more_body", False):
            return {"type": "http.request", "body": bytes(body), "more_body": False}
