"""Why the part of an assisting unit is not taken, or not added."""

from bihuan.domain.refusal import NotNow, NotValid


class NotAssisting(NotNow):
    zh = "没有这样一项未了结的协办任务。"
    en = "There is no such open part of an assisting unit."


class PartNotHandedIn(NotNow):
    zh = "没有这样一项已提交、待采纳的协办任务。"
    en = "There is no such part handed in and waiting to be judged."


class PartHandedIn(NotNow):
    zh = "贵单位的协办任务已提交，待主办单位采纳。"
    en = "Your unit has handed in its part; the lead is to judge it."


class LeadMayNotAssist(NotValid):
    zh = "{unit} 是主办单位，不能同时协办。"
    en = "{unit} leads this issue, so it cannot assist in it."


class AlreadyAssisting(NotValid):
    zh = "{unit} 已在协办，其任务尚未了结。"
    en = "{unit} is assisting already and its part is still open."


class OpenPartsNeedReason(NotValid):
    zh = "协办单位 {units} 的任务尚未提交；仍要提交结果的，请在“{field}”中说明理由。"
    en = "{units} have not handed in their parts; to submit a result anyway, give the reason in '{field}'."
