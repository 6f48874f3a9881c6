"""Tables for people at any width: texts wrap; words with a digit are never broken."""

import re
from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

Row = Sequence[str]

PIECE = re.compile(r"[!-~]+|\s+|.")
"""Lines break between these: ASCII words, spaces, and every other character by itself."""
DIGIT = re.compile(r"\d")
NUMBER = re.compile(r"[+-]?[\d.,]+%?|—|")
BESIDE = 2
"""Spaces after each column; one more stands before the first."""
NARROWEST = 8
"""The least width of a text column; below it lines become longer than the console is wide."""


def print_table(
    console: Console, title: str, columns: Row, rows: Sequence[Row], *, total: Row = (), caption: str = ""
) -> None:
    """``columns``: the headings; ``total``: a last row of sums; ``caption``: a line below.

    Where numbers need more room, lines are longer than the console is wide.
    """
    if title:
        print_line(console, title, style="bold")
    cells = [columns, *rows, *([total] if total else [])]
    widths = _widths(cells, console.width)
    table = Table(
        box=SIMPLE_HEAD if any(columns) else None,
        show_header=any(columns),
        padding=(0, 1, 0, 0),
        width=sum(widths) + _frame(widths),
    )
    for place, (head, width) in enumerate(zip(columns, widths, strict=True)):
        numbers = all(NUMBER.fullmatch(row[place]) for row in cells[1:])
        table.add_column(_wrapped(head, width), justify="right" if numbers else "left", width=width, no_wrap=True)
    for row in rows:
        table.add_row(*map(_wrapped, row, widths))
    if total:
        table.add_section()
        table.add_row(*map(_wrapped, total, widths))
    console.print(table, crop=False)
    if caption:
        print_line(console, caption)


def print_line(console: Console, text: str, *, style: str = "") -> None:
    """Print a line without wrapping it; the terminal may."""
    console.print(Text(text, style), soft_wrap=True)


def _widths(cells: Sequence[Row], width: int) -> list[int]:
    """Of each column: its widest cell, up to a limit common to all, but no less than its longest number."""
    columns = list(zip(*cells, strict=True))
    wished = [max(cell_len(part) for cell in column for part in cell.split("\n")) for column in columns]
    needed = [max(map(_longest, column)) for column in columns]
    widths = wished
    for limit in range(max(wished), NARROWEST - 1, -1):
        widths = [max(need, min(wish, limit)) for need, wish in zip(needed, wished, strict=True)]
        if sum(widths) + _frame(columns) <= width:
            break
    return widths


def _frame(columns: Sequence[object]) -> int:
    return BESIDE * len(columns) + 1


def _longest(cell: str) -> int:
    """The width that cannot be broken: of the longest word with a digit, or of one character."""
    return max((cell_len(one) if DIGIT.search(one) else 2 for one in PIECE.findall(cell)), default=1)


def _wrapped(cell: str, width: int) -> Text:
    return Text("\n".join(one for part in cell.split("\n") for one in _lines(part, width)))


def _lines(text: str, width: int) -> Iterator[str]:
    so_far = ""
    for piece in _pieces(text, width):
        if cell_len(so_far + piece.rstrip()) > width:
            yield so_far.rstrip()
            so_far = ""
        so_far += piece if so_far else piece.lstrip()
    yield so_far.rstrip()


def _pieces(text: str, width: int) -> Iterator[str]:
    """The parts between which a line may break; words longer than a line and without a digit character by character."""
    for piece in PIECE.findall(text):
        if cell_len(piece) > width and not DIGIT.search(piece):
            yield from piece
        else:
            yield piece
