"""Astria's answers, kept outside this process: on disk, or in a shared Redis."""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import partial
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

import structlog

from api.cache.cached import Cached, aged

log = structlog.stdlib.get_logger("api.store")

R = TypeVar("R")

# The format: the time on one line, then Astria's JSON. Raise the number if you change it.
_FORMAT = "astria:2"
_LONGEST_MOMENT = 32

# A longer wait would be slower than a request to Astria. In seconds: for one operation, for a free
# connection; and the pause after a fault.
_LONGEST_OPERATION = 2.0
_PAUSE_AFTER_FAULT = 5.0

# The largest difference between the clocks of machines that share a Redis. In seconds.
_CLOCKS_DIFFER = 60.0

# How long to wait for another process with the same request to Astria, how often to look, and when
# the lock of a process that crashed expires. In seconds.
_LONGEST_WAIT = 5.0
_LOOK_AGAIN = 0.05
_LOCKED_FOR = 15.0


class Backend(Protocol):
    """Keeps bytes by key; any method may raise any Exception."""

    shared: bool
    """Whether other processes use the same data."""

    async def get(self, key: str) -> bytes | None:
        """Return the value of a key."""
        ...

    async def set(self, key: str, value: bytes, keep_for: float) -> None:
        """Keep a value for `keep_for` seconds."""
        ...

    async def delete(self, key: str) -> None:
        """Delete a value."""
        ...

    async def lock(self, key: str, holder: str, keep_for: float) -> bool:
        """Take a lock for at most `keep_for` seconds; tell whether that succeeded."""
        ...

    async def unlock(self, key: str, holder: str) -> None:
        """Release a lock that this holder has taken."""
        ...

    async def close(self) -> None:
        """Close files and connections."""
        ...


class StoreState(StrEnum):
    """The state of the store."""

    OFF = "off"
    """There is no store: answers are lost when the process ends."""
    WORKING = "working"
    FAILING = "failing"
    """It fails. The bot works without it, and tries again every few seconds."""


class Store:
    """Keep answers after the end of the process; if disk or Redis fails, the bot works without.

    `open_backend` may raise, at the first and at each later attempt. `keep_for` is in seconds.
    `account` separates accounts that share a backend: see `account_of`.
    """

    def __init__(
        self,
        open_backend: Callable[[], Awaitable[Backend]] | None,
        *,
        keep_for: float,
        account: str = "",
    ) -> None:
        self._open_backend = open_backend
        self._opening = asyncio.Lock()
        self._backend: Backend | None = None
        self._keep_for = keep_for
        self._prefix = f"{_FORMAT}:{account}:"
        self._failing = False
        self._silent_until = 0.0
        self.last_fault: Exception | None = None
        """The last failure, if there was one."""

    @property
    def state(self) -> StoreState:
        """The state of the store after its last use."""
        if self._open_backend is None:
            return StoreState.OFF
        return StoreState.FAILING if self._failing else StoreState.WORKING

    async def read(self, key: str) -> Cached[bytes] | None:
        """Return the value of a key; None if the store fails."""
        found = await self._attempt(lambda backend: backend.get(self._prefix + key))
        if found is None:
            return None
        moment, newline, body = found.partition(b"\n")
        age = _age(moment) if newline else None
        return None if age is None else aged(body, age)

    async def write(self, key: str, body: bytes, *, keep_for: float | None = None) -> None:
        """Keep an answer, or another value for `keep_for` seconds; no effect if the store fails."""
        kept = b"%.3f\n%b" % (time.time(), body)
        seconds = keep_for or self._keep_for
        await self._attempt(lambda backend: backend.set(self._prefix + key, kept, seconds))

    async def delete(self, key: str) -> None:
        """Delete an answer; without effect if the store fails."""
        await self._attempt(lambda backend: backend.delete(self._prefix + key))

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncGenerator[float]:
        """Let one process at a time make a request; yield the seconds spent waiting for others.

        The wait is short, and there is none if the store fails.
        """
        lock, holder, began = f"{self._prefix}lock:{key}", uuid.uuid4().hex, time.monotonic()
        taken = await self._lock(lock, holder)
        while taken is False and time.monotonic() - began < _LONGEST_WAIT:
            await asyncio.sleep(_LOOK_AGAIN)
            taken = await self._lock(lock, holder)
        waited = time.monotonic() - began
        try:
            yield waited if taken is not None and waited >= _LOOK_AGAIN else 0.0
        finally:
            if taken:
                await self._attempt(lambda backend: backend.unlock(lock, holder))

    @asynccontextmanager
    async def exclusive(self, key: str, keep_for: float) -> AsyncGenerator[bool]:
        """Yield whether this process alone may do something, for at most `keep_for` seconds.

        No process may if the store fails, or if there is none.
        """
        lock, holder = f"{self._prefix}lock:{key}", uuid.uuid4().hex
        taken = await self._attempt(lambda backend: backend.lock(lock, holder, keep_for))
        try:
            yield taken is True
        finally:
            if taken:
                await self._attempt(lambda backend: backend.unlock(lock, holder))

    async def close(self) -> None:
        """Close files and connections; the next use opens them again."""
        backend, self._backend = self._backend, None
        if backend is not None:
            await _ignoring_faults(backend.close())

    async def _lock(self, lock: str, holder: str) -> bool | None:
        """Tell whether the lock was taken; None if no other process uses the store."""
        if self._backend is not None and not self._backend.shared:
            return None
        return await self._attempt(lambda backend: _locked(backend, lock, holder))

    async def _attempt(self, work: Callable[[Backend], Awaitable[R]]) -> R | None:
        """Use the store, unless it failed a moment ago; log a failure once."""
        if self._open_backend is None or time.monotonic() < self._silent_until:
            return None
        try:
            async with asyncio.timeout(_LONGEST_OPERATION):
                result = await work(await self._opened(self._open_backend))
        except Exception as error:  # whatever the failure is, the member gets an answer
            self._note_fault(error)
            return None
        if self._failing:
            self._failing = False
            log.info("the cache store works again")
        return result

    async def _opened(self, open_backend: Callable[[], Awaitable[Backend]]) -> Backend:
        async with self._opening:
            if self._backend is None:
                self._backend = await open_backend()
            return self._backend

    def _note_fault(self, error: Exception) -> None:
        self._silent_until = time.monotonic() + _PAUSE_AFTER_FAULT
        self.last_fault = error
        if not self._failing:
            self._failing = True
            log.warning("the cache store fails; the bot continues without it", cause=repr(error))


def open_store(url: str, *, keep_for: float, account: str = "") -> Store:
    """Return the store at `disk:///path`, `redis://host:port/database`, or none at `mem://`.

    `keep_for` is in seconds. The first use opens the store; if that fails, it is tried again.
    """
    # Import the libraries only if they are used: they take longer than all the rest of the bot.
    match urlsplit(url).scheme:
        case "disk":
            from api.cache.disk import open_disk

            opening = partial(open_disk, url)
        case "redis" | "rediss":
            from api.cache.redis import open_redis

            opening = partial(open_redis, url)
        case _:
            opening = None
    return Store(opening, keep_for=keep_for, account=account)


def account_of(base_url: str, key: str, workspace: str | None) -> str:
    """Return a fingerprint that separates the answers of accounts without showing the key."""
    identity = "\0".join((base_url, key, workspace or ""))
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


async def _locked(backend: Backend, lock: str, holder: str) -> bool | None:
    return await backend.lock(lock, holder, _LOCKED_FOR) if backend.shared else None


def _age(moment: bytes) -> float | None:
    """Return an answer's age in seconds; None if its date is invalid or in the future."""
    try:
        age = time.time() - float(moment) if len(moment) <= _LONGEST_MOMENT else None
    except ValueError:
        return None
    # A comparison with NaN is never true.
    return max(0.0, age) if age is not None and age >= -_CLOCKS_DIFFER else None


async def _ignoring_faults(closing: Awaitable[None]) -> None:
    await asyncio.gather(closing, return_exceptions=True)
