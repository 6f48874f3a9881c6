"""The words in which an account is told: each as a pair, in Chinese and in English."""

from collections.abc import Mapping
from enum import IntEnum

from bihuan.domain.batches.holds import CHECKED_LATE, HELD
from bihuan.domain.batches.policy_adoption import CREDITED
from bihuan.domain.clocks.clock import RULED_LATE, WITHDRAWN
from bihuan.domain.clocks.limits import TimeUnit
from bihuan.domain.clocks.trace import Turn
from bihuan.domain.clocks.workdays import WEEKDAYS_ZH
from bihuan.domain.commands import SUSPENSION_ZH
from bihuan.domain.joint.values import PartState
from bihuan.domain.stage import STATUS_ZH, Status


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
TURNS: Mapping[Turn, Pair] = {
    Turn.STARTED: ("起算", "started"),
    Turn.RELIMITED: ("时限变更，起点不变", "another limit from the same anchor"),
    Turn.SPARED: (
        "缩短不追溯，自此时起至少留足签收时限",
        "not shortened behind now: at least the sign limit from then on",
    ),
    Turn.GRANTED: ("到期时刻变更", "the due moment was changed"),
    Turn.PAUSED: ("停钟", "paused"),
    Turn.RESUMED: ("恢复计时", "goes on"),
    Turn.MET: ("停止计时", "met"),
    Turn.RUNS_ON: ("续计，如同未停", "runs on as if it had never stopped"),
    Turn.GOES_ON: ("以所余时限续计", "goes on with what was left"),
    Turn.TAKEN: ("移交或免除而止，未曾办结", "taken away, not done"),
    Turn.ENDED: ("终止", "over"),
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
EVENTS: Mapping[str, Pair] = {
    "submitted": ("登记", "receipt"),
    "completed": ("补全", "completed"),
    "accepted": ("受理", "accepted"),
    "accepted_by_silence": ("视为受理", "accepted by silence"),
    "answered": ("直接答复", "answered directly"),
    "info_asked": ("要求补正", "information asked"),
    "info_supplied": ("补正", "information supplied"),
    "info_lapsed": ("补正期满", "wait for information over"),
    "rejected": ("不予受理", "rejected"),
    "merge_asked": ("申请并单", "merging asked"),
    "merged": ("并单", "merged"),
    "merge_refused": ("并单未成", "not merged"),
    "merge_lapsed": ("并单申请失效", "merging lapsed"),
    "merge_taken": ("同意并入", "another may merge into it"),
    "merge_settled": ("并入登记", "told whether another merged"),
    "followed": ("随批", "put into a batch"),
    "unfollowed": ("脱离随批", "taken out of a batch"),
    "follower_told": ("随批告知", "told of a follower"),
    "inherited": ("承接主件结果", "result of the parent taken over"),
    "followers_served": ("结果转告随批件", "result sent to followers"),
    "followers_released": ("随批件脱离", "followers released"),
    "classified": ("分类", "classified"),
    "calendar_adopted": ("更换日历", "calendar changed"),
    "policy_adopted": ("按批更换方案", "policy changed by a batch"),
    "policy_kept": ("按批沿用原方案", "policy kept by a batch"),
    "clocks_held": ("统一停钟", "mass suspension"),
    "clocks_released": ("统一停钟结束", "mass suspension over"),
    "dispatched": ("派单", "given to a unit"),
    "signed": ("签收", "signed"),
    "return_asked": ("申请退回", "return asked"),
    "return_refused": ("不同意退回", "return refused"),
    "reported": ("阶段性反馈", "reported"),
    "result_submitted": ("提交结果", "result submitted"),
    "assist_added": ("增加协办", "assisting unit added"),
    "part_submitted": ("提交协办", "part handed in"),
    "part_accepted": ("采纳协办", "part accepted"),
    "part_returned": ("退回协办", "part returned"),
    "assist_released": ("免除协办", "assisting unit released"),
    "check_passed": ("审核通过", "check passed"),
    "sent_back": ("审核退回", "sent back"),
    "delivered": ("反馈企业", "enterprise informed"),
    "rated": ("评价", "rated"),
    "rating_lapsed": ("评价期满", "time to rate over"),
    "called_back": ("回访", "called back"),
    "rework_ordered": ("重办", "rework ordered"),
    "request_asked": ("提出申请", "request made"),
    "request_approved": ("同意申请", "request approved"),
    "request_refused": ("不同意申请", "request refused"),
    "request_withdrawn": ("撤回申请", "request withdrawn"),
    "request_overtaken": ("申请失效", "request overtaken"),
    "extended": ("延期", "extended"),
    "suspended": ("挂起", "suspended"),
    "resumed": ("恢复办理", "resumed"),
    "terminated": ("终止办理", "terminated"),
    "rating_set_aside": ("评价不计", "rating set aside"),
    "withdrawn": ("撤单", "withdrawn"),
    "withdrawal_asked": ("提出撤单", "withdrawal asked"),
    "withdrawal_audited": ("撤单质检", "withdrawal audited"),
    "closed_out": ("销号", "closed out"),
    "reopened": ("重新打开", "reopened"),
    "archived": ("归档", "archived"),
    "amended": ("更正", "amended"),
    "noted": ("备注", "noted"),
    "alarm_raised": ("提醒督办", "alarm raised"),
    "order_issued": ("下达督办单", "order issued"),
    "order_joined": ("并入督办单", "joined to an order"),
    "order_replied": ("回复督办单", "order answered"),
    "order_lifted": ("解除督办单", "order lifted"),
    "order_done": ("督办事项办结", "order done"),
    "order_revived": ("督办单恢复", "order stands again"),
    "alarm_repeated": ("再次催办", "told again"),
    "still_unmet": ("逾期未办，再次提请", "still unmet, brought up again"),
    "order_withdrawn": ("督办单撤回", "order withdrawn"),
    "alarm_acknowledged": ("收到催办", "notice acknowledged"),
    "urged": ("人工催办", "urged by hand"),
    "order_reply_returned": ("退回督办回复", "reply to an order returned"),
    "order_objected": ("督办申诉", "objection to an order"),
    "objection_ruled": ("督办申诉裁定", "objection ruled on"),
    "level_up_asked": ("申请提级", "level-up asked"),
    "level_up_ruled": ("提级裁定", "level-up ruled on"),
    "consultation_convened": ("召集会商", "consultation convened"),
    "consultation_recorded": ("会商纪要", "minutes recorded"),
    "draft_opened": ("拟稿", "paper drafted"),
    "draft_joined": ("并入文稿", "joined to a paper"),
    "draft_signed": ("签发文稿", "paper signed"),
    "draft_discarded": ("不予出文", "paper discarded"),
    "draft_lapsed": ("文稿失效", "paper lapsed"),
    "cancel_requested": ("请求取消", "cancel requested"),
}
REPORTS: Mapping[str, Pair] = {
    "digest": ("督导日报", "daily digest"),
    "bulletin": ("周报", "weekly bulletin"),
    "brief": ("半年简报", "half-year brief"),
    "census": ("清点", "census of issues"),
    "retention": ("留存清理", "retention"),
}
"""What the calendar does, and mostly tells of."""
assert set(HOW_COUNTED) == set(TimeUnit)
assert set(TURNS) == set(Turn)
