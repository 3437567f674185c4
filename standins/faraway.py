"""The distance between a program and a remote server: TLS, and latency."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
from collections import deque
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import trustme

HOST = "localhost"
"""The certificate's host name; it is resolved like any other."""

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Distance:
    """The latency of a server, and the authority of its certificate.

    `each_way` is in seconds. A program trusts the server with SSL_CERT_FILE=`authority`.
    """

    each_way: float
    tls: ssl.SSLContext
    authority: Path


@contextmanager
def far_away(each_way: float) -> Generator[Distance]:
    """Yield the distance to a server, with a certificate of a new authority."""
    authority = trustme.CA()
    certificate = authority.issue_cert(HOST)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        chain, trusted = Path(folder) / "chain.pem", Path(folder) / "authority.pem"
        certificate.private_key_and_cert_chain_pem.write_to_path(str(chain))
        authority.cert_pem.write_to_path(str(trusted))
        tls.load_cert_chain(chain)
        yield Distance(each_way, tls, trusted)


class _Relay:
    """Forward the data of each connection with a delay."""

    def __init__(self, port: int, each_way: float) -> None:
        self._port = port
        self._each_way = each_way
        self._running: set[asyncio.Task[object]] = set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one connection until one side closes it."""
        task = asyncio.current_task()
        if task:
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        # The TCP handshake of loopback is instant; a remote one takes a round trip.
        await asyncio.sleep(2 * self._each_way)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        ways = [
            asyncio.ensure_future(self._one_way(reader, far_writer)),
            asyncio.ensure_future(self._one_way(far_reader, writer)),
        ]
        try:
            # The task that asyncio starts for a connection must not end as cancelled.
            with suppress(asyncio.CancelledError):
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            for one in (writer, far_writer):
                one.close()

    async def _one_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        under_way: deque[tuple[float, bytes]] = deque()
        arrived = asyncio.Event()

        async def deliver() -> None:
            while True:
                await arrived.wait()
                due, chunk = under_way[0]
                await asyncio.sleep(due - loop.time())
                under_way.popleft()
                if not under_way:
                    arrived.clear()
                writer.write(chunk)

        delivering = asyncio.ensure_future(deliver())
        try:
            with suppress(ConnectionError):
                while chunk := await reader.read(_CHUNK):
                    under_way.append((loop.time() + self._each_way, chunk))
                    arrived.set()
                await asyncio.sleep(self._each_way)
        finally:
            delivering.cancel()

    async def end(self) -> None:
        """Break the open connections."""
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


@asynccontextmanager
async def relay(port: int, each_way: float) -> AsyncGenerator[int]:
    """Yield a loopback port that forwards connections to another one, with a delay."""
    carrier = _Relay(port, each_way)
    server = await asyncio.start_server(carrier.carry, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await carrier.end()
