"""Another policy for issues under way: the order that brings it, and what it would change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bihuan.application.batches import HEADING_CHARACTERS, BatchService, OrderDetails, Selection
from bihuan.city.calendar_store import city_in_force
from bihuan.city.configuration import City
from bihuan.domain.batches.commands import Handling
from bihuan.domain.batches.events import PolicyAdopted
from bihuan.domain.batches.order import BatchKind, BatchOrder
from bihuan.domain.batches.policy_adoption import PolicyDifference, differences, without_days
from bihuan.domain.commands import Command
from bihuan.domain.decide import decide
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import settle
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import Refusal
from bihuan.ledger.reading import LedgerReader
from bihuan.runtime.settings import Settings

PREVIEW = OrderDetails("preview", "approver of the preview", "预览", "preview")


@dataclass(frozen=True, slots=True)
class PolicyMove:
    """One deadline another policy moves; ``was`` and ``due`` are None while the clock is paused."""

    issue_no: str
    title: str
    unit: str
    clock: str
    limit_was: str
    limit_now: str
    was: datetime | None
    due: datetime | None


@dataclass(frozen=True, slots=True)
class PolicyPreview:
    """What adopting a policy would change among ``issues`` open issues.

    ``version``: of the policy. ``differences``: where it differs from those the issues have. ``refused``: the name of
    the refusal by issue number.
    """

    version: str
    differences: tuple[PolicyDifference, ...]
    moved: tuple[PolicyMove, ...]
    refused: dict[str, str]
    issues: int


def current_city(settings: Settings) -> City:
    """The city as its files say now, with the calendar in force."""
    city, _ = city_in_force(settings.city, settings.profile, settings.data)
    return city


def adoption_order(
    details: OrderDetails, selection: Selection, city: City, handling: Handling, *, also_kept: bool
) -> BatchOrder:
    """Adopt the policy of the city's files; ``also_kept``: even where an earlier batch decided to keep the former.

    Raises InvalidOrder or a Refusal.
    """
    policy: Policy = city.policy
    order = details.order(BatchKind.ADOPT, selection.matching(city))
    return replace(
        order,
        handling=handling,
        policy=policy,
        policy_version=policy.version,
        version=without_days(policy),
        also_kept=also_kept,
    )


async def preview_adoption(service: BatchService, order: BatchOrder) -> PolicyPreview:
    """What the order would do now to the issues it matches. Reads the ledger; changes nothing."""
    return await _preview(service.reader, await service.ledger.matched(order), order, datetime.now(UTC))


async def _preview(reader: LedgerReader, numbers: Iterable[str], order: BatchOrder, now: datetime) -> PolicyPreview:
    assert order.policy is not None, "a preview is of a policy"
    found: dict[PolicyDifference, None] = {}
    moved: list[PolicyMove] = []
    refused: dict[str, str] = {}
    compared: set[str] = set()
    count = 0
    for number in numbers:
        life = await reader.issue_state(number)
        if life is None:
            continue
        count += 1
        issue, policy = settle(life[0], now, life[1]).issue, life[1]
        if policy.version not in compared:
            compared.add(policy.version)
            found |= dict.fromkeys(differences(policy, order.policy))
        try:
            (event,) = decide(issue, Command("", order.by, order.act(order.policy)), now, policy)
        except Refusal as refusal:
            refused[number] = refusal.name
            continue
        if isinstance(event, PolicyAdopted):
            moved += _moves(issue, event)
    return PolicyPreview(order.version, tuple(found), tuple(moved), refused, count)


def _moves(issue: Issue, event: PolicyAdopted) -> Iterator[PolicyMove]:
    limits = {clock.key: str(clock.limit) for clock in issue.clocks}
    changed = {one.clock: str(one.limit) for one in event.relimited}
    for one in event.moved:
        was, now = limits[one.clock], changed.get(one.clock, limits[one.clock])
        title = issue.matter.heading(HEADING_CHARACTERS)
        yield PolicyMove(issue.issue_no, title, issue.assignment.holder, one.clock, was, now, one.was, one.due)
