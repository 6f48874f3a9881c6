"""Sums over many played issues, and what another policy would change."""

from collections import Counter
from dataclasses import dataclass, field, fields

from bihuan.domain.parties import Desk, Party
from bihuan.domain.stage import Outcome
from bihuan.simulation.player import Alert, Played, RefusedAct


@dataclass
class Tally:
    """Sums over issues. Alerts are counted by group and rung, by unit responsible and rung, and by recipient."""

    collected: int = 0
    solved: int = 0
    not_taken_in: int = 0
    collected_by_group: Counter[str] = field(default_factory=Counter)
    solved_by_group: Counter[str] = field(default_factory=Counter)
    by_group: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_unit: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_recipient: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, played: Played | None) -> None:
        """Count one more issue. None: the policy does not accept it."""
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
            self.by_unit[responsible_name(alert.responsible), alert.rung] += 1
            self.by_recipient.update(map(str, alert.recipients))
        self.refused.update((one.act, one.reason) for one in played.refused)

    def add(self, other: "Tally") -> None:
        """Add the sums of other issues."""
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
        return _totals(self.by_group, 1)

    @property
    def alerts(self) -> int:
        return sum(self.by_group.values())


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def responsible_name(party: Party) -> str:
    """The code of a unit; of any other party its desk."""
    return party.ref if party.desk is Desk.UNIT else str(party.desk)


def _totals(counts: Counter[tuple[str, str]], place: int) -> Counter[str]:
    summed: Counter[str] = Counter()
    for key, count in counts.items():
        summed[key[place]] += count
    return summed


def totals_by_name(counts: Counter[tuple[str, str]]) -> dict[str, int]:
    """Counts summed by the first half of their key, sorted by it."""
    return dict(sorted(_totals(counts, 0).items()))


def difference(before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """The change in count by group or unit and rung (negative: fewer), only where there is one."""
    found: dict[str, dict[str, int]] = {}
    for name, rung in sorted(before.keys() | after.keys()):
        if change := after[name, rung] - before[name, rung]:
            found.setdefault(name, {})[rung] = change
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """What another policy changes for one issue.

    ``moved``: the same alarm at another time, in another group, or with others responsible or notified. ``refused``:
    acts that only the other policy refuses. ``taken_in`` False: it does not accept the issue at all.
    """

    issue_no: str
    title: str
    enterprise: str
    more: tuple[Alert, ...]
    fewer: tuple[Alert, ...]
    moved: tuple[tuple[Alert, Alert], ...]
    refused: tuple[RefusedAct, ...] = ()
    taken_in: bool = True


def compare_played(before: Played, after: Played | None) -> Change | None:
    """Alarm against alarm; None where nothing differs. ``after`` None: the other policy does not accept the issue.

    An act that both policies refuse is no difference.
    """
    was = {alert.key: alert for alert in before.alerts}
    now = {alert.key: alert for alert in after.alerts} if after else {}
    refused = Counter(after.refused) - Counter(before.refused) if after else Counter()
    change = Change(
        before.issue.issue_no,
        before.issue.matter.heading(),
        before.issue.matter.enterprise.name,
        more=tuple(alert for key, alert in now.items() if key not in was),
        fewer=tuple(alert for key, alert in was.items() if key not in now),
        moved=tuple((was[key], alert) for key, alert in now.items() if key in was and was[key] != alert),
        refused=tuple(refused),
        taken_in=after is not None,
    )
    same = change.taken_in and not (change.more or change.fewer or change.moved or change.refused)
    return None if same else change
