"""Samples, taken in blocks that alternate, so that a noisy moment strikes all alike."""

from __future__ import annotations

import asyncio
import gc
import statistics
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TypeVar

from benchmarks.subjects import Ask
from standins.discord.interactions import time_now

K = TypeVar("K")
T = TypeVar("T")

# What a program does after an answer is not to slow the next one. In seconds.
_PAUSE = 0.002

_IN_TURN = 10


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
    for _ in range(count):
        seconds.append((await ask()).seconds)
        await asyncio.sleep(_PAUSE)
    return seconds


async def latencies(
    asks: Mapping[K, Ask], *, runs: int, samples: int, warm_up: int
) -> dict[K, list[list[float]]]:
    """Return the seconds to first answers, one list a run, of all who are asked side by side.

    All are asked in turn, a few times each, so that whatever disturbs strikes each of them alike.
    """
    for ask in asks.values():
        await one_at_a_time(ask, warm_up)
    takers = {key: partial(one_at_a_time, ask, _IN_TURN) for key, ask in asks.items()}
    taken: dict[K, list[list[float]]] = {key: [] for key in asks}
    for _ in range(runs):
        with _undisturbed():
            blocks = await alternate(takers, samples // _IN_TURN)
        for key, some in blocks.items():
            taken[key].append(list(chain.from_iterable(some)))
    return taken


async def at_once(ask: Ask, count: int, width: int) -> float:
    """Ask so often, always `width` at once; return the answers a second."""
    left = iter(range(count))

    async def keep_asking() -> None:
        for _ in left:
            await ask()

    with _undisturbed():
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


@contextmanager
def _undisturbed() -> Generator[None]:
    """Keep the measuring process from collecting garbage while it measures."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
