"""The HTTP API: requests to use cases, results to answers. It holds no rule, writes nothing, and knows no Temporal.

No other room imports it; ``workers`` and ``python -m api`` start it.
"""
