"""The page behind the link in a notice. Previews and virus scanners open links, so that only its POST acts."""

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
from bihuan.language.explanations import party_text
from bihuan.language.phrases import Language
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
"""A notice, the actor who acknowledges it (None: not known to the rules), and the name that is recorded."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the page shows. ``deliveries``: the notices of the message, only to a proven recipient.

    ``ask``: show the form for a key and a name. ``first``: ids of the notices that this request acknowledged.
    """

    notice: str
    deliveries: tuple[NoticeAnswer, ...] = ()
    token: str = ""
    ask: bool = False
    first: frozenset[str] = frozenset()
    problem: Problem | None = None

    def refused(self, problem: Problem) -> "Page":
        """With a problem; who has an expired or incomplete link may still use a key."""
        ask = self.ask or isinstance(problem, LinkExpired | LinkMalformed)
        return replace(self, token="", ask=ask, problem=problem)

    def response(self, policy: Policy) -> HTMLResponse:
        html = TEMPLATES.get_template("notice.html").render(
            css=Markup(CSS),  # noqa: S704 (ours; nothing in it comes from elsewhere)
            notice_id=self.notice,
            notices=[_shown(one, policy) for one in self.deliveries],
            token=self.token,
            ask=self.ask,
            first=self.first,
            problem=self.problem,
            action=f"/n/{quote(self.notice, safe='')}",
        )
        problem = self.problem
        return HTMLResponse(html, problem.status if problem else 200, HEADERS | (problem.headers if problem else {}))


@router.api_route("/n/{notice_id}", methods=["GET", "HEAD"])
async def show(deps: DependenciesDep, notice_id: NoticeId, inbox: InboxDep, t: Token = "") -> HTMLResponse:
    """With a token the notice and a button; without one, the form for a key. It changes nothing."""
    page = Page(notice_id, ask=not t)
    try:
        if t:
            _addressee(deps, t, notice_id)
            delivery = await inbox.notice(notice_id)
            page = replace(page, deliveries=(NoticeAnswer.of(delivery),), token="" if delivery.acknowledged_at else t)
    except Failure as failure:
        page = page.refused(problem_of(failure))
    except LEDGER_AWAY:
        page = replace(page, problem=AcknowledgementUnavailable())
    return page.response(inbox.policy)


@router.post("/n/{notice_id}")
async def acknowledge(request: Request, deps: DependenciesDep, notice_id: NoticeId, inbox: InboxDep) -> HTMLResponse:
    """As the addressee the token names, or as the person the key names.

    Both come in the body, so that no other site can make a browser acknowledge.
    """
    form = await _form(request)
    page = Page(notice_id, token=form.get("t", ""), ask="t" not in form)
    try:
        pending = await (_by_token if "t" in form else _by_key)(deps, inbox, notice_id, form)
        acknowledged = [await inbox.acknowledge(*one) for one in pending]
        first = frozenset(delivery.notice_id for delivery, is_first in acknowledged if is_first)
        page = Page(notice_id, tuple(NoticeAnswer.of(delivery) for delivery, _ in acknowledged), first=first)
    except (*UNAVAILABLE, *LEDGER_AWAY):
        page = replace(page, problem=AcknowledgementUnavailable())
    except (Failure, Refusal) as failure:
        page = page.refused(problem_of(failure))
    return page.response(inbox.policy)


async def _by_token(
    deps: Dependencies, inbox: Inbox, notice_id: str, form: Mapping[str, str]
) -> list[PendingAcknowledgement]:
    party = _addressee(deps, form["t"], notice_id)
    delivery = await inbox.notice(notice_id)
    return [(delivery, inbox.addressee(delivery, party), str(party))]


async def _by_key(
    deps: Dependencies, inbox: Inbox, notice_id: str, form: Mapping[str, str]
) -> list[PendingAcknowledgement]:
    """All notices of the message that are for this person. Raises NotYourNotice where none is."""
    actor = _actor(deps, form)
    own: list[PendingAcknowledgement] = []
    for delivery in await inbox.in_message(notice_id):
        with suppress(NotYourNotice):
            own.append((delivery, inbox.receiver(actor, delivery), recorded_name(actor)))
    if not own:
        raise NotYourNotice
    return own


def _addressee(deps: Dependencies, token: str, notice_id: str) -> Party:
    try:
        return deps.tokens.verify(token, notice_id, datetime.now(UTC))
    except TokenRefused as refused:
        raise LINK_PROBLEMS[type(refused)] from refused


def _actor(deps: Dependencies, form: Mapping[str, str]) -> Actor:
    """The holder of the key; a name and unit other than the key's own need a key that may stand in for others."""
    who, policy = deps.principals.get(form.get("key", "").strip()), deps.use_cases.policy
    if who is None:
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    person, unit = form.get("person", "").strip(), form.get("unit", "").strip()
    if person in ("", who.person) and unit in ("", who.org):
        return resolve_actor(who, None, policy)
    if not who.stands_in:
        raise MayNotStandIn
    return resolve_actor(who, StandIn(person=person, unit=unit), policy)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; none where the body is too long or is not a form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES_MAX:
            return {}
    try:
        return dict(parse_qsl(body.decode("ascii"), max_num_fields=8))
    except ValueError:
        return {}


def _shown(notice: NoticeAnswer, policy: Policy) -> dict[str, Any]:
    """For the template: moments to the minute, and who acknowledged it in Chinese and English."""
    moments = {name: f"{at:%Y-%m-%d %H:%M}" for name in ("at", "acknowledged_at") if (at := getattr(notice, name))}
    by = {f"by_{tongue.name.lower()}": _by(notice.acknowledged_by, policy, tongue) for tongue in Language}
    return asdict(notice) | moments | by


def _by(name: str, policy: Policy, tongue: Language) -> str:
    """A recorded name: a desk, where a link was used; otherwise a role, a unit and a person."""
    desk, _, ref = name.partition(":")
    if desk in set(Desk):
        return party_text(Party(Desk(desk), ref), policy, tongue)
    role, _, rest = name.partition(" ")
    return f"{ROLE_ZH[Role(role)]} {rest}" if role in set(Role) and tongue is Language.ZH else name
