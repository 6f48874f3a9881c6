"""Phone and identity numbers made unreadable, however somebody wrote them; a credit code stays what it is."""

import re
import unicodedata
from datetime import date

from bihuan.domain.codes import is_uscc, normalize

GAP = r"[\s\-.()·\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff]{0,3}"
"""What people put between digits, or what comes along with a copied text."""
CODE = rf"(?<![0-9A-Za-z])\d(?:{GAP}\d){{16}}{GAP}[0-9Xx](?![0-9A-Za-z])"
MOBILE = rf"(?<!\d)(?:(?:(?:\+|00){GAP})?86{GAP})?(?:0{GAP})?(?P<mobile>1{GAP}[3-9](?:{GAP}\d){{9}})(?!\d)"
NUMBER = re.compile(f"(?P<code>{CODE})|{MOBILE}", re.ASCII)
"""A text of eighteen digits is looked at as a whole first, so that no part of it is taken for a phone."""
IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY_CHECKS = "10X98765432"


def masked(text: str) -> str:
    """The text with the middle of every mobile and identity number hidden (138****5678, 110101********123X)."""
    plain = "".join(one if len(one := unicodedata.normalize("NFKC", sign)) == 1 else sign for sign in text)
    parts, end = [], 0
    for found in NUMBER.finditer(plain):
        hidden = _hidden(found)
        if hidden:
            parts += [text[end : found.start()], hidden]
            end = found.end()
    return "".join((*parts, text[end:]))


def _hidden(found: re.Match[str]) -> str:
    """What is shown in its place; empty: all of it."""
    if found["mobile"]:
        digits = _bare(found["mobile"])
        return f"{digits[:3]}****{digits[-4:]}"
    code = _bare(found["code"])
    if is_uscc(code) and not is_identity(code):
        return ""
    return f"{code[:6]}********{code[-4:]}"


def _bare(number: str) -> str:
    return "".join(sign for sign in normalize(number) if sign.isalnum())


def is_identity(code: str) -> bool:
    """Whether eighteen signs are an identity number, by its day of birth and its check digit (GB 11643)."""
    try:
        date.fromisoformat(f"{code[6:10]}-{code[10:12]}-{code[12:14]}")
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(code[:-1], IDENTITY_WEIGHTS, strict=True))
    return IDENTITY_CHECKS[total % 11] == code[-1]
