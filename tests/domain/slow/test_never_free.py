"""Never free: nobody gains time by a trick.

Whatever people do, in any order, no deadline comes later than what was promised, with what an approved extension, a
credited pause or a new calendar adds to that. What is allowed is reckoned here from the events alone and from the
calendar; no clock of the code under test is asked. A failure prints the history that led to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from bihuan.domain import commands as do
from bihuan.domain.access.authorization import admit
from bihuan.domain.batches.commands import Handling
from bihuan.domain.ladder import commands as press
from bihuan.domain.loop.step import first_due
from bihuan.domain.people import SYSTEM, Actor
from bihuan.domain.policy import Urgency
from bihuan.domain.refusals import Refusal
from tests.support.any_open_act import now_open
from tests.support.promises import ASSIST, ISSUE, SOLVE, TRIAGE, Ledger, read
from tests.support.small_city.acts import (
    DELIVER,
    FOLLOW,
    INHERIT,
    NOT_SOLVED,
    PASS,
    REJECT,
    RESULT,
    RESUME,
    RETURN,
    SEND_BACK,
    SHORTER,
    TERMINATE,
    UNFOLLOW,
    adopt_policy,
    approve_return,
    extend,
    hold,
    rate,
    refuse_return,
    release,
    suspend,
    transfer,
)
from tests.support.small_city.calendar import AS_IT_IS, REVISED
from tests.support.small_city.people import CALLER, CITY_LEADER, COORDINATOR, DEPUTY, ENTERPRISE, head, supervisor
from tests.support.small_city.policy import D1, D2, D3, POLICY
from tests.support.small_city.stages import told
from tests.support.small_city.story import Story


def holders(story: Story, act: do.Act) -> tuple[Actor, do.Act]:
    return head(story.issue.holder or D1), act


def in_days(story: Story, days: int) -> datetime:
    return story.now + timedelta(days=days)


def rules_on(story: Story, ruling: do.Ruling, who: Actor) -> tuple[Actor, do.Act]:
    open_ = [one.no for one in story.issue.open_requests]
    return who, do.RuleRequest(request=open_[0] if open_ else "none", ruling=ruling, reason="裁定")


def undoes(story: Story) -> do.Act:
    other = SHORTER if story.policy.profile == POLICY.profile and story.issue.adopted_by == "" else POLICY
    return adopt_policy(other, batch=f"U-{len(story.recorded)}", undoes=story.issue.adopted_by)


Chooses = Callable[[Story], tuple[Actor, do.Act]]
WISHES: Mapping[str, Chooses] = {
    "accept": lambda _s: (COORDINATOR, do.Accept()),
    "answer": lambda _s: (COORDINATOR, do.Answer(text="答复", how="电话")),
    "ask": lambda _s: (COORDINATOR, do.AskInfo(question="容量多少")),
    "supply": lambda _s: (ENTERPRISE, do.Supply(text="补充")),
    **{
        f"class {urgency}": lambda _s, urgency=urgency: (COORDINATOR, do.Classify(urgency=urgency))  # type: ignore[misc]
        for urgency in Urgency
    },
    "class BE": lambda _s: (COORDINATOR, do.Classify(category="COMPLAINT_BE")),
    "class ARREARS": lambda _s: (COORDINATOR, do.Classify(category="ARREARS")),
    "hand over D1": lambda _s: (COORDINATOR, do.HandOver(unit=D1)),
    "hand over D2": lambda _s: (COORDINATOR, do.HandOver(unit=D2)),
    "sign": lambda s: holders(s, do.Sign()),
    "report": lambda s: holders(s, do.Report(text="进展")),
    "return": lambda s: holders(s, RETURN),
    "refuse return": lambda _s: (COORDINATOR, refuse_return()),
    "approve return": lambda _s: (COORDINATOR, approve_return(D3)),
    "transfer D2": lambda s: holders(s, transfer(D2)),
    "transfer D3": lambda s: holders(s, transfer(D3)),
    "coordination transfers": lambda _s: (COORDINATOR, transfer(D2)),
    "result": lambda s: holders(s, replace(RESULT, open_parts_reason="不影响办结")),
    "pass": lambda _s: (COORDINATOR, PASS),
    "send back": lambda _s: (COORDINATOR, SEND_BACK),
    "deliver": lambda s: holders(s, DELIVER),
    "rate 1": lambda _s: (ENTERPRISE, rate(1, solved=False)),
    "rate 5": lambda _s: (ENTERPRISE, rate(5, solved=True)),
    "rework": lambda _s: (COORDINATOR, do.Rework(reason="未办到位")),
    "not solved": lambda _s: (CALLER, NOT_SOLVED),
    "close out": lambda _s: (COORDINATOR, do.CloseOut()),
    "withdraw": lambda _s: (ENTERPRISE, do.Withdraw()),
    "reopen": lambda _s: (ENTERPRISE, do.Reopen(reason="复发")),
    "follow": lambda s: (COORDINATOR, replace(FOLLOW, parent_category=s.issue.category)),
    "unfollow": lambda _s: (COORDINATOR, UNFOLLOW),
    "inherit": lambda _s: (SYSTEM, INHERIT),
    "add": lambda s: holders(s, do.AddAssist(unit=D2 if s.issue.holder != D2 else D3, task="核定")),
    "release": lambda s: holders(s, do.ReleaseAssist(unit=D2 if s.issue.holder != D2 else D3, reason="先不用")),
    "part": lambda _s: (head(D2), do.SubmitPart(text="核定完毕")),
    "return part": lambda s: holders(s, do.ReturnPart(unit=D2, reason="缺图纸")),
    "extend": lambda s: holders(s, extend(in_days(s, 12))),
    "extend far": lambda s: holders(s, extend(in_days(s, 45))),
    "suspend": lambda s: holders(s, suspend(in_days(s, 9))),
    "approve": lambda s: rules_on(s, do.Ruling.APPROVE, DEPUTY),
    "leader approves": lambda s: rules_on(s, do.Ruling.APPROVE, CITY_LEADER),
    "refuse": lambda s: rules_on(s, do.Ruling.REFUSE, DEPUTY),
    "resume": lambda s: holders(s, RESUME),
    "terminate": lambda _s: (COORDINATOR, TERMINATE),
    "reject": lambda _s: (COORDINATOR, REJECT),
    "hold": lambda s: (COORDINATOR, hold(in_days(s, 5), f"H-{len(s.recorded)}")),
    "unhold": lambda s: (COORDINATOR, release(s.issue.hold.batch if s.issue.hold else "none", f"R-{len(s.recorded)}")),
    "adopt": lambda s: (COORDINATOR, adopt_policy(SHORTER, batch=f"B-{len(s.recorded)}")),
    "credit": lambda s: (COORDINATOR, adopt_policy(SHORTER, Handling.CREDIT, f"B-{len(s.recorded)}")),
    "undo": lambda s: (COORDINATOR, undoes(s)),
    "calendar": lambda _s: (COORDINATOR, do.AdoptCalendar(version=REVISED.version, calendar=REVISED)),
    "old calendar": lambda _s: (COORDINATOR, do.AdoptCalendar(version=AS_IT_IS.version, calendar=AS_IT_IS)),
    "reply": lambda s: holders(s, do.ReplyOrder(order=f"{s.issue.issue_no}-D1", text="说明")),
    "lift": lambda s: (supervisor("G1"), do.LiftOrder(order=f"{s.issue.issue_no}-D1", conclusion="属实")),
    "level up": lambda s: holders(s, press.AskLevelUp(reason="本级无权决定")),
}
ANYTHING, WAIT, OUTAGE = "anything", "wait", "outage"
GAPS = st.sampled_from([timedelta(minutes=m) for m in (1, 60, 400, 1440, 2900, 7300)])


class Lived:
    """One issue and what its events allow, side by side."""

    def __init__(self, urgency: Urgency, category: str) -> None:
        self.story = told(urgency=urgency, category=category)
        self.ledger, self.seen, self.policy = Ledger(), 0, self.story.policy
        self.read()

    def passes(self, gap: timedelta, *, outage: bool) -> None:
        until = self.story.now + gap
        while not outage and (due := first_due(self.story.issue, self.story.policy)) is not None and due.at <= until:
            self.story.until(max(due.at, self.story.now))
        self.story.until(until)
        self.read()

    def open_wishes(self) -> list[str]:
        """What somebody may do now, whatever the fields say."""
        return [wish for wish, chooses in WISHES.items() if self._admitted(*chooses(self.story))]

    def _admitted(self, who: Actor, act: do.Act) -> bool:
        try:
            admit(self.story.issue, act.act, who, self.story.now, self.story.policy)
        except Refusal:
            return False
        return True

    def tries(self, who: Actor, act: do.Act) -> None:
        try:
            self.story.does(who, act, self.story.now)
        except Refusal:
            return
        fields = {name: value for name, value in asdict(act).items() if isinstance(value, str) and name != "act"}
        note(f"{self.story.now:%m-%d %H:%M} {who.person}: {act.act} {' '.join(fields.values())}")
        self.read()

    def anything(self, pick: int) -> tuple[Actor, do.Act]:
        choices = now_open(self.story, rare=False)
        return choices[pick % len(choices)] if choices else (COORDINATOR, do.Note(text="备注"))

    def read(self) -> None:
        for one in self.story.recorded[self.seen :]:
            read(one.event, self.ledger, one.at, self.policy, self.story.policy.calendar)
        self.seen, self.policy = len(self.story.recorded), self.story.policy

    def nothing_is_owed_later_than_allowed(self) -> None:
        calendar, now = self.story.policy.calendar, self.story.now
        for clock in self.story.issue.clocks:
            if clock.obligation not in (ISSUE, SOLVE, TRIAGE, ASSIST) or not clock.running:
                continue
            due = clock.due(calendar)
            allowed = self.ledger.allowed(clock.obligation, clock.unit, now, calendar)
            assert due is not None
            assert allowed is not None, f"{clock.key} for nothing"
            assert due <= allowed, f"{clock.key} is due {due:%m-%d %H:%M}, allowed {allowed:%m-%d %H:%M}"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    urgency=st.sampled_from([Urgency.GENERAL, Urgency.URGENT, Urgency.CONSULT, Urgency.COMPLEX]),
    category=st.sampled_from(["ENERGY", "ENERGY", "ARREARS", "COMPLAINT_BE"]),
    steps=st.integers(3, 18),
    data=st.data(),
)
def test_no_sequence_of_acts_moves_a_deadline_later_than_its_promise_allows(
    urgency: Urgency, category: str, steps: int, data: st.DataObject
) -> None:
    life = Lived(urgency, category)
    note(f"{life.story.now:%m-%d %H:%M} received: {urgency} {category}")
    for _ in range(steps):
        gap = data.draw(GAPS)
        wish = data.draw(st.sampled_from([*life.open_wishes(), WAIT, OUTAGE, ANYTHING]))
        life.passes(gap, outage=wish == OUTAGE)
        if wish == ANYTHING:
            life.tries(*life.anything(data.draw(st.integers(0, 500))))
        elif wish in WISHES:
            life.tries(*WISHES[wish](life.story))
        life.nothing_is_owed_later_than_allowed()
