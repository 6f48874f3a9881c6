"""The results of a simulation as tables."""

from collections.abc import Mapping, Sequence

from rich.console import Console

from bihuan.city.configuration import City
from bihuan.cli.simulation.documents import groups_of, unit_name
from bihuan.cli.tables import print_line, print_table
from bihuan.domain.clocks.workdays import CHINA_TIME
from bihuan.domain.commands import ACT_ZH
from bihuan.domain.ladder.rungs import RUNG_ZH
from bihuan.simulation.player import Alert
from bihuan.simulation.summary import Change, Tally, difference, totals_by_name

ROWS_MAX = 20


def summary(one: Tally, city: City, console: Console) -> None:
    """One row for each group, then the units with the most alerts."""
    rungs = sorted(one.by_rung)
    rows = []
    for group in groups_of(one, city):
        raised = [one.by_group[group, rung] for rung in rungs]
        numbers = (one.collected_by_group[group], one.solved_by_group[group])
        rate, alerts = f"{one.rate_of(group):.2f}%", (*map(str, raised), str(sum(raised)))
        rows.append((city.policy.group(group).name, *map(str, numbers), rate, *alerts))
    totals = [one.by_rung[rung] for rung in rungs]
    sums = (str(one.collected), str(one.solved), f"{one.rate:.2f}%", *map(str, totals), str(one.alerts))
    print_table(
        console,
        f"模拟 · simulation · {city.policy.profile}",
        ("督导组", "收集", "办结", "办结率", *rungs, "合计"),
        rows,
        total=("合计", *sums),
        caption="group, collected, solved, rate, alerts · " + ", ".join(map(_rung, rungs)),
    )
    _units(one, rungs, city, console)
    refusals(one, console)


def _rung(rung: str) -> str:
    return f"{rung} {dict(RUNG_ZH).get(rung, '')}".strip()  # type: ignore[call-overload]


def _units(one: Tally, rungs: Sequence[str], city: City, console: Console) -> None:
    most = sorted(totals_by_name(one.by_unit).items(), key=lambda item: (-item[1], item[0]))
    if not most:
        return
    rows = [
        (_named(unit, city), *(str(one.by_unit[unit, rung]) for rung in rungs), str(total))
        for unit, total in most[:ROWS_MAX]
    ]
    print_table(console, "谁欠办 · responsible units", ("单位 unit", *rungs, "合计 alerts"), rows)
    _rest(len(most), console)


def _rest(count: int, console: Console) -> None:
    if count > ROWS_MAX:
        print_line(
            console, f"另有 {count - ROWS_MAX} 项，--json 全部列出 · and {count - ROWS_MAX} more; --json lists all"
        )


def _named(unit: str, city: City) -> str:
    name = unit_name(unit, city)
    return name if name == unit else f"{unit} {name}"


def refusals(one: Tally, console: Console) -> None:
    """Acts and issues that the rules refused."""
    for (act, reason), count in sorted(one.refused.items()):
        print_line(console, f"{ACT_ZH.get(act, act)} {act}：{count} 次不被接受、已略过 · refused and skipped: {reason}")
    if one.not_taken_in:
        print_line(console, f"{one.not_taken_in} 件不予收件 · issues not taken in")


def comparison(before: Tally, after: Tally, counts: Mapping[str, int], city: City, console: Console) -> None:
    """The alerts another policy adds or removes, by group and by unit."""
    rungs = sorted(before.by_rung.keys() | after.by_rung.keys())
    for title, found, named in (
        ("各督导组之差 · difference by group", difference(before.by_group, after.by_group), city.policy.groups),
        ("各单位之差 · difference by unit", difference(before.by_unit, after.by_unit), None),
    ):
        rows = []
        most = sorted(found.items(), key=lambda item: -sum(map(abs, item[1].values())))
        for name, by_rung in most[:ROWS_MAX]:
            shown = f"{name} {city.policy.group(name).name}" if named is not None else _named(name, city)
            cells = [f"{by_rung.get(rung, 0):+d}" for rung in rungs]
            rows.append((shown, *cells, f"{sum(by_rung.values()):+d}"))
        print_table(console, title, ("", *map(_rung, rungs), "合计 alerts"), rows)
        _rest(len(most), console)
    differ = "{issues} 件问题有变化，提醒督办新增 {more}、减少 {fewer}、变动 {moved} 次".format_map(counts)
    print_line(console, f"{differ} · issues that differ; alerts more, fewer, moved")
    refusals(after, console)


def names(changes: Sequence[Change], count: int, city: City, console: Console) -> None:
    """The issues that differ, with each alert that is added (+), removed (-) or moved (~)."""
    for one in changes:
        print_line(console, f"{one.issue_no} {one.title} {one.enterprise}")
        lines = [f"  + {_reached(alert, city)}" for alert in one.more]
        lines += [f"  - {_reached(alert, city)}" for alert in one.fewer]
        lines += [f"  ~ {_reached(was, city)} → {_when(now)}" for was, now in one.moved]
        lines += [f"  略过 refused {each.act} {ACT_ZH.get(each.act, '')}: {each.reason}" for each in one.refused]
        lines += [] if one.taken_in else ["  不予收件 not taken in"]
        print_line(console, "\n".join(lines))
    _rest(count, console)


def _reached(one: Alert, city: City) -> str:
    return f"{_when(one)} {one.clock} {_rung(one.rung)} {city.desk(one.responsible).name}"


def _when(one: Alert) -> str:
    return f"{one.at.astimezone(CHINA_TIME):%m-%d %H:%M}"


def alerts(alerts: Sequence[Alert], city: City, console: Console) -> None:
    """One line for each alert, the earliest first."""
    for one in alerts:
        told = "、".join(city.desk(to).name for to in one.recipients)
        when = f"{one.at.astimezone(CHINA_TIME):%Y-%m-%d %H:%M}"
        raised = f"{one.issue_no} {one.clock} {_rung(one.rung)}"
        print_line(console, f"{when} {one.group} {raised} {city.desk(one.responsible).name} → {told}")
