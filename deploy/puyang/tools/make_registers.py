"""Makes calendar.csv, officials.csv and enterprises.csv. All names are invented; the same seed makes the same city.

Run from anywhere: ``python deploy/puyang/tools/make_registers.py``.
"""

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

CITY = Path(__file__).parents[1]
SEED = 13710
OFFICIALS, LEADERS, ENTERPRISES, LEADING = 908, 33, 1000, 57
INDUSTRIES = (
    "石油化工",
    "化工新材料",
    "食品加工",
    "装备制造",
    "羽绒制品",
    "家具制造",
    "电子信息",
    "生物医药",
    "建材",
    "纺织服装",
)
FIRST = "恒瑞盛华宏泰鑫源嘉诚德信远博新立安康达昌润东方中科天成金汇丰茂永兴凯越众诚"
SECOND = "达康源丰利泰通顺和润兴隆昌盛辉宇航鼎捷锐峰佳美优创联合信义"
TRADES = (
    "化工",
    "新材料",
    "食品",
    "机械",
    "羽绒",
    "家居",
    "电子",
    "药业",
    "建材",
    "服饰",
    "能源",
    "环保科技",
    "包装",
    "饲料",
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
GIVEN = "志明建国晓东海燕丽娟文博思远子轩雅静俊杰宏伟春梅立新桂兰永强秀英"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


def counties() -> list[str]:
    with (CITY / "counties.csv").open(encoding="utf-8", newline="") as file:
        return [row["code"] for row in csv.DictReader(file)]


def check_digit(body: str) -> str:
    """The eighteenth character of a credit code (GB 32100-2015)."""
    total = sum(ALPHABET.index(c) * w for c, w in zip(body, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def special_days() -> Iterable[Sequence[str]]:
    day = date(2019, 1, 1)
    while day <= date(2026, 12, 31):
        _, name = chinese_calendar.get_holiday_detail(day)
        works = chinese_calendar.is_workday(day)
        weekday = day.weekday() < 5
        if works != weekday or (name and not works):
            zh = NAMES[str(name)] if name else "公休"
            yield day.isoformat(), "yes" if works else "no", f"{zh}调休上班" if works else zh
        day += timedelta(days=1)


def officials(dice: random.Random) -> Iterable[Sequence[str]]:
    for number in range(1, OFFICIALS + 1):
        name = dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, dice.choice((1, 2))))
        leader = number <= LEADERS
        yield f"O{number:04}", name, "市领导" if leader else dice.choice(("县级", "科级")), "yes" if leader else "no"


def enterprises(dice: random.Random) -> Iterable[Sequence[str]]:
    names: set[str] = set()
    others = [f"O{n:04}" for n in range(LEADERS + 1, OFFICIALS + 1)]
    liaisons = [f"O{n % LEADERS + 1:04}" for n in range(LEADING)]
    liaisons += others + [dice.choice(others) for _ in range(ENTERPRISES - LEADING - len(others))]
    codes = counties()
    for number, liaison in enumerate(liaisons):
        county = codes[number % len(codes)]
        while (name := dice.choice(FIRST) + dice.choice(SECOND) + dice.choice(TRADES) + "有限公司") in names:
            pass
        names.add(name)
        body = f"91{county}MA{number:07}"
        tier = "LEADING" if number < LEADING else "KEY"
        scale = dice.choice(("大", "中", "小", "微"))
        yield body + check_digit(body), name, county, dice.choice(INDUSTRIES), scale, tier, liaison


def write(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with (CITY / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


if __name__ == "__main__":
    dice = random.Random(SEED)
    write("calendar.csv", ("date", "works", "name"), special_days())
    write("officials.csv", ("id", "name", "rank", "city_leader"), officials(dice))
    write("enterprises.csv", ("uscc", "name", "county", "industry", "scale", "tier", "liaison"), enterprises(dice))
