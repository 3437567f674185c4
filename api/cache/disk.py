"""A backend on disk, for one process; only its user can read the files."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from diskcache import Cache, Disk
from diskcache.core import DEFAULT_SETTINGS, MODE_BINARY, MODE_RAW

R = TypeVar("R")

# The longest wait for access to the database. In seconds.
_TIMEOUT = 0.5

_FILE_MODE, _FOLDER_MODE = 0o600, 0o700


async def open_disk(url: str) -> DiskBackend:
    """Return the backend at `disk:///path`; raises OSError, sqlite3.Error and others."""
    thread = ThreadPoolExecutor(1, "cache-on-disk")
    try:
        folder = Path(unquote(urlsplit(url).path))
        cache = await asyncio.get_running_loop().run_in_executor(thread, _opened, folder)
    except BaseException:
        thread.shutdown(wait=False)
        raise
    return DiskBackend(cache, thread)


class DiskBackend:
    """Bytes in diskcache, used from one thread: it opens a connection in each."""

    shared = False

    def __init__(self, cache: Cache, thread: ThreadPoolExecutor) -> None:
        self._cache = cache
        self._thread = thread

    async def get(self, key: str) -> bytes | None:
        """Return the value of a key, if this bot wrote it."""
        try:
            found = await self._run(lambda: self._cache.get(key))
        except ValueError:
            return None
        return found if isinstance(found, bytes) else None

    async def set(self, key: str, value: bytes, keep_for: float) -> None:
        """Keep a value for `keep_for` seconds."""
        await self._run(lambda: self._cache.set(key, value, expire=keep_for))

    async def delete(self, key: str) -> None:
        """Delete a value."""
        await self._run(lambda: self._cache.delete(key))

    async def lock(self, key: str, holder: str, keep_for: float) -> bool:
        """Take a lock. This always succeeds, as no other process uses this backend."""
        return True

    async def unlock(self, key: str, holder: str) -> None:
        """Do nothing."""

    async def close(self) -> None:
        """Close the files."""
        await self._run(self._cache.close)
        self._thread.shutdown(wait=False)

    async def _run(self, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


class _DataDisk(Disk):
    """Read no pickle, and no file outside the folder; write files that only the user can read."""

    def fetch(self, mode: int, filename: str | None, value: object, read: bool) -> object:
        if mode not in {MODE_RAW, MODE_BINARY}:
            raise ValueError("the value was not written by this bot")
        if filename is not None and not self._is_inside(filename):
            raise ValueError("the value names a file outside the cache")
        return super().fetch(mode, filename, value, read)

    def remove(self, file_path: str) -> None:
        if self._is_inside(file_path):
            super().remove(file_path)

    def _is_inside(self, filename: str) -> bool:
        folder = Path(self._directory).resolve()
        return (folder / filename).resolve().is_relative_to(folder)

    def _write(
        self, full_path: str, iterator: Iterator[bytes], mode: str, encoding: str | None = None
    ) -> int:
        folder = Path(full_path).parent
        for each in (folder.parent, folder):
            each.mkdir(_FOLDER_MODE, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        try:
            with open(os.open(full_path, flags, _FILE_MODE), "wb") as file:
                return sum(file.write(chunk) for chunk in iterator)
        except OSError:
            Path(full_path).unlink(missing_ok=True)
            raise


def _opened(folder: Path) -> Cache:
    folder.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
    _protect(folder)
    # All settings are given, so that none is read from a damaged file.
    cache = Cache(str(folder), timeout=_TIMEOUT, disk=_DataDisk, **DEFAULT_SETTINGS)
    _protect(folder)
    return cache


def _protect(folder: Path) -> None:
    """Make the database and the files of earlier versions readable for the user only."""
    folder.chmod(_FOLDER_MODE)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(_FOLDER_MODE if path.is_dir() else _FILE_MODE)
