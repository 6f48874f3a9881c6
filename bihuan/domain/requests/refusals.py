"""Why a side request is not taken, or not ruled on."""

from bihuan.domain.refusal import NotNow, NotPermitted, NotValid


class NotTheApprover(NotPermitted):
    zh = "申请 {request} 由{approver_zh}裁定。"
    en = "Request {request} is for the desk '{approver}' to rule on."


class RequesterMayNotRule(NotPermitted):
    zh = "申请人不能裁定自己提出的申请 {request}，须由他人裁定。"
    en = "Whoever made request {request} may not rule on it; another person must."


class NoOpenRequest(NotNow):
    zh = "没有待裁定的申请。"
    en = "No request is open."


class RequestAlreadyOpen(NotNow):
    zh = "同类申请 {request} 尚未裁定，不能重复提出。"
    en = "Request {request} of the same kind is still open."


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


class ClocksAreHeld(NotNow):
    zh = "统一停钟至 {until}，其间时限不走，无需延期。"
    en = "A mass suspension stops all clocks until {until}; there is nothing to extend."


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
