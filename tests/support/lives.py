"""Issues that lived a little, told in the batches in which a workflow would publish them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bihuan.domain import commands as do
from bihuan.domain.clocks.limits import Limit
from bihuan.domain.clocks.workdays import WorkCalendar
from bihuan.domain.commands import Act, Command, Enterprise, Submit
from bihuan.domain.issue import Issue
from bihuan.domain.loop.step import Receipt, Step, execute, open_issue, receipt, settle
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Group, Limits, Policy, Unit, UnitKind
from bihuan.domain.stage import Outcome
from bihuan.wire import Entry

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
HUALONG, TAX, POWER = "410902", "U-TAX", "U-POWER"
COORDINATOR = Actor(Role.COO, "wang")
HEAD = Actor(Role.HED, "li", TAX)
SUPERVISOR = Actor(Role.SUP, "zhao", "G1")
ENTERPRISE = Actor(Role.ENT, "owner", "91410900MA3X00000H")


def _limits() -> Limits:
    return Limits(
        **{name: Limit.parse("20s") for name in Limits.__dataclass_fields__}
        | {"solve": Limit.parse("100s"), "report": Limit.parse("30s"), "blue": Limit.parse("15s")}
        | {"remind_every": Limit.parse("30d")}  # without end: no life here is followed for weeks of them
    )


def small_policy(version: str = "small-1") -> Policy:
    return Policy(
        version=version,
        profile="seconds",
        limits={name: _limits() for name in ("CONSULT", "CONSULT+complex", "URGENT", "GENERAL", "COMPLEX", "HISTORIC")},
        calendar=WorkCalendar("2026", (), frozenset({2026}), ((510, 720), (870, 1080))),
        units={
            TAX: Unit(TAX, "税务局", UnitKind.DEPARTMENT),
            POWER: Unit(POWER, "供电公司", UnitKind.DEPARTMENT),
        },
        groups={"G1": Group("G1", "督导一组", "濮督〔2026〕1号")},
        county_groups={HUALONG: "G1"},
        unit_groups={},
        catalogue={"TAX": "营商环境", "ENERGY": "要素保障"},
        hub_triages=frozenset(),
        coordination=Group("COORD", "综合协调组", "濮协〔2026〕1号"),
        alarms_late_s=5.0,
    )


@dataclass(frozen=True)
class Batch:
    issue: Issue
    entries: tuple[Entry, ...]
    receipts: tuple[Receipt, ...]


@dataclass
class Life:
    """One issue's history as it grows; every act is one batch."""

    issue_no: str
    policy: Policy
    batches: list[Batch] = field(default_factory=list)

    @property
    def issue(self) -> Issue:
        return self.batches[-1].issue

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for batch in self.batches for entry in batch.entries)

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        return tuple(receipt for batch in self.batches for receipt in batch.receipts)

    def submit(self, at: datetime = START, **said: str) -> "Life":
        asked = Submit(
            enterprise=Enterprise(said.get("name", "濮阳示例有限公司"), said.get("uscc", ENTERPRISE.org)),
            title=said.get("title", "退税"),
            description=said.get("description", "退税迟迟不到账"),
            county=said.get("county", HUALONG),
            contact=said.get("contact", "0393"),
            channel="app",
        )
        command_id = f"{self.issue_no}-intake"
        step = open_issue(self.issue_no, asked, COORDINATOR, at, self.policy, command_id)
        self._add(step, command_id, at)
        return self

    def act(self, seconds: float, actor: Actor, act: Act) -> "Life":
        """An act so many seconds after receipt."""
        at = self.issue.matter.received_at + timedelta(seconds=seconds)
        command = Command(f"{self.issue_no}-{len(self.batches)}", actor, act)
        self._add(execute(self.issue, command, at, self.policy), command.id, at)
        return self

    def rot(self, seconds: float) -> "Life":
        """Nobody acts until so many seconds after receipt."""
        step = settle(self.issue, self.issue.matter.received_at + timedelta(seconds=seconds), self.policy)
        self.batches.append(Batch(step.issue, tuple(map(Entry.of, step.recorded)), ()))
        return self

    def _add(self, step: Step, command_id: str, at: datetime) -> None:
        answer = receipt(step.issue, command_id, f"print-{command_id}", "", at, self.policy)
        self.batches.append(Batch(step.issue, tuple(map(Entry.of, step.recorded)), (answer,)))


def handed_over(issue_no: str = "I-1", at: datetime = START) -> Life:
    life = Life(issue_no, small_policy()).submit(at)
    life.act(1, COORDINATOR, do.Classify(category="TAX"))
    life.act(2, COORDINATOR, do.Accept())
    return life.act(3, COORDINATOR, do.HandOver(unit=TAX, requirement="三日内答复"))


def left_to_rot(issue_no: str = "I-rot", at: datetime = START) -> Life:
    """Handed over and never signed: an order stands, joined by a second clock."""
    return handed_over(issue_no, at).rot(60)


def closed(issue_no: str = "I-closed", at: datetime = START) -> Life:
    """Through the whole loop, pressed once on the way: the order is answered and lifted."""
    life = left_to_rot(issue_no, at)
    order = life.issue.supervision.orders[0].no
    life.act(61, HEAD, do.ReplyOrder(order=order, text="今日签收"))
    life.act(62, SUPERVISOR, do.LiftOrder(order=order, conclusion="已整改"))
    life.act(63, HEAD, do.Sign())
    life.act(64, HEAD, do.Report(text="正在核实"))
    life.act(65, HEAD, do.SubmitResult(outcome=Outcome.SOLVED, text="已退税"))
    life.act(66, COORDINATOR, do.Check(verdict=do.Verdict.PASS))
    life.act(67, HEAD, do.Deliver(to="owner", how="电话"))
    life.act(68, ENTERPRISE, do.Rate(score=5, solved=True))
    if life.issue.status == "CALLBACK":
        life.act(69, COORDINATOR, do.CallBack(result=do.CallResult.CONFIRMED))
    return life.act(70, COORDINATOR, do.CloseOut())
