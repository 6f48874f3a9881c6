"""Template filters that turn the codes and moments of a notice into text: one set for each language."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bihuan.domain.clocks.clock import OBLIGATION_ZH, Obligation
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.commands import SUSPENSION_ZH
from bihuan.domain.ladder.commands import ORDER_GROUND_ZH
from bihuan.domain.ladder.papers import GROUND_ZH, PAPER_ZH
from bihuan.domain.ladder.rungs import RUNG_ZH
from bihuan.domain.notifications.ladder import CONCLUSIONS_EN
from bihuan.domain.parties import Desk, Party
from bihuan.domain.policy import URGENCY_ZH, Policy
from bihuan.domain.requests.values import REQUEST_ZH
from bihuan.domain.stage import STAGE_ZH, STATUS_ZH
from bihuan.language.explanations import party_text
from bihuan.language.phrases import Language

Filter = Callable[[str], str]
RUNGS_EN = {
    "R0": "reminder",
    "R1": "urging",
    "R2": "supervision",
    "R3": "written criticism",
    "R4": "level-up",
    "R5": "government office",
    "R6": "inspection letter",
    "P": "report to the province",
}
assert set(RUNGS_EN) == set(RUNG_ZH)
CODES_ZH: Mapping[str, str] = {
    **{
        code.value: zh
        for table in (GROUND_ZH, REQUEST_ZH, SUSPENSION_ZH, ORDER_GROUND_ZH, URGENCY_ZH)
        for code, zh in table.items()
    }
}
"""The kinds and grounds of requests, suspensions, papers and orders, and how urgent a matter is.

Any other text is shown as it is.
"""


def filters(policy: Policy, language: Language) -> dict[str, Filter]:
    """The filters by the name a template uses. ``policy``: for the names of units and groups."""
    zh = language is Language.ZH

    def party(text: str) -> str:
        """Units and groups by name; persons and enterprises by their kind of desk only."""
        desk, _, ref = text.partition(":")
        return party_text(Party(Desk(desk), ref), policy, language) if desk in set(Desk) else text

    def unit(code: str) -> str:
        known = policy.units.get(code) or policy.groups.get(code)
        return known.name if known else code

    return {
        "party": lambda text: _each(text, party, "、" if zh else ", "),
        "unit": unit,
        "moment": _moment,
        "clock": lambda text: _each(text, _clock if zh else _clock_en, "、" if zh else ", "),
        "rung": (lambda text: RUNG_ZH.get(text, text)) if zh else (lambda text: RUNGS_EN.get(text, text)),  # type: ignore[call-overload]
        "code": (lambda text: _each(text, lambda one: CODES_ZH.get(one, one), "、"))
        if zh
        else (lambda text: _each(text, _plain, ", ")),
        "length": _length if zh else (lambda text: Limit.parse(text).en),
        "said": str if zh else (lambda text: ENGLISH.get(text, text)),
    }


def _each(text: str, text_of: Filter, between: str) -> str:
    """One code, or several with 、 between them."""
    return between.join(map(text_of, text.split("、")))


def _plain(code: str) -> str:
    return code.lower().replace("_", " ") if code.isupper() else code


ENGLISH: Mapping[str, str] = {
    zh: _plain(code.value) for table in (STAGE_ZH, STATUS_ZH, PAPER_ZH) for code, zh in table.items()
} | {"同意": "granted", "不同意": "refused", **CONCLUSIONS_EN}
"""The English for facts that a notice has in Chinese only."""


def _moment(text: str) -> str:
    """In China's time, to the minute, or to the second where there are seconds; other text as it is."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    here = at.astimezone(CHINA_TIME) if at.tzinfo else at
    return f"{here:%Y-%m-%d %H:%M:%S}" if here.second else f"{here:%Y-%m-%d %H:%M}"


def _clock(key: str) -> str:
    name, _, number = key.partition("#")
    if name not in set(Obligation):
        return key
    return OBLIGATION_ZH[Obligation(name)] + (f"第{number}次" if number not in ("", "1") else "")


def _clock_en(key: str) -> str:
    name, _, number = key.partition("#")
    return name.replace("_", " ") + (f" {number}" if number not in ("", "1") else "")


def _length(text: str) -> str:
    return Limit.parse(text).zh
