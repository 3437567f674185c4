"""Nothing that the gateway, or a proxy in front of it, sends ends the bot."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any

import pytest

from standins.astria.server import Astria
from standins.discord.gateway import Session
from standins.discord.interactions import Interaction
from standins.discord.payloads import interaction
from standins.discord.people import ANYONE
from standins.discord.server import DiscordServer
from standins.processes import Program, running_bot
from tests.ops.conftest import log_of
from tests.waiting import until

UNREADABLE = "a gateway event cannot be read"


@pytest.fixture
async def bot(discord: DiscordServer, astria: Astria) -> AsyncIterator[Program]:
    async with running_bot(discord, astria.url, log_format="json") as program:
        await discord.connected()
        yield program


async def send(discord: DiscordServer, frame: bytes) -> Session:
    (session,) = await discord.connected()
    assert session.connection
    await session.connection.send(frame)
    return session


def event(name: object, data: object, sequence: object = None) -> bytes:
    return json.dumps({"t": name, "s": sequence, "op": 0, "d": data}).encode()


def half(kind: int, **changes: object) -> Mapping[str, Any]:
    """Return an interaction with a field that is missing (None) or of another type."""
    data: dict[str, object] = {"id": "1", "name": "pack", "type": 1}
    whole = interaction(kind, data, ANYONE, 1 << 60) | changes
    return {name: value for name, value in whole.items() if value is not None}


def lines(bot: Program, text: str) -> list[dict[str, Any]]:
    return [line for line in log_of(bot) if line["event"] == text]


async def answers(discord: DiscordServer) -> None:
    """Check that members get answers, perhaps after the shard has reconnected."""
    await until(lambda: len(discord.gateway.connected()) == 1)
    asked = await discord.command("pack", {"id": "260"})
    assert (await asked.finished(within=10))["embeds"]


UNREADABLE_FRAMES = [
    (b"<html>", None),
    (b'"text"', None),
    (b"[" * 100_000, None),
    (event(["INTERACTION_CREATE"], {}), "['INTERACTION_CREATE']"),
    (event("GUILD_CREATE", None), "GUILD_CREATE"),
    (event("GUILD_CREATE", {"id": "no number"}), "GUILD_CREATE"),
    (event("MESSAGE_CREATE", []), "MESSAGE_CREATE"),
    (event("INTERACTION_CREATE", {}), "INTERACTION_CREATE"),
    (event("INTERACTION_CREATE", half(2, data=None)), "INTERACTION_CREATE"),
    (event("INTERACTION_CREATE", half(2, data={})), "INTERACTION_CREATE"),
    (event("INTERACTION_CREATE", half(3)), "INTERACTION_CREATE"),
    (event("INTERACTION_CREATE", half(2, member=None)), "INTERACTION_CREATE"),
    (event("INTERACTION_CREATE", half(2, member={})), "INTERACTION_CREATE"),
    (event("INTERACTION_CREATE", half(2, token=None)), "INTERACTION_CREATE"),
    (event("INTERACTION_CREATE", half(2, id="no number")), "INTERACTION_CREATE"),
    (event("INTERACTION_CREATE", half(2, channel="no channel")), "INTERACTION_CREATE"),
    (event("INTERACTION_CREATE", half(2, message="no message")), "INTERACTION_CREATE"),
]


async def test_unreadable_events_are_survived(
    discord: DiscordServer, bot: Program, subtests: pytest.Subtests
) -> None:
    for number, (frame, name) in enumerate(UNREADABLE_FRAMES, start=1):
        with subtests.test(frame=frame[:100]):
            session = await send(discord, frame)
            await until(lambda: len(lines(bot, UNREADABLE)) == number)  # noqa: B023
            await answers(discord)
            assert lines(bot, UNREADABLE)[-1].get("gateway_event") == name
            # The stream is intact, so the connection stays.
            assert await discord.connected() == [session]
            assert discord.gateway.connections == 1
    assert not [line for line in log_of(bot) if line["level"] in {"error", "critical"}]


async def test_unknown_events_are_ignored(
    discord: DiscordServer, bot: Program, subtests: pytest.Subtests
) -> None:
    frames = [event(5, {}), b'{"op": 0, "d": {}}', b"{}", event("NEW_EVENT", {}), b'{"op": 99}']
    for frame in frames:
        with subtests.test(frame=frame):
            session = await send(discord, frame)
            await answers(discord)
            assert await discord.connected() == [session]
            assert not lines(bot, UNREADABLE)


INCOMPLETE: list[dict[str, object]] = [
    {"locale": None},
    {"locale": 5},
    {"locale": "en-XX"},
    {"guild_locale": 5},
    {"app_permissions": None},
    {"context": None},
    {"channel": None},
]


async def test_incomplete_interactions_get_answers(
    discord: DiscordServer, bot: Program, subtests: pytest.Subtests
) -> None:
    for changes in INCOMPLETE:
        discord.before_sending = partial(change, changes=changes)
        for options in ({"id": "260"}, {"id": "260", "class": "no such class"}):
            with subtests.test(changes=changes, options=options):
                asked = await discord.command("pack", options)
                assert (await asked.finished(within=10))["content"] is not None
    assert not [line for line in log_of(bot) if line["level"] != "info"]


def change(sent: Interaction, changes: Mapping[str, object]) -> None:
    """Change fields of an interaction; None removes a field."""
    for name, value in changes.items():
        if value is None:
            del sent.payload[name]
        else:
            sent.payload[name] = value


async def test_token_of_incomplete_interaction_is_not_logged(
    discord: DiscordServer, bot: Program
) -> None:
    broken = half(2, member=None)
    await send(discord, event("INTERACTION_CREATE", broken))
    await until(lambda: bool(lines(bot, UNREADABLE)))
    assert broken["token"] not in "".join(bot.said)


@pytest.mark.parametrize(
    "frame",
    [
        event("READY", {}, 2),
        event("READY", {"session_id": "1", "resume_gateway_url": 5}, 2),
        event("RESUMED", None, 2),
        b'{"op": 10, "d": {}}',
        b'{"op": 10, "d": {"heartbeat_interval": "often"}}',
    ],
)
async def test_broken_connection_is_replaced(
    discord: DiscordServer, bot: Program, frame: bytes
) -> None:
    await send(discord, frame)
    await until(lambda: discord.gateway.connections > 1)
    await discord.connected()
    await answers(discord)
    assert lines(bot, UNREADABLE)


async def test_broken_stream_starts_again(discord: DiscordServer, bot: Program) -> None:
    (session,) = await discord.connected()
    assert session.connection
    await session.connection.socket.send_bytes(b"not compressed\x00\x00\xff\xff")
    await until(lambda: discord.gateway.connections == 2)
    # The session resumes.
    await answers(discord)
    assert await discord.connected() == [session]
    assert discord.gateway.identified == 1


async def test_connections_closed_before_hello(discord: DiscordServer, astria: Astria) -> None:
    discord.gateway.hangs_up = True
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await until(lambda: discord.gateway.connections > 0)
        await asyncio.sleep(1)
        assert discord.gateway.connections < 8
        assert bot.status is None
        discord.gateway.hangs_up = False
        await discord.connected()
        await answers(discord)
        (line, *_) = lines(bot, "the gateway cannot be reached")
        assert "closes connections" in line["cause"]


async def test_connections_of_a_running_bot_closed(discord: DiscordServer, bot: Program) -> None:
    discord.gateway.hangs_up = True
    discord.cut_off()
    await until(lambda: discord.gateway.connections > 1)
    await asyncio.sleep(1)
    assert discord.gateway.connections < 8
    discord.gateway.hangs_up = False
    await discord.connected()
    await answers(discord)


async def test_sessions_closed_at_once_cost_few_starts(
    discord: DiscordServer, bot: Program
) -> None:
    until_told = asyncio.Event()

    async def cut_off() -> None:
        while not until_told.is_set():
            discord.cut_off()
            await asyncio.sleep(0.01)

    cutting = asyncio.create_task(cut_off())
    await asyncio.sleep(2)
    assert discord.gateway.connections < 8
    until_told.set()
    await cutting
    await until(lambda: len(discord.gateway.connected()) == 1)
    await answers(discord)
