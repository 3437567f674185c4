"""A page of the catalogue whose five packs are not in memory."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import aiohttp

from benchmarks.report import Row, milliseconds
from benchmarks.sampling import ratios
from benchmarks.subjects import MEMBERS, packs_bot
from standins.astria.server import astria_server
from standins.discord.interactions import time_now

_DELAY = 0.1
_PAGES = 20
_PACKS = 1_000
_LAST_PAGE = _PACKS // 5


async def measure() -> Sequence[Row]:
    """Return the time to the whole page, against one request for one pack."""
    pages: list[float] = []
    single: list[float] = []
    async with (
        astria_server(packs=_PACKS) as astria,
        packs_bot(astria) as bot,
        aiohttp.ClientSession() as session,
    ):
        astria.delay = _DELAY
        for number in range(_PAGES):
            astria.requests.clear()
            # The last pages, as the bot loads the newest packs first; each time for another member,
            # as look-ups per member are limited.
            page = {"page": _LAST_PAGE - number}
            asked = await bot.discord.command("packs", page, by=MEMBERS[number])
            message = await asked.finished()
            if len(astria.requests) != len(message["embeds"]):
                raise RuntimeError("the page was not cold")
            pages.append(asked.received[-1].at - asked.sent_at)
            single.append(await _one_request(session, f"{astria.url}/p/{1_000 + number}"))
    return [
        Row(
            "a cold page of /packs, against one request",
            milliseconds(statistics.median(pages)),
            milliseconds(statistics.median(single)),
            ratios(pages, single),
            at_most=1.3,
        )
    ]


async def _one_request(session: aiohttp.ClientSession, address: str) -> float:
    began = time_now()
    async with session.get(address) as response:
        await response.read()
    return time_now() - began
