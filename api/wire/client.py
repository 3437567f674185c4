"""Astria's packs API: each of its calls, from a request to packs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Self, TypeVar, cast
from urllib.parse import quote

import structlog

from api.wire.decoding import CostConflict, decode_json, decode_pack
from api.wire.errors import NotFound, NotUnderstood
from api.wire.models import Pack, stricter
from api.wire.transport import Decode, Transport

log = structlog.stdlib.get_logger("api.client")

T = TypeVar("T")

PACKS = "/packs"
GALLERY_PACKS = "/gallery/packs"

# No pack has a longer name, and servers refuse to look for one.
_LONGEST_REF = 255

# Packs decoded before other tasks get their turn on the event loop.
_SLICE = 100


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """An answer that was understood: its value, and its body as Astria sent it."""

    value: T
    body: bytes


class AstriaClient:
    """Ask Astria for packs.

    `timeout` is in seconds, for all attempts of one request together. `workspace` chooses whose
    packs Astria speaks of; without it, those of the key's own account. `proxy` is an address.
    Source: Astria's page "Packs API", and docs/astria.md.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        timeout: float,
        workspace: str | None = None,
        proxy: str | None = None,
    ) -> None:
        self._transport = Transport(
            base_url, key, timeout=timeout, workspace=workspace, proxy=proxy
        )
        self._warned: set[tuple[int, str]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections to Astria."""
        await self._transport.close()

    async def list_packs(
        self,
        *,
        public: bool = False,
        listed: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> Answer[tuple[Pack, ...]]:
        """Return one page of the account's packs (`GET /packs`); raises AstriaError."""
        return await self._list(PACKS, list_params(public, listed, limit, offset))

    async def list_gallery_packs(
        self,
        *,
        public: bool = False,
        listed: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> Answer[tuple[Pack, ...]]:
        """Return one page of Astria's gallery (`GET /gallery/packs`); raises AstriaError."""
        return await self._list(GALLERY_PACKS, list_params(public, listed, limit, offset))

    async def get_pack(self, ref: str | int) -> Answer[Pack]:
        """Return one pack by its numeric id or slug (`GET /p/:id`); raises AstriaError."""
        return await self._answer(pack_path(ref), {}, self.decode_pack)

    async def probe(self) -> float:
        """Send a small request, and return the seconds until its answer; raises AstriaError."""
        began = time.perf_counter()
        params = list_params(public=True, listed=True, limit=1, offset=0)
        await self._transport.get(PACKS, params, _undecoded)
        return time.perf_counter() - began

    async def decode_pack(self, path: str, body: bytes) -> Pack:
        """Return the pack of an answer to `GET /p/:id`; raises NotUnderstood."""
        conflicts: list[CostConflict] = []
        pack = decode_pack(_decoded(path, body), conflicts)
        if pack is None:
            raise NotUnderstood(path, "not a pack")
        asked = path.removeprefix("/p/")
        if asked.isascii() and asked.isdecimal() and int(asked) != pack.id:
            raise NotUnderstood(path, f"pack {pack.id} instead")
        self._warn(conflicts)
        return pack

    async def decode_packs(self, path: str, body: bytes) -> tuple[Pack, ...]:
        """Return the packs of an answer to a list, each id once; raises NotUnderstood."""
        document = _decoded(path, body)
        if not isinstance(document, list):
            raise NotUnderstood(path, f"not a list of packs but {type(document).__name__}")
        packs: dict[int, Pack] = {}
        conflicts: list[CostConflict] = []
        skipped = 0
        for position, entry in enumerate(cast("list[object]", document), start=1):
            if pack := decode_pack(entry, conflicts):
                packs[pack.id] = stricter(packs.get(pack.id, pack), pack)
            else:
                skipped += 1
            if position % _SLICE == 0:
                await asyncio.sleep(0)
        if skipped:
            log.warning("packs without a usable id were left out", path=path, count=skipped)
        self._warn(conflicts)
        return tuple(packs.values())

    async def _list(self, path: str, params: Mapping[str, str]) -> Answer[tuple[Pack, ...]]:
        try:
            return await self._answer(path, params, self.decode_packs)
        except NotFound as error:
            # A list cannot be missing: this is not Astria's API.
            raise NotUnderstood(path, "no such list", status=error.status) from error

    async def _answer(self, path: str, params: Mapping[str, str], decode: Decode[T]) -> Answer[T]:
        async def answer(path: str, body: bytes) -> Answer[T]:
            return Answer(await decode(path, body), body)

        return await self._transport.get(path, params, answer)

    def _warn(self, conflicts: list[CostConflict]) -> None:
        """Say once for each class that `cost` and `cost_mc` differ."""
        for conflict in conflicts:
            key = conflict.pack_id, conflict.class_name
            if key in self._warned:
                continue
            self._warned.add(key)
            log.warning(
                "cost and cost_mc differ; cost is shown",
                pack=conflict.pack_id,
                pack_class=conflict.class_name,
                cost_usd=str(conflict.cost),
                cost_mc_usd=str(conflict.cost_mc),
            )


def list_params(public: bool, listed: bool, limit: int | None, offset: int) -> dict[str, str]:
    """Return the query of a list; what is the default is left out."""
    params = {"public": "true"} if public else {}
    if listed:
        params["listed"] = "true"
    if limit is not None:
        params["limit"] = str(limit)
    if offset:
        params["offset"] = str(offset)
    return params


def pack_path(ref: str | int) -> str:
    """Return the path of one pack; raises NotFound if that cannot be an id or slug."""
    name = str(ref)
    # "." and ".." would leave the path, and nothing at all would ask for another one.
    if not name.strip(". ") or len(name) > _LONGEST_REF or not name.isprintable():
        raise NotFound("/p/", "no id or slug")
    return f"/p/{quote(name, safe='', errors='replace')}"


def _decoded(path: str, body: bytes) -> object:
    try:
        return decode_json(body)
    except ValueError as error:
        raise NotUnderstood(path, f"no JSON: {error}") from error


async def _undecoded(path: str, body: bytes) -> bytes:
    return body
