"""What is counted of Astria and the cache. Every label's values come from a closed set."""

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
    "Requests made to Astria, each attempt by itself.",
    ["endpoint", "outcome"],
)
REQUEST_SECONDS = Histogram(
    "packs_bot_astria_request_seconds",
    "How long Astria took to answer, or to fail.",
    ["endpoint"],
    buckets=_BUCKETS,
)
LOOKUPS = Counter(
    "packs_bot_cache_lookups",
    "What was looked up in memory, or else in the store.",
    ["floor", "outcome"],
)

# Prometheus can only compute a rate if the series began at 0.
for _endpoint in ENDPOINTS:
    REQUEST_SECONDS.labels(_endpoint)
    for _outcome in OUTCOMES:
        REQUESTS.labels(_endpoint, _outcome)


@contextmanager
def measured(path: str) -> Generator[None]:
    """Count what is done inside as one request for a path; nothing if it is cancelled."""
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
    # A list cannot be missing: this is not Astria's API.
    kind = NotUnderstood if isinstance(error, NotFound) and endpoint != "pack" else type(error)
    return _FAILURES[kind]
