"""What goes wrong during the soak: one request in ten, on Astria's side and on Discord's."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random

from aiohttp import web
from aiohttp.typedefs import Handler

from standins.discord.faults import Fault
from standins.discord.interactions import Interaction

ONE_IN = 10

_AUTOCOMPLETE = 4

# One request to Astria in so many begins an outage: all are reset for a while. In seconds.
_ONE_OUTAGE_IN, _OUTAGE = 4_000, 1.5

# Below and above what the soak's bot waits for Astria. In seconds.
_SLOW, _TOO_SLOW = 0.3, 3.0


@dataclass(frozen=True, slots=True)
class _OfDiscord:
    """How Discord refuses a request, once."""

    status: int
    code: int = 0
    retry_after: float | None = None
    callback_only: bool = False


_OF_DISCORD = {
    "500": _OfDiscord(500),
    "429, to be tried again": _OfDiscord(429, retry_after=0.2),
    "429 of the proxy": _OfDiscord(429),
    "10062, the interaction is over": _OfDiscord(404, 10062, callback_only=True),
    "40060, another process has answered": _OfDiscord(400, 40060, callback_only=True),
}


class DiscordFaults:
    """Refuse one request of one interaction in ten: its first answer, or what follows it."""

    def __init__(self, chance: Random) -> None:
        self.planned = Counter[str]()
        self._chance = chance

    def plan(self, asked: Interaction) -> Fault | None:
        """Return the fault that an interaction is to meet, if it is to meet any."""
        if self._chance.randrange(ONE_IN):
            return None
        name = self._chance.choice(list(_OF_DISCORD))
        kind = _OF_DISCORD[name]
        self.planned[name] += 1
        # What follows a first answer is mostly an edit; it goes by the interaction's token too.
        method = "POST" if kind.callback_only else self._chance.choice(["POST", "POST", "PATCH"])
        return Fault(
            method,
            re.compile(re.escape(f"/{asked.token}")),
            kind.status,
            kind.code,
            times=1,
            retry_after=kind.retry_after,
        )


def is_final(fault: Fault, asked: Interaction) -> bool:
    """Tell whether nothing can follow a fault: nobody waits, or only suggestions are lost."""
    of_proxy = fault.status == 429 and fault.retry_after is None
    typed = asked.payload["type"] == _AUTOCOMPLETE
    return fault.method == "POST" and (bool(fault.code) or (of_proxy and typed))


class AstriaFaults:
    """Answer one request in ten wrongly, slowly or not at all, and be down now and then."""

    def __init__(self, chance: Random) -> None:
        self.met = Counter[str]()
        self._chance = chance
        self._down_until = 0.0

    @web.middleware
    async def befall(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request through, or not."""
        now = asyncio.get_running_loop().time()
        if not self._chance.randrange(_ONE_OUTAGE_IN):
            self.met["outage"] += 1
            self._down_until = now + _OUTAGE
        if now < self._down_until:
            return await _reset(request, handler)
        if self._chance.randrange(ONE_IN):
            return await handler(request)
        name = self._chance.choice(list(_OF_ASTRIA))
        self.met[name] += 1
        return await _OF_ASTRIA[name](request, handler)


_Befall = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]


def _status(status: int, **headers: str) -> _Befall:
    async def befall(request: web.Request, handler: Handler) -> web.StreamResponse:
        page = "<html><body>Something went wrong.</body></html>"
        return web.Response(
            status=status, text=page, content_type="text/html", headers=_headers(headers)
        )

    return befall


def _headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _delay(seconds: float) -> _Befall:
    async def befall(request: web.Request, handler: Handler) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await handler(request)

    return befall


async def _reset(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _broken_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    return web.Response(text='[{"id": 260, "title": "Corp', content_type="application/json")


async def _another_shape(request: web.Request, handler: Handler) -> web.StreamResponse:
    return web.json_response({"packs": None})


async def _cut_off(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'[{"id": 260,')
    return await _reset(request, handler)


_OF_ASTRIA: Mapping[str, _Befall] = {
    "500": _status(500),
    "503": _status(503),
    "429": _status(429),
    "429, again in 1 s": _status(429, Retry_After="1"),
    "404": _status(404),
    "reset": _reset,
    "cut off": _cut_off,
    "slow": _delay(_SLOW),
    "too slow": _delay(_TOO_SLOW),
    "broken JSON": _broken_json,
    "another shape": _another_shape,
}
