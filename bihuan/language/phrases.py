"""The words in which an account is told: each as a pair, in Chinese and in English."""

from collections.abc import Mapping
from enum import IntEnum

from bihuan.domain.batches.holds import CHECKED_LATE, HELD
from bihuan.domain.batches.policy_adoption import CREDITED
from bihuan.domain.clocks.clock import RULED_LATE, WITHDRAWN
from bihuan.domain.clocks.limits import TimeUnit
from bihuan.domain.clocks.trace import ClockChangeKind
from bihuan.domain.clocks.workdays import WEEKDAYS_ZH
from bihuan.domain.commands import SUSPENSION_ZH
from bihuan.domain.joint.values import PartState
from bihuan.domain.notifications.registry import BY_NAME
from bihuan.domain.stage import STATUS_ZH, Status
from bihuan.domain.timetable import ReportKind


class Tongue(IntEnum):
    """Which of a pair."""

    ZH = 0
    EN = 1


Pair = tuple[str, str]


def _plain(name: str) -> str:
    return name.lower().replace("_", " ")


SAY: Mapping[str, Pair] = {
    "from": ("自 {since} {anchor}起 {limit}", "{limit} from {since} ({anchor})"),
    "from bare": ("自 {since} 起 {limit}", "{limit} from {since}"),
    "off": ("{days} {name}不计", "{days} {name} not counted"),
    "rolled": ("{days} {name}顺延", "{days} {name} rolled over"),
    "rolled again": (
        "至此止于 {rest}，{days}，依《民法典》第二百零三条顺延至 {until}",
        "it would then end {rest}, {days}, and by Civil Code art. 203 rolls to {until}",
    ),
    "made up": ("{day}（{weekday}，{name}）计入", "{day} ({weekday}, {name}) counted"),
    "own hours": ("{day}（{weekday}，{name}）计 {length}", "{day} ({weekday}, {name}) counts {length}"),
    "longer": ("另定日期 {named}，多 {length}", "another date was named, {named}, {length} more"),
    "shorter": ("另定日期 {named}，少 {length}", "another date was named, {named}, {length} less"),
    "pause": (
        "{since} 至 {until} {basis}停钟，补回 {length}",
        "paused {since} to {until} ({basis}), {length} given back",
    ),
    "late": (
        "其中 {length}停在时限届满之后，照样补回",
        "{length} of that after the time was up, given back all the same",
    ),
    "due": ("到期 {due}", "due {due}"),
    "provisional": ("（暂定：有关年度放假安排尚未公布）", " (provisional: a year's holidays are not published yet)"),
    "open": (
        "{since} 起{basis}停钟，已用 {ran}，尚余 {left}，恢复后才知何时到期",
        "paused since {since} ({basis}), {ran} used, {left} left; when it is due is open until it goes on",
    ),
    "turn": ("{at} {event}（第 {seq} 条），{what}", "{at} {event} (event {seq}), {what}"),
    "now": ("，现为 {limit}", ", now {limit}"),
    "over": ("{at} 停止计时", "stopped counting at {at}"),
    "owes": ("责任方 {party}。", "owed by {party}."),
    "to": ("{first} 至 {last}", "{first} to {last}"),
    "and": ("、", ", "),
    "then": ("；", "; "),
    "clock": ("{what}：", "{what}: "),
    HELD: ("统一停钟（{ground}）", "mass suspension: {ground}"),
    CREDITED: ("更换方案扣除已用时间（批次 {ground}）", "time credited by batch {ground}"),
    "office": ("办公时间 {length}", "{length} of office time"),
    "hours": ("{n} 小时", "{n} h"),
    "minutes": ("{n} 分", "{n} min"),
    "seconds": ("{n} 秒", "{n} s"),
}
HOW_COUNTED: Mapping[TimeUnit, Pair] = {
    TimeUnit.WD: ("，当日不计", ", that day not counted"),
    TimeUnit.WH: ("，只计办公时间", ", office hours only"),
    TimeUnit.D: ("，当日不计", ", that day not counted"),
    TimeUnit.H: ("，昼夜连计", ", day and night"),
    TimeUnit.S: ("，昼夜连计", ", day and night"),
}
TURNS: Mapping[ClockChangeKind, Pair] = {
    ClockChangeKind.STARTED: ("起算", "started"),
    ClockChangeKind.RELIMITED: ("时限变更，起点不变", "another limit from the same anchor"),
    ClockChangeKind.SPARED: (
        "缩短不追溯，自此时起至少留足签收时限",
        "not shortened behind now: at least the sign limit from then on",
    ),
    ClockChangeKind.GRANTED: ("到期时刻变更", "the due moment was changed"),
    ClockChangeKind.PAUSED: ("停钟", "paused"),
    ClockChangeKind.RESUMED: ("恢复计时", "goes on"),
    ClockChangeKind.MET: ("停止计时", "met"),
    ClockChangeKind.RUNS_ON: ("续计，如同未停", "runs on as if it had never stopped"),
    ClockChangeKind.GOES_ON: ("以所余时限续计", "goes on with what was left"),
    ClockChangeKind.TAKEN: ("移交或免除而止，未曾办结", "taken away, not done"),
    ClockChangeKind.ENDED: ("终止", "over"),
}
WEEKDAYS: tuple[Pair, ...] = tuple(zip(WEEKDAYS_ZH, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
WEEKEND: Pair = ("周末", "weekend")
NOBODY: Pair = ("无人", "nobody")
HOLIDAYS_EN: Mapping[str, str] = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Qingming Festival",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
}
BASES: Mapping[str, Pair] = {
    **{status.value: (zh, _plain(status)) for status, zh in STATUS_ZH.items()},
    **{
        f"{Status.SUSPENDED}:{basis}": (f"挂起（{zh}）", f"suspended: {_plain(basis)}")
        for basis, zh in SUSPENSION_ZH.items()
    },
    CHECKED_LATE: ("审核超时", "the check took longer than its limit"),
    RULED_LATE: ("裁定超时", "the ruling took longer than its limit"),
    WITHDRAWN: ("撤单期间", "withdrawn"),
    PartState.RELEASED.value: ("免除协办期间", "released"),
    Status.NEED_INFO.value: ("等待企业补正", "waiting for the enterprise's information"),
}
"""The grounds of pauses: a status that does not count, and why. Any other ground is told as it was written."""
EVENTS: Mapping[str, Pair] = {name: (row.zh, row.en) for name, row in BY_NAME.items()}
REPORTS: Mapping[str, Pair] = {
    "digest": ("督导日报", "daily digest"),
    "bulletin": ("周报", "weekly bulletin"),
    "brief": ("半年简报", "half-year brief"),
    "census": ("清点", "census of issues"),
    "retention": ("留存清理", "retention"),
}
"""What the calendar does, and mostly tells of."""
assert set(REPORTS) == set(ReportKind)
REPORT_ZH = {kind: REPORTS[kind][Tongue.ZH] for kind in ReportKind}
assert set(HOW_COUNTED) == set(TimeUnit)
assert set(TURNS) == set(ClockChangeKind)
