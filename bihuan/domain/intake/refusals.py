"""Why a receipt, its triage or its class is not taken as it is."""

from bihuan.domain.refusal import NotNow, NotPermitted, NotValid


class HolderMayNotAmend(NotPermitted):
    zh = "承办单位不能更正企业诉求的内容。"
    en = "The unit that holds an issue may not amend its text."


class ReceiptNotCompleted(NotPermitted):
    zh = "收件尚未补全，由综合协调组处理。"
    en = "The receipt is not complete yet; only the coordination group may do this."


class NotClassified(NotNow):
    zh = "问题尚未确定类别，请先分类再交办。"
    en = "The issue has no category yet; classify it before handing it over."


class ReceiptIncomplete(NotValid):
    zh = "收件至少要有企业（统一社会信用代码或名称）和问题描述，缺少“{field}”。"
    en = "A receipt needs an enterprise (credit code or name) and a description; '{field}' is missing."


class UnknownCategory(NotValid):
    zh = "类别 {category} 不在分类目录中。"
    en = "Category {category} is not in the catalogue."
