"""The bot as a separate process, on the stand-in for Discord that other tests use."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from standins.astria.server import Astria, astria_server
from standins.discord.guilds import DIRECT
from standins.discord.interactions import (
    CHOICES,
    DEFERRED_MESSAGE,
    MODAL,
    NEW_MESSAGE,
    UPDATE,
    Interaction,
)
from standins.discord.messages import EPHEMERAL, control
from standins.discord.people import MANAGE_MESSAGES, Json, Member
from standins.discord.server import DiscordServer, discord_server
from standins.processes import Program, running_bot
from tests.waiting import until


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with discord_server() as server:
        yield server


@pytest.fixture
async def astria() -> AsyncIterator[Astria]:
    async with astria_server(packs=20) as server:
        yield server


@pytest.fixture
async def program(discord: DiscordServer, astria: Astria) -> AsyncIterator[Program]:
    async with running_bot(discord, astria.url) as program:
        await discord.connected()
        yield program
    assert program.status == 0, program.said


async def in_memory(discord: DiscordServer) -> Json:
    """Load a pack into memory; return its message."""
    asked = await discord.command("pack", {"id": "260"})
    await asked.answered()
    return await asked.finished()


def callbacks(asked: Interaction) -> list[bool]:
    """Return whether each callback so far was accepted."""
    return [one.accepted for one in asked.received if one.step == "callback"]


async def kind(asked: Interaction) -> int:
    return (await asked.answered()).body["type"]


async def test_every_kind_of_interaction_is_answered(
    discord: DiscordServer, program: Program
) -> None:
    message = await in_memory(discord)
    assert await kind(await discord.command("pack", {"id": "260"})) == NEW_MESSAGE
    assert await kind(await discord.command("pack", {"id": "corp"}, typing="id")) == CHOICES
    next_page = control(message, "next")["custom_id"]
    assert await kind(await discord.click(message, next_page)) == UPDATE
    menu = control(message, "class")
    man = menu["options"][1]["value"]
    assert await kind(await discord.choose(message, menu["custom_id"], [man])) == UPDATE
    box = await discord.click(message, control(message, "jump")["custom_id"])
    assert await kind(box) == MODAL
    filled = await discord.submit(box, {"page": "3"})
    assert await kind(filled) == UPDATE
    turned = await filled.finished()
    assert turned["id"] == message["id"]
    assert control(turned, "jump")["label"] == "Go to… 3 / 35"
    shown = await discord.message_command("Show pack", message | {"content": "astria.ai/p/260"})
    assert (await shown.finished())["flags"] & EPHEMERAL
    direct = await discord.command("pack", {"id": "260"}, guild_id=DIRECT)
    assert await kind(direct) == NEW_MESSAGE
    assert all(asked.connections == 1 for asked in (box, filled, direct))


async def test_a_slow_answer_is_deferred_and_edited(
    discord: DiscordServer, astria: Astria, program: Program
) -> None:
    await in_memory(discord)
    astria.delay = 0.05
    asked = await discord.command("pack", {"id": "1003", "private": True})
    assert await kind(asked) == DEFERRED_MESSAGE
    message = await asked.finished()
    assert message["embeds"]
    assert message["flags"] == EPHEMERAL
    assert astria.asked("/p/1003") == 1


async def test_commands_are_registered_once(
    discord: DiscordServer, astria: Astria, program: Program
) -> None:
    (first,) = await discord.connected()
    async with running_bot(discord, astria.url):
        await discord.connected(2, shard=first.shard)
    written = [call.path for call in discord.calls if call.method == "PUT"]
    assert written == ["/applications/1100000000000000001/commands"]


async def test_one_of_two_processes_answers(
    discord: DiscordServer, astria: Astria, program: Program
) -> None:
    async with running_bot(discord, astria.url):
        await discord.connected(2)
        asked = await discord.command("pack", {"id": "260"})
        await asked.finished()
        assert asked.connections == 2
        await until(lambda: len(callbacks(asked)) == 2)
    assert callbacks(asked) == [True, False]
    assert len(asked.messages) == 1


async def test_shards_receive_their_own_events(discord: DiscordServer, astria: Astria) -> None:
    async with running_bot(discord, astria.url, shard_count="2", shard_ids="1"):
        (session,) = await discord.connected(shard=1)
        mine, other = sorted(discord.guild_ids[:2], key=session.has, reverse=True)
        assert await kind(await discord.command("about", guild_id=mine, by=manager()))
        unheard = await discord.command("about", guild_id=other)
        assert unheard.connections == 0


async def test_session_survives_its_connection(discord: DiscordServer, program: Program) -> None:
    (session,) = await discord.connected()
    discord.cut_off()
    await discord.disconnected()
    asked = await discord.command("about", by=manager())
    assert asked.connections == 0
    (resumed,) = await discord.connected()
    assert resumed is session
    assert await kind(asked)


async def test_bot_reconnects_when_told(discord: DiscordServer, program: Program) -> None:
    (session,) = await discord.connected()
    await discord.ask_to_reconnect()
    await discord.disconnected()
    assert await discord.connected() == [session]


async def test_calls_can_be_refused_and_held(discord: DiscordServer, program: Program) -> None:
    await in_memory(discord)
    with discord.fault("POST", "/callback$", status=400, code=50035, times=1) as fault:
        asked = await discord.command("pack", {"id": "260"})
        await asked.finished()
        assert fault.met == 1
    with discord.fault("POST", "/callback$", held=True) as fault:
        asked = await discord.command("pack", {"id": "260"})
        await until(lambda: fault.met == 1)
        assert asked.callback is None
        fault.release()
        assert await kind(asked) == NEW_MESSAGE


def manager() -> Member:
    return Member(permissions=MANAGE_MESSAGES | 1 << 5)
