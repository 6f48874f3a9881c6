"""Evaluation (评价·回访·重办·销号·撤单·重新打开): what the enterprise says of a result, and what comes of that."""
