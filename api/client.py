"""The HTTP client of Astria's packs API."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self, cast
from urllib.parse import quote

import aiohttp
import structlog
from yarl import URL

from api.decoding import decode_json, decode_pack, decode_summary
from api.errors import KeyRefused, NotFound, NotUnderstood, RateLimited, Unavailable
from api.models import Pack, PackSummary

log = structlog.stdlib.get_logger("api.client")

# A gallery of 10,000 packs is some 13 MB; anything above is a fault, not a list.
LARGEST_BODY = 16 * 1024 * 1024

# Summaries decoded before others get their turn on the event loop.
_SLICE = 100


class AstriaClient:
    """Ask Astria for packs, over one shared session that opens with the first request.

    `timeout` is in seconds, for one whole request; `cost_mc_per_usd` is how many units of
    `cost_mc_hash` make one US dollar. Source: Astria's page "Packs API".
    """

    def __init__(
        self, base_url: str, key: str, *, timeout: float, cost_mc_per_usd: Decimal
    ) -> None:
        self._base_url = base_url
        self._headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._cost_mc_per_usd = cost_mc_per_usd
        self._session: aiohttp.ClientSession | None = None

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
        """Close the session and its connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def list_packs(
        self, *, public: bool = False, listed: bool = False
    ) -> tuple[PackSummary, ...]:
        """Return the account's packs (`GET /packs`); raises AstriaError."""
        return await self._list("/packs", public=public, listed=listed)

    async def list_gallery_packs(
        self, *, public: bool = False, listed: bool = False
    ) -> tuple[PackSummary, ...]:
        """Return the packs of Astria's gallery (`GET /gallery/packs`); raises AstriaError."""
        return await self._list("/gallery/packs", public=public, listed=listed)

    async def get_pack(self, ref: str | int) -> Pack:
        """Return one pack by its numeric id or slug (`GET /p/:id`); raises AstriaError."""
        name = str(ref)
        # "." and ".." would leave the path, and nothing at all would ask for another one.
        if not name.strip(".") or not name.strip():
            raise NotFound("/p/", "no id or slug")
        path = f"/p/{quote(name, safe='', errors='replace')}"
        pack = decode_pack(await self._get(path, {}))
        if pack is None:
            raise NotUnderstood(path, "not a pack")
        return pack

    async def _list(self, path: str, *, public: bool, listed: bool) -> tuple[PackSummary, ...]:
        wanted = {"public": public, "listed": listed}
        try:
            document = await self._get(path, {name: "true" for name, on in wanted.items() if on})
        except NotFound as error:
            # A list cannot be missing: this is not Astria's API.
            raise NotUnderstood(path, "no such list", status=error.status) from error
        if not isinstance(document, list):
            raise NotUnderstood(path, f"not a list of packs but {type(document).__name__}")
        packs: dict[int, PackSummary] = {}
        for position, entry in enumerate(cast("list[object]", document), start=1):
            if pack := decode_summary(entry, self._cost_mc_per_usd):
                packs.setdefault(pack.id, pack)
            if position % _SLICE == 0:
                await asyncio.sleep(0)
        return tuple(packs.values())

    async def _get(self, path: str, params: Mapping[str, str]) -> object:
        try:
            status, headers, body = await self._fetch(path, params)
        except TimeoutError as error:
            raise Unavailable(path, "no answer in time") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unavailable(path, f"{type(error).__name__}: {error}") from error
        _raise_for_status(path, status, headers)
        try:
            return decode_json(body)
        except ValueError as error:
            raise NotUnderstood(path, f"no JSON: {error}", status=status) from error

    async def _fetch(
        self, path: str, params: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        # Redirects are not followed: the key must not travel to an address nobody has set.
        async with self._session.get(
            URL(self._base_url + path, encoded=True),
            params=params,
            headers=self._headers,
            allow_redirects=False,
        ) as response:
            body = bytearray()
            if response.ok:
                async for chunk in response.content.iter_any():
                    body += chunk
                    if len(body) > LARGEST_BODY:
                        raise NotUnderstood(path, f"an answer above {LARGEST_BODY} bytes")
            return response.status, response.headers, bytes(body)


def _raise_for_status(path: str, status: int, headers: Mapping[str, str]) -> None:
    if status == HTTPStatus.OK:
        return
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise KeyRefused(path, "the API key is not accepted", status=status)
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        raise NotFound(path, "no such pack", status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise RateLimited(path, "too many requests", retry_after=_retry_after(headers))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unavailable(path, "a fault on Astria's side", status=status)
    detail = "a redirect" if status < HTTPStatus.BAD_REQUEST else "an unexpected status"
    raise NotUnderstood(path, detail, status=status)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header, given as a number or as a date (RFC 9110)."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        wait = parsedate_to_datetime(value) - datetime.now(UTC)
    except (TypeError, ValueError):
        return None
    return max(wait.total_seconds(), 0.0)
