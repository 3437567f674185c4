"""Each undocumented part of discord.py that the bot uses, with the real discord.py.

A failure says "discord.py changed …": see that part in cogs/discord_internals.py.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any, cast

import discord
import pytest
import yarl
from discord import InteractionResponseType, app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from cogs.discord_internals import (
    CommandTree,
    UnkeptView,
    answer_through_adapter,
    call_back,
    overwrite_commands,
    receive_controls,
    registered_commands,
    survive_the_gateway,
)
from standins.discord.faults import HangUp
from standins.discord.server import DiscordServer, discord_server
from tests.waiting import until


@contextmanager
def unchanged(what: str) -> Generator[None]:
    """Name the changed part of discord.py if the body fails."""
    try:
        yield
    except (Exception, TimeoutError) as error:
        pytest.fail(f"discord.py changed {what}: {error!r}", pytrace=False)


class Tree(CommandTree):
    """A tree that records interactions and failures."""

    received: list[discord.InteractionType]
    failures: list[Exception]

    def __init__(self, client: discord.Client) -> None:
        super().__init__(client)
        self.received = []
        self.failures = []

    async def receive(
        self, interaction: discord.Interaction, work: Callable[[], Awaitable[None]]
    ) -> None:
        self.received.append(interaction.type)
        try:
            await work()
        except Exception as error:
            self.failures.append(error)

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        self.failures.append(error)


class Bot(commands.AutoShardedBot):
    """discord.py's bot with one command and the parts under test."""

    def __init__(self) -> None:
        super().__init__(
            commands.when_mentioned, intents=discord.Intents.none(), tree_cls=Tree, shard_count=1
        )
        self.clicks: list[discord.Interaction] = []
        receive_controls(self, self._receive)
        survive_the_gateway()
        self.own_tree = cast(Tree, self.tree)
        self.tree.add_command(cast("app_commands.Command[Any, ..., None]", ping))

    async def setup_hook(self) -> None:
        answer_through_adapter()

    async def _receive(self, interaction: discord.Interaction) -> None:
        self.clicks.append(interaction)


@app_commands.command(description="Answer.")
async def ping(interaction: discord.Interaction, text: str) -> None:
    message = InteractionResponseType.channel_message
    body = {"type": message.value, "data": {"content": text, "embeds": [{"title": text}]}}
    await call_back(interaction, message, json.dumps(body).encode())
    assert interaction.response.is_done()
    with pytest.raises(discord.InteractionResponded):
        await call_back(interaction, message, b"{}")
    for view in (UnkeptView(), discord.ui.View(timeout=None)):
        view.add_item(discord.ui.Button[discord.ui.View](label="b", custom_id=type(view).__name__))
        await interaction.followup.send("followed up", view=view)


@ping.autocomplete("text")
async def suggest(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    if not typed:
        raise LookupError("nothing is typed")
    return [app_commands.Choice(name=typed, value=typed)]


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with discord_server(guilds=1) as server:
        yield server


@pytest.fixture
async def bot(server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setattr(Route, "BASE", server.url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway.url))
    bot = Bot()
    await bot.login(server.token)
    await bot.tree.sync()
    connecting = asyncio.create_task(bot.connect())
    await server.connected()
    yield bot
    await bot.close()
    await connecting


async def test_callback_sends_a_ready_body(server: DiscordServer, bot: Bot) -> None:
    with unchanged("how an interaction is called back"):
        asked = await server.command("ping", {"text": "hello"})
        assert (await asked.finished())["content"] == "hello"
        await until(lambda: len(asked.follow_ups) == 2)
    assert not bot.own_tree.failures


async def test_answer_is_sent_again_after_lost_connection(server: DiscordServer, bot: Bot) -> None:
    with (
        unchanged("the adapter that answers interactions"),
        server.fault("POST", "/callback$", times=1, hangs_up=HangUp.BEFORE) as fault,
    ):
        asked = await server.command("ping", {"text": "hello"})
        assert (await asked.finished())["content"] == "hello"
        assert fault.met == 1


@pytest.mark.parametrize(
    ("fault", "attempts"),
    [
        ({"status": 500}, 2),
        ({"status": 429, "retry_after": 0.01}, 2),
        ({"status": 429}, 1),
        ({"status": 403, "code": 50013}, 1),
        ({"status": 404, "code": 10062}, 1),
    ],
)
async def test_refused_answer_raises(
    server: DiscordServer, bot: Bot, fault: dict[str, Any], attempts: int
) -> None:
    with (
        unchanged("what is raised if Discord does not take an answer"),
        server.fault("POST", "/callback$", times=1, **fault),
    ):
        asked = await server.command("ping", {"text": "hello"})
        if attempts > 1:
            assert (await asked.finished())["content"] == "hello"
        else:
            await until(lambda: bool(bot.own_tree.failures))
            (failure,) = bot.own_tree.failures
            refused = cast(app_commands.CommandInvokeError, failure).original
            assert cast(discord.HTTPException, refused).status == fault["status"]
            assert cast(discord.HTTPException, refused).code == fault.get("code", 0)


async def test_stopped_view_is_not_kept(server: DiscordServer, bot: Bot) -> None:
    with unchanged("which views are kept after they were sent"):
        asked = await server.command("ping", {"text": "hello"})
        await until(lambda: len(bot.persistent_views) == 1)
        assert len(asked.follow_ups) == 2
        assert not isinstance(bot.persistent_views[0], UnkeptView)


async def test_whole_command_runs_in_receive(server: DiscordServer, bot: Bot) -> None:
    with unchanged("CommandTree._call"):
        await (await server.command("ping", {"text": "hello"})).finished()
        assert bot.own_tree.received == [discord.InteractionType.application_command]


async def test_autocomplete_failure_is_reported(server: DiscordServer, bot: Bot) -> None:
    with unchanged("Command._invoke_autocomplete"):
        asked = await server.command("ping", {"text": "hel"}, typing="text")
        choices = (await asked.answered()).body["data"]["choices"]
        assert [one["value"] for one in choices] == ["hel"]
        await server.command("ping", {"text": ""}, typing="text")
        await until(lambda: bool(bot.own_tree.failures))
        assert isinstance(bot.own_tree.failures[0], LookupError)
        assert bot.own_tree.received == [discord.InteractionType.autocomplete] * 2


async def test_commands_are_read_and_written_as_raw_json(server: DiscordServer, bot: Bot) -> None:
    with unchanged("HTTPClient.request"):
        (known,) = await registered_commands(bot, None)
        names = {"de": "klingeln"}
        await overwrite_commands(bot, None, [{**known, "name_localizations": names}])
        (known,) = await registered_commands(bot, None)
        assert known["name_localizations"] == names
        guild_id = server.guild_ids[0]
        await overwrite_commands(bot, guild_id, [{"name": "here", "description": "Here."}])
        assert [one["name"] for one in await registered_commands(bot, guild_id)] == ["here"]


async def test_content_of_clicked_message_is_not_parsed(server: DiscordServer, bot: Bot) -> None:
    with unchanged("ConnectionState.parsers"):
        message = await (await server.command("ping", {"text": "hello"})).finished()
        assert message["embeds"]
        await server.click(message, "any")
        await until(lambda: bool(bot.clicks))
        (clicked,) = bot.clicks
        assert clicked.message is not None
        assert clicked.message.embeds == []
        assert clicked.message.content == "hello"


async def test_events_without_listeners_are_not_dispatched(server: DiscordServer, bot: Bot) -> None:
    dispatched: list[str] = []

    def dispatch(event_name: str, /, *arguments: object) -> None:
        dispatched.append(event_name)

    bot.dispatch = dispatch
    with unchanged("DiscordWebSocket._dispatch, or ConnectionState.parsers"):
        await (await server.command("ping", {"text": "hello"})).finished()
        await until(lambda: "app_command_completion" in dispatched)
        assert dispatched == ["app_command_completion"]


async def test_frames_are_read_with_msgspec(
    server: DiscordServer, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    inner = discord.utils._from_json  # pyright: ignore[reportPrivateUsage]

    def counted(text: str) -> object:
        read.append(text)
        return inner(text)

    with unchanged("discord.utils._from_json"):
        monkeypatch.setattr(discord.utils, "_from_json", counted)
        await (await server.command("ping", {"text": "hello"})).finished()
        assert any("INTERACTION_CREATE" in one for one in read)
        odd = '{"nan": NaN, "half a pair": "\\ud83d", "long": 123456789012345678901234567890}'
        assert str(inner(odd)) == str(json.loads(odd))
        assert inner.__module__ == "cogs.discord_internals"


async def test_unreadable_frame_ends_nothing(server: DiscordServer, bot: Bot) -> None:
    with unchanged("DiscordWebSocket.received_message"):
        (session,) = await server.connected()
        assert session.connection is not None
        await session.connection.send(b"<html>")
        await (await server.command("ping", {"text": "hello"})).finished()
        assert await server.connected() == [session]


async def test_gateway_that_hangs_up_is_asked_with_pauses(server: DiscordServer, bot: Bot) -> None:
    with unchanged("DiscordWebSocket.from_client, or how shards connect again"):
        server.gateway.hangs_up = True
        server.cut_off()
        await until(lambda: server.gateway.connections > 1)
        await asyncio.sleep(0.5)
        assert server.gateway.connections < 5
        server.gateway.hangs_up = False
        await server.connected()
