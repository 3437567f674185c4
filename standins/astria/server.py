"""A fast stand-in for Astria's packs API on loopback, with as many packs as are wanted.

async with astria_server(packs=1_000) as astria:
    astria.delay = 0.1                    # seconds, for each answer from now on
    ...
    astria.asked["/p/260"]                # how many requests that path has had
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import msgspec
from aiohttp import web
from aiohttp.typedefs import Middleware

from standins.astria.packs import Json, detail, gallery_packs, own_packs, summary


class AstriaServer:
    """Astria: its lists and packs, encoded before anybody asks."""

    def __init__(self, packs: int) -> None:
        self.url = ""
        self.delay = 0.0
        """Seconds before each answer."""
        self.asked: Counter[str] = Counter()
        """Requests by path, without the query."""
        own, gallery = own_packs(packs), gallery_packs(packs)
        self.lists = {
            "/packs": msgspec.json.encode([summary(pack, cover=False) for pack in own]),
            "/gallery/packs": msgspec.json.encode([summary(pack, cover=True) for pack in gallery]),
        }
        """The two lists as they are sent."""
        self._packs = _by_reference([*gallery, *own])

    async def get_list(self, request: web.Request) -> web.Response:
        """Answer `GET /packs` and `GET /gallery/packs`: all packs are public."""
        return await self._answer(request, self.lists[request.path])

    async def get_pack(self, request: web.Request) -> web.Response:
        """Answer `GET /p/:id`."""
        pack = self._packs.get(request.match_info["ref"])
        if pack is None:
            return await self._answer(request, b'{"error":"not found"}', status=404)
        return await self._answer(request, msgspec.json.encode(detail(pack)))

    async def _answer(self, request: web.Request, body: bytes, status: int = 200) -> web.Response:
        self.asked[request.path] += 1
        if self.delay:
            await asyncio.sleep(self.delay)
        return web.Response(body=body, status=status, content_type="application/json")


def _by_reference(packs: Sequence[Json]) -> dict[str, Json]:
    by_slug = {str(pack["slug"]): pack for pack in packs}
    return by_slug | {str(pack["id"]): pack for pack in packs}


@asynccontextmanager
async def astria_server(
    *, packs: int, middlewares: Sequence[Middleware] = ()
) -> AsyncGenerator[AstriaServer]:
    """Serve an Astria with so many packs in its gallery, on a free port of loopback.

    `middlewares` are what requests meet on their way, such as faults.
    """
    server = AstriaServer(packs)
    app = web.Application(middlewares=middlewares)
    for path in server.lists:
        app.router.add_get(path, server.get_list)
    app.router.add_get("/p/{ref}", server.get_pack)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()
