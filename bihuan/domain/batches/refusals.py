"""Why a batch is not put to an issue."""

from bihuan.domain.refusal import NotNow, NotPermitted, NotValid


class ApproverNotEntitled(NotPermitted):
    zh = "批次应由综合协调组或市领导批准。"
    en = "A batch is approved by coordination or by a city leader."


class ApproverIsRequester(NotPermitted):
    zh = "{person}提出的批次不能由本人批准，须由他人批准。"
    en = "{person} ordered this batch and may not approve it; another person must."


class LeaderMustApprove(NotPermitted):
    zh = "该问题挂起和统一停钟累计将超过 {limit}，须由市领导批准。"
    en = "Suspensions of this issue, mass ones included, would exceed {limit_en} in total; a city leader must approve."


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


class UnknownPolicy(NotValid):
    zh = "方案版本 {version} 无从查考。"
    en = "Policy version {version} is not known."
