"""Why an issue does not go on in another."""

from bihuan.domain.refusal import NotNow, NotValid


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


class MergeIntoItself(NotValid):
    zh = "问题不能并入自身。"
    en = "An issue cannot be merged into itself."


class MergeOtherEnterprise(NotValid):
    zh = "只能并入同一企业的问题。"
    en = "Only issues of the same enterprise can be merged."
