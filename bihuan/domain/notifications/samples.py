"""A sample of every fact and of those who are notified: templates are proved and previews shown with them."""

from collections.abc import Mapping

from bihuan.domain.issue import Desk, Party

STANDING = ("stage", "status", "unit", "group", "county")
"""Where the issue stands: what every notice carries, as far as it is known."""
ALWAYS = ("stage", "status")
"""The least that a notice carries."""
FACTS: Mapping[str, str] = {
    "accepted_at": "2026-11-23T18:00:00+08:00",
    "alarm": "issue#1/R1",
    "assisting_unit": "D05",
    "authorisation_ref": "濮督〔2021〕1号",
    "basis": "濮营办〔2026〕9号",
    "by": "2026-12-04T18:00:00+08:00",
    "calendar": "cn-2027.1",
    "clock": "issue#1",
    "conclusion": "已按要求整改",
    "consultation": "C1",
    "count": "2",
    "county": "410902",
    "days": "2027-01-01 元旦",
    "decision": "由承办单位牵头，十日内办结",
    "draft": "D-R3-1",
    "due_at": "2026-11-23T18:00:00+08:00",
    "ground": "OVERDUE",
    "grounds": "OVERDUE、REPLY_LATE",
    "group": "G1",
    "hand_over_within": "1wd",
    "into": "BH2026112000007",
    "kind": "EXTENSION",
    "lapsed": "true",
    "late": "true",
    "lead": "D05",
    "order": "SO-1",
    "other_channel": "人民法院",
    "owes": "unit:D16",
    "paper": "书面通报",
    "parent": "BH2026112000007",
    "policy": "PY-13710-1",
    "question": "请补充用电负荷清单",
    "reason": "设备到货推迟",
    "reason_en": "Issue BH2026112000007 is over, so nothing can be merged into it.",
    "reply_due": "2026-11-26T18:00:00+08:00",
    "request": "Q1",
    "ruling": "同意",
    "rung": "R2",
    "scope": "督促限期办结",
    "stage": "办理",
    "status": "办理中",
    "task": "提供线路资料",
    "team_leader": "group-leader:G1",
    "text": "线路已勘察，增容方案已定",
    "to": "bulletin",
    "topic": "用电增容与线路改造",
    "unit": "D16",
    "until": "2026-12-04T18:00:00+08:00",
    "urgency": "COMPLEX",
}
"""By the name a template uses."""
ENTERPRISE = Party(Desk.ENTERPRISE, "91410902MA00000001")
LIAISON = Party(Desk.LIAISON, "O0001")
UNIT = Party(Desk.UNIT, "D16")
HEAD = Party(Desk.UNIT_HEAD, "D16")
ASSISTANT = Party(Desk.UNIT, "D05")
COORDINATION = Party(Desk.COORDINATION)
COORDINATION_HEAD = Party(Desk.COORDINATION_HEAD)
CALLBACK = Party(Desk.CALLBACK)
SERVICE_GROUP = Party(Desk.SERVICE_GROUP, "FACTOR")
GROUP = Party(Desk.GROUP, "G1")
COUNTY_LEADER = Party(Desk.COUNTY_LEADER, "410902")
LEADER = Party(Desk.LEADER)
BULLETIN = Party(Desk.BULLETIN)
