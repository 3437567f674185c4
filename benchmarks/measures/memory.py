"""Memory of the process: at rest, with many servers, and after many interactions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial

from benchmarks.report import Row, megabytes
from benchmarks.sampling import at_once, spread
from benchmarks.subjects import (
    Subject,
    clicks,
    command,
    packs_bot,
    running_floor,
    running_pong,
    typing,
)
from standins.astria.pack_builders import RECORDED
from standins.astria.server import astria_server
from standins.discord.server import DiscordServer, discord_server
from standins.processes import Program, running_bot

_SERVERS = (10, 1_000, 10_000)
_FEW, _MANY = 100, 1_000
_INTERACTIONS = 20_000

# Memory has to grow until every member and every page has come once.
_WARM_UP = 5_000
_FLAT = 1.05

# discord.py waits 2 seconds for more servers before it is ready; the lists are loaded by then.
_SETTLED = 3.0

_Run = Callable[[DiscordServer], AbstractAsyncContextManager[Program]]


async def measure() -> Sequence[Row]:
    """Return the resident set, against pong with as many servers, and against the bot before."""
    rows = [await _at_rest(servers, _FEW) for servers in _SERVERS]
    rows.append(await _at_rest(_SERVERS[0], _MANY))
    rows.append(await _floor())
    async with astria_server(packs=_MANY) as astria, packs_bot(astria) as bot:
        await _work(bot, _WARM_UP)
        before = bot.program.memory()
        await _work(bot, _INTERACTIONS)
        after = bot.program.memory()
    rows.append(_row(f"memory, {_INTERACTIONS:,} interactions later", after, before, _FLAT))
    return rows


async def _at_rest(servers: int, packs: int) -> Row:
    async with astria_server(packs=packs) as astria:
        value = await _settled(servers, partial(running_bot, astria_url=astria.url))
    baseline = await _settled(servers, running_pong)
    return _row(f"memory at rest, {servers:,} servers, {packs:,} packs", value, baseline, 1.15)


async def _floor() -> Row:
    floor, pong = [await _settled(_SERVERS[0], run) for run in (running_floor, running_pong)]
    return _row(f"(the floor: bare aiohttp), {_SERVERS[0]} servers", floor, pong)


async def _settled(servers: int, run: _Run) -> int:
    async with discord_server(guilds=servers) as discord, run(discord) as program:
        await discord.connected()
        await asyncio.sleep(_SETTLED)
        return program.memory()


async def _work(bot: Subject, count: int) -> None:
    turn, choose = await clicks(bot)
    asks = (command(bot, "pack", id=str(RECORDED)), turn, choose, typing(bot))
    for ask in asks:
        await at_once(ask, count // len(asks), 20)


def _row(what: str, value: float, baseline: float, target: float | None = None) -> Row:
    ratio = spread([value / baseline])
    return Row(what, megabytes(value), megabytes(baseline), ratio, at_most=target)
