"""The first answer after an idle time, over TLS, with a remote Discord."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from contextlib import AsyncExitStack

from benchmarks.report import Row, milliseconds
from benchmarks.sampling import ratios
from benchmarks.subjects import Ask, command, packs_bot, ping, pong_bot
from standins.astria.pack_builders import RECORDED
from standins.astria.server import astria_server
from standins.faraway import far_away

# In seconds.
_EACH_WAY = 0.02
_PAUSES = (0, 5, 20, 60, 120)

_PAIRS = 5
"""The number of bots, and of pongs, that are idle at the same time."""

_QUIET_TARGETS = {60: 0.6, 120: 0.6}
_SAME_TARGETS = {60: 1.2, 120: 1.2}


async def measure() -> Sequence[Row]:
    """Return the first answers after each pause: against pong, and against no pause."""
    bots, pongs = await _answers()
    rows: list[Row] = []
    for pause in _PAUSES:
        what = f"/pack 260 after {pause} quiet seconds, 20 ms away"
        rows.append(_row(what, bots[pause], pongs[pause], _QUIET_TARGETS.get(pause)))
    for pause in _PAUSES[1:]:
        what = f"the same after {pause} s, against no pause"
        rows.append(_row(what, bots[pause], bots[0], _SAME_TARGETS.get(pause)))
    return rows


async def _answers() -> tuple[dict[int, list[float]], dict[int, list[float]]]:
    """Return the seconds to each first answer by pause, of the bots and of the pongs."""
    async with AsyncExitStack() as stack:
        distance = stack.enter_context(far_away(_EACH_WAY))
        bots, pongs = list[Ask](), list[Ask]()
        astria = await stack.enter_async_context(astria_server(packs=20))
        for _ in range(_PAIRS):
            bot = await stack.enter_async_context(packs_bot(astria, distance))
            bots.append(command(bot, "pack", id=str(RECORDED)))
            pongs.append(ping(await stack.enter_async_context(pong_bot(distance))))
        for ask in (*bots, *pongs):
            await ask()
        of_bots, of_pongs = dict[int, list[float]](), dict[int, list[float]]()
        for pause in _PAUSES:
            await asyncio.sleep(pause)
            of_bots[pause], of_pongs[pause] = [], []
            for bot, pong in zip(bots, pongs, strict=True):
                of_bots[pause].append((await bot()).seconds)
                of_pongs[pause].append((await pong()).seconds)
        return of_bots, of_pongs


def _row(
    what: str, values: Sequence[float], baseline: Sequence[float], target: float | None
) -> Row:
    return Row(
        what,
        milliseconds(statistics.median(values)),
        milliseconds(statistics.median(baseline)),
        ratios(values, baseline),
        at_most=target,
    )
