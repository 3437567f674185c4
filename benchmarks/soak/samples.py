"""Samples of the bot's resources, and their growth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.report import megabytes
from standins.processes import Program

# Tolerance for memory that the allocator keeps, which varies by some percent from sample to sample,
# and for an idle connection. A leak of half a kilobyte in each of 20,000 interactions is more.
MEMORY_GROWS_AT_MOST = 1.10
MORE_AT_MOST = 2

Labels = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sample:
    """The resources of the bot."""

    memory: int
    """The resident set, in bytes."""
    sockets: int
    handles: int
    """All open file handles, sockets included."""
    tasks: int

    def __str__(self) -> str:
        return f"{megabytes(self.memory):>10} {self.sockets:>8} {self.handles:>8} {self.tasks:>8}"


class Metrics:
    """The bot's metrics, as in `/metrics`."""

    def __init__(self, text: str) -> None:
        self._values: dict[tuple[str, Labels], float] = {
            (one.name, frozenset(one.labels.items())): one.value
            for family in text_string_to_metric_families(text)
            for one in family.samples
        }

    def total(self, name: str) -> float:
        """Return the sum of a metric over all its labels."""
        return sum(value for (one, _), value in self._values.items() if one == name)

    def by(self, name: str, label: str) -> dict[str, int]:
        """Return the sums of a metric by one of its labels."""
        sums: dict[str, int] = {}
        for (one, labels), value in self._values.items():
            if one == name:
                key = dict(labels)[label]
                sums[key] = sums.get(key, 0) + int(value)
        return sums


async def read_metrics(port: int) -> Metrics:
    """Read the bot's metrics; the connection is not kept."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/metrics") as response,
    ):
        return Metrics(await response.text())


async def sample(program: Program, port: int) -> Sample:
    """Return the current resources of the bot."""
    tasks = int((await read_metrics(port)).total("packs_bot_tasks"))
    leads = program.handles()
    sockets = sum(lead.startswith("socket:") for lead in leads)
    return Sample(program.memory(), sockets, len(leads), tasks)


def growth(samples: Sequence[Sample]) -> Iterator[str]:
    """Yield in words the growth from the first sample to later ones beyond the tolerance."""
    start = samples[0]
    for later in samples[1:]:
        if later.memory > start.memory * MEMORY_GROWS_AT_MOST:
            yield f"memory grew from {megabytes(start.memory)} to {megabytes(later.memory)}"
        for name in ("sockets", "handles", "tasks"):
            before, now = getattr(start, name), getattr(later, name)
            if now > before + MORE_AT_MOST:
                yield f"{name} grew from {before} to {now}"
