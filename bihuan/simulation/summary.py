"""Simulation: what the rules make of many issues, summed up, and what another policy would change."""

from collections import Counter
from dataclasses import dataclass, field, fields

from bihuan.domain.parties import Desk, Party
from bihuan.domain.stage import Outcome
from bihuan.simulation.player import Alert, Played, Turned


@dataclass
class Tally:
    """Sums over issues. Alerts are counted by group and rung, by who owed and rung, and by who was told."""

    collected: int = 0
    solved: int = 0
    not_taken_in: int = 0
    collected_by_group: Counter[str] = field(default_factory=Counter)
    solved_by_group: Counter[str] = field(default_factory=Counter)
    by_group: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_unit: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_told: Counter[str] = field(default_factory=Counter)
    turned: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, played: Played | None) -> None:
        """One issue more. None: the policy does not take it in."""
        if played is None:
            self.not_taken_in += 1
            return
        group = played.issue.assignment.group
        self.collected += 1
        self.collected_by_group[group] += 1
        if played.issue.closed and played.issue.evaluation.outcome is Outcome.SOLVED:
            self.solved += 1
            self.solved_by_group[group] += 1
        for alert in played.alerts:
            self.by_group[alert.group, alert.rung] += 1
            self.by_unit[owing(alert.owes), alert.rung] += 1
            self.by_told.update(map(str, alert.told))
        self.turned.update((one.act, one.reason) for one in played.turned)

    def add(self, other: "Tally") -> None:
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            setattr(self, each.name, mine + theirs)

    @property
    def rate(self) -> float:
        """Solved of collected, in percent with two decimals."""
        return _percent(self.solved, self.collected)

    def rate_of(self, group: str) -> float:
        return _percent(self.solved_by_group[group], self.collected_by_group[group])

    @property
    def by_rung(self) -> Counter[str]:
        return _over(self.by_group, 1)

    @property
    def alerts(self) -> int:
        return sum(self.by_group.values())


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def owing(party: Party) -> str:
    """The unit that owes, by its code; any other desk by its name."""
    return party.ref if party.desk is Desk.UNIT else str(party.desk)


def _over(counts: Counter[tuple[str, str]], place: int) -> Counter[str]:
    summed: Counter[str] = Counter()
    for key, count in counts.items():
        summed[key[place]] += count
    return summed


def per_first(counts: Counter[tuple[str, str]]) -> dict[str, int]:
    """Counts by the first half of their key, in its order."""
    return dict(sorted(_over(counts, 0).items()))


def difference(before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """What each group or unit has more (or, negative, fewer) of, rung by rung; only where there is a difference."""
    found: dict[str, dict[str, int]] = {}
    for name, rung in sorted(before.keys() | after.keys()):
        if change := after[name, rung] - before[name, rung]:
            found.setdefault(name, {})[rung] = change
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """What another policy makes of one issue. ``moved``: the same alarm at another time, group, debtor or audience."""

    issue_no: str
    title: str
    enterprise: str
    more: tuple[Alert, ...]
    fewer: tuple[Alert, ...]
    moved: tuple[tuple[Alert, Alert], ...]
    turned: tuple[Turned, ...] = ()
    taken_in: bool = True


def compared(before: Played, after: Played | None) -> Change | None:
    """Alarm against alarm; None where nothing differs. ``after`` None: the other policy does not take the issue in.

    An act that neither policy obeys is no difference.
    """
    was = {alert.key: alert for alert in before.alerts}
    now = {alert.key: alert for alert in after.alerts} if after else {}
    turned = Counter(after.turned) - Counter(before.turned) if after else Counter()
    change = Change(
        before.issue.issue_no,
        before.issue.matter.title or before.issue.matter.description[:40],
        before.issue.matter.enterprise.name,
        more=tuple(alert for key, alert in now.items() if key not in was),
        fewer=tuple(alert for key, alert in was.items() if key not in now),
        moved=tuple((was[key], alert) for key, alert in now.items() if key in was and was[key] != alert),
        turned=tuple(turned),
        taken_in=after is not None,
    )
    same = change.taken_in and not (change.more or change.fewer or change.moved or change.turned)
    return None if same else change
