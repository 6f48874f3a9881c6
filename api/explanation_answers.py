"""Answers that explain deadlines: times in seconds, moments in China's time, with sentences in Chinese and English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bihuan.domain.clocks.explanation import Account, Day, DayKind, Roll, Stretch
from bihuan.domain.clocks.responsibility_time import ResponsibilityTime, responsibility_times
from bihuan.domain.clocks.trace import ClockChange, ClockChangeKind, ClockExplanation, explain_clocks
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.loop.step import RecordedEvent, fold
from bihuan.domain.policy import Policy
from bihuan.language.explanations import basis_text, clock_text, event_text, explanation_text, party_text
from bihuan.language.phrases import CLOCK_CHANGES, Language

ZH, EN = Language.ZH, Language.EN


@dataclass(frozen=True, slots=True)
class TurnAnswer:
    """What the event numbered ``seq`` did to a clock; ``limit`` is the clock's limit from then on."""

    what: ClockChangeKind
    what_zh: str
    seq: int
    at: datetime
    event: str
    event_zh: str
    limit: str

    @classmethod
    def of(cls, turn: ClockChange) -> "TurnAnswer":
        at, event_zh = turn.at.astimezone(CHINA_TIME), event_text(turn.event, ZH)
        return cls(turn.kind, CLOCK_CHANGES[turn.kind][ZH], turn.seq, at, turn.event, event_zh, str(turn.limit))


@dataclass(frozen=True, slots=True)
class BudgetAnswer:
    """The time a clock may run, ``counted_s`` seconds of it; ``counted_in``: ``office`` or ``elapsed`` time."""

    limit: str
    zh: str
    en: str
    counted_in: str
    counted_s: float


@dataclass(frozen=True, slots=True)
class StretchAnswer:
    """A stretch in which the clock ran, or, with a ``basis``, a pause.

    ``counted_s``: seconds it used of the budget, or a pause gives back. ``until`` is null while it lasts.
    """

    since: datetime
    until: datetime | None
    counted_s: float
    basis: str
    basis_zh: str

    @classmethod
    def of(cls, one: Stretch) -> "StretchAnswer":
        basis_zh = basis_text(one.basis, ZH) if one.basis else ""
        return cls(one.since, one.until, one.counted.total_seconds(), one.basis, basis_zh)


@dataclass(frozen=True, slots=True)
class RollAnswer:
    """A deadline moved from a rest day (``since``) to the close of the next working day (``until``)."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, roll: Roll) -> "RollAnswer":
        return cls(roll.since, roll.until)


@dataclass(frozen=True, slots=True)
class DayAnswer:
    """A calendar day: whether it counts, and its office hours.

    ``counted_s``: seconds of office time the clock used on it; 0 for clocks in other units.
    """

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
    """One clock and the account of its deadline; all times in seconds.

    ``ran_s``, the sum of the running stretches, equals the budget plus ``granted_s`` (an extension to
    ``named_until``) plus ``rolled_s`` (the sum of ``rolls``: a limit in calendar days that ended on a rest day) plus
    ``late_s`` (a pause that began after the deadline). ``given_back_s``: the sum of the pauses. ``left_s``: what a
    paused clock still has. ``grants``: how often the due moment changed. ``owes``: the responsible party.
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
            clock_zh=clock_text(clock, ZH),
            owes=str(one.responsible),
            owes_zh=party_text(one.responsible, policy, ZH),
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
            text_zh=explanation_text(one, policy, ZH),
            text_en=explanation_text(one, policy, EN),
        )


def _budget(its: Account) -> BudgetAnswer:
    counted_in = "office" if its.in_office else "elapsed"
    return BudgetAnswer(str(its.limit), its.limit.zh, its.limit.en, counted_in, its.budget.total_seconds())


@dataclass(frozen=True, slots=True)
class ChargeAnswer:
    """How long one party was responsible for the next act; ``owes`` is empty for the time when nobody was."""

    owes: str
    owes_zh: str
    elapsed_s: float
    office_s: float

    @classmethod
    def of(cls, charge: ResponsibilityTime, policy: Policy) -> "ChargeAnswer":
        owes = str(charge.responsible) if charge.responsible else ""
        zh = party_text(charge.responsible, policy, ZH)
        return cls(owes, zh, charge.elapsed.total_seconds(), charge.office.total_seconds())


@dataclass(frozen=True, slots=True)
class ExplanationAnswer:
    """The deadlines of an issue up to ``as_of``. ``owed_by`` adds up to the time from receipt until then."""

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
    """The explanation as of ``moment``, from the events on record by then; ``recorded`` is not empty.

    ``policies``: every policy the issue was under, by version.
    """
    policy = policies[fold(issue_no, recorded).governance.policy_version]
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
