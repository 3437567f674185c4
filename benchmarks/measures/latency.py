"""The time to the first answer, one interaction at a time."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from benchmarks.report import Row, milliseconds
from benchmarks.sampling import latencies, percentile, ratios
from benchmarks.subjects import (
    Ask,
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

_PACKS = 1_000
_RUNS, _SAMPLES, _WARM_UP = 11, 250, 300
_TARGETS = {"pack": 1.0, "turn": 1.05, "choose": 1.05, "type": 1.0}
_TARGET_AGAINST_NEXTCORD = 1.4

_NAMES = {
    "pack": "/pack 260 from memory",
    "turn": "a page turn",
    "choose": "a class change",
    "type": "autocomplete, 1,000 packs",
    "click": "(a click that pong answers)",
    "nextcord": "(pong in nextcord)",
    "hikari": "(pong in hikari)",
    "floor": "(the floor: bare aiohttp)",
}

Blocks = Sequence[Sequence[float]]


async def measure() -> Sequence[Row]:
    """Return the median and the 99th percentile of each kind of interaction, against pong."""
    async with (
        astria_server(packs=_PACKS) as astria,
        packs_bot(astria) as bot,
        pong_bot() as pong,
        peer_pong("nextcord") as nextcord,
        peer_pong("hikari") as hikari,
        floor_client() as floor,
    ):
        turn, choose = await clicks(bot)
        asks: dict[str, Ask] = {
            "pack": command(bot, "pack", id=str(RECORDED)),
            "turn": turn,
            "choose": choose,
            "type": typing(bot),
            "pong": ping(pong),
            "click": await click(pong, bot),
            "nextcord": ping(nextcord),
            "hikari": ping(hikari),
            "floor": ping(floor),
        }
        blocks = await latencies(asks, runs=_RUNS, samples=_SAMPLES, warm_up=_WARM_UP)
    rows = [row for name in _NAMES for row in _rows(name, blocks[name], blocks["pong"])]
    return [*rows, _against_nextcord(blocks)]


def _rows(name: str, blocks: Blocks, baseline: Blocks) -> Sequence[Row]:
    target = _TARGETS.get(name)
    medians, base = [[statistics.median(one) for one in all_] for all_ in (blocks, baseline)]
    tails, base_tails = [[percentile(one, 99) for one in all_] for all_ in (blocks, baseline)]
    # The slowest hundredth of one block is too small a sample: the figure is that of all blocks.
    tail, base_tail = (percentile([*chain.from_iterable(all_)], 99) for all_ in (blocks, baseline))
    by_run = ratios(tails, base_tails)
    return [
        Row(
            f"{_NAMES[name]}, median",
            milliseconds(statistics.median(medians)),
            milliseconds(statistics.median(base)),
            ratios(medians, base),
            at_most=target,
        ),
        Row(
            f"{_NAMES[name]}, 99th percentile",
            milliseconds(tail),
            milliseconds(base_tail),
            replace(by_run, median=tail / base_tail),
        ),
    ]


def _against_nextcord(blocks: Mapping[str, Blocks]) -> Row:
    medians, base = [
        [statistics.median(one) for one in blocks[name]] for name in ("pack", "nextcord")
    ]
    return Row(
        "/pack 260 against pong in nextcord, median",
        milliseconds(statistics.median(medians)),
        milliseconds(statistics.median(base)),
        ratios(medians, base),
        at_most=_TARGET_AGAINST_NEXTCORD,
    )
