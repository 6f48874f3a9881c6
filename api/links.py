"""The page behind the link in a notice. It is looked at by people, by previews and by scanners: only its POST acts."""

import base64
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.dependencies import Dependencies, DependenciesDep, InboxDep
from api.inbox_answers import NoticeAnswer
from api.principals import NoticeId, Token, resolve_actor
from api.problems import (
    AcknowledgementUnavailable,
    LinkExpired,
    LinkForged,
    LinkMalformed,
    LinkOfAnotherNotice,
    MayNotStandIn,
    Problem,
    Unauthenticated,
    problem_of,
)
from api.schemas import StandIn
from bihuan.application.errors import NotRecordedYet, NotYourNotice
from bihuan.application.inbox import Inbox, recorded_name
from bihuan.client.errors import Failure, IssueNotRunning, OutcomeUnknown, TemporalAway
from bihuan.domain.parties import Desk, Party
from bihuan.domain.people import ROLE_ZH, Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import Refusal
from bihuan.language.explanations import party_told
from bihuan.language.phrases import Tongue
from bihuan.ledger.engine import LEDGER_AWAY
from bihuan.ledger.views import Delivery
from bihuan.notify.tokens import (
    TokenExpired,
    TokenForged,
    TokenMalformed,
    TokenOfAnotherNotice,
    TokenRefused,
)

router = APIRouter(include_in_schema=False)

PAGES = Path(__file__).parent / "pages"
TEMPLATES = Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined)
CSS = (PAGES / "notice.css").read_text(encoding="utf-8")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()}'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
FORM_BYTES_MAX = 4096
UNAVAILABLE = (TemporalAway, OutcomeUnknown, IssueNotRunning, NotRecordedYet)
LINK_PROBLEMS: Mapping[type[TokenRefused], type[Problem]] = {
    TokenMalformed: LinkMalformed,
    TokenForged: LinkForged,
    TokenOfAnotherNotice: LinkOfAnotherNotice,
    TokenExpired: LinkExpired,
}


PendingAcknowledgement = tuple[Delivery, Actor | None, str]
"""A notice, who acts, and the name under which that is kept."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the page shows: the notice, or all that one message told, to whoever proved to be of the audience.

    ``ask``: who are you. ``first``: what was acknowledged just now.
    """

    notice: str
    told: tuple[NoticeAnswer, ...] = ()
    token: str = ""
    ask: bool = False
    first: frozenset[str] = frozenset()
    problem: Problem | None = None

    def refused(self, problem: Problem) -> "Page":
        """Where the link is no good by age or by accident, a key still is."""
        ask = self.ask or isinstance(problem, LinkExpired | LinkMalformed)
        return replace(self, token="", ask=ask, problem=problem)

    def response(self, policy: Policy) -> HTMLResponse:
        html = TEMPLATES.get_template("notice.html").render(
            css=Markup(CSS),  # noqa: S704 (ours; nothing in it comes from elsewhere)
            notice=self.notice,
            all_told=[_shown(one, policy) for one in self.told],
            token=self.token,
            ask=self.ask,
            first=self.first,
            problem=self.problem,
            action=f"/n/{quote(self.notice, safe='')}",
        )
        problem = self.problem
        return HTMLResponse(html, problem.status if problem else 200, HEADERS | (problem.headers if problem else {}))


@router.api_route("/n/{notice_id}", methods=["GET", "HEAD"])
async def show(held: DependenciesDep, notice_id: NoticeId, received: InboxDep, t: Token = "") -> HTMLResponse:
    """With a token the notice and a button; without, the question who it is that looks. Nothing is done."""
    page = Page(notice_id, ask=not t)
    try:
        if t:
            _addressee(held, t, notice_id)
            told = await received.notice(notice_id)
            page = replace(page, told=(NoticeAnswer.of(told),), token="" if told.acknowledged_at else t)
    except Failure as failure:
        page = page.refused(problem_of(failure))
    except LEDGER_AWAY:
        page = replace(page, problem=AcknowledgementUnavailable())
    return page.response(received.policy)


@router.post("/n/{notice_id}")
async def acknowledge(request: Request, held: DependenciesDep, notice_id: NoticeId, received: InboxDep) -> HTMLResponse:
    """As the addressee the token names, or as the person the key names. Both come in the body, so no other site can."""
    said = await _form(request)
    page = Page(notice_id, token=said.get("t", ""), ask="t" not in said)
    try:
        own = await (_by_token if "t" in said else _by_key)(held, received, notice_id, said)
        heard = [await received.acknowledge(*one) for one in own]
        first = frozenset(told.notice_id for told, is_first in heard if is_first)
        page = Page(notice_id, tuple(NoticeAnswer.of(told) for told, _ in heard), first=first)
    except (*UNAVAILABLE, *LEDGER_AWAY):
        page = replace(page, problem=AcknowledgementUnavailable())
    except (Failure, Refusal) as failure:
        page = page.refused(problem_of(failure))
    return page.response(received.policy)


async def _by_token(
    held: Dependencies, received: Inbox, notice_id: str, said: Mapping[str, str]
) -> list[PendingAcknowledgement]:
    party = _addressee(held, said["t"], notice_id)
    told = await received.notice(notice_id)
    return [(told, received.addressee(told, party), str(party))]


async def _by_key(
    held: Dependencies, received: Inbox, notice_id: str, said: Mapping[str, str]
) -> list[PendingAcknowledgement]:
    """Of what one message told, all that is for this person."""
    actor = _actor(held, said)
    own: list[PendingAcknowledgement] = []
    for told in await received.of_message(notice_id):
        with suppress(NotYourNotice):
            own.append((told, received.receiver(actor, told), recorded_name(actor)))
    if not own:
        raise NotYourNotice
    return own


def _addressee(held: Dependencies, token: str, notice_id: str) -> Party:
    try:
        return held.tokens.verify(token, notice_id, datetime.now(UTC))
    except TokenRefused as refused:
        raise LINK_PROBLEMS[type(refused)] from refused


def _actor(held: Dependencies, said: Mapping[str, str]) -> Actor:
    """Whoever holds the key; who only repeats what the key says of them does not stand in for anybody."""
    who, policy = held.principals.get(said.get("key", "").strip()), held.use_cases.policy
    if who is None:
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    person, unit = said.get("person", "").strip(), said.get("unit", "").strip()
    if person in ("", who.person) and unit in ("", who.org):
        return resolve_actor(who, None, policy)
    if not who.stands_in:
        raise MayNotStandIn
    return resolve_actor(who, StandIn(person=person, unit=unit), policy)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; one that is too long or not a form has none."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES_MAX:
            return {}
    try:
        return dict(parse_qsl(body.decode("ascii"), max_num_fields=8))
    except ValueError:
        return {}


def _shown(told: NoticeAnswer, policy: Policy) -> dict[str, Any]:
    """With its moments and who acknowledged it as people read them."""
    moments = {name: f"{at:%Y-%m-%d %H:%M}" for name in ("at", "acknowledged_at") if (at := getattr(told, name))}
    by = {f"by_{tongue.name.lower()}": _by(told.acknowledged_by, policy, tongue) for tongue in Tongue}
    return asdict(told) | moments | by


def _by(name: str, policy: Policy, tongue: Tongue) -> str:
    """A desk, where a link was followed; else a person, the role before the name."""
    desk, _, ref = name.partition(":")
    if desk in set(Desk):
        return party_told(Party(Desk(desk), ref), policy, tongue)
    role, _, rest = name.partition(" ")
    return f"{ROLE_ZH[Role(role)]} {rest}" if role in set(Role) and tongue is Tongue.ZH else name
