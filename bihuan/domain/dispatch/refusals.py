"""Why an issue is not given to a unit, given back or passed on."""

from bihuan.domain.refusal import NotNow, NotValid


class DesignatedUnitMustHandle(NotNow):
    zh = "贵单位系指定承办，不得再退回或转办。"
    en = "Your unit was designated; it may neither return nor transfer this issue."


class OrderHoldsUnit(NotNow):
    zh = "督办单 {order} 未了结，被督办单位不得退回或转办。"
    en = "While order {order} is open, the unit it names may neither return nor transfer."


class ReturnWindowOver(NotNow):
    zh = "退回申请应在接到任务后 {limit} 内提出，已逾期。"
    en = "A return must be asked within {limit_en} of being given the issue; that time is over."


class TransferWindowOver(NotNow):
    zh = "承办单位应在接到任务后 {limit} 内转办，已逾期；请报综合协调组转办。"
    en = "A unit may transfer an issue within {limit_en} of being given it; now ask the coordination group to do it."


class OnlyDesignationLeft(NotNow):
    zh = "本问题已退回过一次，再次退回只能由综合协调组指定承办单位。"
    en = "This issue was returned once already; now the coordination group can only designate a unit."


class TransfersUsedUp(NotNow):
    zh = "承办单位之间的转办已达 {count} 次，再次转办由综合协调组决定。"
    en = "Units have transferred this issue {count} times; the next transfer is for the coordination group."


class SameUnit(NotValid):
    zh = "{unit} 正是当前承办单位。"
    en = "{unit} already holds this issue."


class EarlierHolder(NotValid):
    zh = "{unit} 曾承办本问题，不得再转回。"
    en = "{unit} held this issue before; it cannot be transferred back."
