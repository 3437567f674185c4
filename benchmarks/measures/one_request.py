"""A thousand members open one pack that is not in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from benchmarks.report import Row, milliseconds
from benchmarks.sampling import spread
from benchmarks.subjects import MEMBERS, packs_bot
from standins.astria.server import astria_server
from standins.discord.interactions import FIRST_ANSWER_WITHIN

_MEMBERS = 1_000
_DELAY = 0.3
_COLD = range(1_003, 1_008)


async def measure() -> Sequence[Row]:
    """Return the requests to Astria, and the slowest first answer against Discord's limit."""
    requests: list[float] = []
    slowest: list[float] = []
    async with astria_server(packs=100) as astria, packs_bot(astria) as bot:
        astria.delay = _DELAY
        for pack_id in _COLD:
            options = {"id": str(pack_id)}
            asked = [await bot.discord.command("pack", options, by=by) for by in MEMBERS[:_MEMBERS]]
            await asyncio.gather(*(one.answered() for one in asked))
            messages = await asyncio.gather(*(one.finished() for one in asked))
            if not all(message["embeds"] for message in messages):
                raise RuntimeError("a member was not shown the pack")
            requests.append(astria.asked(f"/p/{pack_id}"))
            slowest.append(max(one.seconds for one in asked))
    in_time = [one / FIRST_ANSWER_WITHIN for one in slowest]
    return [
        Row(
            "requests to Astria for 1,000 who ask",
            f"{max(requests):.0f}",
            "1",
            spread(requests),
            at_most=1,
        ),
        Row(
            "the slowest first answer of theirs",
            milliseconds(max(slowest)),
            milliseconds(FIRST_ANSWER_WITHIN),
            spread(in_time),
            at_most=1,
        ),
    ]
