"""Anybody does anything to an issue, and time goes by."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bihuan.domain import commands as do
from bihuan.domain.events import AlarmRaised
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import Recorded, Step, obey, settle
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import Refusal
from bihuan.domain.stage import Outcome
from tests.support.puyang import CALLER, COORDINATOR, ENTERPRISE, MONDAY, UNIT, Told, policy

UNITS = (UNIT, "D05", "D06", "D07")
HEADS = tuple(Actor(Role.HED, "head", unit) for unit in UNITS)
PEOPLE = (COORDINATOR, ENTERPRISE, CALLER, Actor(Role.SUP, "s", "G1"), Actor(Role.LIA, "O0001"), *HEADS)
ACTS: tuple[do.Act, ...] = (
    do.Accept(),
    do.AskInfo(question="请补充"),
    do.Supply(text="补充"),
    do.Reject(ground=do.RejectGround.UNLAWFUL, reason="违法"),
    do.Answer(text="答复", how="电话"),
    do.Sign(),
    do.Report(text="进展"),
    do.SubmitResult(outcome=Outcome.SOLVED, text="办结"),
    do.Check(verdict=do.Verdict.PASS),
    do.Check(verdict=do.Verdict.SEND_BACK, reason="缺材料"),
    do.Deliver(to="经办人", how="电话"),
    do.Rate(score=5, solved=True),
    do.Rate(score=1, solved=False),
    do.CallBack(result=do.CallResult.CONFIRMED),
    do.CallBack(result=do.CallResult.NOT_SOLVED, record="未解决"),
    do.CallBack(result=do.CallResult.NO_ANSWER),
    do.Rework(reason="未办到位"),
    do.Withdraw(),
    do.CloseOut(),
    do.Reopen(reason="复发"),
    do.Note(text="备注"),
    do.Amend(title="更正"),
    do.AskReturn(reason="非我", basis="三定"),
    do.RuleReturn(ruling=do.Ruling.REFUSE, reason="属你"),
    do.RuleReturn(ruling=do.Ruling.APPROVE, reason="成立", unit="D06"),
    do.Designate(unit="D07", reason="指定"),
    do.ReplyOrder(order="BH-TEST-D1", text="说明"),
    do.LiftOrder(order="BH-TEST-D1", conclusion="属实"),
    *(do.Transfer(unit=unit, basis="权限") for unit in UNITS),
    *(do.HandOver(unit=unit) for unit in UNITS[:2]),
    *(do.Classify(urgency=urgency) for urgency in Urgency),
    *(do.HandOver(unit="D06", co_units=("D07",)), do.AddAssist(unit="D06", task="核定")),
    *(do.SubmitPart(text="已核定"), do.AcceptPart(unit="D07"), do.ReturnPart(unit="D07", reason="缺图纸")),
    *(do.ReleaseAssist(unit="D07", reason="不需要"), do.Unfollow(reason="另办")),
    do.SubmitResult(outcome=Outcome.SOLVED, text="办结", open_parts_reason="不影响"),
    do.Follow(parent="BH-PARENT", parent_open=True, parent_category="ENERGY"),
)
GAPS = st.sampled_from([timedelta(minutes=m) for m in (1, 30, 120, 300, 1440, 3000, 6000, 20000)])
MOVES = st.lists(st.tuples(GAPS, st.sampled_from(ACTS)), max_size=25)
UNHURRIED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Lived:
    """An issue to which anybody may try anything; whoever the rules admit does it."""

    def __init__(self) -> None:
        told = Told()
        self.issue: Issue = told.issue
        self.recorded: list[Recorded] = list(told.recorded)
        self.now: datetime = MONDAY

    def wait(self, gap: timedelta) -> None:
        self.now += gap
        self.take(settle(self.issue, self.now, policy()))

    def attempt(self, act: do.Act) -> bool:
        for person in PEOPLE:
            before = self.issue
            try:
                step = obey(self.issue, do.Command(f"c{len(self.recorded)}", person, act), self.now, policy())
            except Refusal:
                assert self.issue is before
                continue
            self.take(step)
            return True
        return False

    def take(self, step: Step) -> None:
        self.issue = step.issue
        self.recorded += step.recorded

    @property
    def alarms(self) -> list[AlarmRaised]:
        return [one.event for one in self.recorded if isinstance(one.event, AlarmRaised)]
