"""One request to Astria's API: bounded, repeated if that may help, skipped if it cannot succeed."""

from __future__ import annotations

import asyncio
import random
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

from api.wire.allowance import affords_another
from api.wire.errors import KeyRefused, NotFound, NotUnderstood, RateLimited, Unavailable
from api.wire.metrics import measured
from api.wire.proxy import proxy_arguments

T = TypeVar("T")

Decode: TypeAlias = Callable[[str, bytes], Awaitable[T]]
"""Decodes the body of an answer; also takes its path."""

# A gallery of 10,000 packs has some 13 MB; a larger answer is a fault.
LARGEST_BODY = 16 * 1024 * 1024

# A person waits for this: three attempts within a second or two. In seconds.
_ATTEMPTS = 3
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 1.0
_LONGEST_OBEYED_AT_ONCE = 2.0

# The shortest time-out; 0 would mean no limit. In seconds.
_NO_TIME_LEFT = 0.001

# A header must not stop the bot for days. In seconds.
_LONGEST_PAUSE = 3600.0

# After this many requests in a row without an answer, the bot pauses. In seconds.
_FAILURES_TO_OPEN = 3
_OPEN_FOR = 10.0

# The pause after a 429 that names no time. Clients of Astria wait 30 s; it is random so that the
# bots of one account do not all ask again at the same moment. In seconds.
_PAUSE_FROM, _PAUSE_TO = 25.0, 35.0

# A shorter wait than this, in seconds, would be no pause.
_SHORTEST_PAUSE = 1.0

# Answers of a proxy whose server is down; 520 to 530 are Cloudflare's, in front of Astria.
_DOWN = frozenset({502, 503, 504, *range(520, 527), 530})

# Astria worked on the request up to a time limit: another attempt would cost it as much again.
_TOOK_TOO_LONG = frozenset({504, 522, 524})

# The server did not process the request; it may be sent again (RFC 9110 and 8470).
_NOT_LOOKED_AT = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})


# How long to keep an idle connection and a host's address, in seconds. Cloudflare, in front of
# Discord and Astria, closes idle connections after 400 (its documentation, "Connection limits").
_KEPT_FOR = 300


def kept_open() -> aiohttp.TCPConnector:
    """Return a connector that keeps idle connections open; by default aiohttp does for 15 s.

    A new connection costs a DNS look-up, TCP and TLS: three round trips or more.
    """
    return aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEPT_FOR, ttl_dns_cache=_KEPT_FOR)


class Transport:
    """Send requests to Astria over one session, which opens with the first request.

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
        self._breaker = CircuitBreaker(_FAILURES_TO_OPEN, _OPEN_FOR, self._is_down, "astria")
        self._faulty_paths = set[str]()
        self._probing = False
        self._paused_until = 0.0
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the session and its connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(self, path: str, params: Mapping[str, str], decode: Decode[T]) -> T:
        """Return the decoded answer, if its status is 200.

        Raises AstriaError otherwise.
        """
        self._spare(path)
        patience = _Patience()
        until = time.monotonic() + self._timeout
        probe = self._probing = not self._breaker.closed
        try:
            with self._breaker:
                return await self._retrying(
                    patience.another, self._attempt, path, params, decode, until
                )
        finally:
            if probe:
                self._probing = False

    def _spare(self, path: str) -> None:
        """Raise the error at once if a request cannot succeed now."""
        self._short_pause(path)
        if self._breaker.opened or self._probing:
            raise Unavailable(path, "not asked: Astria has been down a moment ago")

    def _short_pause(self, path: str) -> float:
        """Return the seconds to wait before a request; raises RateLimited if the wait is long."""
        pause = max(0.0, self._paused_until - time.monotonic())
        if pause > _LONGEST_OBEYED_AT_ONCE:
            raise RateLimited(path, "not asked: Astria wants a pause", retry_after=pause)
        return pause

    async def _keep_pause(self, path: str) -> None:
        """Wait for the end of a short pause. Every request waits, not only the refused one."""
        if pause := self._short_pause(path):
            await asyncio.sleep(pause)

    def _is_down(self, kind: type[BaseException], error: BaseException) -> bool:
        """Tell whether a failure means that Astria is down, not that one request has no answer.

        A fault of one pack says nothing about the others; faults of several in a row do.
        """
        if not isinstance(error, Unavailable) or error.status in _NOT_LOOKED_AT:
            return False
        if error.status is None or error.status in _DOWN or not self._breaker.closed:
            return True
        if error.path in self._faulty_paths:
            self._faulty_paths = {error.path}
            return False
        self._faulty_paths.add(error.path)
        return True

    async def _attempt(
        self, path: str, params: Mapping[str, str], decode: Decode[T], until: float
    ) -> T:
        await self._keep_pause(path)
        try:
            with measured(path):
                value = await decode(path, await self._body(path, params, until))
        except RateLimited as error:
            wait = min(error.retry_after, _LONGEST_PAUSE)
            self._paused_until = max(self._paused_until, time.monotonic() + wait)
            raise
        self._faulty_paths.clear()
        return value

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
            self._session = aiohttp.ClientSession(
                connector=kept_open(), cookie_jar=aiohttp.DummyCookieJar(), **self._proxy
            )
        # Do not follow redirects: the key must not go to an address that nobody has set.
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


class _Patience:
    """Decides whether another attempt at one request may help, while a person waits."""

    def __init__(self) -> None:
        self._attempts = 0
        self._faults = 0

    def another(self, error: Exception) -> bool | float:
        """Tell whether to try again; a number is the seconds to wait before that.

        Each attempt is charged to the asker's allowance.
        """
        self._attempts += 1
        wait = self._attempts < _ATTEMPTS and self._may_help(error)
        return wait if wait is not False and affords_another() else False

    def _may_help(self, error: Exception) -> bool | float:
        # After a timeout, another attempt would come too late for the member.
        if isinstance(error, RateLimited):
            return error.retry_after if error.retry_after <= _LONGEST_OBEYED_AT_ONCE else False
        if not isinstance(error, Unavailable) or isinstance(error.__cause__, TimeoutError):
            return False
        if error.status is None or error.status in _DOWN | _NOT_LOOKED_AT:
            return error.status not in _TOOK_TOO_LONG
        # Such a fault seldom passes quickly; Astria's page asks to wait for 30 s.
        self._faults += 1
        return self._faults == 1


def _raise_for_status(path: str, status: int, headers: Mapping[str, str]) -> None:
    if status == HTTPStatus.OK:
        return
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise KeyRefused(path, "the API key is not accepted", status=status)
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        raise NotFound(path, "no such pack", status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise RateLimited(path, "too many requests", retry_after=_retry_after(headers))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _NOT_LOOKED_AT:
        raise Unavailable(path, "a fault on Astria's side", status=status)
    detail = "a redirect" if status < HTTPStatus.BAD_REQUEST else "an unexpected status"
    raise NotUnderstood(path, detail, status=status)


def _retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds of a Retry-After header: a number or a date (RFC 9110).

    If it is missing or unreadable, return the usual pause of Astria's clients.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdecimal():
        return max(float(value[:9]), _SHORTEST_PAUSE)
    try:
        wait = parsedate_to_datetime(value) - datetime.now(UTC)
    except (TypeError, ValueError):
        return random.uniform(_PAUSE_FROM, _PAUSE_TO)  # noqa: S311 - nothing secret
    return max(wait.total_seconds(), _SHORTEST_PAUSE)
