"""From the start of the process to ready: commands compared, shard connected."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial

from benchmarks.report import Row, milliseconds
from benchmarks.sampling import alternate, ratios
from benchmarks.subjects import running_floor, running_pong
from standins.astria.server import astria_server
from standins.discord.interactions import time_now
from standins.discord.server import DiscordServer, discord_server
from standins.processes import Program, running_bot

_RUNS = 15

_Run = Callable[[], AbstractAsyncContextManager[Program]]


async def measure() -> Sequence[Row]:
    """Return the seconds to ready, with commands that are registered already, against pong."""
    async with (
        astria_server(packs=1_000) as astria,
        discord_server() as with_bot,
        discord_server() as with_pong,
        discord_server() as with_floor,
    ):
        takers: dict[str, Callable[[], Awaitable[float]]] = {
            "bot": partial(_start, with_bot, partial(running_bot, with_bot, astria.url)),
            "pong": partial(_start, with_pong, partial(running_pong, with_pong)),
            "floor": partial(_start, with_floor, partial(running_floor, with_floor)),
        }
        # The first start registers the commands, and compiles modules.
        for taker in takers.values():
            await taker()
        times = await alternate(takers, _RUNS)
    return [
        _row("start to ready and registered", times["bot"], times["pong"], 1.2),
        _row("(the floor: bare aiohttp), start", times["floor"], times["pong"]),
    ]


def _row(
    what: str, times: Sequence[float], baseline: Sequence[float], at_most: float | None = None
) -> Row:
    value, base = (milliseconds(statistics.median(one)) for one in (times, baseline))
    return Row(what, value, base, ratios(times, baseline), at_most=at_most)


async def _start(discord: DiscordServer, run: _Run) -> float:
    async with run() as program:
        await discord.connected()
        return time_now() - program.started_at
