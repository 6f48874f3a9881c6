"""The counties, units, groups, laws and limits of the small city; the numbers are those of docs/rules.md 4.2 and 4.4,
written out here and nowhere read from the project's own files.
"""

from collections.abc import Mapping

from bihuan.domain.clocks.limits import Limit
from bihuan.domain.policy import Group, Law, Limits, Policy, RequestRules, Unit, UnitKind, Urgency
from tests.support.small_city.calendar import CALENDAR

PLAIN, HUBBED, UNLISTED = "410923", "410922", "410999"
"""Coordination triages for the first, its hub for the second; the third has neither hub nor group."""
D1, D2, D3, FORMER = "D1", "D2", "D3", "D4"
PLAIN_HUB, HUBBED_HUB = "H-410923", "H-410922"
C1 = "C1"
"""A unit of the plain county itself."""
UNIT_OF_G2 = D3
"""The roster names a group for this unit itself."""
G1, G2, COORD = "G1", "G2", "COORD"
USCC = "91410923MA0000001H"

LIMITS = {
    Urgency.CONSULT: "4wh 4wh - - 1wd 4wh",
    f"{Urgency.CONSULT}+complex": "4wh 4wh - - 3wd 4wh",
    Urgency.URGENT: "1wh 1wh 24h - 3wd 1wd",
    Urgency.GENERAL: "1wd 1wd 3wd - 7wd 1wd",
    Urgency.COMPLEX: "1wd 1wd 3wd 7wd 30d 5wd",
    Urgency.HISTORIC: "1wd 1wd 3wd 30d 30d 5wd",
}
"""triage, sign, first report, reports after it, solve, blue light"""


def limit(text: str) -> Limit:
    return Limit.parse(text)


WHATEVER_THE_CLASS = {
    "complete": "1wd",
    "supply": "5wd",
    "return_window": "2wd",
    "ruling": "1wd",
    "rework": "5wd",
    "check": "1wd",
    "deliver": "1wd",
    "evaluate": "5wd",
    "callback": "1wd",
    "callback_apart": "1wd",
    "close_out": "1wd",
    "reply": "3wd",
    "lift": "3wd",
    "archive": "30d",
    "sup_after": "1wd",
    "assist": "3wd",
    "crit_after": "5wd",
    "level_up": "10d",
    "letter_after": "10wd",
    "sign_draft": "1wd",
    "consult": "5wd",
    "objection": "30d",
    "objection_ruling": "30d",
    "repeat_every": "1wd",
    "urge_every": "1wd",
    "audit": "1wd",
    "audit_window": "3d",
}
"""The limits that are the same in every row."""


def _limits(row: str) -> Limits:
    triage, sign, report, every, solve, blue = (None if text == "-" else limit(text) for text in row.split())
    assert triage
    assert sign
    assert solve
    assert blue
    same = {name: limit(text) for name, text in WHATEVER_THE_CLASS.items()}
    return Limits(triage=triage, sign=sign, report=report, report_every=every, solve=solve, blue=blue, **same)


_UNITS = (
    Unit(D1, "供电公司", UnitKind.DEPARTMENT),
    Unit(D2, "金融局", UnitKind.DEPARTMENT),
    Unit(D3, "住建局", UnitKind.DEPARTMENT),
    Unit(FORMER, "交通局", UnitKind.DEPARTMENT),
    Unit(C1, "南乐县住建局", UnitKind.COUNTY, PLAIN),
    Unit(PLAIN_HUB, "南乐县专班", UnitKind.HUB, PLAIN),
    Unit(HUBBED_HUB, "清丰县专班", UnitKind.HUB, HUBBED),
)
REQUEST_RULES = RequestRules(
    ruling=limit("1wd"),
    extension_before=limit("1wd"),
    extension_percent=100,
    extensions_by_coordination=1,
    extensions_max=2,
    suspension_review=limit("30d"),
    suspension_by_coordination=limit("90d"),
    suspended_report=limit("30d"),
    appeal_window=limit("3wd"),
    appeal_ruling=limit("3wd"),
)
_GROUPS = (Group(G1, "第一督导组", "授权1号"), Group(G2, "第二督导组", "授权2号"))
ARREARS, HENAN_BE = (
    Law(
        id=law,
        name=f"《{law}》",
        name_en=law,
        citation=f"《{law}》某条",
        citation_en=f"{law}, an article",
        categories=(category,),
        limits=_limits(row),
        solve_max=limit(longest),
        silence_accepts=silence,
    )
    for law, category, row, longest, silence in (
        ("LAW-ARREARS", "ARREARS", "10wd 1wd 3wd 7wd 30d 5wd", "90d", False),
        ("LAW-HENAN-BE", "COMPLAINT_BE", "3wd 1wd 3wd 7wd 30d 5wd", "60d", True),
    )
)
POLICY = Policy(
    version="v1",
    profile="PY-13710",
    limits={key: _limits(row) for key, row in LIMITS.items()},
    calendar=CALENDAR,
    units={unit.code: unit for unit in _UNITS},
    groups={group.id: group for group in _GROUPS},
    county_groups={PLAIN: G1, HUBBED: G2},
    unit_groups={UNIT_OF_G2: G2},
    catalogue={"FIN": "FINANCE", "ENERGY": "FACTOR", "ARREARS": "LAW", "COMPLAINT_BE": "BIZENV"},
    hub_triages=frozenset({HUBBED}),
    coordination=Group(COORD, "综合协调组", "授权0号"),
    alarms_late_s=60,
    callback_sample_percent=10,
    laws=(ARREARS, HENAN_BE),
    requests=REQUEST_RULES,
    repeats_max=5,
    level_up_units=2,
    level_up_reworks=3,
    level_up_transfers=3,
    counties={PLAIN: "南乐县", HUBBED: "清丰县(含开发区)", UNLISTED: "名册外县"},
)

SHORTER_SOLVE: Mapping[str, Limit] = {Urgency.GENERAL: limit("5wd"), Urgency.COMPLEX: limit("20d")}
