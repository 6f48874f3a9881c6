"""Every reason to say no, each a name and a sentence an officer understands, in Chinese and English.

Refusal
├── NotPermitted      this person may not do this to this issue
│   ├── RoleNotAllowed · NotYourIssue · HandlerMayNotJudge · OwnProposal · RecusedFromOrder
│   ├── NotTheApprover · RequesterMayNotRule
│   └── ApproverNotEntitled · ApproverIsRequester · LeaderMustApprove
├── NotNow            nobody may do this at this moment
│   ├── WrongStatus · DesignatedUnitMustHandle · OrderHoldsUnit · ReturnWindowOver · OnlyDesignationLeft
│   ├── TransfersUsedUp · NotClassified · OrderNotOpen · OrderNotReplied
│   ├── OrderAlreadyReplied · PlannedStaysOpen · OrderStands · ObjectionMade · ObjectionWindowOver · ObjectionNotOpen
│   ├── AlarmNotStanding · UrgedToday · NobodyOwes · LevelUpStands · NoLevelUpAsked · ConsultationStands
│   ├── ConsultationNotOpen · DraftNotOpen · NothingLeftToPress · NoLetterYet
│   ├── NoOpenRequest · RequestAlreadyOpen · RequestNotOpen · RequestStillOpen · ClockNotRunning
│   ├── ExtensionAskedTooLate · ExtensionsUsedUp
│   ├── NoBadRating · RatingAppealedAlready · AppealWindowOver
│   ├── ParentNotOpen · LeadsOthers · NotFollowing
│   ├── MergeTargetNotOpen · MergeTargetEnding · MergeAwaited · TakesInAnother · MergesElsewhere · MergeUndecided
│   ├── MergeInRing · NotMerging
│   ├── NotAssisting · PartNotHandedIn · PartHandedIn
│   └── ClocksAreHeld · NotHeld · KeptByBatch · NotOfThatBatch · PolicyLacks
└── NotValid          the command itself is wrong; ``field`` says where
    ├── FieldMissing · ReceiptIncomplete · UnknownUnit · SameUnit · EarlierHolder · UnknownCategory · UnknownOrder
    ├── CreditCodeInvalid · UnknownCounty
    ├── UnknownDraft · UnknownConsultation
    ├── RatingOutOfRange · OutcomeNotAllowed · MergeIntoItself · MergeOtherEnterprise · NothingToChange
    ├── TextUnreadable · TextTooLong · ListTooLong · TooMuchSaid · CommandIdReused · UnknownCalendar · UnknownPolicy
    ├── UnknownRequest · OffsetMissing · DateNotAhead · ExtensionTooLong · SuspensionTooLong
    ├── FollowsItself · OtherMatter
    └── LeadMayNotAssist · AlreadyAssisting · OpenPartsNeedReason

The rules know nothing of HTTP or Temporal; each border translates the three families once.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from string import Formatter
from typing import ClassVar


class Refusal(Exception):
    """A command the rules refuse. ``facts`` fill the sentences; ``field`` names the faulty field, if one is.

    The sentences are put together where somebody reads them: asking what is open to whom refuses by the thousand.
    """

    zh: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, *, field: str = "", **facts: str) -> None:
        assert facts.keys() >= _facts_in(self.zh, self.en), "a refusal has all that its sentences name"
        self.facts = facts
        self.field = field
        super().__init__()

    def __str__(self) -> str:
        return f"{self.sentence_zh} | {self.sentence_en}"

    @property
    def name(self) -> str:
        return type(self).__name__

    @property
    def sentence_zh(self) -> str:
        return self.zh.format_map({"field": self.field, **self.facts})

    @property
    def sentence_en(self) -> str:
        return self.en.format_map({"field": self.field, **self.facts})


@cache
def _facts_in(*sentences: str) -> frozenset[str]:
    """What the sentences name beside the faulty field."""
    return frozenset(name for text in sentences for _, name, _, _ in Formatter().parse(text) if name) - {"field"}


class NotPermitted(Refusal):
    """This person may not do this to this issue."""


class NotNow(Refusal):
    """Nobody may do this at this moment."""


class NotValid(Refusal):
    """The command itself is wrong."""


class RoleNotAllowed(NotPermitted):
    zh = "{role_zh}无权执行“{act_zh}”。"
    en = "A {role} may not perform '{act}'."


class NotYourIssue(NotPermitted):
    zh = "该问题不在您的职责范围内，不能执行“{act_zh}”。"
    en = "This issue is not within your responsibility, so you may not perform '{act}'."


class HandlerMayNotJudge(NotPermitted):
    zh = "参与办理、答复或申请裁定的人员和单位，不能对该问题审核、回访、责令重办、转办、裁定、签发或销号。"
    en = (
        "Whoever handled or answered an issue, or asked for a ruling may not check, call back, order rework, transfer, "
        "rule, sign or close it."
    )


class RecorderMayNotVerify(NotPermitted):
    zh = "企业的评价或撤单由您代为登记，须由他人向企业核实。"
    en = "You recorded the enterprise's rating or withdrawal; another person asks the enterprise about it."


class HolderMayNotAmend(NotPermitted):
    zh = "承办单位不能更正企业诉求的内容。"
    en = "The unit that holds an issue may not amend its text."


class ReceiptNotCompleted(NotPermitted):
    zh = "收件尚未补全，由综合协调组处理。"
    en = "The receipt is not complete yet; only the coordination group may do this."


class NotTheApprover(NotPermitted):
    zh = "申请 {request} 由{approver_zh}裁定。"
    en = "Request {request} is for the desk '{approver}' to rule on."


class RequesterMayNotRule(NotPermitted):
    zh = "申请人不能裁定自己提出的申请 {request}，须由他人裁定。"
    en = "Whoever made request {request} may not rule on it; another person must."


class ApproverNotEntitled(NotPermitted):
    zh = "批次应由综合协调组或市领导批准。"
    en = "A batch is approved by coordination or by a city leader."


class ApproverIsRequester(NotPermitted):
    zh = "{person}提出的批次不能由本人批准，须由他人批准。"
    en = "{person} ordered this batch and may not approve it; another person must."


class LeaderMustApprove(NotPermitted):
    zh = "该问题挂起和统一停钟累计将超过 {limit}，须由市领导批准。"
    en = "Suspensions of this issue, mass ones included, would exceed {limit_en} in total; a city leader must approve."


class OwnProposal(NotPermitted):
    zh = "提出人不能裁定、签发自己提出的事项。"
    en = "Whoever asked for this may neither rule on it nor sign it."


class RecusedFromOrder(NotPermitted):
    zh = "签发或解除督办单 {order} 的人应当回避，不能裁定其申诉。"
    en = "Whoever issued or lifted order {order} may not rule on the objection to it."


class WrongStatus(NotNow):
    zh = "问题处于“{status_zh}”，此时不能执行“{act_zh}”。"
    en = "The issue is {status}; '{act}' is not possible now."


class DesignatedUnitMustHandle(NotNow):
    zh = "贵单位系指定承办，不得再退回或转办。"
    en = "Your unit was designated; it may neither return nor transfer this issue."


class OrderHoldsUnit(NotNow):
    zh = "督办单 {order} 未了结，被督办单位不得退回或转办。"
    en = "While order {order} is open, the unit it names may neither return nor transfer."


class ReturnWindowOver(NotNow):
    zh = "退回申请应在接到任务后 {limit} 内提出，已逾期。"
    en = "A return must be asked within {limit_en} of being given the issue; that time is over."


class TransferWindowOver(NotNow):
    zh = "承办单位应在接到任务后 {limit} 内转办，已逾期；请报综合协调组转办。"
    en = "A unit may transfer an issue within {limit_en} of being given it; now ask the coordination group to do it."


class OnlyDesignationLeft(NotNow):
    zh = "本问题已退回过一次，再次退回只能由综合协调组指定承办单位。"
    en = "This issue was returned once already; now the coordination group can only designate a unit."


class TransfersUsedUp(NotNow):
    zh = "承办单位之间的转办已达 {count} 次，再次转办由综合协调组决定。"
    en = "Units have transferred this issue {count} times; the next transfer is for the coordination group."


class UnitDelivers(NotNow):
    zh = "结果由承办单位向企业反馈；逾期未反馈、已督办（R2）的，梳理人可代为反馈。"
    en = "The unit that holds the issue informs the enterprise; the triager may once R2 was raised on it."


class NotClassified(NotNow):
    zh = "问题尚未确定类别，请先分类再交办。"
    en = "The issue has no category yet; classify it before handing it over."


class MergeTargetNotOpen(NotNow):
    zh = "拟并入的问题 {into} 已了结，不能再并入。"
    en = "Issue {into} is over, so nothing can be merged into it."


class MergeTargetEnding(NotNow):
    zh = "拟并入的问题 {into} 已有人提出撤单、不予受理或终止，尚无定论，暂不能并入。"
    en = "The end of issue {into} has been asked for and is not decided yet, so nothing can be merged into it now."


class MergeAwaited(NotNow):
    zh = "本问题已申请并入 {into}，尚待对方确认。"
    en = "This issue has asked to be merged into {into}, which has not answered yet."


class TakesInAnother(NotNow):
    zh = "问题 {child} 正并入本问题，待其并入后再并单。"
    en = "Issue {child} is being merged into this one; merge this one after that."


class MergesElsewhere(NotNow):
    """``into`` is where to ask instead."""

    zh = "问题 {issue} 自身已并入或正并入 {into}。"
    en = "Issue {issue} was merged into {into} itself, or is to be."


class MergeUndecided(NotNow):
    """To be asked again."""

    zh = "问题 {issue} 自身正申请并入 {into}，待其确认后再答复。"
    en = "Issue {issue} has asked to be merged into {into} itself, and answers once that is decided."


class MergeInRing(NotNow):
    zh = "问题 {into} 也正并入本问题，互为并单，由本问题留办。"
    en = "Issue {into} is being merged into this one, each into the other; this one stays."


class NotMerging(NotNow):
    zh = "本问题没有在等待并入 {into}。"
    en = "This issue does not wait to be merged into {into}."


class OrderNotOpen(NotNow):
    zh = "督办单 {order} 已了结。"
    en = "Order {order} is no longer open."


class OrderNotReplied(NotNow):
    zh = "督办单 {order} 尚未回复，不能解除。"
    en = "Order {order} has no reply yet and cannot be lifted."


class OrderAlreadyReplied(NotNow):
    zh = "督办单 {order} 已回复，待督导组审定。"
    en = "Order {order} has been replied to and awaits its group."


class OrderStands(NotNow):
    zh = "本问题已有未了结的督办单 {order}，同级不得重复督办。"
    en = "Order {order} is still open; there is one open order per issue and rung."


class ObjectionMade(NotNow):
    zh = "督办单 {order} 已提出过申诉。"
    en = "Order {order} was objected to already."


class ObjectionWindowOver(NotNow):
    zh = "督办申诉应在督办单 {order} 签发后 {limit} 内提出，已逾期。"
    en = "An objection to order {order} must be made within {limit_en} of its issue; that time is over."


class ObjectionNotOpen(NotNow):
    zh = "督办单 {order} 没有待裁定的申诉。"
    en = "No objection to order {order} waits for a ruling."


class AlarmNotStanding(NotNow):
    zh = "没有待确认的催办、督办通知 {alarm}。"
    en = "No notice of alarm {alarm} waits to be acknowledged."


class UrgedToday(NotNow):
    zh = "本问题已催办过，每个工作日只催办一次，{next} 起可再催办。"
    en = "This issue was urged already; it can be urged again from {next}."


class NobodyOwes(NotNow):
    zh = "此时无人欠办，无可催办。"
    en = "Nobody owes anything now, so nobody can be urged."


class LevelUpStands(NotNow):
    zh = "本问题已申请提级或正在提级办理。"
    en = "This issue is already asked to be taken up a level, or has been."


class NoLevelUpAsked(NotNow):
    zh = "没有待裁定的提级申请。"
    en = "No request for a level-up waits for a ruling."


class ConsultationStands(NotNow):
    zh = "会商 {consultation} 尚未形成纪要。"
    en = "Consultation {consultation} has no minutes yet."


class ConsultationNotOpen(NotNow):
    zh = "会商 {consultation} 已有纪要。"
    en = "Consultation {consultation} has its minutes already."


class DraftNotOpen(NotNow):
    zh = "文稿 {draft} 已签发、不予出文或已失效。"
    en = "Draft {draft} was signed or discarded, or has lapsed."


class NothingLeftToPress(NotNow):
    zh = "所督之事已办，无须再出文。"
    en = "What such a paper presses for has been done."


class NoLetterYet(NotNow):
    zh = "须先有已签发的督办函，方可出具移交函。"
    en = "A referral letter follows a signed letter of supervision; there is none."


class PlannedStaysOpen(NotNow):
    zh = "列入计划的问题不算办结，应继续跟踪，不能据此提交结果；可申请挂起（列入计划）。"
    en = "A planned issue stays open; it cannot be submitted as a result. Ask for its suspension on the basis PLAN."


class NoOpenRequest(NotNow):
    zh = "没有待裁定的申请。"
    en = "No request is open."


class RequestAlreadyOpen(NotNow):
    zh = "同类申请 {request} 尚未裁定，不能重复提出。"
    en = "Request {request} of the same kind is still open."


class WithdrawalUnderAudit(NotNow):
    zh = "已提出撤单，待回访员质检。"
    en = "A withdrawal waits for its audit already."


class NoWithdrawalToAudit(NotNow):
    zh = "没有待质检的撤单。"
    en = "No withdrawal waits for an audit."


class RequestNotOpen(NotNow):
    zh = "申请 {request} 已了结。"
    en = "Request {request} is no longer open."


class RequestStillOpen(NotNow):
    zh = "申请 {request} 尚未裁定，不能销号。"
    en = "Request {request} is still open, so the issue cannot be closed out."


class ClockNotRunning(NotNow):
    zh = "申请 {request} 所涉时限已停钟，此时不能同意延期。"
    en = "The clock of request {request} is stopped, so it cannot be extended now."


class ExtensionAskedTooLate(NotNow):
    zh = "延期应在到期前至少 {limit}提出。"
    en = "An extension must be asked at least {limit_en} before the limit ends."


class ExtensionsUsedUp(NotNow):
    zh = "该时限已延期 {count} 次，不能再延。"
    en = "This limit has been extended {count} times; no more are possible."


class NoBadRating(NotNow):
    zh = "本问题没有可申诉的差评。"
    en = "There is no bad rating to appeal against."


class RatingAppealedAlready(NotNow):
    zh = "对该差评的申诉已有裁定。"
    en = "An appeal against this rating was ruled on already."


class AppealWindowOver(NotNow):
    zh = "差评申诉应在评价后 {limit}内提出，已逾期。"
    en = "An appeal must be filed within {limit_en} of the rating; that time is over."


class ParentNotOpen(NotNow):
    zh = "拟随批的主件 {parent} 不存在、结果已定、已销号，或自身也在随批。"
    en = "Issue {parent} does not exist, has its result, is closed or follows another, so nothing can follow it."


class FollowedByTooMany(NotNow):
    zh = "已有 {count} 件问题随本问题办理，不能再增加。"
    en = "{count} issues follow this one already; no more can."


class LedgerTooFarBehind(NotNow):
    zh = "台账尚未跟上或暂不可用，本问题待登记的内容已满，请稍后以同一幂等键重试。"
    en = "The ledger is behind or away and no more of this issue can wait to be recorded; repeat with the same key."


class LeadsOthers(NotNow):
    zh = "已有问题随本问题办理，本问题不能再随批。"
    en = "Other issues follow this one, so it cannot follow another."


class NotFollowing(NotNow):
    zh = "本问题并未随 {parent} 办理。"
    en = "This issue does not follow {parent}."


class NotAssisting(NotNow):
    zh = "没有这样一项未了结的协办任务。"
    en = "There is no such open part of an assisting unit."


class PartNotHandedIn(NotNow):
    zh = "没有这样一项已提交、待采纳的协办任务。"
    en = "There is no such part handed in and waiting to be judged."


class PartHandedIn(NotNow):
    zh = "贵单位的协办任务已提交，待主办单位采纳。"
    en = "Your unit has handed in its part; the lead is to judge it."


class FollowsItself(NotValid):
    zh = "问题不能随自身办理。"
    en = "An issue cannot follow itself."


class OtherMatter(NotValid):
    zh = "主件类别为“{category}”，与本问题不同，不是同一事项。"
    en = "The parent's category is '{category}', another than this issue's, so it is not the same matter."


class LeadMayNotAssist(NotValid):
    zh = "{unit} 是主办单位，不能同时协办。"
    en = "{unit} leads this issue, so it cannot assist in it."


class AlreadyAssisting(NotValid):
    zh = "{unit} 已在协办，其任务尚未了结。"
    en = "{unit} is assisting already and its part is still open."


class OpenPartsNeedReason(NotValid):
    zh = "协办单位 {units} 的任务尚未提交；仍要提交结果的，请在“{field}”中说明理由。"
    en = "{units} still owe their parts; to submit a result all the same, give the reason in '{field}'."


class ClocksAreHeld(NotNow):
    zh = "统一停钟至 {until}，其间时限不走，无需延期。"
    en = "A mass suspension stops all clocks until {until}; there is nothing to extend."


class NotHeld(NotNow):
    zh = "该问题现未因该批次统一停钟。"
    en = "No mass suspension of that batch is on for this issue."


class KeptByBatch(NotNow):
    zh = "已有批次决定该问题不采用方案 {version}；如仍要更换，应写明连同沿用者。"
    en = "A batch kept this issue from policy {version}; say so where it shall adopt it all the same."


class NotOfThatBatch(NotNow):
    zh = "该问题现行方案不是批次 {batch} 所给，不能随之撤销。"
    en = "The policy of this issue is not the one batch {batch} gave it, so that cannot be undone here."


class PolicyLacks(NotNow):
    zh = "新方案中没有 {lacks}，而该问题正由其承办或督办。"
    en = "The new policy does not know {lacks}, which handles or supervises this issue."


class FieldMissing(NotValid):
    zh = "缺少必填项“{field}”。"
    en = "The field '{field}' is required."


class ReceiptIncomplete(NotValid):
    zh = "收件至少要有企业（统一社会信用代码或名称）和问题描述，缺少“{field}”。"
    en = "A receipt needs an enterprise (credit code or name) and a description; '{field}' is missing."


class UnknownUnit(NotValid):
    zh = "单位 {unit} 不在承办单位名录中。"
    en = "Unit {unit} is not in the roster of handling units."


class CreditCodeInvalid(NotValid):
    zh = "统一社会信用代码有误：应为 18 位，且末位校验码相符（GB 32100），请核对“{field}”。"
    en = "The unified social credit code in '{field}' is wrong: 18 characters with a check digit (GB 32100)."


class UnknownCounty(NotValid):
    zh = "“{field}”所填县区不在本市县区名录中，请填代码或全称。"
    en = "The county named in '{field}' is none of this city's; give its code or its full name."


class SameUnit(NotValid):
    zh = "{unit} 正是当前承办单位。"
    en = "{unit} already holds this issue."


class EarlierHolder(NotValid):
    zh = "{unit} 曾承办本问题，不得再转回。"
    en = "{unit} held this issue before; it cannot be transferred back."


class UnknownCategory(NotValid):
    zh = "类别 {category} 不在分类目录中。"
    en = "Category {category} is not in the catalogue."


class UnknownCalendar(NotValid):
    zh = "日历版本 {version} 未导入。"
    en = "Calendar version {version} was not imported."


class UnknownPolicy(NotValid):
    zh = "方案版本 {version} 无从查考。"
    en = "Policy version {version} is not known."


class UnknownOrder(NotValid):
    zh = "本问题没有督办单 {order}。"
    en = "This issue has no order {order}."


class UnknownRequest(NotValid):
    zh = "本问题没有申请 {request}。"
    en = "This issue has no request {request}."


class OffsetMissing(NotValid):
    zh = "“{field}”应为带时区的时刻，如 2026-10-08T18:00:00+08:00。"
    en = "'{field}' must be a moment with its offset, such as 2026-10-08T18:00:00+08:00."


class DateNotAhead(NotValid):
    zh = "“{field}”应晚于 {earliest}。"
    en = "'{field}' must be later than {earliest}."


class ExtensionTooLong(NotValid):
    zh = "“{field}”超出可延长的总时限，最晚为 {latest}。"
    en = "'{field}' is beyond what extensions may add in total; the latest is {latest}."


class SuspensionTooLong(NotValid):
    zh = "“{field}”过远，复核日期最晚为 {latest}。"
    en = "'{field}' is too far ahead; the review may be at {latest} at the latest."


class BeyondLegalMaximum(NotValid):
    zh = "“{field}”将使办结晚于法定最长时限 {latest}；仅因法院原因并经市领导裁定方可。"
    en = "'{field}' passes the law's whole time, {latest}; only a court's ground and a leader's ruling may."


class UnknownDraft(NotValid):
    zh = "本问题没有文稿 {draft}。"
    en = "This issue has no draft {draft}."


class UnknownConsultation(NotValid):
    zh = "本问题没有会商 {consultation}。"
    en = "This issue has no consultation {consultation}."


class RatingOutOfRange(NotValid):
    zh = "评分应为 1 至 5。"
    en = "A rating is a whole number from 1 to 5."


class OutcomeNotAllowed(NotValid):
    zh = "办理结果不能是“{outcome}”。"
    en = "'{outcome}' cannot be the outcome of a result."


class MergeIntoItself(NotValid):
    zh = "问题不能并入自身。"
    en = "An issue cannot be merged into itself."


class MergeOtherEnterprise(NotValid):
    zh = "只能并入同一企业的问题。"
    en = "Only issues of the same enterprise can be merged."


class NothingToChange(NotValid):
    zh = "没有任何需要变更的内容。"
    en = "The command changes nothing."


class TextUnreadable(NotValid):
    zh = "“{field}”含有控制字符或不成字的编码。"
    en = "'{field}' contains control characters, or halves of characters."


class TextTooLong(NotValid):
    zh = "“{field}”超过 {length} 字。"
    en = "'{field}' is longer than {length} characters."


class ListTooLong(NotValid):
    zh = "“{field}”超过 {length} 项。"
    en = "'{field}' has more than {length} elements."


class TooMuchSaid(NotValid):
    zh = "本次提交的文字过多：本问题尚可容纳约 {room} 字，一次最多用其四分之一，请精简。"
    en = "Too much text: this issue has room for some {room} characters, and an act may take a quarter. Say it shorter."


class CommandIdReused(NotValid):
    zh = "该幂等键已用于另一项操作。"
    en = "This command id was used for a different command."


def _leaves(of: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in of.__subclasses__():
        yield from _leaves(child) if child.__subclasses__() else (child,)


BY_NAME: Mapping[str, type[Refusal]] = {refusal.__name__: refusal for refusal in _leaves(Refusal)}
