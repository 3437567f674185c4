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
from standins.discord.payloads import control

_DELAY = 0.1
_PAGES = 20


async def measure() -> Sequence[Row]:
    """Return the time to the whole page, against one request for one pack."""
    pages: list[float] = []
    single: list[float] = []
    async with (
        astria_server(packs=1_000) as astria,
        packs_bot(astria) as bot,
        aiohttp.ClientSession() as session,
    ):
        by = MEMBERS[0]
        message = await (await bot.discord.command("packs", by=by)).finished()
        astria.delay = _DELAY
        for number in range(_PAGES):
            astria.requests.clear()
            asked = await bot.discord.click(message, control(message, "next")["custom_id"], by=by)
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
