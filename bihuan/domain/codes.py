"""Codes as people type them, normalized and checked; counties may be given by name.

The city's files, the API, imports and searches all normalize codes here, so that a code has one form everywhere.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.refusals import CreditCodeInvalid, UnknownCounty, UnknownUnit

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
USCC_LENGTH = 18
INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Unicode categories of blanks and of characters without width."""
REMARK = re.compile(r"\([^()]*\)")
CODED = frozenset({"category", "group", "unit", "co_units", "suggested_unit", "participants", "lead"})
"""Fields that hold a code or several. Credit code and county are not here: they are checked as well."""
HasCodes = TypeVar("HasCodes")


def normalize(text: str) -> str:
    """A code in its normal form: full-width characters as ASCII, no blanks, upper case (NFKC)."""
    if text.isascii() and text.isalnum():
        return text.upper()
    plain = unicodedata.normalize("NFKC", text)
    seen = "".join(c for c in plain if unicodedata.category(c) not in INVISIBLE)
    return unicodedata.normalize("NFKC", seen.upper())


def is_uscc(code: str) -> bool:
    """Whether the text is a unified social credit code, by its alphabet and check digit (GB 32100-2015)."""
    if len(code) != USCC_LENGTH or any(c not in ALPHABET for c in code):
        return False
    total = sum(ALPHABET.index(c) * weight for c, weight in zip(code[:-1], WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31] == code[-1]


def uscc(said: str, *, field: str = "uscc") -> str:
    """The normalized credit code, empty where none was given. Raises CreditCodeInvalid (GB 32100-2015)."""
    code = normalize(said)
    if code and not is_uscc(code):
        raise CreditCodeInvalid(field=field)
    return code


def county_code(said: str, counties: Mapping[str, str]) -> str:
    """The code of the county given by code or name; anything else is returned as a normalized code.

    ``counties``: code → name. A name may omit its remark in brackets; a name that several counties share is no match.
    """
    folded = normalize(said)
    if not folded or folded in counties:
        return folded
    named = {code for code, name in counties.items() if folded in (normalize(name), REMARK.sub("", normalize(name)))}
    return named.pop() if len(named) == 1 else folded


def county(said: str, counties: Mapping[str, str], *, field: str = "county") -> str:
    """The code of one of the counties, empty where none was given. Raises UnknownCounty.

    Without ``counties`` (policies recorded before counties had names) any code is accepted.
    """
    code = county_code(said, counties)
    if code and counties and code not in counties:
        raise UnknownCounty(field=field)
    return code


def with_codes(act: HasCodes, policy: Policy, at: str = "") -> HasCodes:
    """An act or a query with every code normalized. Raises CreditCodeInvalid, UnknownCounty.

    ``at``: prefix of the field names in errors, for a nested value.
    """
    said = {one.name: getattr(act, one.name) for one in fields(act)}  # type: ignore[arg-type]  # acts are dataclasses
    return replace(act, **{name: _normalized(name, value, policy, f"{at}{name}") for name, value in said.items()})  # type: ignore[type-var]


def _normalized(name: str, value: Any, policy: Policy, place: str) -> Any:
    match name, value:
        case "uscc", str():
            return uscc(value, field=place)
        case "county", str():
            return county(value, policy.counties, field=place)
        case "enterprise", _ if is_dataclass(value):
            return with_codes(value, policy, f"{place}/")
        case _, str() if name in CODED:
            return normalize(value)
        case _, tuple() if name in CODED:
            return tuple(map(normalize, value))
        case _:
            return value


def actor_with_code(who: Actor, policy: Policy) -> Actor:
    """The person with ``org`` normalized; a hub may also be given by its county's name."""
    org = county_code(who.org, policy.counties) if who.role is Role.HUB else normalize(who.org)
    return who if org == who.org else replace(who, org=org)


def known_unit(unit: str, policy: Policy, *, field: str) -> None:
    """Raises UnknownUnit where no unit of the roster has this code."""
    if unit not in policy.units:
        raise UnknownUnit(field=field, unit=unit)
