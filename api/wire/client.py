"""Astria's packs API: one method per call, from the request to the packs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Self, TypeVar
from urllib.parse import quote

import structlog

from api.wire.decoding import Decoded, Oddity, decode_detail, decode_listing
from api.wire.errors import NotFound, NotUnderstood
from api.wire.models import Pack
from api.wire.transport import Decode, Transport

log = structlog.stdlib.get_logger("api.client")

T = TypeVar("T")

PACKS = "/packs"
GALLERY_PACKS = "/gallery/packs"

# No slug is longer, and servers refuse longer ones.
_LONGEST_REF = 255

# If Astria changes its format, a few warnings are enough.
_MOST_WARNINGS = 1_000

# Larger bodies take more than a few milliseconds to decode. In bytes.
_SMALL_BODY = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A decoded answer: its value, and its body as Astria sent it."""

    value: T
    body: bytes


class AstriaClient:
    """Ask Astria for packs.

    `timeout` is in seconds, for all attempts of one request together. `workspace` chooses whose
    packs Astria returns; without it, those of the key's own account. `proxy` is an address.
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
        self._decoding = asyncio.Semaphore()
        self._warned: set[tuple[int, str, str | None]] = set()

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
        """Send a small request; return the seconds until its answer. Raises AstriaError."""
        began = time.perf_counter()
        params = list_params(public=True, listed=True, limit=1, offset=0)
        await self._transport.get(PACKS, params, _undecoded)
        return time.perf_counter() - began

    async def decode_pack(self, path: str, body: bytes) -> Pack:
        """Return the pack of an answer to `GET /p/:id`; raises NotUnderstood."""
        decoded = await self._decode(decode_detail, path, body)
        asked = path.removeprefix("/p/")
        for pack in decoded.packs.values():
            if asked.isascii() and asked.isdecimal() and int(asked) != pack.id:
                raise NotUnderstood(path, f"pack {pack.id} instead")
            return pack
        raise NotUnderstood(path, "not a pack")

    async def decode_packs(self, path: str, body: bytes) -> tuple[Pack, ...]:
        """Return the packs of a list's answer, each id once; raises NotUnderstood."""
        decoded = await self._decode(decode_listing, path, body)
        if decoded.skipped:
            log.warning(
                "entries that are not packs were left out", path=path, count=decoded.skipped
            )
        return tuple(decoded.packs.values())

    async def _decode(self, decode: Callable[[bytes], Decoded], path: str, body: bytes) -> Decoded:
        """Decode a body: a large one in a thread, one at a time to limit the memory in use."""
        try:
            if len(body) <= _SMALL_BODY:
                decoded = decode(body)
            else:
                async with self._decoding:
                    decoded = await asyncio.to_thread(decode, body)
        except ValueError as error:
            raise NotUnderstood(path, f"no JSON of packs: {error}") from error
        except Exception as error:  # no answer may break the bot
            raise NotUnderstood(path, f"not decoded: {error!r}") from error
        if decoded.fault is not None:
            log.error("a pack could not be decoded", path=path, exc_info=decoded.fault)
        self._warn(decoded.oddities)
        return decoded

    async def _list(self, path: str, params: Mapping[str, str]) -> Answer[tuple[Pack, ...]]:
        try:
            return await self._answer(path, params, self.decode_packs)
        except NotFound as error:
            # Astria always has its lists, so this server is not Astria's API.
            raise NotUnderstood(path, "no such list", status=error.status) from error

    async def _answer(self, path: str, params: Mapping[str, str], decode: Decode[T]) -> Answer[T]:
        async def answer(path: str, body: bytes) -> Answer[T]:
            return Answer(await decode(path, body), body)

        return await self._transport.get(path, params, answer)

    def _warn(self, oddities: list[Oddity]) -> None:
        """Log each oddity of each class once."""
        for odd in oddities:
            key = odd.pack_id, odd.says, odd.class_name
            if key in self._warned or len(self._warned) >= _MOST_WARNINGS:
                continue
            self._warned.add(key)
            log.warning(odd.says, pack=odd.pack_id, pack_class=odd.class_name, **odd.figures)


def list_params(public: bool, listed: bool, limit: int | None, offset: int) -> dict[str, str]:
    """Return the query parameters of a list, without those that have their default."""
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
    # "." and ".." would lead to another path, and so would an empty name.
    if not name.strip(". ") or len(name) > _LONGEST_REF or not name.isprintable():
        raise NotFound("/p/", "no id or slug")
    return f"/p/{quote(name, safe='', errors='replace')}"


async def _undecoded(path: str, body: bytes) -> bytes:
    return body
