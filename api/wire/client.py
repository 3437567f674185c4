"""Astria's packs API: each of its calls, and what is kept of its earlier answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import Generic, Self, TypeVar, cast
from urllib.parse import quote, urlencode

import structlog

from api.cache.store import MemoryOnly, Store
from api.wire.decoding import decode_json, decode_pack, decode_summary
from api.wire.errors import AstriaError, NotFound, NotUnderstood
from api.wire.models import Pack, PackSummary
from api.wire.transport import Decode, Transport

log = structlog.stdlib.get_logger("api.client")

T = TypeVar("T")

# Longer names are no pack's, and servers refuse to look for them.
_LONGEST_REF = 255

# Summaries decoded before others get their turn on the event loop.
_SLICE = 100


@dataclass(frozen=True, slots=True)
class Recalled(Generic[T]):
    """An earlier answer of Astria's, and its age in seconds."""

    value: T
    age: float


class AstriaClient:
    """Ask Astria for packs, and recall what it has answered before.

    `timeout` is in seconds, for all attempts of one request together; `cost_mc_per_usd` is how
    many units of `cost_mc_hash` make one US dollar. Answers that were understood are kept in the
    store.
    Source: Astria's page "Packs API".
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        timeout: float,
        cost_mc_per_usd: Decimal,
        store: Store | None = None,
    ) -> None:
        self._transport = Transport(base_url, key, timeout=timeout)
        self._cost_mc_per_usd = cost_mc_per_usd
        self._store = store or MemoryOnly()

    @property
    def recalls(self) -> bool:
        """Whether there is anything that could outlive the process."""
        return not isinstance(self._store, MemoryOnly)

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
        """Close the connections to Astria and to the store."""
        await self._transport.close()
        await self._store.close()

    async def list_packs(
        self, *, public: bool = False, listed: bool = False
    ) -> tuple[PackSummary, ...]:
        """Return the account's packs (`GET /packs`); raises AstriaError."""
        return await self._list("/packs", _filters(public=public, listed=listed))

    async def list_gallery_packs(
        self, *, public: bool = False, listed: bool = False
    ) -> tuple[PackSummary, ...]:
        """Return the packs of Astria's gallery (`GET /gallery/packs`); raises AstriaError."""
        return await self._list("/gallery/packs", _filters(public=public, listed=listed))

    async def get_pack(self, ref: str | int) -> Pack:
        """Return one pack by its numeric id or slug (`GET /p/:id`); raises AstriaError."""
        path = _pack_path(ref)
        try:
            return await self._answer(path, {}, _decoded_pack)
        except NotFound:
            await self._store.delete(_key(path, {}))
            raise

    async def probe(self) -> float:
        """Ask for something, and return the seconds until it came; raises AstriaError."""
        began = time.perf_counter()
        await self._transport.get("/packs", _filters(public=True, listed=True), _undecoded)
        return time.perf_counter() - began

    async def recall_packs(
        self, *, public: bool = False, listed: bool = False
    ) -> Recalled[tuple[PackSummary, ...]] | None:
        """Return what `list_packs` has returned last, as far as it is kept."""
        return await self._recall("/packs", _filters(public=public, listed=listed), self._summaries)

    async def recall_gallery_packs(
        self, *, public: bool = False, listed: bool = False
    ) -> Recalled[tuple[PackSummary, ...]] | None:
        """Return what `list_gallery_packs` has returned last, as far as it is kept."""
        filters = _filters(public=public, listed=listed)
        return await self._recall("/gallery/packs", filters, self._summaries)

    async def recall_pack(self, ref: str | int) -> Recalled[Pack] | None:
        """Return what `get_pack` has returned last, as far as it is kept."""
        return await self._recall(_pack_path(ref), {}, _decoded_pack)

    async def _list(self, path: str, filters: Mapping[str, str]) -> tuple[PackSummary, ...]:
        try:
            return await self._answer(path, filters, self._summaries)
        except NotFound as error:
            # A list cannot be missing: this is not Astria's API.
            raise NotUnderstood(path, "no such list", status=error.status) from error

    async def _answer(self, path: str, params: Mapping[str, str], decode: Decode[T]) -> T:
        """Return Astria's answer, and keep it once it has been understood.

        Of several processes that want the same one asks, and the others take what it was told.
        """
        key = _key(path, params)
        async with self._store.alone(key) as waited:
            kept = await self._store.read(key) if waited else None
            if kept and kept.age <= waited:
                return await decode(path, kept.body)

            async def understood(path: str, body: bytes) -> tuple[bytes, T]:
                return body, await decode(path, body)

            body, value = await self._transport.get(path, params, understood)
            await self._store.write(key, body)
            return value

    async def _recall(
        self, path: str, params: Mapping[str, str], decode: Decode[T]
    ) -> Recalled[T] | None:
        kept = await self._store.read(_key(path, params))
        try:
            return Recalled(await decode(path, kept.body), kept.age) if kept else None
        except AstriaError:
            return None

    async def _summaries(self, path: str, body: bytes) -> tuple[PackSummary, ...]:
        document = _decoded(path, body)
        if not isinstance(document, list):
            raise NotUnderstood(path, f"not a list of packs but {type(document).__name__}")
        packs: dict[int, PackSummary] = {}
        skipped = 0
        for position, entry in enumerate(cast("list[object]", document), start=1):
            if pack := decode_summary(entry, self._cost_mc_per_usd):
                packs.setdefault(pack.id, pack)
            else:
                skipped += 1
            if position % _SLICE == 0:
                await asyncio.sleep(0)
        if skipped:
            log.warning("packs without a usable id were left out", path=path, count=skipped)
        return tuple(packs.values())


def _filters(**wanted: bool) -> dict[str, str]:
    return {name: "true" for name, on in wanted.items() if on}


def _key(path: str, params: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(params)}"


def _pack_path(ref: str | int) -> str:
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


async def _decoded_pack(path: str, body: bytes) -> Pack:
    pack = decode_pack(_decoded(path, body))
    if pack is None:
        raise NotUnderstood(path, "not a pack")
    return pack
