"""The HTTP endpoint for tools: liveness, readiness and metrics."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from cogs.packs_bot import PacksBot
from ops.gauges import registry_of

if TYPE_CHECKING:
    from aiohttp import web


class CannotListen(Exception):
    """The bot cannot listen on the address in the settings."""

    def __init__(self, address: str, cause: OSError) -> None:
        super().__init__(cause.strerror or str(cause))
        self.address = address


@asynccontextmanager
async def monitored(bot: PacksBot, host: str, port: int) -> AsyncGenerator[None]:
    """Serve `/healthz`, `/readyz` and `/metrics` of a bot during the body.

    Port 0 serves nothing. Raises CannotListen.
    """
    if port == 0:
        yield
        return
    # Imported here, as it takes long, and a bot without the endpoint does not need it.
    from ops.endpoint import served

    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(served(_application(bot), host, port))
        except OSError as error:
            raise CannotListen(f"{host}:{port}", error) from error
        yield


def _application(bot: PacksBot) -> web.Application:
    from aiohttp import web
    from prometheus_client.aiohttp import make_aiohttp_handler

    async def healthz(request: web.Request) -> web.Response:
        # Any answer shows that the event loop runs.
        return web.json_response({"alive": True, "version": bot.version})

    async def readyz(request: web.Request) -> web.Response:
        lacking = list(missing(bot))
        if bot.catalogue.lists.age() is None:
            # If the load failed, and no member has asked since, nothing else would start it again.
            bot.catalogue.begin_loading()
        state = {
            "ready": not lacking,
            "missing": lacking,
            "shards": list(bot.own_shards),
            "connected_shards": sorted(bot.connected_shards),
            "catalogue_age_seconds": bot.catalogue.lists.age(),
            "version": bot.version,
        }
        status = HTTPStatus.SERVICE_UNAVAILABLE if lacking else HTTPStatus.OK
        return web.json_response(state, status=status)

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", make_aiohttp_handler(registry_of(bot)))
    return app


def missing(bot: PacksBot) -> Iterator[str]:
    """Yield what the bot lacks to answer members; nothing if it is ready."""
    own = bot.own_shards
    lacking = [str(shard) for shard in own if shard not in bot.connected_shards]
    if bot.fault:
        yield f"Discord: {bot.fault}"
    elif not own or not bot.application_id:
        yield "Discord: not logged in yet"
    elif lacking:
        yield f"Discord: shard {', '.join(lacking)} of {len(own)} not connected"
    if bot.catalogue.lists.age() is None:
        failure = bot.catalogue.lists.last_failure
        yield f"Astria: no list of packs yet ({failure or 'it is being loaded'})"
