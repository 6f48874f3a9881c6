"""Who stands in at a desk while its own people are on leave."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bihuan.domain.parties import Party


@dataclass(frozen=True, slots=True)
class Absence:
    """A leave from one day to another, both included, and the deputy for it."""

    party: Party
    since: date
    until: date
    deputy: Party

    def lasts(self, day: date) -> bool:
        """Whether the day is part of it."""
        return self.since <= day <= self.until


def stand_in(absences: Sequence[Absence], party: Party, day: date) -> Party:
    """The desk itself, or its deputy, or the deputy's deputy: the first that is not on leave."""
    *_, last = _chain(absences, party, day)
    return last


def cycles(absences: Sequence[Absence]) -> list[Absence]:
    """The absences whose deputies, on some day, form a cycle.

    Overlapping absences overlap on the first day of one of them, so only those days are checked.
    """
    days = {one.since for one in absences}
    return [one for one in absences if any(_leads_back(absences, one, day) for day in days)]


def _leads_back(absences: Sequence[Absence], one: Absence, day: date) -> bool:
    return one.lasts(day) and one.party in list(_chain(absences, one.deputy, day))


def _chain(absences: Sequence[Absence], party: Party, day: date) -> Iterator[Party]:
    """The desk, its deputy, the deputy's deputy and so on. It ends even in a cycle (refused in files)."""
    seen = {party}
    yield party
    while (absence := _of(absences, party, day)) is not None and absence.deputy not in seen:
        party = absence.deputy
        seen.add(party)
        yield party


def _of(absences: Sequence[Absence], party: Party, day: date) -> Absence | None:
    return next((one for one in absences if one.party == party and one.lasts(day)), None)
