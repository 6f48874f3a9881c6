"""What follows from the acts before a unit has the issue: its receipt, its triage, its class."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.domain import commands as do
from bihuan.domain import events as ev
from bihuan.domain.bounds import blank, check
from bihuan.domain.clocks.classification import classification
from bihuan.domain.clocks.governing import resolve
from bihuan.domain.codes import with_codes
from bihuan.domain.handlers import Decider
from bihuan.domain.handling.results import require_result
from bihuan.domain.intake.admission import SUBMITTERS
from bihuan.domain.issue import Issue
from bihuan.domain.ladder.responsibility import triager
from bihuan.domain.loop.transitions import INFO_PAUSES_MAX
from bihuan.domain.people import ROLE_ZH, Actor, Role
from bihuan.domain.policy import Policy, Urgency
from bihuan.domain.refusals import (
    FieldMissing,
    NothingToChange,
    NotYourIssue,
    ReceiptIncomplete,
    RoleNotAllowed,
    UnknownCategory,
)


def submission(asked: do.Submit, actor: Actor, policy: Policy) -> ev.Submitted:
    """The first event of an issue, or a refusal."""
    if actor.role not in SUBMITTERS:
        raise RoleNotAllowed(role=actor.role, role_zh=ROLE_ZH[actor.role], act="submit", act_zh=do.ACT_ZH["submit"])
    check(actor)
    check(asked)
    asked = with_codes(asked, policy)
    own = {Role.ENT: asked.enterprise.uscc, Role.HUB: asked.county}.get(actor.role, actor.org)
    if own != actor.org or (actor.role is Role.LIA and asked.liaison not in ("", actor.person)):
        raise NotYourIssue(act="submit", act_zh=do.ACT_ZH["submit"])
    if not asked.enterprise.uscc and blank(asked.enterprise.name):
        raise ReceiptIncomplete(field="enterprise")
    if blank(asked.description):
        raise ReceiptIncomplete(field="description")
    urgency = asked.urgency or Urgency.GENERAL
    service_group = _service_group(asked.category, policy)
    found = resolve(policy, asked.category, urgency, complex_=asked.complex)
    return ev.Submitted(
        submission=replace(asked, liaison=actor.person) if actor.role is Role.LIA else asked,
        complete=not _lacking(asked.county, asked.contact, asked.channel),
        keyed_by=actor,
        urgency=urgency,
        service_group=service_group,
        policy_version=policy.version,
        limits=found.limits,
        triager=triager(asked.county, policy),
        group=policy.group_for("", asked.county),
        governed_by=found.governed_by,
    )


def _complete(act: do.Complete, issue: Issue, _actor: Actor, _now: datetime, policy: Policy) -> Iterator[ev.Event]:
    county = _given(act.county, issue.county or act.registered_county)
    name = _given(act.name, issue.enterprise.name or act.registered_name)
    contact, channel = _given(act.contact, issue.contact), _given(act.channel, issue.channel)
    lacking = _lacking(county, contact, channel)
    if lacking:
        raise FieldMissing(field=lacking)
    yield ev.Completed(
        enterprise=do.Enterprise(name, act.uscc or issue.enterprise.uscc),
        description=_given(act.description, issue.description),
        county=county,
        contact=contact,
        channel=channel,
        triager=triager(county, policy),
        group=policy.group_for("", county),
        liaison="" if act.liaison == issue.liaison else act.liaison,
    )


def _lacking(county: str, contact: str, channel: str) -> str:
    named = {"county": county, "contact": contact, "channel": channel}
    return next((name for name, value in named.items() if blank(value)), "")


def _given(said: str, known: str = "") -> str:
    """A blank text is not given: it leaves what is known."""
    return known if blank(said) else said


def _accept(_act: do.Accept, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.Accepted()


def _answer(act: do.Answer, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    require_result(act.outcome)
    yield ev.Answered(outcome=act.outcome, text=act.text, how=act.how)


def _ask_info(act: do.AskInfo, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.InfoAsked(question=act.question, pauses=issue.info_asked < INFO_PAUSES_MAX)


def _supply(act: do.Supply, _issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    yield ev.InfoSupplied(text=act.text)


def _classify(act: do.Classify, issue: Issue, _actor: Actor, now: datetime, policy: Policy) -> Iterator[ev.Event]:
    category = act.category or issue.category
    urgency = act.urgency or issue.urgency
    complex_ = issue.complex if act.complex is None else act.complex
    if (category, urgency, complex_) == (issue.category, issue.urgency, issue.complex):
        raise NothingToChange
    yield classification(
        issue,
        now,
        policy,
        category=category,
        service_group=_service_group(category, policy),
        urgency=urgency,
        complex_=complex_,
    )


def _service_group(category: str, policy: Policy) -> str:
    if category and category not in policy.catalogue:
        raise UnknownCategory(field="category", category=category)
    return policy.catalogue.get(category, "")


def _amend(act: do.Amend, issue: Issue, _actor: Actor, _now: datetime, _policy: Policy) -> Iterator[ev.Event]:
    amended = ev.Amended(title=_given(act.title), description=_given(act.description), contact=_given(act.contact))
    anew = (
        (amended.title, issue.title),
        (amended.description, issue.description),
        (amended.contact, issue.contact),
    )
    if not any(new and new != old for new, old in anew):
        raise NothingToChange
    yield amended


DECISIONS: Mapping[type[Any], Decider] = {
    do.Complete: _complete,
    do.Accept: _accept,
    do.Answer: _answer,
    do.AskInfo: _ask_info,
    do.Supply: _supply,
    do.Classify: _classify,
    do.Amend: _amend,
}
