"""The sample's half-year, played through the rules: every issue ends as its design says, rung for rung."""

from pathlib import Path

import pytest
import xlsxwriter

from bihuan.domain.stage import Outcome
from bihuan.files.validation import FilesInvalid
from bihuan.simulation.player import play
from bihuan.simulation.workbook import CUT_OFF, read_ledger
from tests.support.invalid_files import english
from tests.support.puyang import CITY_FOLDER, policy

SAMPLE = CITY_FOLDER / "ledger-749.xlsx"


def test_749_collected_313_solved() -> None:
    rows = read_ledger(SAMPLE)
    solved = sum(row.expected.outcome is Outcome.SOLVED for row in rows)
    assert (len(rows), solved) == (749, 313)
    assert f"{100 * solved / len(rows):.2f}" == "41.79"
    assert sum(row.batch == "首批" for row in rows) == 40


def test_every_row_ends_where_its_design_says_with_exactly_its_rungs() -> None:
    for row in read_ledger(SAMPLE):
        played = play(row, policy(), CUT_OFF, lambda ref: ref)
        outcome = played.issue.evaluation.outcome if played.issue.closed else None
        got = (played.issue.stage, outcome, played.rungs, played.issue.assignment.group)
        assert got == (row.expected.stage, row.expected.outcome, row.expected.rungs, row.expected.group), row.ref


def test_a_broken_workbook_is_refused_naming_sheet_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        columns = (
            "row",
            "batch_no",
            "received_at",
            "enterprise_name",
            "uscc",
            "county",
            "category_l1",
            "urgency",
            "title",
        )
        book.add_worksheet("ledger").write_row(0, 0, columns)
        acts = book.add_worksheet("acts")
        acts.write_row(0, 0, ("issue", "at", "actor", "act", "fields", "if_status"))
        acts.write_row(1, 0, ("PY-1", "yesterday", "COO/x/", "accept", "{}", ""))
        acts.write_row(2, 0, ("PY-1", "2021-07-05T09:00:00+08:00", "KING/x/", "accept", "{", ""))
        acts.write_row(3, 0, ("PY-1", "2021-07-05T09:00:00+08:00", "COO/x/", "hand_over", "{}", ""))
    with pytest.raises(FilesInvalid) as refused:
        read_ledger(path)
    text = english(refused.value)
    for part in ("acts:2: at", "acts:3: actor", "acts:3: fields", "acts:4: fields", "a sheet named expected"):
        assert part in text, text
