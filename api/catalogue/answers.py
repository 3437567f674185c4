"""Astria's answers, and those of earlier processes that are kept on disk or in Redis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlencode

from api.cache.memory import Recalled
from api.cache.store import MemoryOnly, Store
from api.wire.client import GALLERY_PACKS, PACKS, AstriaClient, list_params, pack_path
from api.wire.errors import AstriaError, NotFound
from api.wire.models import Pack
from api.wire.transport import Decode

T = TypeVar("T")


class Answers:
    """Ask Astria for packs, and recall what it has answered before.

    Answers that were understood are kept in the store.
    """

    def __init__(self, client: AstriaClient, store: Store | None = None) -> None:
        self._client = client
        self._pack, self._packs = client.decode_pack, client.decode_packs
        self._store = store or MemoryOnly()

    @property
    def recalls(self) -> bool:
        """Whether there is a store that outlives the process."""
        return not isinstance(self._store, MemoryOnly)

    async def close(self) -> None:
        """Close the connections to Astria and to the store."""
        await self._client.close()
        await self._store.close()

    async def probe(self) -> float:
        """Return the seconds that Astria takes to answer now; raises AstriaError."""
        return await self._client.probe()

    async def list_packs(self, *, public: bool = False, listed: bool = False) -> tuple[Pack, ...]:
        """Return the account's packs; raises AstriaError."""
        return await self._list(PACKS, public=public, listed=listed)

    async def list_gallery_packs(
        self, *, public: bool = False, listed: bool = False
    ) -> tuple[Pack, ...]:
        """Return the packs of Astria's gallery; raises AstriaError."""
        return await self._list(GALLERY_PACKS, public=public, listed=listed)

    async def get_pack(self, ref: str | int) -> Pack:
        """Return one pack by its numeric id or slug; raises AstriaError."""
        key = _key(pack_path(ref))
        async with self._store.alone(key) as waited:
            if waited and (pack := await self._answered_since(key, waited, self._pack)):
                return pack
            try:
                answer = await self._client.get_pack(ref)
            except NotFound:
                await self._store.delete(key)
                raise
            await self._store.write(key, answer.body)
            return answer.value

    async def recall_packs(
        self, *, public: bool = False, listed: bool = False
    ) -> Recalled[tuple[Pack, ...]] | None:
        """Return the last answer to `list_packs`, if it is kept."""
        return await self._recall(_list_key(PACKS, public, listed), self._packs)

    async def recall_gallery_packs(
        self, *, public: bool = False, listed: bool = False
    ) -> Recalled[tuple[Pack, ...]] | None:
        """Return the last answer to `list_gallery_packs`, if it is kept."""
        return await self._recall(_list_key(GALLERY_PACKS, public, listed), self._packs)

    async def recall_pack(self, ref: str | int) -> Recalled[Pack] | None:
        """Return the last answer to `get_pack`, if it is kept."""
        return await self._recall(_key(pack_path(ref)), self._pack)

    async def _list(self, path: str, *, public: bool, listed: bool) -> tuple[Pack, ...]:
        key = _list_key(path, public, listed)
        ask = self._client.list_packs if path == PACKS else self._client.list_gallery_packs
        async with self._store.alone(key) as waited:
            if waited and (packs := await self._answered_since(key, waited, self._packs)):
                return packs
            answer = await ask(public=public, listed=listed)
            await self._store.write(key, answer.body)
            return answer.value

    async def _answered_since(self, key: str, waited: float, decode: Decode[T]) -> T | None:
        """Return the answer that another process was given while this one waited for it."""
        recalled = await self._recall(key, decode)
        return recalled.value if recalled and recalled.age <= waited else None

    async def _recall(self, key: str, decode: Decode[T]) -> Recalled[T] | None:
        kept = await self._store.read(key)
        try:
            path = key.partition("?")[0]
            return Recalled(await decode(path, kept.body), kept.age) if kept else None
        except AstriaError:
            return None


def _list_key(path: str, public: bool, listed: bool) -> str:
    return _key(path, list_params(public, listed, None, 0))


def _key(path: str, params: Mapping[str, str] | None = None) -> str:
    return f"{path}?{urlencode(params or {})}"
