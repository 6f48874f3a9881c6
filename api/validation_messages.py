"""What is wrong with a field of a request, in Chinese; pydantic's own messages are English only."""

from collections.abc import Mapping
from typing import Any

MESSAGES_ZH: Mapping[str, str] = {
    "missing": "必填",
    "extra_forbidden": "没有这个字段",
    "union_tag_not_found": "须以 act 写明动作",
    "union_tag_invalid": "没有这个动作",
    "literal_error": "应为 {expected}",
    "enum": "应为 {expected}",
    "string_type": "应为文字",
    "string_too_short": "不得少于 {min_length} 字",
    "string_too_long": "不得超过 {max_length} 字",
    "string_pattern_mismatch": "含有不允许的字符，或格式不符",
    "string_unicode": "不是有效的文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_parsing_size": "整数过大",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "date_type": "应为日期",
    "date_parsing": "应为日期，如 2026-09-30",
    "date_from_datetime_parsing": "应为日期，如 2026-09-30",
    "datetime_type": "应为时刻",
    "datetime_parsing": "应为 ISO 8601 时刻",
    "datetime_from_date_parsing": "应为 ISO 8601 时刻",
    "timezone_aware": "时刻须带时区偏移",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "too_long": "至多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "dict_type": "应为 JSON 对象",
    "model_type": "应为 JSON 对象",
    "model_attributes_type": "应为 JSON 对象",
    "dataclass_type": "应为 JSON 对象",
}
"""By pydantic's error type; a name in braces is filled in from the error's ``ctx``."""


def message_zh(error: Mapping[str, Any]) -> str:
    """One error of pydantic's in Chinese, without the field; for a type that is not listed, its English message."""
    template = MESSAGES_ZH.get(error["type"])
    if template is None:
        return f"有误（{error['msg']}）"
    return template.format_map({name: str(value) for name, value in error.get("ctx", {}).items()})
