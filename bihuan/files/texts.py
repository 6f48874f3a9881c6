"""The text of a file: UTF-8, with or without a byte order mark, or GB18030, which Chinese office programs save."""

import re
from collections.abc import Mapping
from pathlib import Path

from bihuan.files.validation import Findings

BYTES_MAX = 64 * 1024 * 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
LINE_ENDS = re.compile(r"\r\n|\n|\r")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
A_FILE = "可读的文件 · a file that can be read"
UNREADABLE: Mapping[type[Exception], str] = {
    FileNotFoundError: "有此文件 · a file of this name",
    IsADirectoryError: "文件，而不是目录 · a file, not a folder",
}
"""What is expected if opening a file fails in this way; ``A_FILE`` for all other errors."""
NOT_TOO_LARGE = f"至多 {BYTES_MAX} 字节 · at most {BYTES_MAX} bytes"
ENCODED = "以 UTF-8 或 GB18030 编码的文字 · a text in UTF-8 or GB18030"
PRINTABLE = "可见的字符 · printable characters"


def read_text(path: Path, findings: Findings, file: str = "") -> str | None:
    """The text of a file; None if it cannot be read, which becomes a finding and marks the file as unread.

    ``file``: the name to use in findings, where it is not that of ``path``.
    """
    text = _read(path, file or path.name, findings)
    if text is None:
        findings.unread.add(path.name)
    return text


def _read(path: Path, file: str, findings: Findings) -> str | None:
    try:
        if path.stat().st_size > BYTES_MAX:
            findings.add(file, "file", path.stat().st_size, NOT_TOO_LARGE)
            return None
        content = path.read_bytes()
    except (OSError, ValueError) as trouble:  # a name with a NUL in it is a ValueError
        findings.add(file, "file", type(trouble).__name__, UNREADABLE.get(type(trouble), A_FILE))
        return None
    text = _decoded(content, file, findings)
    wrong = UNPRINTABLE.search(text) if text is not None else None
    if text is None or wrong is None:
        return text
    findings.add(f"{file}:{line_of(text, wrong.start())}", "file", wrong[0], PRINTABLE)
    return None


def line_of(text: str, position: int) -> int:
    """The line number, from 1, of a position in the text."""
    return 1 + len(LINE_ENDS.findall(text, 0, position))


def _decoded(content: bytes, name: str, findings: Findings) -> str | None:
    """GB18030 accepts nearly any bytes, so a file that starts with Chinese in UTF-8 is damaged UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        before = content[: wrong.start].decode("utf-8-sig")
        bad = content[wrong.start : wrong.end]
    if not content.startswith(BYTE_ORDER_MARK) and not CHINESE.search(before):
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError as other:
            before = content[: other.start].decode("gb18030")
            bad = content[other.start : other.end]
    findings.add(f"{name}:{line_of(before, len(before))}", "file", bad, ENCODED)
    return None
