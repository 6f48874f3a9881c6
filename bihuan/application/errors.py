"""Errors of use cases, beside the refusals of the rules and the errors of the client."""

from bihuan.client.errors import Failure


class UseCaseError(Failure):
    """What was asked for does not exist, does not exist yet or any longer, or is not the caller's."""


class LedgerAway(UseCaseError):
    name = "ledger-away"
    zh = "台账暂不可用，请稍后重试。"
    en = "The ledger is unavailable; try again."


class NotRecordedYet(UseCaseError):
    name = "not-recorded-yet"
    zh = "台账尚未登记到所要求的版本，请稍后重试。"
    en = "The ledger has not reached the requested revision yet; try again."


class IssueUnknown(UseCaseError):
    name = "issue-unknown"
    zh = "没有这个问题。"
    en = "There is no such issue."


class TargetUnknown(UseCaseError):
    name = "target-unknown"
    zh = "“into”所写的问题不存在。"
    en = "There is no issue with the number given in 'into'."


class IssueArchived(UseCaseError):
    name = "issue-archived"
    zh = "问题已归档。"
    en = "The issue is archived."


class MomentAhead(UseCaseError):
    name = "moment-ahead"
    zh = "所问时刻尚未到来。"
    en = "The requested moment is in the future."


class NotReceivedYet(UseCaseError):
    name = "not-received-yet"
    zh = "所问时刻该问题尚未登记。"
    en = "At the requested moment the issue had not been received yet."


class NoticeUnknown(UseCaseError):
    name = "notice-unknown"
    zh = "没有这条通知。"
    en = "There is no such notice."


class NotYourNotice(UseCaseError):
    name = "not-your-notice"
    zh = "这条通知不是发给您的，由收件的单位或人员确认。"
    en = "This notice was not sent to you; only its recipients acknowledge it."


class NoticeUnderWay(UseCaseError):
    name = "notice-under-way"
    zh = "通知正在发送，不能重发。"
    en = "The notice is being sent, so it cannot be sent again."


class NoticeRecalled(UseCaseError):
    name = "notice-recalled"
    zh = "通知已撤回：所催事项在发出前已了结。"
    en = "The notice was recalled: its matter was settled before it was sent."


class ReportGone(UseCaseError):
    name = "report-gone"
    zh = "报告原文已过保存期，不能重发。"
    en = "The text of the report is no longer kept, so it cannot be sent again."
