"""Why what is said of an answer is not taken."""

from bihuan.domain.refusal import NotNow, NotPermitted, NotValid


class RecorderMayNotVerify(NotPermitted):
    zh = "企业的评价或撤单由您代为登记，须由他人向企业核实。"
    en = "You recorded the enterprise's rating or withdrawal; another person asks the enterprise about it."


class WithdrawalUnderAudit(NotNow):
    zh = "已提出撤单，待回访员质检。"
    en = "A withdrawal waits for its audit already."


class NoWithdrawalToAudit(NotNow):
    zh = "没有待质检的撤单。"
    en = "No withdrawal waits for an audit."


class RatingOutOfRange(NotValid):
    zh = "评分应为 1 至 5。"
    en = "A rating is a whole number from 1 to 5."
