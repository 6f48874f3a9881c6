"""Tables on a narrow screen and in a pipe: every number whole."""

import io
import re
from collections import Counter
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from bihuan.city.configuration import load_city
from bihuan.cli.simulation import tables
from bihuan.cli.tables import print_table
from bihuan.simulation.summary import Tally

BIG = 10**11
CITY = load_city(Path("deploy/puyang"), "PY-13710")
WORDS = st.text(alphabet="办理中 ab-12345678:%[/]，", max_size=30)


def shown(*rows: tuple[str, ...], width: int = 80, total: tuple[str, ...] = ()) -> str:
    screen = io.StringIO()
    heads = tuple(f"第{place}列 column {place}" for place in range(len(rows[0])))
    print_table(Console(file=screen, width=width), "表 table", heads, rows, total=total)
    return screen.getvalue()


def test_ten_columns_of_big_numbers_are_whole_at_eighty_columns() -> None:
    numbers = tuple(str(BIG + place) for place in range(10))
    found = shown(("濮阳市企业服务专项督导第一组", *numbers), total=("合计", *numbers[::-1]))
    assert all(found.count(number) == 2 for number in numbers)


def test_a_simulation_of_millions_is_whole_in_a_pipe() -> None:
    groups = list(CITY.policy.groups)
    tally = Tally(
        collected=88_888_888,
        solved=77_777_777,
        collected_by_group=Counter({group: 10_000_001 + place for place, group in enumerate(groups)}),
        solved_by_group=Counter({group: 9_000_001 + place for place, group in enumerate(groups)}),
        by_group=Counter({(group, rung): 1_000_000 + 97 * place for place, (group, rung) in _rungs(groups)}),
        by_unit=Counter({(unit, rung): 2_000_000 + 97 * place for place, (unit, rung) in _rungs(CITY.policy.units)}),
    )
    screen = io.StringIO()
    console = Console(file=screen, width=80)
    tables.summary(tally, CITY, console)
    tables.comparison(Tally(), tally, Counter(issues=1, more=2, fewer=0, moved=0), CITY, console)
    found = screen.getvalue()
    assert "…" not in found
    numbers = {
        str(n) for count in (tally.collected_by_group, tally.solved_by_group, tally.by_group) for n in count.values()
    }
    assert numbers <= set(re.findall(r"\d+", found))
    assert str(max(tally.by_unit.values())) in found


def _rungs(names: Iterable[str]) -> Iterable[tuple[int, tuple[str, str]]]:
    return enumerate(product(names, [f"R{rung}" for rung in range(7)]))


def test_texts_wrap_and_nothing_of_them_is_lost() -> None:
    title = "某企业反映用电报装时间过长，影响投产，请协调供电公司于9月30日前完成2100千伏安增容"
    found = shown(("PY-20260831-000012", title, "3wd", "2026-10-08 18:00"))
    assert max(map(cell_len, found.splitlines())) <= 80
    assert all(one in found for one in ("PY-20260831-000012", "2100", "30", "3wd", "2026-10-08"))
    below = found.splitlines()[4:]
    assert "".join(line[21:].split("  ")[0].strip() for line in below) == title


def test_what_people_wrote_is_no_markup() -> None:
    assert "[red]第1件[/]" in shown(("[red]第1件[/]", "2"))


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=4), st.integers(10, 100))
def test_every_number_is_whole_on_any_width(rows: list[tuple[str, str, str]], width: int) -> None:
    found = shown(*rows, width=width)
    for row in rows:
        for cell in row:
            assert all(word in found for word in re.findall(r"[!-~]+", cell) if re.search(r"\d", word))


@pytest.mark.parametrize("path", sorted(Path("bihuan").rglob("*.py")), ids=str)
def test_there_is_one_way_to_print_a_table(path: Path) -> None:
    assert path.name == "tables.py" or "rich.table" not in path.read_text()
