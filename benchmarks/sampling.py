"""Samples, taken in blocks that alternate, so that a noisy moment strikes all alike."""

from __future__ import annotations

import asyncio
import gc
import statistics
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from benchmarks.interactions import time_now
from benchmarks.subjects import Ask

K = TypeVar("K")
T = TypeVar("T")

# What a program does after an answer is not to slow the next one. In seconds.
_PAUSE = 0.002


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several runs, the lowest and the highest."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Return the median of several runs, with the lowest and the highest."""
    return Spread(statistics.median(values), min(values), max(values))


def ratios(values: Sequence[float], baseline: Sequence[float]) -> Spread:
    """Return the ratio of each run to the baseline's run beside it."""
    return spread([one / other for one, other in zip(values, baseline, strict=True)])


def percentile(samples: Sequence[float], percent: int) -> float:
    """Return the value that so many percent of the samples do not exceed."""
    return statistics.quantiles(samples, n=100, method="inclusive")[percent - 1]


async def one_at_a_time(ask: Ask, count: int) -> list[float]:
    """Ask so often, one after another; return the seconds to each first answer."""
    seconds: list[float] = []
    async with _undisturbed():
        for _ in range(count):
            seconds.append((await ask()).seconds)
            await asyncio.sleep(_PAUSE)
    return seconds


async def at_once(ask: Ask, count: int, width: int) -> float:
    """Ask so often, always `width` at once; return the answers a second."""
    left = iter(range(count))

    async def keep_asking() -> None:
        for _ in left:
            await ask()

    async with _undisturbed():
        began = time_now()
        await asyncio.gather(*(keep_asking() for _ in range(width)))
        return count / (time_now() - began)


async def alternate(
    subjects: Mapping[K, Callable[[], Awaitable[T]]], runs: int
) -> dict[K, list[T]]:
    """Take a block of each in turn, so many times; return the blocks of each."""
    blocks: dict[K, list[T]] = {name: [] for name in subjects}
    for run in range(runs):
        # Every other run backwards, so that nobody always comes after the same neighbour.
        names = list(subjects)[:: 1 if run % 2 == 0 else -1]
        for name in names:
            blocks[name].append(await subjects[name]())
    return blocks


@asynccontextmanager
async def _undisturbed() -> AsyncGenerator[None]:
    """Keep the measuring process from collecting garbage while it measures."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
