"""Run the soak, and take samples of the bot's resources."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from benchmarks.soak.asking import Asking, End
from benchmarks.soak.faults import AstriaFaults, DiscordFaults
from benchmarks.soak.journal import Journal
from benchmarks.soak.samples import Metrics, Sample, growth, read_metrics, sample
from benchmarks.soak.visits import PACKS, arrive, visit
from benchmarks.subjects import MEMBERS
from standins.astria.server import astria_server
from standins.discord.interactions import time_now
from standins.discord.server import discord_server
from standins.processes import Program, free_port, running_bot

AT_ONCE = 16

# Interactions before the first sample: memory has to grow until every page, pack and language has
# come once, and every thread has decoded its lists.
_LEAST_WARM_UP = 5_000

# The time for background work after the last answer. In seconds.
_IDLE = 31.0
_LOOK_AGAIN = 1.0

# Astria's answers are stale after a second, and unusable after fifteen, so that nearly each
# question causes a refresh, and many find nothing in memory.
_SETTINGS = {
    "cache_ttl_seconds": "1",
    "stale_ttl_seconds": "15",
    "astria_timeout_seconds": "2",
    "log_format": "json",
}


@dataclass(slots=True)
class Soaked:
    """The result of a soak."""

    seconds: float = 0.0
    samples: list[Sample] = field(default_factory=list[Sample])
    """At the start, after the warm-up; in the middle; at the end."""
    ends: Counter[End] = field(default_factory=Counter[End])
    not_answered: list[str] = field(default_factory=list[str])
    outcomes: Mapping[str, int] = field(default_factory=dict[str, int])
    """The outcomes of interactions, as the bot counts them."""
    requests: Mapping[str, int] = field(default_factory=dict[str, int])
    """Requests to Astria by outcome, as the bot counts them."""
    stale: int = 0
    faults: Counter[str] = field(default_factory=Counter[str])
    journal: Journal = field(default_factory=Journal)
    exit_status: int | None = None

    def problems(self) -> Iterator[str]:
        """Yield the problems in words."""
        yield from growth(self.samples)
        yield from (f"no answer: {one}" for one in self.not_answered)
        yield from (f"unexpected in the log: {line}" for line in self.journal.unexpected)
        if self.exit_status != 0:
            yield f"the bot ended with status {self.exit_status}"


async def soak(
    count: int, *, cache_url: str = "mem://", warm_up: int | None = None, idle: float = _IDLE
) -> Soaked:
    """Send `count` interactions to the bot, after a warm-up; return the result.

    `warm_up` is a number of interactions too, by default as many as `count`. `idle` is how
    long the bot may take to close connections that it no longer needs, in seconds.
    """
    chance, soaked, port = Random(4), Soaked(), free_port()  # noqa: S311 - nothing secret
    of_astria, of_discord = AstriaFaults(chance), DiscordFaults(chance)
    async with (
        astria_server(packs=PACKS) as astria,
        discord_server() as discord,
        running_bot(
            discord, astria.url, cache_url=cache_url, http_port=str(port), **_SETTINGS
        ) as program,
    ):
        astria.fault = of_astria.fault_of
        program.on_line = soaked.journal.read
        await discord.connected()
        await _drive(Asking(discord, of_discord), chance, warm_up or max(count, _LEAST_WARM_UP))
        await asyncio.sleep(idle)
        asking, before = Asking(discord, of_discord), await read_metrics(port)
        soaked.samples.append(await sample(program, port))
        for part in (count // 2, count - count // 2):
            began = time_now()
            await _drive(asking, chance, part)
            soaked.seconds += time_now() - began
            soaked.samples.append(await _at_rest(program, port, soaked.samples[0], idle))
        _take(soaked, before, await read_metrics(port))
    soaked.ends, soaked.not_answered = asking.ends, asking.not_answered
    soaked.faults = of_astria.met + of_discord.planned
    soaked.exit_status = program.status
    return soaked


async def _drive(asking: Asking, chance: Random, count: int) -> None:
    asking.left = count
    askers = itertools.cycle(MEMBERS)

    async def keep_visiting() -> None:
        while asking.left:
            await visit(arrive(asking, chance, next(askers)))

    await asyncio.gather(*(keep_visiting() for _ in range(AT_ONCE)))


async def _at_rest(program: Program, port: int, start: Sample, idle: float) -> Sample:
    """Wait until the bot has freed resources; return a sample."""
    until = time_now() + idle
    taken = await sample(program, port)
    while time_now() < until and any(growth([start, taken])):
        await asyncio.sleep(_LOOK_AGAIN)
        taken = await sample(program, port)
    return taken


def _take(soaked: Soaked, before: Metrics, after: Metrics) -> None:
    soaked.outcomes = _difference(before, after, "packs_bot_interactions_total")
    soaked.requests = _difference(before, after, "packs_bot_astria_requests_total")
    stale = "packs_bot_stale_answers_total"
    soaked.stale = int(after.total(stale) - before.total(stale))


def _difference(before: Metrics, after: Metrics, name: str) -> Mapping[str, int]:
    earlier = before.by(name, "outcome")
    return {
        outcome: number - earlier.get(outcome, 0)
        for outcome, number in after.by(name, "outcome").items()
    }
