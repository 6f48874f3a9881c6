"""What a visitor sees of the demo: bars while it runs, then every issue, every promise, and how the notices fared."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bihuan.city.configuration import City
from bihuan.cli.demo.checks import Checked, Notices, groups_alerted
from bihuan.cli.demo.judgement import Lived, is_rotten, overtaken
from bihuan.cli.demo.receiver import Receiver
from bihuan.cli.tables import line, show
from bihuan.domain.ladder.rungs import Rung, highest
from bihuan.domain.stage import STAGE_ZH

BESIDE = {
    "extended": "延期 extended",
    "suspended": "挂起 suspended",
    "level_up_ruled": "提级 levelled up",
    "order_replied": "督办回复 order answered",
    "order_lifted": "督办解除 order lifted",
}


@dataclass(frozen=True, slots=True)
class Telling:
    """How the notices fared: how many arrived, how many were recalled, and how late they were in seconds."""

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
        return f"{self.arrived} notices arrived, {lags}; {self.recalled} recalled, their issue being over before"


def telling(receiver: Receiver, notices: Notices) -> Telling:
    lags = sorted(receiver.lags.values()) or [0.0]
    p50, p95 = (lags[min(len(lags) * part // 100, len(lags) - 1)] for part in (50, 95))
    return Telling(receiver, len(receiver.told), len(notices.recalled), p50, p95, lags[-1])


class Show:
    """What a person sees; or, quiet, one JSON document at the end."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._console = Console(quiet=quiet)

    def say(self, text: str) -> None:
        line(self._console, text)

    def progress(self, what: str, total: int | None) -> "Moving":
        return Moving(self._console, what, total)

    def result(self, lived: Sequence[Lived], checks: Sequence[Checked], telling: Telling, city: City) -> None:
        if self._quiet:
            print(json.dumps(_as_data(lived, checks, telling), ensure_ascii=False))
            return
        columns = ("问题 issue", "经过 path taken", "终点 end", "准时或最高级 rung", "督导组 group alerted")
        slow = overtaken(lived)
        rows = [_row(one, telling.receiver, city, came_late=one.driven.row.ref in slow) for one in lived]
        show(self._console, "闭环演示 · the loop, forty times", columns, rows)
        for one in checks:
            line(self._console, f"✗ {one.promise}" if one.faults else f"✓ {one.promise}", style=_colour(one))
            for fault in one.faults:
                line(self._console, f"    {fault}", style="red")
        line(self._console, f"{len(lived)} 件问题，{telling.zh}")
        line(self._console, f"{len(lived)} issues, {telling.en}")
        if slow:
            refs = ", ".join(slow)
            line(
                self._console, f"{len(slow)} 件问题演示者来迟，未能演完 · the demo itself came too late to play: {refs}"
            )


def _colour(one: Checked) -> str:
    return "red" if one.faults else "green"


class Moving:
    """A progress bar."""

    def __init__(self, console: Console, what: str, total: int | None) -> None:
        self._bar = Progress(TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console)
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> "Moving":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def step(self) -> None:
        self._bar.advance(self._task)

    def to(self, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total)


def path_taken(one: Lived) -> str:
    """The stages the issue went through, in order."""
    stages = [STAGE_ZH[stage] for stage in one.stages]
    return "→".join(stage for place, stage in enumerate(stages) if place == 0 or stages[place - 1] != stage)


def worst(one: Lived) -> str:
    reached = {rung.partition(":")[2] for rung in one.rungs}
    return highest(Rung(rung) for rung in reached) or "按时 on time"


def beside(one: Lived) -> tuple[str, ...]:
    """What happened beside the stages that a visitor should see."""
    return tuple(dict.fromkeys(BESIDE[entry.event.event] for entry in one.entries if entry.event.event in BESIDE))


def _row(one: Lived, receiver: Receiver, city: City, *, came_late: bool) -> tuple[str, ...]:
    groups = [city.policy.group(group).name for group in groups_alerted(receiver, one.driven.number)]
    end = f"{one.issue.stage} {one.issue.evaluation.outcome or ''}"
    title = f"{one.driven.row.ref} {one.issue.matter.title}"
    reached = worst(one) + (" 放任 left to rot" if is_rotten(one.driven) else "")
    reached += " 演示者来迟 played late" if came_late else ""
    return title, path_taken(one), end, "\n".join((reached, *beside(one))), "、".join(groups)


def _as_data(lived: Sequence[Lived], checks: Sequence[Checked], telling: Telling) -> dict[str, object]:
    slow = overtaken(lived)
    return {
        "issues": [
            {
                "row": one.driven.row.ref,
                "issue_no": one.driven.number,
                "title": one.issue.matter.title,
                "stage": one.issue.stage,
                "outcome": one.issue.evaluation.outcome if one.issue.closed else None,
                "rungs": one.rungs,
                "beside": beside(one),
                "left_to_rot": is_rotten(one.driven),
                "groups_alerted": groups_alerted(telling.receiver, one.driven.number),
                "played_late": one.driven.row.ref in slow,
            }
            for one in lived
        ],
        "checks": [{"promise": one.promise, "holds": not one.faults, "faults": one.faults} for one in checks],
        "notices": telling.arrived,
        "recalled": telling.recalled,
        "lag_s": {"p50": telling.p50_s, "p95": telling.p95_s, "max": telling.longest_s},
        "ok": all(not one.faults for one in checks),
    }
