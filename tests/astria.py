"""A real HTTP server on loopback that answers what a test tells it to, in place of Astria."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from aiohttp import web

KEY = "sd_marked-key"
"""A key that a test can look for wherever it must not be."""

RESPONSES = Path(__file__).parent.parent / "preview" / "responses"

Json = dict[str, Any]


def recorded(name: str) -> object:
    """Return one of Astria's two recorded responses."""
    return json.loads((RESPONSES / name).read_bytes())


def pack_260() -> Json:
    return cast(Json, recorded("pack-260.json"))


def summary_of(pack: Mapping[str, object], **costs: object) -> Json:
    left_out = {"costs", "prompts_per_class", "cover_url", "logo"}
    return {k: v for k, v in pack.items() if k not in left_out} | {"cost_mc_hash": costs}


def made_up_pack(pack_id: int, **fields: object) -> Json:
    """Return a public pack with one class and three pictures, changed as the test wants."""
    return {
        "id": pack_id,
        "slug": f"pack-{pack_id}",
        "title": f"Pack number {pack_id}",
        "cover_url": f"https://pictures.example/{pack_id}/cover.jpg",
        "created_at": "2024-09-02T19:25:12.970Z",
        "public_at": "2024-09-02T19:25:12.970Z",
        "unlisted_at": None,
        "costs": {"cat": {"cost": 200 + pack_id, "num_images": 3}},
        "prompts_per_class": {
            "cat": [
                {"id": pack_id * 10 + n, "images": [f"https://pictures.example/{pack_id}/{n}.jpg"]}
                for n in range(3)
            ]
        },
    } | fields


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    wait: asyncio.Event | None = None
    """Answer only once this is set."""
    delay: float = 0.0
    """Seconds before it answers."""
    cut_off: bool = False
    reset: bool = False
    """Drop the connection instead of an answer."""
    drip: bool = False
    """Send a byte a second, for ever."""


@dataclass
class Astria:
    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    requests: list[web.Request] = field(default_factory=list[web.Request])
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    """Whether anything is answered; what has waited too long for that is noted."""
    waited_in_vain: list[str] = field(default_factory=list[str])

    def answer(self, path: str, value: object = None, **how: object) -> Answer:
        """Answer a path (with its query, if one is given) with a JSON value from now on."""
        body = how.pop("body", None)
        given = body if isinstance(body, bytes) else json.dumps(value).encode()
        self.answers[path] = Answer(body=given, **how)  # pyright: ignore[reportArgumentType]
        return self.answers[path]

    def answer_all(self, value: object = None, **how: object) -> None:
        """Answer all that has been answered before in one way from now on."""
        for path in tuple(self.answers):
            self.answer(path, value, **how)

    def fail(self, path: str, status: int, **headers: str) -> None:
        self.answer(path, {}, status=status, headers=headers)

    def offer(self, *packs: Mapping[str, object], gallery: bool = False) -> None:
        """Offer packs in a list and in full, the way Astria would."""
        path = "/gallery/packs" if gallery else "/packs"
        summaries = [summary_of(pack, **_cost_mc(pack)) for pack in packs]
        public = [one for one in summaries if one.get("public_at")]
        self.answer(path, summaries)
        self.answer(f"{path}?public=true", public)
        listed = [one for one in public if one.get("unlisted_at") is None]
        self.answer(f"{path}?public=true&listed=true", listed)
        for pack in packs:
            self.answer(f"/p/{pack['id']}", pack)
            self.answer(f"/p/{pack.get('slug')}", pack)

    def asked(self, path: str) -> int:
        """Return how many requests a path has had."""
        return sum(request.path == path for request in self.requests)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        try:
            await asyncio.wait_for(self.may_answer.wait(), 2)
        except TimeoutError:
            self.waited_in_vain.append(request.path_qs)
        found = self.answers.get(request.path_qs) or self.answers.get(request.path)
        if found is None:
            return web.json_response({"error": "not found"}, status=404)
        if found.wait is not None:
            await found.wait.wait()
        await asyncio.sleep(found.delay)
        if found.reset:
            _reset(request)
        if found.drip:
            return await _drip(request)
        response = web.Response(status=found.status, body=found.body, headers=found.headers)
        if not found.cut_off:
            return response
        stream = web.StreamResponse(headers={"Content-Length": str(len(found.body))})
        await stream.prepare(request)
        await stream.write(found.body[: len(found.body) // 2])
        assert request.transport is not None
        request.transport.close()
        return stream


def _reset(request: web.Request) -> None:
    assert request.transport is not None
    connection: socket.socket = request.transport.get_extra_info("socket")
    # With nothing to linger for, closing is a reset.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()


async def _drip(request: web.Request) -> web.StreamResponse:
    stream = web.StreamResponse()
    await stream.prepare(request)
    while True:
        await stream.write(b"[")
        await asyncio.sleep(1)


def _cost_mc(pack: Mapping[str, object]) -> Json:
    costs = cast("dict[str, dict[str, int]]", pack["costs"])
    return {name: one["cost"] * 100 for name, one in costs.items()}


@asynccontextmanager
async def astria_server() -> AsyncGenerator[Astria]:
    astria = Astria()
    astria.may_answer.set()
    app = web.Application()
    app.router.add_get("/{path:.*}", astria.handle)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    astria.url = f"http://{host}:{port}"
    try:
        yield astria
    finally:
        for answer in astria.answers.values():
            if answer.wait is not None:
                answer.wait.set()
        await runner.cleanup()
