"""A stand-in for Astria's packs API, on loopback."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from preview.catalogue import CataloguePack, detail, summary


@dataclass
class StandIn:
    """The running stand-in: where it is, and whether it answers."""

    url: str = ""
    down: bool = False


def create_app(entries: Sequence[CataloguePack], key: str, state: StandIn) -> web.Application:
    """Return the API for a catalogue: it honours the key, `public`, `listed`, ids and slugs."""

    @web.middleware
    async def demand_key(request: web.Request, handler: Handler) -> web.StreamResponse:
        if state.down:
            return web.json_response({"error": "down for maintenance"}, status=503)
        if request.headers.get("Authorization") != f"Bearer {key}":
            return web.json_response({"error": "unauthorized"}, status=401)
        return await handler(request)

    async def list_packs(request: web.Request) -> web.Response:
        gallery = request.path.startswith("/gallery")
        return web.json_response(
            [
                summary(entry, gallery=gallery)
                for entry in entries
                if (entry.gallery if gallery else entry.mine) and _wanted(entry, request)
            ]
        )

    async def get_pack(request: web.Request) -> web.Response:
        ref = request.match_info["ref"]
        for entry in entries:
            if ref in {str(entry.pack["id"]), entry.pack["slug"]}:
                return web.json_response(detail(entry))
        return web.json_response({"error": "not found"}, status=404)

    app = web.Application(middlewares=[demand_key])
    app.router.add_get("/packs", list_packs)
    app.router.add_get("/gallery/packs", list_packs)
    app.router.add_get("/p/{ref}", get_pack)
    return app


@asynccontextmanager
async def serve(entries: Sequence[CataloguePack], key: str) -> AsyncGenerator[StandIn]:
    """Serve the API on a free loopback port."""
    state = StandIn()
    runner = web.AppRunner(create_app(entries, key, state), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        state.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield state
    finally:
        await runner.cleanup()


def _wanted(entry: CataloguePack, request: web.Request) -> bool:
    public = request.query.get("public") != "true" or entry.pack["public_at"] is not None
    listed = request.query.get("listed") != "true" or entry.pack.get("unlisted_at") is None
    return public and listed
