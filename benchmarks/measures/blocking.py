"""How long a large list blocks the event loop."""

from __future__ import annotations

import asyncio
import statistics
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence

import msgspec

from benchmarks.measures.loading import Blocks
from benchmarks.report import Row, milliseconds
from benchmarks.sampling import ratios
from standins.astria.server import astria_server
from standins.processes import ROOT

# A usual large list, and the largest that the bot accepts.
_MANY, _MOST = 1_500, 10_000


async def measure() -> Sequence[Row]:
    """Return the longest block of the event loop, against `json.loads` of the same bytes."""
    return [*await _rows(_MANY, at_most=1.0), *await _rows(_MOST)]


async def _rows(packs: int, *, at_most: float | None = None) -> Sequence[Row]:
    async with astria_server(packs=packs) as astria:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.measures.loading", astria.url, cwd=ROOT, stdout=PIPE
        )
        printed, _ = await process.communicate()
    blocks = msgspec.json.decode(printed, type=Blocks)
    what = f"longest block, {packs:,} packs of {blocks.size / 1e6:.1f} MB:"
    return [
        _row(f"{what} to models", blocks.decode, blocks.loads, at_most=at_most),
        _row(f"{what} 1st search", blocks.first_search, blocks.loads),
    ]


def _row(
    what: str, values: Sequence[float], loads: Sequence[float], at_most: float | None = None
) -> Row:
    return Row(
        what,
        milliseconds(statistics.median(values)),
        milliseconds(statistics.median(loads)),
        ratios(values, loads),
        at_most,
    )
