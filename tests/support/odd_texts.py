"""Texts as people type them and as strangers plant them."""


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


OUTSIDE = '@所有人 @13800000000 <at user_id="all"></at> <@zhang.san> [中奖](https://evil.example/x) ![图](http://evil.example/i.png)'
