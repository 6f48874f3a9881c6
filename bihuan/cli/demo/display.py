"""What the demo prints: progress bars, then each issue, each promise, and statistics of the notices."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bihuan.city.configuration import City
from bihuan.cli.demo.checks import CheckResult, Notices, groups_alerted
from bihuan.cli.demo.judgement import PlayedIssue, is_neglected, unfinished_late_rows
from bihuan.cli.demo.receiver import Receiver
from bihuan.cli.tables import print_line, print_table
from bihuan.domain.ladder.rungs import Rung, highest
from bihuan.domain.stage import STAGE_ZH

SIDE_EVENTS = {
    "extended": "延期 extended",
    "suspended": "挂起 suspended",
    "level_up_ruled": "提级 levelled up",
    "order_replied": "督办回复 order answered",
    "order_lifted": "督办解除 order lifted",
}


@dataclass(frozen=True, slots=True)
class NoticeStatistics:
    """How many notices arrived and were recalled, and how many seconds after their events they arrived."""

    receiver: Receiver
    arrived: int
    recalled: int
    p50_s: float
    p95_s: float
    longest_s: float

    @property
    def zh(self) -> str:
        lags = f"迟后中位 {self.p50_s:.1f} 秒、95 分位 {self.p95_s:.1f} 秒、最长 {self.longest_s:.1f} 秒"
        return f"送达 {self.arrived} 条通知，{lags}；{self.recalled} 条在送出前问题已了结而撤回"

    @property
    def en(self) -> str:
        lags = f"p50 {self.p50_s:.1f} s, p95 {self.p95_s:.1f} s, longest {self.longest_s:.1f} s after the event"
        return f"{self.arrived} notices arrived, {lags}; {self.recalled} recalled because their issue was closed first"


def notice_statistics(receiver: Receiver, notices: Notices) -> NoticeStatistics:
    lags = sorted(receiver.lags.values()) or [0.0]
    p50, p95 = (lags[min(len(lags) * part // 100, len(lags) - 1)] for part in (50, 95))
    return NoticeStatistics(receiver, len(receiver.received), len(notices.recalled), p50, p95, lags[-1])


class Display:
    """Tables and progress for people; or, ``quiet``, one JSON document at the end."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._console = Console(quiet=quiet)

    def say(self, text: str) -> None:
        print_line(self._console, text)

    def progress(self, what: str, total: int | None) -> "ProgressBar":
        return ProgressBar(self._console, what, total)

    def result(
        self, issues: Sequence[PlayedIssue], checks: Sequence[CheckResult], statistics: NoticeStatistics, city: City
    ) -> None:
        if self._quiet:
            print(json.dumps(_as_data(issues, checks, statistics), ensure_ascii=False))
            return
        columns = ("问题 issue", "经过 path taken", "终点 end", "准时或最高级 rung", "督导组 group alerted")
        slow = unfinished_late_rows(issues)
        rows = [_row(one, statistics.receiver, city, came_late=one.driven.row.ref in slow) for one in issues]
        print_table(self._console, "闭环演示 · forty issues in the loop", columns, rows)
        for one in checks:
            print_line(self._console, f"✗ {one.promise}" if one.faults else f"✓ {one.promise}", style=_colour(one))
            for fault in one.faults:
                print_line(self._console, f"    {fault}", style="red")
        print_line(self._console, f"{len(issues)} 件问题，{statistics.zh}")
        print_line(self._console, f"{len(issues)} issues, {statistics.en}")
        if slow:
            refs = ", ".join(slow)
            print_line(
                self._console,
                f"{len(slow)} 件问题演示者来迟，未能演完 · not finished, the demo was late: {refs}",
            )


def _colour(one: CheckResult) -> str:
    return "red" if one.faults else "green"


class ProgressBar:
    """A progress bar, shown while its context is open."""

    def __init__(self, console: Console, what: str, total: int | None) -> None:
        self._bar = Progress(TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console)
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> "ProgressBar":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def step(self) -> None:
        self._bar.advance(self._task)

    def to(self, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total)


def path_taken(one: PlayedIssue) -> str:
    """The stages of the issue in order, in Chinese, joined by arrows."""
    stages = [STAGE_ZH[stage] for stage in one.stages]
    return "→".join(stage for place, stage in enumerate(stages) if place == 0 or stages[place - 1] != stage)


def highest_rung(one: PlayedIssue) -> str:
    """The highest rung that was raised, or that it was on time."""
    reached = {rung.partition(":")[2] for rung in one.rungs}
    return highest(Rung(rung) for rung in reached) or "按时 on time"


def side_events(one: PlayedIssue) -> tuple[str, ...]:
    """Notable events that change no stage, in both languages, each once."""
    return tuple(
        dict.fromkeys(SIDE_EVENTS[entry.event.event] for entry in one.entries if entry.event.event in SIDE_EVENTS)
    )


def _row(one: PlayedIssue, receiver: Receiver, city: City, *, came_late: bool) -> tuple[str, ...]:
    groups = [city.policy.group(group).name for group in groups_alerted(receiver, one.driven.number)]
    end = f"{one.issue.stage} {one.issue.evaluation.outcome or ''}"
    title = f"{one.driven.row.ref} {one.issue.matter.title}"
    reached = highest_rung(one) + (" 放任 neglected" if is_neglected(one.driven) else "")
    reached += " 演示者来迟 played late" if came_late else ""
    return title, path_taken(one), end, "\n".join((reached, *side_events(one))), "、".join(groups)


def _as_data(
    issues: Sequence[PlayedIssue], checks: Sequence[CheckResult], statistics: NoticeStatistics
) -> dict[str, object]:
    slow = unfinished_late_rows(issues)
    return {
        "issues": [
            {
                "row": one.driven.row.ref,
                "issue_no": one.driven.number,
                "title": one.issue.matter.title,
                "stage": one.issue.stage,
                "outcome": one.issue.evaluation.outcome if one.issue.closed else None,
                "rungs": one.rungs,
                "beside": side_events(one),
                "left_to_rot": is_neglected(one.driven),
                "groups_alerted": groups_alerted(statistics.receiver, one.driven.number),
                "played_late": one.driven.row.ref in slow,
            }
            for one in issues
        ],
        "checks": [{"promise": one.promise, "holds": not one.faults, "faults": one.faults} for one in checks],
        "notices": statistics.arrived,
        "recalled": statistics.recalled,
        "lag_s": {"p50": statistics.p50_s, "p95": statistics.p95_s, "max": statistics.longest_s},
        "ok": all(not one.faults for one in checks),
    }
