"""Metrics of Astria and the cache. The values of each label come from a closed set."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager

from prometheus_client import Counter, Histogram

from api.wire.errors import (
    AstriaError,
    KeyRefused,
    NotFound,
    NotUnderstood,
    RateLimited,
    Unavailable,
)

# In seconds, up to the longest that one request may take if ASTRIA_TIMEOUT_SECONDS is raised.
_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)

_LIST_ENDPOINTS = {"/packs": "packs", "/gallery/packs": "gallery"}
ENDPOINTS = (*_LIST_ENDPOINTS.values(), "pack")

_FAILURES: dict[type[AstriaError], str] = {
    NotFound: "not_found",
    KeyRefused: "key_refused",
    RateLimited: "rate_limited",
    Unavailable: "unavailable",
    NotUnderstood: "not_understood",
}
OUTCOMES = ("ok", *_FAILURES.values())

REQUESTS = Counter(
    "packs_bot_astria_requests",
    "Requests made to Astria; each attempt counts.",
    ["endpoint", "outcome"],
)
REQUEST_SECONDS = Histogram(
    "packs_bot_astria_request_seconds",
    "Time until Astria answered or failed.",
    ["endpoint"],
    buckets=_BUCKETS,
)
LOOKUPS = Counter(
    "packs_bot_cache_lookups",
    "Look-ups in memory, or else in the store.",
    ["floor", "outcome"],
)

# Prometheus can only compute a rate if the series starts at 0.
for _endpoint in ENDPOINTS:
    REQUEST_SECONDS.labels(_endpoint)
    for _outcome in OUTCOMES:
        REQUESTS.labels(_endpoint, _outcome)


@contextmanager
def measured(path: str) -> Generator[None]:
    """Count the body as one request for a path, unless it is cancelled."""
    endpoint, began = _LIST_ENDPOINTS.get(path, "pack"), time.perf_counter()
    try:
        yield
    except AstriaError as error:
        _count(endpoint, _failure(endpoint, error), began)
        raise
    _count(endpoint, "ok", began)


def _count(endpoint: str, outcome: str, began: float) -> None:
    REQUESTS.labels(endpoint, outcome).inc()
    REQUEST_SECONDS.labels(endpoint).observe(time.perf_counter() - began)


def _failure(endpoint: str, error: AstriaError) -> str:
    # Astria always has its lists, so this server is not Astria's API.
    kind = NotUnderstood if isinstance(error, NotFound) and endpoint != "pack" else type(error)
    return _FAILURES[kind]
