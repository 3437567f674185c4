"""Fixed answers: bodies, statuses, delays, and faults of the connection."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web

_REFUSALS: Mapping[int, bytes] = {
    401: b"HTTP Token: Access denied.\n",
    404: b'{"status": 404, "error": "Not Found"}',
    422: b'{"limit": ["is not a number"]}',
    426: b'{"error": "Upgrade Required"}',
}
"""Astria's texts for some statuses."""


@dataclass
class Answer:
    """A fixed answer, instead of the stand-in's normal one."""

    status: int | None = 200
    """None: the stand-in's normal answer, after the delays."""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    content_type: str = "application/json"
    wait: asyncio.Event | None = None
    """Answer only after this is set."""
    delay: float = 0.0
    """Seconds before the answer."""
    cut_off: bool = False
    """Send half of it, then close the connection."""
    reset: bool = False
    """Drop the connection instead of answering."""
    drip: bool = False
    """Send a byte a second, for ever."""

    @classmethod
    def refusing(cls, status: int, **headers: str) -> Self:
        """Return an answer with a status and Astria's text for it."""
        return cls(status, _REFUSALS.get(status, b"{}"), headers, _content_type(status))

    async def due(self) -> None:
        """Wait until the answer is due."""
        if self.wait is not None:
            await self.wait.wait()
        await asyncio.sleep(self.delay)

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Send it."""
        if self.reset:
            _reset(request)
        if self.drip:
            return await _drip(request)
        if self.cut_off:
            return await _cut_off(request, self.body)
        return web.Response(
            status=self.status or 200, body=self.body, headers=self.headers,
            content_type=self.content_type,
        )  # fmt: skip


def json_answer(body: bytes, status: int = 200) -> web.Response:
    """Return a response with a body of encoded JSON."""
    return web.Response(body=body, status=status, content_type="application/json")


def refusal(status: int) -> web.Response:
    """Return Astria's response with a status."""
    return web.Response(body=_REFUSALS[status], status=status, content_type=_content_type(status))


def _content_type(status: int) -> str:
    return "text/plain" if status == 401 else "application/json"


async def _cut_off(request: web.Request, body: bytes) -> web.StreamResponse:
    stream = web.StreamResponse(headers={"Content-Length": str(len(body))})
    await stream.prepare(request)
    await stream.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return stream


def _reset(request: web.Request) -> None:
    if request.transport is not None:
        connection: socket.socket = request.transport.get_extra_info("socket")
        # With a linger time of 0, closing resets the connection.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()


async def _drip(request: web.Request) -> web.StreamResponse:
    stream = web.StreamResponse()
    await stream.prepare(request)
    while True:
        await stream.write(b"[")
        await asyncio.sleep(1)
