"""Makes ledger-749.xlsx: half a year of invented issues, who did what and when, and the expected state of each.

749 collected, 313 solved: the figures of the real programme it imitates. The same seed makes the same workbook.
Run in the top folder of the project: ``python deploy/puyang/tools/make_ledger.py``.
"""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import archetypes as a
import xlsxwriter
from problems import PROBLEMS

from bihuan.city.configuration import City, load_city
from bihuan.domain.clocks.workdays import CHINA_TIME

CITY = Path(__file__).parents[1]
SEED = 749
FIRST, BATCH = "首批", ("首批", "第二批", "第三批", "第四批")
HUBS = ("410923", "410927")
PLAIN = ("410902", "410922", "410926", "410928", "410971", "410972")
ALL = (*PLAIN, *HUBS)

SETTLED = (date(2021, 7, 5), date(2021, 8, 5))
"""Received in this span, from Monday to Thursday, thirty days by law are twenty-two working days, without a holiday."""
THURSDAY = 3
LEVELLED_BY = date(2021, 11, 25)
"""Issues received by then, and never solved, are levelled up and lack the leader's signature before the cut-off."""

Plan = tuple[a.Archetype, str, date]

DEMO: Sequence[tuple[a.Archetype, str]] = (
    *((a.happy, county) for county in ("410928", "410971")),
    (a.merged, "410902"),
    (a.extended, "410923"),
    (a.answered, "410922"),
    (a.rejected, "410926"),
    (a.withdrawn, "410972"),
    (a.supplied, "410902"),
    (a.info_lapsed, "410922"),
    (a.signed_late, "410926"),
    (a.signed_very_late, "410928"),
    (a.reported_late, "410971"),
    (a.transferred, "410972"),
    (a.return_approved, "410902"),
    (a.return_refused, "410922"),
    (a.designated, "410926"),
    (a.sent_back, "410928"),
    (a.reworked, "410971"),
    (a.unrated, "410972"),
    (a.never_reached, "410902"),
    (a.order_lifted, "410922"),
    (a.handed_over_late, "410926"),
    (a.reopened, "410928"),
    (a.referred, "410971"),
    (a.never_triaged, "410902"),
    (a.never_triaged, "410923"),
    (a.never_completed, "410922"),
    *((a.never_signed, county) for county in ("410902", "410922", "410926", "410927")),
    *((a.never_worked, county) for county in ("410928", "410923", "410971")),
    *((a.never_delivered, county) for county in ("410972", "410927")),
    (a.never_checked, "410926"),
    (a.never_closed_out, "410928"),
    (a.suspended, "410927"),
    (a.levelled_up, "410927"),
)

SOLVED_MIX = (
    (a.happy, 60),
    (a.supplied, 6),
    (a.info_lapsed, 3),
    (a.signed_late, 6),
    (a.signed_very_late, 3),
    (a.reported_late, 4),
    (a.transferred, 6),
    (a.return_approved, 4),
    (a.return_refused, 2),
    (a.sent_back, 4),
    (a.reworked, 4),
    (a.unrated, 6),
    (a.never_reached, 2),
    (a.order_lifted, 3),
    (a.order_objected, 2),
    (a.levelled_up, 2),
    (a.handed_over_late, 3),
    (a.reopened, 2),
    (a.extended, 3),
    (a.suspended, 2),
    (a.joint, 3),
)
HARD: Sequence[tuple[a.Archetype, int]] = ((a.passed_on, 3), (a.left_after_level_up, 2))
"""Received on a day without a holiday near it, so that none moves the end of ten days."""
HARD_DAY = date(2021, 7, 6)
OUTSIDE_LAW = {a.extended, *(plan for plan, _ in HARD)}
"""These plans depend on a limit of seven working days, so no law may govern them."""
OTHERS: Sequence[tuple[a.Archetype, int, Sequence[str]]] = (
    (a.answered, 60, ALL),
    (a.referred, 18, ALL),
    (a.rejected, 24, ALL),
    (a.withdrawn, 20, ALL),
    (a.never_signed, 16, ALL),
    (a.never_worked, 18, ALL),
    (a.never_delivered, 8, ALL),
    (a.never_triaged, 6, PLAIN),
    (a.never_checked, 6, PLAIN),
    (a.never_closed_out, 4, PLAIN),
    (a.never_completed, 4, PLAIN),
    (a.deemed_accepted, 6, ALL),
)
COLLECTED, SOLVED, MERGED = 749, 313, 14


class Writer:
    """Turns plans into cases, with enterprises of the registers and working days of the calendar."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._calendar = city.policy.calendar
        self._dice = random.Random(SEED)
        self._enterprises = {county: [e for e in city.enterprises.values() if e.county == county] for county in ALL}
        self._units = {
            line.split(",")[0]: line.split(",")[3] for line in (CITY / "catalogue.csv").read_text().splitlines()[1:]
        }
        self.cases: list[tuple[a.Case, str, date]] = []

    def write(self, plan: a.Archetype, county: str, day: date, batch: str) -> a.Case:
        parent = self.cases[-1][0] if plan is a.merged else None
        case = self._case(county, parent, self._category(plan))
        plan(case)
        if case.law and "issue#1:R2" in case.rungs:
            day = _settled(day)
        if "issue#1:R4" in case.rungs:
            day = min(day, LEVELLED_BY)
        self.cases.append((case, batch, self._last_day(day) if plan is not a.merged else self.cases[-1][2]))
        return case

    def _category(self, plan: a.Archetype) -> str:
        drawn = self._dice.choice(sorted(PROBLEMS))
        if plan is a.deemed_accepted:
            return "COMPLAINT_BE"
        if plan in OUTSIDE_LAW and drawn in a.LAWS:
            return self._dice.choice(sorted(set(PROBLEMS) - set(a.LAWS)))
        return drawn

    def _case(self, county: str, parent: a.Case | None, category: str) -> a.Case:
        enterprise = self._dice.choice(self._enterprises[county])
        if parent is not None:
            category = parent.submission["category"]
            enterprise = self._city.enterprises[parent.uscc]
        problem = self._dice.choice(PROBLEMS[category].split("|"))
        unit = self._units[category]
        others = [code for code in sorted(set(self._units.values())) if code != unit]
        submission = {
            "enterprise": {"name": enterprise.name, "uscc": enterprise.uscc},
            "title": problem,
            "description": f"{enterprise.name}反映：{problem}，影响正常生产经营，恳请协调解决。",
            "county": enterprise.county,
            "contact": "企业经办人",
            "channel": self._dice.choice(("线上平台", "走访收集", "热线", "政企通微信群")),
            "category": category,
            "urgency": "GENERAL",
            "liaison": enterprise.liaison,
        }
        return a.Case(
            ref=f"PY-{len(self.cases) + 1:04}",
            uscc=enterprise.uscc,
            county=enterprise.county,
            group=self._city.policy.county_groups[enterprise.county],
            unit=unit,
            other_unit=others[0],
            third_unit=others[1],
            submission=submission,
            hub=enterprise.county in HUBS,
            parent=parent.ref if parent else "",
        )

    def _last_day(self, day: date) -> date:
        """The day itself, or the working day before it."""
        while not self._calendar.is_workday(day):
            day -= timedelta(days=1)
        return day

    def moment(self, start: date, moment: a.Moment) -> datetime:
        day, (ahead, hour) = start, moment
        while ahead:
            day += timedelta(days=1)
            ahead -= self._calendar.is_workday(day)
        return datetime.combine(day, time.fromisoformat(hour), CHINA_TIME)


def plans(dice: random.Random) -> Iterator[tuple[a.Archetype, str, date, str]]:
    """The forty cases of the demo, then the closed and the neglected ones, then those still in progress."""
    for plan, county in DEMO:
        yield plan, county, date(2021, 7, 5), FIRST
    solved = sum(1 for plan, _ in DEMO if _ends_solved(plan))
    for plan, count in HARD:
        for number in range(count):
            yield plan, PLAIN[number], HARD_DAY, BATCH[1]
    hard = sum(count for _, count in HARD)
    solved += sum(count for plan, count in HARD if _ends_solved(plan))
    mix = [plan for plan, weight in SOLVED_MIX for _ in range(weight)]
    for number in range(SOLVED - solved):
        yield mix[number % len(mix)], dice.choice(ALL), _some_day(dice), dice.choice(BATCH[1:])
    written = len(DEMO) + hard + SOLVED - solved
    for plan, count, counties in OTHERS:
        for _ in range(count):
            yield plan, dice.choice(counties), _some_day(dice), dice.choice(BATCH[1:])
            written += 1
    in_hand = (
        (a.complex_in_hand, date(2021, 12, 13)),
        (a.in_evaluation, date(2021, 12, 24)),
        (a.in_check, date(2021, 12, 27)),
        (a.in_hand, date(2021, 12, 30)),
        (a.just_received, date(2021, 12, 31)),
    )
    for number in range(MERGED):
        yield in_hand[3][0], PLAIN[number % len(PLAIN)], in_hand[3][1], BATCH[3]
        yield a.merged, PLAIN[number % len(PLAIN)], in_hand[3][1], BATCH[3]
    for number in range(COLLECTED - written - 2 * MERGED):
        plan, day = in_hand[number % len(in_hand)]
        yield plan, dice.choice(PLAIN), day, BATCH[3]


def _settled(day: date) -> date:
    first, last = SETTLED
    day = first + (day - first) % (last - first)
    return day - timedelta(days=max(0, day.weekday() - THURSDAY))


def _some_day(dice: random.Random) -> date:
    return date(2021, 7, 6) + timedelta(days=dice.randrange(150))


def _ends_solved(plan: a.Archetype) -> bool:
    probe = a.Case("", "", "", "", "", "", "", {"enterprise": {}, "contact": ""})
    plan(probe)
    return probe.outcome == "SOLVED"


def sheet(book: xlsxwriter.Workbook, name: str, columns: Sequence[str], rows: Iterator[Sequence[str]]) -> None:
    page = book.add_worksheet(name)
    page.write_row(0, 0, columns)
    page.freeze_panes(1, 0)
    for number, row in enumerate(rows, 1):
        page.write_row(number, 0, row)


def ledger_rows(writer: Writer) -> Iterator[Sequence[str]]:
    for case, batch, start in writer.cases:
        asked = case.submission
        at = writer.moment(start, (0, "09:00")).isoformat()
        enterprise = asked["enterprise"]
        yield (
            case.ref,
            batch,
            at,
            asked["channel"],
            enterprise["name"],
            case.uscc,
            case.county,
            asked["category"],
            asked["urgency"],
            asked["title"],
            asked["description"],
            asked["liaison"],
        )


def act_rows(writer: Writer) -> Iterator[Sequence[str]]:
    for case, _, start in writer.cases:
        for moment, actor, act, fields, if_status in case.acts:
            at = writer.moment(start, moment).isoformat()
            values = {
                name: writer.moment(start, value).isoformat() if isinstance(value, tuple) else value
                for name, value in fields.items()
            }
            yield case.ref, at, actor, act, json.dumps(values, ensure_ascii=False), if_status


def main() -> None:
    writer = Writer(load_city(CITY, "PY-13710"))
    for plan, county, day, batch in plans(random.Random(SEED)):
        writer.write(plan, county, day, batch)
    columns = ("row", "batch_no", "received_at", "channel", "enterprise_name", "uscc", "county", "category_l1")
    with xlsxwriter.Workbook(str(CITY / "ledger-749.xlsx"), {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"created": datetime(2021, 12, 31)})
        sheet(book, "ledger", (*columns, "urgency", "title", "description", "liaison_official"), ledger_rows(writer))
        sheet(book, "acts", ("issue", "at", "actor", "act", "fields", "if_status"), act_rows(writer))
        rows = ((c.ref, c.stage, c.outcome, " ".join(c.rungs), c.group) for c, _, _ in writer.cases)
        sheet(book, "expected", ("issue", "stage", "outcome", "rungs", "group"), rows)


if __name__ == "__main__":
    main()
