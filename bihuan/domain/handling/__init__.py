"""Handling (办理 · 反馈): reports, the result, its check, and word to the enterprise."""
