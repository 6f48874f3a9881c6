"""Why a person may not do this to this issue, or nobody in this status."""

from bihuan.domain.refusal import NotNow, NotPermitted


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


class WrongStatus(NotNow):
    zh = "问题处于“{status_zh}”，此时不能执行“{act_zh}”。"
    en = "The issue is {status}; '{act}' is not possible now."
