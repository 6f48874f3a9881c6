"""The courses an issue can take in the sample, each with the rungs expected of it, written down by hand.

Times, also in a field (``until``), are working days after receipt (at 09:00) and an hour. Limits are those of PY-13710,
GENERAL: triage, sign, check, deliver and close-out end at 18:00 of the next working day and warn at 16:15; a report is
due at 18:00 of the third day and warns at 10:15; the issue is due at 18:00 of the seventh and warns at 08:30; R2
follows a working day later, R3 five working days after the due moment, or at once where the reply to an order is late.
A paper drafted by R3 and above is to be signed within a working day: ``sign_draft`` warns at 16:15 of it. Rungs of one
moment are raised in the order of their clocks' names.

A unit that has no result ten working days after R3 raises R4 only, and a leader's signature is due.

Arrears and complaints of the business environment stand under a law instead: triage ends on the tenth or third day, the
issue is due thirty calendar days after receipt, rolled to a working day, and warns five working days before. The other
limits are the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Moment = tuple[int, str]
LAWS = {"ARREARS": "LAW-ARREARS", "COMPLAINT_BE": "LAW-HENAN-BE"}


@dataclass
class Case:
    """One issue being written: its acts as (moment, actor, act, fields, if_status), and its expected end."""

    ref: str
    uscc: str
    county: str
    group: str
    unit: str
    other_unit: str
    third_unit: str
    submission: dict[str, Any]
    hub: bool = False
    parent: str = ""
    acts: list[tuple[Moment, str, str, dict[str, Any], str]] = field(default_factory=list)
    stage: str = "CLOSED"
    outcome: str = "SOLVED"
    rungs: list[str] = field(default_factory=list)

    def act(self, day: int, hour: str, actor: str, name: str, if_status: str = "", **fields: Any) -> None:
        self.acts.append(((day, hour), actor, name, fields, if_status))

    @property
    def law(self) -> str:
        """The law that governs the issue, or empty."""
        return LAWS.get(self.submission.get("category", ""), "")

    @property
    def triager(self) -> str:
        return f"HUB/hub-{self.county}/{self.county}" if self.hub else "COO/coordinator/"

    @property
    def enterprise(self) -> str:
        return f"ENT/enterprise/{self.uscc}"

    def head(self, unit: str = "") -> str:
        return f"HED/head-{unit or self.unit}/{unit or self.unit}"

    def end(self, stage: str, outcome: str = "", *rungs: str) -> None:
        self.stage, self.outcome = stage, outcome
        self.rungs += rungs


Archetype = Callable[[Case], None]


def climb(clock: str) -> list[str]:
    return [f"{clock}:R0", f"{clock}:R1", f"{clock}:R2"]


def rungs(text: str) -> list[str]:
    """The rungs of a text such as ``sign:R0 sign#2:R1``; a clock without a number is the first of its kind."""
    return [rung if "#" in rung else rung.replace(":", "#1:") for rung in text.split()]


def _received(case: Case) -> None:
    case.act(0, "09:00", case.enterprise, "submit", **case.submission)


def _handed_over(case: Case, day: int = 0) -> None:
    case.act(day, "10:00", case.triager, "accept")
    case.act(day, "11:00", case.triager, "hand_over", unit=case.unit, requirement="请按时办结并反馈企业")


def _signed(case: Case, day: int = 0, hour: str = "15:00", unit: str = "") -> None:
    case.act(day, hour, case.head(unit), "sign", note="已联系企业")


def _worked(case: Case, day: int = 4, unit: str = "", outcome: str = "SOLVED", report: bool = True) -> None:
    """From the report to the enterprise's good rating and the close-out, three days after the result."""
    head = case.head(unit)
    if report:
        case.act(day - 2, "09:00", head, "report", text="已现场核实，正在协调解决")
    case.act(day, "10:00", head, "submit_result", outcome=outcome, text="已按规定办结", evidence=["现场照片"])
    case.act(day, "15:00", case.triager, "check", verdict="pass")
    case.act(day + 1, "09:00", head, "deliver", to="企业联系人", how="电话")
    _rated(case, day + 2)


def _rated(case: Case, day: int, closes: str = "") -> None:
    case.act(day, "10:00", case.enterprise, "rate", score=5, solved=True, comment="满意")
    case.act(day, "15:00", "CBK/caller/", "call_back", "CALLBACK", result="confirmed", record="企业确认已解决")
    case.act(day + 1, "09:00", closes or case.triager, "close_out", summary="已销号")


def _ruled(case: Case, day: int, hour: str) -> None:
    """Another person of coordination approves the request."""
    case.act(day, hour, "COO/deputy/", "rule_request", request=f"{case.ref}-Q1", ruling="approve", reason="情况属实")


def happy(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case)
    _worked(case)


def referred(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case)
    _worked(case, outcome="REFERRED")
    case.outcome = "REFERRED"


def answered(case: Case) -> None:
    """Another person of coordination than the one who answered closes it out."""
    _received(case)
    case.act(0, "11:00", case.triager, "answer", text="现行政策规定如下，特此说明", how="电话", outcome="EXPLAINED")
    _rated(case, 1, closes="COO/deputy/")
    case.outcome = "EXPLAINED"


def rejected(case: Case) -> None:
    _received(case)
    reason = {"ground": "OTHER_LEGAL_CHANNEL", "reason": "该事项已进入诉讼程序", "other_channel": "人民法院"}
    case.act(0, "11:00", case.triager, "reject", **reason)
    _ruled(case, 0, "14:40")
    case.outcome = "REJECTED"


def merged(case: Case) -> None:
    _received(case)
    case.act(0, "14:40", case.triager, "merge", into=case.parent)
    case.outcome = "MERGED"


def withdrawn(case: Case) -> None:
    """The day after the unit signed, so the call-back agent asks first."""
    _received(case)
    _handed_over(case)
    _signed(case)
    case.act(1, "10:00", case.enterprise, "withdraw", reason="问题已自行解决")
    case.act(1, "15:00", "CBK/caller/", "audit_withdrawal", verdict="genuine", record="电话核实，企业自愿撤单")
    case.outcome = "WITHDRAWN"


def supplied(case: Case) -> None:
    _received(case)
    case.act(0, "10:00", case.triager, "ask_info", question="请补充用途说明")
    case.act(1, "10:00", case.enterprise, "supply", text="补充材料如附")
    case.act(1, "11:00", case.triager, "accept")
    case.act(1, "14:40", case.triager, "hand_over", unit=case.unit)
    _signed(case, 1, "16:00")
    _worked(case, 5)


def info_lapsed(case: Case) -> None:
    _received(case)
    case.act(0, "10:00", case.triager, "ask_info", question="请补充合同复印件")
    _handed_over(case, 6)
    _signed(case, 6)
    _worked(case, 10)


def signed_late(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case, 2, "09:00")
    _worked(case, 4, report=False)
    case.acts.insert(-6, ((2, "10:00"), case.head(), "report", {"text": "已现场核实"}, ""))
    case.rungs += ["sign#1:R0", "sign#1:R1"]


def signed_very_late(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case, 3, "09:00")
    case.act(3, "09:30", case.head(), "report", text="已现场核实")
    _worked(case, 4, report=False)
    case.rungs += climb("sign#1")


def reported_late(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case)
    case.act(4, "09:00", case.head(), "report", text="因协调第三方，迟报说明")
    _worked(case, 4, report=False)
    case.rungs += ["report#1:R0", "report#1:R1"]


def transferred(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case)
    case.act(
        1, "10:00", case.head(), "transfer", unit=case.other_unit, basis="审批权限在该单位", reason="权限不在本单位"
    )
    _signed(case, 1, "15:00", case.other_unit)
    _worked(case, 4, case.other_unit)


def _returned(case: Case) -> None:
    _received(case)
    _handed_over(case)
    reasons = {"reason": "非本单位职责", "basis": "三定方案", "suggested_unit": case.other_unit}
    case.act(0, "16:00", case.head(), "ask_return", **reasons)


def return_approved(case: Case) -> None:
    _returned(case)
    case.act(1, "10:00", "COO/coordinator/", "rule_return", ruling="approve", reason="理由成立", unit=case.other_unit)
    _signed(case, 1, "15:00", case.other_unit)
    _worked(case, 4, case.other_unit)


def return_refused(case: Case) -> None:
    _returned(case)
    case.act(1, "10:00", "COO/coordinator/", "rule_return", ruling="refuse", reason="属本单位职责")
    _worked(case)


def designated(case: Case) -> None:
    _returned(case)
    case.act(1, "10:00", "COO/coordinator/", "rule_return", ruling="approve", reason="理由成立", unit=case.other_unit)
    case.act(1, "15:00", case.head(case.other_unit), "ask_return", reason="亦非本单位职责", basis="三定方案")
    case.act(2, "10:00", "COO/coordinator/", "designate", unit=case.third_unit, reason="职责交叉，指定承办")
    _signed(case, 2, "15:00", case.third_unit)
    _worked(case, 5, case.third_unit)


def sent_back(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case)
    case.act(2, "09:00", case.head(), "report", text="已现场核实")
    case.act(4, "10:00", case.head(), "submit_result", outcome="SOLVED", text="已办结")
    case.act(4, "11:00", case.triager, "check", verdict="send_back", reason="缺少企业签字材料")
    _worked(case, 5, report=False)


def reworked(case: Case) -> None:
    """Dissatisfied, upheld by the call-back: another round, and the group's order with it."""
    _received(case)
    _handed_over(case)
    _signed(case)
    _worked(case)
    del case.acts[-3:]
    case.act(6, "10:00", case.enterprise, "rate", score=1, solved=False, comment="问题没有解决")
    case.act(6, "15:00", "CBK/caller/", "call_back", result="not_solved", record="企业反映仍未解决")
    case.rungs += ["solve#1:R2", *_warned_at_once(case)]
    _worked(case, 8, report=False)


def _warned_at_once(case: Case) -> list[str]:
    """A law warns five working days before, and a round of rework has no more than five."""
    return ["solve#1:R0"] if case.law else []


def unrated(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case)
    _worked(case)
    del case.acts[-3:]
    case.act(11, "10:00", "CBK/caller/", "call_back", result="confirmed", record="企业确认已解决")
    case.act(11, "15:00", case.triager, "close_out", summary="回访确认后销号")


def never_reached(case: Case) -> None:
    """Two calls on two working days cannot both fall inside the one day the call-back has."""
    _received(case)
    _handed_over(case)
    _signed(case)
    _worked(case)
    del case.acts[-3:]
    case.act(11, "10:00", "CBK/caller/", "call_back", result="no_answer", record="无人接听")
    case.act(12, "09:00", "CBK/caller/", "call_back", result="no_answer", record="再次无人接听")
    case.act(12, "10:00", case.triager, "close_out", summary="两次未联系上")
    case.rungs += ["callback#1:R0", "callback#1:R1"]


def order_lifted(case: Case) -> None:
    _received(case)
    _handed_over(case)
    order = f"{case.ref}-D1"
    case.act(3, "08:40", case.head(), "reply_order", order=order, text="因人员轮岗延误，今日签收")
    case.act(3, "09:00", f"SUP/supervisor-{case.group}/{case.group}", "lift_order", order=order, conclusion="说明属实")
    _signed(case, 3, "09:30")
    case.act(3, "09:45", case.head(), "report", text="已现场核实")
    _worked(case, 4, report=False)
    case.rungs += climb("sign#1")


def extended(case: Case) -> None:
    """Asked on the fifth day, granted to the ninth: the result of the eighth is in time, and nothing is raised."""
    _received(case)
    _handed_over(case)
    _signed(case)
    case.act(2, "09:00", case.head(), "report", text="已现场核实，设备在途")
    case.act(5, "10:00", case.head(), "ask_extension", until=(9, "18:00"), reason="设备到货推迟")
    _ruled(case, 5, "15:00")
    _worked(case, 8, report=False)


def suspended(case: Case) -> None:
    """From the third day until the review on the eighth the clocks are stopped; then they continue by themselves."""
    _received(case)
    _handed_over(case)
    _signed(case)
    case.act(2, "09:00", case.head(), "report", text="已现场核实，待第三方检测")
    case.act(3, "10:00", case.head(), "ask_suspension", basis="THIRD_PARTY", until=(8, "10:00"), reason="待检测报告")
    _ruled(case, 3, "11:00")
    _worked(case, 9, report=False)


def joint(case: Case) -> None:
    """Two units assist, with three days each: one is in time and accepted, the other is warned; the result follows."""
    _received(case)
    case.act(0, "10:00", case.triager, "accept")
    assisting = [case.other_unit, case.third_unit]
    case.act(0, "11:00", case.triager, "hand_over", unit=case.unit, requirement="联合现场核实", co_units=assisting)
    _signed(case)
    case.act(2, "09:00", case.head(), "report", text="已现场核实，正在会同协办单位办理")
    case.act(2, "10:00", case.head(case.other_unit), "submit_part", text="本单位事项已核定")
    case.act(2, "15:00", case.head(), "accept_part", unit=case.other_unit)
    case.act(3, "16:00", case.head(case.third_unit), "submit_part", text="本单位事项已办理")
    _worked(case, report=False)
    case.rungs += ["assist#2:R0"]


def handed_over_late(case: Case) -> None:
    """The morning after the triage limit: one working day, or three or ten by law."""
    _received(case)
    late = {"LAW-HENAN-BE": 4, "LAW-ARREARS": 11}.get(case.law, 2)
    case.act(0, "10:00", case.triager, "accept")
    case.act(late, "09:00", case.triager, "hand_over", unit=case.unit)
    _signed(case, late)
    if case.law:  # at once, before the blue light of the issue's own thirty days
        case.act(late, "16:00", case.head(), "report", text="已现场核实，正在协调解决")
    _worked(case, late + (1 if case.law else 4), report=not case.law)
    case.rungs += ["triage#1:R0", "triage#1:R1"]


def reopened(case: Case) -> None:
    happy(case)
    case.act(9, "10:00", case.enterprise, "reopen", reason="问题再次出现")
    _worked(case, 10, report=False)
    case.rungs += _warned_at_once(case)


def order_objected(case: Case) -> None:
    """The unit objects to the order, another person of coordination agrees, and it is withdrawn."""
    _received(case)
    _handed_over(case)
    order = f"{case.ref}-D1"
    case.act(3, "08:40", case.head(), "object_order", order=order, reason="系统故障期间已电话签收，有记录为证")
    case.act(3, "08:50", "COO/reviewer/", "rule_objection", order=order, decision="approve", reason="情况属实")
    _signed(case, 3, "09:30")
    case.act(3, "09:45", case.head(), "report", text="已现场核实")
    _worked(case, 4, report=False)
    case.rungs += climb("sign#1")


def levelled_up(case: Case) -> None:
    """The head asks, coordination agrees, a leader signs: a task force has ten days and needs three."""
    _received(case)
    _handed_over(case)
    _signed(case)
    case.act(1, "09:00", case.head(), "ask_level_up", reason="涉及多个部门，本级无权决定")
    case.act(1, "10:00", "COO/coordinator/", "rule_level_up", decision="approve", reason="确需提级")
    case.act(1, "11:00", "LDR/leader/", "sign_draft", draft=f"{case.ref}-N1", text="由分管副市长牵头办理")
    _worked(case)


def _passed_to_a_second_unit(case: Case) -> None:
    """The first unit misses the limit and replies to its order; coordination moves the issue; the second misses its
    limit too. Until then the issue's R3 names coordination, and the leader sends no such criticism."""
    _received(case)
    _handed_over(case)
    _signed(case)
    case.act(2, "09:00", case.head(), "report", text="已现场核实")
    coordinator, order = "COO/coordinator/", f"{case.ref}-D1"
    case.act(9, "09:00", coordinator, "transfer", unit=case.other_unit, basis="审批权限在该单位", reason="久拖不决")
    case.act(9, "10:00", case.head(), "reply_order", order=order, text="已移交有权单位")
    case.act(9, "11:00", f"SUP/supervisor-{case.group}/{case.group}", "lift_order", order=order, conclusion="说明属实")
    _signed(case, 9, "15:00", case.other_unit)
    case.act(11, "09:00", case.head(case.other_unit), "report", text="正在协调解决")
    case.act(13, "09:00", "LDR/leader/", "discard_draft", draft=f"{case.ref}-N1", reason="责任在承办单位")
    case.act(17, "09:00", "LDR/leader/", "sign_draft", draft=f"{case.ref}-N2", text="成立专班，十日内办结")
    case.rungs += rungs("issue:R0 issue:R1 issue:R2 issue:R3 solve:R0 solve:R1 solve:R4")


def passed_on(case: Case) -> None:
    """Two units missed the limit; the task force solved it on the day it was formed."""
    _passed_to_a_second_unit(case)
    _worked(case, 17, case.other_unit, report=False)


# Neglected


def left_after_level_up(case: Case) -> None:
    """Received on Tuesday 6 July: the task force is formed on the 29th, its ten days end on Monday 9 August."""
    _passed_to_a_second_unit(case)
    second_order = "solve:R2 reply#2:R0 reply#2:R1 reply#2:R3 sign_draft#3:R0 reply#2:R2 sign_draft#3:R1 solve:R3"
    studied = "sign_draft#3:R2 level_up:R0 level_up:R5 sign_draft#4:R0 sign_draft#4:R1 sign_draft#4:R2"
    letter = "level_up:R6 sign_draft#5:R0 sign_draft#5:R1 sign_draft#5:R2"
    case.end("RESOLUTION", "", *rungs(f"{second_order} {studied} {letter}"))


LEVELLED = "issue:R4 sign_draft#2:R0 sign_draft#2:R1 sign_draft#2:R2"
"""What follows R3 where the unit never submits a result."""
UNTRIAGED = "issue:R0 sign_draft:R0 issue:R1 sign_draft:R1 issue:R2 sign_draft:R2"
"""The issue is due on the day after the criticism is drafted, and so is the signature."""


def never_triaged(case: Case) -> None:
    """A complaint about the business environment is deemed accepted on the third day, and then never handed over."""
    _received(case)
    deemed = case.law == "LAW-HENAN-BE"
    late = "triage#2" if deemed else "triage#1"
    case.rungs += ["triage#1:R0"] if deemed else []
    if case.hub:
        ordered = f"{late}:R0 {late}:R1 {late}:R2 reply:R0 reply:R1 reply:R3 sign_draft:R0 reply:R2 sign_draft:R1"
        issue = "sign_draft:R2 issue:R0 issue:R1" if case.law else "issue:R0 issue:R1 sign_draft:R2"
        case.end("TRIAGE", "", *rungs(f"{ordered} {late}:R3 {issue} issue:R2 issue:R3"))
        return
    issue = [*climb("sign_draft#1"), *climb("issue#1")] if case.law else rungs(UNTRIAGED)
    case.end("TRIAGE", "", *climb(late), f"{late}:R3", *issue, "issue#1:R3")


def deemed_accepted(case: Case) -> None:
    """A complaint nobody triages for three working days is deemed accepted at 18:00 of the third; the rest in time."""
    assert case.law in ("", "LAW-HENAN-BE"), "no other law deems an issue accepted"
    _received(case)
    case.act(4, "10:00", case.triager, "hand_over", unit=case.unit, requirement="请依法核查并书面答复")
    _signed(case, 4)
    _worked(case, 8, outcome="EXPLAINED")
    case.outcome = "EXPLAINED"
    case.rungs += ["triage#1:R0"]


def never_completed(case: Case) -> None:
    del case.submission["contact"]
    _received(case)
    issue = [*climb("sign_draft#1"), *climb("issue#1")] if case.law else rungs(UNTRIAGED)
    case.end("COLLECTION", "", *climb("complete#1"), "complete#1:R3", *issue, "issue#1:R3", *climb("sign_draft#2"))


def never_signed(case: Case) -> None:
    _received(case)
    _handed_over(case)
    unanswered = "reply:R0 reply:R1 reply:R3 sign_draft:R0 reply:R2 sign:R3 sign_draft:R1"
    late = "issue:R0 issue:R1 sign_draft:R2 issue:R2 report:R3 issue:R3"
    if case.law:
        late = "sign_draft:R2 report:R3 issue:R0 issue:R1 issue:R2 issue:R3"
    case.end("HANDOVER", "", *climb("sign#1"), *climb("report#1"), *rungs(f"{unanswered} {late} {LEVELLED}"))


def never_worked(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case)
    late = "issue:R0 reply:R0 issue:R1 reply:R1 reply:R3 sign_draft:R0 issue:R2 reply:R2 report:R3 sign_draft:R1"
    late += " sign_draft:R2 issue:R3"
    if case.law:  # the order's reply is due on the seventh day, the issue only after thirty
        late = "reply:R0 reply:R1 reply:R3 sign_draft:R0 reply:R2 report:R3 sign_draft:R1 sign_draft:R2"
        late += " issue:R0 issue:R1 issue:R2 issue:R3"
    case.end("RESOLUTION", "", *climb("report#1"), *rungs(f"{late} {LEVELLED}"))


def never_checked(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case)
    _worked(case)
    del case.acts[-5:]
    case.end("FEEDBACK", "", *climb("check#1"), "check#1:R3", *climb("sign_draft#1"))


def never_delivered(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case)
    _worked(case)
    del case.acts[-4:]
    unanswered = "reply:R0 reply:R1 reply:R3 sign_draft:R0 deliver:R3 reply:R2 sign_draft:R1 sign_draft:R2"
    case.end("FEEDBACK", "", *climb("deliver#1"), *rungs(unanswered))


def never_closed_out(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case)
    _worked(case)
    del case.acts[-1:]
    case.end("EVALUATION", "", *climb("close_out#1"), "close_out#1:R3", *climb("sign_draft#1"))


# Still in hand at the cut-off, nothing due yet


def just_received(case: Case) -> None:
    _received(case)
    case.end("TRIAGE")


def in_hand(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case)
    case.end("RESOLUTION")


def in_check(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case)
    _worked(case)
    del case.acts[-5:]
    case.end("FEEDBACK")


def in_evaluation(case: Case) -> None:
    _received(case)
    _handed_over(case)
    _signed(case)
    _worked(case)
    del case.acts[-3:]
    case.end("EVALUATION")


def complex_in_hand(case: Case) -> None:
    case.submission["urgency"] = "COMPLEX"
    _received(case)
    _handed_over(case)
    _signed(case)
    for day in (2, 7, 12):
        case.act(day, "09:00", case.head(), "report", text="多部门会商推进中")
    case.end("RESOLUTION")
