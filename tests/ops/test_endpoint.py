"""Hostile clients of the HTTP endpoint: the bot still answers members."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from standins.astria.server import Astria
from standins.discord.server import DiscordServer
from standins.processes import Program, running_bot
from tests.monitor import Monitor
from tests.ops.conftest import log_of
from tests.waiting import until

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def bot(discord: DiscordServer, astria: Astria, monitor: Monitor) -> AsyncIterator[Program]:
    settings = {"http_port": str(monitor.port), "log_format": "json", "log_level": "debug"}
    async with running_bot(discord, astria.url, **settings) as program:
        await monitor.ready()
        yield program


async def visits(monitor: Monitor, count: int, said: bytes = b"") -> list[Streams]:
    """Open many connections at once, and send something over each."""

    async def visit() -> Streams:
        streams = await asyncio.open_connection("127.0.0.1", monitor.port)
        streams[1].write(said)
        return streams

    connecting = [asyncio.wait_for(visit(), 2) for _ in range(count)]
    made = await asyncio.gather(*connecting, return_exceptions=True)
    return [one for one in made if isinstance(one, tuple)]


async def is_closed(visit: Streams) -> bool:
    """Tell whether the bot closes a connection within twice the allowed time."""
    try:
        await asyncio.wait_for(visit[0].read(), 10)
    except TimeoutError:
        return False
    except OSError:
        return True
    finally:
        visit[1].close()
    return True


def sockets(bot: Program) -> int:
    return sum(one.startswith("socket:") for one in bot.handles())


def highest_descriptor(bot: Program) -> int:
    return max(int(one.name) for one in Path(f"/proc/{bot.pid}/fd").iterdir())


async def answers(discord: DiscordServer) -> None:
    asked = await discord.command("pack", {"id": "260"})
    assert (await asked.finished(within=10))["embeds"]


SLOW = {
    "idle": b"",
    "header": b"GET /readyz HTTP/1.1\r\nX-Slow: ",
    "body": b"POST /readyz HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n",
}


async def test_idle_and_slow_clients_are_few_and_leave(
    discord: DiscordServer, monitor: Monitor, bot: Program
) -> None:
    await answers(discord)
    before = sockets(bot)
    # Each kind takes some of the few places.
    made = [visit for said in SLOW.values() for visit in await visits(monitor, 8, said)]
    made += await visits(monitor, 300)
    await answers(discord)
    assert sockets(bot) - before < 64
    # The bot closes them, not the clients.
    await until(lambda: sockets(bot) <= before + 3)
    for _, writer in made:
        writer.close()
    assert (await monitor.readiness())[0] == 200


async def test_connection_serves_one_request(monitor: Monitor, bot: Program) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", monitor.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n" * 2)
    answer = await asyncio.wait_for(reader.read(), 5)
    assert answer.count(b"HTTP/1.1 200") == 1
    writer.close()


MALFORMED = [
    b"nonsense\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
    b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
    b"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
]


async def test_malformed_request_is_at_most_one_line(
    discord: DiscordServer, monitor: Monitor, bot: Program, subtests: pytest.Subtests
) -> None:
    for said in MALFORMED:
        with subtests.test(said=said[:60]):
            before = len(bot.said)
            (visit,) = await visits(monitor, 1, said)
            assert await is_closed(visit)
            await answers(discord)
            lines = [line for line in log_of(bot)[before:] if line["logger"].startswith("bot.http")]
            assert len(lines) <= 1
            assert all(line["level"] == "debug" and "exception" not in line for line in lines)
    assert not [line for line in log_of(bot) if line["level"] in {"error", "critical"}]


async def test_bot_waits_for_a_free_descriptor(
    discord: DiscordServer, astria: Astria, monitor: Monitor, bot: Program
) -> None:
    await answers(discord)
    before = sockets(bot)
    _, hard = resource.prlimit(bot.pid, resource.RLIMIT_NOFILE)
    soft = highest_descriptor(bot) + 1
    resource.prlimit(bot.pid, resource.RLIMIT_NOFILE, (soft, hard))
    made = await visits(monitor, 50)
    # No connection is possible; the shard is told to reconnect, and cannot.
    await discord.ask_to_reconnect()
    discord.cut_off()
    await asyncio.sleep(3)
    assert bot.status is None
    resource.prlimit(bot.pid, resource.RLIMIT_NOFILE, (1024, hard))
    await discord.connected()
    await answers(discord)
    for _, writer in made:
        writer.close()
    await until(lambda: sockets(bot) <= before + 3)
    assert (await monitor.readiness())[0] == 200
    said = [line for line in log_of(bot) if "exception" in line or line["logger"] == "asyncio"]
    assert not [line for line in said if line["level"] != "debug"]
    assert (
        sum(line["event"].startswith("no connection can be accepted") for line in log_of(bot)) == 1
    )
    assert not [line for line in log_of(bot) if line["level"] in {"error", "critical"}]
