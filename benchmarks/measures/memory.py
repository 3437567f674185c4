"""What the process holds: at rest, with many servers, and after much work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from benchmarks.astria_server import astria_server
from benchmarks.packs import RECORDED
from benchmarks.report import Row, megabytes
from benchmarks.sampling import at_once, spread
from benchmarks.subjects import Subject, clicks, command, packs_bot, pong_bot, typing

_PACKS = 1_000
_SERVERS = (10, 1_000, 10_000)
_INTERACTIONS = 20_000

# Until every member and every page has been met once, memory grows as it must.
_WARM_UP = 5_000
_FLAT = 1.05

# discord.py waits this long for the last server before it says that it is ready. In seconds.
_SETTLED = 2.5


async def measure() -> Sequence[Row]:
    """Return the resident set, against pong with as many servers, and against itself before."""
    rows = [await _at_rest(servers) for servers in _SERVERS]
    async with _bot(_SERVERS[0]) as bot:
        await _work(bot, _WARM_UP)
        before = _resident(bot)
        await _work(bot, _INTERACTIONS)
        after = _resident(bot)
    return [
        *rows,
        _row(f"memory, {_INTERACTIONS:,} interactions later", after, before, _FLAT),
    ]


async def _at_rest(servers: int) -> Row:
    async with pong_bot(servers) as pong:
        await asyncio.sleep(_SETTLED)
        baseline = _resident(pong)
    async with _bot(servers) as bot:
        await asyncio.sleep(_SETTLED)
        return _row(f"memory at rest, {servers:,} servers", _resident(bot), baseline, 1.2)


@asynccontextmanager
async def _bot(servers: int) -> AsyncGenerator[Subject]:
    async with astria_server(packs=_PACKS) as astria, packs_bot(astria, servers) as bot:
        yield bot


async def _work(bot: Subject, count: int) -> None:
    turn, choose = await clicks(bot)
    asks = (command(bot, "pack", id=str(RECORDED)), turn, choose, typing(bot))
    for ask in asks:
        await at_once(ask, count // len(asks), 20)


def _resident(subject: Subject) -> int:
    return subject.program.memory("Rss")


def _row(what: str, value: float, baseline: float, target: float) -> Row:
    ratio = spread([value / baseline])
    return Row(what, megabytes(value), megabytes(baseline), ratio, at_most=target)
