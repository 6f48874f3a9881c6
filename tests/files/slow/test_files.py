"""Files as people's programs leave them: read where they can be, and else named; nothing else ever comes of them."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bihuan.city.calendar_files import read_calendar_file
from bihuan.city.configuration import load_city
from bihuan.city.notification_files import load_notification_settings
from bihuan.city.roster import read_officials
from bihuan.city.schedule_files import load_schedules
from bihuan.files.mappings import read_entries
from bihuan.files.tables import read_table
from bihuan.files.validation import LISTED_MAX, FilesInvalid, Findings
from bihuan.simulation.workbook import read_ledger
from tests.support.cities import yunchuan
from tests.support.invalid_files import english, refused_for

TABLES = (
    "catalogue.csv",
    "counties.csv",
    "enterprises.csv",
    "groups.csv",
    "officials.csv",
    "roster.csv",
    "service_groups.csv",
    "units.csv",
)
PROFILE = "PY-13710"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return yunchuan(tmp_path)


def workbook(path: Path, rows: list[list[Any]], sheet: str = "sheet") -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def as_workbook(path: Path) -> None:
    """The table in its other form. Codes as numbers, as Excel makes them."""
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    path.unlink()
    cells = [[int(cell) if cell.isdecimal() else cell for cell in row] for row in rows]
    workbook(path.with_suffix(".xlsx"), [*cells[:2], [], *cells[2:], ["", " "]])


def recoded(encoding: str) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))


@pytest.mark.parametrize(
    "saved", [recoded("gb18030"), recoded("utf-8-sig"), as_workbook], ids=["GB18030", "UTF-8 with a mark", "xlsx"]
)
def test_every_table_is_read_as_people_save_it(folder: Path, saved: Callable[[Path], object]) -> None:
    before = load_city(folder, PROFILE)
    for name in TABLES:
        saved(folder / name)
    after = load_city(folder, PROFILE)
    assert (after.policy.version, after.desks) == (before.policy.version, before.desks)
    assert (after.enterprises, after.officials) == (before.enterprises, before.officials)


@pytest.mark.parametrize("name", ["city.yaml", "calendar.csv", "schedules.yaml", "notify/duty.csv"])
def test_the_other_files_are_read_in_gb18030_too(folder: Path, name: str) -> None:
    before = loaded(folder)
    recoded("gb18030")(folder / name)
    assert loaded(folder) == before


def loaded(folder: Path) -> object:
    city = load_city(folder, PROFILE)
    return (
        city.policy.version,
        load_notification_settings(folder, city).templates.version,
        load_schedules(folder, ("A",)),
    )


def test_utf8_that_is_damaged_is_not_taken_for_another_encoding(folder: Path) -> None:
    path = folder / "officials.csv"
    path.write_bytes(path.read_bytes().replace("周川".encode(), "周川".encode()[:-1]))
    with refused_for("officials.csv:3: file: found b'"):
        load_city(folder, PROFILE)


def test_a_table_in_both_forms_is_refused(folder: Path) -> None:
    workbook(folder / "groups.xlsx", [["id"]])
    with refused_for("groups.csv: file: found 'groups.xlsx', expected one of .csv and .xlsx, not both"):
        load_city(folder, PROFILE)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *((name, b"\xff\xfe\x00") for name in (*TABLES, "city.yaml", "calendar.yaml", f"profiles/{PROFILE}.yaml")),
        ("counties.csv", b""),
        ("counties.csv", b"code,name\n419902,\n"),
        ("counties.csv", None),
        (f"profiles/{PROFILE}.yaml", b"common: [\n"),
        ("city.yaml", b"- one\n"),
        ("city.yaml", b""),
    ],
)
def test_a_file_that_cannot_be_read_is_one_fault_and_not_a_thousand(
    folder: Path, name: str, content: bytes | None
) -> None:
    path = folder / name
    path.unlink()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(FilesInvalid) as refused:
        load_city(folder, PROFILE)
    assert len(refused.value.findings) == 1, english(refused.value)
    assert refused.value.findings[0].place.partition(":")[0] == name


def test_twenty_faults_are_told_in_chinese_first_with_the_number_of_the_others(folder: Path) -> None:
    rows = [f"P{number},某人,县级,maybe" for number in range(1, 31)]
    (folder / "officials.csv").write_text("\n".join(["id,name,rank,city_leader", *rows]), encoding="utf-8")
    with pytest.raises(FilesInvalid) as refused:
        load_city(folder, PROFILE)
    *lines, last = str(refused.value).splitlines()
    assert lines[0] == (
        "officials.csv:2: city_leader: 见到 'maybe'，应为 yes 或 no · found 'maybe', expected yes or no"
    )
    assert len(lines) == LISTED_MAX
    assert last == "另有 10 处 · and 10 more"
    assert len(refused.value.findings) == 30


def table(tmp_path: Path, content: str | bytes) -> str:
    """What is said of it, in English."""
    path = tmp_path / "officials.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    faults = Findings()
    read_officials(tmp_path, faults)
    return english(FilesInvalid(faults.found))


HEAD = "id,name,rank,city_leader\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            HEAD + 'P1,"李云,市领导,yes\n' + "".join(f"P{n},周川,县级,no\n" for n in range(2, 20_000)),
            "officials.csv:2: row: found 'P1,\"李云",
        ),
        (HEAD + 'P1,李云,市领导,yes\nP2,"周"川,县级,no\n', 'officials.csv:3: row: found \'P2,"周"川'),
        (HEAD + "P1,李\0云,市领导,yes\n", "officials.csv:2: file: found '\\x00', expected printable characters"),
        (HEAD + "P1,李云,市领导\n", "officials.csv:2: fields: found 3, expected 4, one for each column"),
        (HEAD + f"P1,{'云' * 200_000},市领导,yes\n", "officials.csv:2: row: found 'P1,云云"),
        (
            HEAD + "P1,李云,市领导,yes\n P1 ,周川,县级,no\n",
            "officials.csv:3: id: found ' P1 ', expected a value that no",
        ),
        ("# 说明\n" + HEAD.replace("rank", "grade"), "officials.csv:2: columns: found 'id,name,grade,city_leader'"),
    ],
)
def test_what_is_wrong_in_a_table_is_named_by_its_line(tmp_path: Path, content: str, said: str) -> None:
    found = table(tmp_path, content)
    assert said in found
    if "fields" not in said and "columns" not in said:
        assert len(found.splitlines()) <= 2


def test_a_mark_inside_a_field_and_line_ends_of_any_kind_are_taken(tmp_path: Path) -> None:
    assert table(tmp_path, HEAD.strip() + '\r\nP1,李"云,市领导,yes\rP2,"周,川",县级,no\n\n,,,\n') == ""


def test_cells_of_a_workbook_are_read_as_they_are_seen(tmp_path: Path) -> None:
    moment = datetime(2026, 10, 1, 9, 30)  # noqa: DTZ001 - Excel knows no offset
    row = [1, 2.5, date(2026, 10, 1), moment, time(8, 30), True, 91419902000000001234, " x "]
    path = workbook(tmp_path / "x.xlsx", [list("abcdefgh"), [], []])
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, list("abcdefgh"))
        page.write_row(3, 0, row)
    (line,) = read_table(tmp_path / "x.csv", list("abcdefgh"), Findings())
    assert line.place == "x.xlsx:4"
    assert [line.maybe(name) for name in "abcdefgh"][:4] == ["1", "2.5", "2026-10-01", "2026-10-01T09:30:00"]
    assert [line.maybe(name) for name in "efgh"] == ["08:30", "TRUE", "9.1419902e+19", "x"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["2027-01-01,no,元旦", "20270101,yes,元旦"], "x.csv:3: date: found '20270101', expected a value that no row"),
        (["2027-01-01,no,元旦", "2027-W01-1,no,一", "2027-01-04,no,一"], "x.csv:4: date: found '2027-01-04', expected"),
        (["0001-01-01,no,元旦"], "x.csv:2: date: found '0001-01-01', expected a date such as"),
        (["9999-12-31,no,元旦"], "x.csv:2: date: found '9999-12-31', expected a date such as"),
        (["２０２７-01-01,no,元旦"], "x.csv:2: date: found '２０２７-01-01', expected a date such as"),
    ],
)
def test_a_calendar_names_each_day_once_and_a_day_that_may_come(tmp_path: Path, rows: list[str], said: str) -> None:
    (tmp_path / "x.csv").write_text("\n".join(["date,works,name", *rows]), encoding="utf-8")
    with refused_for(said):
        read_calendar_file(tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: 1\na: 2\n", "x.yaml:2: a: found 'a', expected each name once"),
        ("? [a, b]\n: 1\n", "x.yaml:1: content: found '?', expected a text for a name"),
        ("a: &b [1]\nc: *b\n", "expected the content itself, no alias"),
        ("a: &a [*a]\n", "expected the content itself, no alias"),
        ("a: !!int twelve\n", "x.yaml:1: content: found 'twelve', expected a number that can be read"),
        (f"a: {'9' * 5000}\n", "x.yaml:1: content: found '999"),
        (f"a: {'[' * 20}{']' * 20}\n", "expected content that is nested less deeply"),
        (f"a: {'[' * 1_000}", "x.yaml"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2: file: found 'ComposerError'"),
        ("a: \x07\n", "x.yaml:1: file: found '\\x07', expected printable characters"),
        ("a: {b: 1\n", "x.yaml:"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_named_by_its_line(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "x.yaml").write_text(content, encoding="utf-8")
    faults = Findings()
    read_entries(tmp_path / "x.yaml", faults)
    assert said in english(FilesInvalid(faults.found))


def test_numbers_and_texts_of_a_mapping_are_what_they_say(tmp_path: Path) -> None:
    content = "1: 0123\nyes: yes\nc: true\nd: 1.5\ne: 2026-10-01\nf: 0x1F\ng: ~\nh: .inf\n"
    (tmp_path / "x.yaml").write_text(content, encoding="utf-8")
    read = read_entries(tmp_path / "x.yaml", Findings())
    assert dict(read.values) == {
        "1": 123,
        "yes": "yes",
        "c": True,
        "d": 1.5,
        "e": "2026-10-01",
        "f": 31,
        "g": None,
        "h": float("inf"),
    }
    assert read.at("h") == "x.yaml:8"


MOMENT = datetime(2021, 7, 5, 9)  # noqa: DTZ001 - as Excel keeps it
ACT = ["PY-1", "2021-07-05T09:00:00+08:00", "COO/x/", "accept", "{}", ""]


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        (1, MOMENT, "acts:2: at: found '2021-07-05T09:00:00', expected a time with its offset"),
        (1, MOMENT.date(), "acts:2: at: found '2021-07-05', expected a time with its offset"),
        (1, "2021-07-05T09:00:00", "acts:2: at: found '2021-07-05T09:00:00', expected a time with its offset"),
        (1, "9999-12-31T23:59:59+00:00", "acts:2: at: found '9999-12-31T23:59:59+00:00', expected a time"),
        (4, "[]", "acts:2: fields: found '[]', expected a JSON object"),
        (4, "[" * 9000, "acts:2: fields: found '[[["),
        (3, True, "acts:2: fields: found '{}', expected fields of the act TRUE"),
    ],
)
def test_a_cell_of_the_sample_is_named_by_sheet_line_and_column(
    tmp_path: Path, column: int, cell: object, said: str
) -> None:
    act = [*ACT[:column], cell, *ACT[column + 1 :]]
    names = ["row", "batch_no", "received_at", "enterprise_name", "uscc", "county", "category_l1", "urgency", "title"]
    with xlsxwriter.Workbook(str(tmp_path / "x.xlsx"), {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        book.add_worksheet("ledger").write_row(0, 0, names)
        acts = book.add_worksheet("acts")
        acts.write_row(0, 0, ["issue", "at", "actor", "act", "fields", "if_status"])
        acts.write_row(1, 0, act)
        book.add_worksheet("expected").write_row(0, 0, ["issue", "stage", "outcome", "rungs", "group"])
    with refused_for(f"x.xlsx/{said}"):
        read_ledger(tmp_path / "x.xlsx")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no workbook", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_workbook_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.xlsx").write_bytes(content)
    with refused_for("x.xlsx: file: found '", "expected an .xlsx workbook that can be read"):
        read_ledger(tmp_path / "x.xlsx")
    with refused_for("x.xlsx: file: found 'FileNotFoundError'"):
        (tmp_path / "x.xlsx").unlink()
        read_ledger(tmp_path / "x.xlsx")


@pytest.mark.parametrize("days", ["x" * 5000, "/", ".", "..", "no such file.csv", "a\\0b"])
def test_a_calendar_may_name_no_file_that_cannot_be(folder: Path, days: str) -> None:
    path = folder / "calendar.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("days: calendar.csv", f'days: "{days}"'), encoding="utf-8")
    with refused_for(": file: found '"):
        load_city(folder, PROFILE)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("units.csv", "市供电公司,DEPARTMENT,,", "市供电公司,DEPARTMENT,,units@example.org", "units.csv:2: address"),
        ("groups.csv", "北部组组长,", "北部组组长,ftp://north.example.org", "groups.csv:3: address: found 'ftp:"),
        ("counties.csv", "https://beiyuan", "https://bei yuan", "counties.csv:4: address"),
        ("city.yaml", 'name: 市长, address: ""', "name: 市长, address: mayor", "city.yaml:17: address: found 'mayor'"),
        (
            "counties.csv",
            "org/told",
            "org/told?key=0a1b2c3d",
            "counties.csv:4: address: found '…', expected a reference",
        ),
    ],
)
def test_the_address_of_a_desks_webhook_is_one(folder: Path, name: str, old: str, new: str, said: str) -> None:
    path = folder / name
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    with refused_for(said):
        load_city(folder, PROFILE)


BITS = (
    b'"',
    b"\0",
    b"\n",
    b"\r",
    b",",
    b":",
    b"#",
    b"- ",
    b"[",
    b"{",
    b"&a ",
    b"*a",
    b"!!int ",
    b"\xff",
    b"\xe4",
    b"<<: ",
)
VALUES = (
    b"9" * 400,
    b"~",
    b".nan",
    b"true",
    b"2026-10-01",
    "１２".encode(),
    "张".encode(),
    b"../..",
    b"{{ 1 / 0 }}",
    b"",
)


def mangled(content: bytes, dice: random.Random) -> bytes:
    """With a few bytes cut out, put in or put elsewhere."""
    for _ in range(dice.randint(1, 3)):
        start, length = dice.randrange(len(content) + 1), dice.choice((0, 1, 1, 3, 20, 400))
        put = dice.choice((*BITS, *VALUES, bytes([dice.randrange(256)]), content[start : start + 40]))
        content = content[:start] + put + content[start + length :]
    return content


def test_however_a_file_is_mangled_it_is_taken_or_named(folder: Path) -> None:
    (folder / "calendar.csv").write_text("date,works,name\n2026-10-01,no,国庆节\n", encoding="utf-8")
    as_workbook(folder / "units.csv")
    dice = random.Random(17)
    city = load_city(folder, PROFILE)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        path.write_bytes(mangled(whole, dice))
        with suppress(FilesInvalid):
            if "notify" in path.parts:
                load_notification_settings(folder, city)
            elif path.name == "schedules.yaml":
                load_schedules(folder, city.policy.groups)
            else:
                load_city(folder, PROFILE)
        path.write_bytes(whole)
