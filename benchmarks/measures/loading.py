"""Measure, in a separate process, how long loading a gallery blocks the event loop.

python -m benchmarks.measures.loading ASTRIA_URL
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable
from decimal import Decimal
from time import perf_counter

import aiohttp
import msgspec

from api.catalogue.answers import Answers
from api.catalogue.audience import EVERYONE
from api.catalogue.catalogue import Catalogue
from api.catalogue.prices import PriceBook
from api.wire.client import AstriaClient
from api.wire.models import Include, Source

_RUNS = 21


class Blocks(msgspec.Struct):
    """Seconds, one entry per run."""

    size: int
    """Size of the list, in bytes."""
    loads: list[float]
    """`json.loads` of the list, alone."""
    decode: list[float]
    """The longest block while the client loads and decodes the list."""
    first_search: list[float]
    """The longest block while a catalogue loads the list and is searched for the first time."""


async def longest_block(work: Awaitable[object]) -> float:
    """Return the longest time that the work has blocked the event loop."""
    task = asyncio.ensure_future(work)
    longest, last = 0.0, perf_counter()
    while not task.done():
        await asyncio.sleep(0)
        now = perf_counter()
        longest, last = max(longest, now - last), now
    await task
    return longest


async def measure(url: str) -> Blocks:
    """Load the gallery of a stand-in for Astria repeatedly."""
    body = await _body(f"{url}/gallery/packs")
    blocks = Blocks(len(body), [], [], [])
    for _ in range(_RUNS):
        began = perf_counter()
        json.loads(body)
        blocks.loads.append(perf_counter() - began)
        async with _client(url) as client:
            work = client.list_gallery_packs(public=True, listed=True)
            blocks.decode.append(await longest_block(work))
        async with _client(url) as client:
            blocks.first_search.append(await longest_block(_search(client)))
    return blocks


async def _search(client: AstriaClient) -> None:
    prices = PriceBook(Decimal(10_000))
    catalogue = Catalogue(Answers(client), prices, ttl=300, stale_ttl=300)
    await catalogue.listing(Source.ALL, Include.PUBLIC, EVERYONE)
    await asyncio.sleep(0)
    catalogue.suggest("head", EVERYONE, limit=25)
    await catalogue.close()


def _client(url: str) -> AstriaClient:
    return AstriaClient(url, "stand-in-key", timeout=10)


async def _body(address: str) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return await response.read()


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(measure(sys.argv[1]))))
