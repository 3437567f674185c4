"""A stand-in for Astria's packs API on loopback.

async with astria_server(packs=1_000) as astria:
    astria.shape = SHAPES["cost_mc"]      # how it writes its packs
    astria.offer(pack_260())              # the account's packs, from now on
    astria.fail("/p/260", 503)            # and that one cannot be had
    astria.delay = 0.1                    # seconds, before each answer
    ...
    astria.asked("/p/260")                # how many requests that path has had
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, urlsplit

import msgspec
from aiohttp import web

from standins.astria.answers import Answer, json_answer, refusal
from standins.astria.many_packs import gallery_packs, own_packs
from standins.astria.pack_builders import Json, is_listed, is_public
from standins.astria.shapes import SHAPES, Shape, detail, summary

KEY = "sd_marked-key"
"""A key that tests look for in places where it must not be."""

MINE, GALLERY = "/packs", "/gallery/packs"

_ANYBODY = "all"
_EVERYTHING = "*"
_MOST_REQUESTS = 10_000


class Astria:
    """Astria: its packs, its answers, and the requests so far."""

    def __init__(self, key: str | None = None) -> None:
        self.url = ""
        self.shape: Shape = SHAPES["the page"]
        self.delay = 0.0
        """Seconds before each answer."""
        self.answers: dict[str, Answer] = {}
        """Fixed answers, by path or by path and query."""
        self.fault: Callable[[web.Request], Answer | None] | None = None
        """The fault of a request, if any; it comes before everything else."""
        self.requests: deque[web.Request] = deque(maxlen=_MOST_REQUESTS)
        """The latest requests."""
        self.may_answer = asyncio.Event()
        """Whether requests are answered; those that wait too long are noted."""
        self.may_answer.set()
        self.waited_in_vain: list[str] = []
        self._key = key
        self._lists: dict[str, dict[str | None, Sequence[Json]]] = {MINE: {}, GALLERY: {}}
        """By path and workspace."""
        self._packs: dict[str, tuple[str | None, Json]] = {}
        """By id and by slug, with the workspace."""
        self._bodies: dict[tuple[object, ...], bytes] = {}
        """Encoded lists, as large ones are encoded only once."""

    def offer(
        self, *packs: Mapping[str, object], gallery: bool = False, workspace: str | None = None
    ) -> None:
        """Offer packs in a list and in full; they replace the list's earlier ones.

        The account's own packs are its personal ones, or those of a workspace.
        """
        path, offered = GALLERY if gallery else MINE, [dict(pack) for pack in packs]
        self._lists[path][workspace] = offered
        self._bodies.clear()
        owner = _ANYBODY if gallery else workspace
        known = {str(pack[name]) for pack in offered for name in ("id", "slug") if name in pack}
        self._packs |= {
            str(pack[name]): (owner, pack)
            for pack in offered
            for name in ("slug", "id")
            if name in pack
        }
        fixed = {path, _EVERYTHING, *(f"/p/{ref}" for ref in known)}
        self.answers = {
            place: answer
            for place, answer in self.answers.items()
            if place.partition("?")[0] not in fixed
        }

    def answer(self, path: str, value: object = None, **how: object) -> Answer:
        """Answer a path (with its query, if one is given) with a JSON value from now on.

        `how` are the fields of an `Answer`; a `body` replaces the value.
        """
        fields = {"body": msgspec.json.encode(value)} | how
        self.answers[path] = Answer(**fields)  # pyright: ignore[reportArgumentType]
        return self.answers[path]

    def answer_all(self, value: object = None, **how: object) -> None:
        """Answer all requests in one way until further notice."""
        self.answers.clear()
        self.answer(_EVERYTHING, value, **how)

    def fail(self, path: str, status: int, **headers: str) -> None:
        """Answer a path with a status, and with Astria's text for it, from now on."""
        self.answers[path] = Answer.refusing(status, **headers)

    def asked(self, path: str) -> int:
        """Return the number of requests for a path among the latest ones."""
        return sum(request.path == path for request in self.requests)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""
        self.requests.append(request)
        try:
            await asyncio.wait_for(self.may_answer.wait(), 2)
        except TimeoutError:
            self.waited_in_vain.append(request.path_qs)
        await asyncio.sleep(self.delay)
        if fixed := (self.fault and self.fault(request)) or self._fixed(request):
            await fixed.due()
            if fixed.status is not None:
                return await fixed.send(request)
        if self._key and request.headers.get("Authorization") != f"Bearer {self._key}":
            return refusal(401)
        if request.path in self._lists:
            return self._list(request)
        return self._pack(request)

    def _fixed(self, request: web.Request) -> Answer | None:
        """Return the fixed answer for the path that matches most of the query."""
        asked = dict(request.query)
        found: list[tuple[int, Answer]] = []
        for place, answer in self.answers.items():
            at = urlsplit(place)
            query = dict(parse_qsl(at.query))
            if (
                at.path in {request.path, request.rel_url.raw_path}
                and query.items() <= asked.items()
            ):
                found.append((len(query), answer))
        return max(found, key=lambda one: one[0])[1] if found else self.answers.get(_EVERYTHING)

    def _list(self, request: web.Request) -> web.Response:
        query, shape = request.query, self.shape
        try:
            limit = min(int(query.get("limit", shape.page_size or 0)), shape.largest_limit)
            offset = int(query.get("offset", 0))
        except ValueError:
            return refusal(422)
        if shape.largest_offset is not None and offset > shape.largest_offset:
            return json_answer(b'{"error": "offset is too large"}', 400)
        public, listed = query.get("public") == "true", query.get("listed") == "true"
        part = (offset, offset + limit) if shape.page_size else (0, None)
        workspace = request.headers.get("X-Workspace-Id")
        asked = (request.path, workspace, shape, public, listed, part)
        if asked not in self._bodies:
            wanted = [
                pack
                for pack in self._offered(request.path, workspace)
                if (is_public(pack) or not public) and (is_listed(pack) or not listed)
            ]
            gallery = request.path == GALLERY
            shown = [summary(pack, shape, gallery=gallery) for pack in wanted[slice(*part)]]
            self._bodies[asked] = msgspec.json.encode(shown)
        return json_answer(self._bodies[asked])

    def _offered(self, path: str, workspace: str | None) -> list[Json]:
        """Return the packs of a list, in the order of their offer."""
        by_workspace = self._lists[path]
        if path == GALLERY:
            return list(by_workspace.get(None, ()))
        if workspace == _ANYBODY:
            return [pack for packs in by_workspace.values() for pack in packs]
        return list(by_workspace.get(workspace, ()))

    def _pack(self, request: web.Request) -> web.Response:
        ref = request.path.removeprefix("/p/")
        found = self._packs.get(ref) or self._packs.get(ref.removesuffix(".json"))
        workspace = request.headers.get("X-Workspace-Id")
        if found is None or not request.path.startswith("/p/"):
            return refusal(404)
        owner, pack = found
        if _ANYBODY not in {owner, workspace} and owner != workspace:
            return refusal(404)
        return json_answer(msgspec.json.encode(detail(pack, self.shape)))


@asynccontextmanager
async def astria_server(*, packs: int = 0, key: str | None = None) -> AsyncGenerator[Astria]:
    """Serve an Astria on a free port of loopback.

    `packs` is the number of made-up packs in its gallery, `key` the accepted key (None: any).
    """
    astria = Astria(key)
    if packs:
        astria.offer(*own_packs(packs))
        astria.offer(*gallery_packs(packs), gallery=True)
    app = web.Application()
    app.router.add_get("/{path:.*}", astria.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        astria.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield astria
    finally:
        for answer in astria.answers.values():
            if answer.wait is not None:
                answer.wait.set()
        await runner.cleanup()
