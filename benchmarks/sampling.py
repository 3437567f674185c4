"""Take samples in alternating blocks, so that noise affects all subjects equally."""

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

# A program's work after an answer must not slow down the next one. In seconds.
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
    """Return the ratio of each run to the adjacent run of the baseline."""
    return spread([one / other for one, other in zip(values, baseline, strict=True)])


def percentile(samples: Sequence[float], percent: int) -> float:
    """Return the value that `percent` of the samples do not exceed."""
    return statistics.quantiles(samples, n=100, method="inclusive")[percent - 1]


async def one_at_a_time(ask: Ask, count: int) -> list[float]:
    """Ask `count` times, one after another; return the seconds to each first answer."""
    seconds: list[float] = []
    for _ in range(count):
        seconds.append((await ask()).seconds)
        await asyncio.sleep(_PAUSE)
    return seconds


async def latencies(
    asks: Mapping[K, Ask], *, runs: int, samples: int, warm_up: int
) -> dict[K, list[list[float]]]:
    """Return the seconds to first answers of all subjects, one list per run.

    The subjects are asked in turn, a few times each, so that noise affects all of them equally.
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
    """Ask `count` times, always `width` at once; return the answers per second."""
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
    """Take `runs` blocks of each subject, in turn; return the blocks of each."""
    blocks: dict[K, list[T]] = {name: [] for name in subjects}
    for run in range(runs):
        # Every other run is in reverse order, so that no subject always follows the same one.
        names = list(subjects)[:: 1 if run % 2 == 0 else -1]
        for name in names:
            blocks[name].append(await subjects[name]())
    return blocks


@contextmanager
def _undisturbed() -> Generator[None]:
    """Turn garbage collection off in the measuring process."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
