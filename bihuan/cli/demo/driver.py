"""Plays rows of the sample ledger through the HTTP API, as their people would, on the demo's faster clocks.

Before an act that was late in the sample, the driver waits for the alarms that had been raised by then. Each command is
repeated with its idempotency key until it is answered, so that a killed process can neither lose nor double it.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import httpx

from bihuan.domain.people import Actor
from bihuan.simulation.player import NUMBERED, Played, TraceEntry
from bihuan.simulation.workbook import PlayedAct, Row

PATIENCE_S = 180
"""Seconds to wait for an answer or for a clock of the demo to run out; multiplied where clocks are slowed."""
LOOK_EVERY_S = 0.5
RETRY_STATUSES = frozenset({502, 503, 504})
LAPSES = {
    "supply": "info_lapsed",
    "evaluate": "rating_lapsed",
    "triage": "accepted_by_silence",
    "review": "resumed",
}
EXTENDED_BY = timedelta(seconds=24)
SUSPENDED_FOR = timedelta(seconds=8)


class RequestRejected(Exception):
    """The API refused an act of the sample."""


@dataclass
class DrivenRow:
    """One row and how far it was played.

    ``number``: of its issue, set with the receipt. ``steps``: steps played. ``revision``: of the last answer.
    ``depends_on``: the rows its acts refer to. ``fault``: why it stopped.
    """

    row: Row
    script: Played
    number: str = ""
    steps: int = 0
    revision: int = 0
    fault: str = ""
    depends_on: set[str] = field(default_factory=set)
    submitted: asyncio.Event = field(default_factory=asyncio.Event)
    merged: asyncio.Event = field(default_factory=asyncio.Event)


class Caller:
    """An HTTP client that repeats each request, with the same key, until it is decided."""

    def __init__(self, http: httpx.AsyncClient, keys: Mapping[str, str], slower: float = 1) -> None:
        self._http = http
        self._keys = keys
        self.patience_s = PATIENCE_S * slower

    async def post(self, path: str, actor: Actor, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
        complete = {**body, "as": {"unit": actor.org, "person": actor.person}}
        headers = {"Authorization": f"Bearer {self._keys[actor.role]}", "Idempotency-Key": key}
        return await self._until_answered("POST", path, headers=headers, json=complete)

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._keys['COO']}"}
        return await self._until_answered("GET", path, headers=headers, params=params)

    async def _until_answered(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        async with asyncio.timeout(self.patience_s):
            while True:
                try:
                    answer = await self._http.request(method, f"/api/v1{path}", **request)
                except httpx.TransportError:
                    await asyncio.sleep(LOOK_EVERY_S)
                    continue
                if answer.is_success:
                    body: dict[str, Any] = answer.json()
                    return body
                if answer.status_code not in RETRY_STATUSES:
                    raise RequestRejected(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
                await asyncio.sleep(float(answer.headers.get("retry-after", 1)))


class Driver:
    """Plays rows side by side. ``moved``: called after each step; ``slower``: the factor by which clocks are slowed."""

    def __init__(
        self, caller: Caller, rows: Mapping[str, DrivenRow], moved: Callable[[], None], slower: float = 1
    ) -> None:
        self._slower = slower
        self._caller = caller
        self._rows = rows
        self._moved = moved

    async def drive(self, driven: DrivenRow, delay_s: float) -> None:
        """Play one row to its end, starting after so many seconds; what stops it is kept in ``driven.fault``."""
        await asyncio.sleep(delay_s)
        try:
            for step in script(driven):
                if step[0] == "act":
                    await self._act(driven, step[1])
                else:
                    await self._happened(driven, _event_of(step))
                driven.steps += 1
                self._moved()
        except (RequestRejected, TimeoutError) as error:
            driven.fault = f"{type(error).__name__}: {error}"
        finally:
            driven.submitted.set()
            driven.merged.set()

    async def _act(self, driven: DrivenRow, played: PlayedAct) -> None:
        if played.if_status and await self._status(driven) != played.if_status:
            return
        key = f"{driven.row.ref}-{driven.steps}"
        if played.act == "submit":
            answer = await self._caller.post("/issues", played.actor, key, submission(played))
            driven.number, driven.revision = answer["issue_no"], answer["revision"]
            driven.submitted.set()
            await self._caller.get(f"/issues/{driven.number}", at_least=1)
            await self._until_children_merged(driven)
            return
        fields = {name: await self._resolved(driven, value) for name, value in submission(played).items()}
        if "until" in fields:
            fields["until"] = await self._date(driven, played.act)
        body = {"act": played.act, **fields}
        answer = await self._caller.post(f"/issues/{driven.number}/acts", played.actor, key, body)
        driven.revision = answer["revision"]
        if played.act == "merge":
            await self._happened(driven, "merged")
            driven.merged.set()

    async def _resolved(self, driven: DrivenRow, value: Any) -> Any:
        """A reference to a row, or to an order or request of one, with the real issue number in its place."""
        if not isinstance(value, str):
            return value
        for ref, other in self._rows.items():
            if value == ref or value.startswith(tuple(f"{ref}{mark}" for mark in NUMBERED.values())):
                await other.submitted.wait()
                driven.depends_on.add(ref)
                if other is not driven:
                    await self._caller.get(f"/issues/{other.number}", at_least=1)
                return other.number + value.removeprefix(ref)
        return value

    async def _date(self, driven: DrivenRow, act: str) -> str:
        """The date a request asks for, scaled to the demo's clocks."""
        if act == "ask_suspension":
            return (datetime.now(UTC) + SUSPENDED_FOR * self._slower).isoformat()
        answer = await self._caller.get(f"/issues/{driven.number}", at_least=driven.revision)
        due = next(clock["due_at"] for clock in answer["clocks"] if clock["clock"] == "issue#1")
        return (datetime.fromisoformat(due) + EXTENDED_BY * self._slower).isoformat()

    async def _until_children_merged(self, driven: DrivenRow) -> None:
        """An issue that others are merged into must stay open until they are merged."""
        for other in self._rows.values():
            if any(act.act == "merge" and act.fields.get("into") == driven.row.ref for act in other.row.acts):
                await other.merged.wait()

    async def _status(self, driven: DrivenRow) -> str:
        answer = await self._caller.get(f"/issues/{driven.number}", at_least=driven.revision)
        return str(answer["issue"]["status"])

    async def _happened(self, driven: DrivenRow, what: str) -> None:
        """Wait until the rung (``sign#1:R1``) or lapse is among the issue's events. Raises TimeoutError."""
        async with asyncio.timeout(self._caller.patience_s):
            while what not in await self._names_of_events(driven):
                await asyncio.sleep(LOOK_EVERY_S)

    async def _names_of_events(self, driven: DrivenRow) -> set[str]:
        answer = await self._caller.get(f"/issues/{driven.number}/events", limit=200)
        events = [entry["event"] for entry in answer["items"]]
        rungs = {f"{e['clock']}:{e['rung']}" for e in events if e["event"] == "alarm_raised"}
        return rungs | {e["event"] for e in events}


def script(driven: DrivenRow) -> list[TraceEntry]:
    """The steps to play and to wait for, without the archiving, an hour after the close-out."""
    return [
        step for step in driven.script.trace if step != ("lapse", step[1]) or not str(step[1]).startswith("archive")
    ]


def expected_without_acts(driven: DrivenRow) -> set[str]:
    """The rungs and lapses that the sample expects without anybody acting, as ``_event_of`` names them."""
    return {_event_of(step) for step in script(driven) if step[0] != "act"}


def _event_of(step: tuple[Literal["rung", "lapse"], str]) -> str:
    """The name under which the issue's events have it."""
    kind, what = step
    return what if kind == "rung" else LAPSES[what.partition("#")[0]]


def submission(played: PlayedAct) -> dict[str, Any]:
    """The fields a person sends; the API looks up the others itself."""
    return {name: value for name, value in played.fields.items() if (played.act, name) != ("submit", "liaison")}
