"""Who asks: HTTP to use cases and back. It holds no rule, writes nothing, and knows no Temporal. Nobody imports it."""
