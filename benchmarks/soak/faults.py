"""The faults of the soak: one request in ten, by Astria and by Discord."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from aiohttp import web

from standins.astria.answers import Answer
from standins.discord.faults import Fault
from standins.discord.interactions import Interaction

ONE_IN = 10

_AUTOCOMPLETE = 4

# One request to Astria in this many starts an outage: all are reset for a while. In seconds.
_ONE_OUTAGE_IN, _OUTAGE = 4_000, 1.5

# Below and above the time that the soak's bot waits for Astria. In seconds.
_SLOW, _TOO_SLOW = 0.3, 3.0


@dataclass(frozen=True, slots=True)
class _OfDiscord:
    """A single refusal by Discord."""

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
    """Refuse one request of one interaction in ten: its first answer, or a later one."""

    def __init__(self, chance: Random) -> None:
        self.planned = Counter[str]()
        self._chance = chance

    def plan(self, asked: Interaction) -> Fault | None:
        """Return the planned fault of an interaction, if any."""
        if self._chance.randrange(ONE_IN):
            return None
        name = self._chance.choice(list(_OF_DISCORD))
        kind = _OF_DISCORD[name]
        self.planned[name] += 1
        # Most later requests are edits; they use the interaction's token too.
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
    """Tell whether no answer can follow a fault: nobody waits, or only suggestions are lost."""
    of_proxy = fault.status == 429 and fault.retry_after is None
    typed = asked.payload["type"] == _AUTOCOMPLETE
    return fault.method == "POST" and (bool(fault.code) or (of_proxy and typed))


class AstriaFaults:
    """Answer one request in ten wrongly, slowly or not at all, with outages from time to time."""

    def __init__(self, chance: Random) -> None:
        self.met = Counter[str]()
        self._chance = chance
        self._down_until = 0.0

    def fault_of(self, request: web.Request) -> Answer | None:
        """Return the fault of a request, if any; see `Astria.fault`."""
        now = asyncio.get_running_loop().time()
        if not self._chance.randrange(_ONE_OUTAGE_IN):
            self.met["outage"] += 1
            self._down_until = now + _OUTAGE
        if now < self._down_until:
            return Answer(reset=True)
        if self._chance.randrange(ONE_IN):
            return None
        name = self._chance.choice(list(_OF_ASTRIA))
        self.met[name] += 1
        return _OF_ASTRIA[name]


_PAGE = b"<html><body>Something went wrong.</body></html>"
_LIST = b'[{"id": 260, "title": "Corp'

_OF_ASTRIA: Mapping[str, Answer] = {
    "500": Answer(500, _PAGE),
    "503": Answer(503, _PAGE),
    # Without a time, a 429 would pause all requests for half a minute, and so most of the soak.
    "429, again in 1 s": Answer(429, _PAGE, {"Retry-After": "1"}),
    "404": Answer(404, _PAGE),
    "reset": Answer(reset=True),
    "cut off": Answer(body=_LIST * 30, cut_off=True),
    "slow": Answer(None, delay=_SLOW),
    "too slow": Answer(None, delay=_TOO_SLOW),
    "broken JSON": Answer(body=_LIST),
    "another shape": Answer(body=b'{"packs": null}'),
}
