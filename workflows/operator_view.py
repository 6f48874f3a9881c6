"""What operators read in the Temporal UI: summaries and details in Chinese, and typed search attributes."""

from collections.abc import Iterator
from datetime import datetime

from temporalio.common import SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

from bihuan.domain.bounds import cut
from bihuan.domain.clocks.clock import OBLIGATION_ZH, Obligation
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.commands import SUSPENSION_ZH, SuspensionBasis
from bihuan.domain.issue import Issue
from bihuan.domain.joint.values import PART_ZH, Part
from bihuan.domain.ladder.escalation import Due, light
from bihuan.domain.ladder.orders import Order
from bihuan.domain.ladder.papers import PAPER_ZH
from bihuan.domain.ladder.responsibility import next_due
from bihuan.domain.ladder.rungs import LIGHT_ZH, RUNG_ZH, Light, Rung
from bihuan.domain.ladder.supervision import order_light
from bihuan.domain.parties import DESK_ZH, Desk
from bihuan.domain.people import ROLE_ZH
from bihuan.domain.policy import Policy
from bihuan.domain.requests.values import REQUEST_ZH
from bihuan.domain.stage import STAGE_ZH, STATUS_ZH
from workflows.names import COUNTY, DUE_AT, LIGHT, STAGE, STATUS, SUPERVISION_GROUP, UNIT, URGENCY

AttributeValues = dict[str, str | datetime]
"""By the name of the search attribute."""


def attribute_values(issue: Issue, policy: Policy, now: datetime) -> AttributeValues:
    """The search attributes of an issue by name. No personal data: codes, stages and times only."""
    values: AttributeValues = {
        STAGE.name: issue.stage,
        STATUS.name: issue.status,
        URGENCY.name: issue.matter.urgency,
        COUNTY.name: issue.matter.county,
        UNIT.name: issue.assignment.holder,
        SUPERVISION_GROUP.name: issue.assignment.group,
        LIGHT.name: light(issue, policy, now),
    }
    due = issue.deadline.due(policy.calendar)
    if due is not None:
        values[DUE_AT.name] = due
    return {name: str(value) if isinstance(value, str) else value for name, value in values.items()}


def initial_attributes(values: AttributeValues) -> TypedSearchAttributes:
    """The search attributes with which a workflow is started."""
    texts = (STAGE, STATUS, URGENCY, COUNTY, UNIT, SUPERVISION_GROUP, LIGHT)
    pairs: list[SearchAttributePair[str] | SearchAttributePair[datetime]] = [
        SearchAttributePair(key, str(values[key.name])) for key in texts
    ]
    due = values.get(DUE_AT.name)
    if isinstance(due, datetime):
        pairs.append(SearchAttributePair(DUE_AT, due))
    return TypedSearchAttributes(pairs)


def values_of(attributes: TypedSearchAttributes) -> AttributeValues:
    """The search attributes that a run was started with, by name."""
    return {
        pair.key.name: pair.value for pair in attributes.search_attributes if isinstance(pair.value, str | datetime)
    }


def changes(
    before: AttributeValues, after: AttributeValues
) -> list[SearchAttributeUpdate[str] | SearchAttributeUpdate[datetime]]:
    """The values to upsert; usually none or two."""
    texts = (STAGE, STATUS, URGENCY, COUNTY, UNIT, SUPERVISION_GROUP, LIGHT)
    updates: list[SearchAttributeUpdate[str] | SearchAttributeUpdate[datetime]] = [
        key.value_set(str(after[key.name])) for key in texts if before.get(key.name) != after[key.name]
    ]
    due = after.get(DUE_AT.name)
    if isinstance(due, datetime) and before.get(DUE_AT.name) != due:
        updates.append(DUE_AT.value_set(due))
    return updates


def summary(issue: Issue) -> str:
    """One line for lists of workflows: what the issue is about, and of which enterprise."""
    matter = issue.matter
    return cut(f"{cut(matter.title or matter.description, 110)} · {matter.enterprise.name or matter.enterprise.uscc}")


def alarm_summary(due: Due) -> str:
    """One line for a timer: which rung of which clock it waits for."""
    what = _clock(due.clock)
    again = f" 第{due.repeat}次重发" if due.repeat else ""
    return f"{what} {due.rung} {RUNG_ZH[Rung(due.rung)]}{again}" if due.rung else f"{what}到期自动流转"


def publication_summary(first: int, last: int) -> str:
    """One line for a publication: the numbers of its events."""
    return f"登记与通知 第{first}条" if first == last else f"登记与通知 第{first}–{last}条"


def details(issue: Issue, policy: Policy, now: datetime) -> str:
    """The state of an issue as markdown, in Chinese: who holds it, when it is due, what is overdue and pending."""
    return "\n".join(
        [
            *_heading(issue, policy, now),
            *_deadlines(issue, policy, now),
            *_stopped_clocks(issue),
            *_requests_and_parts(issue, policy),
            *_links(issue),
            *_supervision(issue, policy, now),
            f"- 以上截至 {_moment(now)}",
        ]
    )


def _heading(issue: Issue, policy: Policy, now: datetime) -> Iterator[str]:
    unit = policy.units.get(issue.assignment.holder)
    yield f"**{STAGE_ZH[issue.stage]} · {STATUS_ZH[issue.status]}** {LIGHT_ZH[light(issue, policy, now)]}"
    yield ""  # markdown needs an empty line before a list
    yield f"- 企业：{issue.matter.enterprise.name or issue.matter.enterprise.uscc}"
    yield f"- 承办单位：{unit.name if unit else '—'}"
    yield f"- 督导组：{policy.group(issue.assignment.group).name}"


def _deadlines(issue: Issue, policy: Policy, now: datetime) -> Iterator[str]:
    provisional = "（暂定）" if issue.deadline.provisional(policy.calendar) else ""
    yield f"- 总时限：{_moment(issue.deadline.due(policy.calendar))}{provisional}"
    if issue.governance.governed_by is not None and issue.governance.governed_by.citation:
        yield f"- 法定时限：{issue.governance.governed_by.name}"
    if issue.silence_accepted_at is not None:
        yield f"- 逾期未受理视为受理：{_moment(issue.silence_accepted_at)}"
    owed = next_due(issue, policy)
    if owed is not None:
        over = "，已逾期" if owed.at <= now else ""
        yield f"- 下一到期：{_clock(owed.clock)} {_moment(owed.at)}，{_party(owed.owes, policy)}{over}"


def _stopped_clocks(issue: Issue) -> Iterator[str]:
    for one in issue.requests:
        if one.suspends:
            yield f"- 挂起：{SUSPENSION_ZH[SuspensionBasis(one.ground)]}，{_moment(one.until)}前复核"
    if issue.hold is not None:
        yield f"- 统一停钟：{issue.hold.basis}，至 {_moment(issue.hold.until)}"


def _requests_and_parts(issue: Issue, policy: Policy) -> Iterator[str]:
    for one in issue.open_requests:
        yield f"- 申请 {one.no}：{REQUEST_ZH[one.kind]}，待{_party(str(one.approver), policy)}裁定"
    for part in issue.open_parts:
        yield f"- 协办：{_part(part, issue, policy)}"


def _links(issue: Issue) -> Iterator[str]:
    """What ties it to other issues, and a withdrawal that is still to be checked."""
    if issue.links.merging:
        yield f"- 并单：已申请并入 {issue.links.merging}，待确认"
    if issue.evaluation.withdrawal is not None:
        yield f"- 撤单待核实：{_moment(issue.evaluation.withdrawal.asked_at)} 提出"
    if issue.links.following:
        yield f"- 随批：主件 {issue.links.following}"
    if issue.waiting:
        yield f"- 随本件办理：{len(issue.waiting)} 件"


def _supervision(issue: Issue, policy: Policy, now: datetime) -> Iterator[str]:
    for one in issue.supervision.open_orders:
        yield f"- 督办单 {one.no}：{_order_state(one, issue, policy, now)}"
    for draft in issue.supervision.open_drafts:
        yield f"- 文稿 {draft.no}：{PAPER_ZH[draft.paper]}，待{ROLE_ZH[draft.signer]}签发"
    for held in issue.supervision.consultations:
        if held.open:
            yield f"- 会商 {held.no}：待形成纪要"


def _clock(key: str) -> str:
    obligation, _, occurrence = key.partition("#")
    return f"{OBLIGATION_ZH[Obligation(obligation)]}第{occurrence}次"


def _party(owes: str, policy: Policy) -> str:
    """The name of a unit or a group; for any other desk its kind."""
    desk, _, ref = owes.partition(":")
    if ref in policy.units:
        return policy.units[ref].name
    return policy.groups[ref].name if ref in policy.groups else DESK_ZH[Desk(desk)]


def _part(part: Part, issue: Issue, policy: Policy) -> str:
    """The unit, the state of its part, and when the part is due."""
    unit = policy.units.get(part.unit)
    clock = next(clock for clock in issue.clocks if clock.key == part.clock)
    due = f"，{_moment(clock.due(policy.calendar))} 到期" if clock.stopped_at is None else ""
    return f"{unit.name if unit else part.unit} {PART_ZH[part.state]}{due}"


def _order_state(order: Order, issue: Issue, policy: Policy, now: datetime) -> str:
    if order.replied_at is not None:
        return "已回复，待解除"
    light_now = order_light(order, issue, policy, now)
    return "待回复" + ("" if light_now is Light.GREEN else f"，{LIGHT_ZH[light_now]}")


def _moment(at: datetime | None) -> str:
    return at.astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S") if at else "暂停计时"
