"""Which limits govern an issue, and why: exactly one legal clock or one row of the city's profile, never both.

A law goes first for its categories, whatever the urgency, also where its limits are longer (docs/rules.md 4.3).
"""

from dataclasses import dataclass

from bihuan.domain.clocks.limits import Limit
from bihuan.domain.policy import URGENCY_ZH, Law, Limits, Policy, Urgency


@dataclass(frozen=True, slots=True)
class Governing:
    """What governs an issue: ``name`` of the profile or law, ``row`` in it (an urgency, or the law's category).

    ``citation`` and ``solve_max`` only where it is a law.
    """

    name: str
    row: str
    reason_zh: str
    reason_en: str
    citation: str = ""
    solve_max: Limit | None = None
    silence_accepts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance:
    """The policy an issue is under. ``adopted_by``: the batch that gave it that; ``kept``: those a batch kept it from.

    ``governed_by`` says where ``limits`` come from; None only in issues older than legal clocks, which the profile
    governs.
    """

    policy_version: str
    limits: Limits
    governed_by: Governing | None = None
    adopted_by: str = ""
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    governed_by: Governing
    limits: Limits


def resolve(policy: Policy, category: str, urgency: Urgency, *, complex_: bool) -> Resolution:
    """The one set of limits for an issue of this class."""
    law = next((law for law in policy.laws if category in law.categories), None)
    if law is not None:
        return Resolution(_by_law(law, category, policy.profile), law.limits)
    limits = policy.limits_for(urgency, complex_=complex_)
    return Resolution(_by_profile(policy.profile, urgency, complex_=complex_), limits)


def _by_law(law: Law, category: str, profile: str) -> Governing:
    return Governing(
        name=law.id,
        row=category,
        reason_zh=f"类别 {category} 的时限由{law.name}规定，优先于城市时限方案 {profile}，不论紧急程度。",
        reason_en=f"The limits of category {category} are set by law ({law.name_en}), which goes before the city's "
        f"profile {profile}, whatever the urgency.",
        citation=law.citation,
        solve_max=law.solve_max,
        silence_accepts=law.silence_accepts,
    )


def _by_profile(profile: str, urgency: Urgency, *, complex_: bool) -> Governing:
    own_row = complex_ and urgency is Urgency.CONSULT
    row = f"{urgency}+complex" if own_row else str(urgency)
    zh = f"复杂{URGENCY_ZH[urgency]}" if own_row else URGENCY_ZH[urgency]
    return Governing(
        name=profile,
        row=row,
        reason_zh=f"该类别没有法定时限，按城市时限方案 {profile} 的“{zh}”执行。",
        reason_en=f"No law sets limits for this category; row {row} of the city's profile {profile} applies.",
    )
