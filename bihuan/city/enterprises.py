"""The register of enterprises, asked whenever an act names one: its name, its county, its liaison official."""

from collections import defaultdict
from dataclasses import replace
from typing import TypeVar

from bihuan.city.configuration import City, EnterpriseEntry
from bihuan.domain import codes
from bihuan.domain.commands import Complete, Enterprise, Submit

Asked = TypeVar("Asked")


class Register:
    """The enterprises of a city, by credit code and by name."""

    def __init__(self, city: City) -> None:
        self._counties = city.policy.counties
        self._by_code = city.enterprises
        self._by_name: defaultdict[str, list[EnterpriseEntry]] = defaultdict(list)
        for entry in city.enterprises.values():
            self._by_name[codes.normalize(entry.name)].append(entry)

    def filled(self, asked: Asked) -> Asked:
        """A submission or a completion with what is known of the enterprise it names; any other act as it is."""
        match asked:
            case Submit(enterprise=named):
                known = self._entry(named.uscc, named.name, asked.county)
                if known is None:
                    return asked
                enterprise = Enterprise(named.name or known.name, known.uscc)
                return replace(asked, enterprise=enterprise, county=asked.county or known.county, liaison=known.liaison)
            case Complete(uscc=uscc, name=name, county=county):
                known = self._entry(uscc, name, county)
                if known is None:
                    return asked
                return replace(
                    asked,
                    uscc=known.uscc,
                    registered_name=known.name,
                    registered_county=known.county,
                    liaison=known.liaison,
                )
            case _:
                return asked

    def _entry(self, uscc: str, name: str, county: str) -> EnterpriseEntry | None:
        """By its code; by its name where no code is given, one alone has that name, and no other county is named."""
        if codes.normalize(uscc):
            return self._by_code.get(codes.normalize(uscc))
        named, meant = self._by_name.get(codes.normalize(name), []), codes.county_code(county, self._counties)
        return named[0] if len(named) == 1 and meant in ("", named[0].county) else None
