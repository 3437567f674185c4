"""The bot behind a proxy with a password, as in a company's network."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from standins.astria.server import KEY, Astria
from standins.discord.server import DiscordServer
from standins.processes import running_bot
from tests.ops.conftest import run

PASSWORD = "marked-password"
AUTHORIZATION = b"Basic " + b64encode(f"me:{PASSWORD}".encode()) + b"\r\n"


@dataclass
class Proxy:
    """An HTTP proxy on loopback that requires a password."""

    port: int = 0
    seen: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """The method and the host of each connection."""
    carried: bytearray = field(default_factory=bytearray)
    """The data sent to the servers, over all connections."""

    @property
    def url(self) -> str:
        return f"http://me:{PASSWORD}@127.0.0.1:{self.port}"

    def hosts(self) -> set[str]:
        return {host for _, host in self.seen}

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            method, target = head.decode().split(" ")[:2]
            host = target if method == "CONNECT" else urlsplit(target).netloc
            self.seen.append((method, host))
            self.carried += head
            if AUTHORIZATION not in head or method == "CONNECT":
                writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            else:
                name, _, port = host.partition(":")
                theirs, to_them = await asyncio.open_connection(name, int(port))
                to_them.write(head)
                await asyncio.gather(copy(reader, to_them, self.carried), copy(theirs, writer))
        writer.close()


async def copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, noted: bytearray | None = None
) -> None:
    with suppress(ConnectionError):
        while some := await reader.read(65536):
            if noted is not None:
                noted += some
            writer.write(some)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def running_proxy() -> AsyncGenerator[Proxy]:
    proxy = Proxy()
    server = await asyncio.start_server(proxy.pass_on, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()


def host(url: str) -> str:
    return urlsplit(url).netloc


async def test_everything_goes_through_the_proxy(discord: DiscordServer, astria: Astria) -> None:
    async with (
        running_proxy() as proxy,
        running_bot(discord, astria.url, log_level="DEBUG", http_proxy=proxy.url) as bot,
    ):
        await discord.connected()
        for _ in range(2):
            asked = await discord.command("pack", {"id": "260"})
            assert (await asked.finished())["embeds"]
        await bot.end()
        assert proxy.hosts() == {host(discord.url), host(astria.url)}
        # REST and the gateway of Discord.
        assert len([one for one in proxy.seen if one[1] == host(discord.url)]) >= 2
        # The second time the answer was in memory.
        assert proxy.carried.count(b"/callback") == 2
    assert PASSWORD not in "".join(bot.said)


async def test_hosts_in_no_proxy_are_reached_directly(
    discord: DiscordServer, astria: Astria
) -> None:
    async with (
        running_proxy() as proxy,
        running_bot(
            discord, astria.url, http_proxy=proxy.url, no_proxy=f"a.example,{host(discord.url)}"
        ),
    ):
        await discord.connected()
        await (await discord.command("pack", {"id": "260"})).finished()
        assert proxy.hosts() == {host(astria.url)}


async def test_check_goes_through_the_proxy(discord: DiscordServer, astria: Astria) -> None:
    given = {"discord_token": discord.token, "astria_api_key": KEY, "astria_api_url": astria.url}
    async with running_proxy() as proxy:
        ended = await run(discord.url, "--check", **given, http_proxy=proxy.url)
        assert ended.status == 0, ended.said
        assert proxy.hosts() == {host(discord.url), host(astria.url)}


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_proxy_that_refuses_is_reported(
    discord: DiscordServer, astria: Astria, scheme: str
) -> None:
    url = discord.url.replace("http:", f"{scheme}:")
    given = {
        "discord_token": discord.token,
        "astria_api_key": KEY,
        "astria_api_url": astria.url.replace("http:", f"{scheme}:"),
    }
    async with running_proxy() as proxy:
        wrong = proxy.url.replace(PASSWORD, f"{PASSWORD}-of-yesterday")
        ended = await run(url, "--check", **given, **{f"{scheme}_proxy": wrong})
        assert proxy.seen
    assert ended.status == 1
    assert "407" in ended.said
    assert PASSWORD not in ended.said + ended.complained


async def test_proxy_that_is_down_is_reported(discord: DiscordServer, astria: Astria) -> None:
    given = {"discord_token": discord.token, "astria_api_key": KEY, "astria_api_url": astria.url}
    wrong = f"http://me:{PASSWORD}@127.0.0.1:1"
    ended = await run(discord.url, "--check", **given, http_proxy=wrong)
    assert ended.status == 1
    assert PASSWORD not in ended.said + ended.complained
