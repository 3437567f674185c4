"""Astria's answers: new ones, and those of earlier processes on disk or in Redis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlencode

from api.cache.cached import Cached
from api.cache.store import Store, StoreState
from api.catalogue.whole_lists import WholeLists
from api.wire.client import GALLERY_PACKS, PACKS, AstriaClient, list_params, pack_path
from api.wire.errors import AstriaError, NotFound
from api.wire.models import Pack, Source
from api.wire.transport import Decode

T = TypeVar("T")

_PATHS = {Source.MINE: PACKS, Source.GALLERY: GALLERY_PACKS}

_COST_UNIT = "cost-unit"


class Answers:
    """Ask Astria for packs, and recall earlier answers from the store.

    Each decoded answer is kept in the store.
    """

    def __init__(self, client: AstriaClient, store: Store | None = None) -> None:
        self._client = client
        self._lists = WholeLists(client)
        self.store = store or Store(None, keep_for=0.0)

    @property
    def recalls(self) -> bool:
        """Whether there is a store outside the process."""
        return self.store.state is not StoreState.OFF

    async def close(self) -> None:
        """Close the connections to Astria and to the store."""
        await self._client.close()
        await self.store.close()

    async def probe(self) -> float:
        """Measure how long Astria takes to answer, in seconds; raises AstriaError."""
        return await self._client.probe()

    async def list_packs(self, source: Source, *, public: bool, listed: bool) -> tuple[Pack, ...]:
        """Return all packs of one source; raises AstriaError."""
        path = _PATHS[source]
        key = _list_key(path, public, listed)
        async with self.store.alone(key) as waited:
            if waited and (
                packs := await self._answered_since(key, waited, self._client.decode_packs)
            ):
                return packs
            answer = await self._lists.get(path, public=public, listed=listed)
            await self.store.write(key, answer.body)
            return answer.value

    async def get_pack(self, ref: str | int) -> Pack:
        """Return one pack by its numeric id or slug; raises AstriaError."""
        key = _key(pack_path(ref))
        async with self.store.alone(key) as waited:
            if waited and (
                pack := await self._answered_since(key, waited, self._client.decode_pack)
            ):
                return pack
            try:
                answer = await self._client.get_pack(ref)
            except NotFound:
                await self.store.delete(key)
                raise
            await self.store.write(key, answer.body)
            return answer.value

    async def forget_pack(self, ref: str | int) -> None:
        """Delete the last answer to `get_pack`."""
        await self.store.delete(_key(pack_path(ref)))

    async def recall_list(
        self, source: Source, *, public: bool, listed: bool
    ) -> Cached[tuple[Pack, ...]] | None:
        """Return the last answer to `list_packs`, if it is kept."""
        key = _list_key(_PATHS[source], public, listed)
        return await self._recall(key, self._client.decode_packs)

    async def recall_pack(self, ref: str | int) -> Cached[Pack] | None:
        """Return the last answer to `get_pack`, if it is kept."""
        return await self._recall(_key(pack_path(ref)), self._client.decode_pack)

    async def keep_cost_unit(self, evidence: bytes) -> None:
        """Keep the evidence for the unit of `cost_mc_hash`."""
        await self.store.write(_COST_UNIT, evidence)

    async def recall_cost_unit(self) -> bytes | None:
        """Return the evidence for the unit of `cost_mc_hash`, if it is kept."""
        kept = await self.store.read(_COST_UNIT)
        return kept.value if kept else None

    async def _answered_since(self, key: str, waited: float, decode: Decode[T]) -> T | None:
        """Return the answer that another process received while this one waited for it."""
        recalled = await self._recall(key, decode)
        return recalled.value if recalled and recalled.age <= waited else None

    async def _recall(self, key: str, decode: Decode[T]) -> Cached[T] | None:
        kept = await self.store.read(key)
        if kept is None:
            return None
        try:
            return kept.holding(await decode(key.partition("?")[0], kept.value))
        except AstriaError:
            return None


def _list_key(path: str, public: bool, listed: bool) -> str:
    return _key(path, list_params(public, listed, None, 0))


def _key(path: str, params: Mapping[str, str] | None = None) -> str:
    return f"{path}?{urlencode(params or {})}"
