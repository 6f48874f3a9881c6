"""Dispatch (交办 · 转办 · 退回): which unit has the issue, and how it came to it."""
