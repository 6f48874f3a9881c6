"""The bodies of explanations: accounts in plain numbers, moments in China's time, with the words beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bihuan.domain.clocks.explanation import Account, Day, DayKind, Roll, Stretch
from bihuan.domain.clocks.responsibility_time import ResponsibilityTime, responsibility_times
from bihuan.domain.clocks.trace import ClockChange, ClockChangeKind, ClockExplanation, explain_clocks
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.loop.step import RecordedEvent, fold
from bihuan.domain.policy import Policy
from bihuan.language.explanations import basis_told, clock_told, event_told, party_told, told
from bihuan.language.phrases import TURNS, Tongue

ZH, EN = Tongue.ZH, Tongue.EN


@dataclass(frozen=True, slots=True)
class TurnAnswer:
    """What an event did to a clock; ``limit`` is the clock's from then on."""

    what: ClockChangeKind
    what_zh: str
    seq: int
    at: datetime
    event: str
    event_zh: str
    limit: str

    @classmethod
    def of(cls, turn: ClockChange) -> "TurnAnswer":
        at, event_zh = turn.at.astimezone(CHINA_TIME), event_told(turn.event, ZH)
        return cls(turn.kind, TURNS[turn.kind][ZH], turn.seq, at, turn.event, event_zh, str(turn.limit))


@dataclass(frozen=True, slots=True)
class BudgetAnswer:
    """``counted_in``: office time or elapsed time."""

    limit: str
    zh: str
    en: str
    counted_in: str
    counted_s: float


@dataclass(frozen=True, slots=True)
class StretchAnswer:
    """A stretch that ran, or with a ``basis`` a pause; ``counted_s`` is what it used up, or what it gives back."""

    since: datetime
    until: datetime | None
    counted_s: float
    basis: str
    basis_zh: str

    @classmethod
    def of(cls, one: Stretch) -> "StretchAnswer":
        basis_zh = basis_told(one.basis, ZH) if one.basis else ""
        return cls(one.since, one.until, one.counted.total_seconds(), one.basis, basis_zh)


@dataclass(frozen=True, slots=True)
class RollAnswer:
    """From an end on a rest day (``since``) to the close of the next working day (``until``)."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, roll: Roll) -> "RollAnswer":
        return cls(roll.since, roll.until)


@dataclass(frozen=True, slots=True)
class DayAnswer:
    """``counted_s``: the office time the clock used up on it; nothing where it counts in other units."""

    day: date
    counts: bool
    kind: DayKind
    name: str
    office: tuple[tuple[datetime, datetime], ...]
    counted_s: float

    @classmethod
    def of(cls, day: Day) -> "DayAnswer":
        return cls(day.day, day.works, day.kind, day.name, day.office, day.counted.total_seconds())


@dataclass(frozen=True, slots=True)
class ClockAnswer:
    """One clock and its account.

    ``ran_s``, the sum of the running stretches, is the budget, ``granted_s`` where another date was named
    (``named_until``), ``rolled_s``, the sum of ``rolls``, where pauses or that date let a limit in calendar days end on
    a rest day, and ``late_s`` where a pause came after the time was up. ``left_s``: what a paused clock still has.
    ``grants``: changes of the due moment.
    """

    clock: str
    clock_zh: str
    owes: str
    owes_zh: str
    anchor: TurnAnswer
    budget: BudgetAnswer
    granted_s: float
    named_until: datetime | None
    rolled_s: float
    rolls: tuple[RollAnswer, ...]
    policy_version: str
    calendar_version: str
    first_counted_at: datetime
    stretches: tuple[StretchAnswer, ...]
    days: tuple[DayAnswer, ...]
    ran_s: float
    given_back_s: float
    late_s: float
    left_s: float
    grants: int
    turns: tuple[TurnAnswer, ...]
    due_at: datetime | None
    provisional: bool
    running: bool
    met_at: datetime | None
    text_zh: str
    text_en: str

    @classmethod
    def of(cls, one: ClockExplanation, policy: Policy) -> "ClockAnswer":
        clock, its = one.clock, one.account
        return cls(
            clock=clock.key,
            clock_zh=clock_told(clock, ZH),
            owes=str(one.responsible),
            owes_zh=party_told(one.responsible, policy, ZH),
            anchor=TurnAnswer.of(one.anchor),
            budget=_budget(its),
            granted_s=its.granted.total_seconds(),
            named_until=its.named,
            rolled_s=its.rolled.total_seconds(),
            rolls=tuple(map(RollAnswer.of, its.rolls)),
            policy_version=one.policy,
            calendar_version=its.calendar,
            first_counted_at=its.first,
            stretches=tuple(map(StretchAnswer.of, its.stretches)),
            days=tuple(map(DayAnswer.of, its.days)),
            ran_s=its.ran.total_seconds(),
            given_back_s=its.given_back.total_seconds(),
            late_s=its.late.total_seconds(),
            left_s=its.left.total_seconds(),
            grants=clock.grant,
            turns=tuple(map(TurnAnswer.of, one.changes)),
            due_at=its.due,
            provisional=its.provisional,
            running=clock.running,
            met_at=clock.met_at.astimezone(CHINA_TIME) if clock.met_at else None,
            text_zh=told(one, policy, ZH),
            text_en=told(one, policy, EN),
        )


def _budget(its: Account) -> BudgetAnswer:
    counted_in = "office" if its.in_office else "elapsed"
    return BudgetAnswer(str(its.limit), its.limit.zh, its.limit.en, counted_in, its.budget.total_seconds())


@dataclass(frozen=True, slots=True)
class ChargeAnswer:
    """For how long one party had the issue; ``owes`` empty: nobody owed anything."""

    owes: str
    owes_zh: str
    elapsed_s: float
    office_s: float

    @classmethod
    def of(cls, charge: ResponsibilityTime, policy: Policy) -> "ChargeAnswer":
        owes = str(charge.responsible) if charge.responsible else ""
        zh = party_told(charge.responsible, policy, ZH)
        return cls(owes, zh, charge.elapsed.total_seconds(), charge.office.total_seconds())


@dataclass(frozen=True, slots=True)
class ExplanationAnswer:
    """``as_of``: the moment up to which it is told. ``owed_by`` sums to the time from receipt until then."""

    issue_no: str
    revision: int
    as_of: datetime
    policy_version: str
    profile: str
    calendar_version: str
    clocks: tuple[ClockAnswer, ...]
    owed_by: tuple[ChargeAnswer, ...]


def explanation(
    issue_no: str, recorded: Sequence[RecordedEvent], policies: Mapping[str, Policy], moment: datetime
) -> ExplanationAnswer:
    """All of it, from the events that were on record by the moment. ``policies``: all it was under until then."""
    policy = policies[fold(issue_no, recorded).policy_version]
    return ExplanationAnswer(
        issue_no=issue_no,
        revision=recorded[-1].seq,
        as_of=moment.astimezone(CHINA_TIME),
        policy_version=policy.version,
        profile=policy.profile,
        calendar_version=policy.calendar.version,
        clocks=tuple(ClockAnswer.of(one, policy) for one in explain_clocks(issue_no, recorded, policies)),
        owed_by=tuple(ChargeAnswer.of(one, policy) for one in responsibility_times(issue_no, recorded, policy, moment)),
    )
