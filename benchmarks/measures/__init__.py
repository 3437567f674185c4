"""The measures, by their names for `make bench ONLY=name`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from benchmarks.measures import (
    blocking,
    cold_page,
    day,
    latency,
    load,
    memory,
    one_request,
    quiet,
    scale,
    start,
)
from benchmarks.report import Row

MEASURES: Mapping[str, Callable[[], Awaitable[Sequence[Row]]]] = {
    "latency": latency.measure,
    "load": load.measure,
    "one-request": one_request.measure,
    "scale": scale.measure,
    "cold-page": cold_page.measure,
    "blocking": blocking.measure,
    "quiet": quiet.measure,
    "day": day.measure,
    "start": start.measure,
    "memory": memory.measure,
}
