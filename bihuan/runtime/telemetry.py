"""Metrics and logging. All metrics are declared here."""

import logging
import sys

import structlog
from prometheus_client import Counter, Gauge, Histogram
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

ACTS = Counter("bihuan_acts", "Acts asked for over HTTP, by act and answer", ["act", "result"])
ALARMS = Counter("bihuan_alarms", "Alarms made known, by rung", ["rung"])
PUBLISHED_EVENTS = Counter("bihuan_published_events", "Events written to the ledger")
NOTICES = Counter("bihuan_notices", "Notices ended, by how", ["state"])
NOTICE_ATTEMPTS = Counter(
    "bihuan_notice_attempts", "Attempts to deliver, by the city's channel and the answer", ["channel", "verdict"]
)
NOTICE_LAG = Histogram(
    "bihuan_notice_lag_seconds",
    "From the event to the delivery of its notice, by channel",
    ["channel"],
    buckets=(0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200, 43200, 259200),
)
CHANNELS_STARTED = Gauge(
    "bihuan_channel_started", "1: the city's channel is ready; 0: it could not start, and refuses", ["channel"]
)
DEAD_NOTICES = Counter("bihuan_dead_notices", "Notices that reached nobody, by channel", ["channel"])
CENSUS_FINDINGS = Gauge(
    "bihuan_census_findings", "Issues lost, unrecorded or failing at the last reconciliation", ["finding"]
)
CALENDAR_DAYS_AHEAD = Gauge("bihuan_calendar_days_ahead", "Days until the last day whose calendar paper is published")
REQUEST_SECONDS = Histogram("bihuan_http_request_seconds", "HTTP requests", ["method", "route", "status"])


def log_to_console(level: str, *, as_json: bool) -> None:
    """Log to standard error, our own lines and those of libraries in one format. ``level``: the lowest logged."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                render,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log webhook addresses with their tokens


def metrics_runtime(port: int) -> Runtime:
    """A runtime whose SDK metrics are served on this port of 127.0.0.1, with units in their names."""
    prometheus = PrometheusConfig(
        bind_address=f"127.0.0.1:{port}", counters_total_suffix=True, unit_suffix=True, durations_as_seconds=True
    )
    return Runtime(telemetry=TelemetryConfig(metrics=prometheus))
