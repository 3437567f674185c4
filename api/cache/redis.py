"""A backend in Redis, shared with other processes."""

from __future__ import annotations

from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import LockError, ResponseError

# The longest wait for an answer of Redis. In seconds.
_TIMEOUT = 0.5


async def open_redis(url: str) -> RedisBackend:
    """Return the backend at `redis://host:port/database`; raises ValueError."""
    try:
        client = Redis.from_url(  # pyright: ignore[reportUnknownMemberType] - its options
            url,
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
            # After a restart of Redis, an old connection only fails when it is used.
            retry=Retry(NoBackoff(), retries=1),
        )
    except (ValueError, TypeError):
        # Do not quote the address: it may contain a password.
        raise ValueError("CACHE_URL is not understood") from None
    return RedisBackend(client)


class RedisBackend:
    """Bytes in Redis."""

    shared = True

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._locks: dict[tuple[str, str], Lock] = {}

    async def get(self, key: str) -> bytes | None:
        """Return the value of a key."""
        try:
            found = await self._client.get(key)
        except ResponseError:  # not a string, so this bot did not write it
            return None
        return found if isinstance(found, bytes) else None

    async def set(self, key: str, value: bytes, keep_for: float) -> None:
        """Keep a value for `keep_for` seconds."""
        await self._client.set(key, value, px=max(1, round(keep_for * 1000)))

    async def delete(self, key: str) -> None:
        """Delete a value."""
        await self._client.delete(key)

    async def lock(self, key: str, holder: str, keep_for: float) -> bool:
        """Take a lock for at most `keep_for` seconds; tell whether that succeeded."""
        lock = Lock(self._client, key, timeout=keep_for, blocking=False, thread_local=False)
        taken = await lock.acquire(token=holder)
        if taken:
            self._locks[key, holder] = lock
        return taken

    async def unlock(self, key: str, holder: str) -> None:
        """Release a lock that this holder has taken."""
        lock = self._locks.pop((key, holder), None)
        if lock is not None:
            try:
                await lock.release()
            except LockError:  # it had expired
                return

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
