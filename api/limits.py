"""The largest request body that is accepted, counted as it arrives."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import BodyTooLarge, problem_response

BODY_BYTES_MAX = 1_000_000


class BodyLimit:
    """ASGI middleware: passes a body on whole, or answers 413. The header Content-Length is not trusted."""

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
        unread = [first]

        async def replay() -> Message:
            return unread.pop() if unread else await receive()

        await self._app(scope, replay, send)


async def _read(receive: Receive) -> Message | None:
    """The whole body in one message, or the message that the caller disconnected; None where it is too large."""
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
