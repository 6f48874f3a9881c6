"""Who sits at a desk while its own people are on leave."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bihuan.domain.parties import Party


@dataclass(frozen=True, slots=True)
class Absence:
    """From one day to another, both included."""

    party: Party
    since: date
    until: date
    deputy: Party

    def lasts(self, day: date) -> bool:
        return self.since <= day <= self.until


def stand_in(absences: Sequence[Absence], party: Party, day: date) -> Party:
    """The desk itself, or its deputy, or the deputy's deputy: up to one who is there."""
    *_, last = _chain(absences, party, day)
    return last


def cycles(absences: Sequence[Absence]) -> list[Absence]:
    """The absences whose deputies, on some day, lead back to where they began.

    Absences overlap from the first day of one of them, so no other days need to be looked at.
    """
    days = {one.since for one in absences}
    return [one for one in absences if any(_leads_back(absences, one, day) for day in days)]


def _leads_back(absences: Sequence[Absence], one: Absence, day: date) -> bool:
    return one.lasts(day) and one.party in list(_chain(absences, one.deputy, day))


def _chain(absences: Sequence[Absence], party: Party, day: date) -> Iterator[Party]:
    """Ends even where it leads back, which files are not taken with."""
    met = {party}
    yield party
    while (absence := _of(absences, party, day)) is not None and absence.deputy not in met:
        party = absence.deputy
        met.add(party)
        yield party


def _of(absences: Sequence[Absence], party: Party, day: date) -> Absence | None:
    return next((one for one in absences if one.party == party and one.lasts(day)), None)
