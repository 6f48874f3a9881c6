"""Why a calendar is not adopted."""

from bihuan.domain.refusal import NotValid


class UnknownCalendar(NotValid):
    zh = "日历版本 {version} 未导入。"
    en = "Calendar version {version} was not imported."
