"""Large catalogues compared with small ones, from memory."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from benchmarks.report import Row, milliseconds
from benchmarks.sampling import latencies, ratios
from benchmarks.subjects import Ask, Subject, command, packs_bot, typing
from standins.astria.server import astria_server

_SMALL, _LARGE = 100, 10_000
_RUNS, _SAMPLES, _WARM_UP = 7, 80, 60
_TARGET = 2.0

_NAMES = {
    "packs": "/packs",
    "search": "/packs search: headshots",
    "class": "/packs class: cat",
    "type": "autocomplete",
}

_OPTIONS: Mapping[str, Mapping[str, str]] = {
    "packs": {},
    "search": {"search": "headshots"},
    "class": {"class": "cat"},
}


async def measure() -> Sequence[Row]:
    """Return the median with 10,000 packs, against 100."""
    async with (
        astria_server(packs=_SMALL) as few,
        astria_server(packs=_LARGE) as many,
        packs_bot(few) as small,
        packs_bot(many) as large,
    ):
        asks = {
            (size, name): ask
            for size, bot in ((_SMALL, small), (_LARGE, large))
            for name, ask in _asks(bot).items()
        }
        for bot in (small, large):
            await _fill_memory(bot)
        blocks = await latencies(asks, runs=_RUNS, samples=_SAMPLES, warm_up=_WARM_UP)
    medians = {key: [statistics.median(block) for block in all_] for key, all_ in blocks.items()}
    return [_row(name, medians[_LARGE, name], medians[_SMALL, name]) for name in _NAMES]


async def _fill_memory(bot: Subject) -> None:
    """Make the bot fetch the packs of the pages that are measured later."""
    for options in _OPTIONS.values():
        await (await bot.discord.command("packs", options)).finished()


def _asks(bot: Subject) -> Mapping[str, Ask]:
    pages = {name: command(bot, "packs", **options) for name, options in _OPTIONS.items()}
    return {**pages, "type": typing(bot)}


def _row(name: str, large: Sequence[float], small: Sequence[float]) -> Row:
    return Row(
        f"{_NAMES[name]}, {_LARGE:,} packs against {_SMALL}",
        milliseconds(statistics.median(large)),
        milliseconds(statistics.median(small)),
        ratios(large, small),
        at_most=_TARGET,
    )
