"""Many interactions at once: their rate and their processor time."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.report import Row
from benchmarks.sampling import alternate, at_once, ratios
from benchmarks.subjects import (
    Ask,
    Subject,
    click,
    clicks,
    command,
    floor_client,
    packs_bot,
    peer_pong,
    ping,
    pong_bot,
    typing,
)
from standins.astria.pack_builders import RECORDED
from standins.astria.server import astria_server

_RUNS, _COUNT, _AT_ONCE, _WARM_UP = 7, 1_500, 50, 500

_NAMES = {
    "pack": "/pack 260 from memory",
    "turn": "a page turn",
    "type": "autocomplete, 1,000 packs",
    "click": "(a click that pong answers)",
    "nextcord": "(pong in nextcord)",
    "hikari": "(pong in hikari)",
    "floor": "(the floor: bare aiohttp)",
}


@dataclass(frozen=True, slots=True)
class _Block:
    rate: float
    cpu: float
    """Seconds for 1,000 interactions."""


async def measure() -> Sequence[Row]:
    """Return the interactions a second and the processor time, against pong."""
    async with (
        astria_server(packs=1_000) as astria,
        packs_bot(astria) as bot,
        pong_bot() as pong,
        peer_pong("nextcord") as nextcord,
        peer_pong("hikari") as hikari,
        floor_client() as floor,
    ):
        turn, _ = await clicks(bot)
        takers = {
            "pack": partial(_block, bot, command(bot, "pack", id=str(RECORDED))),
            "turn": partial(_block, bot, turn),
            "type": partial(_block, bot, typing(bot)),
            "pong": partial(_block, pong, ping(pong)),
            "click": partial(_block, pong, await click(pong, bot)),
            "nextcord": partial(_block, nextcord, ping(nextcord)),
            "hikari": partial(_block, hikari, ping(hikari)),
            "floor": partial(_block, floor, ping(floor)),
        }
        for taker in takers.values():
            await taker(_WARM_UP)
        blocks = await alternate(takers, _RUNS)
    return [row for name in _NAMES for row in _rows(name, blocks[name], blocks["pong"])]


async def _block(subject: Subject, ask: Ask, count: int = _COUNT) -> _Block:
    before = subject.program.cpu_seconds()
    rate = await at_once(ask, count, _AT_ONCE)
    return _Block(rate, (subject.program.cpu_seconds() - before) / count * 1_000)


def _rows(name: str, blocks: Sequence[_Block], baseline: Sequence[_Block]) -> Sequence[Row]:
    rates, base_rates = [one.rate for one in blocks], [one.rate for one in baseline]
    costs, base_costs = [one.cpu for one in blocks], [one.cpu for one in baseline]
    return [
        Row(
            f"{_NAMES[name]}, {_AT_ONCE} at once",
            f"{statistics.median(rates):.0f}/s",
            f"{statistics.median(base_rates):.0f}/s",
            ratios(rates, base_rates),
            at_least=1.1 if name == "pack" else None,
        ),
        Row(
            f"{_NAMES[name]}, CPU for 1,000",
            f"{statistics.median(costs):.3f} s",
            f"{statistics.median(base_costs):.3f} s",
            ratios(costs, base_costs),
            at_most=0.95 if name == "pack" else None,
        ),
    ]
