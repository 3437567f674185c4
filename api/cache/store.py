"""Astria's own answers, kept outside this process: on disk, or in Redis shared with others."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import structlog

log = structlog.stdlib.get_logger("api.store")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer's body, and its age in seconds."""

    body: bytes
    age: float


class Store(Protocol):
    """Where answers outlive the process."""

    async def read(self, key: str) -> Kept | None:
        """Return what is kept under a key; nothing where the store fails."""
        ...

    async def write(self, key: str, body: bytes) -> None:
        """Keep an answer; in vain where the store fails."""
        ...

    async def delete(self, key: str) -> None:
        """Keep an answer no longer; in vain where the store fails."""
        ...

    def alone(self, key: str) -> AbstractAsyncContextManager[float]:
        """Keep other processes from asking for the same; give the seconds they were waited for.

        Nobody is waited for long, or where the store fails.
        """
        ...

    async def close(self) -> None:
        """Let go of files and connections."""
        ...


class MemoryOnly:
    """No store: what the process knows ends with it."""

    async def read(self, key: str) -> Kept | None:
        """Return nothing."""

    async def write(self, key: str, body: bytes) -> None:
        """Keep nothing."""

    async def delete(self, key: str) -> None:
        """Do nothing."""

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncGenerator[float]:
        """Wait for nobody."""
        yield 0.0

    async def close(self) -> None:
        """Do nothing."""


def open_store(url: str, *, keep_for: float) -> Store:
    """Return the store at `disk:///path`, `redis://host:port/database`, or none at `mem://`.

    `keep_for` is in seconds. A store that cannot be opened is done without.
    """
    if urlsplit(url).scheme == "mem":
        return MemoryOnly()
    # The libraries behind it take longer to import than all the rest of the bot.
    import sqlite3

    from api.cache.cashews_store import open_cashews_store

    try:
        return open_cashews_store(url, keep_for)
    except (OSError, sqlite3.Error) as error:
        cause = repr(error)
    except ValueError:
        cause = "CACHE_URL is not understood"  # what was not understood may be a password
    log.warning("the cache store cannot be opened; going on without it", cause=cause)
    return MemoryOnly()
