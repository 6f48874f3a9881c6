"""The register of key enterprises: fills in name, county and liaison official of an enterprise that an act names."""

from collections import defaultdict
from dataclasses import replace
from typing import TypeVar

from bihuan.city.configuration import City, EnterpriseEntry
from bihuan.domain import codes
from bihuan.domain.commands import Complete, Enterprise, Submit

Asked = TypeVar("Asked")


class EnterpriseRegister:
    """The enterprises of a city, by credit code and by name."""

    def __init__(self, city: City) -> None:
        self._counties = city.policy.counties
        self._by_code = city.enterprises
        self._by_name: defaultdict[str, list[EnterpriseEntry]] = defaultdict(list)
        for entry in city.enterprises.values():
            self._by_name[codes.normalize(entry.name)].append(entry)

    def filled(self, asked: Asked) -> Asked:
        """A ``Submit`` or ``Complete`` completed with the entry of the enterprise it names; any other act unchanged."""
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
        """Look up by code; without a code by name, if the name is unique and the county does not contradict it."""
        if codes.normalize(uscc):
            return self._by_code.get(codes.normalize(uscc))
        named, meant = self._by_name.get(codes.normalize(name), []), codes.county_code(county, self._counties)
        return named[0] if len(named) == 1 and meant in ("", named[0].county) else None
