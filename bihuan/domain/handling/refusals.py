"""Why a result is not taken, or not told by this person."""

from bihuan.domain.refusal import NotNow, NotValid


class UnitDelivers(NotNow):
    zh = "结果由承办单位向企业反馈；逾期未反馈、已督办（R2）的，梳理人可代为反馈。"
    en = "The unit that holds the issue informs the enterprise; the triager may once R2 was raised on it."


class PlannedStaysOpen(NotNow):
    zh = "列入计划的问题不算办结，应继续跟踪，不能据此提交结果；可申请挂起（列入计划）。"
    en = "A planned issue stays open; it cannot be submitted as a result. Ask for its suspension on the basis PLAN."


class OutcomeNotAllowed(NotValid):
    zh = "办理结果不能是“{outcome}”。"
    en = "'{outcome}' cannot be the outcome of a result."
