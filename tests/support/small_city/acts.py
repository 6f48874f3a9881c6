"""Acts as people do them every day, and those that name what the issue has by now."""

from dataclasses import replace
from datetime import datetime

from bihuan.domain import commands as do
from bihuan.domain.batches.commands import AdoptPolicy, Handling, HoldClocks, ReleaseClocks
from bihuan.domain.batches.policy_adoption import without_days
from bihuan.domain.people import Actor, Role
from bihuan.domain.policy import Policy
from bihuan.domain.stage import Outcome
from tests.support.small_city.calendar import at
from tests.support.small_city.people import COORDINATOR, hub
from tests.support.small_city.policy import D1, G2, HUBBED, PLAIN, POLICY, SHORTER_SOLVE, UNLISTED, USCC
from tests.support.small_city.story import Story

TRIAGERS = {PLAIN: COORDINATOR, HUBBED: hub(HUBBED), UNLISTED: COORDINATOR}
RESULT = do.SubmitResult(outcome=Outcome.SOLVED, text="已增容")
PASS = do.Check(verdict=do.Verdict.PASS)
SEND_BACK = do.Check(verdict=do.Verdict.SEND_BACK, reason="缺少材料")
DELIVER = do.Deliver(to="经办人", how="电话")
RETURN = do.AskReturn(reason="不属我单位职责", basis="三定方案")
NO_ANSWER = do.CallBack(result=do.CallResult.NO_ANSWER)
CONFIRMED = do.CallBack(result=do.CallResult.CONFIRMED, record="企业称已解决")
NOT_SOLVED = do.CallBack(result=do.CallResult.NOT_SOLVED, record="尚未解决")
NOTE = do.Note(text="备注")
PARENT = "BH-PARENT"
FOLLOW = do.Follow(parent=PARENT, parent_open=True, parent_category="ENERGY")
UNFOLLOW = do.Unfollow(reason="另有情况")
TWIN = "BH-TWIN"
MERGE = do.Merge(into=TWIN)
TAKEN_IN = do.ConfirmMerge(into=TWIN, asked=TWIN, seq=3)
NOT_TAKEN_IN = do.RefuseMerge(into=TWIN, why="MergeTargetNotOpen")
ABSORB = do.Absorb(child="BH-CHILD", asked=TWIN, enterprise=do.Enterprise("恒捷化工", USCC))
"""Word to the twin itself, from an issue whose name for the enterprise is shorter."""
INHERIT = do.Inherit(parent=PARENT, outcome=Outcome.SOLVED, text="统一增容", unit=D1)


def refuse_return() -> do.RuleReturn:
    return do.RuleReturn(ruling=do.Ruling.REFUSE, reason="属其职责")


def approve_return(unit: str) -> do.RuleReturn:
    return do.RuleReturn(ruling=do.Ruling.APPROVE, reason="确有不当", unit=unit)


def designate(unit: str) -> do.Designate:
    return do.Designate(unit=unit, reason="指定承办")


def transfer(unit: str) -> do.Transfer:
    return do.Transfer(unit=unit, basis="审批权限在该单位")


def rate(score: int, *, solved: bool) -> do.Rate:
    return do.Rate(score=score, solved=solved)


REJECT = do.Reject(ground=do.RejectGround.OTHER_LEGAL_CHANNEL, reason="已诉讼", other_channel="法院")
TERMINATE = do.AskTermination(ground=do.TerminationGround.NOT_COOPERATING, reason="企业不配合")
APPEAL = do.AppealRating(ground=do.AppealGround.MISTAKEN, reason="企业评错了件")
RESUME = do.Resume(reason="条件已具备")


def extend(until: str | datetime) -> do.AskExtension:
    return do.AskExtension(until=at(until) if isinstance(until, str) else until, reason="设备到货推迟")


def suspend(until: str | datetime, basis: do.SuspensionBasis = do.SuspensionBasis.COURT) -> do.AskSuspension:
    return do.AskSuspension(until=at(until) if isinstance(until, str) else until, basis=basis, reason="待法院裁定")


SHORTER = replace(
    POLICY,
    version="v2",
    limits={key: replace(row, solve=SHORTER_SOLVE.get(key, row.solve)) for key, row in POLICY.limits.items()},
    county_groups={PLAIN: G2, HUBBED: G2},
)
"""Another policy: general matters in five working days, complex ones in twenty days; one county moved to G2."""
APPROVED_BY = Actor(Role.COO, "approver")


_VERSIONS: dict[int, tuple[Policy, str]] = {}


def _version(policy: Policy) -> str:
    """Worked out once for each policy: properties adopt the same few thousands of times."""
    if id(policy) not in _VERSIONS:
        _VERSIONS[id(policy)] = policy, without_days(policy)
    return _VERSIONS[id(policy)][1]


def adopt_policy(
    policy: Policy = SHORTER, handling: Handling = Handling.ADOPT, batch: str = "B-1", **more: object
) -> AdoptPolicy:
    act = AdoptPolicy(
        batch=batch,
        version=_version(policy),
        handling=handling,
        basis="濮营办〔2021〕9号",
        approved_by=APPROVED_BY,
        policy=policy,
    )
    return replace(act, **more)  # type: ignore[arg-type]


def hold(until: str | datetime, batch: str = "H-1", basis: str = "范县、台前县防汛") -> HoldClocks:
    moment = at(until) if isinstance(until, str) else until
    return HoldClocks(batch=batch, basis=basis, until=moment, approved_by=APPROVED_BY)


def release(hold: str = "H-1", batch: str = "R-1") -> ReleaseClocks:
    return ReleaseClocks(batch=batch, hold=hold, reason="汛情解除", approved_by=APPROVED_BY)


def request_no(story: Story) -> str:
    return story.issue.requests[-1].no


def approve(story: Story) -> do.RuleRequest:
    return do.RuleRequest(request=request_no(story), ruling=do.Ruling.APPROVE, reason="情况属实")


def refuse(story: Story) -> do.RuleRequest:
    return do.RuleRequest(request=request_no(story), ruling=do.Ruling.REFUSE, reason="理由不足")


def take_back(story: Story) -> do.WithdrawRequest:
    return do.WithdrawRequest(request=request_no(story))


GENUINE = do.AuditWithdrawal(verdict=do.AuditVerdict.GENUINE, record="电话核实，企业自愿")


ASK = do.AskInfo(question="容量多少")
SUPPLY = do.Supply(text="两千千伏安")
REWORK = do.Rework(reason="未办到位")
