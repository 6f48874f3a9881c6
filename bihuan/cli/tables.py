"""Tables for people, at any width: texts wrap, and nothing with a digit in it is ever cut."""

import re
from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

Row = Sequence[str]

PIECE = re.compile(r"[!-~]+|\s+|.")
"""What a line is broken between: words of ASCII, blanks, and every other sign by itself."""
DIGIT = re.compile(r"\d")
NUMBER = re.compile(r"[+-]?[\d.,]+%?|—|")
BESIDE = 2
"""The blanks after each column; one more stands before them all."""
NARROWEST = 8
"""A text is not squeezed below this; rather the lines are longer than the console."""


def print_table(
    console: Console, title: str, columns: Row, rows: Sequence[Row], *, total: Row = (), caption: str = ""
) -> None:
    """``columns``: their heads; ``total``: a last row of sums. Where numbers need more room than there is, the lines
    are longer than the console is wide."""
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
    """A line as it is, which the terminal may wrap and we never do."""
    console.print(Text(text, style), soft_wrap=True)


def _widths(cells: Sequence[Row], width: int) -> list[int]:
    """Each column's: what it would like, up to a limit that all share, but never less than its longest number."""
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
    """What must stay on one line: its longest word with a digit, its widest sign."""
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
    """Words without a digit that are longer than the line come sign by sign."""
    for piece in PIECE.findall(text):
        if cell_len(piece) > width and not DIGIT.search(piece):
            yield from piece
        else:
            yield piece
