"""One request to Astria's API: bounded, tried again where that helps, spared where it cannot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeAlias, TypeVar

import aiohttp
from circuitbreaker import CircuitBreaker
from stamina import AsyncRetryingCaller
from yarl import URL

from api.wire.errors import KeyRefused, NotFound, NotUnderstood, RateLimited, Unavailable
from api.wire.metrics import measured
from api.wire.proxy import proxy_arguments

T = TypeVar("T")

Decode: TypeAlias = Callable[[str, bytes], Awaitable[T]]
"""What makes something of the path and the body of an answer."""

# A gallery of 10,000 packs is some 13 MB; anything above is a fault, not a list.
LARGEST_BODY = 16 * 1024 * 1024

# What a person waits for: three attempts within a second or two. In seconds.
_ATTEMPTS = 3
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 1.0
_LONGEST_OBEYED_AT_ONCE = 2.0

# As good as none, where 0 would stand for no limit. In seconds.
_NO_TIME_LEFT = 0.001

# A header that asks for days must not silence the bot for days. In seconds.
_LONGEST_PAUSE = 3600.0

# After so many requests in a row without any answer, none is made for a while. In seconds.
_FAILURES_TO_OPEN = 3
_OPEN_FOR = 10.0

# What a proxy answers for a server that is down.
_DOWN = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}


# How long a quiet connection and a host's address are kept, in seconds. Cloudflare, in front of
# Discord and Astria, closes what has been quiet for 400 (its documentation, "Connection limits").
_KEPT_FOR = 300


def kept_open() -> aiohttp.TCPConnector:
    """Return a connector whose connections outlive a quiet while; aiohttp keeps them for 15 s.

    A new one costs an answer the name's look-up, TCP and TLS: three round trips or more.
    """
    return aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEPT_FOR, ttl_dns_cache=_KEPT_FOR)


class Transport:
    """Get answers from Astria, over one shared session that opens with the first request.

    `timeout` is in seconds, for all attempts of one request together. `workspace` goes with every
    request, if there is one. `proxy` is the address of an HTTP proxy.
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
        self._base_url = base_url
        self._proxy = proxy_arguments(proxy)
        self._headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
        if workspace:
            self._headers["X-Workspace-Id"] = workspace
        self._timeout = timeout
        self._retrying = AsyncRetryingCaller(
            attempts=_ATTEMPTS,
            timeout=timeout,
            wait_initial=_FIRST_WAIT,
            wait_max=_LONGEST_WAIT,
            wait_jitter=_FIRST_WAIT,
        )
        self._breaker = CircuitBreaker(_FAILURES_TO_OPEN, _OPEN_FOR, _is_down, "astria")
        self._probing = False
        self._paused_until = 0.0
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the session and its connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(self, path: str, params: Mapping[str, str], decode: Decode[T]) -> T:
        """Return what `decode` makes of the path and the body of an answer with status 200.

        Raises AstriaError for all else.
        """
        self._spare(path)
        until = time.monotonic() + self._timeout
        probe = self._probing = not self._breaker.closed
        try:
            with self._breaker:
                return await self._retrying(
                    _worth_another, self._attempt, path, params, decode, until
                )
        finally:
            if probe:
                self._probing = False

    def _spare(self, path: str) -> None:
        """Raise at once what a request would end with anyway."""
        pause = self._pause()
        if pause > _LONGEST_OBEYED_AT_ONCE:
            raise RateLimited(path, "not asked: Astria wants a pause", retry_after=pause)
        if self._breaker.opened or self._probing:
            raise Unavailable(path, "not asked: Astria has been down a moment ago")

    def _pause(self) -> float:
        return max(0.0, self._paused_until - time.monotonic())

    async def _keep_pause(self) -> None:
        """Wait out a short pause; all requests do, not only the one that was told of it."""
        if pause := self._pause():
            await asyncio.sleep(pause)

    async def _attempt(
        self, path: str, params: Mapping[str, str], decode: Decode[T], until: float
    ) -> T:
        await self._keep_pause()
        try:
            with measured(path):
                return await decode(path, await self._body(path, params, until))
        except RateLimited as error:
            wait = min(error.retry_after or 0.0, _LONGEST_PAUSE)
            self._paused_until = max(self._paused_until, time.monotonic() + wait)
            raise

    async def _body(self, path: str, params: Mapping[str, str], until: float) -> bytes:
        try:
            status, headers, body = await self._fetch(path, params, until)
        except TimeoutError as error:
            raise Unavailable(path, "no answer in time") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unavailable(path, f"{type(error).__name__}: {error}") from error
        _raise_for_status(path, status, headers)
        return body

    async def _fetch(
        self, path: str, params: Mapping[str, str], until: float
    ) -> tuple[int, Mapping[str, str], bytes]:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=kept_open(), **self._proxy)
        # Redirects are not followed: the key must not travel to an address nobody has set.
        async with self._session.get(
            URL(self._base_url + path, encoded=True),
            params=params,
            headers=self._headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=max(until - time.monotonic(), _NO_TIME_LEFT)),
        ) as response:
            body = bytearray()
            if response.ok:
                async for chunk in response.content.iter_any():
                    body += chunk
                    if len(body) > LARGEST_BODY:
                        raise NotUnderstood(path, f"an answer above {LARGEST_BODY} bytes")
            return response.status, response.headers, bytes(body)


def _is_down(kind: type[BaseException], error: BaseException) -> bool:
    """Tell whether a failure says that Astria is down, not that one request has no answer."""
    return isinstance(error, Unavailable) and (error.status is None or error.status in _DOWN)


def _worth_another(error: Exception) -> bool | float:
    """Tell whether another attempt may help a person who waits; a number is the wait before it.

    An attempt that ran out of time has used up the person's patience.
    """
    if isinstance(error, RateLimited):
        wait = error.retry_after
        return wait if wait is not None and wait <= _LONGEST_OBEYED_AT_ONCE else False
    return isinstance(error, Unavailable) and not isinstance(error.__cause__, TimeoutError)


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
