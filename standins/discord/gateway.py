"""Discord's gateway: the session of a shard, and its websocket."""

from __future__ import annotations

import asyncio
import secrets
import zlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec
import zstandard
from aiohttp import WSMsgType, web

from standins.discord.guilds import guild, ready
from standins.discord.people import Json

HEARTBEAT, IDENTIFY, RESUME, RECONNECT = 1, 2, 6, 7
INVALID_SESSION, HELLO, HEARTBEAT_ACK = 9, 10, 11

_HEARTBEAT_INTERVAL_MS = 41_250
_GUILDS_INTENT = 1

_NOT_AUTHENTICATED, _AUTHENTICATION_FAILED, _INVALID_SHARD = 4003, 4004, 4010

# The number of events that a session may miss while it is disconnected.
_MOST_MISSED = 1_000


class Compression(Protocol):
    """Compress frames, in one stream per connection."""

    def __call__(self, frame: bytes) -> bytes:
        """Return the next part of the stream: one whole frame."""
        ...


class _Zlib:
    def __init__(self) -> None:
        self._stream = zlib.compressobj()

    def __call__(self, frame: bytes) -> bytes:
        return self._stream.compress(frame) + self._stream.flush(zlib.Z_SYNC_FLUSH)


class _Zstandard:
    def __init__(self) -> None:
        self._stream = zstandard.ZstdCompressor().compressobj()

    def __call__(self, frame: bytes) -> bytes:
        return self._stream.compress(frame) + self._stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)


_COMPRESSIONS: dict[str, type[Compression]] = {"zlib-stream": _Zlib, "zstd-stream": _Zstandard}


@dataclass(slots=True)
class Session:
    """The events that a shard has received; it survives a broken connection."""

    shard: int
    shard_count: int
    intents: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    connection: Connection | None = None
    sequence: int = 0
    recent: deque[tuple[int, bytes]] = field(
        default_factory=lambda: deque[tuple[int, bytes]](maxlen=_MOST_MISSED)
    )

    def has(self, guild_id: int) -> bool:
        """Tell whether a server belongs to this shard (documentation, "Sharding")."""
        return (guild_id >> 22) % self.shard_count == self.shard

    def next_frame(self, event: str, data: bytes) -> bytes:
        """Return the frame of an event from encoded data, and remember it."""
        self.sequence += 1
        frame = b'{"t":"%b","s":%d,"op":0,"d":%b}' % (event.encode(), self.sequence, data)
        self.recent.append((self.sequence, frame))
        return frame


class Connection:
    """One websocket of the bot, from HELLO on."""

    def __init__(
        self, socket: web.WebSocketResponse, transport: asyncio.Transport | None, compression: str
    ) -> None:
        self.socket = socket
        self._transport = transport
        kind = _COMPRESSIONS.get(compression)
        self._compress = kind() if kind else None

    def prepared(self, frame: bytes) -> bytes:
        """Return a frame in its compressed form. All prepared frames must be sent, in order."""
        return self._compress(frame) if self._compress else frame

    async def write(self, wire: bytes) -> None:
        """Send a prepared frame."""
        if self._compress:
            await self.socket.send_bytes(wire)
        else:
            await self.socket.send_str(wire.decode())

    async def send(self, frame: bytes) -> None:
        """Send a frame."""
        await self.write(self.prepared(frame))

    async def say(self, op: int, data: object = None) -> None:
        """Send a message that is not an event."""
        await self.send(msgspec.json.encode({"t": None, "s": None, "op": op, "d": data}))

    def abort(self) -> None:
        """Break the connection without a close frame."""
        if self._transport is not None:
            self._transport.abort()


class Gateway:
    """All sessions of the bot, of one process or of several."""

    def __init__(self, token: str, guild_ids: Sequence[int]) -> None:
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.guild_ids = guild_ids
        self.changed = asyncio.Event()
        """Set, and replaced, when a session starts or ends."""
        self.token = token
        self.connections = 0
        """The number of connections so far."""
        self.identified = 0
        """The number of connections that started a session, or tried to."""
        self.hangs_up = False
        """Whether to close each connection before HELLO."""
        self.says_nothing = False
        """Whether to send no HELLO."""
        self.refuses_with: int | None = None
        """The close code that answers each start of a session."""

    def connected(self) -> list[Session]:
        """Return the connected sessions."""
        return [session for session in self.sessions.values() if session.connection]

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one websocket until it closes."""
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        self.connections += 1
        if self.hangs_up:
            await socket.close()
            return socket
        connection = Connection(socket, request.transport, request.query.get("compress", ""))
        if not self.says_nothing:
            hello: Json = {"heartbeat_interval": _HEARTBEAT_INTERVAL_MS, "_trace": []}
            await connection.say(HELLO, hello)
        session = await self._listen(connection)
        if session is not None and session.connection is connection:
            self._left(session, socket.close_code)
        return socket

    async def _listen(self, connection: Connection) -> Session | None:
        """Read a connection until it closes; return its session, if it had one."""
        session: Session | None = None
        async for received in connection.socket:
            if received.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                continue
            told: Json = msgspec.json.decode(received.data)
            if told["op"] == HEARTBEAT:
                await connection.say(HEARTBEAT_ACK)
            elif told["op"] == IDENTIFY:
                session = await self._identify(connection, told["d"])
            elif told["op"] == RESUME:
                session = await self._resume(connection, told["d"])
            elif session is None:
                await connection.socket.close(
                    code=_NOT_AUTHENTICATED, message=b"Not authenticated."
                )
        return session

    def _connect(self, session: Session, connection: Connection | None) -> None:
        session.connection = connection
        self.changed.set()
        self.changed = asyncio.Event()

    def _left(self, session: Session, close_code: int | None) -> None:
        self._connect(session, None)
        # Discord forgets a session after a normal close.
        if close_code in {1000, 1001}:
            self.sessions.pop(session.id, None)

    async def _identify(self, connection: Connection, data: Json) -> Session | None:
        shard, shard_count = data.get("shard", (0, 1))
        self.identified += 1
        if self.refuses_with is not None:
            await connection.socket.close(code=self.refuses_with)
            return None
        if data["token"] != self.token:
            await connection.socket.close(
                code=_AUTHENTICATION_FAILED, message=b"Authentication failed."
            )
            return None
        if not 0 <= shard < shard_count:
            await connection.socket.close(code=_INVALID_SHARD, message=b"Invalid shard.")
            return None
        session = Session(shard, shard_count, data["intents"])
        own = [guild_id for guild_id in self.guild_ids if session.has(guild_id)]
        self.sessions[session.id] = session
        told = ready(session.id, self.url, (shard, shard_count), own)
        await connection.send(session.next_frame("READY", msgspec.json.encode(told)))
        if session.intents & _GUILDS_INTENT:
            for guild_id in own:
                data = guild(guild_id)
                await connection.send(session.next_frame("GUILD_CREATE", msgspec.json.encode(data)))
        self._connect(session, connection)
        return session

    async def _resume(self, connection: Connection, data: Json) -> Session | None:
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != self.token:
            await connection.say(INVALID_SESSION, False)
            return None
        for sequence, frame in tuple(session.recent):
            if sequence > data["seq"]:
                await connection.send(frame)
        await connection.send(session.next_frame("RESUMED", b'{"_trace":[]}'))
        self._connect(session, connection)
        return session
