"""Why an issue does not wait for the result of another."""

from bihuan.domain.refusal import NotNow, NotValid


class ParentNotOpen(NotNow):
    zh = "拟随批的主件 {parent} 不存在、结果已定、已销号，或自身也在随批。"
    en = "Issue {parent} does not exist, has its result, is closed or follows another, so nothing can follow it."


class FollowedByTooMany(NotNow):
    zh = "已有 {count} 件问题随本问题办理，不能再增加。"
    en = "{count} issues follow this one already; no more can."


class LeadsOthers(NotNow):
    zh = "已有问题随本问题办理，本问题不能再随批。"
    en = "Other issues follow this one, so it cannot follow another."


class NotFollowing(NotNow):
    zh = "本问题并未随 {parent} 办理。"
    en = "This issue does not follow {parent}."


class FollowsItself(NotValid):
    zh = "问题不能随自身办理。"
    en = "An issue cannot follow itself."


class OtherMatter(NotValid):
    zh = "主件类别为“{category}”，与本问题不同，不是同一事项。"
    en = "The parent's category is '{category}', another than this issue's, so it is not the same matter."
