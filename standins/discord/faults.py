"""Faults of Discord's REST API: calls are held, slow, or refused."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

import msgspec
from aiohttp import web

from standins.discord.people import Json


class HangUp(Enum):
    """When the connection of a call is closed."""

    BEFORE = auto()
    AFTER = auto()


@dataclass(slots=True)
class Fault:
    """A fault of calls whose method and path match.

    `status` and `code` are those of the refusal (None: they are accepted), `delay` is in seconds,
    `times` is how many calls meet the fault (None: all). `retry_after`, in seconds, makes it a
    refusal by Discord itself; without it, it is one by the proxy in front of Discord.
    """

    method: str
    path: re.Pattern[str]
    status: int | None = None
    code: int = 0
    delay: float = 0.0
    times: int | None = None
    held: bool = False
    retry_after: float | None = None
    hangs_up: HangUp | None = None
    """Close the connection without an answer, before or after the call is handled."""
    handled: bool = False
    """The call is handled although it is refused."""
    met: int = 0
    """How many calls have met the fault."""
    _met: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def takes(self, method: str, path: str) -> bool:
        """Tell whether a call meets the fault."""
        used_up = self.times is not None and self.met >= self.times
        return not used_up and method == self.method and bool(self.path.search(path))

    async def happened(self) -> None:
        """Wait until a call has met the fault."""
        await self._met.wait()

    def release(self) -> None:
        """Let held calls continue."""
        self._released.set()

    async def apply(self) -> web.Response | None:
        """Delay a call; return the refusal, if there is one."""
        self.met += 1
        self._met.set()
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.held:
            await self._released.wait()
        if self.status is None:
            return None
        return self._refusal(self.status)

    def _refusal(self, status: int) -> web.Response:
        body: Json = {"message": "a fault that was asked for", "code": self.code}
        headers: dict[str, str] = {}
        if self.retry_after is not None:
            body |= {"retry_after": self.retry_after, "global": False}
            headers["Via"] = "1.1 google"
        return web.Response(
            body=msgspec.json.encode(body),
            status=status,
            headers=headers,
            content_type="application/json",
        )


class Faults:
    """The faults in force; a call meets the first that matches."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    @contextmanager
    def during(self, fault: Fault) -> Generator[Fault]:
        """Keep a fault in force during the body; then let held calls continue."""
        self.add(fault)
        try:
            yield fault
        finally:
            self.remove(fault)

    def add(self, fault: Fault) -> None:
        """Put a fault in force."""
        self._faults.append(fault)

    def remove(self, fault: Fault) -> None:
        """End a fault, and let held calls continue."""
        self._faults.remove(fault)
        fault.release()

    def met_by(self, method: str, path: str) -> Fault | None:
        """Return the fault that a call meets, if any."""
        return next((one for one in self._faults if one.takes(method, path)), None)
