"""Astria's own answers, kept outside this process: on disk, or in Redis shared with others."""

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

# What is kept: the moment on one line, then Astria's JSON. The number rises when that changes.
_FORMAT = "astria:2"
_LONGEST_MOMENT = 32

# Asking Astria is faster than a longer wait. In seconds: for one operation, and for a free
# connection; and how long the store is not used after a fault.
_LONGEST_OPERATION = 2.0
_PAUSE_AFTER_FAULT = 5.0

# By how much the clocks of machines that share a Redis may differ. In seconds.
_CLOCKS_DIFFER = 60.0

# How long to wait for another process that asks Astria for the same, how often to look, and when
# the lock of one that has ended without a word is void. In seconds.
_LONGEST_WAIT = 5.0
_LOOK_AGAIN = 0.05
_LOCKED_FOR = 15.0


class Backend(Protocol):
    """Where bytes are kept by key; any method may raise anything."""

    shared: bool
    """Whether other processes use it too."""

    async def get(self, key: str) -> bytes | None:
        """Return what is kept under a key."""
        ...

    async def set(self, key: str, value: bytes, keep_for: float) -> None:
        """Keep a value for so many seconds."""
        ...

    async def delete(self, key: str) -> None:
        """Delete a value."""
        ...

    async def lock(self, key: str, holder: str, keep_for: float) -> bool:
        """Take a lock for so many seconds at most; tell whether that succeeded."""
        ...

    async def unlock(self, key: str, holder: str) -> None:
        """Release a lock that this holder has taken."""
        ...

    async def close(self) -> None:
        """Close files and connections."""
        ...


class StoreState(StrEnum):
    """How the store is doing."""

    OFF = "off"
    """There is none: answers are lost when the process ends."""
    WORKING = "working"
    FAILING = "failing"
    """The bot works without it, and tries it again every few seconds."""


class Store:
    """Answers that outlive the process; if disk or Redis fails, the bot works without them.

    `open_backend` may raise, at once and each time that it is tried again. `keep_for` is in
    seconds. `account` tells apart those who share a place: see `account_of`.
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
        """Why it failed last, if it ever did."""

    @property
    def state(self) -> StoreState:
        """How the store is doing, as far as it has been used."""
        if self._open_backend is None:
            return StoreState.OFF
        return StoreState.FAILING if self._failing else StoreState.WORKING

    async def read(self, key: str) -> Cached[bytes] | None:
        """Return what is kept under a key; nothing if the store fails."""
        found = await self._attempt(lambda backend: backend.get(self._prefix + key))
        if found is None:
            return None
        moment, newline, body = found.partition(b"\n")
        age = _age(moment) if newline else None
        return None if age is None else aged(body, age)

    async def write(self, key: str, body: bytes, *, keep_for: float | None = None) -> None:
        """Keep an answer, or something else for so many seconds; in vain if the store fails."""
        kept = b"%.3f\n%b" % (time.time(), body)
        seconds = keep_for or self._keep_for
        await self._attempt(lambda backend: backend.set(self._prefix + key, kept, seconds))

    async def delete(self, key: str) -> None:
        """Delete an answer; without effect if the store fails."""
        await self._attempt(lambda backend: backend.delete(self._prefix + key))

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncGenerator[float]:
        """Keep other processes from asking for the same; give the seconds spent waiting for them.

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
        """Tell whether this process alone may do something, for so many seconds at most.

        Nobody may if the store fails, or if there is none.
        """
        lock, holder = f"{self._prefix}lock:{key}", uuid.uuid4().hex
        taken = await self._attempt(lambda backend: backend.lock(lock, holder, keep_for))
        try:
            yield taken is True
        finally:
            if taken:
                await self._attempt(lambda backend: backend.unlock(lock, holder))

    async def close(self) -> None:
        """Close files and connections; they are opened again when they are needed."""
        backend, self._backend = self._backend, None
        if backend is not None:
            await _ignoring_faults(backend.close())

    async def _lock(self, lock: str, holder: str) -> bool | None:
        """Tell whether a lock was taken; None if there is nobody to share with."""
        if self._backend is not None and not self._backend.shared:
            return None
        return await self._attempt(lambda backend: _locked(backend, lock, holder))

    async def _attempt(self, work: Callable[[Backend], Awaitable[R]]) -> R | None:
        """Do without the store while it fails, and say so once."""
        if self._open_backend is None or time.monotonic() < self._silent_until:
            return None
        try:
            async with asyncio.timeout(_LONGEST_OPERATION):
                result = await work(await self._opened(self._open_backend))
        except Exception as error:  # a store may fail in any way, and none may cost an answer
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
            log.warning("the cache store fails; going on without it", cause=repr(error))


def open_store(url: str, *, keep_for: float, account: str = "") -> Store:
    """Return the store at `disk:///path`, `redis://host:port/database`, or none at `mem://`.

    `keep_for` is in seconds. It is opened when it is first used, and tried again if that fails.
    """
    # The libraries take longer to import than all the rest of the bot.
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
    """Return what tells one account's answers from another's: a fingerprint, not the key."""
    identity = "\0".join((base_url, key, workspace or ""))
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


async def _locked(backend: Backend, lock: str, holder: str) -> bool | None:
    return await backend.lock(lock, holder, _LOCKED_FOR) if backend.shared else None


def _age(moment: bytes) -> float | None:
    """Return how old a kept answer is; None if its date is none, or lies in the future."""
    try:
        age = time.time() - float(moment) if len(moment) <= _LONGEST_MOMENT else None
    except ValueError:
        return None
    # A comparison with NaN is never true.
    return max(0.0, age) if age is not None and age >= -_CLOCKS_DIFFER else None


async def _ignoring_faults(closing: Awaitable[None]) -> None:
    await asyncio.gather(closing, return_exceptions=True)
